//! `id-differs-from-url`

use serde_json::Value;

use super::support::{id, text};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject, describe},
};

pub(super) const RULE: Rule = Rule {
    id: "id-differs-from-url",
    level: Level::Must,
    title: "An answer carries another id than the one asked for",
    spec: &["rfc7643#3.1", "rfc7644#3.4.1", "okta-spec#2"],
    looks_at: "The `id` in a successful answer to GET, PUT and PATCH of one resource.",
    why: "Okta puts what it read into the next PUT. If the answer is another resource, Okta writes one person \
          over another.",
    breaks: &["okta"],
    admin: "Nothing, or a failed task under Tasks: Okta goes on with the wrong resource.",
    example: "GET /Users/7 answers {\"id\": \"9\", ...}",
    fix: "Answer with the resource in the URL, under its one id.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let (Some(resource), Some(asked)) = (seen.resource(), seen.kind().id()) else {
        return Vec::new();
    };
    if matches!(seen.kind(), Kind::Delete(..)) {
        return Vec::new();
    }
    let Some(have) = id(resource).filter(|have| !have.eq_ignore_ascii_case(asked)) else {
        return Vec::new();
    };
    // Who may be read by their name, too, is no other person; a story about other keys tells it.
    let keys = ["userName", "externalId", "displayName"];
    if keys.iter().any(|key| text(resource, key).is_some_and(|name| name.eq_ignore_ascii_case(asked))) {
        return Vec::new();
    }
    vec![Sighting::new(
        Subject::Attribute("id".to_owned()),
        describe(&Value::from(asked)),
        seen.show(resource, &Value::from(have)),
    )]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, error, eve, fine, get, put, with, wrong},
        *,
    };

    #[test]
    fn another_resource_fires() {
        wrong(&RULE, &[get("/Users/7").answers(200, ada_as("9"))]);
        wrong(&RULE, &[put("/Users/7", ada()).answers(200, eve())]);
    }

    #[test]
    fn the_same_id_is_fine_also_when_escaped() {
        fine(&RULE, &[get("/Users/a%2Fb").answers(200, ada_as("a/b"))]);
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "id", json!(7)))]);
        fine(&RULE, &[get("/Users/7").answers(404, error(404))]);
        fine(&RULE, &[get("/Users/ada").answers(200, with(ada_as("7"), "userName", json!("Ada")))]);
    }
}
