//! Removes what a scenario created, whatever happened.

use serde_json::{Value, json};

use super::{
    bulk,
    conversation::Conversation,
    ledger::{Doubt, Entry, Leftover},
};
use crate::{
    http::{Exchange, Purpose, Request, Resource},
    idp::okta,
};

/// So many of those that a bulk request has created are looked for once more.
const LOOKED_FOR: usize = 8;

/// Removes everything in the ledger: one DELETE for each, groups first. Who can't be deleted is deactivated.
pub(super) async fn clean_up(conversation: &Conversation) -> Vec<Leftover> {
    conversation.enter_step(None);
    let mut leftovers = Vec::new();
    let (entries, uncertain) = conversation.ledger.take();
    for entry in entries {
        // The guard looks into the ledger, from which it was taken.
        conversation.ledger.enter(entry.resource, &entry.id, &entry.name);
        leftovers.extend(remove(conversation, entry).await);
    }
    for doubt in uncertain {
        leftovers.extend(recover(conversation, doubt).await);
    }
    for (resource, name) in conversation.read(made_in_bulk) {
        stray(conversation, resource, &name).await;
    }
    leftovers
}

/// Whom bulk requests have created, by their names.
fn made_in_bulk(exchanges: &[Exchange]) -> Vec<(Resource, String)> {
    let mut names: Vec<(Resource, String)> = Vec::new();
    for exchange in exchanges.iter().filter(|exchange| bulk::is_bulk(&exchange.request)) {
        let Some(response) = exchange.success() else { continue };
        let made = bulk::created(&exchange.request, Some(response)).into_iter();
        let made = made.filter(|done| done.status.is_some_and(|status| status / 100 == 2));
        // Of a request that tries limits some are enough.
        names.extend(made.take(LOOKED_FOR).map(|done| (done.resource, done.name)));
    }
    names.sort_by(|one, other| one.1.cmp(&other.1));
    names.dedup();
    names
}

/// Removes what a bulk request has created besides what it answered: some servers carry out an operation twice.
async fn stray(conversation: &Conversation, resource: Resource, name: &str) {
    let heard = conversation.exchange(okta::lookup(resource, name), Purpose::Cleanup).await;
    let Ok(response) = heard.answer else { return };
    for found in response.resources() {
        let same = found[resource.name_attribute()].as_str().is_some_and(|have| have.eq_ignore_ascii_case(name));
        let Some(id) = okta::id_of(found.get("id")).filter(|_| same) else { continue };
        if conversation.confirm_for_cleanup(resource, &id, name).await {
            conversation.exchange(okta::delete(resource, &id), Purpose::Cleanup).await;
        }
    }
}

async fn remove(conversation: &Conversation, entry: Entry) -> Option<Leftover> {
    let request = okta::delete(entry.resource, &entry.id);
    let heard = conversation.exchange(request, Purpose::Cleanup).await;
    let why = match &heard.answer {
        Ok(response) if response.is_success() => return None,
        Ok(response) if response.status == 404 => {
            conversation.ledger.strike(entry.resource, &entry.id);
            // Gone, or moved to another id.
            return recover(
                conversation,
                Doubt { resource: entry.resource, name: entry.name, id: None, answered: false },
            )
            .await;
        }
        Ok(response) => format!("DELETE was answered {}", response.status),
        Err(failure) => {
            // Who does not answer the one request does not answer the next four; each would be waited for.
            conversation.ledger.strike(entry.resource, &entry.id);
            let state = format!("perhaps still there (DELETE failed: {failure})");
            return Some(Leftover { resource: entry.resource, id: Some(entry.id), name: entry.name, state });
        }
    };
    let state = match entry.resource {
        Resource::Group => why,
        Resource::User if deactivate(conversation, &entry.id).await => format!("deactivated instead ({why})"),
        Resource::User => format!("still active ({why})"),
    };
    conversation.ledger.strike(entry.resource, &entry.id);
    Some(Leftover { resource: entry.resource, id: Some(entry.id), name: entry.name, state })
}

/// PATCH first, then PUT of what is there.
async fn deactivate(conversation: &Conversation, id: &str) -> bool {
    let patch = okta::patch(Resource::User, id, vec![json!({"op": "replace", "value": {"active": false}})]);
    conversation.exchange(patch, Purpose::Cleanup).await;
    let Some(mut user) = read(conversation, okta::read(Resource::User, id)).await else {
        return false;
    };
    if user.get("active") == Some(&json!(false)) {
        return true;
    }
    user["active"] = json!(false);
    conversation.exchange(okta::replace(Resource::User, id, user), Purpose::Cleanup).await;
    read(conversation, okta::read(Resource::User, id))
        .await
        .is_some_and(|user| user.get("active") == Some(&json!(false)))
}

async fn read(conversation: &Conversation, request: Request) -> Option<Value> {
    let heard = conversation.exchange(request, Purpose::Cleanup).await;
    let response = heard.answer.ok()?;
    response.value().filter(|value| value.is_object() && response.is_success()).cloned()
}

/// Looks for a resource whose creation is uncertain, or that moved: found by its name, which nobody else can
/// have, or by the id that was answered, and confirmed by a read that shows the marker.
async fn recover(conversation: &Conversation, doubt: Doubt) -> Option<Leftover> {
    let Doubt { resource, name, id: told, answered } = doubt;
    let perhaps = |why: &str, id: Option<String>| {
        Some(Leftover { resource, id, name: name.clone(), state: format!("perhaps still there: {why}") })
    };
    let heard = conversation.exchange(okta::lookup(resource, &name), Purpose::Cleanup).await;
    let found = match heard.answer {
        Ok(response) if response.is_success() || response.status == 404 => {
            response.resources().iter().find_map(|found| {
                let same = found[resource.name_attribute()].as_str()?.eq_ignore_ascii_case(&name);
                if same { okta::id_of(found.get("id")) } else { None }
            })
        }
        _ => return perhaps("the lookup by its name fails", told),
    };
    let Some(id) = found.or_else(|| told.clone()) else {
        return if answered { perhaps("answered as created, and not found by its name", None) } else { None };
    };
    if !conversation.confirm_for_cleanup(resource, &id, &name).await {
        return perhaps("a read by its id does not confirm that it is ours", Some(id));
    }
    let heard = conversation.exchange(okta::delete(resource, &id), Purpose::Cleanup).await;
    match heard.answer {
        Ok(response) if response.is_success() => return None,
        // It was there a moment ago: a target may say so of what it does not delete.
        Ok(response) if response.status == 404 => {
            let again = conversation.exchange(okta::read(resource, &id), Purpose::Cleanup).await;
            if again.answer.is_ok_and(|response| matches!(response.status, 404 | 410)) {
                return None;
            }
            if resource == Resource::User && deactivate(conversation, &id).await {
                let state = "deactivated instead (DELETE was answered 404)".to_owned();
                return Some(Leftover { resource, id: Some(id), name, state });
            }
        }
        _ => {}
    }
    perhaps("found again, but DELETE failed", Some(id))
}
