//! Compares a target's dialogue with the built-in one, tolerantly (docs/design.md, "Snapshots").

use std::collections::HashSet;

use serde_json::Value;

use super::{
    Answer, Dialogue, Turn,
    change::{What, canonical, changes},
};
use crate::judge::{Level, Subject, describe, member, type_name};

/// One difference between an answer and the snapshot of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The turn in the actual dialogue.
    pub turn: usize,
    /// What it is about.
    pub subject: Subject,
    /// How bad it is.
    pub level: Level,
    /// What the snapshot has.
    pub expected: String,
    /// What came.
    pub actual: String,
}

/// Attributes that Okta maps by default: a difference in them is seen by people.
const MAPPED: [&str; 8] = ["userName", "name", "emails", "displayName", "externalId", "active", "members", "schemas"];

/// What the standard leaves to the server, whether it is there or not: nothing is said about it.
const LEFT_OPEN: [&str; 13] = [
    "meta",
    "created",
    "lastModified",
    "location",
    "version",
    "groups",
    "$ref",
    "display",
    "type",
    "itemsPerPage",
    "startIndex",
    "Resources",
    "externalId",
];

/// Compares answers, aligned by step, person and kind; more or fewer exchanges are no difference.
pub fn compare(snapshot: &Dialogue, actual: &Dialogue) -> Vec<Difference> {
    let sent = sent(actual);
    let mut used: HashSet<usize> = HashSet::new();
    let mut differences = Vec::new();
    for wanted in &snapshot.turns {
        let found = actual.turns.iter().enumerate().find(|(at, turn)| !used.contains(at) && aligned(wanted, turn));
        let Some((at, turn)) = found else { continue };
        used.insert(at);
        // Where no answer came, or one that the story did not expect, others have told it.
        if turn.answer.status != 0 {
            answers(&wanted.answer, &turn.answer, &wanted.method, at, &sent, &mut differences);
        }
    }
    differences
}

pub(super) fn aligned(one: &Turn, other: &Turn) -> bool {
    one.step == other.step
        && one.about == other.about
        && one.kind == other.kind
        && one.method == other.method
        // Lists of people and lists of groups are both lists.
        && path(one) == path(other)
        && same_wish(one.body.as_ref(), other.body.as_ref())
}

fn path(turn: &Turn) -> &str {
    let path = turn.target.split('?').next().unwrap_or("");
    path.trim_start_matches('/').split('/').next().unwrap_or("")
}

/// True when two bodies ask for the same: where a target's earlier answers led the dialogue elsewhere, the answer to
/// another wish says nothing.
fn same_wish(one: Option<&Value>, other: Option<&Value>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return one.is_none() && other.is_none();
    };
    let differs = |name: &&str| match (member(one, name), member(other, name)) {
        (Some(Value::Array(one)), Some(Value::Array(other))) => {
            let values = |all: &[Value]| all.iter().map(|entry| entry.get("value").cloned()).collect::<Vec<_>>();
            values(one) != values(other)
        }
        (Some(one), Some(other)) => one != other,
        // What the target left out can't be sent back to it.
        _ => false,
    };
    !["userName", "name", "displayName", "active", "emails", "members", "Operations"].iter().any(differs)
}

/// Every text that this run sent: only these are compared by value.
fn sent(dialogue: &Dialogue) -> HashSet<String> {
    fn collect(value: &Value, out: &mut HashSet<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, out)),
            Value::Object(members) => members.values().for_each(|value| collect(value, out)),
            other => {
                out.insert(other.to_string());
            }
        }
    }
    let mut out = HashSet::new();
    for turn in &dialogue.turns {
        if let Some(body) = &turn.body {
            collect(body, &mut out);
        }
    }
    out
}

