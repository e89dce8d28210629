//! `email-label-changed`

use serde_json::Value;

use super::support::{sent_and_answered, text};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, describe, member};

pub(super) const RULE: Rule = Rule {
    id: "email-label-changed",
    level: Level::Should,
    title: "An e-mail address comes back under another type, or is primary no more",
    spec: &["rfc7643#2.4", "okta-crud#4", "rfc7644#3.3"],
    looks_at: "`type` and `primary` of the addresses in the answer to a POST or PUT of ours, where the address itself is there. A type or mark that was not sent may be added.",
    why: "Okta and others take the address of type work, or the primary one, for the person's. RFC 7644 lets a server decide; but then the next import finds no \
          address.",
    breaks: &[],
    admin: "",
    example: "sent {\"value\": \"ada@example.com\", \"type\": \"work\", \"primary\": true}, answered {\"value\": \"ada@example.com\", \"type\": \"other\"}",
    fix: "Store type and primary with the address.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some((sent, answered)) = sent_and_answered(seen) else {
        return Vec::new();
    };
    let list = |of: &'_ Value| member(of, "emails").and_then(Value::as_array).cloned().unwrap_or_default();
    let have = list(answered);
    for email in list(sent) {
        let Some(value) = text(&email, "value") else { continue };
        let mut same =
            have.iter().filter(|one| text(one, "value").is_some_and(|own| own.eq_ignore_ascii_case(value))).peekable();
        if same.peek().is_none() {
            continue;
        }
        let kept = |one: &&Value| {
            let kind = text(&email, "type")
                .is_none_or(|kind| text(one, "type").is_some_and(|own| own.eq_ignore_ascii_case(kind)));
            // A mark of another type has a rule of its own.
            let marked = member(one, "primary").is_some_and(|mark| *mark == true || *mark == "true");
            let primary = email["primary"] != true || marked;
            kind && primary
        };
        let all: Vec<&Value> = same.collect();
        if !all.iter().any(kept) {
            let subject = Subject::Attribute("emails.type".to_owned());
            return vec![Sighting::new(subject, describe(&email), seen.show(answered, all[0]))];
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada, ada_as, fine, post, with, wrong},
        *,
    };
    use crate::http::Exchange;

    fn made(have: Value) -> Exchange {
        post("/Users", ada()).answers(201, with(ada_as("7"), "emails", json!([have])))
    }

    #[test]
    fn another_label_fires() {
        wrong(&RULE, &[made(json!({"value": ADA, "type": "other", "primary": true}))]);
        wrong(&RULE, &[made(json!({"value": ADA, "type": "work", "primary": false}))]);
        wrong(&RULE, &[made(json!({"value": ADA}))]);
    }

    #[test]
    fn the_same_label_and_no_address_are_fine() {
        fine(&RULE, &[made(json!({"value": ADA.to_uppercase(), "type": "Work", "primary": true, "display": "x"}))]);
        fine(&RULE, &[made(json!({"value": "x@example.com"}))]);
        let bare = post("/Users", with(ada(), "emails", json!([{"value": ADA}])));
        fine(&RULE, &[bare.answers(201, ada_as("7"))]);
    }
}
