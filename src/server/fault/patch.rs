//! Faults of PATCH on users, and of deactivation.

use axum::http::Method;
use serde_json::{Map, Value};

use super::{Fault, Hooks, NONE, on_answer, on_change, on_request, spoil};
use crate::scim::ScimError;
use crate::server::call::{Answer, Call, Kind};

const AREA: &str = "patch-user";
const DEACTIVATE: &str = "deactivate";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "patch-users-not-implemented",
        summary: "PATCH of a user is answered 501",
        area: DEACTIVATE,
        source: "patch-users-not-implemented https://github.com/unitycatalog/unitycatalog/issues/423",
        hooks: on_request(|call, _| {
            let error = ScimError::not_implemented("PATCH is not supported");
            is_patch(call).then(|| error.into())
        }),
    },
    Fault {
        name: "patch-users-500",
        summary: "PATCH of a user is answered 500",
        area: AREA,
        source: "patch-without-meta-500 https://github.com/wso2/product-is/issues/3860",
        hooks: on_request(|call, _| is_patch(call).then(|| ScimError::internal("the update failed").into())),
    },
    Fault {
        name: "patch-wants-user",
        summary: "PATCH of a user takes a whole user as its body: operations change nothing, and the answer is empty",
        area: AREA,
        source: "https://github.com/oktadeveloper/okta-scim-beta",
        hooks: on_request(|call, _| {
            let operations = call.body.as_ref().is_some_and(|body| body.get("Operations").is_some());
            (is_patch(call) && operations).then(|| Answer::empty(200))
        }),
    },
    Fault {
        name: "patch-active-noop-200",
        summary: "PATCH of active is answered 200 and changes nothing",
        area: DEACTIVATE,
        source: "patch-active-noop-200 https://github.com/NorthlandPositronics/Cogtrix/issues/122",
        hooks: on_change(|change| {
            if let (true, Some(old)) = (is_patch(change.call), change.old) {
                change.new["active"] = old["active"].clone();
            }
            Ok(())
        }),
    },
    Fault {
        name: "patch-pathless-replaces-whole-user",
        summary: "A replace without path wipes every attribute of the user that it does not name",
        area: DEACTIVATE,
        source: "patch-pathless-replaces-whole-user https://github.com/ssoready/ssoready/pull/206",
        hooks: on_change(|change| {
            let mut operations = spoil::operations(change.call);
            let pathless = operations.find(|o| spoil::path(o).is_none());
            let named = pathless.and_then(|o| o.get("value")?.as_object());
            if let (true, Some(named), Some(new)) = (is_patch(change.call), named, change.new.as_object_mut()) {
                // What the server needs to find the user again stays.
                let stays = ["schemas", "id", "userName", "active"];
                let keep = |name: &str| stays.contains(&name) || named.keys().any(|n| n.starts_with(name));
                new.retain(|name, _| keep(name));
                change.kind.schema().settle_schemas(change.new);
            }
            Ok(())
        }),
    },
    Fault {
        name: "patch-returns-stale",
        summary: "The answer to a PATCH of a user shows the state before it",
        area: AREA,
        source: "patch-returns-stale https://github.com/open-webui/open-webui/issues/30074",
        hooks: Hooks {
            request: Some(|call, store| {
                call.notes.before = spoil::current(call, store);
                None
            }),
            answer: Some(|call, _, answer| {
                if let (true, 200, Some(before)) = (is_patch(call), answer.status, &call.notes.before)
                    && let Some(body) = answer.json_mut()
                {
                    *body = before.clone();
                }
            }),
            ..NONE
        },
    },
    Fault {
        name: "group-patch-response-stale",
        summary: "The answer to a PATCH of a group shows the state before it",
        area: "group-members",
        source: "group-patch-response-stale https://github.com/wso2/product-is/issues/7475",
        hooks: Hooks {
            request: Some(|call, store| {
                call.notes.before = spoil::current(call, store);
                None
            }),
            answer: Some(|call, _, answer| {
                if let (true, 200, Some(before)) =
                    (call.is(&Method::PATCH, Kind::Group), answer.status, &call.notes.before)
                    && let Some(body) = answer.json_mut()
                {
                    *body = before.clone();
                }
            }),
            ..NONE
        },
    },
    Fault {
        name: "reactivate-patch-fails",
        summary: "A PATCH with active:true is answered 400",
        area: DEACTIVATE,
        source: "reactivate-patch-fails https://github.com/FusionAuth/fusionauth-issues/issues/3311",
        hooks: on_request(|call, _| {
            let on = is_patch(call) && spoil::patched(call, "active") == Some(&true.into());
            on.then(|| ScimError::invalid_value("the user can't be activated").into())
        }),
    },
    Fault {
        name: "reenabled-user-new-id",
        summary: "A user who is deactivated and activated again gets a new id",
        area: DEACTIVATE,
        source: "reenabled-user-new-id https://github.com/Budibase/budibase/issues/17628",
        hooks: Hooks {
            request: Some(|call, store| {
                call.notes.before = spoil::current(call, store);
                None
            }),
            answer: Some(|call, store, answer| {
                let before = call.notes.before.as_ref().and_then(Value::as_object);
                let now = spoil::current(call, store);
                let now = now.as_ref().and_then(Value::as_object);
                if is_active(before) == Some(false) && is_active(now) == Some(true) {
                    spoil::move_resource(call, store, answer);
                }
            }),
            ..NONE
        },
    },
    Fault {
        name: "deactivate-deletes",
        summary: "A user who is deactivated is deleted",
        area: DEACTIVATE,
        source: "deactivate-response-error-after-success https://github.com/harness/harness-core/pull/48592",
        hooks: on_answer(|call, store, _| {
            let writes = call.method == Method::PUT || call.method == Method::PATCH;
            let now = spoil::current(call, store);
            let inactive = is_active(now.as_ref().and_then(Value::as_object)) == Some(false);
            if let (true, true, Some((Kind::User, Some(id)))) = (writes, inactive, call.target()) {
                store.delete(Kind::User, id);
            }
        }),
    },
];

fn is_patch(call: &Call) -> bool {
    call.is(&Method::PATCH, Kind::User)
}

fn is_active(user: Option<&Map<String, Value>>) -> Option<bool> {
    user?.get("active")?.as_bool()
}
