//! `scim-check init`: what it writes runs as it stands, and nothing is overwritten.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fs;

use support::binary::Desk;

#[test]
fn what_it_writes_runs_at_once() {
    let desk = Desk::new();
    desk.run(&["init"]).ends(0).prints("wrote scim-check.toml\n").prints("wrote scenarios/mine/leaver.yaml\n");
    desk.run(&["run", "--embedded", "mine", "-v"]).ends(0).prints("mine/leaver@okta-aiw").prints("no findings");
    // It is looked at: a server that ignores the deactivation fails it.
    desk.run(&["run", "--embedded", "--fault", "patch-active-noop-200", "mine"]).ends(1).prints("mine/leaver");
    desk.run(&["list", "mine"]).ends(0).prints("What our app needs").prints("\n1 scenario\n");
    desk.run(&["show", "mine/leaver"]).ends(0).prints("POST /Users");
    // The suites that it names are what runs where nothing is selected.
    let out = desk.run(&["run", "--embedded", "--dry-run"]).ends(0).out;
    assert!(out.contains("## mine/leaver@okta-catalogue") && out.contains("## okta/lifecycle/unassign@"), "{out}");
}

/// Each key that the starter has behind a `#` can be used: without it the file is still read.
#[test]
fn what_is_commented_out_can_be_used() {
    let desk = Desk::new();
    desk.run(&["init"]).ends(0);
    let path = desk.path().join("scim-check.toml");
    let text = fs::read_to_string(&path).unwrap();
    let mut keys = 0;
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let bare = line.trim_start_matches("# ");
        let code = bare.starts_with('[') || bare.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
        keys += usize::from(code);
        // There are two ways to say where the token is.
        let again = bare.starts_with("token = { file");
        lines.push(if code && !again { bare.to_owned() } else { line.to_owned() });
    }
    assert!(keys >= 18, "{keys}\n{text}");
    fs::write(&path, lines.join("\n")).unwrap();
    let out = desk.run(&["config", "--target", "staging"]).ends(0).out;
    assert!(out.contains("token = { env = \"STAGING_SCIM_TOKEN\" }") && out.contains("# a waiver"), "{out}");
}

#[test]
fn a_built_in_scenario_is_copied() {
    let desk = Desk::new();
    desk.run(&["init", "deep/er", "--from", "okta/lifecycle/unassign", "--suite", "ours"])
        .ends(0)
        .prints("cd deep/er\n");
    let at = |args: &[&str]| {
        let mut command = desk.command(args);
        command.current_dir(desk.path().join("deep/er"));
        support::binary::finish(command)
    };
    at(&["run", "--embedded", "ours", "-v"]).ends(0).prints("ours/unassign@okta-catalogue");
    let copied = fs::read_to_string(desk.path().join("deep/er/scenarios/ours/unassign.yaml")).unwrap();
    assert!(copied.starts_with("# From okta/lifecycle/unassign of scim-check "), "{copied}");
    // A second one joins it, wherever the configuration has its scenarios.
    at(&["init", "--from", "rfc7644/paging/count", "--suite", "ours"]).ends(0);
    at(&["run", "--embedded", "ours"]).ends(0);
    fs::write(desk.path().join("deep/er/scim-check.toml"), "scenarios = \"checks\"\n").unwrap();
    at(&["init", "--from", "okta-spec/crud/create-user"]).ends(2).says("there is no scenario").says("hint: ");
    at(&["init", "--from", "okta/lifecycle/assign"]).ends(0).prints("wrote checks/mine/assign.yaml");
}

/// A copy is judged as the original is: the levels of rules come with it.
#[test]
fn every_suite_can_be_copied_from() {
    for (suite, id) in [
        ("okta-spec", "okta-spec/crud/lifecycle"),
        ("okta-qa", "okta-qa/users/assign"),
        ("rfc7643", "rfc7643/resources/person"),
        ("rfc7644", "rfc7644/paging/count"),
    ] {
        let desk = Desk::new();
        desk.run(&["init", "--from", id]).ends(0);
        desk.run(&["run", "--embedded", "mine"]).ends(0);
        let levels = |args: &[&str]| {
            let out = desk.run(args).ends(0).out;
            let line =
                |suite: &str| out.lines().find(|line| line.starts_with(&format!("{suite} "))).unwrap().to_owned();
            let level = |suite: &str| line(suite).split_whitespace().nth(1).unwrap().to_owned();
            (level("mine"), level(suite))
        };
        for rule in ["lookup-misses-known", "error-schema-missing", "create-location-missing"] {
            let (mine, theirs) = levels(&["explain", rule]);
            assert_eq!(mine, theirs, "{rule} in a copy from {suite}");
        }
    }
}

