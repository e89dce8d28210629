//! Which findings are new, gone or changed.

use std::collections::{HashMap, HashSet};

use super::{
    Volatile,
    read::{Finding, Place, Report, Scenario},
};
use crate::judge::Level;

/// A new finding.
#[derive(Debug)]
pub(super) struct New<'a> {
    pub finding: &'a Finding,
    /// New findings that follow from it.
    pub follows: Vec<&'a Finding>,
    /// True where the first run has played the scenario, and found nothing there.
    pub was_played: bool,
}

/// A finding of both runs that differs.
#[derive(Debug)]
pub(super) struct Changed<'a> {
    pub before: &'a Finding,
    pub after: &'a Finding,
    /// True where what came is another.
    pub actual: bool,
}

impl Changed<'_> {
    /// True where it counts now and did not before.
    pub fn has_risen_to(&self, lowest: Level) -> bool {
        !self.after.waived && self.before.level < lowest && self.after.level >= lowest
    }
}

/// A finding's ID and which of those with this ID it is.
type Key<'a> = (&'a str, usize);

fn keyed(report: &Report) -> Vec<(Key<'_>, &Finding)> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut all = Vec::new();
    for finding in &report.findings.all {
        let count = seen.entry(&finding.id).or_default();
        *count += 1;
        all.push(((finding.id.as_str(), *count), finding));
    }
    all
}

fn played(report: &Report) -> HashSet<Place<'_>> {
    report.scenarios.all.iter().filter(|scenario| scenario.was_played()).map(Scenario::place).collect()
}

/// Findings of `b` that `a` has not, or has only waived. Those that follow from another new one stand below it; those that
/// follow from none come first.
pub(super) fn new<'a>(a: &Report, b: &'a Report) -> Vec<New<'a>> {
    let counted: HashSet<Key<'_>> =
        keyed(a).into_iter().filter(|(_, finding)| !finding.waived).map(|(key, _)| key).collect();
    let played = played(a);
    let new = keyed(b).into_iter().filter(|(key, finding)| !finding.waived && !counted.contains(key));
    let (roots, others): (Vec<&Finding>, Vec<&Finding>) =
        new.map(|(_, finding)| finding).partition(|finding| finding.is_root());
    let one = |finding: &'a Finding| {
        let was_played = played.contains(&finding.place());
        New { finding, follows: Vec::new(), was_played }
    };
    let mut all: Vec<New<'a>> = roots.into_iter().map(one).collect();
    // The worst first, as on the screen of a run.
    all.sort_by_key(|new| std::cmp::Reverse(new.finding.level));
    let at: HashMap<&str, usize> = all.iter().enumerate().map(|(at, new)| (new.finding.id.as_str(), at)).collect();
    let mut alone = Vec::new();
    for finding in others {
        match finding.follows_from.as_deref().and_then(|root| at.get(root)) {
            Some(at) => all[*at].follows.push(finding),
            None => alone.push(one(finding)),
        }
    }
    all.append(&mut alone);
    all
}

/// Findings of `a` that `b` has not, and whether `b` has played their scenario: else they are not mended, only not seen.
pub(super) fn gone<'a>(a: &'a Report, b: &Report) -> Vec<(&'a Finding, bool)> {
    let there: HashSet<Key<'_>> = keyed(b).into_iter().map(|(key, _)| key).collect();
    let played = played(b);
    let gone = keyed(a).into_iter().filter(|(key, _)| !there.contains(key));
    let mut all: Vec<(&Finding, bool)> =
        gone.map(|(_, finding)| (finding, played.contains(&finding.place()))).collect();
    all.sort_by_key(|(finding, _)| (!finding.is_root(), std::cmp::Reverse(finding.level)));
    all
}

/// What counts in a list depends on who else is there.
const COUNTERS: [&str; 3] = ["totalResults", "itemsPerPage", "startIndex"];

/// Findings of both whose level, answer or waiver differs. One that is waived no longer is new instead.
pub(super) fn changed<'a>(a: &'a Report, b: &'a Report, old: &Volatile, new: &Volatile) -> Vec<Changed<'a>> {
    let before: HashMap<Key<'_>, &Finding> = keyed(a).into_iter().collect();
    let pairs = keyed(b).into_iter().filter_map(|(key, after)| Some((*before.get(&key)?, after)));
    pairs
        .filter(|(before, after)| !before.waived || after.waived)
        .map(|(before, after)| {
            let counts = COUNTERS.contains(&after.subject.as_str());
            let actual = !counts && old.claim(&before.actual) != new.claim(&after.actual);
            Changed { before, after, actual }
        })
        .filter(|changed| {
            changed.actual
                || changed.before.level != changed.after.level
                || changed.before.waived != changed.after.waived
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::diff::read::read;

    fn report(findings: Value) -> Report {
        let scenarios = json!([{"id": "s", "outcome": "failed"}]);
        let report = json!({"version": 1, "findings": findings, "scenarios": scenarios});
        read(report.to_string().as_bytes()).unwrap_or_default()
    }

    fn finding(id: &str, level: &str, more: Value) -> Value {
        let mut finding = json!({"id": id, "level": level, "scenario": "s"});
        more.as_object().into_iter().flatten().for_each(|(name, value)| finding[name] = value.clone());
        finding
    }

    #[test]
    fn waived_findings_are_not_new_until_they_are_waived_no_longer() {
        let waived = report(json!([finding("1", "must", json!({"waived": true}))]));
        let open = report(json!([finding("1", "must", json!({}))]));
        let none = report(json!([]));
        assert!(new(&none, &waived).is_empty());
        assert_eq!(new(&waived, &open).len(), 1);
        let volatile = Volatile::of(&none);
        assert!(changed(&waived, &open, &volatile, &volatile).is_empty());
        assert!(new(&open, &waived).is_empty() && gone(&open, &waived).is_empty());
        assert_eq!(changed(&open, &waived, &volatile, &volatile).len(), 1);
    }

    #[test]
    fn consequences_stand_below_new_roots_and_roots_come_first() {
        let b = report(json!([
            finding("1", "may", json!({"follows_from": "9"})),
            finding("2", "should", json!({})),
            finding("3", "must", json!({})),
            finding("4", "must", json!({"follows_from": "2"})),
        ]));
        let told = new(&report(json!([])), &b);
        let ids: Vec<(&str, usize)> = told.iter().map(|new| (new.finding.id.as_str(), new.follows.len())).collect();
        assert_eq!(ids, [("3", 0), ("2", 1), ("1", 0)]);
    }

    #[test]
    fn the_same_id_twice_is_two_findings() {
        let once = report(json!([finding("1", "must", json!({}))]));
        let twice = report(json!([finding("1", "must", json!({})), finding("1", "must", json!({}))]));
        assert_eq!((new(&once, &twice).len(), gone(&twice, &once).len()), (1, 1));
    }

    #[test]
    fn counts_and_ids_in_what_came_are_no_change() {
        let with = |actual: &str| report(json!([finding("1", "must", json!({"actual": actual}))]));
        let differs = |one: &str, other: &str| {
            let (a, b) = (with(one), with(other));
            let (old, new) = (Volatile::of(&a), Volatile::of(&b));
            !changed(&a, &b, &old, &new).is_empty()
        };
        assert!(!differs("3 of 7 resources have another id", "4 of 9 resources have another id"));
        assert!(differs("status 200", "status 500"));
    }
}
