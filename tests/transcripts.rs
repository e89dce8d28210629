//! The terminal sessions in `docs/` are real: each block of text that begins with `$ ` is played, and says what stands there. A line `...`
//! stands for any lines.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{fs, path::Path};

use regex_lite::Regex;
use scim_check::{cli::review::difference, snapshot::Folder};
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

/// A review needs a terminal: it shows what waits first, and accepts all of it.
fn review(desk: &Desk, root: &str) -> String {
    let folder = Folder::to_read(&desk.path().join(root)).unwrap();
    let entries: Vec<_> = folder.entries().unwrap().into_iter().filter(|entry| entry.pending).collect();
    let text = |pending| folder.text(&entries[0].name, pending).unwrap().unwrap_or_default();
    let head = format!("\n{}  1 of {}\n", entries[0].name, entries.len());
    let shown = format!("{head}{}", difference(&text(false), &text(true), 3));
    desk.run(&["snapshots", "accept", "--all", "--snapshots", root]).ends(0);
    format!(
        "{shown}\na accept   r reject   s skip   c more context   q quit\naccepted\n\n{} accepted, 0 rejected, 0 left\n",
        entries.len()
    )
}

fn play(page: &str) -> usize {
    let desk = Desk::new();
    let all = sessions(page);
    for (command, wanted) in &all {
        let (variables, arguments) = match command.strip_prefix("CI=true ") {
            Some(rest) => (vec![("CI", "true")], rest),
            None => (Vec::new(), command.as_str()),
        };
        let arguments: Vec<&str> = arguments.strip_prefix("scim-check ").unwrap().split(' ').collect();
        let printed = match arguments.as_slice() {
            ["snapshots", "review", "--snapshots", root] => review(&desk, root),
            arguments => desk.run_with(&variables, arguments).out,
        };
        shows(command, &printed, wanted);
    }
    all.len()
}

#[test]
fn a_change_is_recorded_told_and_accepted() {
    assert_eq!(play("snapshots.md"), 7);
}
