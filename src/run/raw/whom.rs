//! Whom raw requests are about.

use std::collections::HashMap;

use crate::{
    http::{Exchange, Kind, Request, Resource},
    idp::{Cast, okta},
    run::bulk,
};

/// Whom a raw request is about: by the id in its path, or the name in its body.
pub(in crate::run) fn whom(request: &Request, cast: &Cast, ids: &HashMap<String, String>) -> Option<String> {
    let kind = Kind::of(request);
    if let Some(id) = kind.id() {
        return ids.iter().find(|(_, have)| *have == id).map(|(key, _)| key.clone());
    }
    let resource = kind.resource()?;
    named(cast, resource, request.body_json()?.get(resource.name_attribute())?.as_str()?)
}

/// The person or group of that name.
fn named(cast: &Cast, resource: Resource, name: &str) -> Option<String> {
    match resource {
        Resource::User => cast.people.iter().find(|person| person.user_name() == name).map(|person| person.key.clone()),
        Resource::Group => cast.groups.iter().find(|group| group.name == name).map(|group| group.key.clone()),
    }
}

/// The ids of what raw requests created.
pub(in crate::run) fn learn(ids: &mut HashMap<String, String>, cast: &Cast, exchanges: &[Exchange]) {
    for exchange in exchanges {
        let Some(response) = exchange.success() else { continue };
        if let (Kind::Create(_), Some(about), Some(id)) =
            (&exchange.kind, &exchange.request.about, okta::id_of(response.member("id")))
        {
            ids.entry(about.clone()).or_insert(id);
        }
        if bulk::is_bulk(&exchange.request) {
            for done in bulk::created(&exchange.request, Some(response)) {
                let made = done.status.is_some_and(|status| status / 100 == 2);
                if let (true, Some(id), Some(key)) = (made, done.id, named(cast, done.resource, &done.name)) {
                    ids.entry(key).or_insert(id);
                }
            }
        }
    }
}
