//! `error-status-missing`

use super::support::{has_urn, present};
use crate::{
    judge::{Level, Rule, Seen, Sighting, Subject},
    scim::urn,
};

pub(super) const RULE: Rule = Rule {
    id: "error-status-missing",
    level: Level::Should,
    title: "An error body has no status",
    spec: &["rfc7644#3.12", "okta-spec#11", "okta-spec#12"],
    looks_at: "The `status` of error bodies that name the Error schema.",
    why: "RFC 7644 demands it, and Okta's SPEC suite compares it with 401 and 404.",
    breaks: &[],
    admin: "",
    example: "{\"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:Error\"], \"detail\": \"not found\"}",
    fix: "Repeat the status code as a string: \"status\": \"404\".",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.error() else {
        return Vec::new();
    };
    let scim = response.value().is_some_and(|body| has_urn(body, urn::ERROR));
    Sighting::when(scim && !present(response.member("status")), || {
        Sighting::new(Subject::Envelope("status".to_owned()), format!("\"{}\" (string)", response.status), "nothing")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{error, fine, get, with, wrong},
        *,
    };

    #[test]
    fn absence_fires() {
        wrong(&RULE, &[get("/Users/7").answers(404, with(error(404), "status", json!(null)))]);
    }

    #[test]
    fn a_status_or_another_shape_is_fine() {
        fine(&RULE, &[get("/Users/7").answers(404, error(404))]);
        fine(&RULE, &[get("/Users/7").answers(404, with(error(404), "status", json!(404)))]);
        fine(&RULE, &[get("/Users/7").answers(404, json!({"error": "no"}))]);
    }
}