fn answers(
    wanted: &Answer,
    came: &Answer,
    method: &str,
    turn: usize,
    sent: &HashSet<String>,
    out: &mut Vec<Difference>,
) {
    let mut push = |subject: Subject, level: Level, expected: String, actual: String| {
        out.push(Difference { turn, subject, level, expected, actual });
    };
    let both_fine = |status: u16| matches!(status, 200 | 204);
    // 404, 405 and 501 all say that the endpoint is not there.
    let absent = |status: u16| matches!(status, 404 | 405 | 501);
    if absent(wanted.status) && absent(came.status) {
        return;
    }
    if wanted.status != came.status && !(method == "PATCH" && both_fine(wanted.status) && both_fine(came.status)) {
        push(Subject::Status, Level::Should, format!("status {}", wanted.status), format!("status {}", came.status));
        return;
    }
    if let (Some(expected), Some(actual)) = (media_type(wanted), media_type(came))
        && expected != actual
        && came.body.is_some()
        && actual != "application/json"
    {
        push(Subject::Header("content-type".to_owned()), Level::Should, expected, actual);
    }
    // A placeholder for the whole: somebody else's data.
    if let (Some(expected), Some(actual)) = (&wanted.body, came.body.as_ref().filter(|body| !is_placeholder(body))) {
        body(expected, actual, sent, &mut push);
    }
}

fn media_type(answer: &Answer) -> Option<String> {
    let (_, value) = answer.headers.iter().find(|(name, _)| name == "content-type")?;
    value.split(';').next().map(|essence| essence.trim().to_ascii_lowercase())
}

type Push<'a> = dyn FnMut(Subject, Level, String, String) + 'a;

fn body(expected: &Value, actual: &Value, sent: &HashSet<String>, push: &mut Push<'_>) {
    for change in changes(expected, actual) {
        let path = &change.path;
        let gone = |wanted: &Value| {
            let open = path.last().is_some_and(|name| LEFT_OPEN.contains(&name.as_str()));
            !open && !nothing(wanted)
        };
        match change.what {
            // More is fine, and order and letter case of names are no difference.
            What::New(_) | What::ElementNew(..) | What::Renamed(_) | What::Moved => {}
            What::Gone(wanted) if gone(wanted) => {
                push(subject(path), level(path), describe(wanted), "nothing".to_owned())
            }
            What::Other(wanted, found) if nothing(found) && !path.is_empty() => {
                if gone(wanted) {
                    push(subject(path), level(path), describe(wanted), "nothing".to_owned());
                }
            }
            What::ElementGone(element, array) if missed(path, element) => {
                push(subject(path), level(path), format!("an entry {}", describe(element)), describe(array));
            }
            What::Gone(_) | What::ElementGone(..) => {}
            What::Other(wanted, found) => other(path, wanted, found, sent, push),
        }
    }
}

/// Which roles there are is the target's business, and whether it has an extension; who is on a page depends on who else is there.
fn missed(path: &[String], element: &Value) -> bool {
    let attribute = path.last().map_or("", String::as_str);
    !is_placeholder(element)
        && !["roles", "entitlements", "Resources"].contains(&attribute)
        && !extension(attribute, element)
}

fn other(path: &[String], expected: &Value, actual: &Value, sent: &HashSet<String>, push: &mut Push<'_>) {
    // How many others there are was redacted on one side only.
    if actual == "[number]" {
        return;
    }
    // A placeholder stands for any value of its kind.
    if is_placeholder(expected) {
        let numeric = expected == "[number]";
        let fits = if numeric { actual.is_i64() || actual.is_string() } else { actual.is_string() };
        if !fits {
            let kind = if numeric { "an integer" } else { "a string" };
            push(subject(path), level(path), kind.to_owned(), type_name(actual).to_owned());
        }
    } else if type_name(expected) != type_name(actual) && !nothing(expected) {
        let wanted = format!("{}, {}", type_name(expected), describe(expected));
        push(subject(path), level(path), wanted, describe(actual));
    } else if comparable(path, expected) != comparable(path, actual)
        && sent.contains(&expected.to_string())
        && compared_by_value(path)
    {
        push(subject(path), level(path), describe(expected), describe(actual));
    }
}

/// Counts and pages depend on who else is there; texts of errors are the server's own.
fn compared_by_value(path: &[String]) -> bool {
    !matches!(path.first().map(String::as_str), Some("totalResults" | "itemsPerPage" | "startIndex" | "detail"))
        && !path.iter().any(|name| ["meta", "groups", "display", "type", "$ref"].contains(&name.as_str()))
}

fn nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

