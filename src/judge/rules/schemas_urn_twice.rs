//! `schemas-urn-twice`

use std::collections::HashSet;

use super::support::first_wrong;
use crate::judge::{Level, Rule, Seen, Sighting, Subject, member};

pub(super) const RULE: Rule = Rule {
    id: "schemas-urn-twice",
    level: Level::May,
    title: "A resource names one schema twice",
    spec: &["rfc7643#3"],
    looks_at: "The entries of `schemas` of every resource in a successful answer; URNs have no case.",
    why: "RFC 7643 forbids it. No client is known to stumble.",
    breaks: &[],
    admin: "",
    example: "{\"schemas\": [\"urn:...:core:2.0:User\", \"urn:...:core:2.0:User\"]}",
    fix: "Treat schemas as a set.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    first_wrong(&seen.resources(), |resource| {
        let urns: Vec<String> = member(resource, "schemas")?
            .as_array()?
            .iter()
            .filter_map(|urn| Some(urn.as_str()?.to_lowercase()))
            .collect();
        let mut known = HashSet::new();
        let twice = urns.iter().find(|urn| !known.insert(*urn))?;
        Some(Sighting::new(Subject::Attribute("schemas".to_owned()), "every URN once", format!("{twice} twice")))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, with, wrong},
        *,
    };
    use crate::scim::urn;

    #[test]
    fn twice_fires_and_once_does_not() {
        let urns = json!([urn::USER, urn::USER.to_uppercase()]);
        wrong(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "schemas", urns))]);
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "schemas", json!([7, 7])))]);
    }
}
