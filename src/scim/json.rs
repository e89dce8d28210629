//! Reading JSON of one meaning: RFC 8259 section 4 leaves open what an object means that has a name twice, and in SCIM the letter
//! case of a name does not count (RFC 7643 section 2.1).

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Reads a text of JSON.
///
/// # Errors
/// If it is no JSON, goes on behind it, is nested deeper than 127 levels, or has a name twice in one object, in any letters.
pub fn read(text: &[u8]) -> Result<Value, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Unique.deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Takes a value in which no object has a name twice.
struct Unique;

impl<'de> DeserializeSeed<'de> for Unique {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = elements.next_element_seed(Unique)? {
            all.push(element);
        }
        Ok(all.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if !names.insert(name.to_ascii_lowercase()) {
                return Err(A::Error::custom(format!("{name:?} is twice in one object")));
            }
            all.insert(name, members.next_value_seed(Unique)?);
        }
        Ok(all.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_one_meaning_is_read_as_ever() {
        for text in [
            r#"{"a": [1, -2, 3.5, 1e300, 18446744073709551615, "x\u0041", true, null, {}, []], "b": {"a": 1}}"#,
            "null",
            " \"text\" ",
            "-0.0",
        ] {
            assert_eq!(read(text.as_bytes()).unwrap(), serde_json::from_str::<Value>(text).unwrap(), "{text}");
        }
    }

    #[test]
    fn what_has_none_or_two_is_refused() {
        for text in [
            "",
            "{",
            "{} {}",
            "1e400",
            r#"{"a": 1, "a": 1}"#,
            r#"{"a": 1, "A": 1}"#,
            r#"[{"b": {"a": 1, "\u0061": 2}}]"#,
        ] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
        for deep in ["[", r#"{"a":"#] {
            assert!(read(deep.repeat(100_000).as_bytes()).is_err(), "{deep}");
        }
    }
}
