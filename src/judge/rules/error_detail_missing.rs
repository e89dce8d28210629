//! `error-detail-missing`

use super::support::has_urn;
use crate::{
    judge::{Level, Rule, Seen, Sighting, Subject, describe},
    scim::urn,
};

pub(super) const RULE: Rule = Rule {
    id: "error-detail-missing",
    level: Level::Should,
    title: "An error does not say what is wrong",
    spec: &["okta-scim20#errors", "okta-faq#errors", "okta-spec#4", "okta-spec#11", "okta-spec#12", "rfc7644#3.12"],
    looks_at: "The `detail` of 4xx bodies that name the Error schema.",
    why: "RFC 7644 leaves it optional. Okta shows it to the administrator as the reason, and its SPEC suite \
          wants it for 401 and 404.",
    breaks: &["okta"],
    admin: "... Errors reported by remote server: (nothing)",
    example: "{\"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:Error\"], \"status\": \"400\"}",
    fix: "Say in detail, in words an administrator understands, what is wrong and with which attribute.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.error().filter(|response| response.status < 500) else {
        return Vec::new();
    };
    let scim = response.value().is_some_and(|body| has_urn(body, urn::ERROR));
    let said = response.detail().is_some_and(|detail| !detail.trim().is_empty());
    Sighting::when(scim && !said, || {
        let actual = response.member("detail").map_or_else(|| "nothing".to_owned(), describe);
        Sighting::new(Subject::Envelope("detail".to_owned()), "a text that is not empty", actual)
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
    fn silence_fires() {
        wrong(&RULE, &[get("/Users/7").answers(404, with(error(404), "detail", json!(null)))]);
        wrong(&RULE, &[get("/Users/7").answers(404, with(error(404), "detail", json!({"code": 1})))]);
    }

    #[test]
    fn a_reason_and_other_shapes_are_fine() {
        fine(&RULE, &[get("/Users/7").answers(404, error(404))]);
        fine(&RULE, &[get("/Users/7").answers(500, with(error(500), "detail", json!(null)))]);
        fine(&RULE, &[get("/Users/7").answers(404, json!({"error": "no"}))]);
    }
}
