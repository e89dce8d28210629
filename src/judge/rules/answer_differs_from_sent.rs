//! `answer-differs-from-sent`

use serde_json::Value;

use super::support::{at, garbled, present, same_text, sent_and_answered, text};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, describe, member};

pub(super) const RULE: Rule = Rule {
    id: "answer-differs-from-sent",
    level: Level::Should,
    title: "What comes back is not what was sent",
    spec: &["okta-spec#6", "okta-crud#4", "okta-crud#6", "rfc7644#3.3", "rfc7644#3.5.1"],
    looks_at: "name.givenName, name.familyName, displayName and the work or primary e-mail address in the answer to \
          a POST or PUT of ours, and to a PATCH that renames a group.",
    why: "RFC 7644 lets a server alter or leave out what it is sent. Okta's SPEC and CRUD suites compare these \
          with what they sent, and the next import brings the altered value back into Okta.",
    breaks: &[],
    admin: "",
    example: "sent \"familyName\": \"Lovelace\", answered \"familyName\": \"\"",
    fix: "Store these attributes as they come and return them.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some((sent, answered)) = sent_and_answered(seen) else {
        return Vec::new();
    };
    let mut sightings = Vec::new();
    for path in ["name.givenName", "name.familyName", "displayName"] {
        let Some(wanted) = text(sent, path) else {
            continue;
        };
        let have = text(answered, path);
        // Broken letters are told by text-garbled.
        if have.is_some_and(|have| same_text(wanted, have) || garbled(wanted, have)) {
            continue;
        }
        let actual = at(answered, path).map_or_else(|| "nothing".to_owned(), |have| seen.show(answered, have));
        let subject = Subject::Attribute(path.to_owned());
        sightings.push(Sighting::new(subject, describe(&Value::from(wanted)), actual));
    }
    if let Some(wanted) = address(sent)
        && let Some(have) = addresses(answered)
        && !have.iter().any(|have| have.eq_ignore_ascii_case(wanted) || garbled(wanted, have))
    {
        let actual = match member(answered, "emails").filter(|emails| present(Some(emails))) {
            Some(emails) => seen.show(answered, emails),
            None => "no e-mail address".to_owned(),
        };
        let subject = Subject::Attribute("emails".to_owned());
        sightings.push(Sighting::new(
            subject,
            format!("an entry with value {}", describe(&Value::from(wanted))),
            actual,
        ));
    }
    sightings
}

/// The address that Okta sends: its only one, or the one that is primary or for work.
fn address(user: &Value) -> Option<&str> {
    let emails = member(user, "emails")?.as_array()?;
    let marked = |email: &&Value| email["primary"] == true || email["type"] == "work";
    text(emails.iter().find(marked).or_else(|| emails.first())?, "value")
}

/// All addresses in an answer; `None` where they are in no array, which another rule tells.
fn addresses(user: &Value) -> Option<Vec<&str>> {
    match member(user, "emails") {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(emails)) => {
            Some(emails.iter().filter_map(|email| email.as_str().or_else(|| text(email, "value"))).collect())
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada, ada_as, crew, fine, post, put, with, wrong},
        *,
    };

    #[test]
    fn altered_and_missing_values_fire_each() {
        let mut answer = with(ada_as("7"), "emails", json!(null));
        answer["name"]["familyName"] = json!("LOVELACE");
        let paths: Vec<String> = judge_all(&[post("/Users", ada()).answers(201, answer)]);
        assert_eq!(paths, ["name.familyName", "emails"]);
        let group = with(with(crew(json!([])), "id", json!("g")), "displayName", json!("TENANT/scim-check-t1-crew"));
        wrong(&RULE, &[post("/Groups", crew(json!([]))).answers(201, group)]);
    }

    fn judge_all(dialogue: &[crate::http::Exchange]) -> Vec<String> {
        super::super::testing::judge(&RULE, dialogue).into_iter().map(|sighting| sighting.subject.word()).collect()
    }

    #[test]
    fn more_addresses_normalised_text_and_204_are_fine() {
        let emails = json!([{"value": "x@example.com"}, {"value": ADA, "type": "work", "primary": true}]);
        fine(&RULE, &[post("/Users", ada()).answers(201, with(ada_as("7"), "emails", emails))]);
        let (sent, have) = (json!("Jos\u{e9}"), json!("Jose\u{301}"));
        let answer = with(ada_as("7"), "displayName", have);
        fine(&RULE, &[post("/Users", with(ada(), "displayName", sent)).answers(201, answer)]);
        fine(&RULE, &[put("/Users/7", ada()).answers(204, json!(null))]);
    }
}
