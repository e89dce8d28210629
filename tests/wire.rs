//! What Okta says on the wire, flow by flow and preset by preset: golden files of the bytes that a relay heard between
//! the real client and the reference server (okta-client sections 2 and 4 to 18).
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test wire` records them anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "wire/compressed.rs"]
mod compressed;
#[path = "wire/spoken.rs"]
mod spoken;
mod support;
#[path = "wire/written.rs"]
mod written;

use std::{collections::BTreeSet, fs, path::Path};

use scim_check::{
    idp::Dialect,
    run::{Outcome, Plan, Planned},
    scenario::{Library, Selection},
    server::{Server, ServerOptions},
};
use spoken::{Spoken, Wire, spoken};
use support::{binary::Desk, relay::Relay, runs};

const TOKEN: &str = "wire-token-0123456789";
/// As many as in the rehearsal of `show`: an import reads a second page.
const OTHERS: usize = 120;

/// One flow of okta-client section 18: the scenario that shows it, its step, and the words for what is said in it, in
/// the PATCH kind and in the PUT kind.
struct Flow {
    name: &'static str,
    scenario: &'static str,
    step: &'static str,
    said: [&'static str; 2],
}

const fn flow(
    name: &'static str,
    scenario: &'static str,
    step: &'static str,
    catalogue: &'static str,
    aiw: &'static str,
) -> Flow {
    Flow { name, scenario, step, said: [catalogue, aiw] }
}

const NEW: &str = "lookup create";
const PROFILE: &str = "read replace";
const MEMBERS: &str = "read read replace read replace";

const FLOWS: [Flow; 23] = [
    flow("test-credentials", "okta/connect/test-credentials", "test credentials", "list", "list"),
    flow("save-connection", "okta/connect/save-connection", "save the connection", "list list", "list"),
    flow("assign-new", "okta/lifecycle/assign", "assign ada", NEW, NEW),
    flow(
        "assign-existing",
        "okta/lifecycle/assign-existing",
        "assign ada",
        "lookup read replace",
        "lookup read replace",
    ),
    flow("profile-change", "okta/lifecycle/edit", "edit ada", PROFILE, PROFILE),
    flow("unassign", "okta/lifecycle/unassign", "unassign ada", "deactivate", PROFILE),
    flow(
        "assign-again",
        "okta/lifecycle/assign-again",
        "assign ada (again)",
        "lookup activate read replace",
        "lookup read replace read replace",
    ),
    flow("password", "okta/lifecycle/set-password", "set the password of ada", "password", PROFILE),
    flow("import", "okta/import/everybody", "import", "list list list", "list list"),
    flow("push-new", "okta/groups/push", "push crew", "create member-add", "lookup create read replace"),
    flow("push-empty", "okta/groups/push-empty", "push crew", "create", "lookup create read replace"),
    flow(
        "member-returns",
        "okta/groups/member-returns",
        "assign ada",
        "lookup activate read replace",
        "lookup read replace read replace read read replace read replace",
    ),
    flow("rename", "okta/groups/rename", "rename crew", "read rename", "read read replace"),
    flow("add-member", "okta/groups/add-member", "add bob to crew", "read rename member-add", MEMBERS),
    flow("remove-member", "okta/groups/remove-member", "remove bob from crew", "read rename member-remove", MEMBERS),
    flow(
        "push-now",
        "okta/groups/push-now",
        "push crew now",
        "read rename member-replace",
        "read read replace replace",
    ),
    flow(
        "push-now-empty",
        "okta/groups/push-now-empty",
        "push crew now",
        "read rename member-replace",
        "read read replace replace",
    ),
    flow("delete-group", "okta/groups/delete", "delete crew", "read delete", "read delete"),
    flow(
        "login-change",
        "okta/lifecycle/change-login",
        "edit ada",
        "read replace read replace",
        "read replace read replace",
    ),
    flow(
        "several-at-once",
        "okta/lifecycle/several-at-once",
        "assign ada, bob, cleo",
        "lookup create lookup create lookup create",
        "lookup create lookup create lookup create",
    ),
    // Sections 13.6, 13.7 and 14: known by their results, as the remarks in the files tell.
    flow("link", "okta/linking/existing", "link crew", "list read rename member-add", "lookup read read replace"),
    flow(
        "activate-push",
        "okta/linking/pause",
        "activate the push of crew",
        "read rename member-replace",
        "read read replace replace",
    ),
    flow("grant-role", "okta/entitlements/grant-role", "grant ada one of the roles", PROFILE, PROFILE),
];

/// Okta's headers in order (okta-client 2.1); the place of the two of writes is that of the samples behind it.
fn headers(method: &str) -> Vec<(&'static str, &'static str)> {
    let mut headers = vec![
        ("Accept", "application/scim+json"),
        ("Accept-Charset", "utf-8"),
        ("Content-Type", "application/scim+json; charset=utf-8"),
        ("User-Agent", "Okta SCIM Client 1.0.0"),
        ("Authorization", "Bearer [token]"),
        ("Content-Length", "[length]"),
        ("Host", "[host]"),
        ("Connection", "Keep-Alive"),
        ("Accept-Encoding", "gzip,deflate"),
    ];
    headers.retain(|(name, _)| match *name {
        "Content-Type" => method != "GET",
        "Content-Length" => !["GET", "DELETE"].contains(&method),
        _ => true,
    });
    headers
}

/// Runs all flows in one preset through a relay; answers the path of the base URL, and what Okta said in each.
async fn said(dialect: &Dialect) -> (String, Vec<(Planned, Vec<Spoken>)>) {
    let library = Library::builtin().unwrap();
    let scenarios = FLOWS.map(|flow| flow.scenario.to_owned());
    let plan = Plan::new(&library, &Selection::new(&scenarios, false).unwrap(), std::slice::from_ref(dialect), &[]);
    let options = ServerOptions { token: Some(TOKEN.to_owned()), seed: OTHERS, ..ServerOptions::default() };
    let server = Server::start(options).await.unwrap();
    let (authority, path) = server.base_url().strip_prefix("http://").unwrap().split_once('/').unwrap();
    let (authority, path) = (authority.to_owned(), format!("/{path}"));
    let relay = Relay::to(authority.parse().unwrap()).await;
    let base = format!("http://{}{path}", relay.address());
    let record = runs::against(&plan, &base, TOKEN, 1).await;
    // What the target announces is asked once for the run, outside of the scenarios and not in Okta's words.
    let (announced, heard): (Vec<_>, Vec<_>) =
        relay.heard().into_iter().partition(|one| one.line().contains("/ResourceTypes ") && !one.head.contains("Okta"));
    assert_eq!(announced.len(), 1);
    let mut wire = Wire::new(heard, &path);
    let mut all = Vec::new();
    for (planned, scenario) in plan.entries.into_iter().zip(&record.scenarios) {
        assert_eq!(scenario.outcome, Outcome::Passed, "{}: {:?}", planned.name(), scenario.findings);
        let spoken = spoken(&planned, scenario, &record, &mut wire);
        all.push((planned, spoken));
    }
    assert!(wire.left().is_empty(), "on the wire, and of no exchange: {:?}", wire.left());
    server.stop().await;
    (path, all)
}

#[tokio::test(flavor = "multi_thread")]
async fn okta_is_spoken_to_the_byte() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire");
    let recording = std::env::var_os("SCIM_CHECK_RECORD").is_some();
    let desk = Desk::new();
    let mut expected = BTreeSet::new();
    let mut different = Vec::new();
    for (kind, dialect) in Dialect::ALL.iter().enumerate() {
        let (path, all) = said(dialect).await;
        assert_eq!(all.len(), FLOWS.len());
        for flow in &FLOWS {
            let (planned, spoken) = all.iter().find(|(planned, _)| planned.scenario.id == flow.scenario).unwrap();
            let name = format!("{}@{}.txt", flow.name, dialect.name);
            let in_step = spoken.iter().filter_map(|said| said.what.strip_prefix(&format!("{} | ", flow.step)));
            let words: Vec<&str> = in_step.map(|what| what.rsplit(" | ").next().unwrap()).collect();
            assert_eq!(words.join(" "), flow.said[kind], "{name}");
            for said in spoken {
                let method = said.line.split(' ').next().unwrap();
                let came: Vec<(&str, &str)> = said.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
                assert_eq!(came, headers(method), "{name}: {}", said.line);
                assert_eq!(said.body.is_empty(), ["GET", "DELETE"].contains(&method), "{name}: {}", said.line);
            }
            let text = written::golden(&planned.scenario.title, &path, spoken);
            if recording {
                fs::write(root.join(&name), &text).unwrap();
            } else if fs::read_to_string(root.join(&name)).unwrap_or_default() != text {
                different.push(name.clone());
            }
            let shown = desk.run(&["show", flow.scenario, "--dialect", &dialect.name]).ends(0);
            assert_eq!(&written::shown(&shown.out), spoken, "{name}: what `show` prints");
            expected.insert(name);
        }
    }
    let there = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let there: BTreeSet<String> = there.filter(|name| name.ends_with(".txt")).collect();
    assert_eq!(there, expected, "golden files without a flow, or flows without a file");
    assert!(different.is_empty(), "differ from what is on the wire: {different:#?}");
}
