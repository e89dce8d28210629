//! Workflow commands: each is one line, and nothing in it is a command of somebody else's.

use scim_check::report::Format;

use super::{is_golden, written};

/// Holds each line against the form of a command; answers the kinds.
pub fn commands(text: &str) -> Vec<&str> {
    let mut kinds = Vec::new();
    for line in text.lines() {
        let (kind, rest) = line.strip_prefix("::").unwrap().split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&kind), "{kind}");
        let (properties, message) = rest.split_once("::").unwrap();
        for property in properties.split(',') {
            let (name, value) = property.split_once('=').unwrap();
            assert!(["file", "line", "endLine", "title"].contains(&name), "{name}");
            assert!(!value.contains([':', ',']), "{value}");
        }
        // A percent sign only begins an escape of ours.
        for (at, _) in message.match_indices('%') {
            assert!(["%25", "%0A"].contains(&&message[at..at + 3]), "{}", &message[at..at + 3]);
        }
        kinds.push(kind);
    }
    kinds
}

#[test]
fn every_line_is_one_command() {
    let text = written(Format::Github);
    let kinds = commands(&text);
    assert_eq!(kinds, ["error", "error", "error", "error", "error", "warning", "warning", "notice"]);
    is_golden("hostile.github.txt", &text);
}
