//! The user's own snapshots of their server: recorded, held, reviewed; what is damaged, locked or in nobody's hands.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use insta::Snapshot;
use serde_json::Value;
use support::{
    binary::{Desk, Ran, eventually, start as start_command},
    peers::{Peer, cannot_run, start},
    raw::{Answer, Raw},
};

/// A part of the suite with people, groups and lists.
const PART: &str = "okta/lifecycle";

fn run(desk: &Desk, args: &[&str]) -> Ran {
    desk.run(&[&["run", "--embedded", "--snapshots", "snaps", PART], args].concat())
}

fn snapshots(desk: &Desk, args: &[&str]) -> Ran {
    desk.run(&[&["snapshots"], args, &["--snapshots", "snaps"]].concat())
}

/// Every file below a folder, with what is in it.
fn files(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false => {
                    // A run that goes on may have given it its name since.
                    if let Ok(text) = fs::read_to_string(entry.path()) {
                        found.insert(entry.path(), text);
                    }
                }
            }
        }
    }
    found
}

fn waiting(root: &Path) -> usize {
    files(root).keys().filter(|path| path.extension().is_some_and(|ending| ending == "new")).count()
}

/// A desk on which the part was recorded and accepted.
fn recorded() -> Desk {
    let desk = Desk::new();
    run(&desk, &[]).ends(1).prints("There is no snapshot of this scenario yet");
    snapshots(&desk, &["accept", "--all"]).ends(0).prints("30 accepted");
    desk
}

#[test]
fn what_is_new_waits_and_what_was_accepted_is_quiet() {
    let desk = Desk::new();
    run(&desk, &[]).ends(1).prints("29 more findings").prints("scim-check snapshots review --snapshots snaps");
    snapshots(&desk, &["status"]).ends(1).prints("0 accepted, 30 waiting, 0 orphaned");
    snapshots(&desk, &["accept", "okta/lifecycle/unassign"]).ends(0).prints("2 accepted");
    snapshots(&desk, &["reject", "okta/lifecycle/assign*@okta-aiw"]).ends(0).prints("5 rejected");
    snapshots(&desk, &["status"]).ends(1).prints("2 accepted, 23 waiting, 0 orphaned");
    snapshots(&desk, &["accept", "--all"]).ends(0);
    // Those that were rejected are new again.
    run(&desk, &[]).ends(1).prints("4 more findings");
    snapshots(&desk, &["accept", "--all"]).ends(0).prints("5 accepted");
    run(&desk, &[]).ends(0).prints("no findings");
    snapshots(&desk, &["status"]).ends(0).prints("30 accepted, 0 waiting, 0 orphaned");
}

#[test]
fn a_change_is_told_waits_and_is_settled_by_the_old_answer() {
    let desk = recorded();
    let ran = run(&desk, &["--fault", "etag-missing"]).ends(1);
    assert!(ran.out.contains("is not as in the snapshot: `header etag"), "{}", ran.out);
    assert!(ran.out.contains("Not as your snapshots have it"), "{}", ran.out);
    assert!(waiting(&desk.path().join("snaps")) > 0);
    snapshots(&desk, &["status"]).ends(1).prints("different");
    // Once the server answers as before, nothing waits any more.
    run(&desk, &[]).ends(0);
    assert_eq!(waiting(&desk.path().join("snaps")), 0);
    // Or the change is accepted, and the old answer is the one that differs.
    run(&desk, &["--fault", "etag-missing"]).ends(1);
    snapshots(&desk, &["accept", "--all"]).ends(0);
    let ran = run(&desk, &["--fault", "etag-missing"]);
    assert!(!ran.out.contains("as in the snapshot"), "{}", ran.out);
    run(&desk, &[]).ends(1).prints("as in the snapshot");
}

