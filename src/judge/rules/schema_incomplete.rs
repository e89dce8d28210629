//! `schema-incomplete`

use serde_json::Value;

use super::{
    definitions::{Tally, each_attribute},
    discovery::{Document, entries, read},
    support::{has_urn, projected, text},
};
use crate::{
    judge::{Level, Rule, Seen, Sighting, member},
    scim::{schema::DataType, urn},
};

pub(super) const RULE: Rule = Rule {
    id: "schema-incomplete",
    level: Level::Should,
    title: "A schema is not written as RFC 7643 says",
    spec: &["rfc7643#7", "rfc7643#2.1", "rfc7643#2.3.8"],
    looks_at: "The entries of /Schemas in successful answers: schemas, an id that is a URN (none of a message), attributes; of every attribute name, \
          type and multiValued; the words allowed for type, mutability, returned and uniqueness where they are there; names, each once; no complex \
          part of a complex attribute. What is left out otherwise has its default and is fine.",
    why: "Clients build their forms and mappings from these. Okta reads them for custom attributes and entitlements.",
    breaks: &[],
    admin: "",
    example: "{\"name\": \"userName\", \"type\": \"text\"}",
    fix: "Write every attribute with name, type and multiValued, and the words of RFC 7643 section 7.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if !matches!(read(seen.exchange), Some((Document::Schemas, _))) || projected(&seen.exchange.request) {
        return Vec::new();
    }
    let mut tally = Tally::default();
    for schema in entries(seen.exchange) {
        let id = text(schema, "id");
        let name = id.unwrap_or("a schema without id");
        if !has_urn(schema, urn::SCHEMA) {
            tally.tell("schemas", &format!("an array with {}", urn::SCHEMA), name, member(schema, "schemas"));
        }
        let sound = id.is_some_and(|id| {
            let (scheme, rest) = id.split_once(':').unwrap_or(("", ""));
            let letters = scheme.starts_with(|letter: char| letter.is_ascii_alphabetic());
            let message = id.to_ascii_lowercase().starts_with("urn:ietf:params:scim:api:");
            letters && !rest.is_empty() && !id.contains(char::is_whitespace) && !message
        });
        if !sound {
            tally.tell("id", "a URN of a schema", name, member(schema, "id"));
        }
        let filled = member(schema, "attributes").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
        if !filled {
            tally.tell("attributes", "an array with attributes", name, member(schema, "attributes"));
        }
        // The schema of schemas nests, as RFC 7643 says of it.
        let nests = id.is_some_and(|id| id.eq_ignore_ascii_case(urn::SCHEMA));
        each_attribute(schema, |attribute| one(&mut tally, &attribute, nests));
    }
    tally.sightings()
}

fn one(tally: &mut Tally, attribute: &super::definitions::Attribute<'_>, nests: bool) {
    let (value, place) = (attribute.value, attribute.place.as_str());
    let mut tell = |name: &str, expected: &str| {
        tally.tell(&format!("attributes.{name}"), expected, place, member(value, name));
    };
    let name = text(value, "name");
    let named = name.is_some_and(|name| {
        name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "$-_".contains(letter))
    });
    if !named && name != Some("$ref") {
        tell("name", "a letter, then letters, digits, $, - or _");
    }
    if attribute.repeated {
        tell("name", "every name once");
    }
    let kind = text(value, "type");
    let own = attribute.schema.to_ascii_lowercase().starts_with("urn:ietf:params:scim:schemas:");
    // Types of somebody's own extension are told by schema-vague.
    if kind.is_none_or(|kind| own && DataType::named(kind) == DataType::Other) {
        tell("type", "string, boolean, decimal, integer, dateTime, binary, reference or complex");
    }
    if !member(value, "multiValued").is_some_and(Value::is_boolean) {
        tell("multiValued", "true or false");
    }
    for name in ["required", "caseExact"] {
        if member(value, name).is_some_and(|flag| !flag.is_null() && !flag.is_boolean()) {
            tell(name, "true or false");
        }
    }
    for (name, words) in [
        ("mutability", &["readOnly", "readWrite", "immutable", "writeOnly"][..]),
        ("returned", &["always", "never", "default", "request"]),
        ("uniqueness", &["none", "server", "global"]),
    ] {
        let given = member(value, name).filter(|given| !given.is_null());
        if given.is_some_and(|given| !words.iter().any(|word| given == word)) {
            tell(name, &words.join(", "));
        }
    }
    let complex = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("complex"));
    if attribute.part && complex && !nests {
        tell("subAttributes", "no complex part of a complex attribute");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{fine, get, list, with, wrong},
        *,
    };
    use crate::http::Exchange;

    fn schema(attributes: Value) -> Value {
        json!({"schemas": [urn::SCHEMA], "id": "urn:ietf:params:scim:schemas:core:2.0:User", "attributes": attributes})
    }

    fn answered(schema: Value) -> Exchange {
        get("/Schemas").answers(200, list(1, json!([schema])))
    }

    fn attribute() -> Value {
        json!({"name": "userName", "type": "string", "multiValued": false})
    }

    #[test]
    fn incomplete_schemas_fire() {
        let whole = || schema(json!([attribute()]));
        for (name, value) in [
            ("schemas", json!(null)),
            ("id", json!("User")),
            ("id", json!("urn:ietf:params:scim:api:messages:2.0:Error")),
            ("attributes", json!([])),
        ] {
            assert_eq!(wrong(&RULE, &[answered(with(whole(), name, value))]).subject.word(), name);
        }
    }

    #[test]
    fn incomplete_attributes_fire() {
        for (name, value) in [
            ("name", json!("user name")),
            ("type", json!("text")),
            ("type", json!(null)),
            ("multiValued", json!("false")),
            ("mutability", json!("readwrite")),
            ("returned", json!("sometimes")),
            ("uniqueness", json!(true)),
            ("required", json!("yes")),
        ] {
            let seen = wrong(&RULE, &[answered(schema(json!([with(attribute(), name, value)])))]);
            assert_eq!(seen.subject.word(), format!("attributes.{name}"));
        }
        wrong(&RULE, &[answered(schema(json!([attribute(), with(attribute(), "name", json!("USERNAME"))])))]);
        let nested = json!({"name": "a", "type": "complex", "multiValued": false, "subAttributes": [
            {"name": "b", "type": "complex", "multiValued": false}]});
        wrong(&RULE, &[answered(schema(json!([nested])))]);
    }

    #[test]
    fn the_least_and_the_references_own_are_fine() {
        fine(&RULE, &[answered(schema(json!([attribute()])))]);
        let own = |schema: &crate::scim::schema::Schema| schema.to_json();
        let all = json!([own(&crate::scim::schema::USER_SCHEMA), own(&crate::scim::schema::GROUP_SCHEMA)]);
        fine(&RULE, &[get("/Schemas").answers(200, list(2, all))]);
        let vendors = json!({"schemas": [urn::SCHEMA], "id": "urn:acme:1", "attributes": [
            {"name": "x", "type": "colour", "multiValued": false}]});
        fine(&RULE, &[answered(vendors)]);
    }
}
