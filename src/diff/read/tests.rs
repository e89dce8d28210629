use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::diff::{Side, compare, json, told};

/// A report with one entry of each kind.
fn whole() -> Value {
    json!({
        "version": 1, "tool": {"name": "scim-check", "version": "0.1.0"}, "target": {"base_url": "http://h/scim"},
        "started_at": "2026-11-22T10:00:00Z", "duration_ms": 812,
        "findings": [{"id": "1", "level": "must", "scenario": "s", "dialect": "d", "step": "go", "claim": "rule:x",
            "subject": "status", "message": "m", "expected": "e", "actual": "a", "follows_from": null, "waived": false}],
        "scenarios": [{"id": "s", "dialect": "d", "outcome": "failed", "duration_ms": 31,
            "steps": [{"name": "go", "exchanges": [1]}]}],
        "exchanges": [{"n": 1, "purpose": "spoken", "kind": "list", "scenario": "s", "dialect": "d",
            "request": {"method": "GET", "target": "/Users?count=2", "body": {"userName": "ada"}},
            "response": {"status": 200, "headers": {"etag": "x"}, "body": {"totalResults": 1, "Resources": [
                {"id": "7", "emails": [{"type": "work", "value": "x"}], "members": [1, null]}]}},
            "timing_ms": {"sent_after": 0, "total": 4.2}}]
    })
}

fn read_value(value: &Value) -> Result<Report, ReadError> {
    read(value.to_string().as_bytes())
}

/// Compares two reports in all ways and looks at what reaches a terminal.
fn compare_all(a: &Report, b: &Report) {
    let difference = compare(a, b);
    let (one, other) = (Side { file: "a", report: a }, Side { file: "b", report: b });
    let screen = told(&difference, one, other, Level::Must, 80);
    assert!(!screen.chars().any(|character| character.is_control() && character != '\n'), "{screen}");
    assert!(json(&difference, a, b, Level::Must).is_object());
}

/// Every place of a value, as a JSON pointer.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, &format!("{at}/{index}"), out));
        }
        Value::Object(members) => {
            for (name, value) in members {
                places(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), out);
            }
        }
        _ => {}
    }
}

fn odd() -> Vec<Value> {
    let text = "\u{1b}[31m\u{202e}\u{0}\r[x".to_owned();
    let large = "é".repeat(5000);
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(1e308),
        json!(u64::MAX),
        json!(text),
        json!(large),
        json!([]),
        json!([[[{}]]]),
        json!({}),
        json!({"a": {"b": []}}),
    ]
}

#[test]
fn a_report_with_anything_anywhere_is_refused_or_compared() {
    let fine = whole();
    let report = read_value(&fine).unwrap();
    assert_eq!((report.findings.all.len(), report.unread), (1, 0));
    let mut all = Vec::new();
    places(&fine, "", &mut all);
    for place in all {
        for value in odd() {
            let mut broken = fine.clone();
            *broken.pointer_mut(&place).unwrap() = value;
            if let Ok(broken) = read_value(&broken) {
                compare_all(&report, &broken);
                compare_all(&broken, &report);
            }
        }
    }
}

#[test]
fn what_is_no_report_is_told_by_what_it_is() {
    let version = |number: Value| json!({"version": number, "findings": [], "scenarios": []}).to_string();
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let nested = version(json!(1)).replacen('[', &format!("[{}", deep(5000)), 1);
    for (text, message) in [
        (String::new(), "is no JSON"),
        ("{".to_owned(), "is no JSON"),
        ("\u{feff}{}".to_owned(), "is no JSON"),
        ("[]".to_owned(), "is no report"),
        ("7".to_owned(), "is no report"),
        ("{}".to_owned(), "is no report"),
        (version(json!("1")), "is no report"),
        (version(json!(2)), "newer scim-check"),
        (json!({"version": 1}).to_string(), "is no report"),
        (json!({"version": 1, "findings": 7, "scenarios": []}).to_string(), "is no report"),
        (json!({"version": 1, "findings": [], "scenarios": [], "exchanges": 7}).to_string(), "is no report"),
        (nested, "nested deeper"),
    ] {
        let error = read(text.as_bytes()).unwrap_err();
        assert!(error.message.contains(message), "{}", error.message);
        assert!(!error.hint.is_empty());
    }
    assert!(read(&[0xff, 0xfe]).is_err());
}

#[test]
fn entries_that_cannot_be_read_are_counted() {
    let mut report = whole();
    report["findings"] = json!([7, {"id": 7}, {"id": "1", "level": "dire", "scenario": "s"}, report["findings"][0]]);
    let report = read_value(&report).unwrap();
    assert_eq!((report.findings.all.len(), report.unread), (1, 3));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cut_and_altered_reports_do_not_panic(at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 0..6)) {
        let mut text = whole().to_string().into_bytes();
        let from = at.index(text.len());
        let to = text.len().min(from + bytes.len());
        text.splice(from..to, bytes);
        if let Ok(report) = read(&text) {
            compare_all(&report, &report);
        }
        text.truncate(from);
        prop_assert!(read(&text).is_err());
    }
}
