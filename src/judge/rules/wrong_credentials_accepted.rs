//! `wrong-credentials-accepted`

use super::support::{holds_credentials, lets_in, writes_authorization};
use crate::{
    http::{AuthUse, Kind},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "wrong-credentials-accepted",
    level: Level::Must,
    title: "Somebody without valid credentials is let in",
    spec: &["okta-prepare#auth", "okta-spec#11", "rfc7644#2"],
    looks_at: "Requests to /Users and /Groups without credentials (anonymous access) or with credentials that \
          nobody issued, answered with a success.",
    why: "Whoever knows the address can read the directory, or write to it. RFC 7644 recommends to refuse; \
          Okta requires it.",
    breaks: &["okta"],
    admin: "Nothing: the test of the credentials succeeds whatever is typed.",
    example: "GET /Users?startIndex=1&count=2 with a made-up token answered 200",
    fix: "Compare the whole credential before anything else, and answer 401.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let request = &seen.exchange.request;
    if matches!(seen.kind(), Kind::Other) || holds_credentials(request) || writes_authorization(request) {
        return Vec::new();
    }
    let Some(response) = seen.success().filter(|response| lets_in(response)) else {
        return Vec::new();
    };
    let who = if request.auth == AuthUse::None { "anonymous access" } else { "access with a made-up credential" };
    vec![Sighting::new(Subject::Status, "status 401", format!("status {}: {who}", response.status))]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, delete, error, eve, fine, get, list, wrong},
        *,
    };

    #[test]
    fn anonymous_access_fires() {
        let open = |auth| get("/Users?startIndex=1&count=2").auth(auth).answers(200, list(1, json!([eve()])));
        assert!(wrong(&RULE, &[open(AuthUse::None)]).actual.contains("anonymous"));
        wrong(&RULE, &[open(AuthUse::Wrong)]);
        wrong(&RULE, &[delete("/Users/7").auth(AuthUse::Wrong).answers(204, json!(null))]);
    }

    #[test]
    fn refusals_discovery_and_log_in_pages_are_fine() {
        fine(&RULE, &[get("/Users/7").auth(AuthUse::Wrong).answers(401, error(401))]);
        fine(&RULE, &[get("/ServiceProviderConfig").auth(AuthUse::None).answers(200, json!({}))]);
        fine(&RULE, &[get("/Users/7").auth(AuthUse::None).answers_text(200, &[], "<html>Log in")]);
        fine(&RULE, &[get("/Users/7").auth(AuthUse::None).answers(200, error(401))]);
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
    }
}
