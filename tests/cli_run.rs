//! The commands at work, against the embedded server and against a target in the test's process.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    collections::BTreeSet,
    fs,
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use support::{
    binary::{Desk, Ran, eventually, finish, start},
    raw::{Answer, Raw, closed_port},
    target::{TOKEN, Target},
};

/// A small part of the suite, for what does not depend on which part it is.
const SMALL: &str = "okta/lifecycle/unassign";

fn report(desk: &Desk, args: &[&str], code: i32) -> Value {
    let mut all = vec!["run", "--embedded", "--report", "json=report.json"];
    all.extend(args);
    desk.run(&all).ends(code);
    serde_json::from_str(&fs::read_to_string(desk.path().join("report.json")).unwrap()).unwrap()
}

/// The scenarios of a report with their dialects.
fn names(report: &Value) -> Vec<String> {
    let name = |scenario: &Value| match scenario["dialect"].as_str() {
        Some(dialect) => format!("{}@{dialect}", scenario["id"].as_str().unwrap()),
        None => scenario["id"].as_str().unwrap().to_owned(),
    };
    report["scenarios"].as_array().unwrap().iter().map(name).collect()
}

fn against(desk: &Desk, target: &Target, args: &[&str]) -> Ran {
    let mut all = vec![args[0], "--base-url", target.base()];
    all.extend(&args[1..]);
    desk.run_with(&[("SCIM_CHECK_TOKEN", TOKEN)], &all)
}

#[test]
fn green_is_quiet_and_red_says_what_breaks() {
    let desk = Desk::new();
    let green = desk.run(&["run", "--embedded"]).ends(0).prints("As expected").prints("no findings");
    assert!(green.out.lines().count() <= 4 && green.err.is_empty(), "{}", green.all());
    assert!(!green.out.contains('\u{1b}'), "colour without a terminal");

    let red = desk.run(&["run", "--embedded", "--fault", "patch-active-noop-200", SMALL]).ends(1);
    for part in ["must ", "expected ", "came ", "fix ", "breaks ", "explain ", "curl -i", "$SCIM_CHECK_TOKEN", "failed"]
    {
        assert!(red.out.contains(part), "`{part}` is not in\n{}", red.out);
    }
    desk.run(&["run", "--embedded", SMALL, "--color", "always"]).ends(0).prints("\u{1b}[");
}

#[test]
fn a_base_url_in_the_environment_does_not_hinder_the_embedded_server() {
    let desk = Desk::new();
    let variables = [("SCIM_CHECK_BASE_URL", "http://127.0.0.1:9/")];
    desk.run_with(&variables, &["run", "--embedded", SMALL]).ends(0);
    desk.run_with(&variables, &["run", SMALL]).ends(3).says("127.0.0.1:9");
    desk.run_with(&[("SCIM_CHECK_BASE_URL", "")], &["run", SMALL]).ends(2).says("no target");
    // A flag wins over the environment, the environment over the file.
    let target = Target::new(0, &[]);
    desk.file("scim-check.toml", "base_url = \"http://127.0.0.1:7/\"\n");
    desk.run(&["run", SMALL]).ends(3).says("127.0.0.1:7");
    desk.run_with(&variables, &["run", SMALL]).ends(3).says("127.0.0.1:9");
    let variables = [variables[0], ("SCIM_CHECK_TOKEN", TOKEN)];
    desk.run_with(&variables, &["run", SMALL, "--base-url", target.base()]).ends(0);
}

