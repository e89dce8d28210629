//! Raw requests: filled in, sent, judged.

mod at_once;
mod whom;

use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use serde_json::{Map, Value};

pub(super) use self::{
    at_once::perform_at_once,
    whom::{learn, whom},
};
use super::{
    conversation::Conversation,
    lists::{self, Ground},
    verdict::Unmet,
};
use crate::{
    http::{AuthUse, Body, Exchange, Purpose, Request, Response, may_change, segment},
    judge::{EMPTY_LIST, Expect, Level, Ours, Showing, Sighting, Subject, describe},
    scenario::{RawRequest, Templates},
};

/// Fills in a raw request.
///
/// # Errors
/// A template that can't be filled in, a sentence.
pub(super) fn fill(raw: &RawRequest, names: &Value) -> Result<Request, String> {
    let templates = Templates::default();
    let path =
        if raw.path_raw { templates.text(&raw.path, names)? } else { templates.text(&raw.path, &escaped(names))? };
    let method = Method::from_bytes(raw.method.as_bytes()).map_err(|error| error.to_string())?;
    let mut request = Request::new(method, path);
    request.auth = raw.auth;
    for (name, value) in &raw.query {
        request = request.query(name, templates.text(value, names)?);
    }
    let mut headers = Vec::new();
    for (name, value) in &raw.headers {
        headers.push((name.clone(), templates.text(value, names)?));
    }
    let has = |wanted: &str| raw.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    if !has("accept") {
        request = request.header("Accept", "application/scim+json");
    }
    if (raw.body.is_some() || raw.body_raw.is_some()) && !has("content-type") {
        request = request.header("Content-Type", "application/scim+json");
    }
    request.headers.extend(headers);
    if let Some(body) = &raw.body {
        request.body = Some(Body::Json(templates.value(body, names)?));
    }
    if let Some(body) = &raw.body_raw {
        request.body = Some(Body::Raw(templates.text(body, names)?.into()));
    }
    Ok(request)
}

/// Every text escaped as one segment of a path.
fn escaped(names: &Value) -> Value {
    match names {
        Value::String(text) => Value::String(segment(text)),
        Value::Array(items) => items.iter().map(escaped).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), escaped(value))).collect(),
        other => other.clone(),
    }
}

/// A raw request, filled in.
pub(super) struct Ask<'r> {
    raw: &'r RawRequest,
    request: Request,
    expect: Expect,
    should: Option<Expect>,
}

