//! Faults of the paths of a PATCH, and of PATCH requests that should be refused.

use axum::http::Method;
use serde_json::{Value, json};

use super::operations::{is_op, keep};
use super::{Fault, Hooks, NONE, on_change, on_request, spoil};
use crate::scim::path::AttrPath;
use crate::scim::{ScimError, urn};
use crate::server::call::{Answer, Call, Kind};

const AREA: &str = "patch-path";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "value-path-refused",
        summary: "A path with a filter is answered 400",
        area: AREA,
        source: "patch-value-path-email-unsupported https://github.com/ssoready/ssoready/issues/228",
        hooks: on_request(|call, _| {
            let filtered = paths(call).any(|path| path.contains('['));
            (is_patch(call) && filtered).then(|| invalid_path("the path can't be read").into())
        }),
    },
    Fault {
        name: "value-path-changes-all",
        summary: "The filter in a path of a user is passed over: the operation changes every value",
        area: AREA,
        source: "RFC 7644 3.5.2.3",
        hooks: on_request(|call, _| {
            if is_patch(call) {
                for operation in spoil::operations_mut(call) {
                    let Some((list, rest)) = spoil::path(operation).and_then(|path| path.split_once('[')) else {
                        continue;
                    };
                    let sub = rest.rsplit_once(']').map_or("", |(_, sub)| sub).trim_start_matches('.');
                    let path = if sub.is_empty() { list.to_owned() } else { format!("{list}.{sub}") };
                    operation["path"] = path.into();
                }
            }
            None
        }),
    },
    Fault {
        name: "value-path-first-only",
        summary: "Of several values that fit the filter in a path the first is changed",
        area: AREA,
        source: "RFC 7644 3.5.2.3",
        hooks: on_change(|change| {
            let lists: Vec<String> =
                paths(change.call).filter_map(|path| Some(path.split_once('[')?.0.to_owned())).collect();
            for list in lists.iter().filter(|_| is_patch(change.call)) {
                let old = change.old.and_then(|old| old.get(list)?.as_array()).cloned().unwrap_or_default();
                let new = change.new.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
                let changed: Vec<usize> = (0..old.len()).filter(|at| !new.contains(&old[*at])).collect();
                if changed.len() > 1 {
                    let mut kept = old.clone();
                    let first = changed[0];
                    match new.iter().find(|element| element["value"] == old[first]["value"]) {
                        Some(element) => kept[first] = element.clone(),
                        None => drop(kept.remove(first)),
                    }
                    change.new[list.as_str()] = Value::Array(kept);
                }
            }
            Ok(())
        }),
    },
    Fault {
        name: "paths-with-case",
        summary: "A path that does not have the letter case of the schema is answered 400",
        area: AREA,
        source: "RFC 7644 3.10",
        hooks: on_request(|call, _| {
            let (kind, _) = call.target()?;
            let other = |text: &str| {
                let path: AttrPath = text.parse().ok()?;
                let known = kind.schema().canonical(&path)?;
                Some(known.attr != path.attr || known.sub != path.sub)
            };
            let odd = paths(call).any(|path| other(path) == Some(true));
            (is_patch(call) && odd).then(|| invalid_path("there is no such attribute").into())
        }),
    },
    Fault {
        name: "core-urn-refused",
        summary: "A path that begins with the URN of the core schema is answered 400",
        area: AREA,
        source: "RFC 7644 3.10",
        hooks: on_request(|call, _| refuse_schema(call, "core:")),
    },
    Fault {
        name: "enterprise-path-refused",
        summary: "A path that begins with the URN of the enterprise extension is answered 400",
        area: AREA,
        source: "patch-enterprise-urn-path https://github.com/SAP-archive/scimono/issues/44",
        hooks: on_request(|call, _| refuse_schema(call, "extension:")),
    },
    Fault {
        name: "enterprise-path-ignored",
        summary: "An operation on the enterprise extension is answered as done, and does nothing",
        area: AREA,
        source: "patch-enterprise-urn-path https://github.com/apache/directory-scimple/issues/946",
        hooks: on_request(|call, _| {
            keep(call, |operation| {
                !spoil::path(operation).is_some_and(|path| path.to_ascii_lowercase().contains(":extension:"))
            })
        }),
    },
    Fault {
        name: "flat-urn-keys-refused",
        summary: "A PATCH without a path whose value has an attribute by its full name is answered 400",
        area: AREA,
        source: "patch-flat-urn-key-in-value https://github.com/fleetdm/fleet/issues/41996",
        hooks: on_request(|call, _| {
            let full = |key: &String| key.starts_with("urn:") && !key.ends_with(":User");
            let keys = |operation: &Value| operation["value"].as_object().is_some_and(|value| value.keys().any(full));
            let refused = is_patch(call) && spoil::operations(call).any(keys);
            refused.then(|| ScimError::invalid_value("unknown attribute").into())
        }),
    },
    Fault {
        name: "dotted-keys-stored",
        summary: "name.givenName as a key of a value is stored as an attribute of that name",
        area: AREA,
        source: "patch-dotted-key-in-value https://github.com/limosa-io/laravel-scim-server/pull/88",
        hooks: Hooks {
            request: Some(|call, store| {
                let id = call.target()?.1?.to_owned();
                for operation in spoil::operations_mut(call) {
                    let Some(value) = operation.get_mut("value").and_then(Value::as_object_mut) else { continue };
                    if let Some((name, dotted)) = value.shift_remove_entry("name.givenName") {
                        store.memory.insert(format!("dotted:{id}"), json!({ name: dotted }));
                    }
                }
                None
            }),
            answer: Some(|_, store, answer| {
                spoil::each_user(answer, |user| {
                    let id = user.get("id").and_then(Value::as_str).unwrap_or_default();
                    if let Some(Value::Object(dotted)) = store.memory.get(&format!("dotted:{id}")) {
                        user.extend(dotted.clone());
                    }
                });
            }),
            ..NONE
        },
    },
    Fault {
        name: "unknown-path-ignored",
        summary: "An operation on an attribute that nobody knows is answered as done",
        area: AREA,
        source: "group-patch-unsupported-op-204 https://github.com/pydantic/logfire/pull/2356",
        hooks: on_request(|call, _| {
            let schema = call.target()?.0.schema();
            keep(call, |operation| match spoil::path(operation).map(str::parse::<AttrPath>) {
                Some(Ok(path)) => schema.find(&path).is_some(),
                Some(Err(_)) => false,
                None => true,
            })
        }),
    },
    Fault {
        name: "odd-path-500",
        summary: "A path that is no text, or can't be read, is answered 500",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_request(|call, _| {
            let odd = |path: &Value| path.as_str().is_none_or(|text| text.parse::<AttrPath>().is_err());
            let odd = spoil::operations(call).filter_map(|operation| operation.get("path")).any(odd);
            (is_patch(call) && odd).then(|| ScimError::internal("cannot read property of undefined").into())
        }),
    },
    Fault {
        name: "remove-no-path-accepted",
        summary: "remove without a path is answered 204",
        area: AREA,
        source: "patch-remove-no-path-accepted https://github.com/better-auth/better-auth/pull/10422",
        hooks: on_request(|call, _| {
            keep(call, |operation| !is_op(operation, "remove") || spoil::path(operation).is_some())
        }),
    },
    Fault {
        name: "remove-required-accepted",
        summary: "The userName can be removed",
        area: AREA,
        source: "RFC 7644 3.5.2.2",
        hooks: Hooks {
            store: Some(|rules| rules.nameless = true),
            request: Some(|call, store| {
                let id = call.target()?.1?.to_owned();
                let removes = spoil::operations(call).any(|operation| spoil::does(operation, "remove", "userName"));
                let mut user = store.get(Kind::User, &id)?.resource();
                if is_patch(call) && removes {
                    user.as_object_mut()?.shift_remove("userName");
                    store.update(Kind::User, &id, &user, None);
                    return Some(Answer::empty(204));
                }
                None
            }),
            ..NONE
        },
    },
    Fault {
        name: "patch-id-accepted",
        summary: "A PATCH of id is answered as done",
        area: AREA,
        source: "RFC 7644 3.5.2",
        hooks: on_request(|call, _| keep(call, |operation| spoil::path(operation) != Some("id"))),
    },
    Fault {
        name: "member-value-replaced",
        summary: "The value of a member can be replaced by that of another",
        area: AREA,
        source: "RFC 7643 7",
        hooks: on_request(|call, _| {
            let operation = spoil::operations(call).next()?;
            let (path, new) = (spoil::path(operation)?.to_owned(), operation.get("value")?.clone());
            let selected = path.strip_suffix("].value")?.to_owned() + "]";
            if path.starts_with("members[") {
                call.body.as_mut()?["Operations"] = json!([
                    {"op": "remove", "path": selected},
                    {"op": "add", "path": "members", "value": [{"value": new}]}
                ]);
            }
            None
        }),
    },
    Fault {
        name: "unknown-op-ignored",
        summary: "Operations that are no add, remove or replace are passed over, and the rest is carried out",
        area: AREA,
        source: "RFC 7644 3.5.2",
        hooks: on_request(|call, _| {
            let known = |operation: &Value| ["add", "remove", "replace"].iter().any(|op| is_op(operation, op));
            keep(call, known)
        }),
    },
    Fault {
        name: "patch-op-case-sensitive",
        summary: "An op in capitals is answered 400",
        area: AREA,
        source: "patch-op-case-sensitive https://github.com/zitadel/zitadel/pull/9282",
        hooks: on_request(|call, _| {
            let capital = |operation: &Value| operation["op"].as_str().is_some_and(|op| op != op.to_lowercase());
            let refused = call.method == Method::PATCH && spoil::operations(call).any(capital);
            refused.then(|| ScimError::invalid_syntax("unknown op").into())
        }),
    },
    Fault {
        name: "op-in-capitals-ignored",
        summary: "An op in capitals is answered 200, and nothing is done",
        area: AREA,
        source: "patch-op-case-sensitive https://github.com/BerriAI/litellm/pull/11335",
        hooks: Hooks {
            request: Some(|call, store| {
                let capital = |operation: &Value| operation["op"].as_str().is_some_and(|op| op != op.to_lowercase());
                let (kind, id) = call.target()?;
                let ignored = call.method == Method::PATCH && spoil::operations(call).any(capital);
                let shown = crate::server::view::of(store, kind, id?, &call.base)?;
                ignored.then(|| Answer::json(200, shown))
            }),
            ..NONE
        },
    },
    Fault {
        name: "patch-without-operations-200",
        summary: "A PATCH without operations or schemas is answered as done",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_request(|call, _| {
            let body = call.body.as_ref()?;
            let message = body["schemas"].to_string().contains(urn::PATCH_OP);
            let empty = body["Operations"].as_array().is_none_or(Vec::is_empty);
            (is_patch(call) && (empty || !message)).then(|| Answer::empty(204))
        }),
    },
];

fn is_patch(call: &Call) -> bool {
    call.is(&Method::PATCH, Kind::User)
}

fn paths(call: &Call) -> impl Iterator<Item = &str> {
    spoil::operations(call).filter_map(spoil::path)
}

/// Refuses paths whose schema is of a family.
fn refuse_schema(call: &Call, family: &str) -> Option<Answer> {
    let urn = format!("urn:ietf:params:scim:schemas:{family}");
    let refused = is_patch(call) && paths(call).any(|path| path.to_ascii_lowercase().starts_with(&urn));
    refused.then(|| invalid_path("the path can't be read").into())
}

fn invalid_path(detail: &str) -> ScimError {
    ScimError { status: 400, scim_type: Some(crate::scim::ScimType::InvalidPath), detail: detail.to_owned() }
}
