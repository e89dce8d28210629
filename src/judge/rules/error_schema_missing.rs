//! `error-schema-missing`

use super::support::has_urn;
use crate::{
    judge::{Level, Rule, Seen, Sighting, Subject, describe, member, type_name},
    scim::urn,
};

pub(super) const RULE: Rule = Rule {
    id: "error-schema-missing",
    level: Level::Should,
    title: "An error does not name its schema",
    spec: &["rfc7644#3.12", "okta-spec#4", "okta-spec#11", "okta-spec#12"],
    looks_at: "The `schemas` of JSON bodies with status 400 and above.",
    why: "RFC 7644 demands the Error URN, and Okta's SPEC suite asserts it. A body of another shape, such as \
          {\"error\": ...}, gives the administrator no reason to read.",
    breaks: &[],
    admin: "",
    example: "{\"error\": \"not found\"}",
    fix: "Answer errors with \"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:Error\"], status and \
          detail, at the top level.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(body) = seen.error().and_then(|response| response.value()) else {
        return Vec::new();
    };
    Sighting::when(!has_urn(body, urn::ERROR), || {
        let actual = match member(body, "schemas") {
            Some(schemas) => describe(schemas),
            None if body.is_object() => "nothing".to_owned(),
            None => format!("a body that is {}", type_name(body)),
        };
        Sighting::new(Subject::Envelope("schemas".to_owned()), format!("an array with {}", urn::ERROR), actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, error, fine, get, with, wrong},
        *,
    };

    #[test]
    fn another_shape_fires() {
        wrong(&RULE, &[get("/Users/7").answers(404, json!({"error": "no"}))]);
        wrong(&RULE, &[get("/Users/7").answers(404, with(error(404), "schemas", json!("urn:x")))]);
        wrong(&RULE, &[get("/Users/7").answers(404, json!("no"))]);
    }

    #[test]
    fn the_urn_is_fine() {
        fine(&RULE, &[get("/Users/7").answers(404, error(404))]);
        fine(&RULE, &[get("/Users/7").answers(404, json!(null))]);
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
    }
}