#[test]
fn folders_globs_ids_and_dialects_select() {
    let desk = Desk::new();
    let list = desk.run(&["run", "--dry-run", "--all"]).ends(0).out;
    let whole: Vec<String> = list.lines().filter_map(|line| line.strip_prefix("## ")).map(str::to_owned).collect();
    let chosen = |patterns: &[&str]| {
        let ran = desk.run(&[&["run", "--dry-run"], patterns].concat()).ends(0);
        ran.out.lines().filter_map(|line| line.strip_prefix("## ")).map(str::to_owned).collect::<Vec<_>>()
    };
    for (pattern, fits) in [
        ("okta/groups", (|name| name.starts_with("okta/groups/")) as fn(&str) -> bool),
        ("okta/groups/", |name| name.starts_with("okta/groups/")),
        ("okta/*/un*", |name| {
            name.starts_with("okta/") && name.split('/').nth(2).is_some_and(|last| last.starts_with("un"))
        }),
        (SMALL, |name| name.starts_with("okta/lifecycle/unassign@")),
        ("okta/lifecycle/unassign@okta-aiw", |name| name == "okta/lifecycle/unassign@okta-aiw"),
        ("scenarios/okta/lifecycle/unassign.yaml", |name| name.starts_with("okta/lifecycle/unassign@")),
    ] {
        let expected: Vec<&String> = whole.iter().filter(|name| fits(name)).collect();
        assert!(!expected.is_empty());
        // In the order of the plan, whatever was selected.
        assert_eq!(chosen(&[pattern]).iter().collect::<Vec<_>>(), expected, "{pattern}");
    }
    let one = chosen(&["okta/lifecycle", "--dialect", "okta-aiw"]);
    assert!(one.iter().all(|name| !name.contains('@') || name.ends_with("@okta-aiw")), "{one:?}");
    assert_eq!(names(&report(&desk, &["okta/groups"], 0)), chosen(&["okta/groups"]));
    let two = chosen(&["okta/lookup", SMALL]);
    assert!(two.iter().any(|name| name.contains("lookup")) && two.iter().any(|name| name.contains("unassign")));
}

