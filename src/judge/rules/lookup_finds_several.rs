//! `lookup-finds-several`

use std::collections::HashSet;

use super::support::{id, text, top_attribute};
use crate::{
    http::{Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "lookup-finds-several",
    level: Level::Must,
    title: "A lookup finds several people with one userName",
    spec: &["rfc7643#4.1.1", "okta-scim20#lookup", "okta-prepare#id"],
    looks_at: "The different ids of people with exactly the userName in the filter.",
    why: "A userName belongs to one person. With two of them Okta can link the assignment to the wrong one.",
    breaks: &[],
    admin: "",
    example: "{\"totalResults\": 2, \"Resources\": [{\"id\": \"7\", \"userName\": \"ada\"}, {\"id\": \"8\", \
          \"userName\": \"ada\"}]}",
    fix: "Keep userName unique without regard to case, and mend the data.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Kind::Lookup { resource: Resource::User, attribute, value } = seen.kind() else {
        return Vec::new();
    };
    if !top_attribute(attribute).is_some_and(|name| name.eq_ignore_ascii_case("userName")) {
        return Vec::new();
    }
    let resources = seen.resources();
    let same = resources
        .iter()
        .filter(|resource| text(resource, "userName").is_some_and(|name| name.eq_ignore_ascii_case(value)));
    let ids: HashSet<String> = same.filter_map(|resource| id(resource)).collect();
    Sighting::when(ids.len() > 1, || {
        Sighting::new(Subject::Found, "at most one person", format!("{} people with this userName", ids.len()))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada_as, eve, fine, list, lookup, wrong},
        *,
    };

    #[test]
    fn two_people_of_one_name_fire() {
        wrong(&RULE, &[lookup(ADA).answers(200, list(2, json!([ada_as("7"), ada_as("8")])))]);
    }

    #[test]
    fn one_person_is_fine_even_if_shown_twice() {
        fine(&RULE, &[lookup(ADA).answers(200, list(2, json!([ada_as("7"), ada_as("7")])))]);
        fine(&RULE, &[lookup(ADA).answers(200, list(2, json!([ada_as("7"), eve()])))]);
    }
}
