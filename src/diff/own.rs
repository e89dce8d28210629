//! Where only one of two runs was held against the user's own snapshots, what these found is no difference of the servers.

use std::collections::HashSet;

use super::read::{Finding, Report};
use crate::judge::{Level, Owner};

/// The words of their findings, and of those of the built-in ones, in whose place the user's own stand.
const OWNERS: [&str; 2] = [Owner::OWN_SNAPSHOT, Owner::SNAPSHOT];

/// The claim of a story that has a snapshot and was not told.
const SKIPPED: &str = "own-snapshot:skipped";

/// Takes what snapshots found out of both reports, where only one of the runs was held against the user's own.
pub fn leave_out_own_snapshots(a: &mut Report, b: &mut Report) {
    if a.own_snapshots != b.own_snapshots {
        leave_out(a);
        leave_out(b);
    }
}

fn leave_out(report: &mut Report) {
    let findings = std::mem::take(&mut report.findings.all);
    let (own, others): (Vec<_>, Vec<_>) = findings.into_iter().partition(|one| OWNERS.contains(&one.rule.as_str()));
    let skipped: HashSet<_> = own.iter().filter(|one| one.claim == SKIPPED).map(Finding::place).collect();
    let touched: HashSet<_> = own.iter().map(Finding::place).collect();
    // Where it is not known what failed the run, anything may have.
    let lowest = report.fail_on.unwrap_or(Level::May);
    let failing: HashSet<_> =
        others.iter().filter(|one| !one.waived && one.level >= lowest).map(Finding::place).collect();
    for scenario in report.scenarios.all.iter_mut().filter(|scenario| scenario.outcome == "failed") {
        let place = scenario.place();
        // It failed for nothing else.
        if touched.contains(&place) && !failing.contains(&place) {
            let outcome = if skipped.contains(&place) { "skipped" } else { "passed" };
            scenario.outcome = outcome.to_owned();
        }
    }
    report.findings.all = others;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diff::{compare, read::read};

    fn report(own: bool, rule: &str, claim: &str) -> Report {
        let report = json!({"version": 1, "own_snapshots": own, "scenarios": [{"id": "s", "outcome": "failed"}],
            "findings": [{"id": "1", "level": "must", "scenario": "s", "rule": rule, "claim": claim}]});
        read(report.to_string().as_bytes()).unwrap_or_default()
    }

    #[test]
    fn what_only_one_was_held_against_is_left_out() {
        for (outcome, claim) in [("passed", "own-snapshot:missing"), ("skipped", SKIPPED)] {
            let quiet = json!({"version": 1, "findings": [], "scenarios": [{"id": "s", "outcome": outcome}]});
            let mut before = read(quiet.to_string().as_bytes()).unwrap_or_default();
            let mut after = report(true, OWNERS[0], claim);
            leave_out_own_snapshots(&mut before, &mut after);
            assert!(compare(&before, &after).is_empty());
        }
    }

    #[test]
    fn what_else_failed_a_story_still_fails_it() {
        let also = |own: bool| {
            let finding = |id, rule, level| json!({"id": id, "level": level, "scenario": "s", "rule": rule});
            let findings = json!([finding("1", OWNERS[usize::from(!own)], "must"), finding("2", "x", "should")]);
            let report = json!({"version": 1, "own_snapshots": own, "fail_on": "should", "findings": findings,
                "scenarios": [{"id": "s", "outcome": "failed"}]});
            read(report.to_string().as_bytes()).unwrap_or_default()
        };
        let (mut before, mut after) = (also(true), also(false));
        leave_out_own_snapshots(&mut before, &mut after);
        assert_eq!(after.scenarios.all[0].outcome, "failed");
        assert!(compare(&before, &after).is_empty());
    }

    #[test]
    fn all_else_stays() {
        let (mut before, mut after) = (report(true, OWNERS[0], "x"), report(true, "id-missing", "x"));
        after.findings.all[0].id = "2".to_owned();
        leave_out_own_snapshots(&mut before, &mut after);
        let both = compare(&before, &after);
        assert!(both.fails(Level::Must) && both.gone.len() == 1);
        after.own_snapshots = false;
        leave_out_own_snapshots(&mut before, &mut after);
        assert!(compare(&before, &after).fails(Level::Must));
        assert_eq!((before.findings.all.len(), after.findings.all.len()), (0, 1));
    }
}
