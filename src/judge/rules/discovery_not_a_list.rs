//! `discovery-not-a-list`

use serde_json::Value;

use super::{
    discovery::{Document, entries, read},
    support::has_urn,
};
use crate::{
    judge::{Level, Rule, Seen, Sighting, Subject, describe, member, type_name},
    scim::urn,
};

pub(super) const RULE: Rule = Rule {
    id: "discovery-not-a-list",
    level: Level::Should,
    title: "/Schemas or /ResourceTypes is no list answer",
    spec: &["rfc7644#4", "rfc7644#3.4.2"],
    looks_at: "The answer to a GET of /Schemas and /ResourceTypes: schemas with the URN of a list answer, Resources, and a totalResults that counts them, since \
          these two are never paged. A single resource type may stand alone.",
    why: "RFC 7644 demands a ListResponse. A bare array is an error to most clients; Okta's guide once showed one.",
    breaks: &[],
    admin: "",
    example: "[{\"name\": \"User\", ...}, {\"name\": \"Group\", ...}]",
    fix: "Wrap the entries: {\"schemas\": [\"urn:...:ListResponse\"], \"totalResults\": 2, \"Resources\": [...]}.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let document = match read(seen.exchange) {
        Some((document @ (Document::Schemas | Document::Types), None)) => document,
        _ => return Vec::new(),
    };
    let Some(body) = seen.success().and_then(|response| response.value()) else {
        return Vec::new();
    };
    let alone = document == Document::Types && has_urn(body, urn::RESOURCE_TYPE);
    if alone {
        return Vec::new();
    }
    let Some(resources) = member(body, "Resources").and_then(Value::as_array) else {
        let actual = member(body, "Resources").map_or_else(|| format!("a body that is {}", type_name(body)), describe);
        return vec![Sighting::new(Subject::Envelope("Resources".to_owned()), "an array of entries", actual)];
    };
    let mut found = Vec::new();
    if !has_urn(body, urn::LIST_RESPONSE) {
        let actual = member(body, "schemas").map_or_else(|| "nothing".to_owned(), describe);
        let expected = format!("an array with {}", urn::LIST_RESPONSE);
        found.push(Sighting::new(Subject::Envelope("schemas".to_owned()), expected, actual));
    }
    let total = member(body, "totalResults");
    let counted = total.and_then(Value::as_f64) == Some(resources.len() as f64);
    if !counted && seen.exchange.request.query.is_empty() && entries(seen.exchange).len() == resources.len() {
        let actual = total.map_or_else(|| "nothing".to_owned(), describe);
        found.push(Sighting::new(
            Subject::Envelope("totalResults".to_owned()),
            format!("{} (integer)", resources.len()),
            actual,
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{error, fine, get, list, with, wrong},
        *,
    };

    #[test]
    fn other_envelopes_and_other_counts_fire() {
        for odd in
            [json!([{"name": "User"}]), json!({"resourceType": []}), with(list(1, json!([{}])), "schemas", json!(null))]
        {
            wrong(&RULE, &[get("/ResourceTypes").answers(200, odd)]);
        }
        wrong(&RULE, &[get("/Schemas").answers(200, list(2, json!([{}])))]);
    }

    #[test]
    fn lists_and_a_single_type_are_fine() {
        fine(&RULE, &[get("/Schemas").answers(200, list(1, json!([{}])))]);
        fine(&RULE, &[get("/ResourceTypes").answers(200, json!({"schemas": [urn::RESOURCE_TYPE], "name": "User"}))]);
        fine(&RULE, &[get("/ResourceTypes/User").answers(200, json!({}))]);
        fine(&RULE, &[get("/Schemas").answers(404, error(404))]);
    }
}
