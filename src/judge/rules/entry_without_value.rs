//! `entry-without-value`

use serde_json::Value;

use super::support::{first_wrong, present, projected};
use crate::{
    http::Resource,
    judge::{Level, Rule, Seen, Sighting, Subject, member},
};

pub(super) const RULE: Rule = Rule {
    id: "entry-without-value",
    level: Level::Should,
    title: "A member or a membership does not say of whom",
    spec: &["rfc7643#4.1.2", "rfc7643#4.2", "okta-scim20#groups"],
    looks_at: "The `value` of the entries of a group's `members` and of a person's `groups`, in whole resources of \
          successful answers.",
    why: "The value is the id by which a client knows the member. Without it an import brings a group without that \
          member, and Okta does not see who is in it.",
    breaks: &[],
    admin: "",
    example: "{\"members\": [{\"display\": \"Ada\"}]}",
    fix: "Write the id of the member, or of the group, into value.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let name = match seen.kind().resource() {
        Some(Resource::User) => "groups",
        Some(Resource::Group) => "members",
        None => return Vec::new(),
    };
    if projected(&seen.exchange.request) {
        return Vec::new();
    }
    first_wrong(&seen.resources(), |resource| {
        let entries = member(resource, name)?.as_array()?;
        let empty = |entry: &&Value| entry.is_object() && !present(member(entry, "value"));
        let count = entries.iter().filter(empty).count();
        (count > 0).then(|| {
            let actual = format!("{count} of {} entries without value", entries.len());
            Sighting::new(Subject::Attribute(format!("{name}.value")), "an id in every entry", actual)
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, crew, fine, get, with, wrong},
        *,
    };

    #[test]
    fn entries_that_name_nobody_fire() {
        let group = |members| with(crew(members), "id", json!("g"));
        wrong(&RULE, &[get("/Groups/g").answers(200, group(json!([{"value": "7"}, {"display": "Ada"}])))]);
        wrong(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "groups", json!([{"value": ""}])))]);
    }

    #[test]
    fn ids_selections_and_other_shapes_are_fine() {
        let group = |members| with(crew(members), "id", json!("g"));
        fine(&RULE, &[get("/Groups/g").answers(200, group(json!([{"value": "7"}, {"value": 8}])))]);
        fine(&RULE, &[get("/Groups/g").answers(200, group(json!(["7"])))]);
        let selected = group(json!([{"display": "Ada"}]));
        fine(&RULE, &[get("/Groups/g?attributes=members.display").answers(200, selected)]);
    }
}
