//! The suite `rfc7643` and the parts of `rfc7644` about discovery, errors, media types, credentials and transport: quiet
//! about a good server, and each scenario is turned red by a fault.
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test rfc_discovery` writes `tests/faults/rfc-discovery.txt` anew: a line is a scenario, a fault,
//! and the findings on the screen. To add a line, write its first two words.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use scim_check::{
    idp::Dialect,
    judge::{Finding, Level},
    run::{Outcome, Plan},
    scenario::{Library, Scenario, Selection},
    server::{Server, ServerOptions},
};
use support::{
    peers::{Peer, start},
    runs::{against, against_reference_by},
};
use tokio::{sync::Semaphore, task::JoinSet};

const TOKEN: &str = "test-token-0123456789";

/// The folders that are tested here.
const FOLDERS: [&str; 6] =
    ["rfc7643", "rfc7644/discovery", "rfc7644/errors", "rfc7644/media", "rfc7644/auth", "rfc7644/transport"];

fn plan(which: &[&str]) -> Plan {
    let which: Vec<String> = which.iter().map(|one| (*one).to_owned()).collect();
    Plan::new(&Library::builtin().unwrap(), &Selection::new(&which, false).unwrap(), &Dialect::ALL, &[])
}

fn scenarios() -> Vec<Scenario> {
    let ours = |scenario: &Scenario| FOLDERS.iter().any(|folder| scenario.id.starts_with(&format!("{folder}/")));
    Library::builtin().unwrap().scenarios.into_iter().filter(ours).collect()
}

/// `must schema-incomplete`, `must read the schemas/expect.status`.
fn words(finding: &Finding) -> String {
    format!("{} {}", finding.level, finding.claim.trim_start_matches("rule:"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_server_hears_nothing_however_strict_and_however_many_are_there() {
    for (seed, strict) in [(0, false), (0, true), (110, false), (110, true)] {
        let options = ServerOptions { token: Some(TOKEN.to_owned()), seed, strict, ..ServerOptions::default() };
        let server = Server::start(options).await.unwrap();
        let before = server.dump();
        let record = against(&plan(&FOLDERS), server.base_url(), TOKEN, 4).await;
        let found: Vec<String> = record.findings().map(words).collect();
        assert_eq!(found, Vec::<String>::new(), "{seed} people, strict: {strict}");
        assert!(record.scenarios.iter().all(|scenario| scenario.outcome == Outcome::Passed));
        assert_eq!(server.dump(), before, "everybody is as before");
        server.stop().await;
    }
}

fn table() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/rfc-discovery.txt")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_is_turned_red_by_a_fault() {
    let known = fs::read_to_string(table()).unwrap();
    // Waiting for a clock of seconds costs nothing beside others.
    let places = Arc::new(Semaphore::new(6));
    let mut running = JoinSet::new();
    for (at, line) in known.lines().enumerate() {
        let pair = line.split(": ").next().unwrap_or(line).to_owned();
        let places = Arc::clone(&places);
        running.spawn(async move {
            let _place = places.acquire().await.unwrap();
            let (scenario, fault) = pair.split_once(' ').unwrap();
            let record = against_reference_by(&plan(&[scenario]), &[fault], 5, 1).await;
            let roots: BTreeSet<String> = record.roots().map(words).collect();
            let worst = record.findings().map(|finding| finding.level).max();
            let line = format!("{pair}: {}\n", roots.into_iter().collect::<Vec<_>>().join(" + "));
            (at, (scenario.to_owned(), worst, line))
        });
    }
    let mut told: BTreeMap<usize, (String, Option<Level>, String)> = BTreeMap::new();
    while let Some(done) = running.join_next().await {
        let (at, record) = done.unwrap();
        told.insert(at, record);
    }
    let lines: String = told.values().map(|(.., line)| line.as_str()).collect();
    if std::env::var_os("SCIM_CHECK_RECORD").is_some() {
        fs::write(table(), &lines).unwrap();
    }
    assert_eq!(fs::read_to_string(table()).unwrap(), lines, "{}", table().display());
    let silent: Vec<&str> =
        told.values().filter(|(_, worst, _)| worst.is_none()).map(|(.., line)| line.as_str()).collect();
    assert!(silent.iter().all(|line| EXCUSED.iter().any(|(pair, _)| line.starts_with(pair))), "{silent:#?}");
    let all = scenarios();
    let level = |id: &str| all.iter().find(|scenario| scenario.id == id).unwrap().level;
    let red: BTreeSet<&str> = told
        .values()
        .filter(|(scenario, worst, _)| worst.is_some_and(|worst| worst >= level(scenario)))
        .map(|(scenario, ..)| scenario.as_str())
        .collect();
    let all: BTreeSet<&str> = all.iter().map(|scenario| scenario.id.as_str()).collect();
    assert_eq!(red, all, "scenarios without a fault");
}

/// Faults that are lawful, and why they stand in the table all the same.
const EXCUSED: &[(&str, &str)] = &[(
    "rfc7643/schemas/resource-types discovery-resourcetype-id-missing",
    "RFC 7643 section 6 does not require an id of resource types",
)];

/// What is told of a server that we did not write. Every line was verified by hand with curl.
async fn told_of(peer: Peer) -> Option<BTreeSet<String>> {
    let running = start(peer)?;
    let record = against(&plan(&FOLDERS), &running.base_url, &running.token, 4).await;
    assert!(
        record.scenarios.iter().all(|scenario| scenario.outcome != Outcome::Error),
        "a scenario was not carried out"
    );
    assert_eq!(record.leftovers().count(), 0, "everything is removed again");
    Some(record.roots().map(words).collect())
}

fn set(lines: &[&str]) -> BTreeSet<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn scim2_server_hears_what_is_lawful_and_nothing_else() {
    if let Some(told) = told_of(Peer::Scim2Server).await {
        // Who is created without active has none.
        assert_eq!(told, set(&["may active-missing"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_breaches_of_scimmy_are_told_and_nothing_else() {
    let Some(told) = told_of(Peer::Scimmy).await else { return };
    let wanted = set(&[
        // No Location on 201.
        "must create-location-missing",
        // A 401 without WWW-Authenticate.
        "must www-authenticate-missing",
        // The count asked for, not the number returned.
        "should items-per-page-not-returned",
        // A query of /ServiceProviderConfig by startIndex and the like is answered 403, which is meant for filters.
        "should the configuration from the second on/expect.status",
        // Who is created without active has none.
        "may active-missing",
        // A path without host, since no base URI is configured.
        "may meta-location-without-host",
        // "title.." is read as title.
        "may a path that is none/expect.status",
        // A PATCH of a password is answered as done, though changePassword is announced as not supported.
        "may change a password where it is said that none can be changed/expect.status",
    ]);
    assert_eq!(told, wanted);
}
