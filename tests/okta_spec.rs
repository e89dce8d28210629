//! The suite `okta-spec`: quiet about a good server, and each of its expectations can fail.
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test okta_spec` writes `tests/faults/okta-spec.txt` anew: a line is a scenario, a fault that
//! turns it red, and the findings on the screen. To add a line, write its first two words.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{collections::BTreeSet, fs, path::Path};

use scim_check::{
    run::{Outcome, SkipKind},
    scenario::What,
};
use serde_json::{Value, json};
use support::{
    runs::client,
    suite::{self, TOKEN, plan, scenarios, server, tells, through},
    tamper::Tamper,
};

const SUITE: &str = "okta-spec";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_server_hears_nothing_however_strict_and_however_many_are_there() {
    for (seed, strict) in [(0, false), (0, true), (30, false), (30, true)] {
        suite::is_quiet(SUITE, seed, strict).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_is_turned_red_by_a_fault() {
    suite::is_turned_red(SUITE, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_expectation_can_fail() {
    suite::can_fail(SUITE).await;
}

/// The rows of `docs/okta-spec.md`, as scenario, beginning of the step's name, and claim.
fn documented() -> BTreeSet<(String, String, String)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/okta-spec.md");
    let page = fs::read_to_string(page).unwrap();
    let mut rows = BTreeSet::new();
    for row in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        for scenario in quoted(cells[2]) {
            for claim in quoted(&format!("{} {}", cells[3], cells[4])) {
                if claim.contains("expect.") || claim.contains("should.") {
                    rows.insert((format!("okta-spec/{scenario}"), cells[0].to_owned(), claim));
                }
            }
        }
    }
    rows
}

#[test]
fn every_expectation_is_in_the_docs_and_nothing_else() {
    let mut made = BTreeSet::new();
    for scenario in scenarios(SUITE) {
        for claim in suite::claims(&scenario) {
            let step = scenario.steps[claim.step].name.split(':').next().unwrap();
            made.insert((scenario.id.clone(), step.to_owned(), claim.word));
        }
        for step in &scenario.steps {
            if let What::Request(request) = &step.what
                && request.expect.within_ms.is_some()
            {
                let name = step.name.split(':').next().unwrap().to_owned();
                made.insert((scenario.id.clone(), name, "expect.time".to_owned()));
            }
        }
    }
    let told = documented();
    assert_eq!(made.difference(&told).collect::<Vec<_>>(), Vec::<&_>::new(), "not in the docs");
    assert_eq!(told.difference(&made).collect::<Vec<_>>(), Vec::<&_>::new(), "in the docs only");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_announced_is_skipped_with_the_reason() {
    let server = server(5, false).await;
    let announced = |of: &'static str| {
        move |_: &mut u16, body: &mut Value| {
            let types = body["Resources"].as_array_mut().unwrap();
            types.retain(|one| one["name"] != of);
        }
    };
    let types = |_: usize, request: &scim_check::http::Request| request.path == "/ResourceTypes";
    let run = async |tamper: Tamper| through(&plan("okta-spec/entitlements"), tamper, &server).await;

    let record = run(Tamper::new(client(server.base_url(), TOKEN), types, announced("Role"))).await;
    let outcomes: Vec<_> = record.scenarios.iter().map(|one| (one.id.as_str(), one.outcome, one.kind)).collect();
    assert_eq!(
        outcomes,
        [
            ("okta-spec/entitlements/entitlements", Outcome::Passed, None),
            ("okta-spec/entitlements/roles", Outcome::Skipped, Some(SkipKind::NotAnnounced)),
        ]
    );
    let reason = record.scenarios[1].reason.clone().unwrap();
    assert!(reason.contains("urn:okta:scim:schemas:core:1.0:Role"), "{reason}");

    let record = run(Tamper::new(client(server.base_url(), TOKEN), types, |status, _| *status = 404)).await;
    assert!(record.scenarios.iter().all(|one| one.reason.as_ref().unwrap().contains("is answered 404")));

    // Who fails there has not said that there are none.
    let record = run(Tamper::new(client(server.base_url(), TOKEN), types, |status, _| *status = 500)).await;
    assert!(record.scenarios.iter().all(|one| one.outcome == Outcome::Failed));

    // A bare array announces, too, and is no ListResponse.
    let bare = |_: &mut u16, body: &mut Value| *body = body["Resources"].take();
    let record = run(Tamper::new(client(server.base_url(), TOKEN), types, bare)).await;
    assert!(record.scenarios.iter().all(|one| one.outcome == Outcome::Failed));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_first_user_listed_nothing_is_told_but_names_of_attributes() {
    let server = server(5, false).await;
    let first = server.dump()["users"][0].clone();
    // Ours are confirmed by reads as Okta's client makes them.
    let reads = |_: usize, request: &scim_check::http::Request| {
        request.headers.iter().any(|(_, value)| value == "OKTA SCIM Integration")
    };
    let change = |_: &mut u16, body: &mut Value| {
        let (alone, listed) = (body.get("id").is_some(), body["Resources"].get(0).is_some());
        if alone {
            body["id"] = json!("another");
            body["active"] = json!("hush");
        } else if listed {
            body["Resources"][0]["active"] = json!("hush");
        }
    };
    let tamper = Tamper::new(client(server.base_url(), TOKEN), reads, change);
    let record = through(&plan("okta-spec/spec/*"), tamper, &server).await;
    assert!(tells(&record, "SPEC 2: read the user who was listed/expect.id"));
    assert!(tells(&record, "SPEC 1: list one user/should.Resources.first.active"));
    for finding in record
        .findings()
        .filter(|finding| finding.scenario.ends_with("first-user") || finding.scenario.ends_with("read-by-id"))
    {
        let told = format!("{} {} {}", finding.message, finding.expected, finding.actual);
        assert!(!told.contains(first["id"].as_str().unwrap()) && !told.contains("hush"), "{told}");
    }
    server.stop().await;
}
