//! Reading and changing users and groups (RFC 7644 sections 3.3 to 3.6).

use std::collections::HashSet;

use axum::http::{Method, header};
use serde_json::Value;

use super::app::App;
use super::auth;
use super::call::{Answer, Call, Kind};
use super::fault::Change;
use super::password;
use super::precondition;
use super::projection::Projection;
use super::query::Query;
use super::store::{Entry, Store, now};
use super::{list as lists, me, view};
use crate::scim::{Leniency, ScimError, conform, patch as operations, value};

/// GET of the collection.
pub(super) fn list(call: &Call, kind: Kind, store: &Store) -> Result<Answer, ScimError> {
    lists::answer(call, &[kind], &Query::of_parameters(call)?, store)
}

/// GET of one resource.
pub(super) fn read(call: &Call, kind: Kind, id: &str, store: &Store) -> Result<Answer, ScimError> {
    if call.headers.contains_key(header::IF_NONE_MATCH) {
        let version = version(kind, id, store)?;
        if precondition::is_known(call, &version) {
            return Ok(Answer::empty(304).with(header::ETAG, version));
        }
    }
    show(200, call, kind, id, store)
}

/// POST to the collection.
pub(super) fn create(call: &Call, kind: Kind, store: &mut Store, app: &App) -> Result<Answer, ScimError> {
    let id = store.new_id();
    let (new, password) = representation(call, kind, &id, app.leniency)?;
    let new = settle(call, kind, None, new, store, app)?;
    let entry = Entry { by_client: true, password, ..Entry::new(&new, now()) };
    store.insert(kind, &id, entry, &new);
    let location = view::location(kind, &id, &call.base);
    Ok(show(201, call, kind, &id, store)?.with(header::LOCATION, location))
}

/// PUT. What the body leaves out is cleared, except `active`: nobody comes back to life by omission.
pub(super) fn replace(call: &Call, kind: Kind, id: &str, store: &mut Store, app: &App) -> Result<Answer, ScimError> {
    check_match(call, kind, id, store)?;
    let old = stored(kind, id, store)?;
    let (new, password) = representation(call, kind, id, app.leniency)?;
    let new = settle(call, kind, Some(&old), new, store, app)?;
    store.update(kind, id, &new, password);
    show(200, call, kind, id, store)
}

/// PATCH.
pub(super) fn patch(call: &Call, kind: Kind, id: &str, store: &mut Store, app: &App) -> Result<Answer, ScimError> {
    check_match(call, kind, id, store)?;
    auth::check_content_type(call)?;
    let leniency = app.leniency;
    let list = operations::parse(call.object()?, leniency)?;
    let old = stored(kind, id, store)?;
    let mut new = old.clone();
    operations::apply(&mut new, &list, kind.schema(), leniency)?;
    let password = take_password(&mut new)?;
    let new = settle(call, kind, Some(&old), new, store, app)?;
    store.update(kind, id, &new, password);
    show(200, call, kind, id, store)
}

/// DELETE.
pub(super) fn delete(call: &Call, kind: Kind, id: &str, store: &mut Store) -> Result<Answer, ScimError> {
    check_match(call, kind, id, store)?;
    if store.delete(kind, id) { Ok(Answer::empty(204)) } else { Err(missing(kind, id)) }
}

/// The resource that a POST or PUT asks for, and the hash of the password that came with it.
fn representation(
    call: &Call,
    kind: Kind,
    id: &str,
    leniency: Leniency,
) -> Result<(Value, Option<Box<str>>), ScimError> {
    auth::check_content_type(call)?;
    let body = call.object()?;
    let schema = kind.schema();
    if !value::announces(body, schema.core.urn) {
        return Err(ScimError::invalid_value(format!("schemas must contain {}", schema.core.urn)));
    }
    let mut new = conform(body, schema, leniency).map_err(|wrong| ScimError::invalid_value(wrong.to_string()))?;
    let password = take_password(&mut new)?;
    new["id"] = id.into();
    Ok((new, password))
}

/// A password is never stored, only its hash.
fn take_password(new: &mut Value) -> Result<Option<Box<str>>, ScimError> {
    let password = new.as_object_mut().and_then(|object| object.shift_remove("password"));
    match password {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(password::hash(&text))),
        Some(_) => Err(ScimError::invalid_value("password must not be empty")),
    }
}

