//! JUnit XML: what readers of it agree on.

use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use quick_xml::{Reader, events::Event};
use scim_check::report::Format;

use super::{is_golden, written};

/// Elements, the elements that they may be in, and the attributes that they may have: what the widespread readers of JUnit's format know, that
/// is, the schema junit-10.xsd of Jenkins' xunit plugin.
const ALLOWED: &[(&str, &[&str], &[&str])] = &[
    ("testsuites", &[""], &["name", "tests", "failures", "errors", "time"]),
    ("testsuite", &["testsuites"], &["name", "tests", "failures", "errors", "skipped", "time", "timestamp"]),
    ("properties", &["testsuite"], &[]),
    ("property", &["properties"], &["name", "value"]),
    ("testcase", &["testsuite"], &["name", "classname", "time"]),
    ("failure", &["testcase"], &["message", "type"]),
    ("error", &["testcase"], &["message", "type"]),
    ("skipped", &["testcase"], &["message", "type"]),
    ("system-out", &["testcase"], &[]),
];

/// Holds a report against what readers know, and against the characters of XML; answers how many elements there are.
pub fn known(text: &str) -> usize {
    // XML 1.0, production 2.
    let may =
        |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert_eq!(text.chars().find(|c| !may(*c)), None);
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut open: Vec<String> = Vec::new();
    let mut seen = 0;
    loop {
        let event = reader.read_event().unwrap();
        let (start, empty) = match event {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Eof => break,
            Event::Text(_) | Event::Decl(_) | Event::GeneralRef(_) => continue,
            other => panic!("unexpected: {other:?}"),
        };
        let name = String::from_utf8(start.name().as_ref().to_vec()).unwrap();
        let (_, within, attributes) = ALLOWED.iter().find(|(known, ..)| *known == name).expect(&name);
        assert!(within.contains(&open.last().map_or("", String::as_str)), "{name} in {open:?}");
        for attribute in start.attributes() {
            let key = String::from_utf8(attribute.unwrap().key.as_ref().to_vec()).unwrap();
            assert!(attributes.contains(&key.as_str()), "{name} has {key}");
        }
        seen += 1;
        if !empty {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    seen
}

#[test]
fn only_elements_and_attributes_that_readers_know_are_there() {
    assert!(known(&written(Format::Junit)) > 20);
}

#[test]
fn each_outcome_is_told_as_what_it_is() {
    let text = written(Format::Junit);
    let report = Report::deserialize_from_str(&text).unwrap();
    assert_eq!((report.tests, report.failures, report.errors), (8, 3, 1));
    assert_eq!(report.test_suites.iter().map(|suite| suite.skipped).sum::<usize>(), 1);
    let cases: Vec<_> = report.test_suites.iter().flat_map(|suite| &suite.test_cases).collect();
    let case = |name: &str| *cases.iter().find(|case| case.name.as_str() == name).expect(name);

    let failed = case("okta/lifecycle/unassign@okta-aiw");
    assert_eq!(failed.classname.as_deref(), Some("okta/lifecycle"));
    let TestCaseStatus::NonSuccess { kind: NonSuccessKind::Failure, message, ty, description, .. } = &failed.status
    else {
        panic!("{failed:?}");
    };
    assert!(message.as_deref().unwrap().starts_with("Something is wrong: "));
    assert_eq!(ty.as_deref(), Some("deactivation-not-shown"));
    let description = description.as_deref().unwrap();
    for part in [
        "must  Something",
        "expected    expected",
        "came ",
        "because     ",
        "fix  ",
        "curl -i -X PATCH",
        "to its end: ",
    ] {
        assert!(description.contains(part), "`{part}` is not in\n{description}");
    }
    let remarks = failed.system_out.as_deref().unwrap();
    assert!(remarks.contains("waived must  Something") && remarks.contains("(until 2026-12-31)"), "{remarks}");
    assert!(remarks.contains("should  Something"), "{remarks}");

    let accepted = case("okta/lifecycle/assign@okta-aiw");
    assert!(matches!(accepted.status, TestCaseStatus::Success { .. }));
    assert!(accepted.system_out.as_deref().unwrap().contains("waived must"));
    let error = case("okta/groups/push@okta-catalogue");
    assert!(matches!(error.status, TestCaseStatus::NonSuccess { kind: NonSuccessKind::Error, .. }));
    let TestCaseStatus::Skipped { message, ty, .. } = &case("okta/groups/rename@okta-catalogue").status else {
        panic!()
    };
    assert!(message.as_deref().unwrap().contains("desrever") && ty.as_deref() == Some("declined"));
    let stale = report.test_suites.last().unwrap();
    assert_eq!((stale.name.as_str(), stale.failures), ("waivers", 1));

    is_golden("hostile.junit.xml", &text);
}
