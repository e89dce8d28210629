//! `service-config-incomplete`

use serde_json::Value;

use super::{
    discovery::{Document, entries, read},
    support::{at, has_urn, present, projected},
};
use crate::{
    judge::{Level, Rule, Seen, Sighting, Subject, describe, member},
    scim::urn,
};

pub(super) const RULE: Rule = Rule {
    id: "service-config-incomplete",
    level: Level::Should,
    title: "The configuration lacks what RFC 7643 requires, or has it in another form",
    spec: &["rfc7643#5"],
    looks_at: "A GET of /ServiceProviderConfig answered with a success: its schema; `supported` of patch, bulk, filter, changePassword, sort and \
          etag (booleans); bulk.maxOperations, bulk.maxPayloadSize and filter.maxResults (integers), which are required also where the feature is \
          not supported; type, name and description of each authentication scheme, of which at most one is primary; the addresses; \
          and what RFC 9865 says of a `pagination` block where there is one.",
    why: "Clients read it first and fall back to the least where something is missing, or give up.",
    breaks: &[],
    admin: "",
    example: "{\"filter\": {\"supported\": true}} without maxResults",
    fix: "Return every attribute of RFC 7643 section 5, with 0 for limits of what is not supported.",
    judge,
};

const BOOLEANS: [&str; 6] = [
    "patch.supported",
    "bulk.supported",
    "filter.supported",
    "changePassword.supported",
    "sort.supported",
    "etag.supported",
];
const INTEGERS: [&str; 3] = ["bulk.maxOperations", "bulk.maxPayloadSize", "filter.maxResults"];

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if read(seen.exchange) != Some((Document::Config, None)) || projected(&seen.exchange.request) {
        return Vec::new();
    }
    let entries = entries(seen.exchange);
    let Some(config) = entries.first() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut tell = |path: &str, expected: &str, actual: Option<&Value>| {
        let actual = actual.map_or_else(|| "nothing".to_owned(), describe);
        found.push(Sighting::new(Subject::Envelope(path.to_owned()), expected, actual));
    };
    if !has_urn(config, urn::SERVICE_PROVIDER_CONFIG) {
        let expected = format!("an array with {}", urn::SERVICE_PROVIDER_CONFIG);
        tell("schemas", &expected, member(config, "schemas"));
    }
    for path in BOOLEANS.iter().filter(|path| !at(config, path).is_some_and(Value::is_boolean)) {
        tell(path, "true or false", at(config, path));
    }
    for path in INTEGERS.iter().filter(|path| !at(config, path).is_some_and(|value| value.is_i64() || value.is_u64())) {
        tell(path, "an integer", at(config, path));
    }
    let schemes = member(config, "authenticationSchemes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for name in ["type", "name", "description"] {
        let lacking = schemes
            .iter()
            .find(|scheme| !member(scheme, name).is_some_and(|value| value.is_string() && present(Some(value))));
        if let Some(scheme) = lacking {
            tell(&format!("authenticationSchemes.{name}"), "a text in every scheme", member(scheme, name));
        }
    }
    if schemes.iter().filter(|scheme| member(scheme, "primary") == Some(&Value::Bool(true))).count() > 1 {
        tell("authenticationSchemes.primary", "at most one primary scheme", None);
    }
    let address = member(config, "documentationUri").filter(|value| !value.is_null());
    if address.is_some_and(|value| !value.as_str().is_some_and(is_address)) {
        tell("documentationUri", "a URI", address);
    }
    if let Some(pagination) = member(config, "pagination").filter(|value| !value.is_null()) {
        for (name, expected, wrong) in pagination_faults(pagination) {
            tell(&format!("pagination.{name}"), expected, wrong);
        }
    }
    found
}

fn is_address(text: &str) -> bool {
    !text.is_empty() && !text.contains(|letter: char| letter.is_whitespace() || "<>\"".contains(letter))
}

/// What RFC 9865 section 4 asks of the block.
fn pagination_faults(block: &Value) -> Vec<(&'static str, &'static str, Option<&Value>)> {
    let mut found = Vec::new();
    for name in ["cursor", "index"] {
        if !member(block, name).is_some_and(Value::is_boolean) {
            found.push((name, "true or false", member(block, name)));
        }
    }
    let there = |name: &str| member(block, name).filter(|value| !value.is_null());
    if let Some(method) = there("defaultPaginationMethod").filter(|method| **method != "cursor" && **method != "index")
    {
        found.push(("defaultPaginationMethod", "cursor or index", Some(method)));
    }
    for name in ["defaultPageSize", "maxPageSize", "cursorTimeout"] {
        if let Some(size) = there(name).filter(|size| size.as_u64().is_none_or(|size| size == 0)) {
            found.push((name, "a positive integer", Some(size)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{fine, get, judge as told, with, wrong},
        *,
    };

    fn config() -> Value {
        json!({"schemas": [urn::SERVICE_PROVIDER_CONFIG], "patch": {"supported": true},
            "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
            "filter": {"supported": true, "maxResults": 200}, "changePassword": {"supported": false},
            "sort": {"supported": false}, "etag": {"supported": false},
            "authenticationSchemes": [{"type": "oauthbearertoken", "name": "Token", "description": "A token"}]})
    }

    #[test]
    fn what_is_missing_or_of_another_type_fires() {
        let scheme = json!({"type": "oauth2", "name": "x", "primary": true, "description": "d"});
        for (name, value, path) in [
            ("schemas", json!(null), "schemas"),
            ("etag", json!(null), "etag.supported"),
            ("patch", json!({"supported": "true"}), "patch.supported"),
            ("filter", json!({"supported": true}), "filter.maxResults"),
            ("bulk", json!({"supported": true, "maxOperations": "5", "maxPayloadSize": 5}), "bulk.maxOperations"),
            ("authenticationSchemes", json!([{"name": "x", "description": "d"}]), "authenticationSchemes.type"),
            ("authenticationSchemes", json!([scheme, scheme]), "authenticationSchemes.primary"),
            ("documentationUri", json!("see our site"), "documentationUri"),
            ("pagination", json!({"cursor": true}), "pagination.index"),
            ("pagination", json!({"cursor": true, "index": true, "maxPageSize": "9"}), "pagination.maxPageSize"),
            (
                "pagination",
                json!({"cursor": true, "index": true, "defaultPaginationMethod": "x"}),
                "pagination.defaultPaginationMethod",
            ),
        ] {
            let body = with(config(), name, value);
            let seen = wrong(&RULE, &[get("/ServiceProviderConfig").answers(200, body)]);
            assert_eq!(seen.subject.word(), path);
        }
    }

    #[test]
    fn a_whole_configuration_is_fine() {
        fine(&RULE, &[get("/ServiceProviderConfig").answers(200, config())]);
        let cursor = json!({"cursor": true, "index": false, "cursorTimeout": 60});
        fine(&RULE, &[get("/ServiceProviderConfig").answers(200, with(config(), "pagination", cursor))]);
        fine(&RULE, &[get("/ServiceProviderConfig?attributes=patch").answers(200, json!({"patch": {}}))]);
        assert!(told(&RULE, &[get("/ServiceProviderConfig").answers(404, json!({}))]).is_empty());
    }
}
