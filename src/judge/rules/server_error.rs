//! `server-error`

use super::ordinary::could_be_oktas;
use super::support::status_and_detail;
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "server-error",
    level: Level::Must,
    title: "A request as Okta makes it ends in a server error",
    spec: &["okta-scim20#errors", "okta-concept#rate-limits", "rfc7644#3.12"],
    looks_at: "The status of requests in Okta's forms with our credentials: 5xx but 501, which is a refusal.",
    why: "Okta gives the task up and shows it as failed; whether it tries again by itself is not established.",
    breaks: &["okta"],
    admin: "A failed task under Tasks: ... Internal Server Error. Errors reported by remote server: ...; \
            Retry Selected runs it again.",
    example: "POST /Users answered 500",
    fix: "Find the crash in your log. What the client did wrong is a 4xx, what is too much for now a 429 with \
          Retry-After.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let crashed = seen.response().is_some_and(|response| response.status >= 500 && response.status != 501);
    Sighting::when(crashed && could_be_oktas(seen), || {
        Sighting::new(Subject::Status, "no status 5xx", status_and_detail(seen))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada, error, fine, get, lookup, patch, post, set_active, with, wrong},
        *,
    };
    use crate::http::AuthUse;

    #[test]
    fn a_crash_fires() {
        wrong(&RULE, &[post("/Users", ada()).answers(500, error(500))]);
        wrong(&RULE, &[lookup("zoë").answers(503, json!(null))]);
    }

    #[test]
    fn odd_requests_and_other_rules_matters_are_fine() {
        fine(&RULE, &[get("/ServiceProviderConfig").answers(500, error(500))]);
        fine(&RULE, &[post("/Users", with(ada(), "active", json!("x"))).answers(500, error(500))]);
        fine(&RULE, &[patch("/Users/7", set_active(true)).answers(501, error(501))]);
        fine(&RULE, &[lookup(ADA).auth(AuthUse::Wrong).answers(500, error(500))]);
    }
}
