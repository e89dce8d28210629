//! `list-schema-missing`

use super::support::has_urn;
use crate::{
    judge::{Level, Rule, Seen, Sighting, Subject, describe, member},
    scim::urn,
};

pub(super) const RULE: Rule = Rule {
    id: "list-schema-missing",
    level: Level::Should,
    title: "A list answer does not name its schema",
    spec: &["rfc7644#3.4.2", "okta-spec#1"],
    looks_at: "The `schemas` of a successful list or lookup.",
    why: "RFC 7644 wants the ListResponse URN (a MUST there). Okta's client has not been seen to look at it, \
          but Okta's SPEC suite asserts it in steps 1, 3 and 5.",
    breaks: &[],
    admin: "",
    example: "{\"totalResults\": 0, \"Resources\": []}",
    fix: "Put \"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"] into every list answer, \
          empty ones included.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(body) = seen.success().filter(|_| seen.lists()).and_then(|response| response.value()) else {
        return Vec::new();
    };
    // What is no list at all is told by list-total-missing.
    let list = ["schemas", "totalResults", "Resources"].iter().any(|name| member(body, name).is_some());
    Sighting::when(list && !has_urn(body, urn::LIST_RESPONSE), || {
        let actual = member(body, "schemas").map_or_else(|| "nothing".to_owned(), describe);
        Sighting::new(Subject::Envelope("schemas".to_owned()), format!("an array with {}", urn::LIST_RESPONSE), actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada_as, fine, get, list, lookup, with, wrong},
        *,
    };

    #[test]
    fn a_list_without_its_urn_fires() {
        let bare = json!({"totalResults": 0});
        wrong(&RULE, &[lookup(ADA).answers(200, bare)]);
        wrong(&RULE, &[lookup(ADA).answers(200, with(list(0, json!([])), "schemas", json!("urn:x")))]);
    }

    #[test]
    fn more_urns_in_any_case_are_fine() {
        let urns = json!(["x", "URN:ietf:params:scim:api:messages:2.0:ListResponse"]);
        fine(&RULE, &[lookup(ADA).answers(200, with(list(0, json!([])), "schemas", urns))]);
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
    }
}
