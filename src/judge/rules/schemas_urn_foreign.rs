//! `schemas-urn-foreign`

use serde_json::Value;

use super::{
    discovery::{Document, told_before},
    support::{first_wrong, looks_like_resource},
};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, member};

pub(super) const RULE: Rule = Rule {
    id: "schemas-urn-foreign",
    level: Level::Should,
    title: "A resource names a schema that is not one of its type",
    spec: &["rfc7643#3", "rfc7644#3.1"],
    looks_at: "The entries of `schemas` of every resource in a successful answer: URNs of messages, and, where the scenario \
          has read /ResourceTypes, what the type of the resource does not list.",
    why: "RFC 7643 allows only the URNs of the resource type and of its extensions. What a client sends beyond \
          them is not to be given back to others.",
    breaks: &[],
    admin: "",
    example: "{\"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"], \"userName\": \"ada\"}",
    fix: "Write schemas from what the resource holds; announce every extension at /ResourceTypes.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let types = told_before(seen, Document::Types);
    let mut resources = seen.resources();
    // An error or a list where a resource is due is told by others.
    resources.retain(|resource| looks_like_resource(resource));
    first_wrong(&resources, |resource| {
        let listed = seen.kind().resource().and_then(|kind| urns_of(&types, kind.schema()));
        let foreign = |urn: &&str| {
            let message = urn.to_ascii_lowercase().starts_with("urn:ietf:params:scim:api:");
            message || listed.as_ref().is_some_and(|urns| !urns.iter().any(|own| own.eq_ignore_ascii_case(urn)))
        };
        let urn = member(resource, "schemas")?.as_array()?.iter().filter_map(Value::as_str).find(foreign)?;
        let expected = match &listed {
            Some(urns) => format!("among {}", urns.join(", ")),
            None => "URNs of schemas".to_owned(),
        };
        Some(Sighting::new(Subject::Attribute("schemas".to_owned()), expected, seen.show(resource, &Value::from(urn))))
    })
}

/// The URNs of the announced resource type with this core schema.
fn urns_of(types: &[&Value], core: &str) -> Option<Vec<String>> {
    let schema = |of: &Value| member(of, "schema").and_then(Value::as_str).map(str::to_owned);
    let of = types.iter().find(|of| schema(of).is_some_and(|urn| urn.eq_ignore_ascii_case(core)))?;
    let extensions = member(of, "schemaExtensions").and_then(Value::as_array).into_iter().flatten().filter_map(schema);
    Some(std::iter::once(core.to_owned()).chain(extensions).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, list, with, wrong},
        *,
    };
    use crate::scim::urn;

    fn announced() -> crate::http::Exchange {
        let user = json!({"name": "User", "schema": urn::USER, "schemaExtensions": [{"schema": urn::ENTERPRISE_USER}]});
        get("/ResourceTypes").answers(200, list(1, json!([user])))
    }

    fn person(urns: Value) -> crate::http::Exchange {
        get("/Users/7").answers(200, with(ada_as("7"), "schemas", urns))
    }

    #[test]
    fn messages_and_unannounced_schemas_fire() {
        wrong(&RULE, &[person(json!([urn::USER, urn::LIST_RESPONSE]))]);
        wrong(&RULE, &[announced(), person(json!([urn::USER, "urn:x"]))]);
    }

    #[test]
    fn announced_ones_and_those_of_a_server_that_says_nothing_are_fine() {
        fine(&RULE, &[announced(), person(json!([urn::ENTERPRISE_USER, urn::USER]))]);
        fine(&RULE, &[person(json!([urn::USER, "urn:x"]))]);
    }
}
