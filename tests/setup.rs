//! `scim-check completions` and `scim-check man`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{fs, process::Command};

use support::binary::Desk;

#[test]
fn every_shell_has_its_completions() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.run(&["completions", shell]).ends(0).out;
        for word in ["snapshots", "accept", "completions", "fail-on", "persona"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    desk.run(&["completions", "zhs"]).ends(2).says("did you mean `zsh`?");
}

/// Bash itself is asked what it would offer.
#[test]
fn bash_completes_commands_flags_and_names() {
    let desk = Desk::new();
    desk.file("script", desk.run(&["completions", "bash"]).ends(0).out);
    for (words, wanted) in [
        ("scim-check sna", "snapshots"),
        ("scim-check run --pers", "--persona"),
        ("scim-check snapshots acc", "accept"),
        ("scim-check snapshots accept --snap", "--snapshots"),
        ("scim-check run --fault patch-active-noop-2", "patch-active-noop-200"),
        ("scim-check run --fail-on sh", "should"),
        ("scim-check run okta/conn", "okta/connect"),
        ("scim-check run --embedded okta/conn", "okta/connect"),
        ("scim-check show okta/groups/push-now-", "okta/groups/push-now-empty"),
        ("scim-check explain server-error-on", "server-error-on-odd-request"),
    ] {
        let count = words.split(' ').count() - 1;
        let mut back = words.rsplit(' ');
        let (last, before) = (back.next().unwrap(), back.next().unwrap());
        let ask = format!(
            "source ./script; COMP_WORDS=({words}); COMP_CWORD={count}; _scim__check scim-check '{last}' '{before}'; echo \"${{COMPREPLY[@]}}\""
        );
        let said = Command::new("bash").args(["--norc", "-c", &ask]).current_dir(desk.path()).output().unwrap();
        assert_eq!(String::from_utf8(said.stdout).unwrap().trim(), wanted, "{}", String::from_utf8_lossy(&said.stderr));
    }
}

#[test]
fn there_is_a_page_for_each_command() {
    let desk = Desk::new();
    let page = desk.run(&["man"]).ends(0).out;
    assert!(page.contains(".TH scim-check 1") && page.contains("Exit codes:"), "{page}");
    desk.run(&["man", "--dir", "pages/man1"]).ends(0);
    for name in ["scim-check", "scim-check-run", "scim-check-snapshots-accept", "scim-check-man"] {
        let page = fs::read_to_string(desk.path().join(format!("pages/man1/{name}.1"))).unwrap();
        assert!(page.contains("Examples:"), "{name}: {page}");
    }
    desk.file("file", "");
    desk.run(&["man", "--dir", "file"]).ends(2).says("error: the pages can't be written to file").says("hint: ");
}

/// Colour where it is asked for, in results and errors alike; none in a file, and none where NO_COLOR stands.
#[test]
fn colour_is_used_where_it_is_asked_for() {
    let desk = Desk::new();
    let coloured = [
        &["list", "okta/connect"][..],
        &["show", "okta/connect/test-credentials"],
        &["explain", "redirect"],
        &["config"],
        &["run", "--embedded", "okta/connect"],
        &["snapshots", "status", "--snapshots", "nowhere"],
        &["lst"],
        &["run", "--embeded"],
    ];
    let plain = [
        &["list", "--rules"][..],
        &["man"],
        &["completions", "bash"],
        &["--help"],
        &["run", "--dry-run", "okta/connect"],
    ];
    for args in coloured.into_iter().chain(plain) {
        let with = |when: &str| desk.run_with(&[("TERM", "xterm")], &[args, &["--color", when]].concat()).all();
        for off in [with("auto"), with("never"), desk.run_with(&[("NO_COLOR", "1")], args).all()] {
            assert!(!off.contains('\u{1b}'), "{args:?}: {off}");
        }
        assert_eq!(with("always").contains("\u{1b}["), coloured.contains(&args), "{args:?}");
        let joined = desk.run(&[args, &["--color=always"]].concat()).all();
        assert_eq!(joined.contains("\u{1b}["), coloured.contains(&args), "{args:?}");
    }
}
