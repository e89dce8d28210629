//! `redirect`

use super::support::own_credentials;
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "redirect",
    level: Level::Should,
    title: "A request is redirected",
    spec: &["rfc7644#3.12", "rfc9110#15.4"],
    looks_at: "The status of requests with our credentials: 3xx but 304.",
    why: "How Okta treats redirects is not established, and few clients repeat a POST or send credentials to \
          another address.",
    breaks: &[],
    admin: "",
    example: "GET /Users answered 301 with Location: https://scim.example.com/v2/Users/",
    fix: "Answer under the base URL itself: mind http and https, a trailing slash and the host name.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response() else {
        return Vec::new();
    };
    let redirects = (300..400).contains(&response.status) && response.status != 304;
    Sighting::when(redirects && own_credentials(&seen.exchange.request), || {
        Sighting::new(Subject::Status, "an answer under the address asked for", format!("status {}", response.status))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{fine, get, wrong},
        *,
    };
    use crate::http::AuthUse;

    #[test]
    fn moved_fires() {
        wrong(&RULE, &[get("/Users/7").answers_with(301, &[("Location", "/Users/7/")], json!(null))]);
    }

    #[test]
    fn not_modified_and_log_in_pages_are_fine() {
        fine(&RULE, &[get("/Users/7").answers(304, json!(null))]);
        fine(&RULE, &[get("/Users/7").auth(AuthUse::None).answers(302, json!(null))]);
    }
}
