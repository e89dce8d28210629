//! Picky servers: what the user says of people and of the app goes on the wire.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::binary::Desk;

/// Runs embedded with a configuration and answers the exchanges that were spoken.
fn spoken(desk: &Desk, config: &str, args: &[&str], code: i32) -> Vec<Value> {
    desk.file("scim-check.toml", config);
    let mut all = vec!["run", "--embedded", "--exchanges", "--report", "json=report.json"];
    all.extend(args);
    desk.run(&all).ends(code);
    let report: Value = serde_json::from_str(&fs::read_to_string(desk.path().join("report.json")).unwrap()).unwrap();
    let exchanges = report["exchanges"].as_array().unwrap();
    exchanges.iter().filter(|exchange| exchange["purpose"] == "spoken").cloned().collect()
}

/// The bodies of the requests of a kind.
fn bodies(exchanges: &[Value], kind: &str) -> Vec<Value> {
    exchanges
        .iter()
        .filter(|exchange| exchange["kind"] == kind)
        .map(|exchange| match &exchange["request"]["body"] {
            Value::String(text) => serde_json::from_str(text).unwrap(),
            body => body.clone(),
        })
        .collect()
}

/// Method and path of each exchange, ids left out.
fn lines(exchanges: &[Value]) -> Vec<String> {
    exchanges
        .iter()
        .map(|exchange| {
            let target = exchange["request"]["target"].as_str().unwrap();
            let path = target.split('?').next().unwrap();
            let shape = match path.split('/').filter(|part| !part.is_empty()).count() {
                1 => path.to_owned(),
                _ => format!("/{}/id", path.split('/').nth(1).unwrap()),
            };
            format!("{} {shape}", exchange["request"]["method"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn a_profile_for_people_passes_a_picky_server() {
    let desk = Desk::new();
    let fault = ["--fault", "password-placeholder-rejected", "okta/lifecycle/assign"];
    spoken(&desk, "", &fault, 1);
    let config = "[people]\ndomain = \"corp.example\"\nlogins = \"name\"\npassword_prefix = \"Aa1!\"\n\
                  [people.attributes]\ntitle = \"Buyer\"\n\
                  \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department\" = \"Retail\"\n";
    let created = bodies(&spoken(&desk, config, &fault, 0), "create");
    assert_eq!(created.len(), 2);
    for body in created {
        let login = body["userName"].as_str().unwrap();
        assert!(!login.contains('@') && login.starts_with("scim-check-"), "{login}");
        assert_eq!(body["emails"][0]["value"], json!(format!("{login}@corp.example")));
        assert_eq!(body["title"], "Buyer");
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        assert_eq!(body[enterprise]["department"], "Retail");
        assert!(body["schemas"].as_array().unwrap().contains(&json!(enterprise)));
    }
}

#[test]
fn an_app_between_the_presets_speaks_as_it_is_set() {
    let desk = Desk::new();
    let dialect = "okta-catalogue+users=put+import_groups=off";
    let config = format!("dialects = [\"{dialect}\"]\n");
    // People by PUT, with the GET before it; groups by PATCH, with the lookup that replaces the list.
    let unassign = lines(&spoken(&desk, &config, &["okta/lifecycle/unassign"], 0));
    assert_eq!(unassign, ["GET /Users", "POST /Users", "GET /Users/id", "PUT /Users/id"]);
    let rename = lines(&spoken(&desk, &config, &["okta/groups/rename"], 0));
    assert!(
        rename.contains(&"GET /Groups".to_owned()) && rename.contains(&"PATCH /Groups/id".to_owned()),
        "{rename:?}"
    );
    assert!(!rename.contains(&"PUT /Groups/id".to_owned()), "{rename:?}");
    let save = lines(&spoken(&desk, &config, &["okta/connect/save-connection"], 0));
    assert_eq!(save, ["GET /Users"]);

    // Members in parts, from the command line.
    let batches = ["--dialect", "okta-catalogue+member_batch=1", "okta/groups/push"];
    let added = bodies(&spoken(&desk, "", &batches, 0), "member-add");
    let sizes: Vec<usize> = added.iter().map(|body| body["Operations"][0]["value"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [1, 1]);

    desk.file("scim-check.toml", "dialects = [\"okta-aiw+users=post\"]\n");
    desk.run(&["run", "--embedded"]).ends(2).says("okta-aiw+users=post").says("patch or put");
}

#[test]
fn a_good_server_hears_nothing_whatever_the_app() {
    let desk = Desk::new();
    let settings = ["users=put", "groups=put", "import_groups=off", "rename_groups=off", "member_batch=1"];
    let catalogue = settings.map(|setting| format!("okta-catalogue+{setting}"));
    let wizard = ["users=patch", "groups=patch", "import_groups=on", "rename_groups=off", "member_batch=1"];
    let wizard = wizard.map(|setting| format!("okta-aiw+{setting}"));
    for dialect in catalogue.iter().chain(&wizard) {
        desk.run(&["run", "--embedded", "--dialect", dialect, "okta", "okta-qa"]).ends(0).prints("no findings");
    }
}

#[test]
fn a_capability_is_off_only_where_the_user_says_so() {
    let desk = Desk::new();
    let gone = ["run", "--embedded", "--fault", "groups-missing", "okta/groups/push-empty"];
    desk.run(&gone).ends(1).prints("/Groups");
    let off = [&gone[..], &["--off", "groups"]].concat();
    desk.run(&off).ends(4).prints("skipped");
}
