//! What a scenario has told the target so far.

use serde_json::Value;

use super::support::{id, own_credentials, text};
use crate::{
    http::{Exchange, Intent, Kind, Resource},
    judge::{Seen, member},
};

/// A resource that this scenario created and did not delete since.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known {
    /// Person or group.
    pub(super) resource: Resource,
    /// Its id.
    pub(super) id: String,
    /// Its userName or displayName as last sent; `None` where that is not certain.
    pub(super) name: Option<String>,
}

/// All resources that this scenario created and did not delete since.
pub(super) fn known(seen: &Seen<'_>) -> Vec<Known> {
    let mut known: Vec<Known> = Vec::new();
    for exchange in seen.before {
        let body = exchange.request.body_json();
        match &exchange.kind {
            Kind::Create(resource) => {
                let Some(id) = exchange.success().and_then(|response| id(response.value()?)) else {
                    continue;
                };
                if !own_credentials(&exchange.request) {
                    continue;
                }
                known.retain(|have| have.resource != *resource || have.id != id);
                let name = body.and_then(|body| text(body, resource.name_attribute())).map(str::to_owned);
                known.push(Known { resource: *resource, id, name });
            }
            Kind::Replace(resource, id) => {
                let name = body.and_then(|body| text(body, resource.name_attribute()));
                rename(&mut known, *resource, id, exchange, name);
            }
            Kind::Patch(resource, id, Intent::Rename) => {
                let name = body.and_then(|body| text(body.pointer("/Operations/0/value")?, "displayName"));
                rename(&mut known, *resource, id, exchange, name);
            }
            Kind::Patch(resource, id, Intent::Other) => rename(&mut known, *resource, id, exchange, None),
            // Whatever was answered: it may be gone.
            Kind::Delete(resource, id) => known.retain(|have| have.resource != *resource || have.id != *id),
            Kind::Other if exchange.request.path == "/Bulk" => {
                let mentioned = body.map(in_bulk).unwrap_or_default();
                for (deletes, resource, id) in mentioned {
                    known.retain(|have| !deletes || have.resource != resource || have.id != id);
                    let named = known.iter_mut().filter(|have| have.resource == resource && have.id == id);
                    named.for_each(|have| have.name = None);
                }
            }
            _ => {}
        }
    }
    known
}

/// What the operations of a bulk request change, and whether they delete it.
fn in_bulk(body: &Value) -> Vec<(bool, Resource, String)> {
    let operations = member(body, "Operations").and_then(Value::as_array).into_iter().flatten();
    let changed = operations.filter_map(|operation| {
        let (_, path) = member(operation, "path")?.as_str()?.split_once('/')?;
        let (endpoint, id) = path.split_once('/')?;
        let resource = [Resource::User, Resource::Group].into_iter().find(|one| one.endpoint() == endpoint)?;
        Some((member(operation, "method")?.as_str()? == "DELETE", resource, id.to_owned()))
    });
    changed.collect()
}

fn rename(known: &mut [Known], resource: Resource, id: &str, exchange: &Exchange, name: Option<&str>) {
    let refused = exchange.response().is_some_and(|response| (400..500).contains(&response.status));
    let Some(have) = known.iter_mut().find(|have| have.resource == resource && have.id == id) else {
        return;
    };
    if exchange.success().is_some() {
        have.name = name.map(str::to_owned);
    } else if !refused {
        have.name = None;
    }
}

/// True when the resource in the URL is one that this scenario created and did not delete since.
pub(super) fn is_known(seen: &Seen<'_>) -> bool {
    let (Some(resource), Some(id)) = (seen.kind().resource(), seen.kind().id()) else {
        return false;
    };
    known(seen).iter().any(|have| have.resource == resource && have.id == id)
}

/// True when a request's body holds this text somewhere, without regard to case.
pub(super) fn mentions(exchange: &Exchange, wanted: &str) -> bool {
    fn holds(value: &Value, wanted: &str) -> bool {
        match value {
            Value::String(text) => text.to_lowercase() == wanted,
            Value::Array(items) => items.iter().any(|item| holds(item, wanted)),
            Value::Object(members) => members.values().any(|value| holds(value, wanted)),
            _ => false,
        }
    }
    exchange.request.body_json().is_some_and(|body| holds(body, &wanted.to_lowercase()))
}

