//! `create-answer-empty`

use crate::{
    http::{Json, Kind},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "create-answer-empty",
    level: Level::Must,
    title: "A create is answered without a body",
    spec: &["okta-scim20#create", "rfc7644#3.3"],
    looks_at: "The body of a successful answer to POST /Users and /Groups.",
    why: "Okta takes the id of the new person or group from this body and has no other way to learn it. RFC \
          7644 only recommends the body.",
    breaks: &["okta"],
    admin: "Automatic provisioning of user ... to app ... failed: ... Create new user returned empty user.",
    example: "HTTP/1.1 201 Created with Content-Length: 0",
    fix: "Answer 201 with the whole resource, its id included.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.success().filter(|_| matches!(seen.kind(), Kind::Create(_))) else {
        return Vec::new();
    };
    Sighting::when(response.json == Json::Empty, || {
        let actual = format!("status {} without a body", response.status);
        Sighting::new(Subject::Envelope("body".to_owned()), "the resource with its id", actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, created, crew, fine, post, wrong},
        *,
    };

    #[test]
    fn created_without_a_body_fires() {
        wrong(&RULE, &[post("/Users", ada()).answers(201, json!(null))]);
        wrong(&RULE, &[post("/Groups", crew(json!([]))).answers(204, json!(null))]);
    }

    #[test]
    fn a_body_or_a_refusal_is_fine() {
        fine(&RULE, &[created()]);
        fine(&RULE, &[post("/Users", ada()).answers(409, json!(null))]);
    }
}
