//! Tells one scenario in one dialect: prepares the ground, performs the steps, looks back, cleans up, judges.

use std::{collections::HashMap, sync::Arc, time::Instant};

use serde_json::Map;

use super::{
    announced,
    cleanup::clean_up,
    conversation::Conversation,
    declared, ground,
    plan::Planned,
    postcondition::{self},
    record::{Ending, Outcome, ScenarioRecord, SkipKind, StepRecord},
    runner::Shared,
    snapshots, stage,
    still::Turn,
    teller::Teller,
    verdict::{Place, by_rules},
};
use crate::{
    http::{Purpose, Secrets},
    idp::{Dialect, okta::Okta},
    judge::{Finding, merge},
    scenario::Step,
};

/// What a story produced, before it is judged as a whole.
struct Told {
    /// Why the rest of it was left out: the target has nothing that it could be told with.
    lacking: Option<String>,
    steps: Vec<StepRecord>,
    findings: Vec<Finding>,
    /// Why it could not be carried out.
    trouble: Option<String>,
    /// What the target declines to do, where it declines all that the scenario asks for.
    declined: Option<String>,
}

/// Tells one entry of the plan.
pub(super) async fn tell(
    planned: &Planned,
    conversation: &Conversation,
    shared: &Shared,
    unique: &str,
) -> ScenarioRecord {
    let began = Instant::now();
    let scenario = &planned.scenario;
    let unannounced = announced::lacking(scenario, shared).await;
    let mut told = match unannounced {
        Some(_) => Told { lacking: None, steps: Vec::new(), findings: Vec::new(), trouble: None, declined: None },
        None => perform(planned, conversation, shared, unique).await,
    };
    let leftovers = if shared.keep {
        conversation.ledger.entries().into_iter().map(kept).collect()
    } else {
        let from = conversation.len();
        let leftovers = clean_up(conversation).await;
        let place = Place { planned, step: None };
        let found = conversation.read(|exchanges| by_rules(&place, unique, exchanges, from, conversation));
        told.findings.extend(found);
        leftovers
    };
    let mut exchanges = conversation.finish();
    let mut passwords = Secrets::default();
    // What is put back in cleaning up is the target's.
    let sent = exchanges.iter().filter(|exchange| exchange.purpose != Purpose::Cleanup);
    sent.flat_map(|exchange| exchange.request.passwords()).for_each(|password| passwords.add(&password));
    let redaction = snapshots::redaction(&exchanges, &conversation.marker, unique, &shared.base_url);
    let before = told.findings.len();
    told.findings.extend(snapshots::by_snapshot(planned, &exchanges, &redaction, &shared.own_snapshots));
    declared::excuse(&mut told.findings, before, shared).await;
    shared.kept.after(&mut exchanges, shared.marker.as_str());
    let findings = merge(told.findings);
    let failed = findings.iter().any(|finding| !finding.waived && finding.level >= shared.fail_on);
    let lacking = unannounced.or(told.lacking);
    let outcome = match &told.trouble {
        _ if lacking.is_some() => Outcome::Skipped,
        Some(_) => Outcome::Error,
        None if told.declined.is_some() => Outcome::Skipped,
        None => Outcome::Passed,
    };
    let kind = match outcome {
        Outcome::Skipped if lacking.is_some() => Some(SkipKind::NotAnnounced),
        Outcome::Skipped => Some(SkipKind::Declined),
        _ => None,
    };
    let trouble = lacking.or(told.trouble);
    let spared = Ending { outcome, kind, reason: trouble.clone().or(told.declined) };
    let ending = if failed { Ending { outcome: Outcome::Failed, kind: None, reason: trouble } } else { spared.clone() };
    ScenarioRecord {
        spared,
        started_at: conversation.started_at,
        duration: began.elapsed().saturating_sub(conversation.turn.waited()),
        steps: told.steps,
        exchanges,
        passwords,
        findings,
        leftovers,
        unique: unique.to_owned(),
        ..ScenarioRecord::of(planned, ending)
    }
}

fn kept(entry: super::ledger::Entry) -> super::ledger::Leftover {
    super::ledger::Leftover {
        resource: entry.resource,
        id: Some(entry.id),
        name: entry.name,
        state: "kept (--keep)".to_owned(),
    }
}

