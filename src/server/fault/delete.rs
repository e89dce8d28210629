//! Faults of deletion.

use axum::http::{Method, header};
use serde_json::json;

use super::{Fault, on_answer, on_request};
use crate::scim::ScimError;
use crate::server::call::{Answer, Kind};

const AREA: &str = "delete";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "delete-200",
        summary: "A deletion is answered 200 with a body rather than 204",
        area: AREA,
        source: "RFC 7644 3.6",
        hooks: on_answer(|call, _, answer| {
            if call.method == Method::DELETE && answer.status == 204 {
                *answer = Answer::json(200, json!({"deleted": true}));
            }
        }),
    },
    Fault {
        name: "delete-refused",
        summary: "Deleting a user is answered 405",
        area: AREA,
        source: "RFC 7644 3.6",
        hooks: on_request(|call, _| {
            let error = ScimError::method_not_allowed("users can't be deleted");
            let answer = Answer::from(error).with(header::ALLOW, "GET, PUT, PATCH");
            call.is(&Method::DELETE, Kind::User).then_some(answer)
        }),
    },
    Fault {
        name: "delete-missing-204",
        summary: "Deleting what does not exist is answered 204",
        area: AREA,
        source: "delete-missing-204 https://github.com/wso2/charon/issues/118",
        hooks: on_answer(|call, _, answer| {
            if call.method == Method::DELETE && answer.status == 404 {
                *answer = Answer::empty(204);
            }
        }),
    },
];
