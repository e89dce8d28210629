//! The suite `rfc7644` where it writes: quiet about a good server, each scenario turned red by a fault, and each entry of the list of
//! checks accounted for.
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test rfc_writes` writes `tests/faults/rfc-writes.txt` anew: a line is a scenario, a fault that
//! turns it red, and the findings on the screen. To add a line, write its first two words.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use scim_check::{
    http::{AuthMode, BaseUrl, Client, ClientOptions, Credentials},
    idp::Dialect,
    judge::{Finding, Level, rules},
    run::{Marker, Outcome, Plan, RunRecord, SkipKind},
    scenario::{Library, Scenario, Selection, What},
    server::{
        Server, ServerOptions,
        fault::{self, OTHER_TENANT},
    },
};
use support::{
    peers::{Peer, start},
    runs::over,
    suite::TOKEN,
};
use tokio::{sync::Semaphore, task::JoinSet};

/// Runs at once.
const BESIDE: usize = 4;

/// The folders of the suite in which something is written.
const FOLDERS: [&str; 10] =
    ["create", "put", "patch", "delete", "bulk", "etag", "security", "concurrency", "limits", "me"];

/// Read once: that takes longer than most scenarios.
static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::builtin().unwrap());

fn mine() -> impl Iterator<Item = &'static Scenario> {
    let folder = |id: &str| FOLDERS.iter().any(|folder| id.starts_with(&format!("rfc7644/{folder}/")));
    LIBRARY.scenarios.iter().filter(move |scenario| folder(&scenario.id))
}

fn table(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// A client with the token of another tenant besides.
fn client(base_url: &str, token: &str) -> Client {
    let mut credentials = Credentials::new(&AuthMode::Bearer, &token.to_owned().into()).unwrap();
    credentials.set_other(&AuthMode::Bearer, &OTHER_TENANT.to_owned().into()).unwrap();
    Client::new(BaseUrl::parse(base_url).unwrap(), credentials, &ClientOptions::default()).unwrap()
}

async fn against(plan: &Plan, base_url: &str, token: &str, jobs: usize) -> RunRecord {
    over(plan, Arc::new(client(base_url, token)), base_url, jobs, Marker::new()).await
}

/// The plan for some scenarios or folders, those included that need another tenant.
fn plan(which: &[&str]) -> Plan {
    let which: Vec<String> = which.iter().map(|which| (*which).to_owned()).collect();
    let selection = Selection::new(&which, false).unwrap();
    Plan::new(&LIBRARY, &selection, &Dialect::ALL, &[]).with_other_tenant()
}

fn all() -> Plan {
    let folders = FOLDERS.map(|folder| format!("rfc7644/{folder}"));
    plan(&folders.each_ref().map(String::as_str))
}

fn words(finding: &Finding) -> String {
    format!("{} {}", finding.level, finding.claim.trim_start_matches("rule:"))
}

async fn server(faults: &[&str], seed: usize, strict: bool) -> Server {
    let faults = faults.iter().map(|name| fault::by_name(name).unwrap()).collect();
    let options = ServerOptions { token: Some(TOKEN.to_owned()), faults, seed, strict, ..ServerOptions::default() };
    Server::start(options).await.unwrap()
}

/// What a good server hears: what is lawful, but serves some clients worse.
const REMARKS: [&str; 3] = [
    "may look for it with two/expect.totalResults",
    "may replace the value of an address that there is not/expect.status",
    "may the other tenant is let in/expect.status",
];
/// What it hears besides if it keeps to the letter.
const STRICT: [&str; 4] = [
    "may Remove/expect.status",
    "may Replace/expect.status",
    "may it was changed/expect.name.givenName",
    "may the other one is there/expect.members",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_server_hears_no_more_than_remarks() {
    for (seed, strict) in [(0, false), (110, false), (110, true)] {
        let server = server(&[], seed, strict).await;
        let before = server.dump();
        let record = against(&all(), server.base_url(), TOKEN, 4).await;
        let found: BTreeSet<String> = record.findings().map(words).collect();
        let mut known: BTreeSet<String> = REMARKS.map(str::to_owned).into();
        if strict {
            // By the letter no address is made.
            known.remove(REMARKS[1]);
            known.extend(STRICT.map(str::to_owned));
        }
        assert_eq!(found, known, "{seed} people, strict: {strict}");
        for scenario in &record.scenarios {
            let skipped = scenario.outcome == Outcome::Skipped && scenario.kind == Some(SkipKind::NotAnnounced);
            let me = scenario.id == "rfc7644/me/me";
            assert!(scenario.outcome == Outcome::Passed || (skipped && me), "{}: {:?}", scenario.id, scenario.reason);
        }
        assert_eq!(record.leftovers().count(), 0);
        assert_eq!(server.dump(), before, "everybody is as before");
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_is_turned_red_by_a_fault() {
    let table = table("faults/rfc-writes.txt");
    let known = fs::read_to_string(&table).unwrap();
    let places = Arc::new(Semaphore::new(BESIDE));
    let mut running = JoinSet::new();
    for (at, line) in known.lines().enumerate() {
        let pair = line.split(": ").next().unwrap_or(line).to_owned();
        let places = Arc::clone(&places);
        running.spawn(async move {
            let _place = places.acquire().await.unwrap();
            let (scenario, fault) = pair.split_once(' ').unwrap();
            let server = server(&[fault], 5, false).await;
            let record = against(&plan(&[scenario]), server.base_url(), TOKEN, 1).await;
            server.stop().await;
            let roots: BTreeSet<String> = record.roots().map(words).collect();
            let roots: Vec<String> = roots.into_iter().collect();
            let worst = record.findings().map(|finding| finding.level).max();
            (at, pair.clone(), worst, roots.join(" + "))
        });
    }
    let mut done = running.join_all().await;
    done.sort_unstable_by_key(|(at, ..)| *at);
    let mut lines = String::new();
    let mut red = BTreeSet::new();
    for (_, pair, worst, roots) in done {
        let (scenario, _) = pair.split_once(' ').unwrap();
        let level = mine().find(|one| one.id == scenario).map(|one| one.level).unwrap();
        if worst.is_some_and(|worst| worst >= level) {
            red.insert(scenario.to_owned());
        }
        // Which of several requests at once comes off worst is up to the clock.
        let told = if scenario.contains("/concurrency/") { worst.map_or("", Level::word).to_owned() } else { roots };
        lines += &format!("{pair}: {told}\n");
    }
    if std::env::var_os("SCIM_CHECK_RECORD").is_some() {
        fs::write(&table, &lines).unwrap();
    }
    assert_eq!(fs::read_to_string(&table).unwrap(), lines, "{}", table.display());
    let missing: Vec<String> = mine().map(|scenario| scenario.id.clone()).filter(|id| !red.contains(id)).collect();
    assert_eq!(missing, Vec::<String>::new(), "scenarios without a fault");
}

/// The defects of `tests/faults/rfc-writes.txt` are those of the server: each is named there, and found.
#[test]
fn every_line_finds_something() {
    let known = fs::read_to_string(table("faults/rfc-writes.txt")).unwrap();
    for line in known.lines() {
        let (_, found) = line.split_once(": ").unwrap();
        assert!(!found.trim().is_empty(), "{line}");
    }
}

#[test]
fn what_is_sent_at_once_is_told_alone() {
    for scenario in mine() {
        let races = scenario.steps.iter().any(|step| matches!(step.what, What::AtOnce(_)));
        assert!(!races || scenario.alone, "{}: races run alone", scenario.id);
    }
}

/// `tests/rfc_checks/writes.tsv`: an entry of the list of checks, what covers it, and the reason where nothing does.
#[test]
fn every_check_is_covered_or_has_a_reason() {
    let scenarios: Vec<&str> = LIBRARY.scenarios.iter().map(|one| one.id.as_str()).collect();
    let mut seen = BTreeSet::new();
    for line in fs::read_to_string(table("rfc_checks/writes.tsv")).unwrap().lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [id, covered, reason] = cells.as_slice() else { panic!("{line}: three cells") };
        assert!(seen.insert((*id).to_owned()), "{id} is there twice");
        assert_eq!(*covered == "-", !reason.is_empty(), "{id}: a reason where nothing covers it, and only there");
        for name in covered.split(',').filter(|name| *name != "-") {
            let there = scenarios.contains(&name) || rules::by_id(name).is_some();
            assert!(there, "{id}: {name} is neither a scenario nor a rule");
        }
    }
}

/// What is told of a peer, at `should` and above. Every line was verified by hand with curl.
async fn told(peer: Peer) -> Option<Vec<String>> {
    let running = start(peer)?;
    let mut plan = all();
    // After it has answered /Me with 501, scimmy drops the connection now and then: whoever comes next hears nothing.
    plan.entries.retain(|planned| peer != Peer::Scimmy || !planned.scenario.id.starts_with("rfc7644/me/"));
    let record = against(&plan, &running.base_url, &running.token, 1).await;
    let errors: Vec<&str> = record
        .scenarios
        .iter()
        .filter(|scenario| scenario.outcome == Outcome::Error)
        .map(|scenario| scenario.id.as_str())
        .collect();
    assert_eq!(errors, [""; 0], "scenarios that were not carried out");
    let silent = record.scenarios.iter().flat_map(|scenario| &scenario.exchanges).filter(|exchange| {
        let none = exchange.answer.is_err();
        none && !exchange.cut_off()
    });
    let silent: Vec<String> =
        silent.map(|one| format!("{} {}: {:?}", one.request.method, one.request.path, one.answer)).collect();
    assert_eq!(silent, Vec::<String>::new(), "requests without an answer");
    assert_eq!(record.leftovers().count(), 0, "everything is removed again");
    let lines: BTreeSet<String> = record
        .roots()
        .map(|finding| match finding.owner.word() {
            "expectation" => format!("{} {} {}", finding.level, finding.scenario, finding.claim),
            rule => format!("{} {rule}", finding.level),
        })
        .collect();
    Some(lines.into_iter().collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_scim2_server_is_told_and_nothing_else() {
    let Some(told) = told(Peer::Scim2Server).await else { return };
    assert_eq!(
        told,
        [
            // Who is created without active has none.
            "may active-missing",
            // Who was deleted stays a member.
            "may rfc7644/delete/member who was deleted is in it no more/expect.members",
            // A PATCH needs no schema.
            "may rfc7644/patch/message a body without schemas/expect.status",
            // There is one token and no tenant.
            "may rfc7644/security/other-tenant the other tenant is let in/expect.status",
            // attributes and excludedAttributes have no effect on the answer to a POST; on that to a GET they have.
            "must rfc7644/create/attributes create somebody and ask for everything but the name/expect.name",
            "must rfc7644/create/attributes create somebody and ask for the userName/expect.attributes",
            // An empty userName is stored, by POST, PUT and PATCH.
            "must user-name-missing",
            // Somebody who is added again with a name is a member twice, and who is named twice when the group is created.
            "should member-twice",
            "should rfc7644/create/group the person is in it once/expect.members",
            // A removal of userName by an empty text is answered 204.
            "should rfc7644/patch/remove-required replace the userName by nothing/expect.status",
            // Server: WSGIServer/0.2 CPython/3.11
            "should rfc7644/security/errors the header Server tells no version/expect.header server",
            // A number that is there is stored again with a label.
            "should value-twice",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_scimmy_is_told_and_nothing_else() {
    let Some(told) = told(Peer::Scimmy).await else { return };
    assert_eq!(
        told,
        [
            // Who is created without active has none.
            "may active-missing",
            // A body that is no JSON, or too long, is refused as application/json.
            "may media-type-not-scim",
            // A path without host, since no base URI is configured.
            "may meta-location-without-host",
            // An unknown schema is kept in `schemas`, though what stood under it is dropped.
            "may rfc7644/create/unknown-attributes that schema is not theirs/expect.schemas",
            // Who was deleted stays a member.
            "may rfc7644/delete/member who was deleted is in it no more/expect.members",
            // Accents in one character and in two are different.
            "may rfc7644/limits/normal-forms look for it with two/expect.totalResults",
            // `groups` of a person in a PATCH is passed over with 204.
            "may rfc7644/patch/read-only join a group from the side of the person/expect.status",
            // There is one token and no tenant.
            "may rfc7644/security/other-tenant the other tenant is let in/expect.status",
            // No Location on 201.
            "must create-location-missing",
            // Two primary addresses are stored by POST, and made by PATCH.
            "must primary-twice",
            // A group that is referred to before it is created is created twice, and the reference leads to the one that is not answered.
            "must rfc7644/bulk/circle and the other its own/expect.members",
            // A PATCH with attributes=userName is answered as asked, but all else that the person had is lost.
            "must rfc7644/patch/attributes change the displayName and ask for the userName/then[0].name.givenName",
            // A path with the URN of the core schema is refused.
            "must rfc7644/patch/core-urn the full name in capitals/expect.status",
            "must rfc7644/patch/core-urn the full name of a part/expect.status",
            "must rfc7644/patch/core-urn the full name of an attribute/expect.status",
            // So is that of the extension, in capitals.
            "must rfc7644/patch/enterprise the URN in capitals/expect.status",
            // Adding what is there moves lastModified.
            "must rfc7644/patch/last-modified add the title that is there/then[0].meta.lastModified",
            // Paths are compared with case.
            "must rfc7644/patch/letter-case a filter in capitals/expect.status",
            "must rfc7644/patch/letter-case a part in small letters/expect.status",
            "must rfc7644/patch/letter-case an attribute in capitals/expect.status",
            "must rfc7644/patch/letter-case names in other letters within a value/expect.status",
            // The name that a client gives a manager is stored and shown.
            "must rfc7644/patch/manager give the manager another name/then[0].urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName",
            // replace without a path adds to a list, here and in `without-path`.
            "must rfc7644/patch/members-replace replace them without a path/then[0].members",
            // 400, but with invalidValue.
            "must rfc7644/patch/remove-required remove the userName/expect.scimType",
            // replace of an attribute by an object drops the parts that are not named.
            "must rfc7644/patch/sub-attribute replace the name by one with fewer parts/then[0].name.givenName",
            // .title is passed over, title.. is taken for title.
            "must rfc7644/patch/unknown-path a path that begins with a dot/expect.status",
            "must rfc7644/patch/unknown-path a path that is none/expect.status",
            // A filter of two conditions before a part finds nothing; without the part it does.
            "must rfc7644/patch/value-path choose by two conditions/expect.status",
            "must rfc7644/patch/value-path of two of one type choose one by its value/expect.status",
            "must rfc7644/patch/without-path replace the list/then[0].emails",
            // An empty userName is stored, by POST, PUT and PATCH; so is one of blanks.
            "must user-name-missing",
            // A 401 without WWW-Authenticate.
            "must www-authenticate-missing",
            // The count asked for, or 20, not the number returned.
            "should items-per-page-not-returned",
            // PATCH add of a present member stores it twice, and POST one that is named twice.
            "should member-twice",
            "should rfc7644/create/group the person is in it once/expect.members",
            // The member is said not to be there.
            "should rfc7644/patch/immutable replace the value of a member/should.scimType",
            // PATCH add of a number that is there stores it twice.
            "should value-twice",
        ]
    );
}
