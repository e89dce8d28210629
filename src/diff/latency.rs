//! What became slower or faster by far.

use std::collections::{BTreeMap, HashMap};

use super::{
    Volatile, align,
    read::{Place, Report, Scenario, name},
};

/// A smaller ratio is the noise of machines.
const RATIO: f64 = 1.5;
/// A difference in milliseconds that nobody feels, and that one hiccup makes.
const FELT: f64 = 20.0;

/// Of fewer requests the 95th percentile is the slowest one, which says nothing.
const MANY: usize = 20;

/// A time that differs by far.
#[derive(Debug, PartialEq)]
pub(super) struct Slower {
    /// `the whole run`, a request or a scenario.
    pub what: String,
    /// `total`, `median` or `95%`.
    pub measure: &'static str,
    /// Milliseconds.
    pub before: f64,
    pub after: f64,
}

impl Slower {
    fn of(what: &str, measure: &'static str, before: f64, after: f64) -> Option<Slower> {
        let (less, more) = (before.min(after), before.max(after));
        // Times that are none (of a file that is no report of ours) say nothing.
        let told = less > 0.0 && more.is_finite() && more - less > FELT && more / less >= RATIO;
        told.then(|| Slower { what: what.to_owned(), measure, before, after })
    }

    /// How many times slower, or faster.
    pub fn ratio(&self) -> f64 {
        self.before.max(self.after) / self.before.min(self.after)
    }

    /// True where the second run took longer.
    pub fn is_slower(&self) -> bool {
        self.after > self.before
    }
}

/// The whole, where both have played the same; then each kind of request where both have exchanges, else each scenario.
pub(super) fn compare(a: &Report, b: &Report, old: &Volatile, new: &Volatile) -> Vec<Slower> {
    let (before, after) = (scenarios(a), scenarios(b));
    let same = before.len() == after.len() && before.keys().all(|place| after.contains_key(place));
    let whole = Slower::of("the whole run", "total", a.duration_ms, b.duration_ms).filter(|_| same);
    let mut all: Vec<Slower> = whole.into_iter().collect();
    if a.exchanges.is_some() && b.exchanges.is_some() {
        let (before, after) = (requests(a, old), requests(b, new));
        for (label, before) in &before {
            let Some(after) = after.get(label) else { continue };
            let few = before.len().min(after.len()) < MANY;
            for (measure, part) in [("median", 0.5), ("95%", 0.95)].into_iter().take(if few { 1 } else { 2 }) {
                all.extend(Slower::of(label, measure, quantile(before, part), quantile(after, part)));
            }
        }
    } else {
        for scenario in &b.scenarios.all {
            let Some(before) = before.get(&scenario.place()) else { continue };
            all.extend(Slower::of(&name(scenario.place()), "total", before.duration_ms, scenario.duration_ms));
        }
    }
    all
}

fn scenarios(report: &Report) -> HashMap<Place<'_>, &Scenario> {
    report.scenarios.all.iter().map(|scenario| (scenario.place(), scenario)).collect()
}

/// The times of each kind of request, in order.
fn requests(report: &Report, volatile: &Volatile) -> BTreeMap<String, Vec<f64>> {
    let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for exchange in report.exchanges.iter().flat_map(|exchanges| &exchanges.all) {
        if let Some(time) = exchange.timing_ms.total.filter(|time| time.is_finite()) {
            all.entry(align::label(exchange, volatile)).or_default().push(time);
        }
    }
    all.values_mut().for_each(|times| times.sort_by(f64::total_cmp));
    all
}

/// The value below which this part of sorted times lies, by nearest rank.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let rank = (sorted.len() as f64 * part).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diff::read::read;

    #[test]
    fn only_what_is_felt_is_told() {
        let told = |before, after| Slower::of("x", "total", before, after).map(|slower| slower.ratio());
        assert_eq!(told(100.0, 200.0), Some(2.0));
        assert_eq!(told(200.0, 100.0), Some(2.0));
        for (before, after) in [(100.0, 140.0), (1.0, 20.0), (0.0, 500.0), (f64::NAN, 500.0), (1.0, f64::INFINITY)] {
            assert_eq!(told(before, after), None, "{before} {after}");
        }
    }

    #[test]
    fn quantiles_are_of_nearest_rank() {
        let times: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!((quantile(&times, 0.5), quantile(&times, 0.95), quantile(&[], 0.5)), (10.0, 19.0, 0.0));
    }

    #[test]
    fn the_whole_run_is_compared_only_where_both_played_the_same() {
        let report = |time: u64, ids: &[&str]| {
            let one = |id: &&str| json!({"id": id, "outcome": "passed", "duration_ms": time});
            let scenarios: Vec<_> = ids.iter().map(one).collect();
            let report = json!({"version": 1, "duration_ms": time, "findings": [], "scenarios": scenarios});
            read(report.to_string().as_bytes()).unwrap_or_default()
        };
        let told = |a: &Report, b: &Report| {
            let all = compare(a, b, &Volatile::of(a), &Volatile::of(b));
            all.into_iter().map(|slower| slower.what).collect::<Vec<_>>()
        };
        assert_eq!(told(&report(100, &["x"]), &report(300, &["x"])), ["the whole run", "x"]);
        assert_eq!(told(&report(100, &["x"]), &report(300, &["x", "y"])), ["x"]);
    }
}
