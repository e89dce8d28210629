//! Attributes as a schema defines them, one by one, and what is to be said of many of them at once.

use std::collections::HashSet;

use serde_json::Value;

use super::support::text;
use crate::judge::{Sighting, Subject, describe, member};

/// One definition of an attribute or of a part of one.
pub(super) struct Attribute<'v> {
    /// The definition.
    pub(super) value: &'v Value,
    /// The id of its schema.
    pub(super) schema: &'v str,
    /// Where it is, for output: `emails.type of urn:...:User`.
    pub(super) place: String,
    /// True for a part of another one.
    pub(super) part: bool,
    /// True where an earlier one beside it has the same name.
    pub(super) repeated: bool,
}

/// Looks at every definition in an entry of `/Schemas`.
pub(super) fn each_attribute<'v>(schema: &'v Value, mut look: impl FnMut(Attribute<'v>)) {
    let id = text(schema, "id").unwrap_or("a schema without id");
    let list = |of: &'v Value, name: &str| member(of, name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let shown = beginning(id);
    let mut all = |attributes: &'v [Value], before: &str| {
        let mut names = HashSet::new();
        for value in attributes {
            let name = text(value, "name");
            let own = beginning(name.unwrap_or("an attribute without name"));
            look(Attribute {
                value,
                schema: id,
                place: format!("{before}{own} of {shown}"),
                part: !before.is_empty(),
                repeated: name.is_some_and(|name| !names.insert(name.to_ascii_lowercase())),
            });
        }
    };
    let top = list(schema, "attributes");
    all(top, "");
    for value in top {
        let own = beginning(text(value, "name").unwrap_or("?"));
        all(list(value, "subAttributes"), &format!("{own}."));
    }
}

/// As much of a name as a place shows: with a megabyte of it in each of many places the memory would be full.
fn beginning(name: &str) -> &str {
    name.char_indices().nth(200).map_or(name, |(end, _)| &name[..end])
}

/// What is wrong with many definitions, each kind of it told once.
#[derive(Default)]
pub(super) struct Tally {
    found: Vec<(Sighting, usize)>,
}

impl Tally {
    /// Notes one place where something is not as expected.
    pub(super) fn tell(&mut self, path: &str, expected: &str, place: &str, actual: Option<&Value>) {
        let subject = Subject::Envelope(path.to_owned());
        if let Some((_, more)) = self.found.iter_mut().find(|(have, _)| have.subject == subject) {
            *more += 1;
            return;
        }
        let actual = actual.map_or_else(|| "nothing".to_owned(), describe);
        self.found.push((Sighting::new(subject, expected, format!("{actual}, at {place}")), 0));
    }

    /// All of them.
    pub(super) fn sightings(self) -> Vec<Sighting> {
        let counted = |(mut sighting, more): (Sighting, usize)| {
            if more > 0 {
                sighting.actual = format!("{}; {more} more likewise", sighting.actual);
            }
            sighting
        };
        self.found.into_iter().map(counted).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{
        super::{
            RULES,
            testing::{get, judge, list},
        },
        *,
    };

    fn named(name: &str) -> Value {
        json!({"name": name, "type": "string", "multiValued": false, "required": false})
    }

    #[test]
    fn names_that_come_again_are_told() {
        let schema = json!({"id": "urn:x", "attributes": [named("a"), named("A"), {}, {}, {"name": "b", "subAttributes": [named("a"), named("c"), named("C")]}]});
        let mut seen = Vec::new();
        each_attribute(&schema, |attribute| seen.push((attribute.place, attribute.repeated)));
        let repeated: Vec<&str> =
            seen.iter().filter(|(_, repeated)| *repeated).map(|(place, _)| place.as_str()).collect();
        assert_eq!((seen.len(), repeated), (8, vec!["A of urn:x", "b.C of urn:x"]));
    }

    /// If a rule looked at each pair of them, or copied the long names for each, this would take minutes or all of the memory.
    #[test]
    fn many_definitions_take_no_longer_than_they_are_many() {
        let long = "x".repeat(1 << 20);
        let many: Vec<Value> = (0..20_000).map(|number| named(&format!("attribute{number}"))).collect();
        let within = json!({"name": long, "type": "complex", "subAttributes": &many});
        let attributes = [many.as_slice(), &[within]].concat();
        let schemas = list(1, json!([{"id": format!("urn:{long}"), "name": "X", "attributes": attributes}]));
        let of_type = |number| {
            let name = format!("Type{number}");
            json!({"id": name, "name": name, "endpoint": format!("/{name}"), "schema": format!("urn:{name}"),
                   "schemas": [crate::scim::urn::RESOURCE_TYPE]})
        };
        let types = list(20_000, (0..20_000).map(of_type).collect());
        let dialogue = [get("/Schemas").answers(200, schemas), get("/ResourceTypes").answers(200, types)];
        for rule in RULES {
            judge(rule, &dialogue);
        }
    }
}
