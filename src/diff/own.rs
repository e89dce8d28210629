//! Where only one of two runs was held against the user's own snapshots, what these found is no difference of the servers.

use super::read::Report;
use crate::run::SKIPPED;

/// The word of their findings.
const OWNER: &str = "own-snapshot";

/// Takes what the user's own snapshots found out of both reports, where only one of the runs was held against them.
pub fn leave_out_own_snapshots(a: &mut Report, b: &mut Report) {
    if a.own_snapshots != b.own_snapshots {
        leave_out(a);
        leave_out(b);
    }
}

fn leave_out(report: &mut Report) {
    let findings = std::mem::take(&mut report.findings.all);
    let (own, others): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| finding.rule == OWNER);
    for scenario in report.scenarios.all.iter_mut().filter(|scenario| scenario.outcome == "failed") {
        let (id, dialect) = (scenario.id.clone(), scenario.dialect.clone());
        let here = |finding: &&super::read::Finding| finding.scenario == id && finding.dialect == dialect;
        let Some(lowest) = own.iter().filter(here).map(|finding| finding.level).min() else {
            continue;
        };
        // It failed for nothing else.
        if !others.iter().filter(here).any(|finding| !finding.waived && finding.level >= lowest) {
            let skipped = own.iter().filter(here).any(|finding| finding.claim == SKIPPED);
            scenario.outcome = if skipped { "skipped" } else { "passed" }.to_owned();
        }
    }
    report.findings.all = others;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        diff::{compare, read::read},
        judge::Level,
    };

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
            let mut after = report(true, OWNER, claim);
            leave_out_own_snapshots(&mut before, &mut after);
            assert!(compare(&before, &after).is_empty());
        }
    }

    #[test]
    fn all_else_stays() {
        let (mut before, mut after) = (report(true, OWNER, "x"), report(true, "id-missing", "x"));
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
