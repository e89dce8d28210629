//! Which scenarios ended otherwise.

use std::collections::HashMap;

use super::read::{Place, Report, Scenario};

/// A scenario that ended otherwise; `None` where a run has not had it.
#[derive(Debug, PartialEq)]
pub(super) struct Outcome<'a> {
    pub place: Place<'a>,
    pub before: Option<&'a str>,
    pub after: Option<&'a str>,
}

impl Outcome<'_> {
    /// True where a story passed and fails now.
    pub(super) fn is_worse(&self) -> bool {
        (self.before, self.after) == (Some("passed"), Some("failed"))
    }
}

fn by_place(report: &Report) -> HashMap<Place<'_>, &Scenario> {
    report.scenarios.all.iter().map(|scenario| (scenario.place(), scenario)).collect()
}

/// Scenarios whose outcome differs, in the order of the second run; then those that only the first has.
pub(super) fn compare<'a>(a: &'a Report, b: &'a Report) -> Vec<Outcome<'a>> {
    let (old, new) = (by_place(a), by_place(b));
    let ended = |all: &HashMap<Place<'_>, &'a Scenario>, place: &Place<'_>| {
        all.get(place).map(|scenario| scenario.outcome.as_str())
    };
    let here = b.scenarios.all.iter().map(Scenario::place);
    let lost = a.scenarios.all.iter().map(Scenario::place).filter(|place| !new.contains_key(place));
    let all = here.chain(lost).map(|place| {
        let (before, after) = (ended(&old, &place), ended(&new, &place));
        Outcome { place, before, after }
    });
    all.filter(|outcome| outcome.before != outcome.after).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::diff::read::read;

    fn report(scenarios: Value) -> Report {
        let report = json!({"version": 1, "findings": [], "scenarios": scenarios});
        read(report.to_string().as_bytes()).unwrap_or_default()
    }

    #[test]
    fn other_outcomes_and_scenarios_of_one_run_alone() {
        let a = report(json!([{"id": "x", "outcome": "passed"}, {"id": "y", "outcome": "passed"},
            {"id": "z", "dialect": "d", "outcome": "skipped"}]));
        let b = report(json!([{"id": "x", "outcome": "passed"}, {"id": "y", "outcome": "failed"},
            {"id": "z", "dialect": "e", "outcome": "skipped"}]));
        let wanted = [
            (("y", None), Some("passed"), Some("failed")),
            (("z", Some("e")), None, Some("skipped")),
            (("z", Some("d")), Some("skipped"), None),
        ];
        let wanted = wanted.map(|(place, before, after)| Outcome { place, before, after });
        assert_eq!(compare(&a, &b), wanted);
    }
}
