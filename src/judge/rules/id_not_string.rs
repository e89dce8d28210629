//! `id-not-string`

use super::support::first_wrong;
use crate::judge::{Level, Rule, Seen, Sighting, Subject, member};

pub(super) const RULE: Rule = Rule {
    id: "id-not-string",
    level: Level::Should,
    title: "An id is no string",
    spec: &["rfc7643#3.1", "okta-prepare#id"],
    looks_at: "The `id` of every resource in a successful answer, and the ids in its `members` or `groups`.",
    why: "RFC 7643 makes it a string. Whether Okta takes a number today is not established; strings are safe.",
    breaks: &[],
    admin: "",
    example: "{\"id\": 7, \"userName\": \"ada@example.com\"}",
    fix: "Write the id in quotes: \"id\": \"7\".",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let own = first_wrong(&seen.resources(), |resource| {
        let id = member(resource, "id").filter(|id| !id.is_null() && !id.is_string())?;
        Some(Sighting::new(Subject::Attribute("id".to_owned()), "a string", seen.show(resource, id)))
    });
    let of_others = |name: &'static str| {
        first_wrong(&seen.resources(), |resource| {
            let mut entries = member(resource, name)?.as_array()?.iter();
            let id = entries.find_map(|entry| member(entry, "value").filter(|value| value.is_number()))?;
            Some(Sighting::new(Subject::Attribute(format!("{name}.value")), "a string", seen.show(resource, id)))
        })
    };
    own.into_iter().chain(["members", "groups"].into_iter().flat_map(of_others)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, with, wrong},
        *,
    };

    #[test]
    fn a_number_fires() {
        wrong(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "id", json!(7)))]);
        wrong(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "groups", json!([{"value": 7}])))]);
    }

    #[test]
    fn a_string_of_digits_is_fine() {
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "id", json!(null)))]);
    }
}
