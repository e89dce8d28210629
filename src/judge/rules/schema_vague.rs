//! `schema-vague`

use serde_json::Value;

use super::{
    definitions::{Tally, each_attribute},
    discovery::{Document, entries, read},
    support::{present, projected, text},
};
use crate::{
    judge::{Level, Rule, Seen, Sighting, member},
    scim::{schema::DataType, urn},
};

pub(super) const RULE: Rule = Rule {
    id: "schema-vague",
    level: Level::May,
    title: "A schema leaves out what RFC 7643 recommends",
    spec: &["rfc7643#7", "rfc7643#2.3", "rfc7643#2.3.7", "rfc7643#3.3", "rfc7643#4.2"],
    looks_at: "The entries of /Schemas in successful answers: subAttributes of complex attributes, referenceTypes of references, types beyond the \
          standard's in extensions, extensions that define a core attribute again, and a group's displayName that is not required.",
    why: "Clients can't show or fill what they do not know the parts of. The printed schema of RFC 7643 once said that displayName of a group is \
          not required, and many copied it; an erratum mends it.",
    breaks: &[],
    admin: "",
    example: "{\"name\": \"name\", \"type\": \"complex\", \"multiValued\": false}",
    fix: "Add subAttributes and referenceTypes; use the types of RFC 7643.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if !matches!(read(seen.exchange), Some((Document::Schemas, _))) || projected(&seen.exchange.request) {
        return Vec::new();
    }
    let mut tally = Tally::default();
    for schema in entries(seen.exchange) {
        let id = text(schema, "id").unwrap_or("");
        let extension = id.to_ascii_lowercase().contains(":extension:");
        let own = id.to_ascii_lowercase().starts_with("urn:ietf:params:scim:schemas:");
        each_attribute(schema, |attribute| {
            let (value, place) = (attribute.value, attribute.place.as_str());
            let kind = text(value, "type").map(DataType::named);
            let mut tell = |name: &str, expected: &str| {
                tally.tell(&format!("attributes.{name}"), expected, place, member(value, name));
            };
            if kind == Some(DataType::Complex) && !attribute.part && !present(member(value, "subAttributes")) {
                tell("subAttributes", "the parts of a complex attribute");
            }
            if kind == Some(DataType::Reference) && !present(member(value, "referenceTypes")) {
                tell("referenceTypes", "what the reference leads to");
            }
            if kind == Some(DataType::Other) && !own {
                tell("type", "a type of RFC 7643");
            }
            let name = text(value, "name").unwrap_or("");
            let core = ["userName", "emails", "active", "displayName", "externalId", "id", "meta", "schemas"];
            if extension && !attribute.part && core.iter().any(|own| own.eq_ignore_ascii_case(name)) {
                tell("name", "no attribute of the core schemas in an extension");
            }
            let group = id.eq_ignore_ascii_case(urn::GROUP) && name.eq_ignore_ascii_case("displayName");
            if group && !attribute.part && member(value, "required") != Some(&Value::Bool(true)) {
                tell("required", "true for the displayName of a group");
            }
        });
    }
    tally.sightings()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{fine, get, wrong},
        *,
    };
    use crate::http::Exchange;

    fn schema(id: &str, attribute: Value) -> Exchange {
        get("/Schemas/x").answers(200, json!({"id": id, "attributes": [attribute]}))
    }

    #[test]
    fn what_is_left_out_fires() {
        for (id, attribute, path) in [
            (urn::USER, json!({"name": "name", "type": "complex"}), "attributes.subAttributes"),
            (urn::USER, json!({"name": "profileUrl", "type": "reference"}), "attributes.referenceTypes"),
            ("urn:acme:1", json!({"name": "x", "type": "colour"}), "attributes.type"),
            (urn::ENTERPRISE_USER, json!({"name": "userName", "type": "string"}), "attributes.name"),
            (urn::GROUP, json!({"name": "displayName", "type": "string", "required": false}), "attributes.required"),
        ] {
            assert_eq!(wrong(&RULE, &[schema(id, attribute)]).subject.word(), path);
        }
    }

    #[test]
    fn full_schemas_are_fine() {
        use crate::scim::schema::{ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA};
        for own in [&USER_SCHEMA, &GROUP_SCHEMA, &ENTERPRISE_SCHEMA] {
            fine(&RULE, &[get("/Schemas/x").answers(200, own.to_json())]);
        }
    }
}
