//! `lookup-miss-not-200`

use super::support::own_credentials;
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "lookup-miss-not-200",
    level: Level::Should,
    title: "A lookup without a match is answered 404",
    spec: &["rfc7644#3.4.2", "okta-spec#3", "okta-spec#5", "okta-scim20#lookup"],
    looks_at: "The status of a lookup with our credentials.",
    why: "A query without a match is a success with totalResults 0 (RFC 7644 demands it). Okta takes a 404 for \
          the same, but its SPEC suite wants 200 in steps 3 and 5.",
    breaks: &[],
    admin: "",
    example: "GET /Users?filter=userName eq \"nobody@example.com\" answered 404",
    fix: "Answer 200 with totalResults 0.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|_| matches!(seen.kind(), Kind::Lookup { .. })) else {
        return Vec::new();
    };
    Sighting::when(response.status == 404 && own_credentials(&seen.exchange.request), || {
        Sighting::new(Subject::Status, "status 200 with totalResults 0", "status 404")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, error, fine, get, list, lookup, wrong},
        *,
    };

    #[test]
    fn not_found_fires() {
        wrong(&RULE, &[lookup(ADA).answers(404, error(404))]);
    }

    #[test]
    fn an_empty_list_is_fine_and_so_is_404_for_a_read() {
        fine(&RULE, &[lookup(ADA).answers(200, list(0, json!([])))]);
        fine(&RULE, &[get("/Users/7").answers(404, error(404))]);
    }
}