#[test]
fn the_json_report_holds_what_it_promises() {
    let desk = Desk::new();
    let report = report(
        &desk,
        &["--fault", "active-as-string", "--fault", "error-schema-missing", "--exchanges", "okta/lifecycle"],
        1,
    );
    assert_eq!(report["version"], 1);
    assert_eq!(report["tool"]["name"], "scim-check");
    assert_eq!(report["tool"]["version"], env!("CARGO_PKG_VERSION"));
    assert!(report["target"]["base_url"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    assert!(report["started_at"].as_str().unwrap().ends_with('Z') && report["duration_ms"].is_u64());
    assert_eq!(report["exit_code"], 1);

    let scenarios = report["scenarios"].as_array().unwrap();
    let findings = report["findings"].as_array().unwrap();
    let exchanges = report["exchanges"].as_array().unwrap();
    let summary = &report["summary"];
    for outcome in ["passed", "failed", "error", "skipped"] {
        let count = scenarios.iter().filter(|scenario| scenario["outcome"] == outcome).count();
        assert_eq!(summary["scenarios"][outcome], count, "{outcome}");
    }
    for level in ["must", "should", "may"] {
        let counted = findings
            .iter()
            .filter(|one| one["level"] == level && one["follows_from"].is_null() && one["waived"] == false);
        assert_eq!(summary["findings"][level], counted.count(), "{level}");
    }
    assert_eq!(summary["findings"]["waived"], 0);
    assert_eq!(summary["exchanges"], exchanges.len());
    assert!(summary["findings"]["must"].as_u64().unwrap() > 0);

    let ids: Vec<&str> = findings.iter().map(|finding| finding["id"].as_str().unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "ids of findings are unique");
    for finding in findings {
        let have: BTreeSet<&str> = finding.as_object().unwrap().keys().map(String::as_str).collect();
        for key in [
            "id",
            "level",
            "rule",
            "claim",
            "scenario",
            "dialect",
            "step",
            "exchange",
            "message",
            "expected",
            "actual",
            "breaks",
            "fix",
            "spec",
            "seen_by",
            "follows_from",
            "waived",
            "waived_because",
        ] {
            assert!(have.contains(key), "{key} is not in {finding}");
        }
        let rule = finding["rule"].as_str().unwrap();
        if !["expectation", "snapshot"].contains(&rule) {
            assert_eq!(finding["claim"], format!("rule:{rule}"));
        }
        if let Some(root) = finding["follows_from"].as_str() {
            assert!(ids.contains(&root), "{root}");
        }
        if let Some(number) = finding["exchange"].as_u64() {
            let exchange = &exchanges[usize::try_from(number).unwrap() - 1];
            assert_eq!((&exchange["scenario"], &exchange["dialect"]), (&finding["scenario"], &finding["dialect"]));
        }
    }
    for (at, exchange) in exchanges.iter().enumerate() {
        assert_eq!(exchange["n"], at + 1);
        assert!(["setup", "spoken", "check", "cleanup"].contains(&exchange["purpose"].as_str().unwrap()));
        assert!(
            exchange["request"].is_object() && exchange["response"].is_object() && exchange["timing_ms"].is_object()
        );
    }
    for scenario in scenarios {
        for step in scenario["steps"].as_array().unwrap() {
            for number in step["exchanges"].as_array().unwrap() {
                let exchange = &exchanges[usize::try_from(number.as_u64().unwrap()).unwrap() - 1];
                assert_eq!((&exchange["scenario"], &exchange["dialect"]), (&scenario["id"], &scenario["dialect"]));
            }
        }
        assert!(scenario["duration_ms"].is_u64() && scenario.get("kind").is_some() && scenario.get("reason").is_some());
    }
}

#[test]
fn exchanges_are_in_the_report_only_when_asked_for_and_ids_stay_the_same() {
    let desk = Desk::new();
    let args = ["okta/lifecycle/*assign", "--fault", "active-as-string"];
    let (one, other) = (report(&desk, &args, 1), report(&desk, &args, 1));
    assert!(one.get("exchanges").is_none());
    let ids = |report: &Value| -> Vec<String> {
        report["findings"].as_array().unwrap().iter().map(|finding| finding["id"].to_string()).collect()
    };
    assert_eq!(ids(&one), ids(&other));
    assert_eq!(names(&one), names(&other));
}

#[test]
fn a_report_on_standard_output_is_alone_there() {
    let ran = Desk::new().run(&["run", "--embedded", SMALL, "--report", "json=-"]).ends(0).says("As expected");
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["exit_code"], 0);
}

#[test]
fn a_report_of_before_stays_until_there_is_a_new_one() {
    let desk = Desk::new();
    let base = format!("http://127.0.0.1:{}/", closed_port());
    desk.run(&["run", "--base-url", &base, "--report", "json=new.json"]).ends(3);
    assert!(!desk.path().join("new.json").exists());
    desk.file("old.json", "{}");
    desk.run(&["run", "--base-url", &base, "--report", "json=old.json"]).ends(3);
    desk.run(&["run", "--embedded", "--dry-run", SMALL, "--report", "json=old.json"]).ends(2).says("--dry-run");
    assert_eq!(fs::read_to_string(desk.path().join("old.json")).unwrap(), "{}");
}

#[test]
fn verbosity_adds_scenarios_then_exchanges() {
    let desk = Desk::new();
    let once = desk.run(&["run", "--embedded", SMALL, "-v"]).ends(0).prints("passed").prints("unassign@okta-aiw");
    assert!(!once.out.contains("GET /Users"));
    desk.run(&["run", "--embedded", SMALL, "-vv"])
        .ends(0)
        .prints("GET /Users?filter=")
        .prints("-> 20")
        .prints("[check]");
}

#[test]
fn a_dry_run_sends_nothing() {
    let desk = Desk::new();
    let listener = Raw::new(|_| Some(Answer::nobody()));
    let ran = desk.run(&["run", "--base-url", &listener.base(), "--dry-run"]).ends(0).prints("nothing was sent");
    assert!(ran.out.contains("## okta/lifecycle/assign@okta-catalogue") && ran.out.contains("POST /Users"));
    assert_eq!(listener.connections(), 0);
    desk.run(&["run", "--dry-run", SMALL]).ends(0).prints("\n> Authorization: Bearer [token]\n> Host: [host]\n");
    for (mode, header) in [("raw", "Authorization: [token]"), ("header:X-Key", "X-Key: [token]")] {
        desk.run(&["run", "--dry-run", SMALL, "--auth", mode]).ends(0).prints(&format!("\n> {header}\n"));
    }
}

#[test]
fn list_show_and_explain_tell_what_there_is() {
    let desk = Desk::new();
    desk.run(&["list"]).ends(0).prints(SMALL).prints("must");
    let json: Value = serde_json::from_str(&desk.run(&["list", "--json"]).ends(0).out).unwrap();
    let ids: Vec<&str> = json["scenarios"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&SMALL));
    for list in ["--faults", "--rules"] {
        desk.run(&["list", list]).ends(0);
        let json: Value = serde_json::from_str(&desk.run(&["list", list, "--json"]).ends(0).out).unwrap();
        assert!(json.as_array().unwrap().len() > 10);
    }
    // Every scenario can be shown, and every curl line is one.
    let shown = desk.run(&["show", SMALL]).ends(0).prints("steps:").prints("okta-aiw").prints("PATCH /Users/");
    let without = shown.out.replace("Authorization: Bearer [token]", "");
    assert!(without != shown.out && !without.contains("Bearer"), "{}", shown.out);
    let one = desk.run(&["show", &format!("{SMALL}@okta-aiw")]).ends(0);
    assert!(!one.out.contains("PATCH /Users/") && one.out.contains("PUT /Users/"), "{}", one.out);
    let curl = desk.run(&["show", SMALL, "--curl", "--dialect", "okta-aiw"]).ends(0);
    assert!(curl.out.lines().filter(|line| line.starts_with("curl -i ")).count() > 3, "{}", curl.out);
    desk.run(&["show", "okta/lifecycle/set-password"]).ends(0).prints("\n! inferred: documents say PUT");
    let args = ["show", "okta/lifecycle/set-password", "--curl"];
    desk.run(&args).ends(0).prints("\n# inferred: documents say PUT");
    desk.run(&["explain", SMALL]).ends(0).prints("Why it matters");
    desk.run(&["explain", "create-status-not-201"]).ends(0).prints("How to fix it");
    desk.run(&["explain", "filter-ignored"]).ends(0).prints("--fault filter-ignored");
    desk.run(&["explain", "flask-beta"]).ends(0).prints("--persona flask-beta").prints("patch-wants-user");
}

