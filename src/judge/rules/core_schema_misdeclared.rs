//! `core-schema-misdeclared`

use serde_json::Value;

use super::{
    definitions::{Tally, each_attribute},
    discovery::{Document, entries, read},
    support::{projected, text},
};
use crate::{
    judge::{Level, Rule, Seen, Sighting, member},
    scim::urn,
};

pub(super) const RULE: Rule = Rule {
    id: "core-schema-misdeclared",
    level: Level::Should,
    title: "A core attribute is declared as something else than RFC 7643 makes it",
    spec: &["rfc7643#4.1.1", "rfc7643#4.1.2", "rfc7643#4.2", "rfc7643#4.3"],
    looks_at: "The schemas of users, groups and the enterprise extension at /Schemas, attribute by attribute as far as they are declared: what the text of \
          RFC 7643 fixes for userName, name, emails, active, groups, password, members and the parts of the extension. What a server leaves out \
          is its own business, and so is all that the printed schemas merely suggest.",
    why: "A client believes the declaration: it does not send what is called readOnly, and shows what is called readable.",
    breaks: &[],
    admin: "",
    example: "{\"name\": \"password\", \"mutability\": \"readWrite\", \"returned\": \"default\"}",
    fix: "Declare the attribute as RFC 7643 section 4 describes it.",
    judge,
};

/// What an attribute must be declared as: schema, place, characteristic, words.
type Fixed = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// Words that are not there count as their defaults.
const FIXED: &[Fixed] = &[
    (urn::USER, "userName", "required", &["true"]),
    (urn::USER, "userName", "caseExact", &["false"]),
    (urn::USER, "userName", "uniqueness", &["server", "global"]),
    (urn::USER, "userName", "type", &["string"]),
    (urn::USER, "userName", "mutability", &["readWrite", "immutable"]),
    (urn::USER, "userName", "multiValued", &["false"]),
    (urn::USER, "name", "type", &["complex"]),
    (urn::USER, "name", "multiValued", &["false"]),
    (urn::USER, "emails", "type", &["complex"]),
    (urn::USER, "emails", "multiValued", &["true"]),
    (urn::USER, "phoneNumbers", "type", &["complex"]),
    (urn::USER, "phoneNumbers", "multiValued", &["true"]),
    (urn::USER, "addresses", "type", &["complex"]),
    (urn::USER, "addresses", "multiValued", &["true"]),
    (urn::USER, "groups", "type", &["complex"]),
    (urn::USER, "groups", "multiValued", &["true"]),
    (urn::USER, "groups", "mutability", &["readOnly"]),
    (urn::USER, "active", "type", &["boolean"]),
    (urn::USER, "active", "multiValued", &["false"]),
    (urn::USER, "displayName", "type", &["string"]),
    (urn::USER, "displayName", "multiValued", &["false"]),
    (urn::USER, "password", "mutability", &["writeOnly"]),
    (urn::USER, "password", "returned", &["never"]),
    (urn::GROUP, "displayName", "type", &["string"]),
    (urn::GROUP, "displayName", "multiValued", &["false"]),
    (urn::GROUP, "members", "type", &["complex"]),
    (urn::GROUP, "members", "multiValued", &["true"]),
    (urn::GROUP, "members.$ref", "type", &["reference"]),
    (urn::ENTERPRISE_USER, "employeeNumber", "type", &["string"]),
    (urn::ENTERPRISE_USER, "costCenter", "type", &["string"]),
    (urn::ENTERPRISE_USER, "organization", "type", &["string"]),
    (urn::ENTERPRISE_USER, "division", "type", &["string"]),
    (urn::ENTERPRISE_USER, "department", "type", &["string"]),
    (urn::ENTERPRISE_USER, "manager", "type", &["complex"]),
    (urn::ENTERPRISE_USER, "manager", "multiValued", &["false"]),
    ("", "id", "type", &["string"]),
    ("", "id", "mutability", &["readOnly"]),
    ("", "id", "returned", &["always"]),
    ("", "id", "caseExact", &["true"]),
    ("", "externalId", "type", &["string"]),
    ("", "externalId", "mutability", &["readWrite", "immutable"]),
    ("", "externalId", "caseExact", &["true"]),
];

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if !matches!(read(seen.exchange), Some((Document::Schemas, _))) || projected(&seen.exchange.request) {
        return Vec::new();
    }
    let mut tally = Tally::default();
    for schema in entries(seen.exchange) {
        let Some(id) = text(schema, "id")
            .filter(|id| [urn::USER, urn::GROUP, urn::ENTERPRISE_USER].iter().any(|own| own.eq_ignore_ascii_case(id)))
        else {
            continue;
        };
        each_attribute(schema, |attribute| {
            let place = attribute.place.split(" of ").next().unwrap_or("");
            let own = FIXED.iter().filter(|(urn, path, ..)| {
                (urn.is_empty() || urn.eq_ignore_ascii_case(id)) && path.eq_ignore_ascii_case(place)
            });
            for (_, path, name, words) in own {
                let given = member(attribute.value, name).filter(|given| !given.is_null());
                let word = match given {
                    Some(Value::String(text)) => text.clone(),
                    Some(other) => other.to_string(),
                    None if *name == "type" => continue,
                    None => default(name).to_owned(),
                };
                // A word that the standard does not know is told by schema-incomplete.
                let known = *name != "mutability"
                    || ["readOnly", "readWrite", "immutable", "writeOnly"].contains(&word.as_str());
                // Letter case is mostly left out where it is the default of the text; schema-incomplete misses multiValued.
                let silent = given.is_none() && ["caseExact", "multiValued"].contains(name);
                if known && !silent && !words.iter().any(|fine| fine.eq_ignore_ascii_case(&word)) {
                    tally.tell(&format!("{path} {name}"), &words.join(" or "), &attribute.place, given);
                }
            }
        });
        if id.eq_ignore_ascii_case(urn::GROUP) {
            value_of_members(schema, &mut tally);
        }
    }
    tally.sightings()
}

