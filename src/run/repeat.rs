//! Several runs of one plan become one record: what comes and goes is told as flaky.

use std::{cmp::Reverse, collections::HashMap};

use super::record::{Outcome, RunRecord, ScenarioRecord};
use crate::judge::{Finding, Flaky};

/// One record of several runs of the same plan: of each scenario the worst of its dialogues, with the findings of all of them.
pub(super) fn merged(mut record: RunRecord, others: Vec<RunRecord>) -> RunRecord {
    let mut all: Vec<Vec<ScenarioRecord>> = record.scenarios.drain(..).map(|scenario| vec![scenario]).collect();
    for other in others {
        record.duration += other.duration;
        record.interrupted |= other.interrupted;
        record.given_up |= other.given_up;
        record.runs += 1;
        for (known, scenario) in all.iter_mut().zip(other.scenarios) {
            known.push(scenario);
        }
    }
    let mut first = 0;
    for dialogues in all {
        let mut scenario = worst(dialogues);
        scenario.first = first;
        first += scenario.exchanges.len();
        record.scenarios.push(scenario);
    }
    without_lost_causes(&mut record);
    record
}

/// How bad it is that a scenario ended so.
fn badness(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Failed => 3,
        Outcome::Error => 2,
        Outcome::Passed => 1,
        Outcome::Skipped => 0,
    }
}

/// The worst dialogue of one scenario, and among equals the one with the most findings, then the first; with what only the others showed.
fn worst(mut dialogues: Vec<ScenarioRecord>) -> ScenarioRecord {
    // One that was broken off without a word says nothing of what it might have shown.
    let speaks =
        |one: &&ScenarioRecord| matches!(one.outcome, Outcome::Passed | Outcome::Failed) || !one.findings.is_empty();
    let runs = dialogues.iter().filter(speaks).count();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for finding in dialogues.iter().flat_map(|one| &one.findings) {
        *seen.entry(finding.id.clone()).or_default() += 1;
    }
    let order = |at: &usize| {
        let one = &dialogues[*at];
        (Reverse(badness(one.outcome)), Reverse(one.findings.len()), *at)
    };
    let at = (0..dialogues.len()).min_by_key(order).unwrap_or_default();
    let mut scenario = dialogues.remove(at);
    for other in dialogues {
        scenario.leftovers.extend(other.leftovers);
        scenario.passwords.merge(&other.passwords);
        for finding in other.findings {
            if !scenario.findings.iter().any(|have| have.id == finding.id) {
                // Its exchange is in a dialogue that is not kept.
                scenario.findings.push(Finding { exchange: None, ..finding });
            }
        }
    }
    for finding in &mut scenario.findings {
        let seen = seen.get(&finding.id).copied().unwrap_or(1);
        finding.flaky = (seen < runs).then_some(Flaky { seen, runs });
    }
    scenario
}

/// Each finding that follows from another follows from one that is there, and is no consequence of its own.
fn without_lost_causes(record: &mut RunRecord) {
    let causes: HashMap<String, Option<String>> =
        record.findings().map(|one| (one.id.clone(), one.follows_from.clone())).collect();
    let root = |finding: &Finding| {
        let mut at = finding.follows_from.clone()?;
        for _ in 0..causes.len() {
            match causes.get(&at) {
                Some(Some(next)) => at = next.clone(),
                Some(None) => return Some(at),
                None => return None,
            }
        }
        None
    };
    let roots: Vec<Option<String>> = record.findings().map(root).collect();
    let all = record.scenarios.iter_mut().flat_map(|scenario| &mut scenario.findings);
    for (finding, root) in all.zip(roots) {
        finding.follows_from = root;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        idp::Dialect,
        judge::{Level, Owner, Subject},
        run::{Ending, Plan},
        scenario::{Library, Selection},
    };

    fn finding(claim: &str, cause: Option<&str>) -> Finding {
        let of = Finding::of(Owner::Expectation, Level::Must, claim, Subject::Status);
        Finding { id: claim.to_owned(), exchange: Some(0), follows_from: cause.map(str::to_owned), ..of }
    }

    fn run(outcome: Outcome, findings: Vec<Finding>) -> RunRecord {
        let everything = Selection::new(&[], true).unwrap();
        let plan = Plan::new(&Library::builtin().unwrap(), &everything, &Dialect::ALL, &[]);
        let ending = Ending { outcome, kind: None, reason: None };
        let scenario = ScenarioRecord { findings, ..ScenarioRecord::of(&plan.entries[0], ending) };
        let record = RunRecord::new("", "", Level::Must, vec![scenario]);
        RunRecord { duration: Duration::from_millis(1), ..record }
    }

    #[test]
    fn what_comes_and_goes_is_flaky() {
        let record = merged(
            run(Outcome::Passed, Vec::new()),
            vec![
                run(Outcome::Failed, vec![finding("always when it fails", None)]),
                run(Outcome::Failed, vec![finding("always when it fails", None), finding("once", None)]),
                run(Outcome::Error, Vec::new()),
            ],
        );
        assert_eq!((record.runs, record.duration, record.scenarios.len()), (4, Duration::from_millis(4), 1));
        let told: Vec<_> = record.findings().map(|one| (one.claim.as_str(), one.flaky)).collect();
        let flaky = |seen| Some(Flaky { seen, runs: 3 });
        assert_eq!(told, [("always when it fails", flaky(2)), ("once", flaky(1))]);
        assert_eq!(record.scenarios[0].outcome, Outcome::Failed);
    }

    #[test]
    fn what_is_always_there_is_not_and_one_run_stays_as_it_is() {
        let twice = || run(Outcome::Failed, vec![finding("a", None), finding("b", Some("a"))]);
        let record = merged(twice(), vec![twice()]);
        assert!(record.findings().all(|one| one.flaky.is_none() && one.exchange == Some(0)));
        assert_eq!(record.scenarios[0].findings[1].follows_from.as_deref(), Some("a"));
        assert_eq!(merged(twice(), Vec::new()).runs, 1);
    }

    #[test]
    fn no_finding_follows_from_itself_or_from_nothing() {
        let record = merged(
            run(Outcome::Failed, vec![finding("a", Some("b")), finding("b", None), finding("d", Some("gone"))]),
            vec![run(Outcome::Failed, vec![finding("b", Some("c")), finding("c", Some("b"))])],
        );
        let causes: Vec<_> = record.findings().map(|one| (one.claim.as_str(), one.follows_from.as_deref())).collect();
        assert_eq!(causes, [("a", Some("b")), ("b", None), ("d", None), ("c", Some("b"))]);
    }
}
