//! TAP 14: lines that a harness reads, and diagnostics that are YAML.

use scim_check::report::Format;
use serde_json::Value;

use super::{is_golden, written};

/// The lines of tests, and the block of YAML below each. Outside of a line of its own no `#` begins a directive.
pub fn tests(text: &str) -> Vec<(String, Option<Value>)> {
    let mut lines = text.lines().peekable();
    assert_eq!(lines.next(), Some("TAP version 14"));
    assert_eq!(lines.next(), Some("1..8"));
    let mut tests = Vec::new();
    while let Some(line) = lines.next() {
        assert!(line.starts_with("ok ") || line.starts_with("not ok "), "{line}");
        let mut block = None;
        if lines.next_if_eq(&"  ---").is_some() {
            let mut yaml = String::new();
            for line in lines.by_ref().take_while(|line| *line != "  ...") {
                yaml.push_str(line.strip_prefix("  ").expect(line));
                yaml.push('\n');
            }
            block = Some(serde_saphyr::from_str(&yaml).unwrap());
        }
        // One directive at most: every other `#` is escaped.
        let bare = line.char_indices().filter(|(at, c)| *c == '#' && !line[..*at].ends_with('\\')).count();
        let directives =
            ["# SKIP ", "# TODO waived: "].iter().filter(|word| line.contains(&format!(" {word}"))).count();
        assert_eq!(bare, directives, "{line}");
        tests.push((line.to_owned(), block));
    }
    tests
}

#[test]
fn a_harness_reads_every_test() {
    let text = written(Format::Tap);
    let tests = tests(&text);
    assert_eq!(tests.len(), 8);
    for (at, (line, _)) in tests.iter().enumerate() {
        let number = line.trim_start_matches("not ").split(' ').nth(1).unwrap();
        assert_eq!(number.parse(), Ok(at + 1));
    }
    let starts = |at: usize, start: &str| assert!(tests[at].0.starts_with(start), "{}", tests[at].0);
    starts(0, "not ok 1 - okta/lifecycle/unassign@okta-aiw");
    starts(1, "ok 2 - rfc7644/errors/unknown");
    starts(2, "not ok 3 - okta/lifecycle/assign@okta-aiw # TODO waived: known ");
    starts(4, "not ok 5 - okta/groups/push@okta-catalogue");
    starts(5, "ok 6 - okta/groups/rename@okta-catalogue # SKIP ");
    starts(7, "not ok 8 - scim-check ");
    let told = tests[0].1.as_ref().unwrap();
    assert_eq!(told["outcome"], "failed");
    assert_eq!((told["findings"].as_array().unwrap().len(), told["remarks"].as_array().unwrap().len()), (2, 2));
    assert_eq!(told["findings"][0]["rule"], "deactivation-not-shown");
    assert!(told["findings"][0]["curl"][0].as_str().unwrap().starts_with("curl -i -X PATCH"));
    assert_eq!(tests[4].1.as_ref().unwrap()["outcome"], "error");

    is_golden("hostile.tap", &text);
}
