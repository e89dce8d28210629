//! The suite `okta-qa`: quiet about a good server, turned red by faults, and each of its expectations can fail.
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test okta_qa` writes `tests/faults/okta-qa.txt` anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use support::suite;

const SUITE: &str = "okta-qa";

/// People who are there before: two pages of an import.
const OTHERS: usize = 110;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_server_hears_nothing_however_strict_and_however_many_are_there() {
    for (seed, strict) in [(0, false), (0, true), (OTHERS, false), (OTHERS, true)] {
        suite::is_quiet(SUITE, seed, strict).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_is_turned_red_by_a_fault() {
    suite::is_turned_red(SUITE, OTHERS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_expectation_can_fail() {
    suite::can_fail(SUITE).await;
}
