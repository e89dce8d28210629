//! `duplicate-accepted`

use super::history::{Known, known};
use super::support::{id, own_credentials, text};
use crate::{
    http::{Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "duplicate-accepted",
    level: Level::Must,
    title: "A second person with the same userName is created",
    spec: &["rfc7644#3.3", "rfc7643#4.1.1", "okta-spec#8"],
    looks_at: "A successful POST /Users with the userName of a person whom this scenario created before, answered \
          with another id.",
    why: "A userName belongs to one person. With two accounts Okta's lookup may find the wrong one, and a \
          leaver keeps the other.",
    breaks: &["okta"],
    admin: "Nothing: two accounts for one person.",
    example: "POST /Users twice with \"userName\": \"ada@example.com\", both answered 201 with different ids",
    fix: "Answer 409 with scimType uniqueness; compare userName without case.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if !matches!(seen.kind(), Kind::Create(Resource::User)) || !own_credentials(&seen.exchange.request) {
        return Vec::new();
    }
    let Some(name) = seen.exchange.request.body_json().and_then(|body| text(body, "userName")) else {
        return Vec::new();
    };
    let known = known(seen);
    let same = |have: &&Known| {
        have.resource == Resource::User && have.name.as_deref().is_some_and(|have| have.eq_ignore_ascii_case(name))
    };

    let Some(id) = seen.resource().and_then(id) else {
        return Vec::new();
    };
    let twin = known.iter().find(same).filter(|_| !known.iter().any(|have| have.id == id));
    Sighting::when(twin.is_some(), || {
        let status = seen.response().map_or(0, |response| response.status);
        Sighting::new(Subject::Status, "status 409", format!("status {status} and a second id"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, created, delete, error, fine, post, put, with, wrong},
        *,
    };

    #[test]
    fn a_second_account_fires() {
        wrong(&RULE, &[created(), post("/Users", ada()).answers(201, ada_as("8"))]);
    }

    #[test]
    fn an_upsert_a_conflict_and_a_free_name_are_fine() {
        fine(&RULE, &[created(), post("/Users", ada()).answers(200, ada_as("7"))]);
        fine(&RULE, &[created(), post("/Users", ada()).answers(409, error(409))]);
        let gone = delete("/Users/7").answers(204, json!(null));
        fine(&RULE, &[created(), gone, post("/Users", ada()).answers(201, ada_as("8"))]);
        let renamed = with(ada(), "userName", json!("scim-check-t1-countess@example.com"));
        let rename = put("/Users/7", renamed).answers(200, ada_as("7"));
        fine(&RULE, &[created(), rename, post("/Users", ada()).answers(201, ada_as("8"))]);
    }
}
