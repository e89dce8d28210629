//! Ids of the target, as they stand in URLs.

use serde_json::Value;

/// Bytes of the longest id that is used: URLs that are longer are refused by most servers and proxies.
const LONGEST: usize = 2_000;

/// An id as it stands in a URL; `None` where it can't. Okta's early documents show a numeric one (okta-client section 16).
pub fn id_of(id: Option<&Value>) -> Option<String> {
    match id? {
        // A segment of dots leads elsewhere, however it is written (RFC 3986 5.2.4).
        Value::String(id) if id.is_empty() || id == "." || id == ".." || id.len() > LONGEST => None,
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// What stands where there is no id that can be used.
pub fn instead_of_id(id: Option<&Value>) -> String {
    match id {
        None => "none".to_owned(),
        Some(Value::String(id)) if id.is_empty() => "an empty text".to_owned(),
        Some(Value::String(id)) if id.len() > LONGEST => format!("an id of {} bytes, which fits into no URL", id.len()),
        Some(Value::String(id)) => format!("`{id}`, which leads elsewhere in a URL"),
        Some(Value::Null) => "null".to_owned(),
        Some(Value::Bool(id)) => id.to_string(),
        Some(Value::Array(_)) => "a list".to_owned(),
        Some(Value::Object(_)) => "an object".to_owned(),
        Some(Value::Number(id)) => id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_fits_into_a_url_is_an_id() {
        for (id, text) in [(json!("a/b?c"), "a/b?c"), (json!(7), "7"), (json!("..."), "...")] {
            assert_eq!(id_of(Some(&id)).unwrap(), text);
        }
    }

    #[test]
    fn what_does_not_is_none_and_is_told() {
        let long = json!("x".repeat(LONGEST + 1));
        for (id, told) in [
            (json!(""), "an empty text"),
            (json!(".."), "`..`, which leads elsewhere in a URL"),
            (json!(null), "null"),
            (json!({"value": "7"}), "an object"),
            (long, "an id of 2001 bytes, which fits into no URL"),
        ] {
            assert_eq!((id_of(Some(&id)), instead_of_id(Some(&id))), (None, told.to_owned()));
        }
        assert_eq!(instead_of_id(None), "none");
    }
}
