//! `scim-check diff`: two runs told apart, from their reports.
//!
//! `INSTA_UPDATE=always cargo test --test diff` writes the screens anew; read them as a user would.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fs;

use regex_lite::Regex;
use serde_json::{Value, json};
use support::binary::{Desk, Ran};

/// A small part of the suite, for what does not depend on which part it is.
const SMALL: &str = "okta/lifecycle/unassign";

/// Runs against the embedded server and keeps the report.
fn run(desk: &Desk, file: &str, args: &[&str]) {
    let report = format!("json={file}");
    let ran = desk.run(&[&["run", "--embedded", "--report", &report], args].concat());
    assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.all());
}

fn compared(desk: &Desk, args: &[&str], code: i32) -> Value {
    let ran = desk.run(&[&["diff", "--json"], args].concat()).ends(code);
    let difference: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(difference["exit_code"], code);
    difference
}

fn edited(desk: &Desk, from: &str, to: &str, edit: impl FnOnce(&mut Value)) {
    let mut report: Value = serde_json::from_str(&fs::read_to_string(desk.path().join(from)).unwrap()).unwrap();
    edit(&mut report);
    desk.file(to, report.to_string());
}

/// The lists of a comparison that are not empty; time is another matter.
fn told(difference: &Value) -> Vec<&str> {
    let keys = ["new", "gone", "changed", "outcomes", "answers"];
    keys.into_iter().filter(|key| difference[key].as_array().is_some_and(|all| !all.is_empty())).collect()
}

/// A screen without what differs from run to run: time, and where the server was.
fn screen(ran: &Ran) -> String {
    let replace =
        |text: &str, pattern: &str, with: &str| Regex::new(pattern).unwrap().replace_all(text, with).into_owned();
    let text = replace(&ran.out, r"127\.0\.0\.1:\d+", "127.0.0.1:41234");
    let text = replace(&text, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "[date]");
    replace(&text, r"(?s)latency\n.*?\n\n", "")
}

#[test]
fn two_runs_of_everything_do_not_differ() {
    let desk = Desk::new();
    run(&desk, "a.json", &["--all", "--exchanges"]);
    run(&desk, "b.json", &["--all", "--exchanges"]);
    let ran = desk.run(&["diff", "a.json", "b.json"]).ends(0).prints("No difference; answers to ");
    assert!(!ran.out.contains('\u{1b}'), "colour without a terminal");
    let difference = compared(&desk, &["a.json", "b.json"], 0);
    assert_eq!(told(&difference), [""; 0], "{}", ran.out);
    assert_eq!(difference["answers"], json!([]));
}

#[test]
fn one_new_finding_and_one_gone() {
    let desk = Desk::new();
    run(&desk, "fine.json", &[SMALL]);
    run(&desk, "wrong.json", &["--fault", "patch-active-noop-200", SMALL]);
    let new = desk.run(&["diff", "fine.json", "wrong.json"]).ends(1).prints("new findings");
    insta::assert_snapshot!("new_finding", screen(&new));
    let gone = desk.run(&["diff", "wrong.json", "fine.json"]).ends(0).prints("gone findings");
    insta::assert_snapshot!("gone_finding", screen(&gone));
    desk.run(&["diff", "fine.json", "wrong.json", "--color", "always"]).ends(1).prints("\u{1b}[");

    let difference = compared(&desk, &["fine.json", "wrong.json"], 1);
    assert_eq!(told(&difference), ["new", "outcomes"]);
    assert_eq!(difference["new"][0]["level"], "must");
    assert_eq!(difference["outcomes"][0]["before"], "passed");
    assert_eq!(difference["answers"], Value::Null);
}

#[test]
fn changed_answers() {
    let desk = Desk::new();
    run(&desk, "fine.json", &["--exchanges", SMALL]);
    run(&desk, "wrong.json", &["--exchanges", "--fault", "etag-missing", SMALL]);
    let ran = desk.run(&["diff", "fine.json", "wrong.json"]).ends(0);
    insta::assert_snapshot!("changed_answer", screen(&ran));
}

#[test]
fn faults_of_many_kinds_are_told() {
    let desk = Desk::new();
    let (part, exchanges) = (["okta/lifecycle/assign", "okta/lifecycle/unassign", "okta/groups"], "--exchanges");
    run(&desk, "fine.json", &[&part[..], &[exchanges]].concat());
    let with = |fault: &str| {
        run(&desk, "wrong.json", &[&part[..], &[exchanges, "--fault", fault]].concat());
        let ran = desk.run(&["diff", "--json", "fine.json", "wrong.json", "--fail-on", "may"]);
        serde_json::from_str::<Value>(&ran.out).unwrap()
    };
    for (fault, what, change, before, after) in [
        ("post-200-not-201", "status", "value", json!(201), json!(200)),
        ("create-location-missing", "header location", "gone", json!("[base]/Users/[id]"), Value::Null),
        ("patch-active-noop-200", "active", "value", json!(false), json!(true)),
        ("list-numbers-as-strings", "itemsPerPage", "type", json!(0), json!("0")),
        ("create-empty-body", "body", "value", json!("JSON"), json!("nothing")),
        ("filter-ignored", "Resources", "appeared", Value::Null, json!("[others]")),
    ] {
        let difference = with(fault);
        let answers = difference["answers"].as_array().unwrap();
        let found = answers.iter().find(|one| one["what"] == what).unwrap_or_else(|| panic!("{fault}: {answers:#?}"));
        assert_eq!((&found["change"], &found["before"], &found["after"]), (&json!(change), &before, &after), "{fault}");
        assert!(!difference["new"].as_array().unwrap().is_empty(), "{fault}");
        assert_eq!(difference["exit_code"], 1, "{fault}");
    }
}