#[test]
fn nothing_is_written_in_ci() {
    let desk = Desk::new();
    desk.run_with(&[("CI", "true")], &["run", "--embedded", "--snapshots", "snaps", PART])
        .ends(2)
        .says("there is no folder of snapshots");
    let desk = recorded();
    fs::remove_file(desk.path().join("snaps/okta/lifecycle/duplicate.snap")).unwrap();
    let before = files(&desk.path().join("snaps"));
    let ran = run(&desk, &["--ci", "--fault", "etag-missing"]).ends(1);
    // The command that accepts it is a line to be pasted.
    let command = |line: &str| line.trim().starts_with("scim-check snapshots accept --snapshots snaps okta/lifecycle/");
    assert!(ran.out.lines().any(command), "{}", ran.out);
    assert!(ran.out.contains("There is no snapshot of this scenario yet"), "{}", ran.out);
    assert_eq!(files(&desk.path().join("snaps")), before);
}

#[test]
fn the_level_of_a_difference_and_more_redactions_stand_in_the_file() {
    let desk = recorded();
    desk.file("scim-check.toml", "[snapshots]\nfolder = \"snaps\"\nlevel = \"should\"\n");
    let args = ["run", "--embedded", PART, "--fault", "etag-missing"];
    // The file names the folder, and the commands need not.
    let ran = desk.run(&args).ends(0).prints("is not as in the snapshot");
    assert!(ran.out.lines().any(|line| line.trim() == "scim-check snapshots review"), "{}", ran.out);
    snapshots(&desk, &["reject", "--all"]).ends(0);
    // What is redacted everywhere differs from what was recorded without: it is recorded anew, and then quiet.
    let redact = "redact = [{ at = \".**.emails\", as = \"[emails]\" }, { matches = \"Lovelace\", as = \"[name]\" }]\n";
    desk.file("scim-check.toml", format!("[snapshots]\nfolder = \"snaps\"\n{redact}"));
    desk.run(&["run", "--embedded", PART]).ends(1);
    desk.run(&["snapshots", "accept", "--all"]).ends(0);
    desk.run(&args[..3]).ends(0);
    let texts: String = files(&desk.path().join("snaps")).into_values().collect();
    assert!(texts.contains("\"emails\": \"[emails]\"") && texts.contains("[name]") && !texts.contains("Lovelace"));
    let unused = "redact = [{ at = \".meta.etga\" }, { at = \".**.emails\", as = \"[emails]\" }]\n";
    desk.file("scim-check.toml", format!("[snapshots]\nfolder = \"snaps\"\n{unused}"));
    let ran = desk.run(&["run", "--embedded", PART]).ends(1).says("`.meta.etga` fits nothing in this run");
    assert!(!ran.err.contains("`.**.emails`"), "{}", ran.err);
    for wrong in ["at = \"meta\"", "matches = \"(\"", "matches = \"x*\"", "at = \".a\", matches = \"b\""] {
        desk.file("scim-check.toml", format!("[snapshots]\nredact = [{{ {wrong} }}]\n"));
        run(&desk, &[]).ends(2).says("redact");
    }
}

#[test]
fn what_belongs_to_no_scenario_is_pruned() {
    let desk = recorded();
    let own = desk.path().join("snaps/okta/lifecycle");
    fs::copy(own.join("unassign@okta-aiw.snap"), own.join("gone@okta-aiw.snap")).unwrap();
    fs::copy(own.join("unassign@okta-aiw.snap"), own.join("unassign@nobody.snap")).unwrap();
    snapshots(&desk, &["status"]).ends(0).prints("2 orphaned");
    snapshots(&desk, &["prune"]).ends(0).prints("deleted okta/lifecycle/gone@okta-aiw").prints("2 deleted");
    snapshots(&desk, &["status"]).ends(0).prints("30 accepted, 0 waiting, 0 orphaned");
}

#[test]
fn insta_reads_the_files() {
    let desk = recorded();
    let path = desk.path().join("snaps/okta/lifecycle/unassign@okta-aiw.snap");
    let snapshot = Snapshot::from_file(&path).unwrap();
    assert_eq!(snapshot.metadata().source(), Some("scim-check"));
    assert_eq!(snapshot.metadata().description(), Some("Unassigning a person deactivates them"));
    let text = fs::read_to_string(&path).unwrap();
    let body = text.rsplit("\n---\n").next().unwrap();
    assert_eq!(snapshot.as_text().unwrap().to_string().trim_end(), body.trim_end());
    snapshots(&desk, &["status", "--cargo-insta"]).ends(0);
    assert!(desk.path().join("snaps/Cargo.toml").exists());
}

