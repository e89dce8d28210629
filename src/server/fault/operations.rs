//! Faults of what the operations of a PATCH do.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Fault, Hooks, NONE, on_answer, on_change, on_request, spoil};
use crate::scim::{ScimError, patch, urn};
use crate::server::call::{Answer, Call, Kind};
use crate::server::store::{Entry, Store};

const AREA: &str = "patch-user";
/// Attributes of a user that hold lists.
const LISTS: [&str; 4] = ["emails", "phoneNumbers", "roles", "addresses"];

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "patch-only-replace",
        summary: "Of a PATCH of a user only replace is carried out; add and remove are answered as done",
        area: AREA,
        source: "patch-unsupported-ops-silently-ignored https://github.com/open-webui/open-webui/issues/30074",
        hooks: on_request(|call, _| keep(call, |operation| is_op(operation, "replace"))),
    },
    Fault {
        name: "patch-remove-ignored",
        summary: "remove in a PATCH of a user is answered as done, and nothing is removed",
        area: AREA,
        source: "put-attribute-cannot-be-cleared https://github.com/GluuFederation/SCIM-Client/issues/29",
        hooks: on_request(|call, _| keep(call, |operation| !is_op(operation, "remove"))),
    },
    Fault {
        name: "patch-wipes-unmentioned",
        summary: "A PATCH of a user loses nickName, roles and telephone numbers that it does not mention",
        area: AREA,
        source: "patch-wipes-unmentioned https://github.com/pond/scimitar/issues/6",
        hooks: on_change(|change| {
            let text = change.call.body.as_ref().map(Value::to_string).unwrap_or_default();
            if let (true, Some(new)) = (is_patch(change.call), change.new.as_object_mut()) {
                new.retain(|name, _| {
                    !["nickName", "roles", "phoneNumbers"].contains(&name.as_str()) || text.contains(name)
                });
            }
            Ok(())
        }),
    },
    Fault {
        name: "patch-requires-username",
        summary: "A PATCH of a user that does not name userName is answered 400",
        area: AREA,
        source: "patch-requires-username https://github.com/wso2/product-is/issues/5645",
        hooks: on_request(|call, _| {
            let named = call.body.as_ref().is_some_and(|body| body.to_string().contains("userName"));
            (is_patch(call) && !named).then(|| ScimError::invalid_value("userName is required").into())
        }),
    },
    Fault {
        name: "patch-remove-without-value-500",
        summary: "remove without a value is answered 500",
        area: AREA,
        source: "patch-remove-without-value-500 https://github.com/simpleidserver/SimpleIdServer/issues/421",
        hooks: on_request(|call, _| {
            let bare = spoil::operations(call).any(|o| is_op(o, "remove") && o.get("value").is_none());
            (is_patch(call) && bare).then(|| ScimError::internal("Object reference not set").into())
        }),
    },
    Fault {
        name: "null-ignored",
        summary: "null and empty lists in a PUT or PATCH leave what is there",
        area: AREA,
        source: "put-attribute-cannot-be-cleared https://github.com/better-auth/better-auth/issues/10421",
        hooks: on_change(|change| {
            let nothing = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            let mut cleared: Vec<String> = Vec::new();
            for operation in spoil::operations(change.call) {
                match (spoil::path(operation), operation.get("value")) {
                    (Some(path), Some(value)) if nothing(value) => cleared.push(path.to_owned()),
                    _ => {}
                }
            }
            if let (&Method::PUT, Some(Value::Object(body))) = (&change.call.method, &change.call.body) {
                cleared.extend(body.iter().filter(|(_, value)| nothing(value)).map(|(name, _)| name.clone()));
            }
            for name in cleared.iter().filter(|name| *name != "members" && *name != "groups") {
                if let Some(old) = change.old.and_then(|old| old.get(name)) {
                    change.new[name.as_str()] = old.clone();
                }
            }
            Ok(())
        }),
    },
    Fault {
        name: "sub-attribute-replaces-whole",
        summary: "Writing a part of a name loses its other parts",
        area: AREA,
        source: "RFC 7644 3.5.2.3",
        hooks: on_change(|change| {
            let parts: Vec<String> = spoil::operations(change.call)
                .filter_map(|operation| match spoil::path(operation)? {
                    "name" => Some(operation.get("value")?.as_object()?.keys().cloned().collect::<Vec<_>>()),
                    path => Some(vec![path.strip_prefix("name.")?.to_owned()]),
                })
                .flatten()
                .collect();
            if let (false, Some(name)) = (parts.is_empty(), change.new.get_mut("name").and_then(Value::as_object_mut)) {
                name.retain(|part, _| parts.contains(part));
            }
            Ok(())
        }),
    },
    Fault {
        name: "patch-add-overwrites",
        summary: "add to a list of a user replaces the list",
        area: AREA,
        source: "RFC 7644 3.5.2.1",
        hooks: on_request(|call, _| {
            turn(call, "add", "replace");
            None
        }),
    },
    Fault {
        name: "patch-replace-appends",
        summary: "replace of a list of a user adds to it",
        area: AREA,
        source: "RFC 7644 3.5.2.3",
        hooks: on_request(|call, _| {
            turn(call, "replace", "add");
            None
        }),
    },
    Fault {
        name: "patch-add-duplicates",
        summary: "add of a value that is in a user's list stores it twice",
        area: AREA,
        source: "RFC 7644 3.5.2.1",
        hooks: on_change(|change| {
            let added = spoil::operations(change.call).filter(|operation| is_op(operation, "add"));
            for (list, value) in added.filter_map(|o| Some((spoil::path(o)?, o.get("value")?.as_array()?))) {
                let old = change.old.and_then(|old| old.get(list)?.as_array());
                let again = value.iter().filter(|new| old.is_some_and(|old| old.contains(new)));
                if let (true, Some(Value::Array(all))) = (LISTS.contains(&list), change.new.get_mut(list)) {
                    all.extend(again.cloned());
                }
            }
            Ok(())
        }),
    },
    Fault {
        name: "patch-pathless-lists-replaced",
        summary: "add without a path replaces the lists that its value names",
        area: AREA,
        source: "RFC 7644 3.5.2.1",
        hooks: on_request(|call, _| {
            for operation in spoil::operations_mut(call) {
                if is_op(operation, "add") && spoil::path(operation).is_none() {
                    operation["op"] = "replace".into();
                }
            }
            None
        }),
    },
    Fault {
        name: "patch-empty-200",
        summary: "A PATCH is answered 200 without a body",
        area: AREA,
        source: "RFC 7644 3.5.2",
        hooks: on_answer(|call, _, answer| {
            if call.method == Method::PATCH && answer.status == 200 {
                *answer = Answer::empty(200);
            }
        }),
    },
    Fault {
        name: "patch-answer-is-operations",
        summary: "A PATCH is answered 200 with what was sent",
        area: AREA,
        source: "patch-returns-stale https://github.com/wso2/product-is/issues/7475",
        hooks: on_answer(|call, _, answer| {
            if let (&Method::PATCH, 200, Some(sent)) = (&call.method, answer.status, &call.body) {
                *answer = Answer::json(200, sent.clone());
            }
        }),
    },
    Fault {
        name: "patch-attributes-204",
        summary: "A PATCH is answered 204, also where it asks for attributes",
        area: AREA,
        source: "patch-attributes-param-ignored https://github.com/better-auth/better-auth/issues/10421",
        hooks: on_answer(|call, _, answer| {
            if call.method == Method::PATCH && answer.status == 200 {
                *answer = Answer::empty(204);
            }
        }),
    },
    Fault {
        name: "patch-not-atomic",
        summary: "The operations before one that fails stay carried out",
        area: AREA,
        source: "RFC 7644 3.5.2",
        hooks: on_request(one_by_one),
    },
    Fault {
        name: "patch-order-reversed",
        summary: "The operations of a PATCH take effect from last to first",
        area: AREA,
        source: "RFC 7644 3.5.2",
        hooks: on_request(|call, _| {
            let operations = call.body.as_mut()?.get_mut("Operations")?.as_array_mut()?;
            operations.reverse();
            None
        }),
    },
    Fault {
        name: "patch-first-hundred-only",
        summary: "Of the operations of a PATCH the first hundred are carried out",
        area: AREA,
        source: "RFC 7644 3.5.2",
        hooks: on_request(|call, _| {
            call.body.as_mut()?.get_mut("Operations")?.as_array_mut()?.truncate(100);
            None
        }),
    },
    Fault {
        name: "primary-not-moved",
        summary: "A value that becomes primary leaves the others primary",
        area: AREA,
        source: "RFC 7644 3.5.2",
        hooks: on_change(|change| {
            for list in LISTS {
                let old = change.old.and_then(|old| old.get(list)?.as_array()).cloned().unwrap_or_default();
                let was = |value: &Value| old.iter().any(|old| old["primary"] == true && old["value"] == *value);
                for element in change.new.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                    if is_patch(change.call) && was(&element["value"]) {
                        element["primary"] = true.into();
                    }
                }
            }
            Ok(())
        }),
    },
    Fault {
        name: "last-value-stays",
        summary: "The last value of a list and the last member of a group can't be removed",
        area: AREA,
        source: "RFC 7644 3.5.2.2",
        hooks: on_change(|change| {
            for list in LISTS.into_iter().chain(["members"]) {
                let old = change.old.and_then(|old| old.get(list));
                let one = old.and_then(Value::as_array).is_some_and(|all| all.len() == 1);
                if let (&Method::PATCH, true, None, Some(old)) = (&change.call.method, one, change.new.get(list), old) {
                    change.new[list] = old.clone();
                }
                let emptied = change.new.get(list).and_then(Value::as_array).is_some_and(Vec::is_empty);
                if let (&Method::PATCH, true, true, Some(old)) = (&change.call.method, one, emptied, old) {
                    change.new[list] = old.clone();
                }
            }
            Ok(())
        }),
    },
    Fault {
        name: "patch-unknown-204",
        summary: "A PATCH of what does not exist is answered 204",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_answer(|call, _, answer| {
            if call.method == Method::PATCH && answer.status == 404 {
                *answer = Answer::empty(204);
            }
        }),
    },
    Fault {
        name: "patch-moves-no-date",
        summary: "meta.lastModified moves with PUT alone",
        area: "meta",
        source: "meta-lastmodified-stale https://github.com/wso2/product-is/issues/22244",
        hooks: Hooks {
            request: Some(|call, store| {
                call.notes.before = spoil::current(call, store);
                None
            }),
            answer: Some(|call, store, answer| {
                let id = call.target().and_then(|(_, id)| id).unwrap_or_default().to_owned();
                if let (&Method::PATCH, Some(before)) = (&call.method, &call.notes.before) {
                    let first = store.memory.get(&format!("date:{id}")).cloned();
                    let date = first.unwrap_or_else(|| before["meta"]["lastModified"].clone());
                    store.memory.insert(format!("date:{id}"), date);
                }
                spoil::each_resource(answer, |resource| {
                    let id = resource.get("id").and_then(Value::as_str).unwrap_or_default();
                    let date = store.memory.get(&format!("date:{id}")).cloned();
                    if let (Some(date), Some(meta)) = (date, resource.get_mut("meta")) {
                        meta["lastModified"] = date;
                    }
                });
            }),
            ..NONE
        },
    },
    Fault {
        name: "manager-remove-ignored",
        summary: "A manager can be set and not removed",
        area: AREA,
        source: "put-attribute-cannot-be-cleared https://github.com/GluuFederation/SCIM-Client/issues/29",
        hooks: on_change(|change| {
            let old = change.old.and_then(|old| old.get(urn::ENTERPRISE_USER)?.get("manager")).cloned();
            let gone = change.new.get(urn::ENTERPRISE_USER).is_none_or(|extension| extension.get("manager").is_none());
            if let (true, Some(manager), true) = (is_patch(change.call), old, gone) {
                change.new[urn::ENTERPRISE_USER]["manager"] = manager;
                change.kind.schema().settle_schemas(change.new);
            }
            Ok(())
        }),
    },
    Fault {
        name: "put-revives-old",
        summary: "A PUT fills what it leaves out with what the user was created with",
        area: "put",
        source: "put-is-merge https://github.com/msaad00/agent-bom/pull/3543",
        hooks: on_change(|change| {
            let id = change.new["id"].as_str().unwrap_or_default().to_owned();
            if change.old.is_none() {
                change.store.memory.insert(format!("first:{id}"), change.new.clone());
            }
            let first = change.store.memory.get(&format!("first:{id}")).and_then(Value::as_object);
            if let (&Method::PUT, Some(first), Some(new)) = (&change.call.method, first, change.new.as_object_mut()) {
                for (name, value) in first {
                    new.entry(name).or_insert_with(|| value.clone());
                }
            }
            Ok(())
        }),
    },
    Fault {
        name: "put-lists-merged",
        summary: "The lists in a PUT are added to those that are there",
        area: "put",
        source: "RFC 7644 3.5.1",
        hooks: on_change(|change| {
            for list in LISTS {
                let old = change.old.and_then(|old| old.get(list)?.as_array()).cloned().unwrap_or_default();
                if let (&Method::PUT, Some(Value::Array(new))) = (&change.call.method, change.new.get_mut(list)) {
                    let kept: Vec<Value> = old.into_iter().filter(|old| !new.contains(old)).collect();
                    new.extend(kept);
                }
            }
            Ok(())
        }),
    },
    Fault {
        name: "put-drops-external-id",
        summary: "A PUT loses the externalId, although it is in the body",
        area: "put",
        source: "RFC 7644 3.5.1",
        hooks: on_change(|change| {
            if let (&Method::PUT, Some(new)) = (&change.call.method, change.new.as_object_mut()) {
                new.shift_remove("externalId");
            }
            Ok(())
        }),
    },
    Fault {
        name: "put-group-404",
        summary: "The PUT of a group is carried out and answered 404",
        area: "put",
        source: "put-wrong-resource-refetched https://github.com/jelhub/scimgateway/issues/125",
        hooks: on_answer(|call, _, answer| {
            if call.is(&Method::PUT, Kind::Group) && answer.status == 200 {
                *answer = ScimError::not_found("user not found").into();
            }
        }),
    },
];

