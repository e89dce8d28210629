//! Reading and writing a resource by attribute path. Attribute names match in any letter case (RFC 7643 section 2.1).
//!
//! These functions check nothing; [`super::patch`] does.

use serde_json::{Map, Value};

use super::filter::{CompareOp, Filter};
use super::path::AttrPath;
use super::schema::Attribute;

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:";

/// The entry of that name, in any letter case, with the key as it is written.
pub fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<(&'a str, &'a Value)> {
    if let Some((key, value)) = object.get_key_value(name) {
        return Some((key, value));
    }
    object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(key, value)| (key.as_str(), value))
}

/// True if `schemas` of a message or resource names that URN, in any letter case.
pub fn announces(object: &Map<String, Value>, urn: &str) -> bool {
    let urns = member(object, "schemas").and_then(|(_, urns)| urns.as_array());
    urns.into_iter().flatten().any(|own| own.as_str().is_some_and(|own| own.eq_ignore_ascii_case(urn)))
}

/// The values at a path.
///
/// A path that ends at a list gives the list itself, as one value. A path with a filter gives the elements that satisfy
/// it; a path with a sub-attribute gives that part of each element. What is missing is left out. Filters compare text without
/// regard to letter case; [`get_typed`] goes by the schema.
pub fn get<'a>(resource: &'a Value, path: &AttrPath) -> Vec<&'a Value> {
    get_typed(resource, path, &[])
}

/// As [`get`]; `sub_attributes` are those of the path's attribute, and say how its filter compares.
pub fn get_typed<'a>(resource: &'a Value, path: &AttrPath, sub_attributes: &'static [Attribute]) -> Vec<&'a Value> {
    let Some(object) = base(resource, path) else {
        return Vec::new();
    };
    if path.attr.is_empty() {
        return vec![object];
    }
    let found = object.as_object().and_then(|o| member(o, &path.attr)).map(|(_, v)| v);
    let Some(found) = found else {
        return Vec::new();
    };
    if path.filter.is_none() && path.sub.is_none() {
        return vec![found];
    }
    let elements = match found {
        Value::Array(elements) => elements.as_slice(),
        single => std::slice::from_ref(single),
    };
    elements
        .iter()
        .filter(|e| selects(path, e, sub_attributes))
        .filter_map(|e| match &path.sub {
            Some(sub) => e.as_object().and_then(|o| member(o, sub)).map(|(_, v)| v),
            None => Some(e),
        })
        .collect()
}

/// Writes a value at a path and makes what is missing on the way.
///
/// `emails[type eq "work"].value` makes the element `{"type": "work", "value": ...}` if none satisfies the filter, from
/// the filter's `eq` terms. A path into an extension makes the object under the extension's URN and leaves `schemas`
/// alone.
pub fn set(resource: &mut Value, path: &AttrPath, value: Value) {
    let object = base_mut(resource, path);
    if path.attr.is_empty() {
        *object = value;
        return;
    }
    let slot = entry(as_object(object), &path.attr);
    match (&path.filter, &path.sub) {
        (None, None) => *slot = value,
        (None, Some(sub)) => match slot {
            Value::Array(elements) if !elements.is_empty() => {
                for element in elements {
                    *entry(as_object(element), sub) = value.clone();
                }
            }
            Value::Array(elements) => {
                let mut element = Value::Object(Map::new());
                *entry(as_object(&mut element), sub) = value;
                elements.push(element);
            }
            single => *entry(as_object(single), sub) = value,
        },
        (Some(filter), sub) => {
            let elements = as_array(slot);
            let before = elements.len();
            let mut hit = false;
            for element in elements.iter_mut().filter(|e| filter.matches_element(e, &[])) {
                hit = true;
                write_element(element, sub.as_deref(), value.clone());
            }
            if !hit {
                let mut element = Value::Object(described_by(filter));
                write_element(&mut element, sub.as_deref(), value);
                elements.insert(before, element);
            }
        }
    }
}

