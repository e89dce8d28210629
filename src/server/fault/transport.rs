//! Faults of media types and of HTTP itself. Those that spoil whole answers come last.

use axum::http::header;

use super::{Fault, Hold, Hooks, NONE, on_answer, on_gate, on_request};
use crate::scim::ScimError;
use crate::server::call::{Answer, Body, Call};

const HEADERS: &str = "headers";
const AREA: &str = "transport";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "scim-json-rejected",
        summary: "Bodies sent as application/scim+json are answered 415",
        area: HEADERS,
        source: "scim-json-rejected https://github.com/medplum/medplum/pull/4143",
        hooks: on_request(|call, _| {
            let refused = call.has_body && mentions_scim(call, header::CONTENT_TYPE);
            let error = ScimError::unsupported_media_type("send application/json");
            refused.then(|| error.into())
        }),
    },
    Fault {
        name: "accept-refused",
        summary: "Accept: application/scim+json is answered 406",
        area: HEADERS,
        source: "unlisted-accept https://github.com/pingidentity/scim2/pull/55",
        hooks: on_request(|call, _| {
            let refused = mentions_scim(call, header::ACCEPT);
            refused.then(|| ScimError::not_acceptable("ask for application/json").into())
        }),
    },
    Fault {
        name: "media-type-text-plain",
        summary: "JSON is labelled text/plain",
        area: HEADERS,
        source: "RFC 7644 3.1",
        hooks: on_answer(|_, _, answer| {
            if matches!(answer.body, Body::Json(_)) {
                answer.media_type = "text/plain";
            }
        }),
    },
    Fault {
        name: "any-path-served",
        summary: "Whatever stands before /Users and /Groups, they are served",
        area: AREA,
        source: "RFC 9110 15.5.5",
        hooks: on_request(|call, _| {
            let path = call.path.as_mut()?;
            let at = path.iter().position(|part| part == "Users" || part == "Groups")?;
            path.drain(..at);
            None
        }),
    },
    Fault {
        name: "slow-answers",
        summary: "Every answer takes 300 ms",
        area: AREA,
        source: "large-group-get-timeout https://github.com/wso2/product-is/issues/9201",
        hooks: Hooks { hold: Some(Hold { when: |_| true, milliseconds: 300, alone: false }), ..NONE },
    },
    Fault {
        name: "not-json-body",
        summary: "Every answer is 200 with JSON that breaks off in the middle",
        area: AREA,
        source: "RFC 7644 3.1",
        hooks: on_answer(|_, _, answer| {
            if let Body::Json(body) = &answer.body {
                let text = body.to_string();
                let half = text.chars().take(text.chars().count() / 2).collect();
                answer.body = Body::Text(half);
                answer.status = 200;
            }
        }),
    },
    Fault {
        name: "html-answers",
        summary: "Every answer is 200 with a web page",
        area: AREA,
        source: "error-not-scim-body https://github.com/vouch-sh/vouch/issues/1412",
        hooks: on_answer(|_, _, answer| {
            let page = "<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>\n";
            *answer = Answer::text(200, "text/html", page);
        }),
    },
    Fault {
        name: "redirect-everything",
        summary: "Every request is answered 301 to another path",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_gate(|call| {
            let path = call.path.as_deref().unwrap_or_default().join("/");
            let target = format!("{}/{path}", call.base.replace("/scim/", "/api/scim/"));
            Some(Answer::empty(301).with(header::LOCATION, target))
        }),
    },
];

fn mentions_scim(call: &Call, name: header::HeaderName) -> bool {
    call.header(name).is_some_and(|value| value.to_ascii_lowercase().contains("application/scim+json"))
}
