//! Small tools that several faults share.

use axum::http::Method;
use serde_json::{Map, Value};

use crate::scim::Filter;
use crate::scim::path::AttrPath;
use crate::server::call::{Answer, Call, Kind};
use crate::server::store::Store;
use crate::server::view;

/// Calls `change` for every user or group in a successful answer: for the one resource, or for each of a list.
pub(super) fn each_resource(answer: &mut Answer, mut change: impl FnMut(&mut Map<String, Value>)) {
    if answer.status >= 300 {
        return;
    }
    let Some(body) = answer.json_mut() else {
        return;
    };
    let is_list = body.get("Resources").is_some();
    let all = match body.get_mut("Resources") {
        Some(Value::Array(resources)) => resources.iter_mut().collect(),
        _ if is_list => Vec::new(),
        _ => vec![body],
    };
    for resource in all {
        if let Some(object) = resource.as_object_mut()
            && object.contains_key("id")
        {
            change(object);
        }
    }
}

/// As [`each_resource`], users only.
pub(super) fn each_user(answer: &mut Answer, mut change: impl FnMut(&mut Map<String, Value>)) {
    each_resource(answer, |resource| {
        if is_a(resource, Kind::User) {
            change(resource);
        }
    });
}

fn is_a(resource: &Map<String, Value>, kind: Kind) -> bool {
    let urns = resource.get("schemas").and_then(Value::as_array);
    urns.is_some_and(|urns| urns.iter().any(|u| u == kind.schema().core.urn))
}

/// The body of a list answer.
pub(super) fn list(answer: &mut Answer) -> Option<&mut Map<String, Value>> {
    let body = answer.json_mut()?.as_object_mut()?;
    body.contains_key("Resources").then_some(body)
}

/// The filter of the request, if there is one that can be read.
pub(super) fn filter(call: &Call) -> Option<Filter> {
    Filter::parse(&filter_text(call)?).ok()
}

/// True for a query by POST.
pub(super) fn search(call: &Call) -> bool {
    let ends = |path: &Vec<String>| path.last().is_some_and(|last| last == ".search");
    call.method == Method::POST && call.path.as_ref().is_some_and(ends)
}

/// The filter of a query as it was sent, in the URL or in the message of a POST.
pub(super) fn filter_text(call: &Call) -> Option<String> {
    if search(call) {
        body_value(call, "filter")?.as_str().map(str::to_owned)
    } else {
        call.parameter("filter").map(str::to_owned)
    }
}

/// Sets the filter of a query where it stands, or drops it.
pub(super) fn set_filter(call: &mut Call, filter: Option<String>) {
    let message = call.body.as_mut().and_then(Value::as_object_mut).filter(|message| message.contains_key("filter"));
    match (message, filter) {
        (Some(message), Some(filter)) => {
            message.insert("filter".to_owned(), filter.into());
        }
        (Some(message), None) => {
            message.shift_remove("filter");
        }
        (None, filter) => call.set_parameter("filter", filter),
    }
}

/// An attribute of the body, whatever its letter case.
pub(super) fn body_value<'a>(call: &'a Call, attr: &str) -> Option<&'a Value> {
    let body = call.body.as_ref()?;
    crate::scim::value::get(body, &AttrPath::of(attr)).first().copied()
}

/// Whether a PATCH sets an attribute of the resource itself, by path or without.
pub(super) fn patched<'a>(call: &'a Call, attr: &str) -> Option<&'a Value> {
    operations(call).find_map(|operation| match path(operation) {
        None => operation.get("value")?.get(attr),
        Some(path) if path.eq_ignore_ascii_case(attr) => operation.get("value"),
        Some(_) => None,
    })
}

/// The operations of a PATCH.
pub(super) fn operations(call: &Call) -> impl Iterator<Item = &Value> {
    let body = call.body.as_ref();
    let list = body.and_then(|b| b.get("Operations")?.as_array());
    list.into_iter().flatten()
}

/// The operations of a PATCH, to be rewritten.
pub(super) fn operations_mut(call: &mut Call) -> impl Iterator<Item = &mut Value> {
    let body = call.body.as_mut();
    let list = body.and_then(|b| b.get_mut("Operations")?.as_array_mut());
    list.into_iter().flatten()
}

/// True if an operation does `op` to `path` itself.
pub(super) fn does(operation: &Value, op: &str, wanted: &str) -> bool {
    let verb = operation.get("op").and_then(Value::as_str);
    verb.is_some_and(|v| v.eq_ignore_ascii_case(op)) && path(operation).is_some_and(|p| p.eq_ignore_ascii_case(wanted))
}

pub(super) fn path(operation: &Value) -> Option<&str> {
    operation.get("path").and_then(Value::as_str)
}

/// Gives the resource of the call another id and shows it under that.
pub(super) fn move_resource(call: &Call, store: &mut Store, answer: &mut Answer) {
    let Some((kind, Some(id))) = call.target() else {
        return;
    };
    let new_id = store.new_id();
    store.rename(kind, id, &new_id);
    if let (Some(shown), Some(body)) = (view::of(store, kind, &new_id, &call.base), answer.json_mut()) {
        *body = shown;
    }
}

/// The resource of the call as a client sees it now.
pub(super) fn current(call: &Call, store: &Store) -> Option<Value> {
    let (kind, id) = call.target()?;
    view::of(store, kind, id?, &call.base)
}
