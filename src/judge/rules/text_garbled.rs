//! `text-garbled`

use serde_json::Value;

use super::support::{garbled, sent_and_answered};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, describe, member};

pub(super) const RULE: Rule = Rule {
    id: "text-garbled",
    level: Level::Must,
    title: "Letters beyond ASCII come back broken",
    spec: &["rfc7644#8.1", "rfc7643#2.3.1", "okta-scim20#create"],
    looks_at: "Every text in the answer to a POST or PUT of ours, held against the one sent: replaced by question \
          marks, misread as Latin-1 or dropped.",
    why: "People are called José and Łukasz. Okta sends UTF-8; what was broken once is imported and pushed \
          back broken.",
    breaks: &["okta"],
    admin: "Nothing: the push succeeds, and the next import brings the broken text into Okta.",
    example: "sent \"José\", answered \"Jos?\"",
    fix: "Read and write UTF-8 all the way, the database included.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some((sent, answered)) = sent_and_answered(seen) else {
        return Vec::new();
    };
    let mut sightings = Vec::new();
    compare(seen, "", sent, answered, answered, &mut sightings);
    sightings
}

fn compare(seen: &Seen<'_>, path: &str, sent: &Value, have: &Value, resource: &Value, out: &mut Vec<Sighting>) {
    match (sent, have) {
        (Value::String(sent), Value::String(have)) if garbled(sent, have) => {
            let actual = seen.show(resource, &Value::from(have.as_str()));
            let expected = describe(&Value::from(sent.as_str()));
            out.push(Sighting::new(Subject::Attribute(path.to_owned()), expected, actual));
        }
        (Value::Object(members), Value::Object(_)) => {
            for (name, sent) in members.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("password")) {
                let Some(have) = member(have, name) else {
                    continue;
                };
                let path = match path {
                    "" => name.clone(),
                    urn if urn.starts_with("urn:") => format!("{urn}:{name}"),
                    path => format!("{path}.{name}"),
                };
                compare(seen, &path, sent, have, resource, out);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, fine, post, with, wrong},
        *,
    };

    #[test]
    fn question_marks_fire() {
        let mut sent = ada();
        sent["name"]["familyName"] = json!("Łovelace");
        let mut answer = ada_as("7");
        answer["name"]["familyName"] = json!("?ovelace");
        let sighting = wrong(&RULE, &[post("/Users", sent).answers(201, answer)]);
        assert_eq!(sighting.subject, Subject::Attribute("name.familyName".to_owned()));
    }

    #[test]
    fn other_spellings_are_fine() {
        let sent = with(ada(), "displayName", json!("José"));
        for have in ["José", "Jose\u{301}", "Jose"] {
            let answer = with(ada_as("7"), "displayName", json!(have));
            fine(&RULE, &[post("/Users", sent.clone()).answers(201, answer)]);
        }
    }
}
