//! Faults of authentication.

use axum::http::{Method, header};

use super::{Fault, on_answer, on_gate, on_request};
use crate::scim::ScimError;
use crate::server::auth::bearer;
use crate::server::call::{Answer, Kind};

const AREA: &str = "auth";

fn refusal(detail: &str) -> Answer {
    let answer = Answer::from(ScimError::unauthorized(detail));
    answer.with(header::WWW_AUTHENTICATE, "Bearer")
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "unauthenticated-access",
        summary: "Every request is served, with or without credentials",
        area: AREA,
        source: "unauthenticated-access https://github.com/JanssenProject/jans/issues/8",
        hooks: on_gate(|call| {
            call.trusted = true;
            None
        }),
    },
    Fault {
        name: "token-not-verified",
        summary: "Any bearer token passes",
        area: AREA,
        source: "token-not-verified https://github.com/better-auth/better-auth/pull/6639",
        hooks: on_gate(|call| {
            let token = call.header(header::AUTHORIZATION).and_then(bearer);
            call.trusted = token.is_some();
            None
        }),
    },
    Fault {
        name: "unauthorized-403-for-bad-token",
        summary: "A wrong token is answered 403 rather than 401",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_answer(|call, _, answer| {
            if answer.status == 401 && call.header(header::AUTHORIZATION).is_some() {
                *answer = ScimError::forbidden("the token is not allowed to do this").into();
            }
        }),
    },
    Fault {
        name: "unauthorized-500",
        summary: "Missing or wrong credentials are answered 500",
        area: AREA,
        source: "bearer-scheme-case https://github.com/coder/coder/pull/15538",
        hooks: on_answer(|_, _, answer| {
            if answer.status == 401 {
                *answer = Answer::from(ScimError::internal("the token could not be read"));
            }
        }),
    },
    Fault {
        name: "www-authenticate-missing",
        summary: "A 401 does not say which scheme to use",
        area: AREA,
        source: "RFC 9110 11.6.1",
        hooks: on_answer(|_, _, answer| {
            answer.headers.retain(|(name, _)| name != header::WWW_AUTHENTICATE);
        }),
    },
    Fault {
        name: "bearer-scheme-case",
        summary: "\"bearer\" in lower case is refused",
        area: AREA,
        source: "bearer-scheme-case https://github.com/coder/coder/pull/15538",
        hooks: on_gate(|call| {
            let lower = call.header(header::AUTHORIZATION).is_some_and(|given| given.starts_with("bearer "));
            lower.then(|| refusal("the scheme is not known"))
        }),
    },
    Fault {
        name: "empty-bearer-accepted",
        summary: "A bearer scheme without a token passes",
        area: AREA,
        source: "empty-bearer-accepted https://github.com/ToolJet/ToolJet/issues/16217",
        hooks: on_gate(|call| {
            let given = call.header(header::AUTHORIZATION).unwrap_or_default().trim();
            call.trusted = given.eq_ignore_ascii_case("bearer");
            None
        }),
    },
    Fault {
        name: "other-schemes-accepted",
        summary: "Credentials of any scheme but Bearer pass",
        area: AREA,
        source: "token-not-verified https://github.com/better-auth/better-auth/pull/6639",
        hooks: on_gate(|call| {
            let given = call.header(header::AUTHORIZATION).unwrap_or_default().to_ascii_lowercase();
            call.trusted = given.contains(' ') && !given.starts_with("bearer");
            None
        }),
    },
    Fault {
        name: "writes-unauthenticated",
        summary: "Only reads ask for credentials",
        area: AREA,
        source: "unauthenticated-access https://github.com/JanssenProject/jans/issues/8",
        hooks: on_gate(|call| {
            call.trusted = call.method != Method::GET;
            None
        }),
    },
    Fault {
        name: "reads-by-id-unauthenticated",
        summary: "A user can be read by id without credentials",
        area: AREA,
        source: "unauthenticated-access https://github.com/JanssenProject/jans/issues/8",
        hooks: on_gate(|call| {
            call.trusted = call.method == Method::GET && matches!(call.target(), Some((_, Some(_))));
            None
        }),
    },
    Fault {
        name: "create-403",
        summary: "Creating a user is answered 403: the token may only read",
        area: "create",
        source: "RFC 7644 3.12",
        hooks: on_request(|call, _| {
            let error = ScimError::forbidden("the token may only read");
            call.is(&Method::POST, Kind::User).then(|| error.into())
        }),
    },
];
