//! `known-resource-not-found`

use super::history::is_known;
use super::support::{own_credentials, status_and_detail};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "known-resource-not-found",
    level: Level::Must,
    title: "A resource that was created is not found",
    spec: &["okta-scim20#read", "okta-crud#8", "okta-crud#13", "rfc7644#3.4.1"],
    looks_at: "A GET of an id that this scenario created and did not delete, answered 404 or 410.",
    why: "Okta reads before it writes, so every later update fails. Deactivated people have to stay readable \
          too: Okta's CRUD suite reads them with active false.",
    breaks: &["okta"],
    admin: "Automatic profile push of user ... to app ... failed: Error while trying to push profile update for \
          ...: ... Errors reported by remote server: ...",
    example: "PATCH active false answered 200, then GET /Users/7 answered 404",
    fix: "Answer GET with everybody who was not deleted by DELETE, inactive or not.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|_| matches!(seen.kind(), Kind::Read(..))) else {
        return Vec::new();
    };
    let own = own_credentials(&seen.exchange.request);
    Sighting::when(matches!(response.status, 404 | 410) && own && is_known(seen), || {
        Sighting::new(Subject::Status, "status 200", status_and_detail(seen))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, created, delete, error, fine, get, patch, set_active, wrong},
        *,
    };

    #[test]
    fn a_deactivated_person_who_is_gone_fires() {
        let gone = patch("/Users/7", set_active(false)).answers(204, json!(null));
        wrong(&RULE, &[created(), gone, get("/Users/7").answers(404, error(404))]);
    }

    #[test]
    fn deleted_and_unknown_people_are_fine() {
        let deleted = delete("/Users/7").answers(500, error(500));
        fine(&RULE, &[created(), deleted, get("/Users/7").answers(404, error(404))]);
        fine(&RULE, &[created(), get("/Users/8").answers(404, error(404))]);
        fine(&RULE, &[created(), get("/Groups/7").answers(404, error(404))]);
        fine(&RULE, &[created(), get("/Users/7").answers(200, ada_as("7"))]);
    }
}
