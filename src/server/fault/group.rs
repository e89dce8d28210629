//! Faults of groups as a whole.

use axum::http::{Method, header};
use serde_json::{Value, json};

use super::{Change, Fault, on_answer, on_change, on_request, spoil};
use crate::scim::{ScimError, urn};
use crate::server::call::{Answer, Kind};
use crate::server::store::members;

const AREA: &str = "group";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "groups-missing",
        summary: "There is no /Groups: 404 as plain text",
        area: AREA,
        source: "error-not-scim-body https://github.com/vouch-sh/vouch/issues/1412",
        hooks: on_request(|call, _| {
            let first = call.path.as_ref()?.first()?;
            (first == "Groups").then(|| Answer::text(404, "text/plain", "404 page not found\n"))
        }),
    },
    Fault {
        name: "group-create-500",
        summary: "Creating a group is answered 500",
        area: AREA,
        source: "group-create-500 https://github.com/Infisical/infisical/issues/6552",
        hooks: on_request(|call, _| {
            let error = ScimError::internal("the group could not be stored");
            call.is(&Method::POST, Kind::Group).then(|| error.into())
        }),
    },
    Fault {
        name: "empty-group-rejected",
        summary: "Creating a group without members is answered 400",
        area: AREA,
        source: "RFC 7643 4.2",
        hooks: on_request(|call, _| {
            let given = spoil::body_value(call, "members").and_then(Value::as_array);
            let empty = given.is_none_or(Vec::is_empty);
            let error = ScimError::invalid_value("a group needs members");
            (call.is(&Method::POST, Kind::Group) && empty).then(|| error.into())
        }),
    },
    Fault {
        name: "group-create-drops-members",
        summary: "Members sent with a new group are dropped",
        area: AREA,
        source: "put-group-stores-zero-members https://github.com/gravitational/teleport/issues/67372",
        hooks: on_change(|change| {
            if change.kind == Kind::Group && change.old.is_none() {
                drop_members(change);
            }
            Ok(())
        }),
    },
    Fault {
        name: "group-displayname-altered",
        summary: "A group's displayName is stored with a prefix",
        area: AREA,
        source: "group-displayname-altered https://github.com/wso2/product-is/issues/4651",
        hooks: on_change(|change| {
            let name = change.new["displayName"].as_str().unwrap_or_default();
            if change.kind == Kind::Group && !name.starts_with("PRIMARY/") {
                change.new["displayName"] = format!("PRIMARY/{name}").into();
            }
            Ok(())
        }),
    },
    Fault {
        name: "groups-list-omits-members",
        summary: "The list of groups leaves members out",
        area: AREA,
        source: "groups-list-omits-members https://github.com/graphql-hive/console/issues/8352",
        hooks: on_answer(|call, _, answer| {
            if call.lists(Kind::Group) {
                spoil::each_resource(answer, |group| {
                    group.shift_remove("members");
                });
            }
        }),
    },
    Fault {
        name: "group-patch-not-implemented",
        summary: "PATCH of a group is answered 501",
        area: AREA,
        source: "RFC 7644 3.5.2",
        hooks: on_request(|call, _| {
            let error = ScimError::not_implemented("PATCH is not supported");
            call.is(&Method::PATCH, Kind::Group).then(|| error.into())
        }),
    },
    Fault {
        name: "group-patch-id-in-value-rejected",
        summary: "A PATCH of a group that carries its unchanged id inside value is answered 400",
        area: AREA,
        source: "group-patch-id-in-value-rejected https://github.com/goauthentik/authentik/pull/23950",
        hooks: on_request(|call, _| {
            let patches = call.is(&Method::PATCH, Kind::Group);
            let error = ScimError::mutability("id can't be changed");
            (patches && spoil::patched(call, "id").is_some()).then(|| error.into())
        }),
    },
    Fault {
        name: "group-rename-wipes-members",
        summary: "A rename without path empties the group",
        area: AREA,
        source: "group-rename-wipes-members https://github.com/langwatch/langwatch/issues/7131",
        hooks: on_change(|change| {
            let renames = |operation: &Value| {
                let value = operation.get("value");
                let has = |name| value.is_some_and(|v| v.get(name).is_some());
                spoil::path(operation).is_none() && has("displayName") && !has("members")
            };
            if change.kind == Kind::Group && spoil::operations(change.call).any(renames) {
                drop_members(change);
            }
            Ok(())
        }),
    },
    Fault {
        name: "group-rename-ignored",
        summary: "A new displayName of a group is accepted and not stored",
        area: AREA,
        source: "RFC 7644 3.5.2.3",
        hooks: on_change(|change| {
            if let (Kind::Group, Some(old)) = (change.kind, change.old) {
                change.new["displayName"] = old["displayName"].clone();
            }
            Ok(())
        }),
    },
    Fault {
        name: "put-group-own-name-409",
        summary: "A PUT that repeats the group's own name is answered 409",
        area: AREA,
        source: "https://github.com/lightdash/lightdash/issues/15035",
        hooks: on_change(|change| match change.old {
            Some(old)
                if change.kind == Kind::Group
                    && change.call.method == Method::PUT
                    && old["displayName"] == change.new["displayName"] =>
            {
                Err(ScimError::uniqueness("a group of that name exists"))
            }
            _ => Ok(()),
        }),
    },
    Fault {
        name: "delete-group-deletes-users",
        summary: "Deleting a group deletes its members too",
        area: AREA,
        source: "RFC 7644 3.6",
        hooks: on_request(|call, store| {
            let (Kind::Group, Some(id)) = call.target()? else {
                return None;
            };
            if call.method == Method::DELETE {
                let group = store.get(Kind::Group, id)?.resource();
                members(&group).for_each(|member| {
                    store.delete(Kind::User, member);
                });
            }
            None
        }),
    },
    Fault {
        name: "delete-group-ignored",
        summary: "Deleting a group is answered 204 and the group stays",
        area: AREA,
        source: "RFC 7644 3.6",
        hooks: on_request(|call, store| {
            let (Kind::Group, Some(id)) = call.target()? else {
                return None;
            };
            let there = store.get(Kind::Group, id).is_some();
            (call.method == Method::DELETE && there).then(|| Answer::empty(204))
        }),
    },
    Fault {
        name: "read-group-405",
        summary: "Reading a group is answered 405",
        area: AREA,
        source: "RFC 7644 3.4.1",
        hooks: on_request(|call, _| {
            let (Kind::Group, Some(_)) = call.target()? else {
                return None;
            };
            let error = ScimError::method_not_allowed("groups can only be listed");
            (call.method == Method::GET).then(|| Answer::from(error).with(header::ALLOW, "PUT, PATCH, DELETE"))
        }),
    },
    Fault {
        name: "group-create-429",
        summary: "Creating a group is answered 429 without Retry-After",
        area: AREA,
        source: "RFC 6585 4",
        hooks: on_request(|call, _| {
            let answer = || Answer::json(429, json!({"schemas": [urn::ERROR], "status": "429", "detail": "too many"}));
            call.is(&Method::POST, Kind::Group).then(answer)
        }),
    },
];

fn drop_members(change: &mut Change<'_>) {
    if let Some(new) = change.new.as_object_mut() {
        new.shift_remove("members");
    }
}
