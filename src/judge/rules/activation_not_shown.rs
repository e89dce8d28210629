//! `activation-not-shown`

use serde_json::Value;

use crate::{
    http::{Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject, member},
};

pub(super) const RULE: Rule = Rule {
    id: "activation-not-shown",
    level: Level::Should,
    title: "An activated person is answered as inactive",
    spec: &["okta-scim20#patch", "okta-scim20#update", "rfc7644#3.5.2", "rfc7644#3.5.1"],
    looks_at: "The `active` in a successful answer with a body to a PATCH or PUT that sets it to true.",
    why: "So Okta brings somebody back. If it has no effect the person cannot sign in, and Okta believes it \
          went well.",
    breaks: &["okta"],
    admin: "Nothing: the assignment is shown as done while the person cannot sign in.",
    example: "PATCH {\"op\": \"replace\", \"value\": {\"active\": true}} answered 200 with \"active\": false",
    fix: "Activate the person, then answer with the state after the change, or with 204 to a PATCH.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let writes = matches!(seen.kind(), Kind::Patch(Resource::User, ..) | Kind::Replace(Resource::User, _));
    if !writes || seen.exchange.sets_active() != Some(true) {
        return Vec::new();
    }
    let Some(answered) = seen.resource() else {
        return Vec::new();
    };
    Sighting::when(member(answered, "active") == Some(&Value::Bool(false)), || {
        Sighting::new(Subject::Attribute("active".to_owned()), "true (boolean)", "false (boolean)")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, fine, patch, post, put, set_active, with, wrong},
        *,
    };

    #[test]
    fn a_person_who_stays_inactive_fires() {
        let gone = || with(ada_as("7"), "active", json!(false));
        wrong(&RULE, &[patch("/Users/7", set_active(true)).answers(200, gone())]);
        wrong(&RULE, &[put("/Users/7", ada()).answers(200, gone())]);
    }

    #[test]
    fn true_and_204_are_fine() {
        fine(&RULE, &[patch("/Users/7", set_active(true)).answers(200, ada_as("7"))]);
        fine(&RULE, &[patch("/Users/7", set_active(true)).answers(204, json!(null))]);
        let gone = with(ada_as("7"), "active", json!(false));
        fine(&RULE, &[post("/Users", ada()).answers(201, gone)]);
    }
}
