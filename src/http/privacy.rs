//! What of a body may be shown: people who are not ours appear by attribute names and counts, never by values.

use std::sync::LazyLock;

use regex_lite::{Captures, Regex};
use serde_json::{Map, Value, json};

/// Attributes in which a resource of ours carries the marker of its run.
const MARKED: [&str; 4] = ["userName", "displayName", "externalId", "nickName"];

/// True when a resource carries the marker of this run. Names of attributes have no case (RFC 7643 2.1).
pub fn is_ours(resource: &Value, marker: &str) -> bool {
    resource.as_object().is_some_and(|members| carries_marker(members, marker))
}

fn carries_marker(members: &Map<String, Value>, marker: &str) -> bool {
    let carries = |value: &Value| {
        value.as_str().is_some_and(|text| text.to_ascii_lowercase().contains(&marker.to_ascii_lowercase()))
    };
    members.iter().any(|(name, value)| {
        if name.eq_ignore_ascii_case("emails") {
            return value.as_array().is_some_and(|emails| emails.iter().any(|email| carries(&email["value"])));
        }
        MARKED.iter().any(|marked| marked.eq_ignore_ascii_case(name)) && carries(value)
    })
}

/// True for what is somebody, or looks like it, and does not carry the marker.
pub fn is_strange(object: &Map<String, Value>, marker: &str) -> bool {
    has(object, &TELLING) && !is_message(object) && !carries_marker(object, marker)
}

/// Attributes by which an object is known to be a person or a group.
const TELLING: [&str; 7] = ["id", "userName", "displayName", "externalId", "emails", "members", "name"];

/// A copy of a body in which every person and group without the marker is reduced to the names of its attributes.
pub fn without_strangers(body: &Value, marker: &str) -> Value {
    match body {
        // An array where a list answer is due holds resources all the same.
        Value::Array(items) => items.iter().map(|item| without_strangers(item, marker)).collect(),
        Value::Object(members) if has(members, &["Resources"]) => members
            .iter()
            .map(|(name, value)| match value {
                Value::Array(items) if name.eq_ignore_ascii_case("Resources") => {
                    (name.clone(), items.iter().map(|item| reduced(item, marker)).collect())
                }
                other => (name.clone(), without_strangers(other, marker)),
            })
            .collect(),
        Value::Object(members) if is_message(members) => body.clone(),
        Value::Object(members) if has(members, &TELLING) => reduced(body, marker),
        // An envelope of somebody's own making may hold people, too.
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), without_strangers(value, marker))).collect()
        }
        other => other.clone(),
    }
}

fn has(members: &Map<String, Value>, names: &[&str]) -> bool {
    members.keys().any(|key| names.iter().any(|name| name.eq_ignore_ascii_case(key)))
}

fn reduced(resource: &Value, marker: &str) -> Value {
    match resource {
        Value::Object(members) if !is_ours(resource, marker) => {
            let names: Vec<&str> = members.keys().map(String::as_str).collect();
            json!({ "[not ours]": names })
        }
        Value::Object(_) => without_strange_members(resource, marker),
        _ => json!("[not ours]"),
    }
}

/// Lets go of what is shown nowhere: the values of people and groups in a list that do not carry the marker.
pub fn forget_strangers(list: &mut Value, marker: &str) {
    let members = list.as_object_mut().into_iter().flatten();
    let resources = members.filter(|(name, _)| name.eq_ignore_ascii_case("Resources"));
    for resource in resources.filter_map(|(_, value)| value.as_array_mut()).flatten() {
        if !is_ours(resource, marker) {
            resource.as_object_mut().into_iter().flatten().for_each(|(_, value)| *value = Value::Null);
        }
    }
}

/// A group of ours may list somebody who is not: their `display` is not ours to show.
fn without_strange_members(resource: &Value, marker: &str) -> Value {
    let mut shown = resource.clone();
    let members =
        shown.as_object_mut().and_then(|own| own.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("members")));
    let entries = members.and_then(|(_, members)| members.as_array_mut());
    for entry in entries.into_iter().flatten() {
        let strange = entry["display"]
            .as_str()
            .is_some_and(|display| !display.to_ascii_lowercase().contains(&marker.to_ascii_lowercase()));
        if strange {
            entry["display"] = json!("[not ours]");
        }
    }
    shown
}

/// A text of the target's with every mail address in it that does not carry the marker left out.
pub fn without_addresses(text: &str, marker: &str) -> String {
    static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"[^\s"<>(),;:]+@[^\s"<>(),;:]+"#).ok());
    let Some(address) = ADDRESS.as_ref().filter(|_| text.contains('@')) else {
        return text.to_owned();
    };
    let ours = marker.to_ascii_lowercase();
    let shown = |found: &Captures<'_>| {
        if found[0].to_ascii_lowercase().contains(&ours) { found[0].to_owned() } else { "[not ours]".to_owned() }
    };
    address.replace_all(text, shown).into_owned()
}

