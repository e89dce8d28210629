//! Dialogues for the tests of rules, written tersely.

use std::{cell::OnceCell, sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    http::{AuthUse, Exchange, Failure, Kind, Look, Purpose, Request, Response},
    judge::{Rule, Seen, Sighting},
    scim::urn,
};

/// By this the resources of the test run are known.
pub(super) const MARKER: &str = "scim-check-t1";
/// The userName of [`ada`].
pub(super) const ADA: &str = "scim-check-t1-ada@example.com";

/// A request that waits for its answer.
pub(super) struct Asked(Request);

/// `get("/Users?startIndex=1&count=2")`; values are not escaped.
pub(super) fn get(target: &str) -> Asked {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request::new(Method::GET, path);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').expect("name=value");
        request = request.query(name, value);
    }
    Asked(request)
}

/// Okta's lookup of a person.
pub(super) fn lookup(name: &str) -> Asked {
    let filter = format!("userName eq \"{name}\"");
    Asked(get("/Users").0.query("filter", filter).query("startIndex", "1").query("count", "100"))
}

pub(super) fn post(path: &str, body: Value) -> Asked {
    Asked(Request::new(Method::POST, path).json(body))
}

pub(super) fn put(path: &str, body: Value) -> Asked {
    Asked(Request::new(Method::PUT, path).json(body))
}

/// A PATCH with these operations.
pub(super) fn patch(path: &str, operations: Value) -> Asked {
    Asked(Request::new(Method::PATCH, path).json(json!({"schemas": [urn::PATCH_OP], "Operations": operations})))
}

pub(super) fn delete(path: &str) -> Asked {
    Asked(Request::new(Method::DELETE, path))
}

/// `{"op": "replace", "value": {"active": ...}}`
pub(super) fn set_active(active: bool) -> Value {
    json!([{"op": "replace", "value": {"active": active}}])
}

impl Asked {
    pub(super) fn auth(mut self, auth: AuthUse) -> Asked {
        self.0.auth = auth;
        self
    }

    pub(super) fn header(self, name: &str, value: &str) -> Asked {
        Asked(self.0.header(name, value))
    }

    /// Answered with JSON; `null` is no body.
    pub(super) fn answers(self, status: u16, body: Value) -> Exchange {
        self.answers_with(status, &[("Content-Type", "application/scim+json")], body)
    }

    pub(super) fn answers_with(self, status: u16, headers: &[(&str, &str)], body: Value) -> Exchange {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.answers_text(status, headers, &body)
    }

    pub(super) fn answers_text(self, status: u16, headers: &[(&str, &str)], body: &str) -> Exchange {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let response = Response::new(status, headers, Bytes::from(body.to_owned()), false);
        self.ends(Ok(Arc::new(response)))
    }

    pub(super) fn cut(self) -> Exchange {
        self.ends(Ok(Arc::new(Response::new(200, Vec::new(), Bytes::from_static(b"{\"Resources\": ["), true))))
    }

    pub(super) fn fails(self, failure: Failure) -> Exchange {
        self.ends(Err(failure))
    }

    fn ends(self, answer: Result<Arc<Response>, Failure>) -> Exchange {
        Exchange {
            number: 0,
            purpose: Purpose::Spoken,
            step: Some(0),
            kind: Kind::of(&self.0),
            request: self.0,
            answer,
            sent_after: Duration::ZERO,
            took: Duration::ZERO,
            look: Look::Only,
        }
    }
}

/// What Okta sends to create Ada.
pub(super) fn ada() -> Value {
    json!({
        "schemas": [urn::USER],
        "userName": ADA,
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"primary": true, "value": ADA, "type": "work"}],
        "displayName": "Ada Lovelace",
        "locale": "en-US",
        "externalId": "00u4k2v9tQ7bXrLmP5d7",
        "groups": [],
        "password": "q7Zt2mKp",
        "active": true
    })
}

/// Ada as a good server shows her.
pub(super) fn ada_as(id: &str) -> Value {
    let mut ada = ada();
    let members = ada.as_object_mut().expect("an object");
    members.remove("password");
    members.insert("id".to_owned(), json!(id));
    members.insert("meta".to_owned(), meta("User", id));
    ada
}

/// `meta` of a resource as a good server shows it.
pub(super) fn meta(kind: &str, id: &str) -> Value {
    let (date, location) = ("2026-01-31T08:00:00Z", format!("https://x/{kind}s/{id}"));
    json!({"resourceType": kind, "created": date, "lastModified": date, "location": location})
}

/// A value with members set or, by `null`, removed: `with(ada(), "active", json!(false))`.
pub(super) fn with(mut object: Value, name: &str, value: Value) -> Value {
    let members = object.as_object_mut().expect("an object");
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
    object
}

/// Ada is created as `7`.
pub(super) fn created() -> Exchange {
    let headers = [("Content-Type", "application/scim+json"), ("Location", "https://x/Users/7")];
    post("/Users", ada()).answers_with(201, &headers, ada_as("7"))
}

/// Somebody who is not ours.
pub(super) fn eve() -> Value {
    json!({"schemas": [urn::USER], "id": "eve-1", "userName": "eve@corp.example", "active": true,
           "meta": meta("User", "eve-1")})
}

pub(super) fn crew(members: Value) -> Value {
    json!({"schemas": [urn::GROUP], "displayName": "scim-check-t1-crew", "members": members})
}

/// A list answer.
pub(super) fn list(total: i64, resources: Value) -> Value {
    let shown = resources.as_array().map_or(0, Vec::len);
    json!({"schemas": [urn::LIST_RESPONSE], "totalResults": total, "startIndex": 1, "itemsPerPage": shown,
           "Resources": resources})
}

/// An error body.
pub(super) fn error(status: u16) -> Value {
    json!({"schemas": [urn::ERROR], "detail": "no", "status": status.to_string()})
}

/// What a rule sees in the last exchange of a dialogue.
pub(super) fn judge(rule: &Rule, dialogue: &[Exchange]) -> Vec<Sighting> {
    let (exchange, before) = dialogue.split_last().expect("an exchange");
    let resources = OnceCell::new();
    (rule.judge)(&Seen { exchange, before, marker: MARKER, unique: MARKER, base: "https://x", resources })
}

/// The rule fires on the last exchange; the first sighting.
#[track_caller]
pub(super) fn wrong(rule: &Rule, dialogue: &[Exchange]) -> Sighting {
    let sightings = judge(rule, dialogue);
    assert!(!sightings.is_empty(), "{} does not fire", rule.id);
    for sighting in &sightings {
        assert!(!sighting.expected.is_empty() && !sighting.actual.is_empty());
        let shown = format!("{} {}", sighting.expected, sighting.actual);
        assert!(
            !["eve@", "eve-", "corp.example"].iter().any(|value| shown.contains(value)),
            "a stranger shows: {shown}"
        );
        assert!(!shown.contains("q7Zt2mKp"), "a password shows: {shown}");
    }
    sightings.into_iter().next().expect("a sighting")
}

/// The rule does not fire on the last exchange.
#[track_caller]
pub(super) fn fine(rule: &Rule, dialogue: &[Exchange]) {
    assert_eq!(judge(rule, dialogue), [], "{} fires", rule.id);
}
