//! Tells one scenario in one dialect: prepares the ground, performs the steps, looks back, cleans up, judges.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Map, Value};

use super::{
    announced,
    cleanup::clean_up,
    conversation::Conversation,
    declared, ground,
    lists::Ground,
    patience::TRIES,
    plan::Planned,
    postcondition::{self, Memory},
    raw::{self, Said},
    record::{Ending, Outcome, ScenarioRecord, SkipKind, StepRecord},
    runner::Shared,
    snapshots, stage,
    verdict::{Place, by_expectation, by_pause, by_rules, by_stop},
};
use crate::{
    http::{Exchange, Failure, Kind, Request},
    idp::{
        Action, Dialect, Stop,
        okta::{self, Okta},
    },
    judge::{Finding, merge},
    scenario::{Outside, Postcondition, Step, Templates, Then, What},
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
        let found = conversation.read(|exchanges| by_rules(&place, exchanges, from, conversation));
        told.findings.extend(found);
        leftovers
    };
    let exchanges = conversation.finish();
    let redaction = snapshots::redaction(&exchanges, &conversation.marker, unique, &shared.base_url);
    let before = told.findings.len();
    told.findings.extend(snapshots::by_snapshot(planned, &exchanges, &redaction, &shared.own_snapshots));
    declared::excuse(&mut told.findings, before, shared).await;
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
        id: scenario.id.clone(),
        file: scenario.file.clone(),
        suite: scenario.suite.clone(),
        title: scenario.title.clone(),
        dialect: planned.dialect.as_ref().map(|dialect| dialect.name.to_string()),
        outcome: ending.outcome,
        kind: ending.kind,
        reason: ending.reason,
        spared,
        started_at: conversation.started_at,
        duration: began.elapsed(),
        steps: told.steps,
        exchanges,
        findings,
        leftovers,
        first: 0,
        unique: unique.to_owned(),
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
    told.findings = conversation.read(|exchanges| by_rules(&place, exchanges, 0, conversation));
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
    conversation.read(|exchanges| postcondition::remember(&mut teller.last, exchanges));
    let mut stopped = false;
    for (index, step) in scenario.steps.iter().enumerate() {
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

/// True where a request was answered 429 and not answered otherwise when it went out again.
fn limited(exchanges: &[Exchange]) -> bool {
    let answered = |one: &Exchange, later: &[Exchange]| {
        later.iter().any(|other| {
            other.status() != Some(429)
                && other.request.method == one.request.method
                && other.request.target() == one.request.target()
                && other.request.body == one.request.body
        })
    };
    let mut refused = exchanges.iter().enumerate().filter(|(_, one)| one.status() == Some(429));
    refused.any(|(at, one)| !answered(one, &exchanges[at + 1..]))
}

fn worst(findings: &[Finding], shared: &Shared) -> bool {
    findings.iter().any(|finding| finding.level >= shared.fail_on)
}

struct Teller<'a> {
    planned: &'a Planned,
    shared: &'a Shared,
    unique: &'a str,
    conversation: &'a Conversation,
    okta: Okta<'a>,
    ids: HashMap<String, String>,
    last: HashMap<String, Value>,
    saved: Map<String, Value>,
    /// What the target declined to do in the last step.
    declined: Option<String>,
}

