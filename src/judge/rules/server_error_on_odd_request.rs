//! `server-error-on-odd-request`

use super::ordinary::could_be_oktas;
use super::support::{own_credentials, status_and_detail};
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "server-error-on-odd-request",
    level: Level::Should,
    title: "An unusual request ends in a server error",
    spec: &["rfc7644#3.12", "rfc9110#15.6"],
    looks_at: "The status of requests beyond Okta's forms (malformed bodies, other filters, other end points) with \
          our credentials: 5xx but 501.",
    why: "A faulty request is a 4xx. Okta does not make this one, so nothing breaks; but a crash that anybody \
          can cause is worth mending.",
    breaks: &[],
    admin: "",
    example: "POST /Users with broken JSON answered 500",
    fix: "Check what comes in before it is used, and answer 400 with a reason, or 404 for what is not there.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let crashed = seen.response().is_some_and(|response| response.status >= 500 && response.status != 501);
    Sighting::when(crashed && own_credentials(&seen.exchange.request) && !could_be_oktas(seen), || {
        Sighting::new(Subject::Status, "a status 4xx, or 501 for what is not supported", status_and_detail(seen))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, error, fine, get, post, with, wrong},
        *,
    };
    use crate::http::AuthUse;

    #[test]
    fn a_crash_on_a_wrong_type_fires() {
        wrong(&RULE, &[post("/Users", with(ada(), "active", json!("x"))).answers(500, error(500))]);
        wrong(&RULE, &[get("/ServiceProviderConfig").answers(500, json!(null))]);
    }

    #[test]
    fn ordinary_requests_and_501_are_fine() {
        fine(&RULE, &[post("/Users", ada()).answers(500, error(500))]);
        fine(&RULE, &[post("/Bulk", json!({})).answers(501, error(501))]);
        fine(&RULE, &[get("/Me").auth(AuthUse::None).answers(500, error(500))]);
    }
}