#[test]
fn nothing_is_overwritten() {
    let desk = Desk::new();
    let path = desk.file("scim-check.toml", "scenarios = \"scenarios\"\n");
    desk.run(&["init"]).ends(2).says("scim-check.toml is there already").says("hint: ");
    let story = desk.file("scenarios/mine/assign.yaml", "mine\n");
    desk.run(&["init", "--from", "okta/lifecycle/assign"]).ends(2).says("assign.yaml is there already");
    assert_eq!(fs::read_to_string(&story).unwrap(), "mine\n");
    assert_eq!(fs::read_to_string(&path).unwrap(), "scenarios = \"scenarios\"\n");
    assert!(!desk.path().join("scenarios/mine/suite.yaml").exists());
    desk.file("scim-check.toml", "jobs = 1\n");
    desk.run(&["init", "--from", "okta/lifecycle/assign"]).ends(2).says("names no folder of scenarios");
    // A scenario that is there without a configuration stays, too.
    fs::remove_file(&path).unwrap();
    desk.file("scenarios/mine/leaver.yaml", "mine\n");
    desk.run(&["init"]).ends(2).says("leaver.yaml is there already");
    assert!(!path.exists());
    desk.run(&["init", "--suite", "okta"]).ends(2).says("built in");
    desk.run(&["init", "--suite", "a/b"]).ends(2).says("no name of a suite");
    desk.run(&["init", "--from", "okta/lifecycle/asign"]).ends(2).says("did you mean `okta/lifecycle/assign`?");
}

/// A folder that a flag has named is named again in the command that says more.
#[test]
fn the_command_that_says_more_can_be_copied() {
    let desk = Desk::new();
    let text = "title: T\nwhy: W\nspec: [rfc7644#3.4.2]\nlevel: must\nsteps:\n\
                - { request: GET /Users, expect: { status: 404 } }\n";
    desk.file("my checks/mine/one.yaml", text);
    let ran = desk.run(&["run", "--embedded", "--scenarios", "my checks"]).ends(1);
    let line =
        ran.out.lines().find_map(|line| line.trim().strip_prefix("explain")).unwrap_or_else(|| panic!("{}", ran.out));
    assert_eq!(line.trim(), "scim-check show mine/one --scenarios 'my checks'");
    desk.run(&["show", "mine/one", "--scenarios", "my checks"]).ends(0).prints("GET /Users");
}

/// A scenario with these steps, in a folder of its own.
fn with_steps(head: &str, steps: &str) -> Desk {
    let desk = Desk::new();
    let text =
        format!("title: T\nwhy: W\nspec: [rfc7644#3.3]\nlevel: must\npeople: {{ ada: {{}} }}\n{head}steps:\n{steps}\n");
    desk.file("checks/mine/one.yaml", text);
    desk
}

#[test]
fn a_request_that_is_not_sent_is_no_finding() {
    for steps in [
        "  - request: DELETE /Users/5",
        "  - { request: GET /Users, headers: { 'X A': b }, expect: { status: 200 } }",
        "  - at_once: [{ request: GET /Users }, { request: DELETE /Users/5 }]\n    expect: { statuses: [200, 204] }",
    ] {
        let ran = with_steps("alone: true\n", steps).run(&["run", "--embedded", "--scenarios", "checks"]).ends(3);
        let out = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(out.contains("was not sent: ") && out.contains("no findings"), "{steps}\n{out}");
        assert!(!ran.out.contains("curl"), "{steps}\n{}", ran.out);
    }
}

#[test]
fn what_can_not_be_meant_is_told_where_it_is_read() {
    let request = |rest: &str| format!("  - {{ request: GET /Users, {rest} }}");
    for (head, steps, says) in [
        ("", "  - assign: []".to_owned(), "nobody is named here"),
        ("", "  - test_credentials: false".to_owned(), "this stands alone"),
        ("", request("at_once: [{ request: GET /Users }, { request: GET /Groups }]"), "this step does two things"),
        ("", request("save: { ada: /id }"), "`ada` is the name of something else in templates"),
        ("", request("save: { role: /id }"), "`role` is the name of something else in templates"),
        ("", request("save: { n: /id }"), "`n` is the name of something else in templates"),
        ("", request("save: { a-b: /id }"), "nothing can be saved under `a-b`"),
        ("", request("expect: { body: { id: { type: integr } } }"), "`integr` is no type"),
        ("", request("expect: { body: { totalResults: { at_least: many } } }"), "`at_least` is a number"),
        ("groups: { crew: [ada] }\n", "  - assign: ada".to_owned(), "`crew` is not a group: a mapping belongs here"),
        ("", "  - { assign: ada, then: [{ gone: ada, absent: [title] }] }".to_owned(), "`absent` does not belong"),
        ("still: true\n", "  - assign: ada".to_owned(), "`still`, and no step lists everybody"),
        ("still: true\nalone: true\n", "  - import:".to_owned(), "`still` beside `alone`"),
    ] {
        let ran = with_steps(head, &steps).run(&["list", "--scenarios", "checks"]).ends(2);
        assert!(ran.err.contains(says) && ran.err.contains("hint: "), "{steps}\n{}", ran.err);
    }
    for (text, says) in [
        ("[people]\ndomain = \"a b\"\n", "this is not the domain of an address"),
        ("[people.attributes]\nactive = false\n", "`active` is up to the scenarios"),
        ("[people.attributes]\n\"meta.created\" = \"x\"\n", "`meta` is up to the scenarios"),
        ("reports = [\"foo=x\"]\n", "there is no report format `foo`"),
        ("[snapshots]\nredact = [{ as = \"x\" }]\n", "either `at` or `matches`"),
    ] {
        let desk = Desk::new();
        desk.file("scim-check.toml", text);
        let ran = desk.run(&["config"]).ends(2);
        assert!(ran.err.contains(says) && ran.err.contains("hint: "), "{text}\n{}", ran.err);
    }
}
