//! `list-refused`

use super::ordinary::ordinary;
use super::support::{refused, status_and_detail};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "list-refused",
    level: Level::Must,
    title: "A plain list is refused",
    spec: &["okta-scim11#test", "okta-scim11#save", "okta-scim20#list", "rfc7644#3.4.2"],
    looks_at: "The status of GET /Users and /Groups with startIndex and count, without filter, with our \
          credentials: 4xx (401, 403 and 429 have rules of their own) or 501.",
    why: "RFC 7644 lets a server refuse lists that are too large. But Okta's test of the credentials is such a \
          list, and so is every page of an import.",
    breaks: &["okta"],
    admin: "Error authenticating: ... Errors reported by remote server: ...",
    example: "GET /Users?startIndex=1&count=2 answered 400",
    fix: "Answer lists, page by page.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|_| matches!(seen.kind(), Kind::List { .. })) else {
        return Vec::new();
    };
    Sighting::when(refused(response.status) && ordinary(seen), || {
        Sighting::new(Subject::Status, "status 200", status_and_detail(seen))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{error, fine, get, wrong},
        *,
    };
    use crate::http::AuthUse;

    #[test]
    fn a_refused_test_call_fires() {
        wrong(&RULE, &[get("/Users?startIndex=1&count=2").answers(400, error(400))]);
        wrong(&RULE, &[get("/Groups?startIndex=1&count=100").answers(501, json!(null))]);
    }

    #[test]
    fn odd_lists_may_be_refused() {
        fine(&RULE, &[get("/Users?startIndex=1&count=many").answers(400, error(400))]);
        fine(&RULE, &[get("/Users?startIndex=1&count=2&sortBy=x").answers(400, error(400))]);
        fine(&RULE, &[get("/Users?startIndex=1&count=2").auth(AuthUse::Wrong).answers(400, error(400))]);
        fine(&RULE, &[get("/Users?startIndex=1&count=2").answers(401, error(401))]);
    }
}
