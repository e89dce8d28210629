//! `lookup-refused`

use super::ordinary::ordinary;
use super::support::{refused, status_and_detail};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "lookup-refused",
    level: Level::Must,
    title: "A lookup by name is refused",
    spec: &["okta-scim20#lookup", "okta-faq#filter", "rfc7644#3.4.2.2"],
    looks_at: "The status of a lookup by userName or displayName with our credentials: 4xx (401, 403, 404 and 429 \
          have rules of their own) or 501.",
    why: "Okta begins every assignment with this lookup. If it is refused, nobody is created, linked or \
          brought back.",
    breaks: &["okta"],
    admin: "Automatic provisioning of user ... to app ... failed: Error while verifying if user ... exists: ... \
          Errors reported by remote server: ...",
    example: "GET /Users?filter=userName eq \"ada@example.com\" answered 400",
    fix: "Support the filter `eq` on userName for people and on displayName for groups.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|_| matches!(seen.kind(), Kind::Lookup { .. })) else {
        return Vec::new();
    };
    Sighting::when(response.status != 404 && refused(response.status) && ordinary(seen), || {
        Sighting::new(Subject::Status, "status 200", status_and_detail(seen))
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{ADA, error, fine, get, lookup, wrong},
        *,
    };

    #[test]
    fn a_refused_filter_fires() {
        wrong(&RULE, &[lookup(ADA).answers(400, error(400))]);
        wrong(&RULE, &[lookup(ADA).answers(501, error(501))]);
    }

    #[test]
    fn other_filters_may_be_refused() {
        fine(&RULE, &[get("/Users?filter=externalId eq \"x\"").answers(400, error(400))]);
        fine(&RULE, &[lookup("\\\"").answers(400, error(400))]);
        fine(&RULE, &[lookup(ADA).answers(404, error(404))]);
    }
}
