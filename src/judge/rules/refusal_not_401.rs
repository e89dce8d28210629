//! `refusal-not-401`

use super::support::{holds_credentials, lets_in, writes_authorization};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "refusal-not-401",
    level: Level::Should,
    title: "Missing or wrong credentials are answered otherwise than with 401",
    spec: &["okta-spec#11", "okta-scim11#test", "rfc7644#2", "rfc9110#15.5.2"],
    looks_at: "Requests to /Users and /Groups without credentials or with made-up ones that were not let in. Where \
          the end point may be missing, 403, 404, 405 and 501 will do; for lists only 401 does.",
    why: "By 401 Okta tells the administrator that the credentials are wrong, and its SPEC suite asserts it. \
          Another status sends them looking elsewhere. HTTP and RFC 7644 recommend 401.",
    breaks: &[],
    admin: "",
    example: "GET /Users with a made-up token answered 400",
    fix: "Answer 401 with WWW-Authenticate and an error body.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let request = &seen.exchange.request;
    if matches!(seen.kind(), Kind::Other) || holds_credentials(request) || writes_authorization(request) {
        return Vec::new();
    }
    let Some(response) = seen.response().filter(|response| !(response.is_success() && lets_in(response))) else {
        return Vec::new();
    };
    let fine = match response.status {
        401 | 429 => true,
        403 | 404 | 405 | 501 => !seen.kind().is_list(),
        _ => false,
    };
    Sighting::when(!fine, || Sighting::new(Subject::Status, "status 401", format!("status {}", response.status)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, delete, error, fine, get, list, lookup, wrong},
        *,
    };
    use crate::http::AuthUse;

    #[test]
    fn other_refusals_fire() {
        wrong(&RULE, &[lookup(ADA).auth(AuthUse::Wrong).answers(403, error(403))]);
        wrong(&RULE, &[get("/Users/7").auth(AuthUse::None).answers(500, json!(null))]);
        wrong(&RULE, &[get("/Users/7").auth(AuthUse::None).answers_text(200, &[], "<html>Log in")]);
    }

    #[test]
    fn unauthorized_is_fine() {
        fine(&RULE, &[lookup(ADA).auth(AuthUse::Wrong).answers(401, error(401))]);
        fine(&RULE, &[delete("/Users/7").auth(AuthUse::None).answers(405, error(405))]);
        fine(&RULE, &[get("/Schemas").auth(AuthUse::None).answers(403, error(403))]);
        fine(&RULE, &[lookup(ADA).answers(403, error(403))]);
        // Let in: that is another rule's.
        fine(&RULE, &[lookup(ADA).auth(AuthUse::Wrong).answers(200, list(0, json!([])))]);
    }
}
