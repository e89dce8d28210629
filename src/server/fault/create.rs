//! Faults of creation.

use axum::http::{Method, header};
use serde_json::Value;

use super::{Fault, Hold, Hooks, NONE, on_answer, on_change, on_request, spoil};
use crate::scim::ScimError;
use crate::server::call::{Body, Kind};

const AREA: &str = "create";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "post-200-not-201",
        summary: "A creation is answered 200 rather than 201",
        area: AREA,
        source: "post-200-not-201 https://github.com/FusionAuth/fusionauth-issues/issues/1775",
        hooks: on_answer(|_, _, answer| {
            if answer.status == 201 {
                answer.status = 200;
            }
        }),
    },
    Fault {
        name: "create-empty-body",
        summary: "A creation is answered 201 without a body",
        area: AREA,
        source: "RFC 7644 3.3",
        hooks: on_answer(|_, _, answer| {
            if answer.status == 201 {
                answer.body = Body::Empty;
            }
        }),
    },
    Fault {
        name: "create-location-missing",
        summary: "A creation is answered without a Location header",
        area: AREA,
        source: "RFC 7644 3.3",
        hooks: on_answer(|_, _, answer| {
            if answer.status == 201 {
                answer.headers.retain(|(name, _)| name != header::LOCATION);
            }
        }),
    },
    Fault {
        name: "id-missing",
        summary: "The answer to a creation has no id",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_answer(|call, _, answer| {
            if call.method == Method::POST && call.target().is_some() {
                spoil::each_resource(answer, |resource| {
                    resource.shift_remove("id");
                });
            }
        }),
    },
    Fault {
        name: "post-duplicate-400",
        summary: "Creating a userName that is taken is answered 400 rather than 409",
        area: AREA,
        source: "post-duplicate-400 https://github.com/imulab/go-scim/issues/65",
        hooks: on_answer(|call, _, answer| {
            if call.method == Method::POST && answer.status == 409 {
                *answer = ScimError::invalid_value("the user exists").into();
            }
        }),
    },
    Fault {
        name: "post-duplicate-500",
        summary: "Creating a userName that is taken is answered 500",
        area: AREA,
        source: "post-duplicate-500 https://github.com/GluuFederation/oxTrust/issues/401",
        hooks: on_answer(|call, _, answer| {
            if call.method == Method::POST && answer.status == 409 {
                *answer = ScimError::internal("the database refused the row").into();
            }
        }),
    },
    Fault {
        name: "duplicate-accepted",
        summary: "A second user with the same userName is created",
        area: AREA,
        source: "RFC 7643 4.1.1",
        hooks: Hooks { store: Some(|rules| rules.duplicates = true), ..NONE },
    },
    Fault {
        name: "create-inactive",
        summary: "New users are inactive, whatever the request says",
        area: AREA,
        source: "create-active-omitted-inactive https://github.com/valon-technologies/gestalt/pull/3167",
        hooks: on_change(|change| {
            if change.kind == Kind::User && change.old.is_none() {
                change.new["active"] = false.into();
            }
            Ok(())
        }),
    },
    Fault {
        name: "username-from-email",
        summary: "A new user gets their address as userName, whatever the request says",
        area: AREA,
        source: "RFC 7643 4.1.1",
        hooks: on_request(|call, _| {
            if call.is(&Method::POST, Kind::User) {
                let address = call.body.as_ref().and_then(|body| body.pointer("/emails/0/value")).cloned();
                if let (Some(address), Some(body)) = (address, call.body.as_mut()) {
                    body["userName"] = address;
                }
            }
            None
        }),
    },
    Fault {
        name: "more-attributes-refused",
        summary: "A new user with attributes beyond names, address and locale is answered 400",
        area: AREA,
        source: "RFC 7643 4.1.1",
        hooks: on_request(|call, _| {
            const KNOWN: [&str; 10] = [
                "schemas",
                "userName",
                "name",
                "emails",
                "displayName",
                "locale",
                "externalId",
                "groups",
                "password",
                "active",
            ];
            let sent = call.body.as_ref().and_then(Value::as_object)?;
            let more = sent.keys().find(|name| !KNOWN.contains(&name.as_str()))?;
            let error = ScimError::invalid_value(format!("the attribute {more} is not known"));
            call.is(&Method::POST, Kind::User).then(|| error.into())
        }),
    },
    Fault {
        name: "password-placeholder-rejected",
        summary: "A new user's password must have a special character, which Okta's placeholder lacks",
        area: AREA,
        source: "password-placeholder-rejected https://github.com/zitadel/zitadel/issues/10009",
        hooks: on_request(|call, _| {
            if !call.is(&Method::POST, Kind::User) {
                return None;
            }
            let password = spoil::body_value(call, "password").and_then(Value::as_str)?;
            let weak = password.chars().all(char::is_alphanumeric);
            let error = ScimError::invalid_value("the password needs a special character");
            weak.then(|| error.into())
        }),
    },
    Fault {
        name: "concurrent-create-500",
        summary: "A creation of a user that arrives while another is under way is answered 500",
        area: AREA,
        source: "concurrent-create-500 https://github.com/gravitee-io/gravitee-access-management/pull/8290",
        hooks: Hooks {
            hold: Some(Hold { when: |call| call.is(&Method::POST, Kind::User), milliseconds: 50, alone: true }),
            ..NONE
        },
    },
];
