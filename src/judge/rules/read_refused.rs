//! `read-refused`

use super::ordinary::ordinary;
use super::support::{refused, status_and_detail};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "read-refused",
    level: Level::Must,
    title: "A plain read by id is refused",
    spec: &["okta-scim20#read", "okta-spec#2", "rfc7644#3.4.1"],
    looks_at: "A GET of an id that this scenario created, answered 4xx (401, 403, 404, 410 and 429 have rules of \
          their own) or 501.",
    why: "Okta reads a person or group before each PUT and each change of a group. Without it nothing is \
          updated.",
    breaks: &["okta"],
    admin: "Automatic profile push of user ... to app ... failed: Error while trying to push profile update for \
          ...: ... Errors reported by remote server: ...",
    example: "GET /Users/7 answered 405",
    fix: "Support GET by id for people and groups.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|_| matches!(seen.kind(), Kind::Read(..))) else {
        return Vec::new();
    };
    let wrong = refused(response.status) && !matches!(response.status, 404 | 410);
    Sighting::when(wrong && ordinary(seen), || Sighting::new(Subject::Status, "status 200", status_and_detail(seen)))
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{created, error, fine, get, wrong},
        *,
    };

    #[test]
    fn a_method_that_is_not_allowed_fires() {
        wrong(&RULE, &[created(), get("/Users/7").answers(405, error(405))]);
    }

    #[test]
    fn odd_ids_and_queries_may_be_refused() {
        fine(&RULE, &[get("/Users/7").answers(400, error(400))]);
        fine(&RULE, &[created(), get("/Users/7?attributes=x").answers(400, error(400))]);
        fine(&RULE, &[created(), get("/Users/7").answers(404, error(404))]);
    }
}
