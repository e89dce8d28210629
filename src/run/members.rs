//! Who would become a member by a request: a group of ours with somebody else in it changes what that person may do.

use serde_json::{Map, Value};

/// The ids that the body of a request makes members, of a creation, a PUT, a PATCH or the operations of a bulk request.
pub(super) fn enrolled(body: &Value) -> Vec<&str> {
    let mut ids = Vec::new();
    walk(body, &mut ids);
    ids
}

fn walk<'a>(value: &'a Value, ids: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, ids)),
        Value::Object(members) => {
            if let Some(added) = patched(members) {
                collect(added, ids);
            }
            for (name, value) in members {
                if name.eq_ignore_ascii_case("members") { collect(value, ids) } else { walk(value, ids) }
            }
        }
        _ => {}
    }
}

/// The value of an operation of a PATCH on `members` that takes nobody away.
fn patched(operation: &Map<String, Value>) -> Option<&Value> {
    let text = |name: &str| operation.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?.1.as_str();
    let path = text("path")?.get(..7)?;
    let adds = path.eq_ignore_ascii_case("members") && !text("op")?.eq_ignore_ascii_case("remove");
    adds.then(|| operation.get("value")).flatten()
}

/// Ids, alone or as the `value` of a reference.
fn collect<'a>(value: &'a Value, ids: &mut Vec<&'a str>) {
    match value {
        Value::String(id) => ids.push(id),
        Value::Array(items) => items.iter().for_each(|item| collect(item, ids)),
        Value::Object(reference) => ids.extend(reference.get("value").and_then(Value::as_str)),
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
            (json!({"userName": "ada", "emails": [{"value": "8"}]}), vec![]),
        ] {
            assert_eq!(enrolled(&body), ids, "{body}");
        }
    }
}
