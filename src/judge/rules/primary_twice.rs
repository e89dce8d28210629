//! `primary-twice`

use serde_json::Value;

use super::support::first_wrong;
use crate::judge::{Level, Rule, Seen, Sighting, Subject, member};

pub(super) const RULE: Rule = Rule {
    id: "primary-twice",
    level: Level::Should,
    title: "Two values of one attribute are primary",
    spec: &["rfc7643#2.4"],
    looks_at: "The entries with `primary: true` of every multi-valued attribute in a successful answer.",
    why: "RFC 7643 allows one. Which of two addresses a client then takes is up to chance: Okta takes the first that it \
          meets.",
    breaks: &[],
    admin: "",
    example: "{\"emails\": [{\"value\": \"a@x\", \"primary\": true}, {\"value\": \"b@x\", \"primary\": true}]}",
    fix: "When a value becomes primary, take the mark from the others.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    first_wrong(&seen.resources(), |resource| {
        let count = |value: &Value| {
            let primary = |entry: &&Value| member(entry, "primary") == Some(&Value::Bool(true));
            value.as_array().map_or(0, |entries| entries.iter().filter(primary).count())
        };
        let (name, count) =
            resource.as_object()?.iter().map(|(name, value)| (name, count(value))).find(|(_, count)| *count > 1)?;
        let subject = Subject::Attribute(format!("{name}.primary"));
        Some(Sighting::new(subject, "at most one primary entry", format!("{count} primary entries")))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, with, wrong},
        *,
    };

    #[test]
    fn two_fire_and_one_does_not() {
        let two = json!([{"value": "a", "primary": true}, {"value": "b", "primary": true}]);
        wrong(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "emails", two))]);
        let one = json!([{"value": "a", "primary": true}, {"value": "b", "primary": false}, {"value": "c"}]);
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "phoneNumbers", one))]);
    }
}
