//! `multi-valued-not-array`

use super::support::first_wrong;
use crate::{
    http::Resource,
    judge::{Level, Rule, Seen, Sighting, Subject, member},
};

pub(super) const RULE: Rule = Rule {
    id: "multi-valued-not-array",
    level: Level::Must,
    title: "A multi-valued attribute is no array",
    spec: &["rfc7643#2.4", "okta-faq#multivalued"],
    looks_at: "`emails`, `phoneNumbers`, `addresses`, `ims`, `photos`, `groups`, `roles` and `entitlements` of \
          people, `members` of groups, in every successful answer.",
    why: "Okta asks for arrays on both sides. It reads the first or primary entry; from a single object or \
          text it reads nothing or fails.",
    breaks: &["okta"],
    admin: "A failed task under Tasks; how Okta words it here is not documented.",
    example: "{\"emails\": {\"value\": \"ada@example.com\"}}",
    fix: "Wrap the value: \"emails\": [{\"value\": \"ada@example.com\", \"primary\": true}].",
    judge,
};

const OF_USERS: &[&str] = &["emails", "phoneNumbers", "addresses", "ims", "photos", "groups", "roles", "entitlements"];

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let names = match seen.kind().resource() {
        Some(Resource::User) => OF_USERS,
        Some(Resource::Group) => &["members"],
        None => return Vec::new(),
    };
    let resources = seen.resources();
    let look = |name: &&str| {
        first_wrong(&resources, |resource| {
            let value = member(resource, name).filter(|value| !value.is_null() && !value.is_array())?;
            Some(Sighting::new(Subject::Attribute((*name).to_owned()), "an array", seen.show(resource, value)))
        })
    };
    names.iter().flat_map(look).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada_as, eve, fine, get, list, with, wrong},
        *,
    };

    #[test]
    fn an_object_fires() {
        let answer = with(ada_as("7"), "emails", json!({"value": ADA}));
        wrong(&RULE, &[get("/Users/7").answers(200, answer)]);
        let odd = with(eve(), "roles", json!("eve-role"));
        wrong(&RULE, &[get("/Users?startIndex=1&count=2").answers(200, list(1, json!([odd])))]);
    }

    #[test]
    fn null_and_empty_arrays_are_fine() {
        let mut answer = ada_as("7");
        answer["groups"] = json!(null);
        answer["roles"] = json!([]);
        fine(&RULE, &[get("/Users/7").answers(200, answer)]);
        // A group's attribute of that name is its own business.
        fine(&RULE, &[get("/Groups/7").answers(200, json!({"id": "7", "roles": "x"}))]);
    }
}