fn is_placeholder(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with('[') && text.ends_with(']') && !text[1..].contains('['))
}

/// The URN of an extension among the schemas of a resource.
fn extension(attribute: &str, element: &Value) -> bool {
    let core = |urn: &str| urn.to_ascii_lowercase().starts_with("urn:ietf:params:scim:schemas:core:");
    attribute == "schemas" && element.as_str().is_some_and(|urn| !core(urn))
}

/// A value without what a server may write otherwise: letter case of addresses for mail, and what is between the digits of
/// telephone numbers (RFC 7643 4.1.2).
fn comparable(path: &[String], value: &Value) -> String {
    let text = value.to_string();
    path.iter().find_map(|name| canonical(name, &text)).unwrap_or(text)
}

pub(super) fn subject(path: &[String]) -> Subject {
    // Inside a list a path begins with its resources, which readers know without being told.
    let path: Vec<&str> = path.iter().map(String::as_str).filter(|name| *name != "Resources").collect();
    let text = path.join(".");
    match path.first() {
        Some(&("schemas" | "totalResults" | "detail" | "status" | "scimType")) | None => Subject::Envelope(text),
        Some(&("emails" | "members")) => Subject::Attribute(path[0].to_owned()),
        _ => Subject::Attribute(text),
    }
}

fn level(path: &[String]) -> Level {
    let first = path.iter().map(String::as_str).find(|name| *name != "Resources");
    let resource_type = path.last().is_some_and(|name| name == "resourceType");
    // One address needs no mark that it is the primary one.
    if path.last().is_some_and(|name| name == "primary") {
        return Level::May;
    }
    if resource_type || first.is_some_and(|name| MAPPED.contains(&name)) { Level::Should } else { Level::May }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn dialogue(method: &str, status: u16, sent: Value, came: Value) -> Dialogue {
        Dialogue {
            title: String::new(),
            scenario: "okta/x".to_owned(),
            dialect: None,
            turns: vec![Turn {
                step: "assign ada".to_owned(),
                about: Some("ada".to_owned()),
                kind: "create".to_owned(),
                method: method.to_owned(),
                target: "/Users".to_owned(),
                headers: Vec::new(),
                body: Some(sent),
                answer: Answer { status, headers: Vec::new(), body: Some(came) },
                exchange: None,
            }],
        }
    }

    fn differences(expected: Value, actual: Value) -> Vec<Difference> {
        let sent = json!({"userName": "ada", "active": true, "name": {"familyName": "Ortiz"}});
        compare(&dialogue("POST", 201, sent.clone(), expected), &dialogue("POST", 201, sent, actual))
    }

    #[test]
    fn order_more_attributes_null_and_open_attributes_are_no_difference() {
        let expected = json!({"id": "[ada.id]", "schemas": ["a", "b"], "userName": "ada", "groups": [], "meta": {"version": "[version]"}});
        let actual =
            json!({"schemas": ["b", "a", "c"], "id": "[ada.id]", "userName": "ada", "nickName": "x", "groups": null});
        assert_eq!(differences(expected, actual), []);
    }

    #[test]
    fn what_was_sent_is_compared_by_value_and_the_rest_by_type() {
        let wrong = differences(
            json!({"name": {"familyName": "Ortiz"}, "title": "x"}),
            json!({"name": {"familyName": "ortiz"}, "title": "y"}),
        );
        assert_eq!(wrong.len(), 1);
        assert_eq!(wrong[0].subject, Subject::Attribute("name.familyName".to_owned()));
        assert_eq!(wrong[0].level, Level::Should);
        let wrong = differences(json!({"active": true}), json!({"active": "true"}));
        assert_eq!(wrong[0].actual, "\"true\" (string)");
    }

    #[test]
    fn patch_may_answer_200_or_204() {
        let one = dialogue("PATCH", 200, json!({}), json!({}));
        let other = dialogue("PATCH", 204, json!({}), json!({}));
        assert_eq!(compare(&one, &other), []);
        assert_eq!(
            compare(&dialogue("PUT", 200, json!({}), json!({})), &dialogue("PUT", 204, json!({}), json!({}))).len(),
            1
        );
    }
}