fn is_patch(call: &Call) -> bool {
    call.is(&Method::PATCH, Kind::User)
}

pub(super) fn is_op(operation: &Value, op: &str) -> bool {
    operation["op"].as_str().is_some_and(|have| have.eq_ignore_ascii_case(op))
}

/// Drops the operations of a PATCH of a user that do not fit; one without any left is answered as done.
pub(super) fn keep(call: &mut Call, fits: impl Fn(&Value) -> bool) -> Option<Answer> {
    if !is_patch(call) {
        return None;
    }
    let operations = call.body.as_mut()?.get_mut("Operations")?.as_array_mut()?;
    operations.retain(|operation| fits(operation));
    operations.is_empty().then(|| Answer::empty(204))
}

/// Makes one operation on a list of a user into another.
fn turn(call: &mut Call, from: &str, to: &str) {
    if is_patch(call) {
        for operation in spoil::operations_mut(call) {
            if spoil::path(operation).is_some_and(|path| LISTS.contains(&path)) && is_op(operation, from) {
                operation["op"] = to.into();
            }
        }
    }
}

/// Carries each operation out by itself, and keeps what was done when one fails.
fn one_by_one(call: &mut Call, store: &mut Store) -> Option<Answer> {
    let (kind, id) = call.target()?;
    let id = id?.to_owned();
    let operations = call.body.as_ref()?.get("Operations")?.as_array()?.clone();
    if call.method != Method::PATCH || operations.len() < 2 {
        return None;
    }
    for operation in operations {
        let body = json!({"schemas": [urn::PATCH_OP], "Operations": [operation]});
        let mut resource = store.get(kind, &id).map(Entry::resource)?;
        let parsed = patch::parse(body.as_object()?, Default::default());
        let applied = parsed.and_then(|list| patch::apply(&mut resource, &list, kind.schema(), Default::default()));
        match applied {
            Ok(()) => store.update(kind, &id, &resource, None),
            Err(error) => return Some(Answer::from(ScimError::from(error))),
        }
    }
    call.body.as_mut()?["Operations"] = json!([{"op": "add", "path": "schemas", "value": [kind.schema().core.urn]}]);
    None
}