/// Removes what is at a path, and lists and extension objects that become empty by it. Says whether anything was there.
pub fn remove(resource: &mut Value, path: &AttrPath) -> bool {
    remove_typed(resource, path, &[])
}

/// As [`remove`]; `sub_attributes` are those of the path's attribute, and say how its filter compares.
pub fn remove_typed(resource: &mut Value, path: &AttrPath, sub_attributes: &'static [Attribute]) -> bool {
    if base(resource, path).is_none() {
        return false;
    }
    if path.attr.is_empty() {
        return drop_extension(resource, path);
    }
    let object = as_object(base_mut(resource, path));
    let Some(key) = member(object, &path.attr).map(|(key, _)| key.to_owned()) else {
        return false;
    };
    let removed = if path.filter.is_none() && path.sub.is_none() {
        object.shift_remove(&key).is_some()
    } else {
        object.get_mut(&key).is_some_and(|v| remove_in(v, path, sub_attributes))
    };
    let emptied = match object.get(&key) {
        Some(Value::Array(elements)) => elements.is_empty(),
        Some(Value::Object(parts)) => parts.is_empty(),
        _ => false,
    };
    if removed && emptied {
        object.shift_remove(&key);
    }
    if object.is_empty() {
        drop_extension(resource, path);
    }
    removed
}

fn remove_in(value: &mut Value, path: &AttrPath, sub_attributes: &'static [Attribute]) -> bool {
    match (value, &path.sub) {
        (Value::Array(elements), None) => {
            let before = elements.len();
            elements.retain(|e| !selects(path, e, sub_attributes));
            elements.len() < before
        }
        (Value::Array(elements), Some(sub)) => {
            let mut removed = false;
            for element in elements.iter_mut().filter(|e| selects(path, e, sub_attributes)) {
                removed |= remove_part(element, sub);
            }
            elements.retain(|e| e.as_object().is_none_or(|o| !o.is_empty()));
            removed
        }
        (single, Some(sub)) => remove_part(single, sub),
        _ => false,
    }
}

fn remove_part(element: &mut Value, sub: &str) -> bool {
    let Some(object) = element.as_object_mut() else {
        return false;
    };
    let Some(key) = member(object, sub).map(|(key, _)| key.to_owned()) else {
        return false;
    };
    object.shift_remove(&key).is_some()
}

fn drop_extension(resource: &mut Value, path: &AttrPath) -> bool {
    let (Some(urn), Some(object)) = (extension_urn(path), resource.as_object_mut()) else {
        return false;
    };
    let Some(key) = member(object, urn).map(|(key, _)| key.to_owned()) else {
        return false;
    };
    object.shift_remove(&key).is_some()
}

/// The URN of the object that holds the attribute; `None` if that is the resource itself.
fn extension_urn(path: &AttrPath) -> Option<&str> {
    let urn = path.urn.as_deref()?;
    let core = urn.get(..CORE.len()).is_some_and(|head| head.eq_ignore_ascii_case(CORE));
    (!core).then_some(urn)
}

fn base<'a>(resource: &'a Value, path: &AttrPath) -> Option<&'a Value> {
    match extension_urn(path) {
        Some(urn) => member(resource.as_object()?, urn).map(|(_, v)| v),
        None => Some(resource),
    }
}

fn base_mut<'a>(resource: &'a mut Value, path: &AttrPath) -> &'a mut Value {
    match extension_urn(path) {
        Some(urn) => entry(as_object(resource), urn),
        None => resource,
    }
}

/// True if the path has no filter, or if its filter holds for this element.
fn selects(path: &AttrPath, element: &Value, sub_attributes: &'static [Attribute]) -> bool {
    path.filter.as_ref().is_none_or(|f| f.matches_element(element, sub_attributes))
}

fn write_element(element: &mut Value, sub: Option<&str>, value: Value) {
    match (sub, value) {
        (Some(sub), value) => *entry(as_object(element), sub) = value,
        (None, Value::Object(parts)) => {
            let object = as_object(element);
            for (name, part) in parts {
                *entry(object, &name) = part;
            }
        }
        (None, other) => *element = other,
    }
}

