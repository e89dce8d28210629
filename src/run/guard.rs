//! The guard: nothing that a run did not create is changed.

use serde_json::Value;

use super::{
    bulk::{self, Operation},
    ledger::Ledger,
    members::enrolled,
};
use crate::http::{Kind, Request, Resource};

/// Judges requests before they are sent.
pub(super) struct Guard<'a> {
    pub ledger: &'a Ledger,
    /// The text by which this run's resources are known.
    pub marker: &'a str,
    /// What the last read of a path has shown.
    pub shown: &'a dyn Fn(&str) -> Option<Value>,
    /// True for an id under which an answer has shown somebody who is not ours.
    pub strange: &'a dyn Fn(&str) -> bool,
}

impl Guard<'_> {
    /// Why a request must not be sent; `None` where it can do no harm.
    pub fn objection(&self, request: &Request, kind: &Kind) -> Option<String> {
        self.to_target(request, kind).or_else(|| self.to_member(request))
    }

    /// An id that nobody has shown may stand for nobody.
    fn to_member(&self, request: &Request) -> Option<String> {
        let own =
            |id: &str| [Resource::User, Resource::Group].into_iter().any(|resource| self.may_change(resource, id));
        let ids = request.body_json().map(enrolled).unwrap_or_default();
        let strange = ids.iter().any(|id| !own(id) && (self.strange)(id));
        strange.then(|| "it would make somebody a member whom this run did not create".to_owned())
    }

    fn to_target(&self, request: &Request, kind: &Kind) -> Option<String> {
        if overrides_method(request) {
            return Some("a header would turn it into another method".to_owned());
        }
        if matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS") {
            return None;
        }
        // The path is judged as written, and may mean another one on the wire.
        if is_ambiguous(&request.path) {
            return Some(format!("{} {} can be read in two ways", request.method, request.path));
        }
        match kind {
            Kind::Create(resource) => {
                let marked = match name_of(request, *resource) {
                    Some(name) => self.marks(&name),
                    None => {
                        request.body.as_ref().is_none_or(|body| self.marks(&String::from_utf8_lossy(&body.bytes())))
                    }
                };
                (!marked).then(unmarked)
            }
            Kind::Replace(resource, id) | Kind::Patch(resource, id, _) | Kind::Delete(resource, id) => {
                (!self.may_change(*resource, id)).then(|| strange(request.method.as_str(), *resource))
            }
            _ if bulk::is_bulk(request) => self.bulk(request),
            _ if DESCRIBES.iter().any(|path| below(&request.path, path)) && self.leaves_alone(request) => None,
            // POST to a search endpoint reads; everything else unknown might write.
            _ if request.method == reqwest::Method::POST && SEARCHES.contains(&request.path.as_str()) => None,
            _ => Some(format!("{} {} might change what is not ours", request.method, request.path)),
        }
    }

    fn marks(&self, text: &str) -> bool {
        marks(self.marker, text)
    }

    /// An id that holds the marker can be nobody else's.
    fn may_change(&self, resource: Resource, id: &str) -> bool {
        self.ledger.holds(resource, id) || self.ledger.is_gone(resource, id) || self.marks(id)
    }

    /// True for a write to what describes the target that can change nothing: one to a place that nobody else has, one that
    /// puts back what was read, and a creation that is none.
    fn leaves_alone(&self, request: &Request) -> bool {
        let nowhere = self.marks(&request.path);
        let body = request.body_json();
        let echo =
            || request.method.as_str() == "PUT" && body.is_some() && (self.shown)(&request.path).as_ref() == body;
        let empty =
            || request.method.as_str() == "POST" && body.and_then(Value::as_object).is_some_and(|body| body.is_empty());
        nowhere || echo() || empty()
    }

    /// A bulk request is as harmless as each of its operations.
    fn bulk(&self, request: &Request) -> Option<String> {
        let Some(operations) = bulk::operations(request) else {
            // Without operations there is nothing to carry out.
            let empty = request
                .body_json()
                .and_then(Value::as_object)
                .is_some_and(|body| !body.keys().any(|key| key.eq_ignore_ascii_case("Operations")));
            return (!empty).then(|| "the operations of this bulk request can be read in two ways".to_owned());
        };
        operations.iter().find_map(|one| self.operation(one, &operations))
    }

    fn operation(&self, one: &Operation<'_>, all: &[Operation<'_>]) -> Option<String> {
        // A path that nobody else has, for what a target must refuse.
        let nowhere = self.marks(one.path);
        match (one.method.to_ascii_uppercase().as_str(), one.target()) {
            _ if is_ambiguous(one.path) => Some(format!("{} can be read in two ways", one.path)),
            // Without a path it leads nowhere.
            (_, None) if one.path.is_empty() || nowhere => None,
            ("POST", Some((resource, None))) => {
                let marked = match one.data.and_then(|data| given_name(data, resource)) {
                    Some(name) => self.marks(&name),
                    None => one.data.is_none_or(|data| self.marks(&data.to_string())),
                };
                (!marked).then(unmarked)
            }
            ("PUT" | "PATCH" | "DELETE", Some((resource, Some(id)))) => {
                let made_here = id.strip_prefix("bulkId:").is_some_and(|bulk_id| {
                    all.iter().any(|other| other.bulk_id == Some(bulk_id) && other.creates() == Some(resource))
                });
                let allowed = made_here || self.may_change(resource, &id);
                (!allowed).then(|| strange(one.method, resource))
            }
            _ => Some(format!("{} {} in a bulk request might change what is not ours", one.method, one.path)),
        }
    }
}

