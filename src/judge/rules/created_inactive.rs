//! `created-inactive`

use serde_json::Value;

use crate::{
    http::{Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject, member},
};

pub(super) const RULE: Rule = Rule {
    id: "created-inactive",
    level: Level::Should,
    title: "A new person is answered as inactive",
    spec: &["okta-scim20#create", "okta-spec#6", "rfc7644#3.3"],
    looks_at: "The `active` in a successful answer to a POST that sets it to true.",
    why: "Okta creates whom it assigns as active. RFC 7644 lets a server decide otherwise; but then the person cannot \
          sign in, and Okta believes it went well.",
    breaks: &["okta"],
    admin: "Nothing: the assignment is shown as done while the person cannot sign in.",
    example: "POST {\"active\": true, ...} answered 201 with \"active\": false",
    fix: "Take active from the request; a new account that has to wait for its owner may still be active.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if !matches!(seen.kind(), Kind::Create(Resource::User)) || seen.exchange.sets_active() != Some(true) {
        return Vec::new();
    }
    let inactive = seen.resource().is_some_and(|answered| member(answered, "active") == Some(&Value::Bool(false)));
    Sighting::when(inactive, || Sighting::new(Subject::Attribute("active".to_owned()), "true", "false"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, created, fine, post, with, wrong},
        *,
    };

    #[test]
    fn an_inactive_newcomer_fires() {
        wrong(&RULE, &[post("/Users", ada()).answers(201, with(ada_as("7"), "active", json!(false)))]);
    }

    #[test]
    fn as_asked_for_is_fine() {
        fine(&RULE, &[created()]);
        let asleep = with(ada(), "active", json!(false));
        fine(&RULE, &[post("/Users", asleep).answers(201, with(ada_as("7"), "active", json!(false)))]);
        fine(&RULE, &[post("/Users", ada()).answers(201, with(ada_as("7"), "active", json!(null)))]);
    }
}
