//! A dialogue: the spoken exchanges of one scenario, redacted.

use serde_json::Value;

use super::Redaction;
use crate::http::{Exchange, Json, Purpose};

/// Headers of answers that are kept.
const KEPT: [&str; 5] = ["content-type", "location", "etag", "www-authenticate", "retry-after"];

/// The spoken exchanges of one scenario in one dialect, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Dialogue {
    /// Title of the scenario.
    pub title: String,
    /// ID of the scenario.
    pub scenario: String,
    /// Name of the dialect, if there is one.
    pub dialect: Option<String>,
    /// The exchanges.
    pub turns: Vec<Turn>,
}

/// One exchange of a dialogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Name of the step.
    pub step: String,
    /// Whom it is about.
    pub about: Option<String>,
    /// Word for the kind of exchange.
    pub kind: String,
    /// The verb.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Headers as sent, without credentials.
    pub headers: Vec<(String, String)>,
    /// The body as sent.
    pub body: Option<Value>,
    /// The answer.
    pub answer: Answer,
    /// Number of the exchange within its scenario; not in files.
    pub exchange: Option<usize>,
}

/// An answer in a dialogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The status; 0 where no answer came.
    pub status: u16,
    /// The headers that are kept.
    pub headers: Vec<(String, String)>,
    /// The body, where it is JSON.
    pub body: Option<Value>,
}

/// Stands for JSON that was large and not kept.
const LET_GO: &str = "[large]";

impl Answer {
    /// True where nobody knows what the body was.
    pub fn is_let_go(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body == LET_GO)
    }
}

impl Dialogue {
    /// Makes the dialogue of a scenario from its exchanges; `steps` are the names of its steps.
    pub fn new(
        title: &str,
        scenario: &str,
        dialect: Option<&str>,
        steps: &[String],
        exchanges: &[Exchange],
        redaction: &Redaction,
    ) -> Dialogue {
        let turns = exchanges
            .iter()
            .filter(|exchange| exchange.purpose == Purpose::Spoken && !is_repeated(exchange, exchanges))
            .filter(|exchange| !(redaction.alone && is_later_page(exchange, redaction)))
            .map(|exchange| turn(exchange, steps, redaction))
            .collect();
        Dialogue { title: title.to_owned(), scenario: scenario.to_owned(), dialect: dialect.map(str::to_owned), turns }
    }
}

/// True for a request that was sent once more because the target had asked for a pause.
fn is_repeated(exchange: &Exchange, exchanges: &[Exchange]) -> bool {
    let later = exchanges.get(exchange.number + 1..).unwrap_or_default();
    let paused = exchange.response().is_some_and(|response| response.status == 429);
    paused && later.iter().any(|other| other.request == exchange.request)
}

/// True for a request of a list of everybody, or of what a filter finds that names none of ours.
fn of_all(exchange: &Exchange, redaction: &Redaction) -> bool {
    let body = exchange.request.body_json().map(Value::to_string).unwrap_or_default();
    let lists = exchange.response().is_some_and(|answer| answer.member("totalResults").is_some());
    let target = exchange.request.target();
    // Whoever is not somebody is everybody else.
    let others = ["%20ne%20", "not%20("].iter().any(|word| target.contains(word));
    lists && (others || (!redaction.names_ours(&target) && !redaction.names_ours(&body)))
}

/// How many pages there are of everybody depends on others.
fn is_later_page(exchange: &Exchange, redaction: &Redaction) -> bool {
    let start = exchange.request.query.iter().find(|(name, _)| name.eq_ignore_ascii_case("startIndex"));
    start.is_some_and(|(_, start)| start.parse::<u64>().is_ok_and(|start| start > 1)) && of_all(exchange, redaction)
}

fn turn(exchange: &Exchange, steps: &[String], redaction: &Redaction) -> Turn {
    let request = &exchange.request;
    let headers = request.headers.iter().map(|(name, value)| (name.clone(), redaction.header(name, value)));
    let answer = match &exchange.answer {
        Err(_) => Answer { status: 0, headers: Vec::new(), body: None },
        Ok(response) => {
            let single = exchange.kind.resource().is_some() && !exchange.kind.is_list();
            Answer {
                status: response.status,
                headers: KEPT
                    .iter()
                    .filter_map(|name| Some(((*name).to_owned(), redaction.header(name, response.header(name)?))))
                    .collect(),
                body: match &response.json {
                    Json::Value(value) if redaction.alone && of_all(exchange, redaction) => {
                        Some(redaction.list_of_all(value))
                    }
                    Json::Value(value) => Some(redaction.body(value, single)),
                    // What it says may be another thing every time; that it is none is not.
                    Json::Invalid(_) if redaction.alone => Some(Value::from("[no JSON]")),
                    Json::LetGo if redaction.alone => Some(Value::from(LET_GO)),
                    _ => None,
                },
            }
        }
    };
    Turn {
        // A name of several lines would end the line that it stands on.
        step: exchange.step.and_then(|step| steps.get(step)).map(|name| name.replace('\n', " ")).unwrap_or_default(),
        about: request.about.clone(),
        kind: exchange.kind.word().to_owned(),
        method: request.method.as_str().to_owned(),
        target: redaction.target(&request.target(), exchange.kind.id()),
        headers: headers.collect(),
        body: request.body_json().map(|body| redaction.request(body)),
        answer,
        exchange: Some(exchange.number),
    }
}