/// True when a text carries the marker.
pub(super) fn marks(marker: &str, text: &str) -> bool {
    text.to_ascii_lowercase().contains(&marker.to_ascii_lowercase())
}

/// What a target says of itself (RFC 7644 section 4).
const DESCRIBES: [&str; 3] = ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"];

/// True for an endpoint and what is directly below it.
fn below(path: &str, endpoint: &str) -> bool {
    let rest = path.strip_prefix(endpoint).map(|rest| rest.strip_prefix('/').unwrap_or(rest));
    rest.is_some_and(|rest| !rest.contains(['/', '?']))
}

fn unmarked() -> String {
    "it would create a resource without this run's marker".to_owned()
}

fn strange(method: &str, resource: Resource) -> String {
    format!("{method} on a {} that this run did not create", resource.name().to_lowercase())
}

/// The end points whose POST only reads (RFC 7644 3.4.3).
const SEARCHES: [&str; 3] = ["/.search", "/Users/.search", "/Groups/.search"];

/// Some servers take the method from a header.
fn overrides_method(request: &Request) -> bool {
    let names = ["x-http-method-override", "x-http-method", "x-method-override"];
    request.headers.iter().any(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()))
}

/// True for a path that URL rules change before it is sent: fragments, backslashes, dots as segments.
fn is_ambiguous(path: &str) -> bool {
    let lower = path.to_ascii_lowercase().replace("%2e", ".");
    lower.contains(['#', '\\']) || lower.split(['/', '?']).any(|part| part == "." || part == "..")
}

/// The userName or displayName in the body of a creation, if there is one that says something.
pub(super) fn name_of(request: &Request, resource: Resource) -> Option<String> {
    given_name(request.body_json()?, resource)
}

