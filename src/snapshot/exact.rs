//! Compares a dialogue with the user's own snapshot of it, exactly: what is not redacted has to be the same (docs/design.md, "Snapshots").

use serde_json::Value;

use super::{
    Answer, Dialogue, Turn,
    change::{What, changes},
    tolerant::{aligned, subject},
};
use crate::judge::{Subject, describe};

/// One difference between a dialogue and the user's own snapshot of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Departure {
    /// The turn in the actual dialogue; `None` for a request that was not made.
    pub turn: Option<usize>,
    /// Name of the step.
    pub step: String,
    /// What it is about.
    pub subject: Subject,
    /// What kind of answer, or `request`: `read`, `list`.
    pub of: String,
    /// What the snapshot has.
    pub expected: String,
    /// What came.
    pub actual: String,
    /// In which way it departs.
    pub way: Way,
}

/// In which way a place departs from the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is not there any more.
    Gone,
    /// It was not there before.
    New,
    /// It is another.
    Other,
}

impl Way {
    fn of<T>(expected: Option<T>, actual: Option<T>) -> Way {
        match (expected, actual) {
            (Some(_), None) => Way::Gone,
            (None, Some(_)) => Way::New,
            _ => Way::Other,
        }
    }
}

/// Everything in which a dialogue departs from the snapshot. The order of members does not count, nor that of the values of an
/// attribute, which has none (RFC 7643 section 2.4); that of the resources of a list does where the request asks for one.
pub fn departures(snapshot: &Dialogue, actual: &Dialogue) -> Vec<Departure> {
    let mut left: Vec<usize> = (0..actual.turns.len()).collect();
    let mut found = Vec::new();
    for wanted in &snapshot.turns {
        let Some(place) = left.iter().position(|at| aligned(wanted, &actual.turns[*at])) else {
            found.push(whole(wanted, None));
            continue;
        };
        let at = left.remove(place);
        turns(wanted, &actual.turns[at], at, &mut found);
    }
    found.extend(left.into_iter().map(|at| whole(&actual.turns[at], Some(at))));
    found
}

/// A request that was not made, or at its place in the actual dialogue one that is new.
fn whole(turn: &Turn, at: Option<usize>) -> Departure {
    let request = format!("{} {}", turn.method, turn.target.split('?').next().unwrap_or(""));
    let none = format!("no {request}");
    let (expected, actual) = if at.is_some() { (none, request) } else { (request, none) };
    Departure {
        turn: at,
        step: turn.step.clone(),
        subject: Subject::Envelope("request".to_owned()),
        of: "request".to_owned(),
        expected,
        actual,
        way: if at.is_some() { Way::New } else { Way::Gone },
    }
}

fn turns(wanted: &Turn, came: &Turn, at: usize, found: &mut Vec<Departure>) {
    let mut push = |of: &str, subject: Subject, spot: Spot| {
        let Spot { expected, actual, way, .. } = spot;
        let (step, of) = (came.step.clone(), of.to_owned());
        found.push(Departure { turn: Some(at), step, subject, of, expected, actual, way });
    };
    if wanted.target != came.target {
        let (expected, actual) = (wanted.target.clone(), came.target.clone());
        let spot = Spot { path: Vec::new(), expected, actual, way: Way::Other };
        push("request", Subject::Envelope("request target".to_owned()), spot);
    }
    for (name, spot) in headers(&wanted.headers, &came.headers) {
        push("request", Subject::Envelope(format!("request header {name}")), spot);
    }
    let sorted = came.target.contains("sortBy") || came.body.as_ref().is_some_and(|body| body.get("sortBy").is_some());
    for spot in bodies(wanted.body.as_ref(), came.body.as_ref(), false) {
        push("request", Subject::Envelope(format!("request {}", named(&spot.path))), spot);
    }
    answers(&wanted.answer, &came.answer, sorted, |subject, spot| push(&came.kind, subject, spot));
}

fn answers(wanted: &Answer, came: &Answer, sorted: bool, mut push: impl FnMut(Subject, Spot)) {
    if wanted.status != came.status {
        let words = |status: u16| if status == 0 { "no answer".to_owned() } else { format!("status {status}") };
        let (expected, actual) = (words(wanted.status), words(came.status));
        push(Subject::Status, Spot { path: Vec::new(), expected, actual, way: Way::Other });
    }
    for (name, spot) in headers(&wanted.headers, &came.headers) {
        push(Subject::Header(name), spot);
    }
    // What was not kept is not compared.
    if [wanted, came].iter().any(|answer| answer.is_let_go()) {
        return;
    }
    for spot in bodies(wanted.body.as_ref(), came.body.as_ref(), sorted) {
        // Of a list itself the path is empty.
        let subject = match subject(&spot.path) {
            Subject::Envelope(name) | Subject::Attribute(name) if name.is_empty() => {
                Subject::Envelope(named(&spot.path))
            }
            other => other,
        };
        push(subject, spot);
    }
}

fn named(path: &[String]) -> String {
    if path.is_empty() { "body".to_owned() } else { path.join(".") }
}

/// One place at which two messages differ.
struct Spot {
    /// Names from the root of the body on.
    path: Vec<String>,
    expected: String,
    actual: String,
    way: Way,
}

type Headers = [(String, String)];

