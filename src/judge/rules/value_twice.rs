//! `value-twice`

use std::collections::HashSet;

use serde_json::Value;

use super::support::{first_wrong, present};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, member};

pub(super) const RULE: Rule = Rule {
    id: "value-twice",
    level: Level::May,
    title: "An attribute shows one value of one type twice",
    spec: &["rfc7643#2.4"],
    looks_at: "Pairs of `type` and `value` in multi-valued attributes of every resource in a successful answer; a value \
          may come back under another type. Members of groups have a rule of their own.",
    why: "RFC 7643 recommends that a pair comes once. What piles up is mostly the trace of an add that should have \
          found the value there.",
    breaks: &[],
    admin: "",
    example: "{\"emails\": [{\"type\": \"work\", \"value\": \"a@x\"}, {\"type\": \"work\", \"value\": \"a@x\"}]}",
    fix: "Adding what is there already changes nothing.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    first_wrong(&seen.resources(), |resource| {
        let twice = |value: &Value| {
            let pair = |entry: &Value| {
                let value = member(entry, "value").filter(|value| present(Some(value)))?;
                let kind = member(entry, "type").and_then(Value::as_str).unwrap_or("").to_lowercase();
                Some((kind, value.to_string()))
            };
            let pairs: Vec<_> = value.as_array().into_iter().flatten().filter_map(pair).collect();
            pairs.len() - pairs.iter().collect::<HashSet<_>>().len()
        };
        let counted = resource.as_object()?.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("members"));
        let (name, count) = counted.map(|(name, value)| (name, twice(value))).find(|(_, count)| *count > 0)?;
        Some(Sighting::new(Subject::Attribute(name.clone()), "every pair once", format!("{count} repeated")))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, with, wrong},
        *,
    };

    #[test]
    fn a_repeated_pair_fires() {
        let emails = json!([{"value": "a", "type": "work"}, {"value": "a", "type": "Work", "primary": true}]);
        wrong(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "emails", emails))]);
    }

    #[test]
    fn other_types_and_entries_without_value_are_fine() {
        let emails = json!([{"value": "a", "type": "work"}, {"value": "a", "type": "home"}]);
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "emails", emails))]);
        let addresses = json!([{"type": "work"}, {"type": "work"}]);
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "addresses", addresses))]);
    }
}
