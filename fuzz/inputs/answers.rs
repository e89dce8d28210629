//! Whatever a target answers, a run comes to its end, and every report can be written.
//!
//! The first byte says which scenario and which report. Then comes a row of answers: two bytes for the status, a byte for the media type, then a body that ends with a zero byte. A body that
//! begins with `=` is what was sent, with the members of the JSON behind it: so a target answers that goes along with the story.

use std::{
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use bytes::Bytes;
use scim_check::{
    http::{BaseUrl, BoxFuture, Credentials, Failure, Request, Response, Transport},
    idp::Dialect,
    judge::Level,
    report::{Context, Format, Verbosity, terminal},
    run::{Halt, Marker, PeopleDefaults, Plan, RunOptions, Runner},
    scenario::{Library, Selection},
};
use serde_json::Value;

const BASE: &str = "http://127.0.0.1:1/scim/v2";
const TYPES: [&str; 4] = ["application/scim+json", "application/json; charset=utf-8", "text/html", ""];

static PLANS: LazyLock<Vec<Plan>> = LazyLock::new(|| {
    let library = Library::builtin().unwrap();
    let patterns = ["okta/lifecycle/unassign", "okta/groups/push", "okta/import", "rfc7644/create", "rfc7643"];
    let selection = Selection::new(&patterns.map(str::to_owned), false).unwrap();
    let entries = Plan::new(&library, &selection, &Dialect::ALL, &[]).entries;
    entries.into_iter().map(|entry| Plan { entries: vec![entry] }).collect()
});

struct Answers(Mutex<Vec<Response>>);

impl Transport for Answers {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        let mut left = self.0.lock().unwrap();
        let next = if left.len() > 1 { left.pop() } else { left.first().cloned() };
        let next = next.map(|answer| along(answer, request));
        Box::pin(std::future::ready(next.ok_or(Failure::Broken("nothing".to_owned()))))
    }
}

/// An answer with what was sent in its place, where it says so.
fn along(answer: Response, request: &Request) -> Response {
    let Some(more) = answer.body.strip_prefix(b"=") else { return answer };
    let mut body = request.body_json().cloned().unwrap_or_default();
    if let (Some(body), Ok(Value::Object(more))) = (body.as_object_mut(), serde_json::from_slice(more)) {
        body.extend(more);
    }
    Response::new(answer.status, answer.headers.clone(), body.to_string().into(), false)
}

fn answers(bytes: &[u8]) -> Vec<Response> {
    let mut all: Vec<Response> = bytes
        .split(|byte| *byte == 0)
        .filter(|part| part.len() >= 3)
        .take(64)
        .map(|part| {
            let status = 100 + u16::from_le_bytes([part[0], part[1]]) % 500;
            let kind = TYPES[usize::from(part[2]) % TYPES.len()];
            let headers = vec![("content-type".to_owned(), kind.to_owned())];
            Response::new(status, headers, Bytes::copy_from_slice(&part[3..]), false)
        })
        .collect();
    all.reverse();
    all
}

pub fn hold(bytes: &[u8]) {
    let Some((which, bytes)) = bytes.split_first() else { return };
    let which = usize::from(*which);
    let transport = Arc::new(Answers(Mutex::new(answers(bytes))));
    let options = RunOptions {
        jobs: 1,
        keep: false,
        fail_on: Level::Must,
        people: PeopleDefaults::default(),
        marker: Marker::fixed(),
        patience: Duration::ZERO,
        settle: Duration::ZERO,
        own_snapshots: Arc::default(),
    };
    let runner = Runner::new(transport, BASE, Arc::new(Halt::default()), options);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let record = runtime.block_on(runner.run(&PLANS[which % PLANS.len()], |_| {}));
    let context = Context::new(BaseUrl::parse(BASE).unwrap(), Credentials::none(), &record, 80);
    let _ = terminal(&record, &context, Verbosity::Exchanges);
    let formats = Format::ALL;
    formats[which / 3 % formats.len()].write(&record, &context, true).unwrap();
}
