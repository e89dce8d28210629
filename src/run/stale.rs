//! Stale waivers: those whose day is over, that name nothing there is, or whose finding no longer occurs.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    plan::{Plan, Planned},
    record::{Outcome, RunRecord, ScenarioRecord, StaleWaiver},
    waive::{causes, covers},
};
use crate::{
    config::Waiver,
    idp::Dialect,
    judge::{Finding, Owner, rules::RULES},
    scenario::nearest,
};

/// The words of the owners that are no rules.
const OTHER_OWNERS: [&str; 3] = [Owner::EXPECTATION, Owner::SNAPSHOT, Owner::OWN_SNAPSHOT];

/// The waivers of which nothing is left to accept. A waiver about what was not run is not judged.
pub(super) fn stale(record: &RunRecord, waivers: &[Waiver], everything: &Plan, today: Date) -> Vec<StaleWaiver> {
    let told = |waiver: &Waiver, why: String| StaleWaiver {
        file: waiver.file.clone(),
        lines: waiver.lines,
        rule: waiver.rule.as_ref().map(ToString::to_string),
        scenario: waiver.scenario.as_ref().map(ToString::to_string),
        why,
    };
    waivers.iter().filter_map(|waiver| Some(told(waiver, why(waiver, record, everything, today)?))).collect()
}

fn why(waiver: &Waiver, record: &RunRecord, everything: &Plan, today: Date) -> Option<String> {
    if let Some(until) = waiver.until.filter(|_| waiver.expired(today)) {
        return Some(format!("its last day was {until}"));
    }
    if record.interrupted || record.given_up {
        return None;
    }
    names_nothing(waiver, everything).or_else(|| gone(waiver, record, everything))
}

/// What of it names nothing that there is.
fn names_nothing(waiver: &Waiver, everything: &Plan) -> Option<String> {
    let rules = || RULES.iter().map(|rule| rule.id).chain(OTHER_OWNERS);
    let scenarios = || everything.entries.iter().map(|planned| planned.scenario.id.as_str());
    let meant = |near: Option<&str>| near.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default();
    if let Some(rule) = waiver.rule.as_ref().filter(|_| !rules().any(|word| waiver.of_rule(word))) {
        return Some(format!("there is no rule `{rule}`{}", meant(nearest(rule.as_str(), rules()))));
    }
    if let Some(scenario) = waiver.scenario.as_ref().filter(|_| !scenarios().any(|id| waiver.of_scenario(id))) {
        let folder = format!("{}/", scenario.as_str().trim_end_matches('/'));
        let hint = if scenarios().any(|id| id.starts_with(&folder)) {
            format!(" (it is a folder: `{folder}**` is all that is in it)")
        } else {
            meant(nearest(scenario.as_str(), scenarios()))
        };
        return Some(format!("there is no scenario `{scenario}`{hint}"));
    }
    let dialect = waiver.dialect.as_deref()?;
    if dialect.parse::<Dialect>().is_err() {
        return Some(format!("there is no dialect `{dialect}`{}", meant(nearest(dialect, Dialect::NAMES))));
    }
    let mut named = everything.entries.iter().filter(|planned| waiver.of_scenario(&planned.scenario.id));
    let raw = named.all(|planned| planned.dialect.is_none());
    raw.then(|| "it names a dialect, and a scenario of raw requests only, which has none".to_owned())
}

/// Why what it accepts is known not to occur any more: everything that it is about was run to its end, and it is not there.
fn gone(waiver: &Waiver, record: &RunRecord, everything: &Plan) -> Option<String> {
    // Where there are snapshots of the user's own, they stand in the place of the built-in ones.
    let not_looked_at = if record.own_snapshots { Owner::SNAPSHOT } else { Owner::OWN_SNAPSHOT };
    let others = OTHER_OWNERS.into_iter().filter(|owner| *owner != not_looked_at);
    let mut rules = RULES.iter().map(|rule| rule.id).chain(others);
    if waiver.of_rule(not_looked_at) && !rules.any(|rule| waiver.of_rule(rule)) {
        return None;
    }
    let causes = causes(record);
    if record.findings().any(|finding| covers(waiver, finding, &causes) || is_behind(waiver, finding)) {
        return None;
    }
    let all: HashMap<(&str, Option<&str>), &ScenarioRecord> =
        record.scenarios.iter().map(|one| ((one.id.as_str(), one.dialect.as_deref()), one)).collect();
    let about: Vec<&Planned> = everything.entries.iter().filter(|planned| is_about(waiver, planned, record)).collect();
    let run = about.iter().map(|planned| all.get(&(planned.scenario.id.as_str(), spoken(planned))));
    let run: Vec<&ScenarioRecord> = run.map(|run| run.copied()).collect::<Option<_>>()?;
    let known = if waiver.scenario.is_some() {
        !run.is_empty() && run.iter().all(|one| to_the_end(one))
    } else {
        // In a whole run something is always skipped: what a second tenant sees, what the target does not announce.
        let tried = |one: &&ScenarioRecord| one.outcome != Outcome::Skipped;
        run.iter().any(&tried) && record.scenarios.iter().filter(tried).all(to_the_end)
    };
    known.then(|| format!("what it accepts no longer occurs{}", narrower(waiver, record, &about)))
}

/// True for what the waiver is about; where it names no scenario, that is all of the suites that were run.
fn is_about(waiver: &Waiver, planned: &Planned, record: &RunRecord) -> bool {
    let there = match waiver.scenario {
        Some(_) => waiver.of_scenario(&planned.scenario.id),
        None => record.scenarios.iter().any(|one| one.suite == planned.scenario.suite),
    };
    there && waiver.of_dialect(spoken(planned))
}

fn spoken(planned: &Planned) -> Option<&str> {
    planned.dialect.as_ref().map(|dialect| &*dialect.name)
}

/// True where a scenario was carried out to its end: what a finding broke off may hide others.
fn to_the_end(one: &ScenarioRecord) -> bool {
    let broken_off = one.steps.iter().any(|step| step.outcome == Outcome::Skipped) && !one.findings.is_empty();
    one.spared.outcome == Outcome::Passed && !broken_off
}

/// True where a finding that somebody else tells better stands for one that the waiver is about.
fn is_behind(waiver: &Waiver, finding: &Finding) -> bool {
    let word = |claim: &str| match claim.split_once(':') {
        Some(("rule", id)) => waiver.of_rule(id),
        Some((owner @ (Owner::SNAPSHOT | Owner::OWN_SNAPSHOT), _)) => waiver.of_rule(owner),
        _ => waiver.of_rule(Owner::EXPECTATION),
    };
    waiver.is_at(finding)
        && waiver.of_subject(&finding.subject.word())
        && finding.seen_by.iter().any(|claim| word(claim))
}

/// What to do where the waiver is meant for another part than was run.
fn narrower(waiver: &Waiver, record: &RunRecord, about: &[&Planned]) -> String {
    let mut dialects: Vec<&str> = about.iter().filter_map(|planned| spoken(planned)).collect();
    dialects.dedup();
    let one_of_several = Dialect::NAMES.iter().any(|name| !dialects.contains(name));
    if waiver.scenario.is_none() {
        let mut suites: Vec<&str> = record.scenarios.iter().map(|one| one.suite.as_str()).collect();
        suites.dedup();
        return format!(" in {} (if it is meant for another suite, give it a `scenario`)", suites.join(", "));
    }
    match dialects.as_slice() {
        [only] if waiver.dialect.is_none() && one_of_several => {
            format!(" in {only} (if it is meant for another dialect, give it that `dialect`)")
        }
        _ => String::new(),
    }
}