#[test]
fn the_level_and_waivers_decide_about_the_end() {
    let desk = Desk::new();
    run(&desk, "fine.json", &[SMALL]);
    run(&desk, "wrong.json", &["--fault", "patch-active-noop-200", SMALL]);
    let all = |report: &mut Value, name: &str, value: Value| {
        report["findings"].as_array_mut().unwrap().iter_mut().for_each(|finding| finding[name] = value.clone());
    };
    edited(&desk, "wrong.json", "waived.json", |report| all(report, "waived", json!(true)));
    edited(&desk, "wrong.json", "should.json", |report| all(report, "level", json!("should")));
    assert_eq!(told(&compared(&desk, &["fine.json", "waived.json"], 0)), ["outcomes"]);
    assert_eq!(told(&compared(&desk, &["waived.json", "wrong.json"], 1)), ["new"]);
    assert_eq!(told(&compared(&desk, &["wrong.json", "waived.json"], 0)), ["changed"]);
    compared(&desk, &["fine.json", "should.json"], 0);
    compared(&desk, &["fine.json", "should.json", "--fail-on", "should"], 1);
    compared(&desk, &["wrong.json", "should.json"], 0);
    // What rises to the level that fails is as bad as what is new.
    assert_eq!(told(&compared(&desk, &["should.json", "wrong.json"], 1)), ["changed"]);
    desk.run(&["diff", "should.json", "wrong.json"]).ends(1).prints("(was should)").prints("B is worse: ");
}

#[test]
fn scenarios_of_one_run_alone_and_slower_ones_are_told() {
    let desk = Desk::new();
    run(&desk, "a.json", &[SMALL]);
    run(&desk, "b.json", &[SMALL, "okta/lifecycle/assign", "--dialect", "okta-aiw"]);
    let ran = desk.run(&["diff", "a.json", "b.json"]).ends(0).prints("answers not compared").prints("B differs: ");
    for part in ["only in A (passed): 1 scenario\n", "only in B (passed): 1 scenario\n", "unassign@okta-catalogue"] {
        assert!(ran.out.contains(part), "{}", ran.out);
    }
    edited(&desk, "a.json", "slow.json", |report| report["duration_ms"] = json!(3_600_000));
    let ran = desk.run(&["diff", "a.json", "slow.json"]).ends(0).prints("latency\nthe whole run, total: ");
    assert!(ran.out.contains("-> 3600.0 s") && ran.out.contains("x slower") && ran.out.contains("No difference;"));
}

#[test]
fn files_that_are_no_reports_are_refused() {
    let desk = Desk::new();
    run(&desk, "fine.json", &[SMALL]);
    desk.file("text.json", "no \u{1b}[31mreport");
    desk.file("other.json", "{}");
    desk.file("newer.json", "{\"version\": 2}");
    fs::create_dir(desk.path().join("folder")).unwrap();
    let mut text = String::new();
    for file in ["nowhere.json", "folder", "text.json", "other.json", "newer.json"] {
        for args in [["diff", "fine.json", file], ["diff", file, "fine.json"]] {
            let ran = desk.run(&args).ends(2).says("error: ").says("\nhint: ");
            assert!(ran.out.is_empty() && !ran.err.contains('\u{1b}'), "{}", ran.all());
            text.push_str(&ran.err);
        }
    }
    insta::assert_snapshot!("refused", text);
    desk.run(&["diff", "fine.json"]).ends(2).says("B.json");
}

#[test]
fn nothing_of_a_report_acts_on_a_terminal() {
    let desk = Desk::new();
    run(&desk, "fine.json", &["--exchanges", SMALL]);
    run(&desk, "wrong.json", &["--exchanges", "--fault", "patch-active-noop-200", SMALL]);
    fn soil(value: &mut Value) {
        match value {
            Value::String(text) => text.push_str("\u{1b}[2J\u{202e}\r"),
            Value::Array(items) => items.iter_mut().for_each(soil),
            Value::Object(members) => {
                let kept = ["id", "level", "outcome", "scenario", "dialect"];
                members
                    .iter_mut()
                    .filter(|(name, _)| !kept.contains(&name.as_str()))
                    .for_each(|(_, value)| soil(value));
            }
            _ => {}
        }
    }
    edited(&desk, "wrong.json", "soiled.json", soil);
    for args in [["diff", "fine.json", "soiled.json"], ["diff", "soiled.json", "fine.json"]] {
        let ran = desk.run(&args);
        assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.all());
        assert!(!ran.all().contains(['\u{1b}', '\u{202e}', '\r']), "{}", ran.all());
    }
}
