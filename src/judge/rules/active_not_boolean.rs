//! `active-not-boolean`

use super::support::first_wrong;
use crate::{
    http::Resource,
    judge::{Level, Rule, Seen, Sighting, Subject, member},
};

pub(super) const RULE: Rule = Rule {
    id: "active-not-boolean",
    level: Level::Must,
    title: "`active` is no boolean",
    spec: &["rfc7643#4.1.1", "rfc7643#2.3.2", "okta-scim20#deactivate"],
    looks_at: "The `active` of every person in a successful answer, where it is there.",
    why: "Okta tells leavers from the others by this value. \"false\" in quotes is a text, and a text may \
          count as true or as nothing.",
    breaks: &[],
    admin: "",
    example: "{\"id\": \"7\", \"userName\": \"ada@example.com\", \"active\": \"false\"}",
    fix: "Write true or false without quotes.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if seen.kind().resource() != Some(Resource::User) {
        return Vec::new();
    }
    first_wrong(&seen.resources(), |resource| {
        let active = member(resource, "active").filter(|active| !active.is_null() && !active.is_boolean())?;
        let subject = Subject::Attribute("active".to_owned());
        Some(Sighting::new(subject, "true or false (boolean)", seen.show(resource, active)))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada_as, eve, fine, get, list, lookup, with, wrong},
        *,
    };

    #[test]
    fn a_text_fires() {
        wrong(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "active", json!("true")))]);
        wrong(&RULE, &[lookup(ADA).answers(200, list(1, json!([with(eve(), "active", json!(1))])))]);
    }

    #[test]
    fn booleans_and_absence_are_fine() {
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "active", json!(false)))]);
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "active", json!(null)))]);
    }
}
