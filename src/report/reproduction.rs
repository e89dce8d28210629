//! The requests that show a finding again.

use super::Context;
use crate::{
    http::{Exchange, Kind, Purpose},
    judge::{Finding, Subject},
    run::{RunRecord, ScenarioRecord},
};

/// So many creations are told before a list that should show more than one person or group.
const MOST: usize = 3;

/// The curl lines that show a finding again: the exchange that it is about, behind what has to be done before.
pub(super) fn reproduction(
    finding: &Finding,
    scenario: &ScenarioRecord,
    record: &RunRecord,
    context: &Context,
) -> Vec<String> {
    let Some(exchange) = finding.exchange.and_then(|number| scenario.exchanges.get(number)) else {
        return Vec::new();
    };
    let before = before(finding, exchange, scenario);
    before.into_iter().chain([exchange]).map(|exchange| context.curl(exchange, record)).collect()
}

/// What has to be done before the exchange that a finding is about: the change that a read-back shows to be wrong, or the creations of whom
/// a lookup or list should have found.
pub(super) fn before<'a>(finding: &Finding, exchange: &Exchange, scenario: &'a ScenarioRecord) -> Vec<&'a Exchange> {
    if exchange.purpose == Purpose::Check {
        return change(exchange, scenario).into_iter().collect();
    }
    if finding.subject == Subject::Found { creations(exchange, scenario) } else { Vec::new() }
}

/// The last request of a step that changed the resource that is read back, or anything.
fn change<'a>(exchange: &Exchange, scenario: &'a ScenarioRecord) -> Option<&'a Exchange> {
    let before = scenario.exchanges.iter().take_while(|other| other.number < exchange.number);
    let spoken = |other: &&Exchange| other.step == exchange.step && other.purpose == Purpose::Spoken;
    let changes: Vec<&Exchange> =
        before.filter(spoken).filter(|other| !matches!(other.request.method.as_str(), "GET" | "HEAD")).collect();
    let same = |other: &&&Exchange| other.request.about == exchange.request.about;
    changes.iter().rfind(same).or(changes.last()).copied()
}

/// The successful creations before a search: of the one that it is about, or else of all of its kind where they are few.
fn creations<'a>(exchange: &Exchange, scenario: &'a ScenarioRecord) -> Vec<&'a Exchange> {
    let Some(resource) = exchange.kind.resource().filter(|_| !exchange.kind.writes()) else {
        return Vec::new();
    };
    let earlier = scenario.exchanges.iter().take_while(|other| other.number < exchange.number);
    let created =
        |other: &&Exchange| matches!(other.kind, Kind::Create(made) if made == resource) && other.success().is_some();
    let mut all: Vec<&Exchange> = earlier.filter(created).collect();
    if let Some(about) = &exchange.request.about {
        all.retain(|other| other.request.about.as_ref() == Some(about));
        // A name may have been given twice: who had it last counts.
        return all.pop().into_iter().collect();
    }
    if all.len() > MOST { Vec::new() } else { all }
}
