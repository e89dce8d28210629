//! `not-as-declared`

use serde_json::Value;

use super::{
    declarations::{of_the_target, sightings, standard},
    discovery::{Document, told_before},
    support::{looks_like_resource, projected, text},
};
use crate::{
    http::{Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject, member},
    scim::schema::{Deviation, DeviationKind},
};

pub(super) const RULE: Rule = Rule {
    id: "not-as-declared",
    level: Level::Should,
    title: "A resource is not as the target's own schemas declare it",
    spec: &["rfc7643#2.3", "rfc7643#7", "rfc7643#2.2"],
    looks_at: "Every attribute and part of a resource below /Users and /Groups, held against /Schemas, read before in the scenario: JSON type, one \
          value or a list, form of dates and the like; required attributes and extensions that are missing in a whole resource; values that are never \
          returned, or only to who asks for them. Values beyond canonicalValues are lawful. What breaks RFC 7643 itself has rules of its own.",
    why: "Clients read and write by what /Schemas says: a number where a text is declared ends their import.",
    breaks: &[],
    admin: "",
    example: "{\"employeeNumber\": 7} with a schema that says \"type\": \"string\"",
    fix: "Let /Schemas say what the resources are, or the resources be what it says.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(resource) = seen.kind().resource() else {
        return Vec::new();
    };
    let Some(declared) = of_the_target(seen, resource) else {
        return Vec::new();
    };
    let whole = !projected(&seen.exchange.request) && seen.resources().iter().all(|one| looks_like_resource(one));
    let read = seen.exchange.request.method == "GET";
    let own = standard(resource);
    let broken: Vec<Deviation<'_>> = seen.resources().into_iter().flat_map(|one| own.deviations(one)).collect();
    let told = |deviation: &Deviation<'_>| {
        // id and schemas are in no schema, but some servers declare them.
        let common = ["id", "schemas", "meta", "externalId"].contains(&deviation.path.split('.').next().unwrap_or(""));
        common || broken.iter().any(|have| have.path == deviation.path && have.fault == deviation.fault)
    };
    let mut found = sightings(seen, &declared, |deviation| match deviation.fault {
        DeviationKind::Undeclared => false,
        DeviationKind::Missing => whole && !told(deviation),
        // Answers to writes hold what the write had.
        DeviationKind::OnRequest => read && whole,
        _ => !told(deviation),
    });
    if whole && !matches!(seen.kind(), Kind::Delete(..)) {
        found.extend(without_required_extension(seen, resource));
    }
    found
}