/// Errors, patches and discovery documents are not people, whatever their members are called.
pub fn is_message(object: &Map<String, Value>) -> bool {
    let schemas = object.get("schemas").and_then(Value::as_array);
    let message = |urn: &str| {
        urn.contains(":api:messages:")
            || urn.ends_with(":ServiceProviderConfig")
            || urn.ends_with(":ResourceType")
            || urn.ends_with(":core:2.0:Schema")
    };
    schemas.is_some_and(|urns| urns.iter().filter_map(Value::as_str).any(message))
}

/// The passwords in a body: in a resource, in the operations of a PATCH, in the data of a bulk request.
pub fn passwords(body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(body, &mut found);
    found
}

fn collect(body: &Value, found: &mut Vec<String>) {
    match body {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if is_password(members, name) && !text.is_empty() => found.push(text.clone()),
                    other => collect(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// What a filter compares a password with: `password co "x"`, also where the filter is in a JSON text.
pub(super) fn compared_passwords(text: &str) -> Vec<String> {
    static FILTER: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?i)password\s+[a-z]{2}\s+\\?"((?:[^"\\]|\\[^"])*)"#).ok());
    let found = FILTER.as_ref().into_iter().flat_map(|filter| filter.captures_iter(text));
    found.filter_map(|found| found.get(1)).map(|operand| operand.as_str().to_owned()).collect()
}

/// True for the member of an object that holds a password: by its name, or by the path that stands beside it.
fn is_password(members: &Map<String, Value>, name: &str) -> bool {
    let of_path = || {
        let path = members.iter().find(|(name, _)| name.eq_ignore_ascii_case("path"));
        let path = path.and_then(|(_, path)| path.as_str()).map(str::to_ascii_lowercase);
        path.is_some_and(|path| path == "password" || path.ends_with(":password"))
    };
    name.eq_ignore_ascii_case("password") || (name.eq_ignore_ascii_case("value") && of_path())
}

/// A copy of a body in which no password can be read. Names of attributes have no case.
pub fn mask_passwords(body: &Value) -> Value {
    match body {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let value = if is_password(members, name) && !value.is_null() {
                    json!("[password]")
                } else {
                    mask_passwords(value)
                };
                (name.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(mask_passwords).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_lose_their_values_and_ours_keep_them() {
        let body = json!({"totalResults": 2, "Resources": [
            {"id": "1", "userName": "eve@corp.example"},
            {"id": "2", "userName": "SCIM-check-x1-ada@example.com"}]});
        let shown = without_strangers(&body, "scim-check-x1");
        assert_eq!(shown["Resources"][0], json!({"[not ours]": ["id", "userName"]}));
        assert_eq!(shown["Resources"][1]["id"], "2");
        let single = without_strangers(&body["Resources"][0], "scim-check-x1");
        assert!(!single.to_string().contains("eve"));
    }

    #[test]
    fn an_error_body_is_shown() {
        let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "detail": "no"});
        assert_eq!(without_strangers(&body, "m"), body);
    }

    #[test]
    fn addresses_and_members_that_are_not_ours_are_left_out() {
        let text = "taken by eve@corp.example, not \"scim-check-x1-o'x@example.com\"";
        assert_eq!(
            without_addresses(text, "scim-check-x1"),
            "taken by [not ours], not \"scim-check-x1-o'x@example.com\""
        );
        let group = json!({"displayName": "scim-check-x1-crew", "members": [{"value": "1", "display": "Eve"}]});
        assert!(!without_strangers(&group, "scim-check-x1").to_string().contains("Eve"));
    }

    #[test]
    fn passwords_are_masked_at_any_depth() {
        let body = json!({"Operations": [{"value": {"Password": "q7Zt2mKp"}}]});
        assert!(!mask_passwords(&body).to_string().contains("q7Zt"));
    }

    #[test]
    fn passwords_are_found_wherever_they_are_set() {
        let body = json!({"Operations": [
            {"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:password", "value": "a-1"},
            {"op": "add", "value": {"Password": "b-2", "userName": "x"}},
            {"op": "replace", "path": "title", "value": "c-3"},
            {"method": "POST", "path": "/Users", "data": {"password": "d-4"}}]});
        assert_eq!(passwords(&body), ["a-1", "b-2", "d-4"]);
        let masked = mask_passwords(&body).to_string();
        assert!(["a-1", "b-2", "d-4"].iter().all(|secret| !masked.contains(secret)) && masked.contains("c-3"));
    }
}
