//! `member-type-wrong`

use serde_json::Value;

use super::{
    history::known,
    support::{first_wrong, text},
};
use crate::{
    http::Resource,
    judge::{Level, Rule, Seen, Sighting, Subject, describe, member},
};

pub(super) const RULE: Rule = Rule {
    id: "member-type-wrong",
    level: Level::Should,
    title: "A member is called what it is not",
    spec: &["rfc7643#4.2", "rfc7643#2.3.7"],
    looks_at: "`type` and `$ref` of members whose ids this scenario has created: a person called Group or found under /Groups, and the reverse. Both may be missing.",
    why: "Clients tell people from groups by the type. A person who is taken for a group is looked for in the wrong place, and not found.",
    breaks: &[],
    admin: "",
    example: "{\"members\": [{\"value\": \"7\", \"type\": \"Group\"}]}, where 7 is a person",
    fix: "Write User for people and Group for groups, and build $ref from the endpoint of the type.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if seen.kind().resource() != Some(Resource::Group) {
        return Vec::new();
    }
    let known = known(seen);
    first_wrong(&seen.resources(), |group| {
        let entries = member(group, "members")?.as_array()?;
        entries.iter().find_map(|entry| {
            let value = text(entry, "value")?;
            // An id that two types share says nothing.
            let mut same = known.iter().filter(|have| have.id == value);
            let own = same.next().filter(|_| same.next().is_none())?.resource;
            let other = if own == Resource::User { Resource::Group } else { Resource::User };
            if text(entry, "type").is_some_and(|kind| kind.eq_ignore_ascii_case(other.name())) {
                let subject = Subject::Attribute("members.type".to_owned());
                return Some(Sighting::new(subject, own.name(), describe(&Value::from(other.name()))));
            }
            let reference =
                text(entry, "$ref").filter(|reference| reference.contains(&format!("/{}/", other.endpoint())));
            let subject = Subject::Attribute("members.$ref".to_owned());
            reference.map(|_| {
                Sighting::new(subject, format!("below /{}", own.endpoint()), format!("below /{}", other.endpoint()))
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{created, crew, fine, get, with, wrong},
        *,
    };
    use crate::http::Exchange;

    fn group(member: Value) -> Exchange {
        get("/Groups/g").answers(200, with(crew(json!([member])), "id", json!("g")))
    }

    #[test]
    fn a_person_called_a_group_fires() {
        wrong(&RULE, &[created(), group(json!({"value": "7", "type": "group"}))]);
        wrong(&RULE, &[created(), group(json!({"value": "7", "$ref": "https://x/Groups/7"}))]);
    }

    #[test]
    fn right_types_none_and_strangers_are_fine() {
        fine(&RULE, &[created(), group(json!({"value": "7", "type": "User", "$ref": "https://x/Users/7"}))]);
        fine(&RULE, &[created(), group(json!({"value": "7"}))]);
        fine(&RULE, &[group(json!({"value": "7", "type": "Group"}))]);
    }
}