#[test]
fn keep_says_what_was_left_and_clean_removes_it() {
    let desk = Desk::new();
    let target = Target::new(30, &[]);
    let before = target.dump();
    let ran = against(&desk, &target, &["run", "--keep", "okta/groups", SMALL]).ends(0);
    let left = target.marked();
    assert!(left.len() > 4);
    for name in &left {
        assert!(ran.out.contains(name.as_str()), "{name} is not told:\n{}", ran.out);
    }
    assert!(ran.out.contains("scim-check clean"), "{}", ran.out);

    let kept = target.dump();
    // What is young may belong to a run under way.
    against(&desk, &target, &["clean"]).ends(0).prints(&format!("{} spared", left.len()));
    let listed = against(&desk, &target, &["clean", "--older-than", "0s", "--dry-run"]).ends(0);
    assert_eq!(listed.out.matches("would remove").count(), left.len(), "{}", listed.out);
    assert_eq!(target.dump(), kept);

    let removed = against(&desk, &target, &["clean", "--older-than", "0s"]).ends(0);
    assert!(removed.out.contains(&format!("{} removed", left.len())), "{}", removed.out);
    assert_eq!(target.dump(), before);
    against(&desk, &target, &["clean", "--older-than", "0s"]).ends(0).prints("0 removed");
}

#[test]
fn scenarios_of_ones_own() {
    let desk = Desk::new();
    let fine = "title: T\nwhy: W\nspec: [rfc7644#3.3]\nlevel: must\npeople: { ada: {} }\nsteps:\n  - assign: ada\n";
    desk.file("own/mine/folder/fine.yaml", fine);
    desk.file("own/mine/suite.yaml", "title: My suite\nwhy: W\n");
    desk.file(
        "own/mine/raw.yaml",
        "title: T\nwhy: W\nspec: [rfc7644#3.3]\nlevel: should\nsteps:\n  - request: GET /Users\n    expect: { status: 418 }\n",
    );
    let ran = desk.run(&["run", "--embedded", "--scenarios", "own"]).ends(0);
    assert!(ran.out.contains("should") && ran.out.contains("418"), "{}", ran.out);
    assert!(!ran.out.contains("okta  "), "only the user's own: {}", ran.out);
    desk.run(&["run", "--embedded", "--scenarios", "own", "--fail-on", "should"]).ends(1);
    desk.run(&["run", "--embedded", "--scenarios", "own", "mine/folder", SMALL, "-v"])
        .ends(0)
        .prints("mine/folder/fine@okta-aiw")
        .prints(&format!("{SMALL}@okta-aiw"));
    desk.run(&["list", "--scenarios", "own", "mine"]).ends(0).prints("My suite").prints("mine/raw");
    desk.run(&["show", "--scenarios", "own", "mine/raw"]).ends(0).prints("GET /Users");
    // From the configuration, wherever the program is started.
    desk.file("scim-check.toml", "scenarios = \"own\"\n");
    fs::create_dir(desk.path().join("deep")).unwrap();
    let mut command = desk.command(["run", "--embedded", "mine/folder"]);
    command.current_dir(desk.path().join("deep"));
    finish(command).ends(0);
}

