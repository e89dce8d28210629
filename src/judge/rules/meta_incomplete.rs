//! `meta-incomplete`

use super::support::{at, first_wrong, looks_like_resource, present, projected};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, member};

pub(super) const RULE: Rule = Rule {
    id: "meta-incomplete",
    level: Level::May,
    title: "A resource lacks meta, or a part of it",
    spec: &["rfc7643#3.1"],
    looks_at: "`meta.resourceType`, `created`, `lastModified` and `location` of every whole resource in a successful answer. \
          `version` may be missing.",
    why: "RFC 7643 demands them. Okta sends meta back as it came and reads nothing in it; other clients see by it what has \
          changed.",
    breaks: &[],
    admin: "",
    example: "{\"id\": \"7\", \"userName\": \"ada@example.com\", \"meta\": {\"resourceType\": \"User\"}}",
    fix: "Return meta with resourceType, created, lastModified and location.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if projected(&seen.exchange.request) {
        return Vec::new();
    }
    let mut resources = seen.resources();
    resources.retain(|resource| looks_like_resource(resource));
    let missing = |name: &'static str| {
        first_wrong(&resources, |resource| {
            let path = format!("meta.{name}");
            let there = present(at(resource, &path)) || !present(member(resource, "meta"));
            (!there).then(|| Sighting::new(Subject::Attribute(path), "a value", "nothing"))
        })
    };
    let whole = first_wrong(&resources, |resource| {
        let there = present(member(resource, "meta"));
        (!there).then(|| Sighting::new(Subject::Attribute("meta".to_owned()), "an object", "nothing"))
    });
    let parts = ["resourceType", "created", "lastModified", "location"].into_iter().flat_map(missing);
    whole.into_iter().chain(parts).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, judge as told, with, wrong},
        *,
    };

    fn meta() -> serde_json::Value {
        json!({"resourceType": "User", "created": "2026-01-01T00:00:00Z", "lastModified": "2026-01-01T00:00:00Z",
               "location": "https://x/Users/7"})
    }

    #[test]
    fn no_meta_and_no_dates_fire() {
        wrong(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "meta", json!(null)))]);
        let bare = json!({"resourceType": "User", "location": "https://x/Users/7"});
        let seen = told(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "meta", bare))]);
        assert_eq!(seen.len(), 2);
    }

    #[test]
    fn a_whole_meta_and_selections_are_fine() {
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "meta", meta()))]);
        fine(&RULE, &[get("/Users/7?attributes=userName").answers(200, with(ada_as("7"), "meta", json!(null)))]);
    }
}
