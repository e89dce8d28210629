//! Faults of PUT.

use axum::http::Method;
use serde_json::Value;

use super::{Change, Fault, on_answer, on_change, on_request, spoil};
use crate::scim::ScimError;
use crate::scim::value::member;
use crate::server::call::{Answer, Kind};

const AREA: &str = "put";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "put-not-supported",
        summary: "PUT is answered 501",
        area: AREA,
        source: "put-not-supported https://github.com/vouch-sh/vouch/issues/1411",
        hooks: on_request(|call, _| {
            let error = ScimError::not_implemented("PUT is not supported");
            (call.method == Method::PUT).then(|| error.into())
        }),
    },
    Fault {
        name: "put-active-false-ignored",
        summary: "A PUT with active:false succeeds and leaves the user active",
        area: AREA,
        source: "put-active-false-ignored https://github.com/FusionAuth/fusionauth-issues/issues/1871",
        hooks: on_change(|change| {
            keep_active(change, false);
            Ok(())
        }),
    },
    Fault {
        name: "put-active-true-ignored",
        summary: "A PUT with active:true succeeds and leaves the user inactive",
        area: AREA,
        source: "RFC 7644 3.5.1",
        hooks: on_change(|change| {
            keep_active(change, true);
            Ok(())
        }),
    },
    Fault {
        name: "put-is-merge",
        summary: "PUT keeps the attributes that the body leaves out",
        area: AREA,
        source: "put-is-merge https://github.com/attevon-llc/OpenTranscribe/issues/582",
        hooks: on_change(|change| {
            let body = change.call.body.as_ref().and_then(Value::as_object);
            let (Some(body), Some(old), true) = (body, change.old, is_put(change)) else {
                return Ok(());
            };
            for (name, value) in old.as_object().into_iter().flatten() {
                if member(body, name).is_none() {
                    change.new[name] = value.clone();
                }
            }
            change.kind.schema().settle_schemas(change.new);
            Ok(())
        }),
    },
    Fault {
        name: "put-rejects-read-only",
        summary: "A PUT whose body carries id or meta is answered 400",
        area: AREA,
        source: "RFC 7644 3.5.1",
        hooks: on_request(|call, _| {
            let echoes = ["id", "meta"].iter().any(|name| spoil::body_value(call, name).is_some());
            let error = ScimError::mutability("id and meta can't be changed");
            (call.method == Method::PUT && echoes).then(|| error.into())
        }),
    },
    Fault {
        name: "put-roles-ignored",
        summary: "roles and entitlements in a PUT are ignored",
        area: AREA,
        source: "put-roles-ignored https://github.com/tuist/tuist/pull/13209",
        hooks: on_change(|change| {
            for name in ["roles", "entitlements"] {
                let old = change.old.and_then(|old| old.get(name)).cloned();
                match (old, change.new.as_object_mut(), change.call.method == Method::PUT) {
                    (Some(old), Some(new), true) => drop(new.insert(name.to_owned(), old)),
                    (None, Some(new), true) => drop(new.shift_remove(name)),
                    _ => {}
                }
            }
            Ok(())
        }),
    },
    Fault {
        name: "put-empty-list-ignored",
        summary: "An empty list in a PUT leaves the values that are there",
        area: AREA,
        source: "put-attribute-cannot-be-cleared https://github.com/GluuFederation/SCIM-Client/issues/29",
        hooks: on_change(|change| {
            let body = change.call.body.as_ref().and_then(Value::as_object);
            let (Some(body), Some(old), true) = (body, change.old, is_put(change)) else {
                return Ok(());
            };
            for (name, _) in body.iter().filter(|(_, value)| value.as_array().is_some_and(Vec::is_empty)) {
                if let Some(value) = old.get(name) {
                    change.new[name] = value.clone();
                }
            }
            Ok(())
        }),
    },
    Fault {
        name: "put-null-refused",
        summary: "A PUT with null for an attribute is answered 400",
        area: AREA,
        source: "put-attribute-cannot-be-cleared https://github.com/better-auth/better-auth/issues/10421",
        hooks: on_request(|call, _| {
            let body = call.body.as_ref().and_then(Value::as_object);
            let null = body.is_some_and(|body| body.values().any(Value::is_null));
            (call.method == Method::PUT && null).then(|| ScimError::invalid_value("null is no value").into())
        }),
    },
    Fault {
        name: "put-empty-text-refused",
        summary: "A PUT with an empty text for an attribute is answered 400",
        area: AREA,
        source: "put-attribute-cannot-be-cleared https://github.com/better-auth/better-auth/issues/10421",
        hooks: on_request(|call, _| {
            let body = call.body.as_ref().and_then(Value::as_object);
            let empty = body.is_some_and(|body| body.values().any(|value| value == ""));
            (call.method == Method::PUT && empty).then(|| ScimError::invalid_value("an empty text is no value").into())
        }),
    },
    Fault {
        name: "put-must-be-complete",
        summary: "A PUT that leaves out an attribute that is stored is answered 400",
        area: AREA,
        source: "RFC 7644 3.5.1",
        hooks: on_change(|change| match change.old.and_then(Value::as_object) {
            Some(old)
                if change.kind == Kind::User
                    && is_put(change)
                    && old.keys().any(|name| change.new.get(name).is_none()) =>
            {
                Err(ScimError::invalid_value("attributes are missing"))
            }
            _ => Ok(()),
        }),
    },
    Fault {
        name: "put-ignored",
        summary: "PUT is answered 200 and changes nothing",
        area: AREA,
        source: "RFC 7644 3.5.1",
        hooks: on_change(|change| {
            if let (Some(old), true) = (change.old, is_put(change)) {
                *change.new = old.clone();
            }
            Ok(())
        }),
    },
    Fault {
        name: "put-username-refused",
        summary: "A PUT that changes the userName is answered 400",
        area: AREA,
        source: "RFC 7643 4.1.1",
        hooks: on_change(|change| match change.old {
            Some(old) if change.kind == Kind::User && is_put(change) && old["userName"] != change.new["userName"] => {
                Err(ScimError::mutability("userName can't be changed"))
            }
            _ => Ok(()),
        }),
    },
    Fault {
        name: "user-groups-writable",
        summary: "groups in the PUT of a user is obeyed: memberships that it does not list are removed",
        area: AREA,
        source: "user-groups-writable https://github.com/jelhub/scimgateway/issues/96",
        hooks: on_change(|change| {
            obey_groups(change);
            Ok(())
        }),
    },
    Fault {
        name: "put-changes-id",
        summary: "After a PUT the user has another id",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_answer(|call, store, answer| {
            if call.is(&Method::PUT, Kind::User) && answer.status == 200 {
                spoil::move_resource(call, store, answer);
            }
        }),
    },
    Fault {
        name: "put-204",
        summary: "A PUT is answered 204 without a body",
        area: AREA,
        source: "RFC 7644 3.5.1",
        hooks: on_answer(|call, _, answer| {
            if call.method == Method::PUT && answer.status == 200 {
                *answer = Answer::empty(204);
            }
        }),
    },
];

fn is_put(change: &Change<'_>) -> bool {
    change.call.method == Method::PUT
}

/// Puts the old `active` back if a PUT sets it to `value`.
fn keep_active(change: &mut Change<'_>, value: bool) {
    if let Some(old) = change.old
        && change.kind == Kind::User
        && is_put(change)
        && change.new["active"] == value
    {
        change.new["active"] = old["active"].clone();
    }
}

fn obey_groups(change: &mut Change<'_>) {
    let listed = spoil::body_value(change.call, "groups").and_then(Value::as_array);
    let (Some(listed), Some(id), true) = (listed, change.new["id"].as_str(), is_put(change)) else {
        return;
    };
    let gone: Vec<String> = change
        .store
        .groups_of(id)
        .filter(|group| !listed.iter().any(|l| l["value"] == *group))
        .map(str::to_owned)
        .collect();
    for group in gone {
        let entry = change.store.get(Kind::Group, &group);
        let Some(mut resource) = entry.map(|e| e.resource()) else {
            continue;
        };
        if let Some(Value::Array(members)) = resource.get_mut("members") {
            members.retain(|m| m["value"] != id);
        }
        change.store.update(Kind::Group, &group, &resource, None);
    }
}
