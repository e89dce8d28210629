//! The dialogue of a scenario, and what its built-in snapshot says about it.

use std::{collections::HashSet, sync::Arc};

use serde_json::Value;

use super::{
    plan::Planned,
    record::{RunRecord, ScenarioRecord},
    verdict::{Place, snapshot_finding},
};
use crate::{
    http::{Exchange, Kind, Purpose, Secrets, is_ours, passwords, segment},
    idp::okta,
    judge::{Finding, member},
    scenario::{SNAPSHOTS, What},
    snapshot::{Dialogue, Named, Redaction, Replacement, builtin, compare},
};

/// What is volatile in a scenario: ids by the names of their owners, external ids, passwords.
pub(super) fn redaction(exchanges: &[Exchange], marker: &str, unique: &str, base: &str) -> Redaction {
    let mut redaction = Redaction {
        marker: marker.to_owned(),
        unique: unique.to_owned(),
        base: base.to_owned(),
        ..Redaction::default()
    };
    let mut name = |value: &str, name: String| {
        if !value.is_empty() && !redaction.named.iter().any(|(have, _)| have == value) {
            redaction.named.push((value.to_owned(), name));
        }
    };
    for exchange in exchanges.iter().filter(|exchange| exchange.purpose != Purpose::Cleanup) {
        let Some(about) = &exchange.request.about else { continue };
        if let Some(external) = exchange.request.body_json().and_then(|body| body["externalId"].as_str()) {
            name(external, format!("{about}.externalId"));
        }
        if let Kind::Create(_) = exchange.kind
            && let Some(response) = exchange.success()
            && let Some(id) = okta::id_of(response.member("id"))
        {
            name(&id, format!("{about}.id"));
        }
    }
    redaction
}

/// The dialogue of a scenario as it went.
pub fn dialogue(planned: &Planned, scenario: &ScenarioRecord, record: &RunRecord) -> Dialogue {
    let redaction = redaction(&scenario.exchanges, &record.marker, &scenario.unique, &record.base_url);
    told(planned, &scenario.exchanges, &redaction)
}

/// The same for the user's own snapshot: with their own redactions, and names for ids that nobody was told.
pub(super) fn own_dialogue(
    planned: &Planned,
    scenario: &ScenarioRecord,
    record: &RunRecord,
    replaced: &Arc<[Replacement]>,
    secrets: &Secrets,
) -> Dialogue {
    let mut redaction = redaction(&scenario.exchanges, &record.marker, &scenario.unique, &record.base_url);
    redaction.own = Arc::clone(replaced);
    redaction.alone = true;
    redaction.secrets = secrets.clone();
    let mut known: HashSet<String> = redaction.named.iter().map(|(value, _)| value.clone()).collect();
    let mut count = 0;
    for id in scenario.exchanges.iter().flat_map(|exchange| ids(exchange, &scenario.unique, &record.base_url)) {
        if known.insert(id.clone()) {
            count += 1;
            redaction.named.push((id, format!("id {count}")));
        }
    }
    let passwords = scenario.exchanges.iter().filter_map(|exchange| exchange.request.body_json()).flat_map(passwords);
    redaction.named.extend(passwords.map(|password| (password, "password".to_owned())));
    // As they stand in paths and filters.
    let escaped = |(value, name): &Named| {
        let forms = [value.replace('-', "%2D"), segment(value)];
        forms.into_iter().filter(|form| form != value).map(|form| (form, name.clone())).collect::<Vec<_>>()
    };
    redaction.named.extend(redaction.named.iter().flat_map(escaped).collect::<Vec<_>>());
    // Of two that begin alike the longer one first.
    redaction.named.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
    told(planned, &scenario.exchanges, &redaction)
}

/// Ids of resources of the scenario in an answer: its own, those in a list, and those that the results of a bulk request lead to, as many
/// as it has operations.
fn ids(exchange: &Exchange, unique: &str, base: &str) -> Vec<String> {
    let Some(answer) = exchange.response() else { return Vec::new() };
    let asked = exchange.request.body_json().and_then(|body| body.get("Operations")?.as_array()).map_or(0, Vec::len);
    let own = |one: &Value| okta::id_of(member(one, "id")).filter(|id| !id.is_empty() && is_ours(one, unique));
    let whole = answer.value().into_iter();
    let results = answer.member("Operations").and_then(Value::as_array).into_iter().flatten().take(asked);
    let located = results.filter_map(|one| {
        let place = one.get("location")?.as_str()?.strip_prefix(base)?;
        Some(place.rsplit('/').next()?.to_owned()).filter(|id| !id.is_empty())
    });
    whole.chain(answer.resources()).filter_map(own).chain(located).collect()
}

/// What is inferred in the way a step was spoken; see [`okta::unrecorded`].
pub fn inferred(planned: &Planned, scenario: &ScenarioRecord, step: usize) -> Vec<&'static str> {
    let action = planned.scenario.steps.get(step).map(|step| &step.what);
    let (Some(What::Action(action)), Some(dialect)) = (action, &planned.dialect) else {
        return Vec::new();
    };
    let spoken = |exchange: &&Exchange| exchange.purpose == Purpose::Spoken && exchange.step == Some(step);
    let said: Vec<&Kind> = scenario.exchanges.iter().filter(spoken).map(|exchange| &exchange.kind).collect();
    okta::unrecorded(action, dialect, &said)
}

fn told(planned: &Planned, exchanges: &[Exchange], redaction: &Redaction) -> Dialogue {
    let scenario = &planned.scenario;
    let steps: Vec<String> = scenario.steps.iter().map(|step| step.name.clone()).collect();
    let dialect = planned.dialect.as_ref().map(|dialect| &*dialect.name);
    Dialogue::new(&scenario.title, &scenario.id, dialect, &steps, exchanges, redaction)
}

/// Findings of the built-in snapshot of a scenario; none where there is no snapshot.
pub(super) fn by_snapshot(
    planned: &Planned,
    exchanges: &[Exchange],
    redaction: &Redaction,
    own: &HashSet<String>,
) -> Vec<Finding> {
    // The user's own takes its place.
    if own.contains(&planned.name()) {
        return Vec::new();
    }
    let Some(snapshot) = builtin(SNAPSHOTS, &planned.name()) else {
        return Vec::new();
    };
    let actual = told(planned, exchanges, redaction);
    compare(&snapshot, &actual)
        .into_iter()
        .filter_map(|difference| {
            let turn = actual.turns.get(difference.turn)?;
            // A limit is no answer to what was asked.
            let exchange = exchanges.get(turn.exchange?).filter(|exchange| exchange.status() != Some(429))?;
            let step = exchange.step.and_then(|step| Some((step, planned.scenario.steps.get(step)?)));
            Some(snapshot_finding(&Place { planned, step }, exchange, difference))
        })
        .collect()
}
