//! `resource-schemas-missing`

use super::support::{first_wrong, has_urn, looks_like_resource, projected};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, member};

pub(super) const RULE: Rule = Rule {
    id: "resource-schemas-missing",
    level: Level::Should,
    title: "A resource does not name its schema",
    spec: &["rfc7643#3.1", "rfc7643#3", "okta-spec#6"],
    looks_at: "The `schemas` of every whole resource in a successful answer.",
    why: "RFC 7643 demands it. Okta's client has not been seen to look at it, but its SPEC suite asserts the \
          core URN after a create.",
    breaks: &[],
    admin: "",
    example: "{\"id\": \"7\", \"userName\": \"ada@example.com\"}",
    fix: "Put the core URN of the type into schemas: urn:ietf:params:scim:schemas:core:2.0:User or ...:Group.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(kind) = seen.kind().resource().filter(|_| !projected(&seen.exchange.request)) else {
        return Vec::new();
    };
    let mut resources = seen.resources();
    resources.retain(|resource| looks_like_resource(resource));
    first_wrong(&resources, |resource| {
        let schemas = member(resource, "schemas");
        let actual = || schemas.map_or_else(|| "nothing".to_owned(), |schemas| seen.show(resource, schemas));
        let expected = format!("an array with {}", kind.schema());
        let wrong = !has_urn(resource, kind.schema());
        wrong.then(|| Sighting::new(Subject::Attribute("schemas".to_owned()), expected, actual()))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada, ada_as, eve, fine, get, list, lookup, post, with, wrong},
        *,
    };

    #[test]
    fn the_wrong_urn_or_none_fires() {
        wrong(&RULE, &[post("/Users", ada()).answers(201, with(ada_as("7"), "schemas", json!([])))]);
        wrong(&RULE, &[lookup(ADA).answers(200, list(1, json!([with(eve(), "schemas", json!(null))])))]);
    }

    #[test]
    fn more_urns_and_selected_attributes_are_fine() {
        let urns = json!(["urn:x", "urn:ietf:params:scim:schemas:core:2.0:User"]);
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "schemas", urns))]);
        let bare = with(ada_as("7"), "schemas", json!(null));
        fine(&RULE, &[get("/Users/7?attributes=userName").answers(200, bare)]);
    }
}