fn given_name(body: &Value, resource: Resource) -> Option<String> {
    let name = body.get(resource.name_attribute())?.as_str()?;
    (!name.trim().is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use serde_json::json;

    use super::*;

    const MARKER: &str = "scim-check-t";

    fn objection(operation: Value) -> Option<String> {
        let ledger = Ledger::default();
        ledger.enter(Resource::User, "ours", "scim-check-t-ada");
        let all = json!([
            {"method": "POST", "path": "/Users", "bulkId": "new", "data": {"userName": "scim-check-t-bob"}},
            operation
        ]);
        let request = Request::new(Method::POST, "/Bulk").json(json!({ "Operations": all }));
        Guard { ledger: &ledger, marker: MARKER, shown: &|_| None, strange: &|id| id == "theirs" }
            .objection(&request, &Kind::of(&request))
    }

    #[test]
    fn a_bulk_request_reaches_what_is_ours_and_what_nobody_has() {
        for fine in [
            json!({"method": "PATCH", "path": "/Users/ours", "data": {}}),
            json!({"method": "DELETE", "path": "/Users/bulkId:new"}),
            json!({"method": "PUT", "path": "/Groups/scim-check-t-nobody", "data": {}}),
            json!({"method": "POST", "path": "/scim-check-t-things", "data": {}}),
            json!({"method": "POST", "path": "/Groups", "data": {"displayName": "scim-check-t-crew"}}),
            json!({"method": "POST", "path": "/Groups", "data": {"displayName": "scim-check-t-crew", "members": [{"value": "ours"}, {"value": "nobody"}]}}),
        ] {
            assert_eq!(objection(fine.clone()), None, "{fine}");
        }
    }

    #[test]
    fn a_bulk_request_does_not_get_round_the_guard() {
        for wrong in [
            json!({"method": "DELETE", "path": "/Users/theirs"}),
            json!({"method": "delete", "path": "/Users/theirs"}),
            json!({"method": "PATCH", "path": "/Groups/ours", "data": {}}),
            json!({"method": "DELETE", "path": "/Groups/bulkId:new"}),
            json!({"method": "DELETE", "path": "/Users/bulkId:other"}),
            json!({"method": "DELETE", "path": "/Users"}),
            json!({"method": "PUT", "path": "/Users/ours/..", "data": {}}),
            json!({"method": "DELETE", "path": "/Users/ours", "Path": "/Users/theirs"}),
            json!({"method": "POST", "path": "/Users", "data": {"userName": "somebody"}}),
            json!({"method": "POST", "path": "/Things", "data": {"x": "scim-check-t"}}),
            json!({"method": "DELETE", "path": "Users/theirs"}),
            json!({"method": "DELETE", "path": "https://x/scim/v2/Users/theirs"}),
            json!({"method": "POST", "path": "/Groups", "data": {"displayName": "scim-check-t-crew", "members": [{"value": "theirs"}]}}),
        ] {
            assert!(objection(wrong.clone()).is_some(), "{wrong}");
        }
    }

    #[test]
    fn what_describes_the_target_is_written_to_only_without_effect() {
        let ledger = Ledger::default();
        let shown = |path: &str| (path == "/ServiceProviderConfig").then(|| json!({"patch": 1}));
        let guard = Guard { ledger: &ledger, marker: MARKER, shown: &shown, strange: &|_| false };
        let objects = |method: Method, path: &str, body: Value| {
            let request = Request::new(method, path).json(body);
            guard.objection(&request, &Kind::of(&request)).is_some()
        };
        assert!(!objects(Method::PUT, "/ServiceProviderConfig", json!({"patch": 1})));
        assert!(!objects(Method::POST, "/Schemas", json!({})));
        assert!(!objects(Method::DELETE, "/Schemas/urn:scim-check-t:x", json!({})));
        assert!(objects(Method::PUT, "/ServiceProviderConfig", json!({"patch": 2})));
        assert!(objects(Method::PUT, "/ResourceTypes/User", json!({"patch": 1})));
        assert!(objects(Method::POST, "/Schemas", json!({"id": "urn:x"})));
        assert!(objects(Method::DELETE, "/Schemas/urn:x", json!({})));
        assert!(objects(Method::PATCH, "/ServiceProviderConfig", json!({"patch": 1})));
        assert!(objects(Method::PUT, "/Schemasx", json!({"patch": 1})));
    }

    #[test]
    fn an_id_of_ours_that_is_gone_is_written_to_only_once_it_was_seen_gone() {
        let ledger = Ledger::default();
        ledger.enter(Resource::User, "7", "scim-check-t-ada");
        ledger.strike(Resource::User, "7");
        let request = Request::new(Method::DELETE, "/Users/7");
        let guard = Guard { ledger: &ledger, marker: MARKER, shown: &|_| None, strange: &|id| id == "theirs" };
        let objects = || guard.objection(&request, &Kind::of(&request)).is_some();
        assert!(objects());
        ledger.seen_gone(Resource::User, "7");
        assert!(!objects());
    }
}
