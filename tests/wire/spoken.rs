//! What Okta said in a scenario, found again among the bytes of the wire, with names for what is volatile.

use std::collections::HashMap;

use regex_lite::Regex;
use scim_check::{
    http::{Exchange, Kind, Purpose},
    idp::okta,
    run::{Planned, RunRecord, ScenarioRecord, inferred},
};

use crate::support::relay::Heard;

/// One request that Okta spoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// `assign ada | ada | lookup`
    pub what: String,
    /// What is inferred of the step, with its first request.
    pub remarks: Vec<String>,
    /// `GET /Users?startIndex=1&count=2`, relative to the base URL.
    pub line: String,
    /// In the order of the wire.
    pub headers: Vec<(String, String)>,
    /// Empty where there is none.
    pub body: String,
}

/// Takes the requests of a scenario from what was heard, and answers those that Okta spoke. Set-up, read-backs and
/// clean-up are told apart by the purposes of the exchanges, which say the same as the bytes.
pub fn spoken(planned: &Planned, scenario: &ScenarioRecord, record: &RunRecord, wire: &mut Wire) -> Vec<Spoken> {
    let names = Names::new(scenario, record);
    let mut last_step = None;
    let mut last_of: HashMap<Option<&str>, usize> = HashMap::new();
    let mut spoken = Vec::new();
    for exchange in &scenario.exchanges {
        let (at, heard) = wire.take(exchange);
        if exchange.purpose != Purpose::Spoken {
            continue;
        }
        // People who are handled at once are told one after the other; what is said of one keeps its order.
        let before = last_of.insert(exchange.request.about.as_deref(), at);
        assert!(before.is_none_or(|before| before < at), "{}: not in this order on the wire", heard.line());
        let first = exchange.step.filter(|_| exchange.step != last_step);
        last_step = exchange.step;
        let remarks = first.map(|step| inferred(planned, scenario, step)).unwrap_or_default();
        let step = exchange.step.map_or("", |step| planned.scenario.steps[step].name.as_str());
        let about = exchange.request.about.as_deref().unwrap_or("-");
        let header = |(name, value): &(&str, &str)| ((*name).to_owned(), names.header(name, value));
        spoken.push(Spoken {
            what: format!("{step} | {about} | {}", exchange.kind.word()),
            remarks: remarks.into_iter().map(|remark| format!("inferred: {remark}")).collect(),
            line: names.text(&wire.relative(heard.line())),
            headers: heard.headers().iter().map(header).collect(),
            body: names.text(std::str::from_utf8(&heard.body).unwrap()),
        });
    }
    spoken
}

/// All requests that were heard, and which of them were found again.
pub struct Wire {
    heard: Vec<Option<Heard>>,
    /// The path of the base URL.
    path: String,
}

impl Wire {
    pub fn new(heard: Vec<Heard>, path: &str) -> Wire {
        Wire { heard: heard.into_iter().map(Some).collect(), path: path.to_owned() }
    }

    /// The first request heard that says what an exchange says, same line and same body, and its place.
    fn take(&mut self, exchange: &Exchange) -> (usize, Heard) {
        let request = &exchange.request;
        let line = format!("{} {}{} HTTP/1.1", request.method, self.path, request.target());
        let body = request.body.as_ref().map_or_else(Vec::new, |body| body.bytes().to_vec());
        let same =
            |heard: &Option<Heard>| heard.as_ref().is_some_and(|heard| heard.line() == line && heard.body == body);
        let at = self.heard.iter().position(same).unwrap_or_else(|| panic!("not on the wire: {line}"));
        (at, self.heard[at].take().unwrap())
    }

    fn relative(&self, line: &str) -> String {
        line.replacen(&format!(" {}", self.path), " ", 1).trim_end_matches(" HTTP/1.1").to_owned()
    }

    /// What was heard and belongs to no exchange.
    pub fn left(&self) -> Vec<&str> {
        self.heard.iter().flatten().map(Heard::line).collect()
    }
}

/// Names of what differs from run to run.
struct Names {
    exact: Vec<(String, String)>,
    patterns: Vec<(Regex, &'static str)>,
}

impl Names {
    fn new(scenario: &ScenarioRecord, record: &RunRecord) -> Names {
        let mut exact = vec![(record.base_url.clone(), "[base]".to_owned())];
        let mut name = |value: String, name: String| {
            if !exact.iter().any(|(have, _)| *have == value) {
                exact.push((value, name));
            }
        };
        for exchange in scenario.exchanges.iter().filter(|exchange| exchange.purpose != Purpose::Cleanup) {
            let Some(about) = &exchange.request.about else { continue };
            if let Some(external) = exchange.request.body_json().and_then(|body| body["externalId"].as_str()) {
                name(external.to_owned(), format!("[{about}.externalId]"));
            }
            if let (Kind::Create(_), Some(answer)) = (&exchange.kind, exchange.success()) {
                name(okta::id_of(answer.member("id")).unwrap(), format!("[{about}.id]"));
            }
        }
        name(scenario.unique.clone(), "[unique]".to_owned());
        let patterns = [
            (r#""password":"[A-Za-z0-9]+""#, r#""password":"[password]""#),
            (r#""version":"(\\.|[^"\\])+""#, r#""version":"[version]""#),
            (r#""\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*Z""#, r#""[date]""#),
        ];
        Names { exact, patterns: patterns.map(|(pattern, name)| (Regex::new(pattern).unwrap(), name)).into() }
    }

    fn text(&self, text: &str) -> String {
        let text = self.exact.iter().fold(text.to_owned(), |text, (value, name)| text.replace(value, name));
        self.patterns.iter().fold(text, |text, (pattern, name)| pattern.replace_all(&text, *name).into_owned())
    }

    fn header(&self, name: &str, value: &str) -> String {
        match name {
            "Host" => "[host]".to_owned(),
            "Content-Length" => "[length]".to_owned(),
            "Authorization" => value.replace(super::TOKEN, "[token]"),
            _ => self.text(value),
        }
    }
}
