//! `docs/report.schema.json`: real reports fit it, and it is strict.

use std::{fs, path::Path};

use jsonschema::Validator;
use scim_check::report::Format;
use serde_json::{Value, json};

use super::{
    hostile,
    support::{
        binary::{Desk, eventually, start},
        target::{TOKEN, Target},
    },
    written_of,
};

/// The schema, and the same in which no key may be there that it does not name.
fn schemas() -> (Validator, Validator) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
    let open: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut closed = open.clone();
    close(&mut closed);
    let made = |schema: &Value| jsonschema::draft202012::options().should_validate_formats(true).build(schema).unwrap();
    (made(&open), made(&closed))
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("properties").is_some_and(Value::is_object) {
                members.entry("additionalProperties").or_insert(Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[track_caller]
fn fits(report: &Value) {
    let (open, closed) = schemas();
    let wrong: Vec<String> = open
        .iter_errors(report)
        .chain(closed.iter_errors(report))
        .map(|error| format!("{} {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn read(desk: &Desk) -> Value {
    serde_json::from_str(&fs::read_to_string(desk.path().join("report.json")).unwrap()).unwrap()
}

#[test]
fn real_reports_fit() {
    let desk = Desk::new();
    let run = |args: &[&str], code: i32| {
        let fixed = ["run", "--embedded", "--settle", "0", "--report", "json=report.json"];
        desk.run(&[&fixed, args].concat()).ends(code);
        let report = read(&desk);
        fits(&report);
        report
    };
    run(&["okta/lifecycle"], 0);
    let skipping = run(&["--off", "groups", "okta"], 0);
    assert!(skipping["scenarios"].as_array().unwrap().iter().any(|one| one["kind"].is_string()));
    let faults = ["--fault", "patch-active-noop-200", "--fault", "unknown-endpoint-html"];
    let faulty = run(&[&faults[..], &["--exchanges", "okta/lifecycle", "rfc7644/errors"]].concat(), 1);
    assert!(faulty["exchanges"].as_array().unwrap().iter().any(|one| one["response"]["body_bytes"].is_u64()));
    desk.file(
        "scim-check.toml",
        "[[waive]]\nrule = \"deactivation-not-shown\"\nreason = \"known\"\n\n[[waive]]\nrule = \"no-answer\"\nscenario = \"okta/lifecycle/unassign\"\nreason = \"gone\"\n",
    );
    let waived = run(&["--fault", "patch-active-noop-200", "okta/lifecycle"], 1);
    assert_eq!(waived["stale_waivers"].as_array().unwrap().len(), 1);
    assert!(waived["findings"].as_array().unwrap().iter().any(|one| one["waived_because"] == "known"));
}

#[test]
fn reports_of_runs_that_were_interrupted_or_left_something_fit() {
    let target = Target::new(20, &["slow-answers"]);
    let desk = Desk::new();
    let args = ["run", "--base-url", target.base(), "okta/lifecycle", "--exchanges", "--report", "json=report.json"];
    let mut command = desk.command(args);
    command.env("SCIM_CHECK_TOKEN", TOKEN);
    let running = start(command);
    eventually("something is created", || !target.marked().is_empty());
    running.signal("INT");
    running.wait().ends(130);
    let report = read(&desk);
    assert_eq!(report["exit_code"], 130);
    fits(&report);

    let args =
        ["run", "--base-url", target.base(), "okta/lifecycle/unassign", "--keep", "--report", "json=report.json"];
    desk.run_with(&[("SCIM_CHECK_TOKEN", TOKEN)], &args).ends(0);
    let report = read(&desk);
    assert!(!report["leftovers"].as_array().unwrap().is_empty());
    fits(&report);
}

/// The hostile run has everything that a report can have.
fn whole() -> Value {
    serde_json::from_str(&written_of(Format::Json, &hostile::record())).unwrap()
}

#[test]
fn an_unknown_key_anywhere_is_seen() {
    let (open, closed) = schemas();
    let report = whole();
    fits(&report);
    let mut tried = 0;
    for path in objects(&report, String::new()) {
        let mut changed = report.clone();
        changed.pointer_mut(&path).unwrap()["surplus"] = json!(1);
        assert!(!closed.is_valid(&changed), "a key is not seen in {path}");
        assert!(open.is_valid(&changed), "a reader of today breaks over a key of tomorrow in {path}");
        tried += 1;
    }
    assert!(tried > 40, "{tried}");
}

#[test]
fn a_missing_key_or_a_wrong_type_anywhere_is_seen() {
    let (open, _) = schemas();
    let report = whole();
    for path in objects(&report, String::new()) {
        let keys: Vec<String> = report.pointer(&path).unwrap().as_object().unwrap().keys().cloned().collect();
        for key in keys {
            let mut changed = report.clone();
            let object = changed.pointer_mut(&path).unwrap().as_object_mut().unwrap();
            // The body of a message is any JSON, and not always there.
            let may_miss = ["body", "body_bytes"].contains(&key.as_str()) || (key == "exchanges" && path.is_empty());
            let before = object.remove(&key).unwrap();
            assert_eq!(open.is_valid(&changed), may_miss, "{path}/{key} is not missed");
            if key != "body" {
                let object = changed.pointer_mut(&path).unwrap().as_object_mut().unwrap();
                object.insert(key.clone(), if before.is_number() { json!("1") } else { json!(1.5) });
                assert!(!open.is_valid(&changed), "{path}/{key} may have another type");
            }
        }
    }
}

/// Pointers to all objects whose keys the format fixes.
fn objects(value: &Value, at: String) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let inner = members
                .iter()
                .filter(|(key, _)| !["body", "headers"].contains(&key.as_str()))
                .flat_map(|(key, value)| objects(value, format!("{at}/{key}")));
            let mut all: Vec<String> = inner.collect();
            all.push(at);
            all
        }
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(n, item)| objects(item, format!("{at}/{n}"))).collect()
        }
        _ => Vec::new(),
    }
}
