//! Faults of time: changes that show late, and a limit on the pace.

use axum::http::{Method, header};
use serde_json::{Map, Value};

use super::{Change, Fault, Hooks, NONE, on_request};
use crate::scim::ScimError;
use crate::server::call::{Answer, Call, Kind};
use crate::server::store::{Earlier, Store};

const AREA: &str = "time";
/// Looks at a resource that do not show its last change: by number rather than by the clock, so that it is the same
/// in every run.
const LOOKS: usize = 2;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "create-readable-late",
        summary: "A new user or group is not there for the first two who look",
        area: AREA,
        source: "RFC 7644 3.3",
        hooks: Hooks {
            change: Some(|change| {
                if change.old.is_none() {
                    remember(change);
                }
                Ok(())
            }),
            answer: Some(show_earlier),
            ..NONE
        },
    },
    Fault {
        name: "reads-lag",
        summary: "The first two who look at a user or group after a change see it as it was before",
        area: AREA,
        source: "RFC 7644 3.4.1",
        hooks: Hooks {
            change: Some(|change| {
                remember(change);
                Ok(())
            }),
            answer: Some(show_earlier),
            ..NONE
        },
    },
    Fault {
        name: "rate-limited",
        summary: "The third write and every fortieth after it is answered 429 with Retry-After: 1",
        area: AREA,
        source: "RFC 6585 4",
        hooks: on_request(|call, store| {
            if !matches!(call.method, Method::POST | Method::PUT | Method::PATCH | Method::DELETE) {
                return None;
            }
            store.writes += 1;
            let error = || ScimError::too_many_requests("too many requests: wait before the next one");
            (store.writes % 40 == 3).then(|| Answer::from(error()).with(header::RETRY_AFTER, "1"))
        }),
    },
];

fn remember(change: &mut Change<'_>) {
    if let Some(id) = change.new["id"].as_str() {
        let earlier = Earlier { looks: LOOKS, resource: change.old.cloned() };
        change.store.earlier.insert(id.to_owned(), earlier);
    }
}

/// Shows what was stored before the last change, and no resource that was not there then.
fn show_earlier(call: &Call, store: &mut Store, answer: &mut Answer) {
    let (true, Some((kind, id)), 200) = (call.method == Method::GET, call.target(), answer.status) else {
        return;
    };
    let Some(body) = answer.json_mut() else {
        return;
    };
    if id.is_some() {
        if !look(store, body) {
            *answer = missing(kind).into();
        }
        return;
    }
    let Some(Value::Array(resources)) = body.get_mut("Resources") else {
        return;
    };
    let before = resources.len();
    resources.retain_mut(|resource| look(store, resource));
    let (shown, hidden) = (resources.len(), before - resources.len());
    if hidden > 0 {
        let total = body["totalResults"].as_u64().unwrap_or_default();
        body["totalResults"] = total.saturating_sub(hidden as u64).into();
        body["itemsPerPage"] = shown.into();
    }
}

/// One look at a resource; false where it is not there yet.
fn look(store: &mut Store, resource: &mut Value) -> bool {
    let id = resource["id"].as_str().unwrap_or_default();
    let Some(earlier) = store.earlier.get_mut(id).filter(|earlier| earlier.looks > 0) else {
        return true;
    };
    earlier.looks -= 1;
    let Some(Value::Object(stored)) = &earlier.resource else {
        return false;
    };
    let mut shown: Map<String, Value> = stored.clone();
    // What follows from others is not part of the change.
    for name in ["groups", "meta"] {
        shown.extend(resource.get(name).cloned().map(|value| (name.to_owned(), value)));
    }
    *resource = Value::Object(shown);
    true
}

fn missing(kind: Kind) -> ScimError {
    ScimError::not_found(format!("there is no such {}", kind.schema().name))
}
