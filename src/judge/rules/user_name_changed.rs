//! `user-name-changed`

use serde_json::Value;

use super::support::{garbled, same_name, sent_and_answered, text};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, describe};

pub(super) const RULE: Rule = Rule {
    id: "user-name-changed",
    level: Level::Must,
    title: "A userName comes back as another name",
    spec: &["okta-spec#6", "okta-scim20#create", "okta-scim20#lookup"],
    looks_at: "The userName in the answer to a POST or PUT of ours, held against the one sent; letter case does not \
          count.",
    why: "RFC 7644 lets a server alter what it is sent. But Okta looks people up by the name it sent: the next \
          lookup finds nobody, and the person is created once more or not at all.",
    breaks: &["okta"],
    admin: "Automatic provisioning of user ... to app ... failed: Error while creating user ...: Conflict (when \
          the person is assigned again).",
    example: "sent \"ada@example.com\", answered \"tenant/ada@example.com\"",
    fix: "Keep userName as it was sent, or refuse it with 400.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some((sent, answered)) = sent_and_answered(seen) else {
        return Vec::new();
    };
    let (Some(name), Some(have)) = (text(sent, "userName"), text(answered, "userName")) else {
        return Vec::new();
    };
    // Broken letters are told by text-garbled.
    Sighting::when(!same_name(name, have) && !garbled(name, have), || {
        let actual = seen.show(answered, &Value::from(have));
        Sighting::new(Subject::Attribute("userName".to_owned()), describe(&Value::from(name)), actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada, ada_as, eve, fine, post, put, with, wrong},
        *,
    };

    #[test]
    fn another_name_fires() {
        wrong(&RULE, &[post("/Users", ada()).answers(201, with(ada_as("7"), "userName", json!("scim-check-t1-x")))]);
        wrong(&RULE, &[put("/Users/7", ada()).answers(200, eve())]);
    }

    #[test]
    fn other_case_and_requests_of_others_are_fine() {
        fine(&RULE, &[post("/Users", ada()).answers(201, with(ada_as("7"), "userName", json!(ADA.to_uppercase())))]);
        fine(&RULE, &[put("/Users/7", eve()).answers(200, ada_as("7"))]);
        fine(&RULE, &[put("/Users/7", ada()).answers(204, json!(null))]);
    }
}