/// The members of a group have a value.
fn value_of_members(schema: &Value, tally: &mut Tally) {
    let attributes = member(schema, "attributes").and_then(Value::as_array).into_iter().flatten();
    let named = |wanted: &'static str| {
        move |one: &&Value| text(one, "name").is_some_and(|name| name.eq_ignore_ascii_case(wanted))
    };
    let Some(members) = attributes.into_iter().find(named("members")) else {
        return;
    };
    let parts = member(members, "subAttributes").and_then(Value::as_array);
    // No parts at all is told by schema-vague.
    if parts.is_some_and(|parts| !parts.is_empty() && !parts.iter().any(|part| named("value")(&part))) {
        tally.tell("members.value", "a part called value", "members of a group", None);
    }
}

fn default(name: &str) -> &'static str {
    match name {
        "mutability" => "readWrite",
        "returned" => "default",
        "uniqueness" => "none",
        _ => "false",
    }
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
    fn other_declarations_fire() {
        for (id, attribute, path) in [
            (urn::USER, json!({"name": "userName", "required": true, "uniqueness": "none"}), "userName uniqueness"),
            (urn::USER, json!({"name": "userName", "uniqueness": "server"}), "userName required"),
            (urn::USER, json!({"name": "groups", "type": "complex", "multiValued": true}), "groups mutability"),
            (urn::USER, json!({"name": "password", "mutability": "writeOnly"}), "password returned"),
            (urn::USER, json!({"name": "displayName", "type": "complex"}), "displayName type"),
            (
                urn::GROUP,
                json!({"name": "members", "type": "complex", "multiValued": true,
                "subAttributes": [{"name": "id"}]}),
                "members.value",
            ),
            (urn::ENTERPRISE_USER, json!({"name": "manager", "type": "string"}), "manager type"),
            (urn::USER, json!({"name": "id", "mutability": "readOnly"}), "id returned"),
        ] {
            assert_eq!(wrong(&RULE, &[schema(id, attribute)]).subject.word(), path);
        }
    }

    #[test]
    fn the_references_own_and_a_subset_are_fine() {
        use crate::scim::schema::{ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA};
        for own in [&USER_SCHEMA, &GROUP_SCHEMA, &ENTERPRISE_SCHEMA] {
            fine(&RULE, &[get("/Schemas/x").answers(200, own.to_json())]);
        }
        fine(&RULE, &[schema(urn::USER, json!({"name": "nickName", "type": "string", "multiValued": false}))]);
        fine(&RULE, &[schema("urn:acme:1", json!({"name": "userName"}))]);
    }
}
