//! Faults of groups and memberships beyond those of [`super::members`].

use axum::http::Method;
use serde_json::{Value, json};

use super::operations::is_op;
use super::{Fault, Hooks, NONE, on_answer, on_change, on_request, spoil};
use crate::scim::ScimError;
use crate::server::call::{Answer, Call, Kind};
use crate::server::store::{Entry, Store};

const AREA: &str = "group-members";
/// Most members that the fault which caps them keeps.
const CAP: usize = 100;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "members-unknown-500",
        summary: "A member whom there is not ends in a 500 that shows the database",
        area: AREA,
        source: "members-unknown-id-500 https://github.com/fleetdm/fleet/issues/52593",
        hooks: on_answer(|call, _, answer| {
            let about = answer.json_mut().is_some_and(|body| body["detail"].to_string().contains("members:"));
            if matches!(call.target(), Some((Kind::Group, _))) && answer.status == 400 && about {
                let detail = "insert or update on table \"group_members\" violates foreign key constraint";
                *answer = ScimError::internal(detail).into();
            }
        }),
    },
    Fault {
        name: "nested-group-500",
        summary: "Reading a group that has a group as a member is answered 500",
        area: AREA,
        source: "RFC 7643 4.2",
        hooks: on_answer(|call, _, answer| {
            let nested = answer.json_mut().is_some_and(|body| {
                body["members"].as_array().is_some_and(|members| members.iter().any(|member| member["type"] == "Group"))
            });
            if call.method == Method::GET && nested {
                *answer = ScimError::internal("maximum recursion depth exceeded").into();
            }
        }),
    },
    Fault {
        name: "members-need-display",
        summary: "A member who is added by value alone is answered 400",
        area: AREA,
        source: "members-needs-display https://github.com/wso2/product-is/issues/16451",
        hooks: on_request(|call, _| {
            let adds = |o: &&Value| is_op(o, "add") && o["value"].is_array();
            let mut values = spoil::operations(call).filter(adds).filter_map(|o| o["value"].as_array()).flatten();
            let bare = values.any(|member| member.get("display").is_none());
            let error = ScimError::invalid_value("display is required");
            (call.is(&Method::PATCH, Kind::Group) && bare).then(|| error.into())
        }),
    },
    Fault {
        name: "members-remove-removes-all",
        summary: "remove members[value eq ...] empties the group",
        area: AREA,
        source: "members-remove-valuearray-wipes https://github.com/simpleidserver/SimpleIdServer/issues/244",
        hooks: on_request(|call, _| {
            for operation in spoil::operations_mut(call) {
                if is_op(operation, "remove") && spoil::path(operation).is_some_and(|path| path.starts_with("members["))
                {
                    operation["path"] = "members".into();
                }
            }
            None
        }),
    },
    Fault {
        name: "members-remove-by-value-wipes",
        summary: "remove of members with a value empties the group",
        area: AREA,
        source: "members-remove-valuearray-wipes https://github.com/apache/directory-scimple/issues/436",
        hooks: on_request(|call, _| {
            for operation in spoil::operations_mut(call) {
                if spoil::does(operation, "remove", "members")
                    && let Some(object) = operation.as_object_mut()
                {
                    object.shift_remove("value");
                }
            }
            None
        }),
    },
    Fault {
        name: "members-replace-bad-wipes",
        summary: "A PATCH of members with somebody whom there is not is refused, and the group is empty",
        area: AREA,
        source: "members-replace-bad-wipes https://github.com/Metatavu/keycloak-scim-server/issues/107",
        hooks: on_answer(|call, store, answer| {
            let Some((Kind::Group, Some(id))) = call.target() else { return };
            let Some(mut group) = store.get(Kind::Group, id).map(Entry::resource) else { return };
            if call.method == Method::PATCH && answer.status == 400 {
                group["members"] = json!([]);
                store.update(Kind::Group, id, &group, None);
            }
        }),
    },
    Fault {
        name: "members-cap-100",
        summary: "Of a group's members the first hundred are kept",
        area: AREA,
        source: "members-cap-100-lost https://github.com/FusionAuth/fusionauth-issues/issues/2784",
        hooks: on_change(|change| {
            if let Some(Value::Array(members)) = change.new.get_mut("members") {
                members.truncate(CAP);
            }
            Ok(())
        }),
    },
    Fault {
        name: "user-groups-stale",
        summary: "groups of a user keeps every group that the user was ever seen in",
        area: AREA,
        source: "delete-group-user-still-lists-it https://github.com/simpleidserver/SimpleIdServer/issues/698",
        hooks: on_answer(|call, store, answer| {
            let in_body = |name: &str| call.body.as_ref().is_some_and(|body| body.get(name).is_some());
            if ["attributes", "excludedAttributes"].iter().any(|name| call.parameter(name).is_some() || in_body(name)) {
                return;
            }
            spoil::each_user(answer, |user| {
                let key = format!("groups:{}", user.get("id").and_then(Value::as_str).unwrap_or_default());
                let shown = user.get("groups").and_then(Value::as_array).cloned().unwrap_or_default();
                let mut all = store.memory.get(&key).and_then(Value::as_array).cloned().unwrap_or_default();
                let fresh: Vec<Value> =
                    shown.into_iter().filter(|group| !all.iter().any(|have| have["value"] == group["value"])).collect();
                all.extend(fresh);
                if !all.is_empty() {
                    user.insert("groups".into(), Value::Array(all.clone()));
                    store.memory.insert(key, Value::Array(all));
                }
            });
        }),
    },
    Fault {
        name: "deleted-member-breaks-group",
        summary: "Reading a group whose member was deleted is answered 500",
        area: "delete",
        source: "RFC 7644 3.6",
        hooks: Hooks {
            request: Some(|call, store| {
                if let (&Method::DELETE, Some((Kind::User, Some(id)))) = (&call.method, call.target()) {
                    let groups: Vec<String> = store.groups_of(id).map(|group| format!("broken:{group}")).collect();
                    store.memory.extend(groups.into_iter().map(|group| (group, Value::Null)));
                }
                None
            }),
            answer: Some(|call, store, answer| {
                let broken = match call.target() {
                    Some((Kind::Group, Some(id))) => store.memory.contains_key(&format!("broken:{id}")),
                    _ => false,
                };
                if call.method == Method::GET && broken {
                    *answer = ScimError::internal("a member does not exist").into();
                }
            }),
            ..NONE
        },
    },
    Fault {
        name: "deleted-still-readable",
        summary: "Who was deleted can be read as before",
        area: "delete",
        source: "deleted-user-listed https://github.com/wireapp/wire-server/pull/548",
        hooks: Hooks {
            request: Some(remember_deleted),
            answer: Some(|call, store, answer| {
                if let (&Method::GET, Some((Kind::User, Some(id))), 404) = (&call.method, call.target(), answer.status)
                    && let Some(user) = deleted(store).find(|user| user["id"] == *id)
                {
                    *answer = Answer::json(200, user);
                }
            }),
            ..NONE
        },
    },
    Fault {
        name: "deleted-user-listed",
        summary: "Who was deleted is still in lists and found by filters",
        area: "delete",
        source: "deleted-user-listed https://github.com/wireapp/wire-server/pull/548",
        hooks: Hooks {
            request: Some(remember_deleted),
            answer: Some(|call, store, answer| {
                let wanted = call.parameter("filter").map(str::to_lowercase);
                let fits = |user: &Value| {
                    let name = user["userName"].as_str().unwrap_or_default().to_lowercase();
                    wanted.as_ref().is_none_or(|filter| filter.contains(&name))
                };
                if let (true, Some(list)) = (call.lists(Kind::User), spoil::list(answer)) {
                    let found: Vec<Value> = deleted(store).filter(fits).collect();
                    let number = |name: &str| call.parameter(name).and_then(|text| text.parse::<usize>().ok());
                    let before = number("startIndex").unwrap_or(1).saturating_sub(1);
                    let total = list.get("totalResults").and_then(Value::as_u64).unwrap_or_default() as usize;
                    list.insert("totalResults".into(), (total + found.len()).into());
                    if let Some(Value::Array(resources)) = list.get_mut("Resources") {
                        // They come behind everybody else.
                        let room = number("count").unwrap_or(usize::MAX).saturating_sub(resources.len());
                        let room = if before + resources.len() < total { 0 } else { room };
                        resources.extend(found.into_iter().skip(before.saturating_sub(total)).take(room));
                        let shown = resources.len();
                        list.insert("itemsPerPage".into(), shown.into());
                    }
                }
            }),
            ..NONE
        },
    },
    Fault {
        name: "recreate-after-delete-conflict",
        summary: "The userName of somebody who was deleted stays taken",
        area: "delete",
        source: "recreate-after-delete-conflict https://github.com/Unleash/unleash/pull/9190",
        hooks: on_request(|call, store| {
            remember_deleted(call, store);
            let name = spoil::body_value(call, "userName").and_then(Value::as_str)?.to_lowercase();
            let same = |user: Value| user["userName"].as_str().is_some_and(|have| have.to_lowercase() == name);
            let taken = call.is(&Method::POST, Kind::User) && deleted(store).any(same);
            taken.then(|| ScimError::uniqueness("the userName is taken").into())
        }),
    },
];

/// Keeps what a deletion takes away.
fn remember_deleted(call: &mut Call, store: &mut Store) -> Option<Answer> {
    let gone = call.is(&Method::DELETE, Kind::User).then(|| spoil::current(call, store)).flatten();
    if let Some(user) = gone {
        store.memory.entry("deleted".to_owned()).or_insert_with(|| json!([])).as_array_mut()?.push(user);
    }
    None
}

fn deleted(store: &Store) -> impl Iterator<Item = Value> {
    let all = store.memory.get("deleted").and_then(Value::as_array).cloned().unwrap_or_default();
    all.into_iter()
}