/// Checks what a resource must be like before it is stored, and lets faults have their way with it.
fn settle(
    call: &Call,
    kind: Kind,
    old: Option<&Value>,
    mut new: Value,
    store: &mut Store,
    app: &App,
) -> Result<Value, ScimError> {
    me::guard(call, old, &mut new)?;
    let attribute = kind.name_attribute();
    let name = new.get(attribute).and_then(Value::as_str);
    if name.is_none_or(|n| n.trim().is_empty()) && !store.rules.nameless {
        let detail = format!("{attribute} is required and must not be empty");
        return Err(ScimError::invalid_value(detail));
    }
    if kind == Kind::User && new.get("active").is_none() {
        match old {
            None => new["active"] = true.into(),
            // Only a PATCH can take it away; who has it no more is not active.
            Some(old) if call.method == Method::PUT => {
                if let Some(kept) = old.get("active") {
                    new["active"] = kept.clone();
                }
            }
            Some(_) => {}
        }
    }
    settle_members(&mut new, store)?;
    for fault in &app.faults {
        if let Some(change) = fault.hooks.change {
            change(&mut Change { call, store, kind, old, new: &mut new })?;
        }
    }
    let own = new["id"].as_str();
    let name = new.get(attribute).and_then(Value::as_str);
    let same = |id: &str, name: &str| {
        !store.rules.case_counts || store.get(kind, id).is_some_and(|entry| entry.resource()[attribute] == name)
    };
    let taken = |n: &str| store.named(kind, n).into_iter().any(|id| Some(id) != own && same(id, n));
    let duplicates = store.rules.duplicates || call.notes.twice;
    if kind == Kind::User && !duplicates && name.is_some_and(taken) {
        return Err(ScimError::uniqueness("the userName is taken"));
    }
    Ok(new)
}

/// Members must exist. Of each entry the id and the name to show are kept; the rest follows from the id.
fn settle_members(new: &mut Value, store: &Store) -> Result<(), ScimError> {
    let Some(Value::Array(given)) = new.get("members").cloned() else {
        return Ok(());
    };
    let mut members: Vec<Value> = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    for mut member in given {
        let id = member["value"].as_str().unwrap_or_default().to_owned();
        let kind = view::kind_of(store, &id);
        if store.get(kind, &id).is_none() {
            let detail = format!("members: there is no user or group \"{id}\"");
            return Err(ScimError::invalid_value(detail));
        }
        let fits = |t: &str| t.eq_ignore_ascii_case(kind.schema().name);
        if member["type"].as_str().is_some_and(|t| !fits(t)) {
            let detail = format!("members: \"{id}\" is a {}", kind.schema().name);
            return Err(ScimError::invalid_value(detail));
        }
        if let Some(object) = member.as_object_mut() {
            object.retain(|name, _| name == "value" || name == "display");
        }
        if seen.insert(id) {
            members.push(member);
        }
    }
    new["members"] = Value::Array(members);
    Ok(())
}

fn stored(kind: Kind, id: &str, store: &Store) -> Result<Value, ScimError> {
    let entry = store.get(kind, id).ok_or_else(|| missing(kind, id))?;
    Ok(entry.resource())
}

fn missing(kind: Kind, id: &str) -> ScimError {
    ScimError::not_found(format!("there is no {} \"{id}\"", kind.schema().name))
}

fn check_match(call: &Call, kind: Kind, id: &str, store: &Store) -> Result<(), ScimError> {
    if precondition::is_conditional(call) {
        precondition::check_match(call, &version(kind, id, store)?)?;
    }
    Ok(())
}

fn version(kind: Kind, id: &str, store: &Store) -> Result<String, ScimError> {
    view::version(store, kind, id).ok_or_else(|| missing(kind, id))
}

fn show(status: u16, call: &Call, kind: Kind, id: &str, store: &Store) -> Result<Answer, ScimError> {
    let shown = view::of(store, kind, id, &call.base).ok_or_else(|| missing(kind, id))?;
    let version = shown["meta"]["version"].as_str().unwrap_or_default().to_owned();
    let shown = Projection::of(call).apply(shown, kind.schema());
    Ok(Answer::json(status, shown).with(header::ETAG, version))
}
