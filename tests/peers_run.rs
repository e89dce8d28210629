//! The suites `okta`, `okta-qa` and `okta-spec`, and the reading side of `rfc7644`, against servers that we did not write. Every line was verified by hand with curl.

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
    told_of(peer, &[suite]).await
}

/// The same for some folders.
async fn told_of(peer: Peer, folders: &[&str]) -> Option<Vec<String>> {
    let running = start(peer)?;
    let library = Library::builtin().unwrap();
    let selected: Vec<String> = folders.iter().map(|folder| (*folder).to_owned()).collect();
    let plan = Plan::new(&library, &Selection::new(&selected, false).unwrap(), &Dialect::ALL, &[]);
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
async fn scim2_server_shows_what_the_qa_plan_wants() {
    if let Some(told) = told(Peer::Scim2Server, "okta-qa").await {
        assert_eq!(told, [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scimmy_shows_what_the_qa_plan_wants_but_for_its_members() {
    let Some(told) = told(Peer::Scimmy, "okta-qa").await else { return };
    assert_eq!(
        told,
        [
            // No Location on 201.
            "may create-location-missing",
            // The count asked for, not the number returned.
            "may items-per-page-not-returned",
            // A path without host, since no base URI is configured.
            "may meta-location-without-host",
            // A 401 without WWW-Authenticate.
            "may www-authenticate-missing",
            // PATCH add of present members stores them twice.
            "must member-twice",
        ]
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

/// The folders of `rfc7644` that are about reading.
const READING: [&str; 6] =
    ["rfc7644/read", "rfc7644/filter", "rfc7644/paging", "rfc7644/sort", "rfc7644/projection", "rfc7644/search"];

#[tokio::test(flavor = "multi_thread")]
async fn scim2_server_reads_as_the_standard_says_but_for_one_answer() {
    let Some(told) = told_of(Peer::Scim2Server, &READING).await else { return };
    assert_eq!(
        told,
        [
            // Who is created without active has none.
            "may active-missing",
            // A query by POST needs no schema.
            "may rfc7644/search/schema-missing no schema/expect.status",
            // `attributes` has no effect on the answer to POST.
            "must rfc7644/projection/answers create/expect.attributes",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_scimmy_reads_otherwise_is_told_and_nothing_else() {
    // A PATCH that names attributes is answered 500, and the connection is cut: what is sent next may be lost.
    let folders: Vec<&str> = READING.into_iter().filter(|folder| *folder != "rfc7644/projection").collect();
    let folders = [folders.as_slice(), &["rfc7644/projection/in-full", "rfc7644/projection/extension"]].concat();
    let Some(told) = told_of(Peer::Scimmy, &folders).await else { return };
    assert_eq!(
        told,
        [
            // Who is created without active has none.
            "may active-missing",
            // As in the suite `okta`.
            "may meta-location-without-host",
            // What is no number is passed over.
            "may rfc7644/paging/no-number a count that is no number/expect.status",
            "may rfc7644/paging/no-number a position that is no number/expect.status",
            // No Location on 201.
            "must create-location-missing",
            // userName is compared with case, here and in the next ones; and attributes with the URN of their schema find nobody.
            "must lookup-misses-known",
            // Missing values and conditions are read over.
            "must rfc7644/filter/broken a condition that is missing/expect.status",
            "must rfc7644/filter/broken no value/expect.status",
            "must rfc7644/filter/contains a part of the login, in capitals/expect.found",
            "must rfc7644/filter/ends-with an end in capitals/expect.found",
            // A quotation mark in a value ends it.
            "must rfc7644/filter/escapes quotation marks and a backslash/expect.status",
            // Attributes of an extension find nobody.
            "must rfc7644/filter/extension a number that is a text/expect.found",
            "must rfc7644/filter/extension the people of a department/expect.found",
            "must rfc7644/filter/extension who is in a department/expect.found",
            // displayName is compared with case, though its schema says that case does not count.
            "must rfc7644/filter/groups the name in small letters/expect.found",
            // not before a bracket with several conditions has no effect.
            "must rfc7644/filter/not neither of two/expect.found",
            "must rfc7644/filter/not-equal all but one, in capitals/expect.found",
            // \u00e5 in a value is not read as å.
            "must rfc7644/filter/other-scripts letters with accents, as JSON may escape them/expect.found",
            "must rfc7644/filter/starts-with a beginning in capitals/expect.found",
            // So are addresses, though their schema says that case does not count.
            "must rfc7644/filter/sub-attribute the first address in capitals/expect.found",
            // Truth values are compared as if they had an order.
            "must rfc7644/filter/truth-values-in-order greater than true/expect.status",
            "must rfc7644/filter/truth-values-in-order less than or equal to false/expect.status",
            // startIndex beyond the end starts again from the first.
            "must rfc7644/paging/past-the-end at a position that needs more than 32 bits/expect.Resources",
            "must rfc7644/paging/past-the-end far behind the end/expect.Resources",
            "must rfc7644/paging/past-the-end one behind the end/expect.Resources",
            // Attributes with a URN before them: an error of its own, nothing, or no effect.
            "must rfc7644/projection/extension the department alone/expect.status",
            "must rfc7644/projection/in-full left out, with the name in full/expect.displayName",
            "must rfc7644/projection/in-full the name in full/expect.userName",
            "must rfc7644/search/refused no value/expect.status",
            // A count of 0 in a query by POST is refused.
            "must rfc7644/search/users none of them/expect.status",
            "must rfc7644/sort/names by the name in full/expect.order",
            // The first address counts for the order, not the primary one.
            "must rfc7644/sort/several-values by address, descending/expect.order",
            "must rfc7644/sort/several-values by address/expect.order",
            // USERNAME is no attribute to it, nor is the name in full; the order is that of creation.
            "must rfc7644/sort/user-name the attribute in capitals/expect.order",
            // The count asked for, not the number returned.
            "should items-per-page-not-returned",
            "should rfc7644/sort/announced by the login in full/expect.order",
        ]
    );
}