impl Teller<'_> {
    fn names(&self) -> Value {
        let id = |key: &str| self.okta.id(key).map(str::to_owned).or_else(|| self.ids.get(key).cloned());
        let run = self.shared.marker.run();
        let mut names = stage::names(self.okta.cast(), id, &self.saved, &self.shared.people, self.unique, run);
        stage::name_grantable(&mut names, self.okta.grantable());
        names
    }

    /// Why nothing can be granted; `None` where something can, or the step grants nothing.
    fn nothing_to_grant(&self, step: &Step) -> Option<String> {
        let What::Action(Action::Grant(_, of)) = &step.what else { return None };
        let there = self.okta.grantable().iter().any(|one| one.of == *of);
        (!there).then(|| {
            format!(
                "the target lists no {} with all that Okta needs of one, so that none can be granted",
                of.attribute()
            )
        })
    }

    /// Whether what a step depends on is so.
    fn due(&self, step: &Step) -> Result<bool, String> {
        step.when.as_ref().map_or(Ok(true), |when| Templates::default().holds(when, &self.names()))
    }

    /// Performs one step and looks back. `Ok(false)` where the identity provider stopped.
    async fn step(&mut self, index: usize, step: &Step, findings: &mut Vec<Finding>) -> Result<bool, String> {
        let place = Place { planned: self.planned, step: Some((index, step)) };
        if step.pause_ms > 0 {
            tokio::time::sleep(Duration::from_millis(step.pause_ms)).await;
        }
        let from = self.conversation.len();
        self.conversation.enter_step(Some(index));
        let names = self.names();
        let mut stop = None;
        match &step.what {
            What::Action(action) => {
                let action = fill(action, &names)?;
                if let Action::Confirm(user) = &action
                    && !self.okta.imported().is_some_and(|imported| imported.shows(user))
                {
                    return Err(format!(
                        "the import did not show {user} under an id, so that there is nobody to confirm"
                    ));
                }
                stop = self.okta.perform(&action).await.err();
                stop = self.in_order(&action, from, stop);
            }
            What::Meanwhile(outside) => self.meanwhile(outside).await?,
            What::Request(_) | What::AtOnce(_) => {
                let reads = step.requests().any(|request| !request.expect.showing.is_empty());
                let declared =
                    if reads { self.shared.announcements.declared(self.shared).await } else { Arc::default() };
                let ground = Ground { cast: self.okta.cast(), ids: &self.ids, declared: &declared };
                let whom = |request: &Request| raw::whom(request, self.okta.cast(), &self.ids);
                let saved = &mut self.saved;
                let Said { unmet, declined } = match &step.what {
                    What::Request(one) => raw::perform(self.conversation, one, &names, saved, &ground).await?,
                    What::AtOnce(several) => Said {
                        unmet: raw::perform_at_once(self.conversation, several, &names, saved, whom).await?,
                        declined: None,
                    },
                    What::Action(_) | What::Meanwhile(..) => Said::default(),
                };
                self.declined = declined;
                // A limit is no defect: what was expected was expected of another answer.
                let limited = self.conversation.read(|exchanges| limited(&exchanges[from..]));
                let limited = limited && step.requests().all(|request| !request.expect.names(429));
                if limited {
                    return Err(format!("the target limits the rate of requests (status 429) at \"{}\"", step.name));
                }
                self.conversation.read(|exchanges| {
                    raw::learn(&mut self.ids, self.okta.cast(), &exchanges[from..]);
                    findings.extend(unmet.into_iter().map(|unmet| by_expectation(&place, unmet, exchanges)));
                });
            }
        }
        let keys: Vec<String> = self
            .okta
            .cast()
            .people
            .iter()
            .map(|person| person.key.clone())
            .chain(self.okta.cast().groups.iter().map(|group| group.key.clone()))
            .collect();
        for key in keys {
            if let Some(id) = self.okta.id(&key) {
                self.ids.insert(key, id.to_owned());
            }
        }
        findings.extend(self.conversation.read(|exchanges| by_rules(&place, exchanges, from, self.conversation)));
        if let Some(stop) = stop {
            if self.unconfirmed(stop.exchange) {
                return Err("what was created can't be read back, so nothing was done to it".to_owned());
            }
            if let Some(wait) = self.paused(stop.exchange) {
                let finding = self.conversation.read(|exchanges| by_pause(&place, stop, &wait, exchanges, findings));
                findings.push(finding);
                return Err(format!(
                    "the target limits the rate of requests (status 429, {wait}): Okta pauses its task here; --patience says \
                     how long scim-check waits, --jobs 1 asks for less"
                ));
            }
            if self.shared.halt.reason().is_none() {
                let finding = self.conversation.read(|exchanges| by_stop(&place, stop, exchanges, findings));
                findings.push(finding);
            }
            return Ok(false);
        }
        let checked = self.conversation.len();
        let told = findings.len();
        // What the target declines to do, which is as lawful, has not come about.
        let then: &[Then] = if self.declined.is_some() { &[] } else { &step.then };
        for (at, then) in then.iter().enumerate() {
            let lookup = match &then.check {
                Postcondition::Lookup(name, _) => Templates::default().text(name, &self.names())?,
                _ => String::new(),
            };
            let memory = Memory {
                cast: self.okta.cast(),
                ids: &self.ids,
                last: &self.last,
                imported: self.okta.imported(),
                imports_groups: self.planned.dialect.as_ref().is_some_and(|dialect| dialect.import_groups),
            };
            let then = fill_postcondition(then, &self.names())?;
            if let Some(name) = self.unknown(&then.check).filter(|_| findings.len() == told) {
                return Err(format!("{name} has no account or group in the app at this point of the scenario"));
            }
            let unmet = self
                .conversation
                .settled(|| postcondition::check(self.conversation, &memory, at, &then, &lookup))
                .await;
            self.conversation.read(|exchanges| {
                findings.extend(unmet.into_iter().map(|unmet| by_expectation(&place, unmet, exchanges)));
            });
        }
        findings.extend(self.conversation.read(|exchanges| by_rules(&place, exchanges, checked, self.conversation)));
        self.conversation.read(|exchanges| postcondition::remember(&mut self.last, &exchanges[from..]));
        Ok(true)
    }

    /// True when a request was withheld from what the target says it created for this scenario.
    fn unconfirmed(&self, exchange: usize) -> bool {
        self.conversation.read(|exchanges| {
            let Some(stopped) = exchanges.get(exchange) else { return false };
            let withheld = matches!(stopped.answer, Err(Failure::Withheld(_)));
            let created = |other: &Exchange| {
                let resource =
                    matches!(other.kind, Kind::Create(_)) && other.kind.resource() == stopped.kind.resource();
                let id = other.success().and_then(|response| okta::id_of(response.member("id")));
                resource && id.as_deref() == stopped.kind.id()
            };
            withheld && exchanges.iter().any(created)
        })
    }

    /// How long Okta would wait before it sends a request again (okta-client 15.2). A limit is no defect, but the
    /// story can't be told; the last of Okta's tries is a failure like any other.
    fn paused(&self, exchange: usize) -> Option<String> {
        self.conversation.read(|exchanges| {
            let stopped = exchanges.get(exchange)?;
            let response = stopped.response().filter(|response| response.status == 429)?;
            let tries = exchanges[..=exchange].iter().filter(|other| other.request == stopped.request).count();
            (tries < TRIES).then(|| match response.retry_after() {
                Some(wait) => format!("Retry-After {}", wait.as_secs()),
                None => "no Retry-After in whole seconds".to_owned(),
            })
        })
    }

    /// Whom a postcondition would read by an id that nobody has told.
    fn unknown<'t>(&self, check: &'t Postcondition) -> Option<&'t str> {
        match check {
            Postcondition::User(name, _) | Postcondition::Group(name, ..) | Postcondition::Gone(name) => {
                (!self.ids.contains_key(name)).then_some(name.as_str())
            }
            Postcondition::Lookup(..) | Postcondition::Imported(_) => None,
        }
    }

    /// Somebody changes something in the app. It prepares the ground, so it must succeed, and is not judged.
    async fn meanwhile(&self, outside: &Outside) -> Result<(), String> {
        ground::change_outside(self.conversation, &self.okta, outside, &self.ids).await
    }

    /// People who were handled at once are told one after the other.
    fn in_order(&self, action: &Action, from: usize, stop: Option<Stop>) -> Option<Stop> {
        let (Action::Assign(people) | Action::Unassign(people)) = action else {
            return stop;
        };
        // So are groups that are refreshed for somebody who is back.
        let groups = self.okta.cast().groups.iter().map(|group| group.key.clone());
        let order: Vec<String> = people.iter().cloned().chain(groups).collect();
        let new = self.conversation.order_by_subject(from, &order);
        stop.map(|stop| Stop { exchange: new.get(stop.exchange).copied().unwrap_or(stop.exchange), ..stop })
    }
}

