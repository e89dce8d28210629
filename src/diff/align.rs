//! Finds for each exchange of one run the same one of the other: same scenario, same step, same request.

use std::collections::{HashMap, VecDeque};

use super::{
    Volatile,
    read::{Exchange, Place, Report},
};

/// The same request in both runs.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    pub place: Place<'a>,
    /// Name of the step; empty outside of steps.
    pub step: &'a str,
    /// What was asked: `PATCH /Users/[id] (deactivate)`.
    pub label: String,
    pub before: &'a Exchange,
    pub after: &'a Exchange,
    /// True from where requests that change something were sent at once: what is there then is chance, and only statuses can be
    /// compared.
    pub by_chance: bool,
}

/// An exchange and where it stands.
struct Placed<'a> {
    exchange: &'a Exchange,
    place: Place<'a>,
    step: Option<(usize, &'a str)>,
    label: String,
    query: String,
    by_chance: bool,
}

#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    place: Place<'a>,
    step: Option<usize>,
    purpose: &'a str,
    label: &'a str,
    query: &'a str,
}

impl Placed<'_> {
    fn key(&self) -> Key<'_> {
        Key {
            place: self.place,
            step: self.step.map(|(index, _)| index),
            purpose: &self.exchange.purpose,
            label: &self.label,
            query: &self.query,
        }
    }
}

/// What is asked, without ids: `POST /Users`, `PATCH /Users/[id] (deactivate)`. Methods and plain endpoints speak for themselves.
pub(super) fn label(exchange: &Exchange, volatile: &Volatile) -> String {
    let (path, _) = volatile.target(&exchange.request.target);
    let method = &exchange.request.method;
    match exchange.kind.as_str() {
        "" | "create" | "read" | "replace" | "delete" | "list" | "request" | "patch" => format!("{method} {path}"),
        kind => format!("{method} {path} ({kind})"),
    }
}

/// The exchanges of a report, in its order. Of read-backs that were repeated only the last counts, as with the judge, and who is
/// busy (429) says nothing.
fn placed<'a>(report: &'a Report, volatile: &Volatile) -> Vec<Placed<'a>> {
    let mut steps: HashMap<(Place<'_>, u64), (usize, &str)> = HashMap::new();
    for scenario in &report.scenarios.all {
        for (at, step) in scenario.steps.iter().enumerate() {
            for number in &step.exchanges {
                steps.insert((scenario.place(), *number), (at, &step.name));
            }
        }
    }
    let exchanges = report.exchanges.iter().flat_map(|exchanges| &exchanges.all);
    let mut all: Vec<Placed<'a>> = exchanges
        .filter(|exchange| exchange.response.status != Some(429))
        .map(|exchange| {
            let place = exchange.place();
            let (_, query) = volatile.target(&exchange.request.target);
            let step = steps.get(&(place, exchange.n)).copied();
            Placed { exchange, place, step, label: label(exchange, volatile), query, by_chance: false }
        })
        .collect();
    mark_by_chance(&mut all);
    let mut last: HashMap<Key<'_>, usize> = HashMap::new();
    for (at, placed) in all.iter().enumerate() {
        last.insert(placed.key(), at);
    }
    let kept: Vec<bool> = all
        .iter()
        .enumerate()
        .map(|(at, placed)| placed.exchange.purpose != "check" || last.get(&placed.key()) == Some(&at))
        .collect();
    all.into_iter().zip(kept).filter_map(|(placed, kept)| kept.then_some(placed)).collect()
}

