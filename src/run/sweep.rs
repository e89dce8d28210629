//! Finds and removes what killed runs left behind, by their markers.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    cleanup::clean_up,
    conversation::Conversation,
    halt::Halt,
    ledger::{Ledger, Leftover},
    marker::run_of,
    patience::Patience,
    still::Turn,
};
use crate::{
    http::{Purpose, Resource, Transport},
    idp::okta,
};

/// More pages than a directory of a million has.
const MOST_PAGES: i64 = 10_000;

/// One resource of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// User or group.
    pub resource: Resource,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The marker in it.
    pub marker: String,
    /// When its run began.
    pub began: Timestamp,
}

/// What was found, spared and removed.
#[derive(Debug, Clone, Default)]
pub struct Sweep {
    /// Old enough to be removed.
    pub found: Vec<Found>,
    /// Too young: they may belong to a run under way.
    pub spared: usize,
    /// What could not be removed.
    pub leftovers: Vec<Leftover>,
}

/// Looks through users and groups; removes what is older than `age` unless `dry`. It waits for no more than `pauses`
/// altogether where the target asks for it.
///
/// # Errors
/// A list that can't be read, a sentence.
pub async fn sweep(
    transport: Arc<dyn Transport>,
    age: SignedDuration,
    dry: bool,
    pauses: Duration,
) -> Result<Sweep, String> {
    let patience = Arc::new(Patience::new(pauses, Duration::ZERO));
    let line = |ledger: Arc<Ledger>, marker: String| {
        let (transport, patience) = (Arc::clone(&transport), Arc::clone(&patience));
        Conversation::new(transport, Arc::new(Halt::default()), patience, ledger, Turn::default(), marker, "")
    };
    let mut sweep = Sweep::default();
    let now = Timestamp::now();
    let looking = line(Arc::default(), String::new());
    for resource in [Resource::Group, Resource::User] {
        let found = match find(&looking, resource).await {
            Ok(found) => found,
            // Many servers have no groups.
            Err(_) if resource == Resource::Group => continue,
            Err(trouble) => return Err(trouble),
        };
        for one in found {
            if now.duration_since(one.began) < age {
                sweep.spared += 1;
            } else {
                sweep.found.push(one);
            }
        }
    }
    if dry {
        return Ok(sweep);
    }
    let mut markers: Vec<String> = sweep.found.iter().map(|one| one.marker.clone()).collect();
    markers.sort();
    markers.dedup();
    for marker in markers {
        let line = line(Arc::default(), marker.clone());
        for one in sweep.found.iter().filter(|one| one.marker == marker) {
            // What no read confirms is not entered, and so not touched.
            if !line.confirm_for_cleanup(one.resource, &one.id, &one.name).await {
                let state = "not touched: a read by its id does not confirm it".to_owned();
                let (id, name) = (Some(one.id.clone()), one.name.clone());
                sweep.leftovers.push(Leftover { resource: one.resource, id, name, state });
            }
        }
        sweep.leftovers.extend(clean_up(&line).await);
    }
    Ok(sweep)
}

async fn find(line: &Conversation, resource: Resource) -> Result<Vec<Found>, String> {
    let mut all: Vec<Found> = Vec::new();
    let mut start = 1;
    for _ in 0..MOST_PAGES {
        let heard = line.exchange(okta::page(resource, start, okta::PAGE), Purpose::Cleanup).await;
        let response = heard.answer.map_err(|failure| failure.to_string())?;
        let total = response.member("totalResults").and_then(Value::as_i64);
        let (true, Some(total)) = (response.is_success(), total) else {
            return Err(format!("the list of {} can't be read (status {})", resource.endpoint(), response.status));
        };
        let page = response.resources();
        for found in page {
            let name = found[resource.name_attribute()].as_str().unwrap_or("");
            let Some(id) = okta::id_of(found.get("id")) else { continue };
            if let Some((marker, began)) = run_of(name)
                && !all.iter().any(|have| have.id == id)
            {
                all.push(Found { resource, id, name: name.to_owned(), marker, began });
            }
        }
        // By what came, not by what was asked for: a server may cap its pages.
        start += page.len() as i64;
        line.finish();
        if page.is_empty() || start > total {
            break;
        }
    }
    Ok(all)
}
