//! `attribute-name-case`

use serde_json::Value;

use super::{declarations::standard, support::first_wrong};
use crate::{
    judge::{Level, Rule, Seen, Sighting, Subject},
    scim::schema::{COMMON, Declared},
};

pub(super) const RULE: Rule = Rule {
    id: "attribute-name-case",
    level: Level::Should,
    title: "An attribute is written in other letters than its schema has",
    spec: &["rfc7643#2.1"],
    looks_at: "The names of the attributes of RFC 7643 and of their parts in every resource of a successful answer, and those of the members of a list answer.",
    why: "RFC 7643 compares names without case, so that it is lawful. Most clients look names up as the standard writes them, as JSON \
          parsers do, and find nothing.",
    breaks: &[],
    admin: "",
    example: "{\"totalresults\": 1, \"resources\": [{\"username\": \"ada@example.com\"}]}",
    fix: "Write names as RFC 7643 and RFC 7644 do: userName, totalResults, Resources.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let (Some(kind), Some(response)) = (seen.kind().resource(), seen.success()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if seen.kind().is_list()
        && let Some(Value::Object(members)) = response.value()
    {
        let envelope = ["schemas", "totalResults", "startIndex", "itemsPerPage", "Resources"];
        let odd = members.keys().find_map(|have| otherwise(have, envelope.iter().copied()));
        found.extend(odd.map(|(have, own)| Sighting::new(Subject::Envelope(own.to_owned()), own, have)));
    }
    let declared = &standard(kind).core.attributes;
    found.extend(first_wrong(&seen.resources(), |resource| {
        let (have, own) = names(resource, declared)?;
        Some(Sighting::new(Subject::Attribute(own.clone()), own, have))
    }));
    found
}

/// The first name in other letters, and the right one.
fn names(resource: &Value, declared: &[Declared]) -> Option<(String, String)> {
    resource.as_object()?.iter().find_map(|(have, value)| {
        let known = declared.iter().map(|one| one.name.as_str()).chain(COMMON.iter().map(|one| one.name));
        if let Some((have, own)) = otherwise(have, known) {
            return Some((have.to_owned(), own.to_owned()));
        }
        let parts = &declared.iter().find(|one| one.name == *have)?.sub_attributes;
        let entries = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let own = || parts.iter().map(|one| one.name.as_str());
        let odd = entries.iter().filter_map(Value::as_object).flat_map(|entry| entry.keys());
        let (part, own) = odd.into_iter().find_map(|part| otherwise(part, own()))?;
        Some((format!("{have}.{part}"), format!("{have}.{own}")))
    })
}

/// The known name that is the same but for its case.
fn otherwise<'n>(have: &'n str, known: impl Iterator<Item = &'n str>) -> Option<(&'n str, &'n str)> {
    let mut same = known.filter(|own| own.eq_ignore_ascii_case(have));
    same.next().filter(|own| *own != have).map(|own| (have, own))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, list, with, wrong},
        *,
    };

    #[test]
    fn other_letters_fire() {
        let odd = with(with(ada_as("7"), "userName", json!(null)), "username", json!("ada"));
        assert_eq!(wrong(&RULE, &[get("/Users/7").answers(200, odd)]).expected, "userName");
        let odd = with(ada_as("7"), "emails", json!([{"Value": "x"}]));
        assert_eq!(wrong(&RULE, &[get("/Users/7").answers(200, odd)]).expected, "emails.value");
        let lower = json!({"schemas": [], "totalresults": 0, "Resources": []});
        wrong(&RULE, &[get("/Users?count=1").answers(200, lower)]);
    }

    #[test]
    fn the_letters_of_the_schema_and_strange_names_are_fine() {
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "Shoe", json!(43)))]);
        fine(&RULE, &[get("/Users?count=1").answers(200, list(1, json!([ada_as("7")])))]);
    }
}