/// True when the scenario wrote this text before into another resource of the type than the one with this id, so
/// that the target may hold that the text is taken.
pub(super) fn perhaps_taken(seen: &Seen<'_>, resource: Resource, own: Option<&str>, wanted: &str) -> bool {
    seen.before.iter().any(|exchange| {
        if !exchange.kind.writes() || exchange.kind.resource() != Some(resource) || !mentions(exchange, wanted) {
            return false;
        }
        let whose = match exchange.kind.id() {
            Some(id) => Some(id.to_owned()),
            None => exchange.success().and_then(|response| id(response.value()?)),
        };
        own.is_none() || whose.as_deref() != own
    })
}

/// The texts in a user's body that servers are known to keep unique: userName, externalId, e-mail addresses.
pub(super) fn unique_texts(body: &Value) -> Vec<&str> {
    let emails = member(body, "emails").and_then(Value::as_array).into_iter().flatten();
    let addresses = emails.filter_map(|email| text(email, "value"));
    ["userName", "externalId"].iter().filter_map(|name| text(body, name)).chain(addresses).collect()
}

/// The members that a group should have, by what was read and written last.
pub(super) fn believed_members(seen: &Seen<'_>, group: &str) -> Vec<String> {
    let mut members: Vec<String> = Vec::new();
    for exchange in seen.before {
        let Some(answer) = exchange.success() else {
            continue;
        };
        let body = exchange.request.body_json();
        match &exchange.kind {
            Kind::Create(Resource::Group) if answer.value().and_then(id).as_deref() == Some(group) => {
                members = body.map(values).unwrap_or_default();
            }
            Kind::Replace(Resource::Group, id) if id == group => members = body.map(values).unwrap_or_default(),
            Kind::Read(Resource::Group, id) if id == group => {
                if let Some(read) = answer.value().filter(|read| member(read, "members").is_some_and(Value::is_array)) {
                    members = values(read);
                }
            }
            Kind::Patch(Resource::Group, id, _) if id == group => {
                for operation in body.map(operations).unwrap_or_default() {
                    match operation {
                        Operation::Add(new) => members.extend(new),
                        Operation::Replace(new) => members = new,
                        Operation::Remove(gone) => members.retain(|have| *have != gone),
                        Operation::Rename(_) | Operation::Active | Operation::Password | Operation::Other => {}
                    }
                }
            }
            _ => {}
        }
    }
    members
}

/// One operation of a PATCH in the form that Okta sends (okta-client 8 and 13).
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operation {
    /// `active`.
    Active,
    /// `password`.
    Password,
    /// `displayName`, with the id that may stand beside it.
    Rename(Option<String>),
    /// Members are added.
    Add(Vec<String>),
    /// The members are replaced.
    Replace(Vec<String>),
    /// One member is removed.
    Remove(String),
    /// Any other form.
    Other,
}

/// The operations of a PATCH.
pub(super) fn operations(body: &Value) -> Vec<Operation> {
    body.get("Operations").and_then(Value::as_array).map(|all| all.iter().map(operation).collect()).unwrap_or_default()
}

fn operation(operation: &Value) -> Operation {
    let verb = operation.get("op").and_then(Value::as_str).unwrap_or("");
    let path = operation.get("path").and_then(Value::as_str);
    let value = operation.get("value");
    if let ("remove", Some(path), None) = (verb, path, value) {
        let quoted = path.strip_prefix("members[value eq ").and_then(|rest| rest.strip_suffix(']'));
        return match quoted.and_then(|quoted| serde_json::from_str(quoted).ok()) {
            Some(id) => Operation::Remove(id),
            None => Operation::Other,
        };
    }
    let list = value.and_then(Value::as_array);
    match (verb, path, value.and_then(Value::as_object), list) {
        ("add", Some("members"), _, Some(list)) => Operation::Add(list.iter().filter_map(member_value).collect()),
        ("replace", Some("members"), _, Some(list)) => {
            Operation::Replace(list.iter().filter_map(member_value).collect())
        }
        ("replace", None, Some(object), _) => {
            let names: Vec<&str> = object.keys().map(String::as_str).collect();
            match names.as_slice() {
                ["active"] if object["active"].is_boolean() => Operation::Active,
                ["password"] if object["password"].is_string() => Operation::Password,
                ["displayName"] | ["id", "displayName"] | ["displayName", "id"] => {
                    Operation::Rename(object.get("id").and_then(Value::as_str).map(str::to_owned))
                }
                _ => Operation::Other,
            }
        }
        _ => Operation::Other,
    }
}

/// The values of a group's members.
pub(super) fn values(group: &Value) -> Vec<String> {
    let members = member(group, "members").and_then(Value::as_array);
    members.map(|members| members.iter().filter_map(member_value).collect()).unwrap_or_default()
}

fn member_value(entry: &Value) -> Option<String> {
    match member(entry, "value")? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
