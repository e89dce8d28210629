//! `docs/reports.md`: each excerpt is of a real report, and each format has its section.

use std::{fs, path::Path};

use regex_lite::Regex;
use scim_check::report::Format;

use super::support::binary::Desk;

/// What differs from run to run.
fn settled(text: &str) -> String {
    let replace =
        |text: String, pattern: &str, with: &str| Regex::new(pattern).unwrap().replace_all(&text, with).into_owned();
    let text = replace(text.to_owned(), r"127\.0\.0\.1:\d+", "127.0.0.1:41234");
    let id = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    let text = replace(text, id, "2819c223-7f76-453a-919d-413861904646");
    let text = replace(text, r"exchanges in(\s)(\d+ ms|\d+\.\d s)\.", "exchanges in${1}0.1 s.");
    let text = replace(text, r#"time="\d+\.\d+""#, "time=\"0.123\"");
    let text = replace(text, r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+Z)?", "2026-11-22T10:15:01.000Z");
    replace(text, r#""(time|wait)": [\d.]+"#, "\"$1\": 8.2")
}

#[test]
fn the_excerpts_are_real() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reports.md")).unwrap();
    let desk = Desk::new();
    let fault = ["--fault", "patch-active-noop-200", "okta/lifecycle/unassign", "--dialect", "okta-catalogue"];
    let mut args = [&["run", "--embedded", "--settle", "0"], &fault[..]].concat();
    let reports = Format::ALL.map(|format| format!("{0}=report.{0}", format.word()));
    reports.iter().for_each(|report| args.extend(["--report", report]));
    desk.run(&args).ends(1);
    assert!(page.contains(&fault.join(" ")), "the page names the run that the excerpts are of");
    for format in Format::ALL {
        let word = format.word();
        let (_, section) = page.split_once(&format!("\n## {word}\n")).expect(word);
        let section = section.split("\n## ").next().unwrap();
        let excerpts: Vec<&str> = section.split("\n````").skip(1).step_by(2).collect();
        assert_eq!(excerpts.len(), 1, "{word}");
        let (_, excerpt) = excerpts[0].split_once('\n').unwrap();
        let report = settled(&fs::read_to_string(desk.path().join(format!("report.{word}"))).unwrap());
        let mut rest = report.as_str();
        for part in excerpt.split("\n...\n").map(|part| part.trim_end_matches("\n...").trim_start_matches("...\n")) {
            let at = rest.find(part);
            assert!(
                at.is_some(),
                "{word}: this is not in the report, or not in this place:\n{part}\n--- the report:\n{rest}"
            );
            rest = &rest[at.unwrap() + part.len()..];
        }
    }
}
