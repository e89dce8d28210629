//! `deactivation-not-shown`

use serde_json::Value;

use crate::{
    http::{Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject, member},
};

pub(super) const RULE: Rule = Rule {
    id: "deactivation-not-shown",
    level: Level::Should,
    title: "A deactivated person is answered as active",
    spec: &["okta-scim20#deactivate", "rfc7644#3.5.2", "rfc7644#3.5.1"],
    looks_at: "The `active` in a successful answer with a body to a PATCH or PUT that sets it to false.",
    why: "This is all a server hears when somebody leaves. If the answer says that the person is still active, \
          either the leaver keeps their access or the answer is stale; Okta believes it went well.",
    breaks: &["okta"],
    admin: "Nothing: the assignment is shown as removed while the account stays open.",
    example: "PATCH {\"op\": \"replace\", \"value\": {\"active\": false}} answered 200 with \"active\": true",
    fix: "Deactivate the person, then answer with the state after the change, or with 204 to a PATCH.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let writes = matches!(seen.kind(), Kind::Patch(Resource::User, ..) | Kind::Replace(Resource::User, _));
    if !writes || seen.exchange.sets_active() != Some(false) {
        return Vec::new();
    }
    let Some(answered) = seen.resource() else {
        return Vec::new();
    };
    Sighting::when(member(answered, "active") == Some(&Value::Bool(true)), || {
        Sighting::new(Subject::Attribute("active".to_owned()), "false (boolean)", "true (boolean)")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, fine, patch, put, set_active, with, wrong},
        *,
    };

    #[test]
    fn a_leaver_who_stays_active_fires() {
        wrong(&RULE, &[patch("/Users/7", set_active(false)).answers(200, ada_as("7"))]);
        wrong(&RULE, &[put("/Users/7", with(ada(), "active", json!(false))).answers(200, ada_as("7"))]);
    }

    #[test]
    fn false_absence_and_204_are_fine() {
        let gone = with(ada_as("7"), "active", json!(false));
        fine(&RULE, &[patch("/Users/7", set_active(false)).answers(200, gone)]);
        fine(&RULE, &[patch("/Users/7", set_active(false)).answers(200, with(ada_as("7"), "active", json!(null)))]);
        fine(&RULE, &[patch("/Users/7", set_active(false)).answers(204, json!(null))]);
        fine(&RULE, &[patch("/Users/7", set_active(true)).answers(200, ada_as("7"))]);
    }
}
