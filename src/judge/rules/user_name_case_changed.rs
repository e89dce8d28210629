//! `user-name-case-changed`

use serde_json::Value;

use super::support::{same_name, same_text, sent_and_answered, text};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, describe};

pub(super) const RULE: Rule = Rule {
    id: "user-name-case-changed",
    level: Level::Should,
    title: "A userName comes back in other letter case",
    spec: &["okta-spec#6", "okta-spec#7", "rfc7643#4.1.1"],
    looks_at: "The userName in the answer to a POST or PUT of ours, held against the one sent.",
    why: "userName has no case, so RFC 7643 permits it. Okta's SPEC suite compares what comes back with the \
          very text it sent.",
    breaks: &[],
    admin: "",
    example: "sent \"Ada@Example.com\", answered \"ada@example.com\"",
    fix: "Keep the name as it was sent, and compare without case.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some((sent, answered)) = sent_and_answered(seen) else {
        return Vec::new();
    };
    let (Some(name), Some(have)) = (text(sent, "userName"), text(answered, "userName")) else {
        return Vec::new();
    };
    Sighting::when(!same_text(name, have) && same_name(name, have), || {
        let actual = seen.show(answered, &Value::from(have));
        Sighting::new(Subject::Attribute("userName".to_owned()), describe(&Value::from(name)), actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, created, fine, post, with, wrong},
        *,
    };

    #[test]
    fn lower_case_fires() {
        let sent = with(ada(), "userName", json!("Scim-Check-T1-Ada@example.com"));
        wrong(&RULE, &[post("/Users", sent).answers(201, ada_as("7"))]);
    }

    #[test]
    fn the_same_and_another_name_are_fine() {
        fine(&RULE, &[created()]);
        fine(&RULE, &[post("/Users", ada()).answers(201, with(ada_as("7"), "userName", json!("other")))]);
    }
}
