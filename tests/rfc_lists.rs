//! The reading side of the suite `rfc7644`: quiet about a good server, turned red by faults, skipped where a target declines.
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test rfc_lists` writes `tests/faults/rfc7644-lists.txt` anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{collections::BTreeSet, fs, path::Path};

use scim_check::{
    http::Request,
    judge::rules,
    run::{Outcome, SkipKind},
    scenario::{Library, Scenario},
};
use serde_json::{Value, json};
use support::{
    runs::client,
    suite::{self, TOKEN, plan, server, through},
    tamper::Tamper,
};

/// The folders of the suite that are about reading.
const FOLDERS: [&str; 6] = ["read", "filter", "paging", "sort", "projection", "search"];

/// People who are there before: two pages.
const OTHERS: usize = 110;

fn scenarios() -> Vec<Scenario> {
    let ours = |scenario: &Scenario| {
        let folder = scenario.id.split('/').nth(1).unwrap_or_default();
        scenario.suite == "rfc7644" && FOLDERS.contains(&folder)
    };
    suite::scenarios("rfc7644").into_iter().filter(ours).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_server_hears_nothing_however_strict_and_however_many_are_there() {
    for (seed, strict) in [(0, false), (0, true), (OTHERS, false), (OTHERS, true)] {
        for folder in FOLDERS {
            suite::is_quiet(&format!("rfc7644/{folder}"), seed, strict).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_is_turned_red_by_a_fault() {
    suite::are_turned_red("rfc7644-lists", &scenarios(), OTHERS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_announced_is_skipped_with_the_reason() {
    let server = server(5, false).await;
    let without = async |which: &str, at: &'static str, change: fn(&mut u16, &mut Value)| {
        let tamper = Tamper::new(client(server.base_url(), TOKEN), move |_, request| request.path == at, change);
        let record = through(&plan(which), tamper, &server).await;
        let told =
            |one: &scim_check::run::ScenarioRecord| (one.outcome, one.kind, one.reason.clone().unwrap_or_default());
        record.scenarios.iter().map(told).collect::<Vec<_>>()
    };
    let config = "/ServiceProviderConfig";
    for (outcome, kind, reason) in
        without("rfc7644/sort", config, |_, body| body["sort"] = json!({"supported": false})).await
    {
        assert_eq!((outcome, kind), (Outcome::Skipped, Some(SkipKind::NotAnnounced)));
        assert_eq!(reason, "the target announces no sort: /ServiceProviderConfig has no sort.supported: true");
    }
    let told = without("rfc7644/filter/user-name", config, |status, _| *status = 404).await;
    assert!(told[0].2.contains("/ServiceProviderConfig is answered 404"), "{told:?}");
    for (outcome, _, reason) in without("rfc7644/search", "/Users/.search", |status, _| *status = 501).await {
        assert_eq!(
            (outcome, reason.as_str()),
            (Outcome::Skipped, "the target has no search: /Users/.search is answered 501")
        );
    }
    // Who fails there has not said that there is none.
    let told = without("rfc7644/search/users", "/Users/.search", |status, _| *status = 500).await;
    assert_eq!(told[0].0, Outcome::Failed);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_target_may_decline_is_no_finding_and_no_success() {
    let server = server(5, false).await;
    let refuses = async |words: &'static [&'static str], which: &str| {
        let asked = |request: &Request, word: &str| {
            request.query.iter().any(|(name, value)| name == "filter" && value.contains(word))
        };
        let tamper = Tamper::new(
            client(server.base_url(), TOKEN),
            move |_, request| words.iter().any(|word| asked(request, word)),
            |status, body| {
                *status = 400;
                *body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400", "scimType": "invalidFilter", "detail": "not supported"});
            },
        );
        through(&plan(which), tamper, &server).await
    };
    let record = refuses(&[" co "], "rfc7644/filter/contains").await;
    let one = &record.scenarios[0];
    assert_eq!((one.outcome, one.kind), (Outcome::Skipped, Some(SkipKind::Declined)));
    assert_eq!(one.reason.as_deref(), Some("the target declines this: GET /Users is answered 400"));
    assert_eq!(record.findings().count(), 0);
    // What has been answered in one form can't be declined in another.
    let record = refuses(&["ń"], "rfc7644/filter/other-scripts").await;
    assert_eq!(record.scenarios[0].outcome, Outcome::Passed, "no such letter is asked for");
    let record = refuses(&["山"], "rfc7644/filter/other-scripts").await;
    assert_eq!(record.scenarios[0].outcome, Outcome::Failed);
    let record = refuses(&["userName eq"], "rfc7644/filter/user-name").await;
    assert_eq!(record.scenarios[0].outcome, Outcome::Failed);
    server.stop().await;
}

#[test]
fn the_table_of_checks_names_what_there_is() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rfc_checks/lists.tsv");
    let library = Library::builtin().unwrap();
    let mut named = BTreeSet::new();
    for line in fs::read_to_string(table).unwrap().lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        match cells.as_slice() {
            [_, "-", reason] => assert!(reason.len() > 20, "{line}"),
            [_, covered] => {
                for one in covered.split(',') {
                    let there = match one.strip_prefix("rule:") {
                        Some(rule) => rules::by_id(rule).is_some(),
                        None => library.scenario(one).is_some(),
                    };
                    assert!(there, "{line}");
                    named.insert(one.to_owned());
                }
            }
            _ => panic!("{line}"),
        }
    }
    let silent: Vec<String> = scenarios().into_iter().map(|one| one.id).filter(|id| !named.contains(id)).collect();
    assert_eq!(silent, Vec::<String>::new(), "scenarios that no check asks for");
}
