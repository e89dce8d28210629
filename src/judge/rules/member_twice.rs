//! `member-twice`

use std::collections::HashSet;

use super::history::{Operation, operations, values};
use super::support::first_wrong;
use crate::{
    http::Resource,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "member-twice",
    level: Level::Must,
    title: "A group shows one member twice",
    spec: &["rfc7643#2.4", "rfc7644#3.5.2.1", "okta-scim20#group-update", "okta-wire#group-members"],
    looks_at: "The values of `members` of every group in a successful answer.",
    why: "Okta adds members again right after it created a group, and a PUT sends back the list it read. What \
          is stored twice has to be removed twice: a leaver stays in the group.",
    breaks: &["okta"],
    admin: "Nothing: the group in the app keeps members that Okta removed.",
    example: "{\"members\": [{\"value\": \"7\"}, {\"value\": \"7\"}]}",
    fix: "Treat members as a set: adding who is there already changes nothing.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if seen.kind().resource() != Some(Resource::Group) || sent_twice(seen) {
        return Vec::new();
    }
    first_wrong(&seen.resources(), |group| {
        let members = values(group);
        let distinct: HashSet<&String> = members.iter().collect();
        (distinct.len() < members.len()).then(|| {
            let actual = match distinct.len() {
                1 => format!("{} members that are all the same one", members.len()),
                different => format!("{} members, and only {different} different ones", members.len()),
            };
            Sighting::new(Subject::Attribute("members".to_owned()), "every member once", actual)
        })
    })
}

/// True where a member was sent twice at once: where a lookup answered the same id for two people, the client is misled, and a story that
/// does so on purpose says what it expects.
fn sent_twice(seen: &Seen<'_>) -> bool {
    let twice = |ids: &[String]| ids.iter().collect::<HashSet<_>>().len() < ids.len();
    let writes = seen.before.iter().chain(std::iter::once(seen.exchange));
    writes.filter(|exchange| exchange.kind.writes()).filter_map(|exchange| exchange.request.body_json()).any(|body| {
        twice(&values(body))
            || operations(body)
                .iter()
                .any(|operation| matches!(operation, Operation::Add(ids) | Operation::Replace(ids) if twice(ids)))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{crew, fine, get, post, with, wrong},
        *,
    };

    #[test]
    fn a_member_stored_twice_fires() {
        let group = with(crew(json!([{"value": "7"}, {"value": "7"}])), "id", json!("g"));
        wrong(&RULE, &[get("/Groups/g").answers(200, group.clone())]);
        let sent = post("/Groups", crew(json!([{"value": "7"}, {"value": "7"}]))).answers(201, json!({"id": "g"}));
        fine(&RULE, &[sent, get("/Groups/g").answers(200, group)]);
    }

    #[test]
    fn different_members_and_null_are_fine() {
        let group = with(crew(json!([{"value": "7"}, {"value": "8"}])), "id", json!("g"));
        fine(&RULE, &[get("/Groups/g").answers(200, group)]);
        let mut group = with(crew(json!([])), "id", json!("g"));
        group["members"] = json!(null);
        fine(&RULE, &[get("/Groups/g").answers(200, group)]);
    }
}