#[test]
fn the_number_of_jobs_does_not_change_the_verdict() {
    let desk = Desk::new();
    let verdict = |jobs: &str| {
        // How often a read-back is repeated depends on what was waited for before.
        let options = ["--jobs", jobs, "--settle", "0", "--fault", "filter-substring", "okta/lookup"];
        let report = report(&desk, &options, 1);
        let findings = report["findings"].as_array().unwrap().iter();
        let findings: Vec<String> = findings.map(|one| format!("{} {}", one["id"], one["claim"])).collect();
        let outcomes = report["scenarios"].as_array().unwrap().iter().map(|one| one["outcome"].clone());
        (outcomes.collect::<Vec<_>>(), names(&report), findings, report["summary"]["exchanges"].clone())
    };
    assert_eq!(verdict("1"), verdict("8"));
}

#[test]
fn the_level_that_fails_can_be_chosen() {
    let desk = Desk::new();
    let args = ["run", "--embedded", "--fault", "create-location-missing", "okta/lifecycle/assign"];
    desk.run(&args).ends(0);
    let with = |level| [&args[..], &["--fail-on", level]].concat();
    desk.run(&with("may")).ends(1);
    desk.run(&["run", "--embedded", "--fail-on", "may"]).ends(0);
}

#[test]
fn what_the_settings_turn_off_is_skipped() {
    let desk = Desk::new();
    desk.file("scim-check.toml", "off = [\"groups\"]\ndialects = [\"okta-aiw\"]\njobs = 2\ntimeout = \"5s\"\n");
    let report = report(&desk, &[], 0);
    assert!(report["summary"]["scenarios"]["skipped"].as_u64().unwrap() > 4);
    assert!(report["scenarios"].as_array().unwrap().iter().all(|one| one["dialect"] != "okta-catalogue"));
    desk.run(&["run", "--embedded", "okta/groups"]).ends(4).prints("Nothing was run");
}

#[test]
fn a_target_that_starts_later_is_waited_for() {
    let port = closed_port();
    let base = format!("http://127.0.0.1:{port}/scim/v2");
    let desk = Desk::new();
    let mut running =
        start(desk.command(["run", "--base-url", &base, "--wait", "20s", "okta/connect/test-credentials"]));
    thread::sleep(Duration::from_millis(250));
    assert!(!running.ended());
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let _raw = Raw::on(listener, |_| Some(Answer::nobody()));
    running.wait().ends(0);

    let began = Instant::now();
    let base = format!("http://127.0.0.1:{}/", closed_port());
    desk.run(&["run", "--base-url", &base, "--wait", "300ms"]).ends(3).says("no connection");
    assert!(began.elapsed() < Duration::from_secs(5));
}

/// One clear message, and not one request more than was needed for it.
fn untestable(raw: &Raw, token: Option<&str>, message: &str, requests: usize) {
    let variables: Vec<(&str, &str)> = token.map(|token| ("SCIM_CHECK_TOKEN", token)).into_iter().collect();
    let ran = Desk::new().run_with(&variables, &["run", "--base-url", &raw.base()]).ends(3);
    assert!(ran.out.is_empty(), "{}", ran.out);
    assert!(ran.err.starts_with("error: ") && ran.err.contains(message) && ran.err.contains("\nhint: "), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);
    assert_eq!(raw.heard().len(), requests);
}

#[test]
fn who_can_not_be_tested_hears_of_it_once() {
    let desk = Desk::new();
    let base = format!("http://127.0.0.1:{}/scim/v2", closed_port());
    let ran = desk.run(&["run", "--base-url", &base]).ends(3).says("no connection to 127.0.0.1:").says("--wait");
    assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);

    let refusal = || {
        let error = serde_json::json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "401"});
        Some(Answer::json(401, &error))
    };
    untestable(&Raw::new(move |_| refusal()), Some("token-0123456789"), "refuses the credentials (status 401)", 1);
    untestable(&Raw::new(move |_| refusal()), None, "wants credentials (status 401), and none were given", 1);
    let html = |_: &_| Some(Answer { status: 200, headers: Vec::new(), body: "<html></html>".to_owned() });
    untestable(&Raw::new(html), None, "/Users answers no JSON (status 200)", 2);
    let moved =
        |_: &_| Some(Answer { status: 302, headers: Vec::new(), body: String::new() }.header("Location", "/login"));
    untestable(&Raw::new(moved), None, "/Users is redirected (status 302)", 2);
    untestable(&Raw::new(|_| None), None, "broke off", 1);
    // A service behind a proxy that is not up: unavailable, and worth waiting for.
    let unavailable = |_: &_| Some(Answer { status: 503, headers: Vec::new(), body: "starting".to_owned() });
    untestable(&Raw::new(unavailable), None, "status 503", 2);
}

