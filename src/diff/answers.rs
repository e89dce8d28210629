//! How answers differ: status, headers and bodies, each difference told once with the number of answers that have it.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{
    Volatile, align,
    align::Pair,
    body,
    body::{Change, Side},
    headers,
    read::{Exchange, Place, Report},
    volatile::marked,
};

/// How answers differ.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// Requests that were made in both runs.
    pub compared: usize,
    pub changes: Vec<Changed>,
}

/// One difference, in all answers that have it.
#[derive(Debug)]
pub(super) struct Changed {
    pub what: What,
    /// Before and after in the first of these answers; `None` where there was nothing.
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// What was asked, each once: `POST /Users`.
    pub requests: Vec<String>,
    pub answers: usize,
    /// The scenarios in which it is, each once.
    pub scenarios: Vec<String>,
    /// The step in which it is first.
    pub step: String,
    /// The requests and scenarios that are listed.
    seen: (HashSet<String>, HashSet<String>),
}

/// What of an answer differs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum What {
    Status,
    /// By its name.
    Header(&'static str),
    /// A body where there was none, or of another format.
    Body,
    /// The path of an attribute.
    Attribute(String, Change),
}

/// Differences that are one: of statuses each change of each request is told by itself, of headers each change; an attribute once.
type Key = (What, Option<[String; 3]>);

/// Compares answers; `None` where one of the reports has no exchanges.
pub(super) fn compare(a: &Report, b: &Report, old: &Volatile, new: &Volatile) -> Option<Answers> {
    let (before, after) = (a.exchanges.as_ref()?, b.exchanges.as_ref()?);
    let mut sent: HashMap<Place<'_>, HashSet<String>> = HashMap::new();
    for (exchanges, volatile) in [(&before.all, old), (&after.all, new)] {
        for exchange in exchanges {
            body::sent(exchange, volatile, sent.entry(exchange.place()).or_default());
        }
    }
    let (old_unique, new_unique) = (unique(&before.all), unique(&after.all));
    let known = |all: &HashMap<Place<'_>, String>, place: &Place<'_>| all.get(place).cloned().unwrap_or_default();
    let mut answers = Answers::default();
    let mut at: HashMap<Key, usize> = HashMap::new();
    let none = HashSet::new();
    for pair in align::pairs(a, b, old, new) {
        answers.compared += 1;
        let (one, other) = (known(&old_unique, &pair.place), known(&new_unique, &pair.place));
        let before = Side { exchange: pair.before, volatile: old, unique: &one };
        let after = Side { exchange: pair.after, volatile: new, unique: &other };
        let mut found = differences(before, after, sent.get(&pair.place).unwrap_or(&none));
        found.retain(|(what, ..)| !pair.by_chance || *what == What::Status);
        for (what, before, after) in found {
            let apart = match what {
                What::Attribute(..) => None,
                What::Status => Some([pair.label.clone(), text(before.as_ref()), text(after.as_ref())]),
                What::Header(_) | What::Body => Some([String::new(), text(before.as_ref()), text(after.as_ref())]),
            };
            let at = *at.entry((what.clone(), apart)).or_insert_with(|| {
                let step = pair.step.to_owned();
                let (requests, scenarios, seen) = (Vec::new(), Vec::new(), Default::default());
                answers.changes.push(Changed { what, before, after, requests, answers: 0, scenarios, step, seen });
                answers.changes.len() - 1
            });
            answers.changes[at].count(&pair);
        }
    }
    Some(answers)
}

impl Changed {
    fn count(&mut self, pair: &Pair<'_>) {
        self.answers += 1;
        let scenario = super::read::name(pair.place);
        for (list, seen, one) in
            [(&mut self.requests, &mut self.seen.0, &pair.label), (&mut self.scenarios, &mut self.seen.1, &scenario)]
        {
            if seen.insert(one.clone()) {
                list.push(one.clone());
            }
        }
    }
}

fn text(value: Option<&Value>) -> String {
    value.map(Value::to_string).unwrap_or_default()
}

