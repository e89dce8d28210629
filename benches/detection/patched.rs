//! A PATCH does something else than it says.

use serde_json::{Value, json};

use super::planted::{Defect, asks, body, each_operation, is, operations, tells};

const PATCHED: &str = "patched";

fn verb(operation: &Value) -> String {
    operation["op"].as_str().unwrap_or("").to_lowercase()
}

fn path(operation: &Value) -> String {
    operation["path"].as_str().unwrap_or("").to_owned()
}

fn turn(request: &mut scim_check::http::Request, from: &str, to: &str) {
    each_operation(request, |operation| {
        if verb(operation) == from {
            operation["op"] = json!(to);
        }
    });
}

pub const DEFECTS: &[Defect] = &[
    asks(PATCHED, "only-the-first-operation", |r| {
        if let Some(Value::Array(all)) = body(r).and_then(|members| members.get_mut("Operations")) {
            all.truncate(1);
        }
    }),
    asks(PATCHED, "only-the-last-operation", |r| {
        if let Some(Value::Array(all)) = body(r).and_then(|members| members.get_mut("Operations")) {
            let last = all.pop();
            all.clear();
            all.extend(last);
        }
    }),
    asks(PATCHED, "operations-backwards", |r| {
        if let Some(Value::Array(all)) = body(r).and_then(|members| members.get_mut("Operations")) {
            all.reverse();
        }
    }),
    asks(PATCHED, "add-as-replace", |r| turn(r, "add", "replace")),
    asks(PATCHED, "replace-as-add", |r| turn(r, "replace", "add")),
    asks(PATCHED, "removes-ignored", |r| operations(r, |operation| verb(operation) != "remove")),
    asks(PATCHED, "adds-ignored", |r| operations(r, |operation| verb(operation) != "add")),
    asks(PATCHED, "adds-to-users-ignored", |r| {
        if is(r, "PATCH", "Users") {
            operations(r, |operation| verb(operation) != "add");
        }
    }),
    asks(PATCHED, "removes-of-users-ignored", |r| {
        if is(r, "PATCH", "Users") {
            operations(r, |operation| verb(operation) != "remove");
        }
    }),
    asks(PATCHED, "value-paths-ignored", |r| operations(r, |operation| !path(operation).contains('['))),
    asks(PATCHED, "value-path-takes-all", |r| {
        // `emails[type eq "work"]` is taken for `emails`.
        each_operation(r, |operation| {
            let text = path(operation);
            if let Some((start, rest)) = text.split_once('[') {
                let end = rest.split_once(']').map_or("", |(_, end)| end);
                operation["path"] = json!(format!("{start}{end}"));
            }
        });
    }),
    asks(PATCHED, "member-removal-takes-all", |r| {
        each_operation(r, |operation| {
            if verb(operation) == "remove" && path(operation).starts_with("members[") {
                operation["path"] = json!("members");
            }
        });
    }),
    asks(PATCHED, "member-removal-by-value-ignored", |r| {
        operations(r, |operation| !(verb(operation) == "remove" && path(operation) == "members"));
    }),
    asks(PATCHED, "only-first-member-added", |r| {
        each_operation(r, |operation| {
            if path(operation) == "members"
                && let Some(Value::Array(all)) = operation.get_mut("value")
            {
                all.truncate(1);
            }
        });
    }),
    asks(PATCHED, "paths-of-extensions-ignored", |r| operations(r, |operation| !path(operation).starts_with("urn:"))),
    asks(PATCHED, "sub-attributes-ignored", |r| {
        operations(r, |operation| {
            let text = path(operation);
            text.starts_with("urn:") || !text.contains('.')
        });
    }),
    asks(PATCHED, "sub-attribute-replaces-the-whole", |r| {
        each_operation(r, |operation| {
            if let Some(("name", sub)) =
                path(operation).split_once('.').map(|(a, b)| (if a == "name" { "name" } else { "" }, b.to_owned()))
                && verb(operation) == "replace"
            {
                let value = operation["value"].take();
                let mut whole = serde_json::Map::new();
                whole.insert(sub, value);
                operation["path"] = json!("name");
                operation["value"] = Value::Object(whole);
                operation["op"] = json!("replace");
            }
        });
    }),
    asks(PATCHED, "pathless-takes-only-the-first", |r| {
        each_operation(r, |operation| {
            if operation.get("path").is_none()
                && let Some(members) = operation.get_mut("value").and_then(Value::as_object_mut)
            {
                let first = members.iter().next().map(|(name, value)| (name.clone(), value.clone()));
                members.clear();
                members.extend(first);
            }
        });
    }),
    asks(PATCHED, "pathless-ignored", |r| operations(r, |operation| operation.get("path").is_some())),
    asks(PATCHED, "replacing-with-an-empty-list-ignored", |r| {
        operations(r, |operation| operation["value"].as_array().is_none_or(|list| !list.is_empty()));
    }),
    asks(PATCHED, "a-patch-deactivates", |r| {
        if is(r, "PATCH", "Users")
            && let Some(Value::Array(all)) = body(r).and_then(|members| members.get_mut("Operations"))
            && !all.iter().any(|operation| operation.to_string().contains("active"))
        {
            all.push(json!({"op": "replace", "path": "active", "value": false}));
        }
    }),
    asks(PATCHED, "a-patch-takes-the-title", |r| {
        if is(r, "PATCH", "Users")
            && let Some(Value::Array(all)) = body(r).and_then(|members| members.get_mut("Operations"))
            && !all.iter().any(|operation| operation.to_string().contains("title"))
        {
            all.push(json!({"op": "remove", "path": "title"}));
        }
    }),
    asks(PATCHED, "deactivating-takes-the-phones", |r| {
        if is(r, "PATCH", "Users")
            && let Some(Value::Array(all)) = body(r).and_then(|members| members.get_mut("Operations"))
            && all.iter().any(|operation| operation.to_string().contains("\"active\":false"))
        {
            all.push(json!({"op": "remove", "path": "displayName"}));
        }
    }),
    asks(PATCHED, "renaming-a-group-empties-it", |r| {
        if is(r, "PATCH", "Groups")
            && let Some(Value::Array(all)) = body(r).and_then(|members| members.get_mut("Operations"))
            && all.iter().any(|operation| {
                operation.to_string().contains("displayName") && !operation.to_string().contains("members")
            })
        {
            all.push(json!({"op": "remove", "path": "members"}));
        }
    }),
    asks(PATCHED, "verbs-of-one-letter-case", |r| {
        each_operation(r, |operation| {
            if operation["op"].as_str().is_some_and(|op| op.chars().any(char::is_uppercase)) {
                operation["op"] = json!("nothing");
            }
        });
    }),
    tells(PATCHED, "failed-patch-answers-200", |r, a| {
        if r.method.as_str() == "PATCH" && a.status == 400 {
            (a.status, a.body) = (200, json!({}));
        }
    }),
    tells(PATCHED, "failed-patch-answers-204", |r, a| {
        if r.method.as_str() == "PATCH" && a.status == 400 {
            (a.status, a.body) = (204, Value::Null);
        }
    }),
    tells(PATCHED, "failed-patch-answers-500", |r, a| {
        if r.method.as_str() == "PATCH" && a.status == 400 {
            a.refuse(500);
        }
    }),
    tells(PATCHED, "failed-patch-without-scim-type", |r, a| {
        if r.method.as_str() == "PATCH" && a.status == 400 {
            a.refuse(400);
        }
    }),
];
