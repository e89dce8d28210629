//! The suite `okta-spec`: quiet about a good server, and each of its expectations can fail.
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test okta_spec` writes `tests/faults/okta-spec.txt` anew: a line is a scenario, a fault that
//! turns it red, and the findings on the screen. To add a line, write its first two words.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use scim_check::{
    http::Purpose,
    idp::Dialect,
    judge::Finding,
    run::{Marker, Outcome, Plan, RunRecord, SkipKind},
    scenario::{Library, Scenario, Selection, What},
    server::{Server, ServerOptions},
};
use serde_json::{Value, json};
use support::{
    runs::{against, against_reference_by, client, over},
    tamper::Tamper,
};

const TOKEN: &str = "test-token-0123456789";

fn plan(which: &str) -> Plan {
    let library = Library::builtin().unwrap();
    Plan::new(&library, &Selection::new(&[which.to_owned()], false).unwrap(), &Dialect::ALL, &[])
}

fn scenarios() -> Vec<Scenario> {
    Library::builtin().unwrap().scenarios.into_iter().filter(|scenario| scenario.suite == "okta-spec").collect()
}

async fn server(seed: usize, strict: bool) -> Server {
    let options = ServerOptions { token: Some(TOKEN.to_owned()), seed, strict, ..ServerOptions::default() };
    Server::start(options).await.unwrap()
}

/// `must list-schema-missing`, `must SPEC 4: read an id that nobody has/expect.detail`.
fn words(finding: &Finding) -> String {
    format!("{} {}", finding.level, finding.claim.trim_start_matches("rule:"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_server_hears_nothing_however_strict_and_however_many_are_there() {
    for (seed, strict) in [(0, false), (0, true), (30, false), (30, true)] {
        let server = server(seed, strict).await;
        let before = server.dump();
        let record = against(&plan("okta-spec"), server.base_url(), TOKEN, 4).await;
        let found: Vec<String> = record.findings().map(words).collect();
        assert_eq!(found, Vec::<String>::new(), "{seed} people, strict: {strict}");
        assert!(record.scenarios.iter().all(|scenario| scenario.outcome == Outcome::Passed));
        assert_eq!(server.dump(), before, "everybody is as before");
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_is_turned_red_by_a_fault() {
    let table: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/okta-spec.txt");
    let known = fs::read_to_string(&table).unwrap();
    let mut lines = String::new();
    let mut red = BTreeSet::new();
    for line in known.lines() {
        let pair = line.split(": ").next().unwrap_or(line);
        let (scenario, fault) = pair.split_once(' ').unwrap();
        let record = against_reference_by(&plan(scenario), &[fault], 5, 1).await;
        let roots: BTreeSet<String> = record.roots().map(words).collect();
        let roots: Vec<String> = roots.into_iter().collect();
        let level = scenarios().iter().find(|one| one.id == scenario).unwrap().level;
        if record.findings().any(|finding| finding.level >= level) {
            red.insert(scenario.to_owned());
        }
        lines += &format!("{pair}: {}\n", roots.join(" + "));
    }
    if std::env::var_os("SCIM_CHECK_RECORD").is_some() {
        fs::write(&table, &lines).unwrap();
    }
    assert_eq!(fs::read_to_string(&table).unwrap(), lines, "{}", table.display());
    let all: BTreeSet<String> = scenarios().into_iter().map(|scenario| scenario.id).collect();
    assert_eq!(red, all, "scenarios without a fault");
}

/// A place in an answer: names, and `first` for the first element.
type Place = Vec<String>;

/// The places that an expectation looks at.
fn places(expected: &Value, place: &Place, out: &mut Vec<Place>) {
    const MATCHERS: [&str; 7] = ["type", "matches", "any", "exactly", "not", "at_least", "text"];
    let deeper = |name: &String| [place.as_slice(), std::slice::from_ref(name)].concat();
    match expected {
        Value::Object(members)
            if members.len() > 1 || !members.keys().any(|name| MATCHERS.contains(&name.as_str())) =>
        {
            members.iter().for_each(|(name, value)| places(value, &deeper(name), out));
        }
        _ => out.push(place.clone()),
    }
}

/// Everything that the requests of a scenario expect: index of the step, claim, and the place to spoil for it; none is the status.
fn claims(scenario: &Scenario) -> Vec<(usize, String, Option<Place>)> {
    let mut claims = Vec::new();
    for (index, step) in scenario.steps.iter().enumerate() {
        let What::Request(request) = &step.what else { continue };
        let claim = |word: &str| format!("{}/{word}", step.name);
        if !request.expect.status.is_empty() {
            claims.push((index, claim("expect.status"), None));
        }
        let should = request.expect.should.as_ref().and_then(|should| should.body.as_ref());
        for (word, body) in [("expect", request.expect.body.as_ref()), ("should", should)] {
            let mut found = Vec::new();
            body.iter().for_each(|body| places(body, &Vec::new(), &mut found));
            for place in found {
                let subject = if place.is_empty() { "body".to_owned() } else { place.join(".") };
                claims.push((index, claim(&format!("{word}.{subject}")), Some(place)));
            }
        }
    }
    claims
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
    for scenario in scenarios() {
        for (index, claim, _) in claims(&scenario) {
            let name = &scenario.steps[index].name;
            let word = claim.strip_prefix(&format!("{name}/")).unwrap();
            let step = name.split(':').next().unwrap();
            made.insert((scenario.id.clone(), step.to_owned(), word.to_owned()));
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

/// The value at a place, if there is one.
fn at<'v>(body: &'v mut Value, place: &[String]) -> Option<&'v mut Value> {
    place.iter().try_fold(body, |value, name| match name.as_str() {
        "first" => value.get_mut(0),
        name => value.get_mut(name),
    })
}

/// Puts something at a place that nobody expects there; `None` takes away what is there.
fn spoil(body: &mut Value, place: &[String], with: Option<&Value>) {
    match (place, with) {
        ([], with) => *body = with.cloned().unwrap_or_default(),
        ([before @ .., last], None) => {
            if let Some(Value::Object(members)) = at(body, before) {
                members.shift_remove(last);
            }
        }
        (place, Some(with)) => {
            if let Some(value) = at(body, place) {
                *value = with.clone();
            }
        }
    }
}

/// A run whose names are its own, so that what an earlier one had to leave behind is not in its way.
async fn through(plan: &Plan, tamper: Tamper, server: &Server) -> RunRecord {
    over(plan, Arc::new(tamper), server.base_url(), 1, Marker::new()).await
}

fn tells(record: &RunRecord, claim: &str) -> bool {
    record.findings().any(|finding| finding.claim == claim || finding.seen_by.iter().any(|seen| seen == claim))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_expectation_can_fail() {
    let server = server(5, false).await;
    let mut held = Vec::new();
    for scenario in scenarios() {
        let plan = plan(&scenario.id);
        let plan = Plan { entries: plan.entries.into_iter().take(1).collect() };
        let clean = against(&plan, server.base_url(), TOKEN, 2).await;
        for (step, claim, place) in claims(&scenario) {
            let spoken = |exchange: &&scim_check::http::Exchange| {
                exchange.step == Some(step) && exchange.purpose == Purpose::Spoken
            };
            // The first request of all asks what is announced.
            let asked = usize::from(scenario.needs.iter().any(|need| need.sign().is_some()));
            let number = asked + clean.scenarios[0].exchanges.iter().find(spoken).unwrap().number;
            let odd = [Some(json!(["odd"])), None, Some(json!("odd"))];
            let mut told = false;
            for with in odd {
                let place = place.clone();
                let change = move |status: &mut u16, body: &mut Value| match &place {
                    None => *status = 418,
                    Some(place) => spoil(body, place, with.as_ref()),
                };
                let tamper = Tamper::new(client(server.base_url(), TOKEN), move |at, _| at == number, change);
                told = told || tells(&through(&plan, tamper, &server).await, &claim);
                if told {
                    break;
                }
            }
            if !told {
                held.push(format!("{}: {claim}", scenario.id));
            }
        }
    }
    server.stop().await;
    assert!(held.is_empty(), "nothing makes these fail: {held:#?}");
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
