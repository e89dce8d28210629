//! `extension-not-in-schemas`

use serde_json::Value;

use super::support::{first_wrong, has_urn, present, projected};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, member};

pub(super) const RULE: Rule = Rule {
    id: "extension-not-in-schemas",
    level: Level::Should,
    title: "A resource has an extension that its schemas do not name",
    spec: &["rfc7643#3", "rfc7643#3.3"],
    looks_at: "Members of a whole resource whose name is a URN and whose value is an object with something in it, held \
          against its `schemas`.",
    why: "RFC 7643 demands that schemas names every extension whose attributes are there. Clients that choose by \
          schemas what to read pass the extension over.",
    breaks: &[],
    admin: "",
    example: "{\"schemas\": [\"urn:...:core:2.0:User\"], \"urn:...:extension:enterprise:2.0:User\": {\"department\": \"R\"}}",
    fix: "Add the URN of the extension to schemas wherever the extension has values.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if projected(&seen.exchange.request) {
        return Vec::new();
    }
    let mut resources = seen.resources();
    // Where there is nothing at all, resource-schemas-missing says so.
    resources.retain(|resource| member(resource, "schemas").is_some_and(|urns| urns.is_array() && present(Some(urns))));
    first_wrong(&resources, |resource| {
        let core = seen.kind().resource()?.schema();
        let extension = |(name, value): &(&String, &Value)| {
            let filled = value.as_object().is_some_and(|parts| parts.values().any(|part| present(Some(part))));
            let urn = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
            urn && filled && !name.eq_ignore_ascii_case(core)
        };
        let (name, _) = resource.as_object()?.iter().filter(extension).find(|(name, _)| !has_urn(resource, name))?;
        let urns = member(resource, "schemas").map_or_else(String::new, |urns| seen.show(resource, urns));
        Some(Sighting::new(Subject::Attribute("schemas".to_owned()), format!("{name} among the schemas"), urns))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, with, wrong},
        *,
    };
    use crate::scim::urn;

    #[test]
    fn an_extension_beside_its_schemas_fires() {
        let answer = with(ada_as("7"), urn::ENTERPRISE_USER, json!({"department": "R"}));
        wrong(&RULE, &[get("/Users/7").answers(200, answer)]);
    }

    #[test]
    fn named_empty_and_selected_extensions_are_fine() {
        let urns = json!([urn::USER, urn::ENTERPRISE_USER.to_uppercase()]);
        let answer = with(ada_as("7"), urn::ENTERPRISE_USER, json!({"department": "R"}));
        fine(&RULE, &[get("/Users/7?attributes=userName").answers(200, answer.clone())]);
        fine(&RULE, &[get("/Users/7").answers(200, with(answer, "schemas", urns))]);
        let answer = with(ada_as("7"), urn::ENTERPRISE_USER, json!({"department": null}));
        fine(&RULE, &[get("/Users/7").answers(200, answer)]);
    }
}