impl<'r> Ask<'r> {
    /// Fills a request in; `whom` says whom it is about, `lane` its place among those sent at once.
    pub fn new(
        raw: &'r RawRequest,
        names: &Value,
        whom: &impl Fn(&Request) -> Option<String>,
        lane: usize,
    ) -> Result<Ask<'r>, String> {
        let mut request = fill(raw, names)?;
        request.about = whom(&request);
        request.lane = lane;
        let expect = fill_expect(&raw.expect, names)?;
        let should = raw.expect.should.as_ref().map(|should| fill_expect(should, names)).transpose()?;
        Ok(Ask { raw, request, expect, should })
    }

    /// Sends it. Answers the number of its exchange.
    async fn send(&self, conversation: &Conversation, about_limits: bool) -> usize {
        // A scenario may be about the limit itself.
        let heard = if about_limits || self.expect.names(429) {
            conversation.once(self.request.clone(), Purpose::Spoken).await
        } else {
            conversation.exchange(self.request.clone(), Purpose::Spoken).await
        };
        heard.exchange
    }

    /// Judges the answer.
    fn judge(
        &self,
        conversation: &Conversation,
        number: usize,
        saved: &Map<String, Value>,
        ours: Option<&Ours<'_>>,
    ) -> Vec<Unmet<'r>> {
        let judged = |expect: &Expect| {
            let of = |exchange: &Exchange| expect.judge(exchange, &conversation.marker);
            conversation.read(|exchanges| exchanges.get(number).map(of).unwrap_or_default())
        };
        let mut required = judged(&self.expect);
        let declined = self.declined(conversation, number).is_some();
        // What should be was said of the answer that was expected.
        let other = declined || required.iter().any(|sighting| sighting.subject == Subject::Status);
        let recommended = self.should.as_ref().filter(|_| !other).map(judged).unwrap_or_default();
        // What a success shows counts, also where it has another status than it should.
        let shown = lists::answer(conversation, number).filter(|answer| !declined && answer.is_success());
        if let (Some(ours), Some(answer)) = (ours, shown) {
            required.extend(self.expect.showing.judge(&self.request, &[&answer], ours));
        }
        let fix = self.raw.expect.fix.as_deref();
        let better = self.raw.expect.should.as_ref().and_then(|should| should.fix.as_deref()).or(fix);
        let level = self.raw.expect.level;
        let required = required.into_iter().map(|sighting| self.unmet("expect", level, fix, number, sighting, saved));
        let should = Some(Level::Should);
        let recommended =
            recommended.into_iter().map(|sighting| self.unmet("should", should, better, number, sighting, saved));
        required.chain(recommended).collect()
    }

    /// One thing that is not as expected.
    fn unmet(
        &self,
        word: &str,
        level: Option<Level>,
        fix: Option<&'r str>,
        number: usize,
        sighting: Sighting,
        saved: &Map<String, Value>,
    ) -> Unmet<'r> {
        let raw = self.raw;
        let auth = match raw.auth {
            AuthUse::Ours => "",
            AuthUse::LowerCase => ", sent with the scheme in lower case,",
            AuthUse::Suffixed => ", sent with a letter behind the token,",
            AuthUse::None => ", sent without credentials,",
            AuthUse::Wrong => ", sent with wrong credentials,",
            AuthUse::Other => ", sent with the token of another tenant,",
        };
        Unmet {
            claim: format!("{word}.{}", sighting.subject.word()),
            cause: format!("{word}.{}", sighting.subject.word()),
            about: self.request.about.clone(),
            exchange: Some(number),
            message: told(&sighting, &format!("{} {}{auth}", raw.method, readable(&raw.path))),
            sighting: without_saved(sighting, saved),
            level,
            fix,
        }
    }

    /// The status by which the target declines what was asked for, where that is as lawful.
    fn declined(&self, conversation: &Conversation, number: usize) -> Option<u16> {
        let answer = lists::answer(conversation, number)?;
        self.expect.declined(&answer).map(|_| answer.status)
    }

    /// What it says to keep of the answer.
    fn keep(&self, conversation: &Conversation, number: usize) -> Vec<(&'r str, Value)> {
        conversation.read(|exchanges| {
            let response = exchanges.get(number).and_then(Exchange::response);
            let kept = self.raw.save.iter().filter_map(|(name, place)| Some((name.as_str(), place.of(response?)?)));
            kept.collect()
        })
    }
}

/// What is wrong with the answer to a request, in a sentence.
fn told(sighting: &Sighting, request: &str) -> String {
    let part = match &sighting.subject {
        // Behind its words stands what else the answer says.
        Subject::Status => {
            return match sighting.actual.strip_prefix("status ").and_then(|status| status.get(..3)) {
                Some(status) => format!("{request} is answered {status}"),
                None => format!("{request} is not answered"),
            };
        }
        Subject::Found => return format!("{request} does not find exactly whom it should"),
        Subject::Header(name) => format!("the header {name} of"),
        Subject::Envelope(name) if name == "body" => "the body of".to_owned(),
        Subject::Envelope(name) | Subject::Attribute(name) => format!("`{name}` in"),
    };
    if sighting.expected == EMPTY_LIST {
        return format!("{part} the answer to {request} is not empty");
    }
    format!("{part} the answer to {request} is not as expected")
}

/// `/Users/{{ ada.id }}` as a person reads it: `/Users/<ada.id>`.
fn readable(path: &str) -> String {
    path.replace("{{ ", "<").replace(" }}", ">")
}

/// What came of a raw request.
#[derive(Default)]
pub(super) struct Said<'r> {
    /// What is not as expected.
    pub unmet: Vec<Unmet<'r>>,
    /// What the target declines to do, where that is as lawful.
    pub declined: Option<String>,
}

/// Sends a raw request, as often as it says, and judges the answers; keeps what it says to keep.
pub(super) async fn perform<'r>(
    conversation: &Conversation,
    raw: &'r RawRequest,
    names: &Value,
    saved: &mut Map<String, Value>,
    ground: &Ground<'_>,
) -> Result<Said<'r>, String> {
    let whom = |request: &Request| whom(request, ground.cast, ground.ids);
    if let Some(size) = raw.pages {
        let ask = Ask::new(raw, names, &whom, 0)?;
        return Ok(in_pages(conversation, &ask, size, saved, ground).await);
    }
    if raw.times == 1 {
        let ask = Ask::new(raw, names, &whom, 0)?;
        let (number, unmet) = once(conversation, &ask, saved, ground).await;
        saved.extend(ask.keep(conversation, number).into_iter().map(|(name, value)| (name.to_owned(), value)));
        return Ok(Said { unmet, declined: declined(conversation, &ask, number) });
    }
    let mut numbered = names.clone();
    let mut unmet = Vec::new();
    let mut kept: Map<String, Value> = Map::new();
    for time in 1..=raw.times {
        numbered["n"] = time.into();
        let ask = Ask::new(raw, &numbered, &whom, 0)?;
        let (number, wrong) = once(conversation, &ask, saved, ground).await;
        for (name, value) in ask.keep(conversation, number) {
            if let Value::Array(values) = kept.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                values.push(value);
            }
        }
        // What is wrong with one is wrong with all: told once.
        if !wrong.is_empty() {
            unmet = wrong;
            break;
        }
    }
    saved.extend(kept);
    Ok(Said { unmet, declined: None })
}

