//! Raw requests: filled in, sent, judged.

use std::collections::HashMap;

use reqwest::Method;
use serde_json::{Map, Value};

use super::{conversation::Conversation, verdict::Unmet};
use crate::{
    http::{AuthUse, Body, Exchange, Heard, Kind, Purpose, Request, segment},
    idp::{Cast, okta},
    judge::{Expect, Level, Sighting, Subject, describe},
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

/// Sends a raw request and judges the answer; keeps what it says to keep.
pub(super) async fn perform<'r>(
    conversation: &Conversation,
    raw: &'r RawRequest,
    names: &Value,
    saved: &mut Map<String, Value>,
    whom: impl Fn(&Request) -> Option<String>,
) -> Result<Vec<Unmet<'r>>, String> {
    let mut request = fill(raw, names)?;
    request.about = whom(&request);
    let about = request.about.clone();
    let expect = fill_expect(&raw.expect, names)?;
    let should = raw.expect.should.as_ref().map(|should| fill_expect(should, names)).transpose()?;
    // A scenario may be about the limit itself.
    let heard: Heard = if expect.names(429) {
        conversation.once(request, Purpose::Spoken).await
    } else {
        conversation.exchange(request, Purpose::Spoken).await
    };
    let judged = |expect: &Expect| {
        let of = |exchange: &Exchange| expect.judge(exchange, &conversation.marker);
        conversation.read(|exchanges| exchanges.get(heard.exchange).map(of).unwrap_or_default())
    };
    let required = judged(&expect);
    // What should be was said of the answer that was expected.
    let other = required.iter().any(|sighting| sighting.subject == Subject::Status);
    let recommended = should.filter(|_| !other).map(|should| judged(&should)).unwrap_or_default();
    let auth = match raw.auth {
        AuthUse::Ours => "",
        AuthUse::None => ", sent without credentials,",
        AuthUse::Wrong => ", sent with wrong credentials,",
    };
    let unmet = |word: &str, level: Option<Level>, fix: Option<&'r str>, sighting: Sighting| Unmet {
        claim: format!("{word}.{}", sighting.subject.word()),
        cause: format!("{word}.{}", sighting.subject.word()),
        about: about.clone(),
        exchange: Some(heard.exchange),
        message: format!("the answer to {} {}{auth} is not as expected", raw.method, raw.path),
        sighting: without_saved(sighting, saved),
        level,
        fix,
    };
    let fix = raw.expect.fix.as_deref();
    let better = raw.expect.should.as_ref().and_then(|should| should.fix.as_deref()).or(fix);
    let required = required.into_iter().map(|sighting| unmet("expect", raw.expect.level, fix, sighting));
    let recommended = recommended.into_iter().map(|sighting| unmet("should", Some(Level::Should), better, sighting));
    let unmet: Vec<Unmet<'r>> = required.chain(recommended).collect();
    if let Ok(response) = &heard.answer {
        for (name, place) in &raw.save {
            if let Some(value) = response.value().and_then(|value| place.of(value)) {
                saved.insert(name.clone(), value.clone());
            }
        }
    }
    Ok(unmet)
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
        ..expect.clone()
    })
}

/// What was saved may be of somebody who is not ours: it is told by its name.
fn without_saved(sighting: Sighting, saved: &Map<String, Value>) -> Sighting {
    let told = |text: String| {
        saved.iter().fold(text, |text, (name, value)| text.replace(&describe(value), &format!("the saved `{name}`")))
    };
    Sighting { expected: told(sighting.expected), actual: told(sighting.actual), ..sighting }
}

/// Whom a raw request is about: by the id in its path, or the name in its body.
pub(super) fn whom(request: &Request, cast: &Cast, ids: &HashMap<String, String>) -> Option<String> {
    let kind = Kind::of(request);
    if let Some(id) = kind.id() {
        return ids.iter().find(|(_, have)| *have == id).map(|(key, _)| key.clone());
    }
    let name = request.body_json()?.get(kind.resource()?.name_attribute())?.as_str()?;
    let person = cast.people.iter().find(|person| person.user_name() == name).map(|person| person.key.clone());
    person.or_else(|| cast.groups.iter().find(|group| group.name == name).map(|group| group.key.clone()))
}

/// The ids of what raw requests created.
pub(super) fn learn(ids: &mut HashMap<String, String>, exchanges: &[Exchange]) {
    for exchange in exchanges {
        if let (Kind::Create(_), Some(about), Some(response)) =
            (&exchange.kind, &exchange.request.about, exchange.success())
            && let Some(id) = okta::id_of(response.member("id"))
        {
            ids.entry(about.clone()).or_insert(id);
        }
    }
}
