//! `json-name-twice`

use std::{cell::RefCell, collections::HashSet, fmt};

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "json-name-twice",
    level: Level::Should,
    title: "An object in an answer has a name twice",
    spec: &["rfc7644#3.1", "rfc7643#2.1"],
    looks_at: "The objects in every JSON body up to 1 MiB: names that come twice in one object, also in other letters.",
    why: "Which of two values counts is up to the parser, so that two clients read two things. JSON recommends that names are unique; in SCIM they have no \
          case.",
    breaks: &[],
    admin: "",
    example: "{\"active\": true, \"Active\": false}",
    fix: "Write every attribute once; look where two layers of the server each add it.",
    judge,
};

/// Bytes of a body that are looked at.
const LONGEST: usize = 1024 * 1024;

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) =
        seen.response().filter(|response| response.value().is_some() && response.body.len() <= LONGEST)
    else {
        return Vec::new();
    };
    let found = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(&response.body);
    // It was read as JSON before; what can't be read in this way has no names.
    let _ = Names(&found).deserialize(&mut reader);
    found.into_inner().map_or_else(Vec::new, |name: String| {
        vec![Sighting::new(Subject::Envelope(name.clone()), "every name once", format!("{name} twice in one object"))]
    })
}

/// Walks through JSON and keeps the first name that comes twice.
struct Names<'f>(&'f RefCell<Option<String>>);

impl<'de> DeserializeSeed<'de> for Names<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Names<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names: HashSet<String> = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name.to_lowercase()) {
                self.0.borrow_mut().get_or_insert(name);
            }
            map.next_value_seed(Names(self.0))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Names(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{ada_as, fine, get, wrong},
        *,
    };
    use crate::http::Exchange;

    fn answered(body: &str) -> Exchange {
        get("/Users/7").answers_text(200, &[], body)
    }

    #[test]
    fn names_that_come_twice_fire_at_any_depth() {
        for body in [
            r#"{"a": 1, "a": 2}"#,
            r#"{"x": [{"active": true, "Active": false}]}"#,
            r#"[{"a": {"b": null, "b": 0.5}}]"#,
        ] {
            wrong(&RULE, &[answered(body)]);
        }
    }

    #[test]
    fn one_name_in_several_objects_is_fine() {
        fine(&RULE, &[answered(r#"{"a": {"value": 1}, "b": [{"value": 1}, {"value": -2}], "c": true}"#)]);
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
        fine(&RULE, &[answered("{\"a\": 1, \"a\"")]);
    }
}
