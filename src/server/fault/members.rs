//! Faults of group membership.

use axum::http::Method;
use serde_json::Value;

use super::{Change, Fault, on_change, on_request, spoil};
use crate::scim::ScimError;
use crate::server::call::{Call, Kind};
use crate::server::store::members;

const AREA: &str = "group-members";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "members-add-duplicate",
        summary: "Adding a member who is there already lists the member twice",
        area: AREA,
        source: "members-add-duplicate https://github.com/AzureAD/SCIMReferenceCode/issues/10",
        hooks: on_change(|change| {
            let added: Vec<Value> = patches(change, "add")
                .filter_map(|o| o.get("value")?.as_array())
                .flatten()
                .filter(|entry| is_member(change.old, &entry["value"]))
                .cloned()
                .collect();
            push_members(change, added);
            Ok(())
        }),
    },
    Fault {
        name: "members-add-overwrites",
        summary: "Adding members replaces those who are there",
        area: AREA,
        source: "members-add-overwrites https://github.com/msaad00/agent-bom/pull/3540",
        hooks: on_request(|call, _| {
            turn(call, "add", "replace");
            None
        }),
    },
    Fault {
        name: "members-remove-valuepath-ignored",
        summary: "remove members[value eq ...] is answered 200 and removes nobody",
        area: AREA,
        source: "members-remove-valuepath-ignored https://github.com/goauthentik/authentik/issues/25686",
        hooks: on_change(|change| {
            let named = |entry: &&Value| {
                let id = entry["value"].as_str().unwrap_or_default();
                spoil::operations(change.call).any(|o| {
                    let path = spoil::path(o).unwrap_or_default();
                    path.starts_with("members[") && path.contains(id)
                })
            };
            let old = change.old.and_then(|o| o.get("members")?.as_array());
            let removed = old.into_iter().flatten().filter(named);
            let removed = removed.filter(|m| !is_member(Some(change.new), &m["value"]));
            let back = removed.cloned().collect();
            push_members(change, back);
            Ok(())
        }),
    },
    Fault {
        name: "members-replace-unsupported",
        summary: "Replacing the members of a group by PATCH is answered 400",
        area: AREA,
        source: "members-replace-unsupported https://github.com/Captain-P-Goldfish/scim-for-keycloak/issues/144",
        hooks: on_request(|call, _| {
            let replaces = spoil::operations(call).any(|o| spoil::does(o, "replace", "members"));
            let error = ScimError::invalid_value("Not Implemented");
            (call.method == Method::PATCH && replaces).then(|| error.into())
        }),
    },
    Fault {
        name: "members-replace-appends",
        summary: "Replacing the members of a group keeps the old ones too",
        area: AREA,
        source: "RFC 7644 3.5.2.3",
        hooks: on_request(|call, _| {
            turn(call, "replace", "add");
            None
        }),
    },
    Fault {
        name: "members-replace-empty-ignored",
        summary: "Replacing the members of a group by nobody changes nothing",
        area: AREA,
        source: "RFC 7644 3.5.2.3",
        hooks: on_change(|change| {
            let empties = |o: &Value| {
                let value = o.get("value").and_then(Value::as_array);
                value.is_some_and(Vec::is_empty)
            };
            let ignored = patches(change, "replace").any(empties);
            if ignored && let Some(old) = change.old.and_then(|o| o.get("members")) {
                change.new["members"] = old.clone();
            }
            Ok(())
        }),
    },
    Fault {
        name: "put-group-members-ignored",
        summary: "PUT of a group changes the name and not the members",
        area: AREA,
        source: "put-group-members-ignored https://github.com/Metatavu/keycloak-scim-server/issues/111",
        hooks: on_change(|change| {
            let Some(old) = change.old.filter(|_| change.kind == Kind::Group) else {
                return Ok(());
            };
            if change.call.method == Method::PUT
                && let Some(new) = change.new.as_object_mut()
            {
                new.shift_remove("members");
                if let Some(members) = old.get("members") {
                    new.insert("members".into(), members.clone());
                }
            }
            Ok(())
        }),
    },
];

/// The operations on the members of a group that do `op`.
fn patches<'a>(change: &Change<'a>, op: &'static str) -> impl Iterator<Item = &'a Value> + use<'a> {
    let group = change.kind == Kind::Group;
    spoil::operations(change.call).filter(move |o| group && spoil::does(o, op, "members"))
}

fn is_member(group: Option<&Value>, id: &Value) -> bool {
    group.is_some_and(|g| members(g).any(|m| id == m))
}

fn push_members(change: &mut Change<'_>, entries: Vec<Value>) {
    if entries.is_empty() {
        return;
    }
    let mut all = match change.new.get("members") {
        Some(Value::Array(members)) => members.clone(),
        _ => Vec::new(),
    };
    all.extend(entries);
    change.new["members"] = Value::Array(all);
}

/// Makes one operation on members of a group into another.
fn turn(call: &mut Call, from: &str, to: &str) {
    if !call.is(&Method::PATCH, Kind::Group) {
        return;
    }
    for operation in spoil::operations_mut(call) {
        if spoil::does(operation, from, "members") {
            operation["op"] = to.into();
        }
    }
}
