//! Who would become a member by a request: a group of ours with somebody else in it changes what that person may do.

use serde_json::{Map, Value};

/// The ids that the body of a request makes members, of a creation, a PUT, a PATCH or the operations of a bulk request.
pub(super) fn enrolled(body: &Value) -> Vec<String> {
    let mut ids = Vec::new();
    walk(body, &mut ids);
    ids
}

fn walk(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, ids)),
        Value::Object(members) => {
            if let Some(added) = patched(members) {
                collect(added, ids);
            }
            for (name, value) in members {
                if is_members(name) { collect(value, ids) } else { walk(value, ids) }
            }
        }
        _ => {}
    }
}

/// The value of an operation of a PATCH on `members` that takes nobody away.
fn patched(operation: &Map<String, Value>) -> Option<&Value> {
    let part = |name: &str| operation.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, part)| part);
    let adds = is_members(part("path")?.as_str()?) && !part("op")?.as_str()?.eq_ignore_ascii_case("remove");
    adds.then(|| part("value")).flatten()
}

/// True for `members` and what is in it, with or without the URN of its schema (RFC 7644 section 3.10).
fn is_members(path: &str) -> bool {
    let attribute = path.split('[').next().and_then(|path| path.rsplit(':').next()?.split('.').next());
    attribute.is_some_and(|name| name.trim().eq_ignore_ascii_case("members"))
}

/// Ids, alone or as the `value` of a reference.
fn collect(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::String(id) => ids.push(id.clone()),
        // A server may take a number for the text of it.
        Value::Number(id) => ids.push(id.to_string()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, ids)),
        Value::Object(reference) => {
            let values = reference.iter().filter(|(name, _)| name.eq_ignore_ascii_case("value"));
            values.for_each(|(_, value)| collect(value, ids));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_found_in_every_kind_of_request() {
        for (body, ids) in [
            (json!({"displayName": "crew", "members": [{"value": "1"}, {"value": "2"}]}), vec!["1", "2"]),
            (json!({"Operations": [{"op": "Add", "path": "Members", "value": [{"value": "3"}]}]}), vec!["3"]),
            (json!({"Operations": [{"op": "replace", "value": {"members": [{"value": "4"}]}}]}), vec!["4"]),
            (
                json!({"Operations": [{"op": "replace", "path": "members[value eq \"1\"].value", "value": "5"}]}),
                vec!["5"],
            ),
            (json!({"Operations": [{"op": "remove", "path": "members", "value": [{"value": "6"}]}]}), vec![]),
            (json!({"Operations": [{"method": "POST", "data": {"members": [{"value": "7"}]}}]}), vec!["7"]),
            (
                json!({"Operations": [{"OP": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:Group:members",
                                       "Value": [{"VALUE": "8"}, {"value": 9}]}]}),
                vec!["8", "9"],
            ),
            (json!({"urn:ietf:params:scim:schemas:core:2.0:Group:members": [{"value": "10"}]}), vec!["10"]),
            (json!({"userName": "ada", "emails": [{"value": "8"}]}), vec![]),
        ] {
            assert_eq!(enrolled(&body), ids, "{body}");
        }
    }
}
