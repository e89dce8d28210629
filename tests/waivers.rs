//! Waivers in `scim-check.toml`: what they accept, when they are stale, and those that `--write-waivers` writes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fs;

use serde_json::Value;
use support::binary::{Desk, Ran};

/// A part of the suite that a fault in the deactivation makes fail.
const PART: &str = "okta/lifecycle";
const FAULT: [&str; 2] = ["--fault", "patch-active-noop-200"];
const RULE: &str = "deactivation-not-shown";

fn run(desk: &Desk, args: &[&str]) -> Ran {
    // What is wrong for good is not waited for.
    desk.run(&[&["run", "--embedded", "--settle", "0"], args].concat())
}

/// The report of a run that ends as said.
fn report(desk: &Desk, args: &[&str], code: i32) -> Value {
    run(desk, &[args, &["--report", "json=report.json"]].concat()).ends(code);
    read(desk)
}

fn read(desk: &Desk) -> Value {
    serde_json::from_str(&fs::read_to_string(desk.path().join("report.json")).unwrap()).unwrap()
}

/// The lines that `--write-waivers` prints, which are written to the file.
fn paste(desk: &Desk, out: &str) -> usize {
    let (_, lines) = out.split_once("\n# For the end of scim-check.toml:\n").unwrap();
    desk.file("scim-check.toml", lines);
    lines.matches("[[waive]]").count()
}

/// True where the finding is told as one that counts.
fn fails(screen: &str) -> bool {
    screen.lines().any(|line| line.starts_with("must  A deactivated person"))
}

#[test]
fn what_is_waived_is_told_and_does_not_fail() {
    let desk = Desk::new();
    let broken = [&FAULT[..], &[PART]].concat();
    let before = report(&desk, &broken, 1);
    let waiver = format!(
        "jobs = 2\n\n[[waive]]\nrule = \"{RULE}\"\nscenario = \"okta/**\"\nreason = \"ticket 4711\"\nuntil = \"9999-12-31\"\n"
    );
    desk.file("scim-check.toml", &waiver);
    let after = report(&desk, &broken, 0);
    assert_eq!(after["summary"]["scenarios"]["failed"], 0);
    assert_eq!(after["summary"]["findings"]["must"], 0);
    assert_eq!(after["summary"]["findings"]["waived"], before["summary"]["findings"]["must"]);
    assert_eq!(after["stale_waivers"], Value::Array(Vec::new()));
    let (waived, others): (Vec<&Value>, Vec<&Value>) =
        after["findings"].as_array().unwrap().iter().partition(|one| one["waived"] == true);
    assert!(waived.iter().any(|one| one["follows_from"].is_string()), "what follows is waived with it");
    assert!(waived.iter().all(|one| one["waived_because"] == "ticket 4711"));
    assert!(others.iter().all(|one| one["waived_because"].is_null() && one["level"] != "must"));

    let screen = run(&desk, &broken).ends(0).out;
    let line = screen.lines().find(|line| line.starts_with("waived must")).unwrap();
    for part in ["A deactivated person", "okta/lifecycle/", ": ticket 4711 (until 9999-12-31)"] {
        assert!(line.contains(part), "{line}");
    }
    assert!(screen.contains(" 1 waived; "), "{screen}");
    assert!(!fails(&screen), "{screen}");

    desk.file("scim-check.toml", waiver.replace("9999", "2020"));
    let expired = run(&desk, &broken).ends(1).out;
    let line =
        "scim-check.toml:3: this waiver is stale: its last day was 2020-12-31. Mend or delete it (lines 3 to 7).";
    assert!(expired.contains(line) && fails(&expired), "{expired}");
}

#[test]
fn written_waivers_make_the_run_pass_and_are_stale_once_the_fault_is_gone() {
    for (args, clean) in [
        (&["--fault", "patch-active-noop-200", PART][..], &[][..]),
        (&["--fault", "filter-ignored", "okta/lookup"], &["okta"]),
        (&["--fault", "media-type-text-plain", "--fail-on", "may", PART], &["--fail-on", "may"]),
        (&["--fault", "error-schema-missing", "--fault", "deactivate-deletes", "okta-spec"], &["okta-spec"]),
        (&["--persona", "flask-beta", "--off", "groups", "okta", "okta-spec"], &["okta", "okta-spec"]),
    ] {
        let desk = Desk::new();
        let failing = run(&desk, &[args, &["--write-waivers"]].concat()).ends(1);
        assert!(!desk.path().join("scim-check.toml").exists(), "it writes no file");
        let count = paste(&desk, &failing.out);
        assert!(count > 0, "{args:?}");
        run(&desk, &[args, &["--write-waivers"]].concat()).ends(0).prints("\n# Nothing is left to waive");

        let screen = run(&desk, &[clean, &["--report", "json=report.json"]].concat()).ends(1).out;
        let gone = read(&desk);
        let text = fs::read_to_string(desk.path().join("scim-check.toml")).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let stale = gone["stale_waivers"].as_array().unwrap();
        assert_eq!(stale.len(), count, "{args:?}: {text}\n{stale:?}");
        for waiver in stale {
            let line = usize::try_from(waiver["line"].as_u64().unwrap()).unwrap();
            assert_eq!(lines[line - 1], "[[waive]]");
            assert_eq!(lines[line], format!("rule = {}", waiver["rule"]));
            let told = format!("scim-check.toml:{line}: this waiver is stale: what it accepts no longer occurs");
            let last = lines[line..].iter().position(|next| next.is_empty()).map_or(lines.len(), |end| line + end);
            assert!(screen.contains(&told) && screen.contains(&format!("(lines {line} to {last})")), "{screen}");
        }
        assert!(screen.contains(if count == 1 { "A waiver is stale:" } else { "Waivers are stale:" }), "{screen}");
    }
}

#[test]
fn what_was_not_run_is_not_judged() {
    let desk = Desk::new();
    desk.file("scim-check.toml", "[[waive]]\nscenario = \"okta/lookup/*\"\nreason = \"r\"\n");
    run(&desk, &[PART]).ends(0);
    run(&desk, &["okta/lookup", "--dialect", "okta-aiw"]).ends(1).prints("give it that `dialect`");
    desk.file("scim-check.toml", format!("[[waive]]\nrule = \"{RULE}\"\nreason = \"r\"\n"));
    run(&desk, &[PART]).ends(0);
    run(&desk, &[]).ends(1).prints("(lines 1 to 3)").prints("no longer occurs in okta (");
    desk.file("scim-check.toml", "[[waive]]\nrule = \"deactivation-not-show\"\nreason = \"r\"\n");
    run(&desk, &[PART]).ends(1).prints("did you mean `deactivation-not-shown`?");
}

#[test]
fn written_waivers_step_aside_for_a_report_and_hide_what_is_hidden() {
    let desk = Desk::new();
    let args = [&FAULT[..], &[PART, "--write-waivers", "--report", "json=-"]].concat();
    let ran = run(&desk, &args).ends(1);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(paste(&desk, &ran.err), 1);
    assert!(
        ran.err.contains(&format!("\n[[waive]]\nrule = \"{RULE}\"\nscenario = \"okta/**\"\nreason = \"known on 20"))
    );
    assert!(!ran.err.contains("scim-check-20"), "no name of this run: {}", ran.err);
    assert_eq!(report["exit_code"], 1);
    run(&desk, &["--dry-run", "--write-waivers", PART]).ends(2);
}
