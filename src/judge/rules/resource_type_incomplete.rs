//! `resource-type-incomplete`

use std::collections::HashSet;

use serde_json::Value;

use super::{
    discovery::{Document, entries, read},
    support::{has_urn, projected, text},
};
use crate::{
    judge::{Level, Rule, Seen, Sighting, Subject, describe, member},
    scim::urn,
};

pub(super) const RULE: Rule = Rule {
    id: "resource-type-incomplete",
    level: Level::Should,
    title: "A resource type lacks what RFC 7643 requires, or has it in another form",
    spec: &["rfc7643#6"],
    looks_at: "The entries of /ResourceTypes in successful answers: their schema, name, endpoint (a path below the base URL, with a slash in \
          front or without) and schema URI; schemaExtensions, where there are any, as a list of objects with schema and required; and that no two share a \
          name or an endpoint.",
    why: "Clients find endpoints and extensions by these entries. Connectors report a type as undefined that has no name or schema.",
    breaks: &[],
    admin: "",
    example: "{\"name\": \"User\", \"endpoint\": \"https://x/scim/Users\"} without schema",
    fix: "Give every entry schemas, name, endpoint (\"/Users\") and schema.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if !matches!(read(seen.exchange), Some((Document::Types, _))) || projected(&seen.exchange.request) {
        return Vec::new();
    }
    let entries = entries(seen.exchange);
    let mut found: Vec<Sighting> = Vec::new();
    let mut tell = |path: &str, expected: &str, entry: &Value, actual: Option<&Value>| {
        let subject = Subject::Envelope(path.to_owned());
        let name = text(entry, "name").or_else(|| text(entry, "id")).unwrap_or("an entry without name");
        if !found.iter().any(|have| have.subject == subject) {
            let actual = actual.map_or_else(|| "nothing".to_owned(), describe);
            found.push(Sighting::new(subject, expected, format!("{actual}, at {name}")));
        }
    };
    let mut taken: HashSet<(&str, &str)> = HashSet::new();
    for &entry in &entries {
        if !has_urn(entry, urn::RESOURCE_TYPE) {
            tell("schemas", &format!("an array with {}", urn::RESOURCE_TYPE), entry, member(entry, "schemas"));
        }
        for name in ["name", "schema"].iter().filter(|name| text(entry, name).is_none()) {
            tell(name, "a text", entry, member(entry, name));
        }
        let endpoint = text(entry, "endpoint");
        if endpoint.is_none_or(|endpoint| endpoint.contains("://") || endpoint.contains(char::is_whitespace)) {
            tell("endpoint", "a path below the base URL", entry, member(entry, "endpoint"));
        }
        match member(entry, "schemaExtensions") {
            None | Some(Value::Null) => {}
            Some(Value::Array(extensions)) => {
                let odd = |one: &&Value| {
                    text(one, "schema").is_none() || !member(one, "required").is_some_and(Value::is_boolean)
                };
                if let Some(one) = extensions.iter().find(odd) {
                    tell("schemaExtensions", "schema and a boolean required in each", entry, Some(one));
                }
            }
            Some(other) => tell("schemaExtensions", "an array", entry, Some(other)),
        }
        for name in ["name", "endpoint"] {
            let own = text(entry, name).map(|own| own.trim_matches('/'));
            if own.is_some_and(|own| !taken.insert((name, own))) {
                tell(name, "another one for every type", entry, member(entry, name));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{fine, get, list, with, wrong},
        *,
    };

    fn user() -> Value {
        json!({"schemas": [urn::RESOURCE_TYPE], "id": "User", "name": "User", "endpoint": "/Users", "schema": urn::USER,
               "schemaExtensions": [{"schema": urn::ENTERPRISE_USER, "required": false}]})
    }

    #[test]
    fn what_is_missing_or_of_another_form_fires() {
        for (name, value) in [
            ("schemas", json!(null)),
            ("name", json!(null)),
            ("schema", json!(7)),
            ("endpoint", json!("https://x/Users")),
            ("schemaExtensions", json!({"schema": "urn:x", "required": true})),
            ("schemaExtensions", json!([{"schema": "urn:x"}])),
        ] {
            let answer = list(1, json!([with(user(), name, value)]));
            assert_eq!(wrong(&RULE, &[get("/ResourceTypes").answers(200, answer)]).subject.word(), name);
        }
        let twice = list(2, json!([user(), with(user(), "name", json!("Person"))]));
        assert_eq!(wrong(&RULE, &[get("/ResourceTypes").answers(200, twice)]).subject.word(), "endpoint");
        wrong(&RULE, &[get("/ResourceTypes/User").answers(200, with(user(), "schema", json!(null)))]);
    }

    #[test]
    fn complete_entries_in_any_envelope_are_fine() {
        fine(&RULE, &[get("/ResourceTypes").answers(200, list(1, json!([user()])))]);
        let bare = with(with(user(), "schemaExtensions", json!(null)), "endpoint", json!("Users"));
        fine(&RULE, &[get("/ResourceTypes").answers(200, json!([bare]))]);
    }
}
