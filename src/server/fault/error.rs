//! Faults in how failures are reported.

use serde_json::{Map, Value, json};

use super::{Fault, on_answer};
use crate::server::call::{Answer, Body};

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
];

/// The body of an error.
fn error(answer: &mut Answer) -> Option<&mut Map<String, Value>> {
    if answer.status < 400 {
        return None;
    }
    answer.json_mut()?.as_object_mut()
}