/// Sends a request and judges the answer. What it shows may show late, and is then looked at again.
async fn once<'r>(
    conversation: &Conversation,
    ask: &Ask<'r>,
    saved: &Map<String, Value>,
    ground: &Ground<'_>,
) -> (usize, Vec<Unmet<'r>>) {
    let showing = &ask.expect.showing;
    if showing.is_empty() {
        let number = ask.send(conversation, false).await;
        return (number, ask.judge(conversation, number, saved, None));
    }
    let sent = AtomicUsize::new(0);
    let look = async || {
        let number = ask.send(conversation, false).await;
        sent.store(number, Ordering::Relaxed);
        let own = ground.own(conversation, showing.reads()).await;
        ask.judge(conversation, number, saved, Some(&Ours { own: &own, declared: ground.declared }))
    };
    let changes = may_change(ask.request.method.as_str(), &ask.request.path);
    let unmet = if changes { look().await } else { conversation.settled(&look).await };
    (sent.load(Ordering::Relaxed), unmet)
}

/// Reads a list page by page, twice, and judges the pages, each and together.
async fn in_pages<'r>(
    conversation: &Conversation,
    ask: &Ask<'r>,
    size: usize,
    saved: &Map<String, Value>,
    ground: &Ground<'_>,
) -> Said<'r> {
    let raw = ask.raw;
    let (number, walk) = lists::walk(conversation, &ask.request, size).await;
    let mut unmet = ask.judge(conversation, number, saved, None);
    let declined = declined(conversation, ask, number);
    if let (Some(walk), None) = (walk, &declined) {
        let own = ground.own(conversation, ask.expect.showing.reads()).await;
        let ours = Ours { own: &own, declared: ground.declared };
        let answers: Vec<&Response> = walk.pages.iter().map(|page| page.answer.as_ref()).collect();
        // Whom the pages show together is a law of pages.
        let rest = Showing { finds: None, ..ask.expect.showing.clone() };
        let others = rest.judge(&ask.request, &answers, &ours).into_iter().map(|sighting| (number, None, sighting));
        let broken = walk.judge(&ask.request, ask.expect.showing.finds.as_ref(), &ours).into_iter().chain(others);
        let fix = raw.expect.fix.as_deref();
        unmet.extend(
            broken.map(|(page, level, sighting)| {
                ask.unmet("pages", level.or(raw.expect.level), fix, page, sighting, saved)
            }),
        );
    }
    Said { unmet, declined }
}

fn declined(conversation: &Conversation, ask: &Ask<'_>, number: usize) -> Option<String> {
    let status = ask.declined(conversation, number)?;
    Some(format!("{} {} is answered {status}", ask.raw.method, readable(&ask.raw.path)))
}

fn fill_expect(expect: &Expect, names: &Value) -> Result<Expect, String> {
    let templates = Templates::default();
    Ok(Expect {
        body: expect.body.as_ref().map(|body| templates.value(body, names)).transpose()?,
        headers: expect
            .headers
            .iter()
            .map(|(name, value)| Ok((name.clone(), templates.value(value, names)?)))
            .collect::<Result<_, String>>()?,
        or: expect.or.as_ref().map(|other| fill_expect(other, names).map(Box::new)).transpose()?,
        ..expect.clone()
    })
}

/// What was saved may be of somebody who is not ours: it is told by its name.
fn without_saved(sighting: Sighting, saved: &Map<String, Value>) -> Sighting {
    // Numbers and truth values are nobody's, and stand for others of their kind.
    let private =
        |value: &Value| value.as_str().is_some_and(|text| !text.is_empty()) || value.is_array() || value.is_object();
    let told = |text: String| {
        let values = saved.iter().filter(|(_, value)| private(value));
        values.fold(text, |text, (name, value)| text.replace(&describe(value), &format!("the saved `{name}`")))
    };
    Sighting { expected: told(sighting.expected), actual: told(sighting.actual), ..sighting }
}