/// Several raw requests in one step are sent at once, or one of them many times. Who comes first is chance, and so is what the
/// scenario reads from there on.
fn mark_by_chance(all: &mut [Placed<'_>]) {
    let mut steps: HashMap<(Place<'_>, usize), (usize, bool)> = HashMap::new();
    let raw = |placed: &&Placed<'_>| placed.exchange.dialect.is_none() && placed.exchange.purpose == "spoken";
    for placed in all.iter().filter(raw) {
        let Some((step, _)) = placed.step else { continue };
        let (count, writes) = steps.entry((placed.place, step)).or_default();
        *count += 1;
        *writes |= !matches!(placed.exchange.request.method.as_str(), "GET" | "HEAD");
    }
    let mut from: HashMap<Place<'_>, usize> = HashMap::new();
    for ((place, step), _) in steps.into_iter().filter(|(_, (count, writes))| *count > 1 && *writes) {
        let first = from.entry(place).or_insert(step);
        *first = step.min(*first);
    }
    for placed in all.iter_mut() {
        let first = from.get(&placed.place);
        placed.by_chance = first.is_some_and(|first| placed.step.is_some_and(|(step, _)| step >= *first));
    }
}

/// What was asked in both runs, in the order of the second. Where answers led the dialogue elsewhere there is nothing to compare.
pub(super) fn pairs<'a>(a: &'a Report, b: &'a Report, old: &Volatile, new: &Volatile) -> Vec<Pair<'a>> {
    let (before, after) = (placed(a, old), placed(b, new));
    let mut waiting: HashMap<Key<'_>, VecDeque<&Placed<'a>>> = HashMap::new();
    for placed in by_status(&before) {
        waiting.entry(placed.key()).or_default().push_back(placed);
    }
    let mut pairs = Vec::new();
    for after in by_status(&after) {
        let Some(before) = waiting.get_mut(&after.key()).and_then(VecDeque::pop_front) else {
            continue;
        };
        pairs.push(Pair {
            place: after.place,
            step: after.step.map_or("", |(_, name)| name),
            before: before.exchange,
            after: after.exchange,
            label: after.label.clone(),
            by_chance: after.by_chance,
        });
    }
    // Back into the order of the report.
    pairs.sort_by_key(|pair| pair.after.n);
    pairs
}

/// Those that came by chance by their status, whichever came first; the others as they are.
fn by_status<'p, 'a>(all: &'p [Placed<'a>]) -> Vec<&'p Placed<'a>> {
    let (mut by_chance, mut others): (Vec<_>, Vec<_>) = all.iter().partition(|placed| placed.by_chance);
    by_chance.sort_by_key(|placed| placed.exchange.response.status);
    others.append(&mut by_chance);
    others
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::diff::read::read;

    fn exchange(n: u64, purpose: &str, target: &str, status: u16) -> Value {
        json!({"n": n, "purpose": purpose, "kind": "read", "scenario": "s", "dialect": null,
            "request": {"method": "GET", "target": target}, "response": {"status": status}})
    }

    fn report(exchanges: Vec<Value>) -> Report {
        let steps = json!([{"name": "one", "exchanges": [1, 2, 3]}, {"name": "two", "exchanges": [4]}]);
        let scenarios = json!([{"id": "s", "outcome": "passed", "steps": steps}]);
        let report = json!({"version": 1, "findings": [], "scenarios": scenarios, "exchanges": exchanges});
        read(report.to_string().as_bytes()).unwrap_or_default()
    }

    #[test]
    fn repeated_read_backs_and_busy_answers_do_not_shift_the_rest() {
        let a = report(vec![exchange(1, "spoken", "/Users/7", 200), exchange(4, "spoken", "/Users/7", 200)]);
        let b = report(vec![
            exchange(1, "spoken", "/Users/8", 429),
            exchange(2, "spoken", "/Users/8", 404),
            exchange(3, "check", "/Users/8", 200),
            exchange(4, "spoken", "/Users/8", 200),
        ]);
        let numbers: Vec<(u64, u64, &str)> = pairs(&a, &b, &Volatile::of(&a), &Volatile::of(&b))
            .iter()
            .map(|pair| (pair.before.n, pair.after.n, pair.step))
            .collect();
        assert_eq!(numbers, [(1, 2, "one"), (4, 4, "two")]);
        let twice = report(vec![exchange(1, "check", "/Users/7", 404), exchange(2, "check", "/Users/7", 200)]);
        let once = report(vec![exchange(1, "check", "/Users/7", 200)]);
        let pairs = pairs(&twice, &once, &Volatile::of(&twice), &Volatile::of(&once));
        assert_eq!(pairs.iter().map(|pair| pair.before.n).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn who_comes_first_among_requests_by_chance_is_chance() {
        let create = |n: u64, status: u16| {
            let mut exchange = exchange(n, "spoken", "/Users", status);
            exchange["request"]["method"] = json!("POST");
            exchange
        };
        let (a, b) = (report(vec![create(1, 201), create(2, 409)]), report(vec![create(1, 409), create(2, 201)]));
        let pairs = pairs(&a, &b, &Volatile::of(&a), &Volatile::of(&b));
        let numbers: Vec<(u64, u64, bool)> =
            pairs.iter().map(|pair| (pair.before.n, pair.after.n, pair.by_chance)).collect();
        assert_eq!(numbers, [(2, 1, true), (1, 2, true)]);
    }
}
