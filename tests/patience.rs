//! What is waited for, and what is not: pauses that a target asks for, and changes that show late.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use scim_check::{
    http::{BoxFuture, Client, Failure, Request, Response, Transport},
    idp::Dialect,
    run::{Marker, Outcome, Plan, RunRecord},
    scenario::{Library, Selection},
    server::{Server, ServerOptions},
};
use serde_json::{Value, json};
use support::{
    binary::{Desk, Ran},
    raw::{Answer, Raw},
    runs::{client, over_while},
};

const SMALL: &str = "okta/lifecycle/unassign@okta-catalogue";

/// A run against the embedded server and its report.
fn run(args: &[&str]) -> (Ran, Value) {
    let desk = Desk::new();
    let mut all = vec!["run", "--embedded", "--exchanges", "--report", "json=report.json"];
    all.extend(args);
    let ran = desk.run(&all);
    let report = fs::read_to_string(desk.path().join("report.json")).unwrap();
    (ran, serde_json::from_str(&report).unwrap())
}

/// The findings that follow from no other, as `should change-shown-late`.
fn told(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter().filter(|one| one["follows_from"].is_null());
    findings.map(|one| format!("{} {}", one["level"].as_str().unwrap(), one["rule"].as_str().unwrap())).collect()
}

fn exchanges(report: &Value) -> u64 {
    report["summary"]["exchanges"].as_u64().unwrap()
}

#[test]
fn what_is_readable_only_later_is_told_and_the_story_goes_on() {
    let (ran, report) = run(&["--fault", "create-readable-late", SMALL]);
    let ran = ran.ends(0).prints("change-shown-late").prints("ms after its answer");
    assert_eq!(told(&report), ["should change-shown-late"], "{}", ran.out);
    assert_eq!(report["summary"]["scenarios"]["passed"], 1);
    // Two looks more than on a good server for each who is created.
    let (_, clean) = run(&[SMALL]);
    let created = report["exchanges"].as_array().unwrap().iter().filter(|one| one["kind"] == "create").count() as u64;
    assert!(created > 0);
    assert_eq!(exchanges(&report), exchanges(&clean) + 2 * created);
    // Without patience it is what it was: nothing can be done to somebody who is not there.
    let (_, report) = run(&["--fault", "create-readable-late", "--settle", "0", SMALL]);
    assert_eq!(report["summary"]["scenarios"]["passed"], 0);
    assert!(told(&report).contains(&"must known-resource-not-found".to_owned()), "{:?}", told(&report));
}

#[test]
fn a_change_that_shows_late_is_told_apart_from_one_that_never_does() {
    let (ran, report) = run(&["--fault", "reads-lag", SMALL]);
    ran.ends(0);
    assert_eq!(told(&report), ["should change-shown-late"]);
    let (ran, report) = run(&["--fault", "patch-active-noop-200", "--settle", "200ms", SMALL]);
    ran.ends(1);
    assert_eq!(told(&report), ["must deactivation-not-shown"]);
    let (ran, _) = run(&["--fault", "reads-lag", "--settle", "0", SMALL]);
    ran.ends(1);
}

#[test]
fn a_good_server_is_asked_nothing_twice() {
    let (waiting, with) = run(&["--jobs", "1"]);
    let (_, without) = run(&["--jobs", "1", "--settle", "0", "--patience", "0"]);
    waiting.ends(0);
    assert_eq!(exchanges(&with), exchanges(&without));
}

#[test]
fn a_pause_is_kept_and_the_request_sent_again() {
    let (ran, report) = run(&["--fault", "rate-limited", "--jobs", "1", SMALL]);
    let ran = ran.ends(0);
    assert_eq!(told(&report), Vec::<String>::new(), "{}", ran.out);
    assert!(ran.took >= Duration::from_secs(1), "{:?}", ran.took);
    let exchanges = report["exchanges"].as_array().unwrap();
    let limited = exchanges.iter().position(|one| one["response"]["status"] == 429).unwrap();
    assert_eq!(exchanges[limited]["request"], exchanges[limited + 1]["request"]);
    assert_ne!(exchanges[limited + 1]["response"]["status"], 429);
}

#[test]
fn a_pause_that_is_too_long_ends_the_story_as_okta_s_task_is_put_off() {
    let (ran, report) =
        run(&["--fault", "rate-limited", "--patience", "500ms", "--jobs", "1", "okta/lifecycle/assign-again", "-v"]);
    let ran = ran.ends(3).prints("Okta pauses its task").prints("Retry-After 1");
    assert!(ran.took < Duration::from_secs(10));
    assert_eq!(told(&report), ["may expectation"], "{}", ran.out);
}

/// A target where the nth request, from 0, is answered 429 with this Retry-After, or all from there on.
fn limits(first: usize, all: bool, retry_after: &'static str) -> (Raw, Arc<Mutex<Vec<Instant>>>) {
    let times = Arc::<Mutex<Vec<Instant>>>::default();
    let noted = Arc::clone(&times);
    let raw = Raw::new(move |_| {
        let mut times = noted.lock().unwrap();
        times.push(Instant::now());
        let at = times.len() - 1;
        let limited = at == first || (all && at > first);
        let error =
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "429", "detail": "slow"});
        Some(if limited { Answer::json(429, &error).header("Retry-After", retry_after) } else { Answer::nobody() })
    });
    (raw, times)
}

#[test]
fn after_ten_tries_the_task_has_failed() {
    let (raw, _) = limits(1, true, "0");
    let args = ["run", "--base-url", &raw.base(), "okta/connect/test-credentials"];
    let ran = Desk::new().run(&args).ends(1).prints("Okta gives up").prints("Too Many Requests");
    // The first look, and ten tries; what failed beside others is repeated alone.
    assert_eq!(raw.heard().len(), 21, "{}", ran.out);
}

