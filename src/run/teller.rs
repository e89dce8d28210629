//! Performs the steps of one story, one after the other.

use std::{collections::HashMap, sync::Arc, time::Duration};

use serde_json::{Map, Value};

use super::{
    conversation::Conversation,
    ground,
    lists::Ground,
    patience::TRIES,
    plan::Planned,
    postcondition::{self, Memory},
    raw::{self, Said},
    runner::Shared,
    stage,
    verdict::{Place, by_expectation, by_pause, by_rules, by_stop},
};
use crate::{
    http::{Exchange, Failure, Kind, Purpose, Request},
    idp::{
        Action, Stop,
        okta::{self, Okta},
    },
    judge::Finding,
    scenario::{Outside, Postcondition, Step, Templates, Then, What},
};

/// Who tells a story: what is known of it so far.
pub(super) struct Teller<'a> {
    pub planned: &'a Planned,
    pub shared: &'a Shared,
    pub unique: &'a str,
    pub conversation: &'a Conversation,
    pub okta: Okta<'a>,
    pub ids: HashMap<String, String>,
    pub last: HashMap<String, Value>,
    pub saved: Map<String, Value>,
    /// What the target declined to do in the last step.
    pub declined: Option<String>,
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
    pub fn nothing_to_grant(&self, step: &Step) -> Option<String> {
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
    pub fn due(&self, step: &Step) -> Result<bool, String> {
        step.when.as_ref().map_or(Ok(true), |when| Templates::default().holds(when, &self.names()))
    }

    /// Performs one step and looks back. `Ok(false)` where the identity provider stopped.
    pub async fn step(&mut self, index: usize, step: &Step, findings: &mut Vec<Finding>) -> Result<bool, String> {
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
                let unsent = self.conversation.read(|exchanges| {
                    raw::learn(&mut self.ids, self.okta.cast(), &exchanges[from..]);
                    let unsent = exchanges[from..].iter().find_map(unsent);
                    // What was expected was expected of all that the step asks for.
                    let unmet = unmet.into_iter().filter(|_| unsent.is_none());
                    findings.extend(unmet.map(|unmet| by_expectation(&place, unmet, exchanges)));
                    unsent
                });
                if let Some(why) = unsent {
                    findings.extend(self.by_rules(&place, from));
                    return Err(format!("the request of \"{}\" was not sent: {why}", step.name));
                }
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
        findings.extend(self.by_rules(&place, from));
        if let Some(stop) = stop {
            if self.unconfirmed(stop.exchange) && self.conversation.read(|exchanges| limited(&exchanges[from..])) {
                return Err(LIMITED.to_owned());
            }
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
            let look = self.conversation.len();
            if let Some(name) = self.unknown(&then.check).filter(|_| findings.len() == told) {
                return Err(format!("{name} has no account or group in the app at this point of the scenario"));
            }
            let unmet = self
                .conversation
                .settled(|| postcondition::check(self.conversation, &memory, at, &then, &lookup))
                .await;
            if self.conversation.read(|exchanges| limited(&exchanges[look..])) {
                findings.extend(self.by_rules(&place, checked));
                return Err(format!(
                    "the target limits the rate of requests (status 429): what came of \"{}\" is not known",
                    step.name
                ));
            }
            self.conversation.read(|exchanges| {
                findings.extend(unmet.into_iter().map(|unmet| by_expectation(&place, unmet, exchanges)));
            });
        }
        findings.extend(self.by_rules(&place, checked));
        self.conversation.read(|exchanges| postcondition::remember(&mut self.last, &exchanges[from..]));
        Ok(true)
    }

    /// What the rules say of the exchanges from `from` on.
    fn by_rules(&self, place: &Place<'_>, from: usize) -> Vec<Finding> {
        self.conversation.read(|exchanges| by_rules(place, self.unique, exchanges, from, self.conversation))
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
                Some(Duration::MAX) => "Retry-After of more seconds than can be counted".to_owned(),
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

/// Why a request of the story was not sent, where it was not: what was expected of it says nothing of the target.
fn unsent(exchange: &Exchange) -> Option<String> {
    match (&exchange.answer, exchange.purpose) {
        (Err(Failure::Withheld(why) | Failure::Unsendable(why)), Purpose::Spoken) => Some(why.clone()),
        _ => None,
    }
}

/// Why it is not known whether what was created is there.
pub(super) const LIMITED: &str =
    "the target limits the rate of requests (status 429): what was created could not be read back";

/// True where a request was answered 429 and not answered otherwise when it went out again.
pub(super) fn limited(exchanges: &[Exchange]) -> bool {
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
