//! HAR 1.2, the archive format of HTTP traffic, which browsers and proxies open.

use jiff::Timestamp;
use serde_json::{Value, json};
use url::{Position, Url};

use super::{
    Context,
    exchange::{Content, answer_headers, content, own_headers, sent},
};
use crate::{
    http::{Added, AuthUse, Body, Exchange, Failure, Response, on_the_wire},
    run::{RunRecord, ScenarioRecord},
};

/// Writes every exchange of a run that went out, oldest first, a page for each scenario. Secrets are not in it, nor are values of people
/// who are not ours.
pub fn har(record: &RunRecord, context: &Context) -> Value {
    let went_out = |exchange: &&Exchange| exchange.answer.as_ref().err().is_none_or(sent);
    let mut pages = Vec::new();
    let mut entries: Vec<(Timestamp, Value)> = Vec::new();
    for scenario in &record.scenarios {
        let before = entries.len();
        for exchange in scenario.exchanges.iter().filter(went_out) {
            let at = scenario.started_at.checked_add(exchange.sent_after).unwrap_or(scenario.started_at);
            entries.push((at, entry(exchange, at, scenario, record, context)));
        }
        if entries.len() > before {
            let name = context.secrets.hide(&scenario.name());
            pages.push(json!({
                "startedDateTime": moment(scenario.started_at), "id": name, "title": name, "pageTimings": {},
            }));
        }
    }
    // The order of the plan remains where two were sent at once.
    entries.sort_by_key(|(at, _)| *at);
    let entries: Vec<Value> = entries.into_iter().map(|(_, entry)| entry).collect();
    json!({"log": {
        "version": "1.2",
        "creator": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        "pages": pages,
        "entries": entries,
    }})
}

fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn entry(
    exchange: &Exchange,
    at: Timestamp,
    scenario: &ScenarioRecord,
    record: &RunRecord,
    context: &Context,
) -> Value {
    let time = exchange.took.as_secs_f64() * 1000.0;
    let response = match &exchange.answer {
        Ok(response) => answer(response, context, &record.marker),
        Err(failure) => no_answer(failure, context, &record.marker),
    };
    json!({
        "pageref": context.secrets.hide(&scenario.name()),
        "startedDateTime": moment(at),
        "time": time,
        "request": request(exchange, context, &record.marker),
        "response": response,
        "cache": {},
        "timings": {"send": 0, "wait": time, "receive": 0, "comment": "only the whole is measured"},
        "comment": format!(
            "exchange {}: {}, {}",
            scenario.first + exchange.number + 1,
            exchange.purpose.word(),
            exchange.kind.word()
        ),
    })
}

fn request(exchange: &Exchange, context: &Context, marker: &str) -> Value {
    // What the base URL itself has for a query may be a secret and is left out.
    let target = context.target(exchange, marker);
    let url = format!("{}{target}", context.secrets.hide(context.base.as_str()));
    let query: Vec<Value> = target
        .split_once('?')
        .map(|(_, query)| query.split('&').collect::<Vec<_>>())
        .unwrap_or_default()
        .into_iter()
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            json!({"name": context.secrets.hide(&decoded(name)), "value": context.secrets.hide(&decoded(value))})
        })
        .collect();
    let mut out = json!({
        "method": exchange.request.method.as_str(),
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": pairs(&request_headers(exchange, context, marker)),
        "queryString": query,
        "headersSize": -1,
        "bodySize": exchange.request.body.as_ref().map_or(0, |body| body.bytes().len()),
    });
    if exchange.request.body.is_some() {
        let headers = own_headers(exchange, context, marker);
        let media_type = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let text = match &exchange.request.body {
            Some(Body::Raw(bytes)) => context.text(&String::from_utf8_lossy(bytes), marker),
            _ => context.request_body(exchange, marker).map(|body| body.to_string()).unwrap_or_default(),
        };
        out["postData"] = json!({"mimeType": media_type.map_or("", |(_, value)| value), "params": [], "text": text});
    }
    out
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// All headers in the order of the wire, those that the client adds too; what is secret of them by its name only.
fn request_headers(exchange: &Exchange, context: &Context, marker: &str) -> Vec<(String, String)> {
    let own = own_headers(exchange, context, marker);
    let auth = exchange.request.auth;
    let mut credentials: Vec<(&str, &str)> = context
        .credentials
        .headers(auth)
        .into_iter()
        .map(|(name, value)| {
            let nobodys = auth == AuthUse::Wrong && context.credentials.wrong() == (name, value);
            (name, if nobodys { value } else { "[secret]" })
        })
        .collect();
    // A token that is fetched is not among them.
    let fetched = matches!(auth, AuthUse::Ours | AuthUse::LowerCase | AuthUse::Suffixed);
    if fetched && context.credentials.tokens().is_some() {
        credentials.insert(0, ("Authorization", "[secret]"));
    }
    let host = Url::parse(context.base.as_str())
        .map(|url| url[Position::BeforeHost..Position::AfterPort].to_owned())
        .unwrap_or_default();
    let length = exchange.request.body.as_ref().map(|body| body.bytes().len().to_string());
    let added = Added { credentials, length, host: &host };
    let all = on_the_wire(&own, &added).into_iter();
    all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn answer(response: &Response, context: &Context, marker: &str) -> Value {
    let headers = answer_headers(response, context, marker);
    let value = |name: &str| {
        headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.as_str())
    };
    let mut body = json!({"size": response.size, "mimeType": value("content-type")});
    match content(response, context, marker) {
        Content::Json(json) => body["text"] = Value::String(json.to_string()),
        Content::Other(_) => body["comment"] = json!("no JSON, which is not shown: it may hold what is not ours"),
        Content::LetGo(_) => body["comment"] = json!("a large answer, which was not kept"),
        Content::Empty => {}
    }
    let redirects = (300..400).contains(&response.status);
    // A body that came compressed, or was cut, was of another size on the wire.
    let as_sent = value("content-encoding").is_empty() && !response.cut;
    json!({
        "status": response.status,
        "statusText": "",
        "httpVersion": "unknown",
        "cookies": [],
        "headers": pairs(&headers),
        "content": body,
        "redirectURL": if redirects { value("location") } else { "" },
        "headersSize": -1,
        "bodySize": if as_sent { json!(response.size) } else { json!(-1) },
    })
}

/// What stands for an answer where there is none: status 0, as browsers have it.
fn no_answer(failure: &Failure, context: &Context, marker: &str) -> Value {
    json!({
        "status": 0,
        "statusText": "",
        "httpVersion": "unknown",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": ""},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
        "_error": context.text(&failure.to_string(), marker),
    })
}

fn pairs(headers: &[(String, String)]) -> Vec<Value> {
    headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}
