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
        name: "application-json-rejected",
        summary: "Bodies sent as application/json are answered 415",
        area: HEADERS,
        source: "application-json-rejected https://github.com/indigo-iam/iam/issues/1285",
        hooks: on_request(|call, _| {
            let plain = call
                .header(header::CONTENT_TYPE)
                .is_some_and(|value| value.to_ascii_lowercase().starts_with("application/json"));
            (call.has_body && plain).then(|| ScimError::unsupported_media_type("send application/scim+json").into())
        }),
    },
    Fault {
        name: "content-type-charset-rejected",
        summary: "A Content-Type with a charset is answered 415",
        area: HEADERS,
        source: "scim-json-rejected https://github.com/medplum/medplum/pull/4143",
        hooks: on_request(|call, _| {
            let charset = call.header(header::CONTENT_TYPE).is_some_and(|value| value.contains(';'));
            (call.has_body && charset).then(|| ScimError::unsupported_media_type("send no charset").into())
        }),
    },
    Fault {
        name: "unlisted-accept",
        summary: "An Accept header with */* or with weights is answered 406",
        area: HEADERS,
        source: "unlisted-accept https://github.com/pingidentity/scim2/pull/55",
        hooks: on_request(|call, _| {
            let odd = call.header(header::ACCEPT).is_some_and(|value| value.contains("*/*") || value.contains(";q="));
            odd.then(|| ScimError::not_acceptable("ask for application/scim+json").into())
        }),
    },
    Fault {
        name: "accept-json-refused",
        summary: "Accept: application/json alone is answered 406",
        area: HEADERS,
        source: "RFC 7644 3.8",
        hooks: on_request(|call, _| {
            let plain = call.header(header::ACCEPT) == Some("application/json");
            plain.then(|| ScimError::not_acceptable("ask for application/scim+json").into())
        }),
    },
    Fault {
        name: "control-characters-500",
        summary: "A text with a control character is answered 500",
        area: HEADERS,
        source: "RFC 7644 3.12",
        hooks: on_request(|call, _| {
            let holds = call.body.as_ref().is_some_and(|body| body.to_string().contains("\\u0000"));
            holds.then(|| ScimError::internal("invalid byte sequence for encoding UTF8: 0x00").into())
        }),
    },
    Fault {
        name: "head-500",
        summary: "HEAD is answered 500",
        area: AREA,
        source: "RFC 9110 9.1",
        hooks: on_request(|call, _| call.head.then(|| ScimError::internal("no such method").into())),
    },
    Fault {
        name: "unknown-parameter-refused",
        summary: "A query parameter that is not known is answered 400",
        area: AREA,
        source: "RFC 7644 3.4.2",
        hooks: on_request(|call, _| {
            let known =
                ["filter", "startIndex", "count", "sortBy", "sortOrder", "attributes", "excludedAttributes", "cursor"];
            let odd = call.query.iter().any(|(name, _)| !known.iter().any(|own| own.eq_ignore_ascii_case(name)));
            odd.then(|| ScimError::invalid_value("the parameter is not known").into())
        }),
    },
    Fault {
        name: "path-not-decoded",
        summary: "Escapes in the path of a resource are not decoded",
        area: AREA,
        source: "RFC 3986 2.4",
        hooks: on_request(|call, _| {
            let escaped = call.raw_path.contains('%') && matches!(call.target(), Some((_, Some(_))));
            escaped.then(|| ScimError::not_found("there is no such resource").into())
        }),
    },
    Fault {
        name: "json-name-twice",
        summary: "active comes twice in a user, false as ACTIVE and true as active",
        area: AREA,
        source: "RFC 7643 2.1",
        hooks: on_answer(|_, _, answer| {
            if let Body::Json(body) = &answer.body {
                let text = body.to_string();
                if let Some((before, behind)) = text.split_once("\"active\":true") {
                    answer.body = Body::Text(format!("{before}\"ACTIVE\":false,\"active\":true{behind}"));
                }
            }
        }),
    },
    Fault {
        name: "success-statuses-odd",
        summary: "Reads are answered 206, PUT and PATCH 202",
        area: AREA,
        source: "RFC 7644 3.4.1",
        hooks: on_answer(|call, _, answer| {
            answer.status = match (call.method.as_str(), answer.status) {
                ("GET", 200) => 206,
                ("PUT" | "PATCH", 200 | 204) => 202,
                (_, status) => status,
            };
        }),
    },
    Fault {
        name: "allow-missing",
        summary: "A 405 does not say what is allowed",
        area: HEADERS,
        source: "RFC 9110 15.5.6",
        hooks: on_answer(|_, _, answer| answer.headers.retain(|(name, _)| name != header::ALLOW)),
    },
    Fault {
        name: "publicly-cacheable",
        summary: "Every answer may be kept by shared caches",
        area: HEADERS,
        source: "RFC 9110 15",
        hooks: on_answer(|_, _, answer| {
            answer.headers.push((header::CACHE_CONTROL, "public, max-age=600".to_owned()));
        }),
    },
    Fault {
        name: "charset-latin-1",
        summary: "Answers say that they are written in ISO 8859-1",
        area: HEADERS,
        source: "response-not-utf8 https://github.com/GluuFederation/oxTrust/issues/372",
        hooks: on_answer(|_, _, answer| answer.media_type = "application/scim+json; charset=iso-8859-1"),
    },
    Fault {
        name: "media-type-application-json",
        summary: "Answers are called application/json, whatever was asked for",
        area: HEADERS,
        source: "RFC 7644 8.1",
        hooks: on_answer(|_, _, answer| answer.media_type = "application/json"),
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