async fn perform(planned: &Planned, conversation: &Conversation, shared: &Shared, unique: &str) -> Told {
    let scenario = &planned.scenario;
    let mut told = Told { lacking: None, steps: Vec::new(), findings: Vec::new(), trouble: None, declined: None };
    let cast = match stage::cast(scenario, &shared.people, unique, shared.marker.run()) {
        Ok(cast) => cast,
        Err(trouble) => {
            told.trouble = Some(trouble);
            return told;
        }
    };
    let mut ids = HashMap::new();
    let given = ground::prepare(scenario, &cast, conversation, &mut ids).await;
    let place = Place { planned, step: None };
    told.findings = conversation.read(|exchanges| by_rules(&place, unique, exchanges, 0, conversation));
    declared::excuse(&mut told.findings, 0, shared).await;
    if let Err(trouble) = given {
        told.trouble = Some(trouble);
        told.steps = scenario.steps.iter().map(|step| skipped(step, conversation.len())).collect();
        return told;
    }
    let dialect = planned.dialect.clone().unwrap_or(Dialect::OKTA_CATALOGUE);
    let mut teller = Teller {
        planned,
        shared,
        unique,
        conversation,
        okta: Okta::new(&dialect, conversation, cast),
        ids,
        last: HashMap::new(),
        saved: Map::new(),
        declined: None,
    };
    let mut declined = None;
    let listing = planned.listing();
    conversation.read(|exchanges| postcondition::remember(&mut teller.last, exchanges));
    let mut stopped = false;
    for (index, step) in scenario.steps.iter().enumerate() {
        match &listing {
            Some(listing) if stopped || *listing.steps.end() < index => conversation.turn.let_go(),
            Some(listing) if *listing.steps.start() == index => {
                conversation.turn.keep_still(listing, &shared.halt).await;
            }
            _ => {}
        }
        if stopped {
            told.steps.push(skipped(step, conversation.len()));
            continue;
        }
        if let Some(reason) = teller.nothing_to_grant(step) {
            told.lacking = Some(reason);
            told.steps.push(skipped(step, conversation.len()));
            stopped = true;
            continue;
        }
        match teller.due(step) {
            Ok(true) => {}
            Ok(false) => {
                told.steps.push(skipped(step, conversation.len()));
                continue;
            }
            Err(trouble) => {
                told.steps.push(StepRecord { outcome: Outcome::Error, ..skipped(step, conversation.len()) });
                (stopped, told.trouble) = (true, Some(trouble));
                continue;
            }
        }
        let from = conversation.len();
        let before = told.findings.len();
        let result = teller.step(index, step, &mut told.findings).await;
        declared::excuse(&mut told.findings, before, shared).await;
        let outcome = match result {
            Ok(true) if worst(&told.findings[before..], shared) => Outcome::Failed,
            Ok(true) if teller.declined.is_some() => {
                declined = declined.or(teller.declined.take());
                Outcome::Skipped
            }
            Ok(true) => Outcome::Passed,
            Ok(false) => {
                stopped = true;
                Outcome::Failed
            }
            Err(trouble) => {
                stopped = true;
                told.trouble = Some(trouble);
                Outcome::Error
            }
        };
        told.steps.push(StepRecord { name: step.name.clone(), outcome, exchanges: from..conversation.len() });
    }
    conversation.turn.let_go();
    if let Some(reason) = shared.halt.reason() {
        told.trouble = Some(reason.to_owned());
    }
    let nothing = told.steps.iter().all(|step| step.outcome == Outcome::Skipped);
    told.declined = declined.filter(|_| nothing).map(|what| format!("the target declines this: {what}"));
    told
}

fn skipped(step: &Step, at: usize) -> StepRecord {
    StepRecord { name: step.name.clone(), outcome: Outcome::Skipped, exchanges: at..at }
}

fn worst(findings: &[Finding], shared: &Shared) -> bool {
    findings.iter().any(|finding| finding.level >= shared.fail_on)
}

/// One conversation for one entry of the plan.
pub(super) fn conversation(shared: &Shared, ledger: Arc<super::ledger::Ledger>) -> Conversation {
    line(shared, ledger, Turn::of(&shared.stillness))
}

/// A conversation outside of all entries, which changes nothing and waits for nobody.
pub(super) fn aside(shared: &Shared) -> Conversation {
    line(shared, Arc::default(), Turn::default())
}

fn line(shared: &Shared, ledger: Arc<super::ledger::Ledger>, turn: Turn) -> Conversation {
    let transport = Arc::clone(&shared.transport);
    let (halt, patience) = (Arc::clone(&shared.halt), Arc::clone(&shared.patience));
    Conversation::new(transport, halt, patience, ledger, turn, shared.marker.as_str().to_owned(), &shared.base_url)
}
