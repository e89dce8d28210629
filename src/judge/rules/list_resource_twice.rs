//! `list-resource-twice`

use std::collections::HashSet;

use super::support::id;
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "list-resource-twice",
    level: Level::Must,
    title: "A list answer shows one resource twice",
    spec: &["rfc7643#3.1", "okta-scim20#list", "okta-prepare#id"],
    looks_at: "The ids in one list answer.",
    why: "An id belongs to one resource. Repeats push others off the page, so an import misses people, and who \
          is missing counts as removed in the app.",
    breaks: &[],
    admin: "",
    example: "{\"totalResults\": 2, \"Resources\": [{\"id\": \"7\", ...}, {\"id\": \"7\", ...}]}",
    fix: "List every resource once; a join with memberships is the usual cause.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.success().filter(|_| seen.lists()) else {
        return Vec::new();
    };
    let ids: Vec<String> = response.resources().iter().filter_map(id).collect();
    let distinct: HashSet<&String> = ids.iter().collect();
    Sighting::when(distinct.len() < ids.len(), || {
        let actual = match distinct.len() {
            1 => format!("{} resources, all with the same id", ids.len()),
            different => format!("{} resources, and only {different} different ids", ids.len()),
        };
        Sighting::new(Subject::Found, "every id once", actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, eve, fine, get, list, wrong},
        *,
    };

    #[test]
    fn the_same_id_twice_fires() {
        wrong(&RULE, &[get("/Users?startIndex=1&count=2").answers(200, list(2, json!([eve(), eve()])))]);
    }

    #[test]
    fn different_ids_are_fine() {
        fine(&RULE, &[get("/Users?startIndex=1&count=2").answers(200, list(2, json!([eve(), ada_as("7")])))]);
    }
}