#[test]
fn crashes_and_silence_are_told_as_the_console_shows_them() {
    let admins = |report: &Value| -> String {
        report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| format!("{}\n", one["admin"].as_str().unwrap()))
            .collect()
    };
    let (_, report) = run(&["--fault", "patch-users-500", SMALL]);
    let told = admins(&report);
    assert!(
        told.contains("Internal Server Error. Errors reported by remote server: ") && told.contains("Retry Selected")
    );
    let first = std::sync::atomic::AtomicBool::new(true);
    let silent = Raw::new(move |_| {
        if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            return Some(Answer::nobody());
        }
        std::thread::park_timeout(Duration::from_secs(120));
        None
    });
    let desk = Desk::new();
    let base = silent.base();
    desk.run(&[
        "run",
        "--base-url",
        &base,
        "--timeout",
        "300ms",
        "--report",
        "json=report.json",
        "okta/lookup/stranger",
    ]);
    let report = fs::read_to_string(desk.path().join("report.json")).unwrap();
    let told = admins(&serde_json::from_str(&report).unwrap());
    assert!(told.contains("under Tasks") && told.contains("Retry Selected"), "{told}");
}

#[test]
fn what_okta_does_not_heed_is_not_heeded() {
    for retry_after in ["Sun, 22 Nov 2026 10:00:00 GMT", "1.5", "-1", "99999999999999999999"] {
        let (raw, _) = limits(1, true, retry_after);
        let args = ["run", "--base-url", &raw.base(), "okta/connect/test-credentials"];
        let ran = Desk::new().run(&args).ends(3).prints("status 429");
        assert_eq!(raw.heard().len(), 2, "{retry_after}: {}", ran.out);
        let heeded = retry_after.starts_with("999");
        assert_ne!(ran.out.contains("rate-limited-without-retry-after"), heeded, "{retry_after}: {}", ran.out);
    }
}

#[test]
fn who_is_asked_to_wait_makes_all_wait() {
    let (raw, times) = limits(1, false, "1");
    let args = ["run", "--base-url", &raw.base(), "--jobs", "4", "okta/connect", "okta/lookup/stranger", "okta/import"];
    Desk::new().run(&args);
    let times = times.lock().unwrap();
    let soon = times[2..].iter().filter(|at| at.duration_since(times[1]) < Duration::from_millis(900)).count();
    // What was under way when the target asked is no more than a few; if nobody else waited, it would be nearly all.
    assert!(times.len() > 12 && soon * 2 < times.len(), "{soon} of {} did not wait", times.len());
}

/// So long a request hangs.
const HANGS: Duration = Duration::from_millis(500);

/// Some requests hang, so many times; all others are answered.
struct Hanging {
    client: Client,
    which: fn(&Request) -> bool,
    times: usize,
    seen: AtomicUsize,
}

impl Transport for Hanging {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(async move {
            if (self.which)(request) && self.seen.fetch_add(1, Ordering::Relaxed) < self.times {
                tokio::time::sleep(HANGS).await;
                return Err(Failure::TimedOut(HANGS));
            }
            self.client.send(request).await
        })
    }
}

/// What is told where some requests hang and eight scenarios run at once.
async fn where_some_hang(suites: &[&str], times: usize, which: fn(&Request) -> bool) -> RunRecord {
    let token = "hanging-token-0123456789";
    let server = Server::start(ServerOptions { token: Some(token.to_owned()), ..ServerOptions::default() });
    let server = server.await.unwrap();
    let library = Library::builtin().unwrap();
    let selected: Vec<String> = suites.iter().map(|suite| (*suite).to_owned()).collect();
    let plan = Plan::new(&library, &Selection::new(&selected, false).unwrap(), &Dialect::ALL, &[]);
    let hanging = Hanging { client: client(server.base_url(), token), which, times, seen: AtomicUsize::new(0) };
    let record = over_while(&plan, Arc::new(hanging), server.base_url(), Marker::new(), |_| {}).await;
    server.stop().await;
    record
}

/// Time-outs are findings, and the target is not given up for them.
fn is_told_and_not_given_up(record: &RunRecord, passed: usize) {
    assert!(!record.given_up);
    let count = |outcome| record.scenarios.iter().filter(|scenario| scenario.outcome == outcome).count();
    assert!(count(Outcome::Passed) >= passed, "{} of {}", count(Outcome::Passed), record.scenarios.len());
    let findings = record.scenarios.iter().flat_map(|scenario| &scenario.findings);
    let told = findings.filter(|finding| finding.owner.word() == "no-answer").count();
    assert!(told > 0, "nothing is told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_that_hang_at_once_end_no_run() {
    let creates = |request: &Request| request.method == "POST" && request.path == "/Users";
    is_told_and_not_given_up(&where_some_hang(&["okta/lifecycle"], 8, creates).await, 10);
}

/// While lists are due nothing is changed, so that one list after the other may be all that is sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_that_always_hang_end_no_run() {
    let lists =
        |request: &Request| request.method == "GET" && request.path == "/Users" && !request.target().contains("filter");
    let record = where_some_hang(&["okta-qa/import", "okta/lifecycle/assign"], usize::MAX, lists).await;
    is_told_and_not_given_up(&record, 2);
}

/// Where nothing is answered any more, the rest is not tried.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_hangs_for_good_is_given_up() {
    let record = where_some_hang(&["okta/lifecycle"], usize::MAX, |_| true).await;
    assert!(record.given_up);
    let exchanges: usize = record.scenarios.iter().map(|scenario| scenario.exchanges.len()).sum();
    // Five times eight at most, and what is not sent any more.
    assert!(exchanges < 60, "{exchanges}");
}
