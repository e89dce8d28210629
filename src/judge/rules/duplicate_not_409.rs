//! `duplicate-not-409`

use super::history::{Known, known};
use super::ordinary::could_be_oktas;
use super::support::{own_credentials, refused, status_and_detail, text};
use crate::{
    http::{Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "duplicate-not-409",
    level: Level::Should,
    title: "A second create of a person is refused, but not with 409",
    spec: &["rfc7644#3.3", "okta-spec#8", "okta-scim20#create"],
    looks_at: "A POST /Users with the userName of a person whom this scenario created before, answered 4xx other \
          than 409 (401, 403 and 429 aside).",
    why: "RFC 7644 fixes 409 for it. To Okta every refusal ends the task, but its SPEC suite asserts 409 in \
          step 8.",
    breaks: &[],
    admin: "",
    example: "HTTP/1.1 400 Bad Request {\"detail\": \"user already exists\"}",
    fix: "Answer 409 with scimType uniqueness and a detail that says what is taken.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if !matches!(seen.kind(), Kind::Create(Resource::User)) || !own_credentials(&seen.exchange.request) {
        return Vec::new();
    }
    let Some(name) = seen.exchange.request.body_json().and_then(|body| text(body, "userName")) else {
        return Vec::new();
    };
    let known = known(seen);
    let same = |have: &&Known| {
        have.resource == Resource::User && have.name.as_deref().is_some_and(|have| have.eq_ignore_ascii_case(name))
    };

    let status = seen.response().map_or(0, |response| response.status);
    let wrong = refused(status) && status < 500 && status != 409;
    Sighting::when(wrong && could_be_oktas(seen) && known.iter().any(|have| same(&have)), || {
        Sighting::new(Subject::Status, "status 409", status_and_detail(seen))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, created, error, fine, post, with, wrong},
        *,
    };

    #[test]
    fn bad_request_fires() {
        wrong(&RULE, &[created(), post("/Users", ada()).answers(400, error(400))]);
    }

    #[test]
    fn conflict_and_new_names_are_fine() {
        fine(&RULE, &[created(), post("/Users", ada()).answers(409, error(409))]);
        fine(&RULE, &[post("/Users", ada()).answers(400, error(400))]);
        let other = with(ada(), "userName", json!("scim-check-t1-bob@example.com"));
        fine(&RULE, &[created(), post("/Users", other).answers(400, error(400))]);
    }
}