#[test]
fn cargo_insta_accepts_what_waits() {
    // Installed by .ci/run; elsewhere the test needs nothing but Rust.
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin/cargo-insta");
    if !tool.exists() {
        cannot_run("cargo-insta", "no target/tools/bin/cargo-insta");
        return;
    }
    let desk = Desk::new();
    run(&desk, &[]).ends(1);
    snapshots(&desk, &["status", "--cargo-insta"]).ends(1).says("cargo insta review");
    let insta = |word: &str| {
        let mut command = Command::new(&tool);
        command.args([word, "--workspace-root", "snaps"]).current_dir(desk.path()).env_remove("CI");
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert!(output.status.success(), "{said}");
        said
    };
    assert!(insta("pending-snapshots").contains("unassign@okta-aiw.snap"));
    assert!(insta("accept").contains("accepted"));
    snapshots(&desk, &["status"]).ends(0).prints("30 accepted, 0 waiting");
    // The header that cargo-insta has written in its own style is read as ours.
    run(&desk, &[]).ends(0);
}

#[test]
fn what_can_not_be_used_is_told_before_anything_is_sent_and_left_as_it_is() {
    let desk = recorded();
    let path = desk.path().join("snaps/okta/lifecycle/unassign@okta-aiw.snap");
    let good = fs::read_to_string(&path).unwrap();
    for (text, says) in [
        ("", "does not begin with ---"),
        ("---\nsource: x\n---\nnonsense\n", "line 1 of the dialogue"),
        (&good.replace("\"format\":1", "\"format\":2"), "newer scim-check"),
        (&good.replacen("< {", "< {{{", 1), "is not JSON"),
        (&good[..good.rfind("\"active\"").unwrap()], "is not JSON"),
    ] {
        fs::write(&path, text).unwrap();
        run(&desk, &[]).ends(2).says("unassign@okta-aiw.snap").says(says);
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    fs::write(&path, good).unwrap();
    desk.file("plain", "");
    desk.run(&["run", "--embedded", PART, "--snapshots", "plain"]).ends(2).says("plain");
    desk.run(&["snapshots", "status"]).ends(2).says("no folder of snapshots is named");
    desk.run(&["snapshots", "status", "--snapshots", "nowhere"]).ends(2).says("there is no folder of snapshots");
    snapshots(&desk, &["review"]).ends(0).prints("nothing waits");
    snapshots(&desk, &["accept", "okta/lifecycle/unasign"]).ends(2).says("nothing waits that fits");
}

#[test]
fn a_folder_that_can_not_be_written_to_is_told_before_anything_is_sent() {
    let desk = recorded();
    let folder = desk.path().join("snaps");
    let before = files(&folder);
    let mut rights = fs::metadata(&folder).unwrap().permissions();
    rights.set_readonly(true);
    fs::set_permissions(&folder, rights).unwrap();
    // An administrator may write nevertheless.
    let ran = match fs::write(folder.join("probe"), "") {
        Ok(()) => {
            fs::remove_file(folder.join("probe")).unwrap();
            desk.run(&["run", "--embedded", PART, "--snapshots", "/proc/snaps"]).ends(2)
        }
        Err(_) => run(&desk, &[]).ends(2).says("make the folder writable"),
    };
    assert!(ran.err.contains("can't be") && ran.out.is_empty(), "{}", ran.err);
    run(&desk, &["--ci"]).ends(0);
    assert_eq!(files(&folder), before);
}

#[test]
fn an_answer_of_50_megabytes_is_told_and_not_recorded() {
    let first = AtomicBool::new(true);
    let size = Arc::new(AtomicUsize::new(50_000_000));
    let padding = Arc::clone(&size);
    let target = Raw::new(move |_| {
        let mut answer = Answer::nobody();
        // The look before the run asks for few.
        if first.swap(false, Ordering::Relaxed) {
            return Some(answer);
        }
        answer.body.insert_str(1, &format!("\"padding\": \"{}\", ", "x".repeat(padding.load(Ordering::Relaxed))));
        Some(answer)
    });
    let desk = Desk::new();
    let story = "okta/connect/test-credentials";
    let (base, folder) = (target.base(), desk.path().join("snaps"));
    let args = ["run", story, "--base-url", &base, "--token", "t", "--snapshots", "snaps", "--settle", "0"];
    desk.run(&args).ends(1).prints("body");
    assert!(files(&folder).values().all(|text| text.len() < 100_000));
    desk.run(&args).ends(3).says("/Users answers with more than is read");
    size.store(6_000_000, Ordering::Relaxed);
    let ran = desk.run(&args).ends(1);
    assert!(ran.out.contains("The scenario is too long for a snapshot"), "{}", ran.out);
    assert!(files(&folder).values().all(|text| text.len() < 5_000_000));
}

/// Whenever a run that writes is killed, each file is whole, and the next run leaves nothing of it behind.
#[test]
fn a_run_that_is_killed_leaves_whole_files() {
    let desk = Desk::new();
    let folder = desk.path().join("snaps");
    for files_first in 0..8 {
        let args = ["run", "--embedded", "--snapshots", "snaps", PART];
        let mut running = start_command(desk.command(args));
        eventually("files", || running.ended() || (folder.is_dir() && files(&folder).len() > files_first));
        drop(running);
        for (path, text) in files(&folder) {
            if path.extension().is_some_and(|ending| ending == "new") {
                assert!(scim_check::snapshot::read(&text).is_ok(), "{}", path.display());
            }
        }
    }
    fs::write(folder.join("okta/lifecycle/.unassign@okta-aiw.snap.new.4711"), "half").unwrap();
    run(&desk, &[]).ends(1);
    assert!(!files(&folder).keys().any(|path| path.file_name().unwrap().to_string_lossy().starts_with('.')));
    snapshots(&desk, &["accept", "--all"]).ends(0).prints("30 accepted");
    run(&desk, &[]).ends(0);
}

#[cfg(unix)]
#[test]
fn what_lies_behind_a_link_is_listed() {
    let desk = recorded();
    let (folder, elsewhere) = (desk.path().join("snaps/okta"), desk.path().join("elsewhere"));
    fs::rename(folder.join("lifecycle"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, folder.join("lifecycle")).unwrap();
    std::os::unix::fs::symlink(&folder, elsewhere.join("back")).unwrap();
    snapshots(&desk, &["status"]).ends(0).prints("30 accepted, 0 waiting, 0 orphaned");
    run(&desk, &[]).ends(0);
}

#[cfg(unix)]
#[test]
fn nothing_of_a_folder_acts_on_a_terminal() {
    let desk = Desk::new();
    desk.file("snaps/a\u{1b}[31mRED.snap.new", "---\nnon\u{1b}[2Jsense\n---\n");
    for args in [&["status"][..], &["accept", "--all"], &["accept", "x"], &["review"], &["reject", "--all"]] {
        let ran = snapshots(&desk, args);
        assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "{args:?}: {:?} {:?}", ran.out, ran.err);
    }
}

/// A waiver for one difference takes no other, and is judged only where the run was held against the snapshots.
#[test]
fn a_difference_can_be_waived_and_no_other_with_it() {
    let desk = recorded();
    let fault = ["--ci", "--fault", "etag-missing"];
    let ran = run(&desk, &[&fault[..], &["--write-waivers"]].concat()).ends(1);
    let (_, lines) = ran.out.split_once("\n# For the end of scim-check.toml:\n").unwrap();
    assert!(lines.contains("rule = \"own-snapshot\"\nsubject = \"header etag\"\n"), "{lines}");
    desk.file("scim-check.toml", lines);
    run(&desk, &fault).ends(0);
    let more = ["--fault", "create-location-missing", "--report", "json=-"];
    let report: Value = serde_json::from_str(&run(&desk, &[&fault[..], &more].concat()).ends(1).out).unwrap();
    let told = |finding: &&Value| finding["rule"] == "own-snapshot" && finding["waived"] == false;
    let told: Vec<&Value> = report["findings"].as_array().unwrap().iter().filter(told).collect();
    assert!(!told.is_empty() && told.iter().all(|finding| finding["subject"] == "header location"), "{told:?}");
    desk.run(&["run", "--embedded", PART]).ends(0);
    run(&desk, &["--ci"]).ends(1).prints("this waiver is stale: what it accepts no longer occurs");
    // What was never recorded is to be accepted.
    let ran = desk.run(&["run", "--embedded", "okta/groups", "--snapshots", "snaps", "--write-waivers"]).ends(1);
    assert!(ran.out.contains("# Scenarios without a snapshot are not waived"), "{}", ran.out);
    assert!(!ran.out.contains("[[waive]]"), "{}", ran.out);
}

#[test]
fn two_runs_of_which_one_has_snapshots_do_not_differ() {
    let desk = Desk::new();
    desk.run(&["run", "--embedded", PART, "--report", "json=a.json"]).ends(0);
    run(&desk, &["--report", "json=b.json"]).ends(1);
    desk.run(&["diff", "a.json", "b.json"]).ends(0).prints("Only B was held against your own snapshots");
}

#[test]
fn of_two_that_write_at_once_one_is_refused() {
    let desk = recorded();
    // Held as a run holds it.
    let held = scim_check::snapshot::Folder::to_write(&desk.path().join("snaps")).unwrap();
    run(&desk, &[]).ends(2).says("another scim-check is writing");
    snapshots(&desk, &["accept", "--all"]).ends(2).says("another scim-check is writing");
    // Who only reads is not in the way.
    run(&desk, &["--ci"]).ends(0);
    drop(held);
    run(&desk, &[]).ends(0);
}

/// Recorded anew again and again, a server that does not change gives the same files to the byte, scenarios running beside one another.
#[test]
fn the_reference_server_is_recorded_the_same_every_time() {
    let desk = Desk::new();
    let record = |folder: &str| {
        desk.run(&["run", "--embedded", "--all", "--settle", "0", "--snapshots", folder]).ends(1);
        let root = desk.path().join(folder);
        let files = files(&root).into_iter();
        files.map(|(path, text)| (path.strip_prefix(&root).unwrap().to_owned(), text)).collect::<BTreeMap<_, _>>()
    };
    same(&record("first"), &record("second"));
}

/// `SCIM_CHECK_TIMES=20 cargo test --test own_snapshots servers` records them more often.
#[test]
fn servers_that_we_did_not_write_are_recorded_the_same_every_time() {
    let times = std::env::var("SCIM_CHECK_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(3);
    for peer in [Peer::Scim2Server, Peer::Scimmy] {
        let Some(running) = start(peer) else { continue };
        let desk = Desk::new();
        let record = |folder: &str| {
            let args =
                ["run", "okta", "--base-url", &running.base_url, "--token", &running.token, "--snapshots", folder];
            desk.run(&args).ends(1);
            let root = desk.path().join(folder);
            let files = files(&root).into_iter();
            files.map(|(path, text)| (path.strip_prefix(&root).unwrap().to_owned(), text)).collect::<BTreeMap<_, _>>()
        };
        let first = record("0");
        assert!(first.len() > 90, "{}", first.len());
        for time in 1..times {
            same(&first, &record(&time.to_string()));
        }
    }
}

#[track_caller]
fn same(first: &BTreeMap<PathBuf, String>, again: &BTreeMap<PathBuf, String>) {
    assert_eq!(first.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
    for (path, text) in first {
        let lines = text.lines().zip(again[path].lines()).find(|(one, other)| one != other);
        assert!(*text == again[path], "{}: {lines:?}", path.display());
    }
}