fn headers(wanted: &Headers, came: &Headers) -> Vec<(String, Spot)> {
    let of = |all: &Headers, name: &str| -> Option<String> {
        let values = all.iter().filter(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str());
        let values: Vec<&str> = values.collect();
        (!values.is_empty()).then(|| values.join(", "))
    };
    let mut names: Vec<String> = wanted.iter().chain(came).map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    names.dedup();
    let shown = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
    let both = names.into_iter().map(|name| (of(wanted, &name), of(came, &name), name));
    both.filter(|(expected, actual, _)| expected != actual)
        .map(|(expected, actual, name)| {
            let way = Way::of(expected.as_ref(), actual.as_ref());
            (name, Spot { path: Vec::new(), expected: shown(expected), actual: shown(actual), way })
        })
        .collect()
}

fn bodies(wanted: Option<&Value>, came: Option<&Value>, sorted: bool) -> Vec<Spot> {
    match (wanted, came) {
        (Some(wanted), Some(came)) => {
            changes(wanted, came).into_iter().filter_map(|change| told(change, sorted)).collect()
        }
        (None, None) => Vec::new(),
        (wanted, came) => {
            let shown = |value: Option<&Value>| value.map_or_else(|| "no body".to_owned(), describe);
            let (expected, actual) = (shown(wanted), shown(came));
            vec![Spot { path: Vec::new(), expected, actual, way: Way::of(wanted, came) }]
        }
    }
}

fn told(change: super::change::Change<'_>, sorted: bool) -> Option<Spot> {
    let path = change.path;
    let (expected, actual, way) = match change.what {
        What::Gone(value) => (describe(value), "nothing".to_owned(), Way::Gone),
        What::New(value) => ("nothing".to_owned(), describe(value), Way::New),
        What::Renamed(name) => (format!("the name {}", path.last()?), format!("the name {name}"), Way::Other),
        What::ElementGone(element, _) => {
            (format!("an entry {}", describe(element)), "no such entry".to_owned(), Way::Gone)
        }
        What::ElementNew(element, _) => {
            ("no such entry".to_owned(), format!("an entry {}", describe(element)), Way::New)
        }
        What::Moved if sorted && path.last().is_some_and(|name| name == "Resources") => {
            let order = "the resources in the order of the snapshot".to_owned();
            (order, "the same ones in another order".to_owned(), Way::Other)
        }
        What::Moved => return None,
        What::Other(expected, actual) => (describe(expected), describe(actual), Way::Other),
    };
    Some(Spot { path, expected, actual, way })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn turn(target: &str, status: u16, body: Value) -> Turn {
        Turn {
            step: "look".to_owned(),
            about: Some("ada".to_owned()),
            kind: "read".to_owned(),
            method: "GET".to_owned(),
            target: target.to_owned(),
            headers: vec![("Accept".to_owned(), "application/scim+json".to_owned())],
            body: None,
            answer: Answer {
                status,
                headers: vec![("content-type".to_owned(), "application/scim+json".to_owned())],
                body: Some(body),
            },
            exchange: None,
        }
    }

    fn dialogue(turns: Vec<Turn>) -> Dialogue {
        Dialogue { title: String::new(), scenario: "okta/x".to_owned(), dialect: None, turns }
    }

    fn told(wanted: Vec<Turn>, came: Vec<Turn>) -> Vec<String> {
        departures(&dialogue(wanted), &dialogue(came))
            .into_iter()
            .map(|one| format!("{} {}: {} / {}", one.of, one.subject.word(), one.expected, one.actual))
            .collect()
    }

    #[test]
    fn what_is_the_same_is_no_departure_whatever_its_order() {
        let (one, other) = (json!({"a": 1, "schemas": ["x", "y"]}), json!({"schemas": ["y", "x"], "a": 1}));
        assert_eq!(told(vec![turn("/Users/1", 200, one)], vec![turn("/Users/1", 200, other)]), Vec::<String>::new());
    }

    #[test]
    fn attributes_statuses_headers_and_requests_depart() {
        let before = || turn("/Users/1", 200, json!({"title": "x", "active": true}));
        let mut after = turn("/Users/1", 201, json!({"active": "true", "nickName": "y"}));
        after.answer.headers.clear();
        assert_eq!(
            told(vec![before()], vec![after]),
            [
                "read status: status 200 / status 201",
                "read header content-type: application/scim+json / nothing",
                "read title: \"x\" (string) / nothing",
                "read active: true (boolean) / \"true\" (string)",
                "read nickName: nothing / \"y\" (string)",
            ]
        );
        assert_eq!(told(vec![before()], vec![]), ["request request: GET /Users/1 / no GET /Users/1"]);
        assert_eq!(told(vec![], vec![before()]), ["request request: no GET /Users/1 / GET /Users/1"]);
    }

    #[test]
    fn the_order_of_resources_counts() {
        let list = |ids: [&str; 2]| json!({"Resources": ids.map(|id| json!({"id": id}))});
        let told = told(
            vec![turn("/Users?sortBy=id", 200, list(["1", "2"]))],
            vec![turn("/Users?sortBy=id", 200, list(["2", "1"]))],
        );
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("order"));
        let unsorted =
            self::told(vec![turn("/Users", 200, list(["1", "2"]))], vec![turn("/Users", 200, list(["2", "1"]))]);
        assert!(unsorted.is_empty());
    }
}
