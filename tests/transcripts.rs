//! The terminal sessions in `docs/` are real: each block of text that begins with `$ ` is played, and says what stands there. A line `...`
//! stands for any lines.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{fs, path::Path};

use regex_lite::Regex;
use scim_check::{
    cli::review::{Choice, walk},
    snapshot::Folder,
};
use support::binary::Desk;

/// The sessions of a page, one after the other: commands with what they print.
fn sessions(page: &str) -> Vec<(String, Vec<String>)> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page)).unwrap();
    let blocks = text.split("```text\n").skip(1).map(|rest| rest.split("\n```").next().unwrap_or(""));
    let mut played: Vec<(String, Vec<String>)> = Vec::new();
    for line in blocks.filter(|block| block.starts_with("$ ")).flat_map(str::lines) {
        match line.strip_prefix("$ ") {
            Some(command) => played.push((command.to_owned(), Vec::new())),
            None => played.last_mut().unwrap().1.push(line.to_owned()),
        }
    }
    played
}

/// What differs from run to run.
fn settled(line: &str) -> String {
    let line = Regex::new(r"in (\d+ ms|\d+\.\d s)\.").unwrap().replace_all(line, "in 0 ms.").into_owned();
    line.trim_end().to_owned()
}

/// Asserts that the wanted lines are there, in order, and no others but where `...` stands.
#[track_caller]
fn shows(command: &str, printed: &str, wanted: &[String]) {
    let printed: Vec<String> = printed.lines().map(settled).collect();
    let mut at = 0;
    let mut anything = false;
    for line in wanted.iter().map(|line| settled(line)) {
        if line == "..." {
            anything = true;
            continue;
        }
        let found = printed[at..].iter().position(|have| *have == line);
        let near = found.filter(|skipped| *skipped == 0 || anything);
        assert!(near.is_some(), "`{command}` does not print, after line {at}: {line}\n{}", printed.join("\n"));
        at += near.unwrap() + 1;
        anything = false;
    }
    let rest = printed[at..].iter().all(String::is_empty);
    assert!(anything || rest, "`{command}` prints more:\n{}", printed[at..].join("\n"));
}

/// A review needs a terminal: in its place the answers are given here, and each is to accept.
fn review(desk: &Desk, root: &str) -> String {
    let folder = Folder::to_write(&desk.path().join(root)).unwrap();
    let mut shown = String::new();
    walk(&folder, &mut |text| shown.push_str(text), &mut || Ok(Some(Choice::Accept))).unwrap();
    // Colours are for the terminal.
    Regex::new("\u{1b}\\[[0-9;]*m").unwrap().replace_all(&shown, "").into_owned()
}

/// Plays the sessions of a page; `codes` is how each of its commands ends.
fn play(page: &str, codes: &[i32]) {
    let desk = Desk::new();
    let all = sessions(page);
    assert_eq!(all.len(), codes.len(), "{page}");
    for ((command, wanted), code) in all.iter().zip(codes) {
        let (variables, arguments) = match command.strip_prefix("CI=true ") {
            Some(rest) => (vec![("CI", "true")], rest),
            None => (Vec::new(), command.as_str()),
        };
        let arguments: Vec<&str> = arguments.strip_prefix("scim-check ").unwrap().split(' ').collect();
        let printed = match arguments.as_slice() {
            ["snapshots", "review", "--snapshots", root] => review(&desk, root),
            arguments => desk.run_with(&variables, arguments).ends(*code).out,
        };
        shows(command, &printed, wanted);
    }
}

#[test]
fn a_change_is_recorded_told_and_accepted() {
    play("snapshots.md", &[1, 0, 0, 1, 1, 0, 0]);
}
