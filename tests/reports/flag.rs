//! `--report`: several at once, each tried before anything is sent, none ever half written.

use std::fs;

use super::support::{
    binary::Desk,
    raw::{Answer, Raw},
};

const SMALL: &str = "okta/lifecycle/unassign";

/// Names of all files in the folder.
fn files(desk: &Desk) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(desk.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_format_is_written_at_once() {
    let desk = Desk::new();
    desk.file("r.tap", "of before");
    let mut args = vec!["run", "--embedded", SMALL];
    for report in
        ["json=r.json", "junit=r.xml", "markdown=r.md", "github=-", "sarif=r.sarif", "tap=./r.tap", "har=r.har"]
    {
        args.extend(["--report", report]);
    }
    let ran = desk.run(&args).ends(0).says("As expected");
    assert!(ran.out.starts_with("::notice title=scim-check::As expected"), "{}", ran.out);
    assert_eq!(files(&desk), ["r.har", "r.json", "r.md", "r.sarif", "r.tap", "r.xml"], "nothing is left beside");
    for (name, start) in [
        ("r.json", "{\n"),
        ("r.xml", "<?xml version=\"1.0\""),
        ("r.md", "### ✅ As expected\n"),
        ("r.sarif", "{\n"),
        ("r.tap", "TAP version 14\n1.."),
        ("r.har", "{\n"),
    ] {
        let text = fs::read_to_string(desk.path().join(name)).unwrap();
        assert!(text.starts_with(start) && text.ends_with('\n'), "{name}: {text}");
    }
}

#[test]
fn what_is_wrong_is_told_before_anything_is_sent() {
    let desk = Desk::new();
    let listener = Raw::new(|_| Some(Answer::nobody()));
    let base = listener.base();
    let refused = |reports: &[&str]| {
        let mut args = vec!["run", "--base-url", &base, "--yes"];
        reports.iter().for_each(|report| args.extend(["--report", report]));
        desk.run(&args).ends(2)
    };
    refused(&["jnuit=r.xml"]).says("there is no report format `jnuit`").says("did you mean `junit`?");
    refused(&["pdf=r.pdf"]).says("known are json, junit, html, markdown, github, sarif, tap, har");
    refused(&["sarif"]).says("write sarif=PATH, or sarif=- for standard output");
    refused(&["json=-", "tap=-"]).says("two reports go to standard output");
    refused(&["json=r", "tap=./r"]).says("two reports go to `./r`");
    refused(&["json=nowhere/r.json"]).says("the folder must be there");
    desk.file("there", "");
    std::os::unix::fs::symlink("there", desk.path().join("link")).unwrap();
    refused(&["json=there", "tap=link"]).says("two reports go to `link`");
    std::os::unix::fs::symlink("gone", desk.path().join("dangling")).unwrap();
    refused(&["json=dangling"]).says("it is a link that leads nowhere");
    assert_eq!(listener.connections(), 0);
    assert_eq!(files(&desk), ["dangling", "link", "there"]);
}

#[test]
fn a_link_and_the_permissions_of_a_file_stay() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let path = desk.file("kept", "of before");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("kept", desk.path().join("link")).unwrap();
    desk.run(&["run", "--embedded", SMALL, "--report", "tap=link", "--report", "json=/dev/null"]).ends(0);
    assert!(fs::symlink_metadata(desk.path().join("link")).unwrap().is_symlink());
    assert!(fs::read_to_string(&path).unwrap().starts_with("TAP version 14"));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn two_names_of_one_file_become_two_reports() {
    let desk = Desk::new();
    fs::hard_link(desk.file("one", "of before"), desk.path().join("other")).unwrap();
    desk.run(&["run", "--embedded", SMALL, "--report", "tap=one", "--report", "json=other"]).ends(0);
    let read = |name: &str| fs::read_to_string(desk.path().join(name)).unwrap();
    assert!(read("one").starts_with("TAP version 14") && read("other").starts_with("{\n"));
}

#[test]
fn who_reads_from_a_pipe_gets_the_whole_report() {
    let desk = Desk::new();
    let pipe = desk.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn(move || fs::read_to_string(pipe).unwrap());
    desk.run(&["run", "--embedded", SMALL, "--report", "tap=pipe"]).ends(0);
    let text = reader.join().unwrap();
    assert!(text.starts_with("TAP version 14") && text.contains("ok 2 - "), "{text}");
}

#[test]
fn the_summary_of_a_step_is_added_to_its_file() {
    let desk = Desk::new();
    let path = desk.file("summary.md", "what another command said");
    let variable = [("GITHUB_STEP_SUMMARY", path.to_str().unwrap())];
    desk.run_with(&variable, &["run", "--embedded", SMALL, "--report", "github=-"]).ends(0);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("what another command said\n### ✅ As expected"), "{text}");

    // Not asked for, not touched.
    desk.run_with(&variable, &["run", "--embedded", SMALL, "--report", "tap=-"]).ends(0);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    desk.run_with(&[("GITHUB_STEP_SUMMARY", "")], &["run", "--embedded", SMALL, "--report", "github=-"]).ends(0);

    // A file that is full stays as it is: GitHub would take nothing of a longer one.
    let full = desk.file("full.md", vec![b'x'; 1 << 20]);
    let variable = [("GITHUB_STEP_SUMMARY", full.to_str().unwrap())];
    desk.run_with(&variable, &["run", "--embedded", SMALL, "--report", "github=-"]).ends(0);
    assert_eq!(fs::metadata(&full).unwrap().len(), 1 << 20);

    let args = ["run", "--embedded", SMALL, "--report", "github=-", "--report", "markdown=full.md"];
    desk.run_with(&variable, &args).ends(2).says("the file that GITHUB_STEP_SUMMARY names");
    let variable = [("GITHUB_STEP_SUMMARY", "nowhere/summary.md")];
    desk.run_with(&variable, &["run", "--embedded", SMALL, "--report", "github=-"]).ends(2).says("nowhere/summary.md");
}

#[test]
fn a_run_that_fails_writes_its_reports() {
    let desk = Desk::new();
    let args = [
        "run",
        "--embedded",
        "--settle",
        "0",
        "--fault",
        "patch-active-noop-200",
        SMALL,
        "--report",
        "github=annotations",
    ];
    desk.run(&args).ends(1);
    let text = fs::read_to_string(desk.path().join("annotations")).unwrap();
    assert!(text.contains("::error title=must%3A deactivation-not-shown::A deactivated person"), "{text}");
}
