//! `entry-not-object`

use super::declarations::{sightings, standard};
use crate::{
    judge::{Level, Rule, Seen, Sighting},
    scim::schema::DeviationKind,
};

pub(super) const RULE: Rule = Rule {
    id: "entry-not-object",
    level: Level::Must,
    title: "An entry of a multi-valued attribute is no object",
    spec: &["rfc7643#2.4", "rfc7643#4.1.2", "rfc7643#4.2", "okta-faq#multivalued"],
    looks_at: "The entries of `emails`, `phoneNumbers`, `addresses`, `groups`, `members` and the like in every successful \
          answer.",
    why: "Okta reads the `value` of an entry; a bare text has none. The address or the member is not seen.",
    breaks: &["okta"],
    admin: "A failed task, or an import without the addresses and members; how Okta words it is not documented.",
    example: "{\"emails\": [\"ada@example.com\"]}",
    fix: "Write every entry as an object: {\"value\": \"ada@example.com\", \"type\": \"work\"}.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(resource) = seen.kind().resource() else {
        return Vec::new();
    };
    sightings(seen, standard(resource), |deviation| deviation.fault == DeviationKind::Element)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada_as, crew, eve, fine, get, list, with, wrong},
        *,
    };

    #[test]
    fn bare_texts_fire() {
        let mixed = with(ada_as("7"), "emails", json!([{"value": ADA}, ADA]));
        wrong(&RULE, &[get("/Users/7").answers(200, mixed)]);
        wrong(&RULE, &[get("/Groups/g").answers(200, with(crew(json!(["7"])), "id", json!("g")))]);
        let odd = with(eve(), "roles", json!(["eve-role"]));
        wrong(&RULE, &[get("/Users?startIndex=1&count=2").answers(200, list(1, json!([odd])))]);
    }

    #[test]
    fn objects_are_fine() {
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "shoes", json!(["a"])))]);
    }
}
