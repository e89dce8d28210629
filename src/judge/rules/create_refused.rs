//! `create-refused`

use super::ordinary::ordinary;
use super::support::{refused, status_and_detail};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "create-refused",
    level: Level::Must,
    title: "An ordinary create is refused",
    spec: &["okta-scim20#create", "okta-scim20#group-create", "okta-spec#6"],
    looks_at: "The status of a POST with a name that is new in this scenario and a body as Okta sends it: 4xx (401, \
          403, 409 and 429 have rules of their own) or 501.",
    why: "Okta sends this body for everybody who is assigned, placeholder password and empty groups included, \
          and cannot leave anything out. A refusal means that nobody can be assigned.",
    breaks: &["okta"],
    admin: "Automatic provisioning of user ... to app ... failed: Error while creating user ...: ... Errors \
          reported by remote server: ...",
    example: "HTTP/1.1 400 Bad Request {\"detail\": \"password does not match the policy\"}",
    fix: "Take the attributes you know and ignore the others. Where your tenant needs more than Okta sends by \
          default, tell scim-check in its settings.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|_| matches!(seen.kind(), Kind::Create(_))) else {
        return Vec::new();
    };
    Sighting::when(response.status != 409 && refused(response.status) && ordinary(seen), || {
        Sighting::new(Subject::Status, "status 201", status_and_detail(seen))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, created, crew, error, fine, post, with, wrong},
        *,
    };
    use crate::http::AuthUse;

    #[test]
    fn a_refused_person_and_missing_groups_fire() {
        let sighting = wrong(&RULE, &[post("/Users", ada()).answers(400, error(400))]);
        assert_eq!(sighting.actual, "status 400, detail \"no\" (string)");
        wrong(&RULE, &[created(), post("/Groups", crew(json!([{"value": "7"}]))).answers(404, json!(null))]);
    }

    #[test]
    fn odd_bodies_may_be_refused() {
        for odd in [
            with(ada(), "userName", json!(null)),
            with(ada(), "userName", json!(" ")),
            with(ada(), "active", json!("yes")),
            with(ada(), "id", json!("7")),
            with(ada(), "schemas", json!(["urn:x"])),
            with(ada(), "unknown", json!(1)),
            with(ada(), "displayName", json!("x".repeat(1000))),
        ] {
            fine(&RULE, &[post("/Users", odd).answers(400, error(400))]);
        }
        fine(&RULE, &[post("/Groups", crew(json!([{"value": "nobody"}]))).answers(400, error(400))]);
    }

    #[test]
    fn a_name_used_before_and_wrong_credentials_are_fine() {
        fine(&RULE, &[created(), post("/Users", ada()).answers(400, error(400))]);
        fine(&RULE, &[post("/Users", ada()).answers(409, error(409))]);
        fine(&RULE, &[post("/Users", ada()).auth(AuthUse::None).answers(400, error(400))]);
        fine(&RULE, &[post("/Users", ada()).header("Content-Type", "text/plain").answers(415, error(415))]);
    }
}
