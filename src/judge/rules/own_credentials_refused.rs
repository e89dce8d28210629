//! `own-credentials-refused`

use super::ordinary::ordinary;
use super::support::status_and_detail;
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "own-credentials-refused",
    level: Level::Must,
    title: "An ordinary request with our credentials is refused as not allowed",
    spec: &["okta-scim11#test", "okta-prepare#auth", "okta-scim20#errors"],
    looks_at: "401 and 403 to requests in Okta's forms with our credentials: lists, lookups by name, ordinary \
          creates, and reads and writes of what this scenario created.",
    why: "Okta uses one credential for everything: it tests it with a list, then writes with it. A right that \
          is missing shows only when somebody is assigned.",
    breaks: &["okta"],
    admin: "Error authenticating: ... Errors reported by remote server: ... (on a write: the same under Tasks)",
    example: "GET /Users answered 200, POST /Users answered 403",
    fix: "Give the credential the right to read and write people and groups; see that a token does not expire \
          on the way.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response() else {
        return Vec::new();
    };
    Sighting::when(matches!(response.status, 401 | 403) && ordinary(seen), || {
        Sighting::new(Subject::Status, "a success", status_and_detail(seen))
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{ADA, ada, created, delete, error, fine, get, lookup, post, wrong},
        *,
    };
    use crate::http::AuthUse;

    #[test]
    fn a_missing_right_fires() {
        wrong(&RULE, &[post("/Users", ada()).answers(403, error(403))]);
        wrong(&RULE, &[created(), get("/Users/7").answers(401, error(401))]);
        wrong(&RULE, &[lookup(ADA).answers(403, error(403))]);
    }

    #[test]
    fn strange_ids_deletes_and_other_credentials_are_fine() {
        fine(&RULE, &[get("/Users/unknown").answers(403, error(403))]);
        fine(&RULE, &[created(), delete("/Users/7").answers(403, error(403))]);
        fine(&RULE, &[lookup(ADA).auth(AuthUse::Wrong).answers(401, error(401))]);
        fine(&RULE, &[lookup(ADA).header("Authorization", "bearer x").answers(401, error(401))]);
        fine(&RULE, &[get("/Me").answers(403, error(403))]);
    }
}