/// Extensions that every resource of the type must have (RFC 7643 section 6), and one has not.
fn without_required_extension(seen: &Seen<'_>, resource: Resource) -> Vec<Sighting> {
    let own_schema = |one: &&&Value| text(one, "schema").is_some_and(|urn| urn.eq_ignore_ascii_case(resource.schema()));
    let types = told_before(seen, Document::Types);
    let extensions = types.iter().filter(own_schema).filter_map(|one| member(one, "schemaExtensions")?.as_array());
    let required = extensions.flatten().filter(|one| member(one, "required") == Some(&Value::Bool(true)));
    let has = |one: &Value, urn: &str| {
        one.as_object().into_iter().flatten().any(|(name, value)| name.eq_ignore_ascii_case(urn) && !value.is_null())
    };
    let lacking = required
        .filter_map(|one| text(one, "schema"))
        .filter(|urn| seen.resources().into_iter().any(|one| !has(one, urn)));
    let expected = "the extension: the resource type says that it is required";
    lacking.map(|urn| Sighting::new(Subject::Attribute(urn.to_owned()), expected, "nothing")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{
        super::testing::{ada_as, delete, fine, get, judge as told, list, post, with, wrong},
        *,
    };
    use crate::{http::Exchange, scim::urn};

    fn schemas(of: &str, attributes: Value) -> Exchange {
        let mut user = crate::scim::schema::USER_SCHEMA.to_json();
        if of == urn::USER {
            let more = attributes.as_array().unwrap().clone();
            user["attributes"].as_array_mut().unwrap().extend(more);
            return get("/Schemas").answers(200, list(1, json!([user])));
        }
        get("/Schemas").answers(200, list(2, json!([user, {"id": of, "attributes": attributes}])))
    }

    #[test]
    fn other_types_and_missing_values_fire() {
        let own = || schemas(urn::USER, json!([{"name": "shoe", "type": "integer", "required": true}]));
        let person = |shoe: Value| get("/Users/7").answers(200, with(ada_as("7"), "shoe", shoe));
        wrong(&RULE, &[own(), person(json!("43"))]);
        wrong(&RULE, &[own(), person(json!(null))]);
        fine(&RULE, &[own(), person(json!(43))]);
        let extension = || schemas("urn:acme:shoes", json!([{"name": "size", "type": "string"}]));
        let worn =
            |size: Value| get("/Users/7").answers(200, with(ada_as("7"), "URN:acme:shoes", json!({"size": size})));
        wrong(&RULE, &[extension(), worn(json!(43))]);
        fine(&RULE, &[extension(), worn(json!("43"))]);
    }

    #[test]
    fn what_is_never_returned_fires_without_its_value() {
        let own = schemas(urn::USER, json!([{"name": "pin", "returned": "never"}]));
        let seen = wrong(&RULE, &[own, get("/Users/7").answers(200, with(ada_as("7"), "pin", json!("4711")))]);
        assert!(!seen.actual.contains("4711"));
    }

    #[test]
    fn what_is_returned_on_request_fires_in_a_read_that_did_not_ask() {
        let own = || schemas(urn::USER, json!([{"name": "shoe", "returned": "request"}]));
        let shod = || with(ada_as("7"), "shoe", json!("43"));
        wrong(&RULE, &[own(), get("/Users/7").answers(200, shod())]);
        wrong(&RULE, &[own(), get("/Users").answers(200, list(1, json!([shod()])))]);
        fine(&RULE, &[own(), get("/Users/7?attributes=shoe").answers(200, shod())]);
        fine(&RULE, &[own(), get("/Users/7").answers(200, ada_as("7"))]);
    }

    #[test]
    fn an_extension_that_is_required_is_missed() {
        let types = |required: bool| {
            let extension = json!({"schema": "urn:acme:shoes", "required": required});
            let user = json!({"name": "User", "schema": urn::USER, "schemaExtensions": [extension]});
            get("/ResourceTypes").answers(200, list(1, json!([user])))
        };
        let own = || schemas("urn:acme:shoes", json!([{"name": "size"}]));
        let person = || get("/Users/7").answers(200, ada_as("7"));
        assert_eq!(wrong(&RULE, &[types(true), own(), person()]).subject.word(), "urn:acme:shoes");
        fine(&RULE, &[types(false), own(), person()]);
        let shod = with(ada_as("7"), "urn:acme:shoes", json!({"size": "43"}));
        fine(&RULE, &[types(true), own(), get("/Users/7").answers(200, shod)]);
        fine(&RULE, &[types(true), own(), post("/Users", ada_as("7")).answers(201, json!(null))]);
        wrong(&RULE, &[types(true), own(), get("/Users").answers(200, list(1, json!([ada_as("7")])))]);
        let empty = with(ada_as("7"), "urn:acme:shoes", json!(null));
        wrong(&RULE, &[types(true), own(), get("/Users/7").answers(200, empty)]);
        fine(&RULE, &[types(true), own(), delete("/Users/7").answers(200, ada_as("7"))]);
    }

    #[test]
    fn selections_and_breaches_of_the_standard_are_left_to_others() {
        let own = || schemas(urn::USER, json!([{"name": "shoe", "required": true}]));
        fine(&RULE, &[own(), get("/Users/7?attributes=userName").answers(200, ada_as("7"))]);
        let odd = with(with(ada_as("7"), "name", json!("Ada")), "shoe", json!("43"));
        assert_eq!(told(&RULE, &[own(), get("/Users/7").answers(200, odd)]), []);
    }
}
