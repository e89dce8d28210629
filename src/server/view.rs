//! Resources as clients see them: with `meta`, with the groups of a user and the particulars of members.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value, json};

use super::call::Kind;
use super::store::{self, Entry, Store};

/// The full representation of a resource.
pub(super) fn of(store: &Store, kind: Kind, id: &str, base: &str) -> Option<Value> {
    let entry = store.get(kind, id)?;
    let resource = entry.resource();
    let version = version_of(store, kind, id, entry, &resource);
    let Value::Object(mut stored) = resource else { return None };
    let mut out = Map::new();
    for first in ["schemas", "id"] {
        if let Some((name, value)) = stored.shift_remove_entry(first) {
            out.insert(name, value);
        }
    }
    for (name, value) in stored {
        let value = if name == "members" { members(store, &value, base) } else { value };
        out.insert(name, value);
    }
    if kind == Kind::User {
        let groups: Vec<Value> = store.groups_of(id).filter_map(|g| group_of(store, g, base)).collect();
        if !groups.is_empty() {
            out.insert("groups".to_owned(), Value::Array(groups));
        }
    }
    let location = location(kind, id, base);
    out.insert(
        "meta".to_owned(),
        json!({
            "resourceType": kind.schema().name,
            "created": entry.created.to_string(),
            "lastModified": entry.modified.to_string(),
            "location": location,
            "version": version,
        }),
    );
    Some(Value::Object(out))
}

/// The URI of a resource.
pub(super) fn location(kind: Kind, id: &str, base: &str) -> String {
    format!("{base}{}/{id}", kind.schema().endpoint)
}

/// The entity tag of a resource.
pub(super) fn version(store: &Store, kind: Kind, id: &str) -> Option<String> {
    let entry = store.get(kind, id)?;
    Some(version_of(store, kind, id, entry, &entry.resource()))
}

/// A hash of all that a client sees, so that it moves with memberships and with the names of others too; but not of
/// the URL under which the client sees it.
fn version_of(store: &Store, kind: Kind, id: &str, entry: &Entry, resource: &Value) -> String {
    let mut hasher = DefaultHasher::new();
    entry.json.hash(&mut hasher);
    entry.modified.as_millisecond().hash(&mut hasher);
    for member in store::members(resource) {
        store.get(kind_of(store, member), member).map(|entry| &entry.display).hash(&mut hasher);
    }
    if kind == Kind::User {
        for group in store.groups_of(id) {
            (group, store.get(Kind::Group, group).map(|entry| &entry.display)).hash(&mut hasher);
        }
    }
    format!("W/\"{:016x}\"", hasher.finish())
}

fn members(store: &Store, stored: &Value, base: &str) -> Value {
    let all = stored.as_array().into_iter().flatten();
    all.map(|member| {
        let id = member["value"].as_str().unwrap_or_default();
        let kind = kind_of(store, id);
        let display = match member.get("display") {
            Some(display) => display.clone(),
            None => display_name(store, kind, id),
        };
        json!({
            "value": id,
            "$ref": location(kind, id, base),
            "display": display,
            "type": kind.schema().name,
        })
    })
    .collect()
}

/// What kind of resource an id belongs to.
pub(super) fn kind_of(store: &Store, id: &str) -> Kind {
    match store.get(Kind::Group, id) {
        Some(_) => Kind::Group,
        None => Kind::User,
    }
}

fn display_name(store: &Store, kind: Kind, id: &str) -> Value {
    store.get(kind, id).and_then(|entry| entry.display.as_deref()).into()
}

fn group_of(store: &Store, id: &str, base: &str) -> Option<Value> {
    let group = store.get(Kind::Group, id)?;
    Some(json!({
        "value": id,
        "$ref": location(Kind::Group, id, base),
        "display": group.display,
        "type": "direct",
    }))
}
