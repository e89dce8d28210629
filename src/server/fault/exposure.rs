//! Faults that show or give away what is nobody's business.

use axum::http::{Method, header};
use serde_json::{Value, json};

use super::{Fault, Hooks, NONE, on_answer, on_gate, on_request, spoil};
use crate::scim::ScimError;
use crate::server::auth::bearer;
use crate::server::call::{Answer, Kind};
use crate::server::view;

const AREA: &str = "security";
/// A token that no server gives out; the fault takes it for that of another tenant.
pub const OTHER_TENANT: &str = "token-of-another-tenant";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "cross-tenant-read-write",
        summary: "The token `token-of-another-tenant` reads and changes everything",
        area: AREA,
        source: "cross-tenant-read-write https://github.com/vouch-sh/vouch/pull/317",
        hooks: on_gate(|call| {
            call.trusted = call.header(header::AUTHORIZATION).and_then(bearer) == Some(OTHER_TENANT);
            None
        }),
    },
    Fault {
        name: "empty-password-500",
        summary: "A creation with an empty password is answered 500",
        area: AREA,
        source: "password-empty-misreported https://github.com/wso2/product-is/issues/4889",
        hooks: on_request(|call, _| {
            let empty = spoil::body_value(call, "password") == Some(&Value::from(""));
            let error = ScimError::internal("Ask Password Feature is disabled");
            (call.is(&Method::POST, Kind::User) && empty).then(|| error.into())
        }),
    },
    Fault {
        name: "filter-injection",
        summary: "An apostrophe in a filter ends the literal: OR '1'='1 finds everybody",
        area: AREA,
        source: "RFC 7644 7.7",
        hooks: on_request(|call, _| {
            let injected = call.parameter("filter").is_some_and(|filter| filter.contains("' OR '1'='1"));
            if injected {
                call.set_parameter("filter", None);
            }
            None
        }),
    },
    Fault {
        name: "error-shows-stack",
        summary: "Errors carry a stack trace",
        area: AREA,
        source: "RFC 7644 7",
        hooks: on_answer(|_, _, answer| {
            if answer.status >= 400
                && let Some(Value::Object(body)) = answer.json_mut()
            {
                body.insert("stack".into(), json!("Error: at handler (/app/node_modules/scim/index.js:17:4)"));
            }
        }),
    },
    Fault {
        name: "error-as-html",
        summary: "An id with markup is echoed in a page of HTML",
        area: AREA,
        source: "RFC 7644 7.7",
        hooks: on_answer(|call, _, answer| {
            let id = call.target().and_then(|(_, id)| id).unwrap_or_default();
            if answer.status == 404 && id.contains('<') {
                *answer = Answer::text(404, "text/html", format!("<h1>{id} was not found</h1>"));
            }
        }),
    },
    Fault {
        name: "server-tells-version",
        summary: "The Server header tells the version of the software",
        area: AREA,
        source: "RFC 9110 10.2.4",
        hooks: on_answer(|_, _, answer| answer.headers.push((header::SERVER, "scimd/1.4.2 OpenSSL/3.0.2".to_owned()))),
    },
    Fault {
        name: "me-404",
        summary: "There is no /Me, which is answered 404",
        area: "me",
        source: "RFC 7644 3.11",
        hooks: on_answer(|call, _, answer| {
            if call.path.as_ref().is_some_and(|path| path == &["Me"]) {
                *answer = ScimError::not_found("there is no such endpoint").into();
            }
        }),
    },
    Fault {
        name: "me-for-every-token",
        summary: "/Me answers everybody with the first user, without a Location",
        area: "me",
        source: "RFC 7644 3.11",
        hooks: Hooks {
            request: Some(|call, store| {
                let asked = call.method == Method::GET && call.path.as_ref().is_some_and(|path| path == &["Me"]);
                let id = store.ids(Kind::User).next()?.to_owned();
                let shown = view::of(store, Kind::User, &id, &call.base)?;
                asked.then(|| Answer::json(200, shown))
            }),
            ..NONE
        },
    },
];