/// The text by which the people and groups of each scenario are known: its requests carry it.
fn unique(exchanges: &[Exchange]) -> HashMap<Place<'_>, String> {
    let mut all = HashMap::new();
    for exchange in exchanges {
        let place = exchange.place();
        if !all.contains_key(&place)
            && let Some(found) = marked(&format!("{} {}", exchange.request.target, exchange.request.body))
        {
            all.insert(place, found);
        }
    }
    all
}

type Found = (What, Option<Value>, Option<Value>);

fn differences(before: Side<'_>, after: Side<'_>, sent: &HashSet<String>) -> Vec<Found> {
    let (old, new) = (&before.exchange.response, &after.exchange.response);
    if old.status != new.status {
        let shown = |status: Option<u16>| Some(status.map_or_else(|| Value::from("no answer"), Value::from));
        let status = (What::Status, shown(old.status), shown(new.status));
        // A refusal has another body than a success, as it should.
        let alike = |status: Option<u16>| status.map(|status| status / 100);
        if alike(old.status) != alike(new.status) || old.body.is_none() || new.body.is_none() {
            return vec![status];
        }
        return [vec![status], in_detail(before, after, sent)].concat();
    }
    in_detail(before, after, sent)
}

fn in_detail(before: Side<'_>, after: Side<'_>, sent: &HashSet<String>) -> Vec<Found> {
    let (old, new) = (&before.exchange.response, &after.exchange.response);
    let headers = headers::compare((old, before.volatile), (new, after.volatile));
    let headers = headers
        .into_iter()
        .map(|(name, before, after)| (What::Header(name), before.map(Value::from), after.map(Value::from)));
    let mut all: Vec<Found> = headers.collect();
    if old.let_go || new.let_go {
        return all;
    }
    let format = |exchange: &Exchange| match (&exchange.response.body, &exchange.response.body_bytes) {
        (Some(_), _) => "JSON",
        (None, Some(_)) => "no JSON",
        (None, None) => "nothing",
    };
    let (one, other) = (format(before.exchange), format(after.exchange));
    if one != other {
        all.push((What::Body, Some(one.into()), Some(other.into())));
    }
    let bodies = body::compare(before, after, sent);
    all.extend(bodies.into_iter().map(|one| (What::Attribute(one.path, one.change), one.before, one.after)));
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diff::read::read;

    fn report(status: u16, body: Value) -> Report {
        let exchange = |n: u64| {
            json!({"n": n, "purpose": "spoken", "kind": "create", "scenario": "s", "dialect": "d",
                "request": {"method": "POST", "target": "/Users", "body": {"userName": "ada", "active": true}},
                "response": {"status": status, "headers": {}, "body": body}})
        };
        let scenarios =
            json!([{"id": "s", "dialect": "d", "outcome": "passed", "steps": [{"name": "go", "exchanges": [1, 2]}]}]);
        let exchanges = [exchange(1), exchange(2)];
        let report = json!({"version": 1, "findings": [], "scenarios": scenarios, "exchanges": exchanges});
        read(report.to_string().as_bytes()).unwrap_or_default()
    }

    fn changes(a: &Report, b: &Report) -> Vec<(What, usize)> {
        let answers = compare(a, b, &Volatile::of(a), &Volatile::of(b)).unwrap_or_default();
        answers.changes.into_iter().map(|changed| (changed.what, changed.answers)).collect()
    }

    #[test]
    fn each_difference_is_told_once_with_a_count() {
        let (a, b) = (report(201, json!({"userName": "ada"})), report(200, json!({"userName": "eve"})));
        let name = What::Attribute("userName".to_owned(), Change::Value);
        assert_eq!(changes(&a, &b), [(What::Status, 2), (name, 2)]);
        assert_eq!(changes(&a, &a), []);
    }

    #[test]
    fn a_refusal_is_told_by_its_status_alone() {
        let (a, b) = (report(201, json!({"userName": "ada"})), report(409, json!({"detail": "taken"})));
        assert_eq!(changes(&a, &b), [(What::Status, 2)]);
        assert!(compare(&a, &Report::default(), &Volatile::of(&a), &Volatile::of(&b)).is_none());
    }
}
