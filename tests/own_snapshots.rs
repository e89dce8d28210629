//! The user's own snapshots of their server: recorded, held, reviewed; what is damaged, locked or in nobody's hands.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use insta::Snapshot;
use support::{
    binary::{Desk, Ran},
    peers::{Peer, cannot_run, start},
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
                    found.insert(entry.path(), fs::read_to_string(entry.path()).unwrap());
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
    run(&desk, &[]).ends(1).prints("There is no snapshot of this story yet");
    snapshots(&desk, &["accept", "--all"]).ends(0).prints("30 accepted");
    desk
}

#[test]
fn what_is_new_waits_and_what_was_accepted_is_quiet() {
    let desk = Desk::new();
    run(&desk, &[]).ends(1).prints("29 more of it").prints("scim-check snapshots review --snapshots snaps");
    snapshots(&desk, &["status"]).ends(1).prints("0 accepted, 30 waiting, 0 orphaned");
    snapshots(&desk, &["accept", "okta/lifecycle/unassign"]).ends(0).prints("2 accepted");
    snapshots(&desk, &["reject", "okta/lifecycle/assign*@okta-aiw"]).ends(0).prints("5 rejected");
    snapshots(&desk, &["status"]).ends(1).prints("2 accepted, 23 waiting, 0 orphaned");
    snapshots(&desk, &["accept", "--all"]).ends(0);
    // Those that were rejected are new again.
    run(&desk, &[]).ends(1).prints("4 more of it");
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
    // The command that accepts it, whatever lines it is wrapped to.
    let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("scim-check snapshots accept --snapshots snaps okta/lifecycle/"), "{}", ran.out);
    assert!(ran.out.contains("There is no snapshot of this story yet"), "{}", ran.out);
    assert_eq!(files(&desk.path().join("snaps")), before);
}

#[test]
fn the_level_of_a_difference_and_more_redactions_stand_in_the_file() {
    let desk = recorded();
    desk.file("scim-check.toml", "[snapshots]\nfolder = \"snaps\"\nlevel = \"should\"\n");
    let args = ["run", "--embedded", PART, "--fault", "etag-missing"];
    desk.run(&args).ends(0).prints("is not as in the snapshot");
    snapshots(&desk, &["reject", "--all"]).ends(0);
    // What is redacted everywhere differs from what was recorded without: it is recorded anew, and then quiet.
    let redact = "redact = [{ at = \".**.emails\", as = \"[emails]\" }, { matches = \"Lovelace\", as = \"[name]\" }]\n";
    desk.file("scim-check.toml", format!("[snapshots]\nfolder = \"snaps\"\n{redact}"));
    desk.run(&["run", "--embedded", PART]).ends(1);
    desk.run(&["snapshots", "accept", "--all"]).ends(0);
    desk.run(&args[..3]).ends(0);
    let texts: String = files(&desk.path().join("snaps")).into_values().collect();
    assert!(texts.contains("\"emails\": \"[emails]\"") && texts.contains("[name]") && !texts.contains("Lovelace"));
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

#[test]
fn servers_that_we_did_not_write_are_recorded_the_same_every_time() {
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
        for time in 1..3 {
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