/// Fills in the templates of an action.
fn fill(action: &Action, names: &Value) -> Result<Action, String> {
    let templates = Templates::default();
    Ok(match action {
        Action::Edit(user, changes, cleared) => {
            let changes = changes.iter().map(|(path, value)| Ok((path.clone(), templates.value(value, names)?)));
            Action::Edit(user.clone(), changes.collect::<Result<_, String>>()?, cleared.clone())
        }
        Action::Rename(group, name) => Action::Rename(group.clone(), templates.text(name, names)?),
        other => other.clone(),
    })
}

/// Fills in the templates of a postcondition.
fn fill_postcondition(then: &Then, names: &Value) -> Result<Then, String> {
    let mut filled = then.clone();
    if let Postcondition::User(_, expected) | Postcondition::Group(_, _, expected) = &mut filled.check {
        for (_, value) in &mut expected.is {
            *value = Templates::default().value(value, names)?;
        }
    }
    Ok(filled)
}

/// One conversation for one entry of the plan.
pub(super) fn conversation(shared: &Shared, ledger: Arc<super::ledger::Ledger>) -> Conversation {
    let transport = Arc::clone(&shared.transport);
    let (halt, patience) = (Arc::clone(&shared.halt), Arc::clone(&shared.patience));
    Conversation::new(transport, halt, patience, ledger, shared.marker.as_str().to_owned(), &shared.base_url)
}