#[test]
fn silence_is_not_waited_for_forty_times() {
    let silent = Raw::silent();
    let desk = Desk::new();
    let ran = desk.run(&["run", "--base-url", &silent.base(), "--timeout", "300ms"]).ends(3);
    assert!(ran.err.contains("no complete answer within 300 ms"), "{}", ran.err);
    // Forty times it would be 12 s.
    assert!(ran.took < Duration::from_secs(6), "{:?}", ran.took);

    // Silent only once the run has begun.
    let answered = std::sync::atomic::AtomicUsize::new(0);
    let tired = Raw::new(move |_| {
        if answered.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
            return Some(Answer::nobody());
        }
        thread::park_timeout(Duration::from_secs(120));
        None
    });
    let args = ["run", "--base-url", &tired.base(), "--timeout", "300ms", "--report", "json=report.json"];
    // No answer is a finding like any other, so that 1 is as good as 3.
    let ran = desk.run(&args).prints("stopped answering");
    assert!(matches!(ran.code, Some(1 | 3)), "{:?}", ran.code);
    assert!(ran.took < Duration::from_secs(10), "{:?}", ran.took);
    assert!(tired.heard().len() < 30, "{}", tired.heard().len());
}

#[test]
fn a_target_that_dies_in_the_middle_is_an_error_not_a_crash() {
    let answered = std::sync::atomic::AtomicUsize::new(0);
    let dying =
        Raw::new(move |_| (answered.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0).then(Answer::nobody));
    let ran = Desk::new().run(&["run", "--base-url", &dying.base(), SMALL]);
    assert!(matches!(ran.code, Some(1 | 3)), "{}", ran.all());
    assert!(!ran.all().contains("panicked"), "{}", ran.all());
}

#[test]
fn nonsense_is_findings_not_a_crash() {
    let nonsense = [
        "null",
        "[]",
        "\"text\"",
        "12",
        "{}",
        "{\"Resources\": 7, \"totalResults\": \"many\"}",
        "{\"id\": {\"a\": []}, \"userName\": [], \"active\": {}, \"members\": 3, \"meta\": []}",
        "{\"totalResults\": 9223372036854775807, \"Resources\": [null, 1, {\"id\": null}]}",
        "{\"totalResults\": 1, \"Resources\": [{\"id\": \"..\", \"userName\": \"\\u001b[31mred\"}]}",
    ];
    for body in nonsense {
        let first = std::sync::atomic::AtomicBool::new(true);
        let raw = Raw::new(move |heard| {
            // The first look needs a list; everything else is nonsense.
            if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
                return Some(Answer::nobody());
            }
            let status = if heard.method == "POST" { 201 } else { 200 };
            Some(Answer {
                status,
                headers: vec![("Content-Type".into(), "application/json".into())],
                body: body.into(),
            })
        });
        let base = raw.base();
        let mut args = vec!["run", "--base-url", &base, "-vv", "--report", "json=report.json", "--exchanges"];
        args.extend(["--dialect", "okta-aiw", "okta/lifecycle/assign-inactive", "okta/groups/push-now"]);
        args.extend(["okta/import/everybody", "okta/lookup/stranger"]);
        let ran = Desk::new().run(&args);
        assert!(matches!(ran.code, Some(1 | 3)), "{body}: {:?}\n{}", ran.code, ran.all());
        assert!(!ran.all().contains("panicked") && !ran.all().contains('\u{1b}'), "{body}");
        assert!(ran.took < Duration::from_secs(20), "{body}: {:?}", ran.took);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    let desk = Desk::new();
    let mut command = desk.command(["list", "--rules"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    eventually("the command ends", || child.try_wait().unwrap().is_some());
    let mut err = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut err).unwrap();
    assert!(!err.contains("panicked"), "{err}");
}

/// Whoever reads the output lacks something then, and the exit code must not say that all is well.
#[cfg(target_os = "linux")]
#[test]
fn output_that_is_lost_is_no_success() {
    let desk = Desk::new();
    for args in [&["list", "--json"][..], &["config"], &["run", "--embedded", "okta/connect/test-credentials"]] {
        let mut command = desk.command(args);
        command.stdout(std::fs::File::options().write(true).open("/dev/full").unwrap());
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains("error: not all could be written to standard output"), "{said}");
    }
}
