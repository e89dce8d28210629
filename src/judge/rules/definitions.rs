//! Attributes as a schema defines them, one by one, and what is to be said of many of them at once.

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
    let mut all = |attributes: &'v [Value], before: &str| {
        for (at, value) in attributes.iter().enumerate() {
            let own = text(value, "name").unwrap_or("an attribute without name");
            let same = |other: &Value| text(other, "name").is_some_and(|other| other.eq_ignore_ascii_case(own));
            look(Attribute {
                value,
                schema: id,
                place: format!("{before}{own} of {id}"),
                part: !before.is_empty(),
                repeated: attributes[..at].iter().any(same),
            });
        }
    };
    let top = list(schema, "attributes");
    all(top, "");
    for value in top {
        let own = text(value, "name").unwrap_or("?");
        all(list(value, "subAttributes"), &format!("{own}."));
    }
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
