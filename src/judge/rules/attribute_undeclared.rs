//! `attribute-undeclared`

use serde_json::Value;

use super::{
    declarations::{of_the_target, sightings},
    discovery::{Document, told_before, whole_before},
    support::{filled, text},
};
use crate::{
    judge::{Level, Rule, Seen, Sighting, member},
    scim::schema::{DeviationKind, declared as of_schema},
};

pub(super) const RULE: Rule = Rule {
    id: "attribute-undeclared",
    level: Level::May,
    title: "A resource has an attribute that no schema of the target declares",
    spec: &["rfc7643#3", "rfc7643#7"],
    looks_at: "Every attribute and part of a resource below /Users and /Groups, held against /Schemas, read before in the \
          scenario. `schemas`, `id`, `externalId`, `meta` and the usual parts of multi-valued attributes belong to none.",
    why: "Clients that build their mappings from /Schemas never see the attribute; those that check against it refuse the resource.",
    breaks: &[],
    admin: "",
    example: "{\"userName\": \"ada@example.com\", \"tenantId\": 4} with a User schema that has no tenantId",
    fix: "Declare the attribute at /Schemas, in an extension where it is your own, or leave it out.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(declared) = seen.kind().resource().and_then(|resource| of_the_target(seen, resource)) else {
        return Vec::new();
    };
    // An extension that is only announced is told by schema-not-served.
    let announced = told_before(seen, Document::Types);
    // What has left its extension is told by extension-flattened.
    let flat =
        |name: &str| declared.extensions.iter().any(|extension| of_schema(&extension.attributes, name).is_some());
    let told = |name: &str| flat(name) || announced.iter().any(|of| names_extension(of, name));
    // One schema that was read by its name says nothing of the others.
    let unread = |name: &str| name.contains(':') && whole_before(seen, Document::Schemas).is_none();
    sightings(seen, &declared, |deviation| {
        let bare = deviation.value.is_some_and(|value| !filled(value));
        deviation.fault == DeviationKind::Undeclared && !told(&deviation.path) && !unread(&deviation.path) && !bare
    })
}

/// True where an entry of `/ResourceTypes` names the extension.
fn names_extension(of: &Value, urn: &str) -> bool {
    let extensions = member(of, "schemaExtensions").and_then(Value::as_array).into_iter().flatten();
    extensions.filter_map(|one| text(one, "schema")).any(|own| own.eq_ignore_ascii_case(urn))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, list, with, wrong},
        *,
    };
    use crate::http::Exchange;

    fn schemas() -> Exchange {
        let user = crate::scim::schema::USER_SCHEMA.to_json();
        get("/Schemas").answers(200, list(1, json!([user])))
    }

    #[test]
    fn an_attribute_out_of_nowhere_fires() {
        let odd = || get("/Users/7").answers(200, with(ada_as("7"), "tenantId", json!(4)));
        assert_eq!(wrong(&RULE, &[schemas(), odd()]).subject.word(), "tenantId");
        fine(&RULE, &[odd()]);
        fine(&RULE, &[schemas(), get("/Users/7").answers(200, ada_as("7"))]);
        // Groups are not described by that schema.
        fine(&RULE, &[schemas(), get("/Groups/7").answers(200, json!({"id": "7", "odd": 1}))]);
    }
}
