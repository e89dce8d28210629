//! Whatever a target answers, a run comes to its end, and every report can be written.
//!
//! The input is a row of answers: two bytes for the status, a byte for the media type, then a body that ends with a zero byte.
#![no_main]

use std::{
    sync::{
        Arc, LazyLock, Mutex,
    },
    time::Duration,
};

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use scim_check::{
    http::{BaseUrl, BoxFuture, Credentials, Failure, Request, Response, Transport},
    idp::Dialect,
    judge::Level,
    report::{Context, Format, Verbosity, terminal},
    run::{Halt, Marker, PeopleDefaults, Plan, RunOptions, Runner},
    scenario::{Library, Selection},
};

const BASE: &str = "http://127.0.0.1:1/scim/v2";
const TYPES: [&str; 4] = ["application/scim+json", "application/json; charset=utf-8", "text/html", ""];

static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    let library = Library::builtin().unwrap();
    let patterns = ["okta/lifecycle/unassign", "okta/groups/push", "okta/import/users"].map(str::to_owned);
    let mut plan = Plan::new(&library, &Selection::new(&patterns, false).unwrap(), &Dialect::ALL, &[]);
    plan.entries.truncate(4);
    plan
});

struct Answers(Mutex<Vec<Response>>);

impl Transport for Answers {
    fn send<'a>(&'a self, _request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        let mut left = self.0.lock().unwrap();
        let next = if left.len() > 1 { left.pop() } else { left.first().cloned() };
        Box::pin(std::future::ready(next.ok_or(Failure::Broken("nothing".to_owned()))))
    }
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

fuzz_target!(|bytes: &[u8]| {
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
    let record = runtime.block_on(runner.run(&PLAN, |_| {}));
    let context = Context::new(BaseUrl::parse(BASE).unwrap(), Credentials::none(), &record, 80);
    let _ = terminal(&record, &context, Verbosity::Exchanges);
    for format in Format::ALL {
        format.write(&record, &context, true).unwrap();
    }
});
