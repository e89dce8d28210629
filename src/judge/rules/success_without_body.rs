//! `success-without-body`

use super::support::own_credentials;
use crate::{
    http::{Json, Kind},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "success-without-body",
    level: Level::Must,
    title: "A list or a resource is answered without a body",
    spec: &["okta-scim20#read", "okta-scim20#lookup", "rfc7644#3.4.1"],
    looks_at: "The body of successful answers to GET of /Users and /Groups.",
    why: "Okta reads before it writes. With nothing to read, nobody is found, and the PUT that follows has \
          nothing to start from.",
    breaks: &["okta"],
    admin: "A failed task under Tasks; how Okta words it here is not documented.",
    example: "GET /Users/7 answered 200 with Content-Length: 0",
    fix: "Answer GET with the resource or the list.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let reads = matches!(seen.kind(), Kind::Lookup { .. } | Kind::List { .. } | Kind::Read(..));
    let Some(response) = seen.success().filter(|_| reads && own_credentials(&seen.exchange.request)) else {
        return Vec::new();
    };
    Sighting::when(response.json == Json::Empty, || {
        let actual = format!("status {} without a body", response.status);
        Sighting::new(Subject::Envelope("body".to_owned()), "JSON", actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, fine, get, lookup, patch, set_active, wrong},
        *,
    };

    #[test]
    fn nothing_fires() {
        wrong(&RULE, &[get("/Users/7").answers(200, json!(null))]);
        wrong(&RULE, &[lookup(ADA).answers(204, json!(null))]);
    }

    #[test]
    fn writes_and_errors_are_fine() {
        fine(&RULE, &[patch("/Users/7", set_active(true)).answers(204, json!(null))]);
        fine(&RULE, &[get("/Users/7").answers(404, json!(null))]);
    }
}
