//! Faults in how failures are reported.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{Fault, on_answer};
use crate::scim::{ScimError, list_response};
use crate::server::call::{Answer, Body, Call};

const AREA: &str = "errors";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "error-not-scim-body",
        summary: "Errors are plain text",
        area: AREA,
        source: "error-not-scim-body https://github.com/vouch-sh/vouch/issues/1412",
        hooks: on_answer(|_, _, answer| {
            if error(answer).is_some() {
                answer.body = Body::Text(format!("error {}\n", answer.status));
                answer.media_type = "text/plain";
            }
        }),
    },
    Fault {
        name: "error-schema-missing",
        summary: "Error bodies have no schemas",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_answer(|_, _, answer| {
            if let Some(body) = error(answer) {
                body.shift_remove("schemas");
            }
        }),
    },
    Fault {
        name: "error-status-number",
        summary: "status in error bodies is a number",
        area: AREA,
        source: "error-status-number https://github.com/limosa-io/laravel-scim-server/issues/74",
        hooks: on_answer(|_, _, answer| {
            let status = answer.status;
            if let Some(body) = error(answer) {
                body.insert("status".into(), status.into());
            }
        }),
    },
    Fault {
        name: "error-detail-missing",
        summary: "Error bodies have no detail",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_answer(|_, _, answer| {
            if let Some(body) = error(answer) {
                body.shift_remove("detail");
            }
        }),
    },
    Fault {
        name: "error-nested",
        summary: "Error bodies are wrapped in another object",
        area: AREA,
        source: "error-nested https://github.com/simpleidserver/SimpleIdServer/issues/227",
        hooks: on_answer(|_, _, answer| {
            if let Some(body) = error(answer) {
                let inner = Value::Object(body.clone());
                answer.body = Body::Json(json!({"error": inner}));
            }
        }),
    },
    Fault {
        name: "error-status-missing",
        summary: "Error bodies have no status",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_answer(|_, _, answer| {
            if let Some(body) = error(answer) {
                body.shift_remove("status");
            }
        }),
    },
    Fault {
        name: "error-status-differs",
        summary: "Error bodies say 500, whatever the status of the answer",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_answer(|_, _, answer| {
            if let Some(body) = error(answer) {
                body.insert("status".into(), "500".into());
            }
        }),
    },
    Fault {
        name: "error-schemas-string",
        summary: "schemas in error bodies is a text, not a list",
        area: AREA,
        source: "error-schemas-string https://github.com/wso2/product-is/issues/3572",
        hooks: on_answer(|_, _, answer| {
            if let Some(body) = error(answer) {
                body.insert("schemas".into(), crate::scim::urn::ERROR.into());
            }
        }),
    },
    Fault {
        name: "error-scimtype-invalid",
        summary: "scimType in error bodies is the text \"null\"",
        area: AREA,
        source: "error-scimtype-invalid https://github.com/wso2/product-is/issues/7697",
        hooks: on_answer(|_, _, answer| {
            if let Some(body) = error(answer) {
                body.insert("scimType".into(), "null".into());
            }
        }),
    },
    Fault {
        name: "error-as-success",
        summary: "Errors are answered 200",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_answer(|_, _, answer| {
            if error(answer).is_some() {
                answer.status = 200;
            }
        }),
    },
    Fault {
        name: "error-shows-trace",
        summary: "detail of errors is a stack trace",
        area: AREA,
        source: "RFC 7643 9.2",
        hooks: on_answer(|_, _, answer| {
            if let Some(body) = error(answer) {
                let trace = "Traceback (most recent call last):\n  File \"/srv/app/scim/views.py\", line 118, in get";
                body.insert("detail".into(), trace.into());
            }
        }),
    },
    Fault {
        name: "get-unknown-id-500",
        summary: "Reading an id that nobody has is answered 500",
        area: "read",
        source: "get-unknown-id-500 https://github.com/wso2/product-is/issues/7300",
        hooks: on_answer(|call, _, answer| {
            if on_read(call) && answer.status == 404 {
                *answer = ScimError::internal("no row was found").into();
            }
        }),
    },
    Fault {
        name: "get-malformed-id-400",
        summary: "Reading an id that is no UUID is answered 400",
        area: "read",
        source: "get-malformed-id-400 https://github.com/vouch-sh/vouch/issues/1413",
        hooks: on_answer(|call, _, answer| {
            let uuid = call.target().and_then(|(_, id)| id).is_some_and(|id| uuid::Uuid::try_parse(id).is_ok());
            if on_read(call) && answer.status == 404 && !uuid {
                *answer = ScimError::bad_request("the id has another format").into();
            }
        }),
    },
    Fault {
        name: "unknown-id-empty-list",
        summary: "Reading an id that nobody has is answered 200 with an empty list",
        area: "read",
        source: "RFC 7644 3.4.1",
        hooks: on_answer(|call, _, answer| {
            if on_read(call) && answer.status == 404 {
                *answer = Answer::json(200, list_response(0, 1, Vec::new()));
            }
        }),
    },
    Fault {
        name: "unknown-endpoint-page",
        summary: "Whatever is no endpoint is answered 200 with a web page",
        area: AREA,
        source: "error-not-scim-body https://github.com/tuist/tuist/pull/11688",
        hooks: on_answer(|call, _, answer| {
            if call.target().is_none() && answer.status == 404 {
                *answer = Answer::text(200, "text/html", "<!DOCTYPE html><html><body>Welcome</body></html>");
            }
        }),
    },
];

/// True for a GET of one resource.
fn on_read(call: &Call) -> bool {
    call.method == Method::GET && matches!(call.target(), Some((_, Some(_))))
}

/// The body of an error.
fn error(answer: &mut Answer) -> Option<&mut Map<String, Value>> {
    if answer.status < 400 {
        return None;
    }
    answer.json_mut()?.as_object_mut()
}
