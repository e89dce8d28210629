//! `discovery-entry-differs`

use serde_json::Value;

use super::{
    discovery::{entries, plain, read, whole_before},
    support::{present, text},
};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, member};

pub(super) const RULE: Rule = Rule {
    id: "discovery-entry-differs",
    level: Level::Should,
    title: "A schema or resource type read alone is not the one in the list",
    spec: &["rfc7644#4", "rfc7644#3.4.1"],
    looks_at: "A GET of /Schemas/{id} or /ResourceTypes/{id} answered with a success, held against the entry with that id in the whole list that the scenario read \
          before. Order, `meta` and description do not count.",
    why: "One resource, read in two ways, is one. A list in place of the entry is an error to clients that ask for one schema.",
    breaks: &[],
    admin: "",
    example: "GET /Schemas/urn:ietf:params:scim:schemas:core:2.0:User answered with a list of all schemas",
    fix: "Answer with the one entry, as it stands in the list.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some((document, Some(id))) = read(seen.exchange).filter(|_| plain(&seen.exchange.request)) else {
        return Vec::new();
    };
    let subject = |name: &str| Subject::Envelope(name.to_owned());
    let Some(body) = seen.success().and_then(|response| response.value()) else {
        return Vec::new();
    };
    if !body.is_object() || member(body, "Resources").is_some() {
        return vec![Sighting::new(subject("body"), "the one entry", "a list")];
    }
    let named = |entry: &&Value| {
        ["id", "name"].iter().any(|name| text(entry, name).is_some_and(|own| own.eq_ignore_ascii_case(&id)))
    };
    let Some(listed) = whole_before(seen, document).and_then(|list| entries(list).into_iter().find(named)) else {
        return Vec::new();
    };
    let aside = ["meta", "description", "schemas"];
    let counted = |name: &&String| !aside.iter().any(|own| own.eq_ignore_ascii_case(name));
    let names = listed.as_object().into_iter().flatten().map(|(name, _)| name).filter(counted);
    let differs = names.into_iter().find(|name| !alike(member(listed, name), member(body, name)));
    differs.map_or_else(Vec::new, |name| {
        vec![Sighting::new(subject(name), format!("{name} as in the list"), "something else")]
    })
}

/// Equal, but for the order in lists and what says nothing.
fn alike(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one.filter(|value| present(Some(value))), other.filter(|value| present(Some(value)))) {
        (Some(Value::Array(one)), Some(Value::Array(other))) => {
            one.len() == other.len() && one.iter().all(|item| other.iter().any(|have| alike(Some(item), Some(have))))
        }
        (Some(Value::Object(parts)), Some(other @ Value::Object(_))) => {
            parts.iter().all(|(name, part)| name == "description" || alike(Some(part), member(other, name)))
        }
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{fine, get, list, with, wrong},
        *,
    };
    use crate::http::Exchange;

    fn user() -> Value {
        json!({"id": "User", "name": "User", "endpoint": "/Users", "schemaExtensions": [{"schema": "a"}, {"schema": "b"}]})
    }

    fn all() -> Exchange {
        get("/ResourceTypes").answers(200, list(1, json!([user()])))
    }

    #[test]
    fn lists_and_other_entries_fire() {
        wrong(&RULE, &[get("/ResourceTypes/User").answers(200, list(1, json!([user()])))]);
        wrong(&RULE, &[all(), get("/ResourceTypes/User").answers(200, with(user(), "endpoint", json!("/Groups")))]);
    }

    #[test]
    fn the_same_entry_is_fine() {
        let other = with(user(), "schemaExtensions", json!([{"schema": "b"}, {"schema": "a"}]));
        fine(&RULE, &[all(), get("/ResourceTypes/User").answers(200, with(other, "meta", json!({"location": "x"})))]);
        fine(&RULE, &[get("/ResourceTypes/User").answers(200, user())]);
        fine(&RULE, &[all(), get("/ResourceTypes/Group").answers(200, with(user(), "endpoint", json!("/Groups")))]);
    }
}