/// The element that a filter describes: the values of its `eq` terms.
pub fn described_by(filter: &Filter) -> Map<String, Value> {
    let mut out = Map::new();
    let terms = match filter {
        Filter::And(operands) => operands.as_slice(),
        single => std::slice::from_ref(single),
    };
    for term in terms {
        if let Filter::Compare { path, op: CompareOp::Equal, value } = term {
            out.insert(path.attr.clone(), value.clone());
        }
    }
    out
}

/// The value as an object; what else it was is lost.
fn as_object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value {
        Value::Object(object) => object,
        _ => unreachable!("made an object just above"),
    }
}

/// The value as a list; a single value becomes the only element.
fn as_array(value: &mut Value) -> &mut Vec<Value> {
    if !value.is_array() {
        let elements = match value.take() {
            Value::Null => Vec::new(),
            single => vec![single],
        };
        *value = Value::Array(elements);
    }
    match value {
        Value::Array(elements) => elements,
        _ => unreachable!("made a list just above"),
    }
}

fn entry<'a>(object: &'a mut Map<String, Value>, name: &str) -> &'a mut Value {
    let key = match member(object, name) {
        Some((key, _)) => key.to_owned(),
        None => name.to_owned(),
    };
    object.entry(key).or_insert(Value::Null)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::urn::ENTERPRISE_USER;

    fn path(text: &str) -> AttrPath {
        text.parse().unwrap()
    }

    #[test]
    fn get_follows_every_kind_of_path() {
        let user = json!({
            "userName": "ada",
            "name": {"givenName": "Ada"},
            "emails": [{"type": "work", "value": "w"}, {"type": "home", "value": "h"}],
            ENTERPRISE_USER: {"department": "R"}
        });
        assert_eq!(get(&user, &path("USERNAME")), [&json!("ada")]);
        assert_eq!(get(&user, &path("name.givenname")), [&json!("Ada")]);
        assert_eq!(get(&user, &path("emails.value")), [&json!("w"), &json!("h")]);
        assert_eq!(get(&user, &path("emails[type eq \"HOME\"].value")), [&json!("h")]);
        assert_eq!(get(&user, &path(&format!("{ENTERPRISE_USER}:department"))), [&json!("R")]);
        assert_eq!(get(&user, &path("emails")), [&user["emails"]]);
        assert!(get(&user, &path("emails[type eq \"x\"]")).is_empty());
        assert!(get(&json!("text"), &path("userName")).is_empty());
    }

    #[test]
    fn set_makes_what_is_missing() {
        let mut user = json!({});
        set(&mut user, &path("name.givenName"), json!("Ada"));
        set(&mut user, &path("emails[type eq \"work\"].value"), json!("w"));
        set(&mut user, &path("emails[type eq \"work\"].value"), json!("w2"));
        set(&mut user, &path("EMAILS[type eq \"home\"].value"), json!("h"));
        set(&mut user, &path(&format!("{ENTERPRISE_USER}:department")), json!("R"));
        assert_eq!(
            user,
            json!({
                "name": {"givenName": "Ada"},
                "emails": [{"type": "work", "value": "w2"}, {"type": "home", "value": "h"}],
                ENTERPRISE_USER: {"department": "R"}
            })
        );
    }

    #[test]
    fn remove_leaves_no_empty_shells() {
        let mut user = json!({
            "emails": [{"type": "work", "value": "w"}],
            "name": {"givenName": "Ada"},
            ENTERPRISE_USER: {"department": "R"}
        });
        assert!(remove(&mut user, &path("emails[type eq \"work\"]")));
        assert!(!remove(&mut user, &path("emails[type eq \"work\"]")));
        assert!(remove(&mut user, &path("name.givenName")));
        assert!(remove(&mut user, &path(&format!("{ENTERPRISE_USER}:department"))));
        assert_eq!(user, json!({}));
    }
}
