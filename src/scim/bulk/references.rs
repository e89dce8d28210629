//! References to what another operation creates (RFC 7644 section 3.7.2).
//!
//! A reference is a whole text `bulkId:xyz`, wherever it stands in the data, or a segment of the operation's path. Inside
//! a longer text it counts in two places: as a literal in the `path` of a PATCH (`members[value eq "bulkId:xyz"]`), and
//! as the last segment of a `$ref`.

use std::ops::Range;

use serde_json::{Map, Value};

use super::BulkOperation;

const PREFIX: &str = "bulkId:";

/// The `bulkId` that a text refers to as a whole.
pub fn bulk_id(text: &str) -> Option<&str> {
    text.strip_prefix(PREFIX)
}

/// The `bulkId`s that an operation refers to, as often as it does.
pub(super) fn of(operation: &BulkOperation) -> Vec<String> {
    let mut found: Vec<String> =
        operation.path.iter().filter_map(|segment| bulk_id(segment)).map(str::to_owned).collect();
    if let Some(data) = &operation.data {
        collect("", data, &mut found);
    }
    found
}

fn collect(name: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let named = places(name, text).into_iter().filter_map(|place| bulk_id(text.get(place)?));
            found.extend(named.map(str::to_owned));
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(name, element, found)),
        Value::Object(parts) => parts.iter().for_each(|(name, part)| collect(name, part, found)),
        _ => {}
    }
}

/// The data with ids in place of references. A reference whose id is not known yet is left out: of a list the whole
/// element that contains it, elsewhere the attribute.
pub fn resolve<'a>(data: &Value, id_of: &dyn Fn(&str) -> Option<&'a str>) -> Value {
    settle("", data, id_of, false).unwrap_or_default()
}

fn settle<'a>(name: &str, value: &Value, id_of: &dyn Fn(&str) -> Option<&'a str>, in_list: bool) -> Option<Value> {
    match value {
        Value::String(text) => {
            let mut out = text.clone();
            // From the end, so that the places before it stay right.
            for place in places(name, text).into_iter().rev() {
                let id = id_of(bulk_id(text.get(place.clone())?)?)?;
                out.replace_range(place, id);
            }
            Some(Value::String(out))
        }
        Value::Array(elements) => {
            Some(elements.iter().filter_map(|element| settle(name, element, id_of, true)).collect())
        }
        Value::Object(parts) => {
            let mut out = Map::new();
            for (name, part) in parts {
                match settle(name, part, id_of, false) {
                    Some(part) => {
                        out.insert(name.clone(), part);
                    }
                    None if in_list => return None,
                    None => {}
                }
            }
            Some(Value::Object(out))
        }
        other => Some(other.clone()),
    }
}

/// Where in the text of an attribute references stand, from left to right.
fn places(name: &str, text: &str) -> Vec<Range<usize>> {
    if text.starts_with(PREFIX) {
        return std::iter::once(0..text.len()).collect();
    }
    if name.eq_ignore_ascii_case("$ref") {
        let last = text.rfind('/').map_or(0, |slash| slash + 1);
        return text.get(last..).and_then(bulk_id).map(|_| last..text.len()).into_iter().collect();
    }
    if !name.eq_ignore_ascii_case("path") {
        return Vec::new();
    }
    let quoted = text.match_indices("\"bulkId:").map(|(quote, _)| quote + 1);
    let whole = |start: usize| Some(start..start + text.get(start..)?.find('"')?);
    quoted.filter_map(whole).collect()
}
