//! The suites `okta` and `okta-spec` against servers that we did not write. Every line was verified by hand with curl.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;

use scim_check::{
    idp::Dialect,
    run::{Outcome, Plan},
    scenario::{Library, Selection},
};
use support::peers::{Peer, start};

/// What is told of a peer: level, who says it, and for expectations which claim.
async fn told(peer: Peer, suite: &str) -> Option<Vec<String>> {
    let running = start(peer)?;
    let library = Library::builtin().unwrap();
    let plan = Plan::new(&library, &Selection::new(&[suite.to_owned()], false).unwrap(), &Dialect::ALL, &[]);
    let record = support::runs::against(&plan, &running.base_url, &running.token, 4).await;
    assert!(
        record.scenarios.iter().all(|scenario| scenario.outcome != Outcome::Error),
        "a scenario was not carried out"
    );
    assert_eq!(record.leftovers().count(), 0, "everything is removed again");
    let lines: BTreeSet<String> = record
        .roots()
        .map(|finding| match finding.owner.word() {
            "expectation" | "snapshot" => format!("{} {} {}", finding.level, finding.scenario, finding.claim),
            rule => format!("{} {rule}", finding.level),
        })
        .collect();
    Some(lines.into_iter().collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn scim2_server_is_clean() {
    if let Some(told) = told(Peer::Scim2Server, "okta").await {
        assert_eq!(told, [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_defects_of_scimmy_that_okta_meets_are_told_and_nothing_else() {
    let Some(told) = told(Peer::Scimmy, "okta").await else { return };
    assert_eq!(
        told,
        [
            // The library compares userName with case, so that a taken name is not found.
            "must lookup-misses-known",
            // PATCH add of present members stores them twice.
            "must member-twice",
            // startIndex beyond the end starts again from the first.
            "should okta/import/past-the-end a page far beyond the end/expect.Resources",
            // No Location on 201.
            "may create-location-missing",
            // The count asked for, not the number returned.
            "may items-per-page-not-returned",
            // A path without host, since no base URI is configured.
            "may meta-location-without-host",
            // A 401 without WWW-Authenticate.
            "may www-authenticate-missing",
        ]
        .into_iter()
        .map(str::to_owned)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn scim2_server_passes_what_okta_publishes() {
    if let Some(told) = told(Peer::Scim2Server, "okta-spec").await {
        assert_eq!(told, [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scimmy_passes_what_okta_publishes_but_for_what_should_be() {
    let Some(told) = told(Peer::Scimmy, "okta-spec").await else { return };
    assert_eq!(
        told,
        [
            // No Location on 201.
            "may create-location-missing",
            // The count asked for, not the number returned; the suites of Okta ask for it with the entitlements only.
            "may items-per-page-not-returned",
            // A path without host, since no base URI is configured.
            "may meta-location-without-host",
            // A 401 without WWW-Authenticate.
            "may www-authenticate-missing",
            // The library compares userName with case; step 9 of the SPEC suite takes the empty list.
            "should lookup-misses-known",
        ]
    );
}
