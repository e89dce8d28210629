//! How the headers of two answers differ.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::{Volatile, read::Response};
use crate::report::ANSWER_HEADERS;

/// The headers that differ, by name, with both values; `None` where there is none.
pub(super) fn compare(
    before: (&Response, &Volatile),
    after: (&Response, &Volatile),
) -> Vec<(&'static str, Option<String>, Option<String>)> {
    let value = |(response, volatile): (&Response, &Volatile), name: &str| {
        let found = response.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name));
        found.map(|(_, value)| steady(name, value, volatile))
    };
    // The length follows from the body.
    let compared = ANSWER_HEADERS.into_iter().filter(|name| *name != "content-length");
    let all = compared.map(|name| (name, value(before, name), value(after, name)));
    all.filter(|(_, before, after)| before != after).collect()
}

/// A value without what differs from run to run, and without what means the same.
fn steady(name: &str, value: &str, volatile: &Volatile) -> String {
    static ONCE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?i)\b(c?nonce|opaque)="[^"]*""#).ok());
    match name {
        "etag" if value.starts_with("W/") => "W/[version]".to_owned(),
        "etag" => "[version]".to_owned(),
        "retry-after" => "[time]".to_owned(),
        "allow" => {
            let mut parts: Vec<String> = value.split(',').map(|part| part.trim().to_ascii_uppercase()).collect();
            parts.sort();
            parts.join(", ")
        }
        "content-type" => {
            let parts: Vec<String> = value.split(';').map(|part| part.trim().to_ascii_lowercase()).collect();
            parts.join("; ")
        }
        "www-authenticate" => match ONCE.as_ref() {
            Some(once) => once.replace_all(&volatile.text(value), "$1=[once]").into_owned(),
            None => volatile.text(value),
        },
        _ => volatile.text(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diff::read::Report;

    #[test]
    fn what_means_the_same_is_no_difference() {
        let response = |headers: serde_json::Value| -> Response {
            serde_json::from_value(json!({"status": 200, "headers": headers})).unwrap()
        };
        let one = response(json!({"Content-Type": "application/json;charset=UTF-8", "etag": "W/\"1\"",
            "allow": "GET, PUT", "date": "today", "content-length": "1"}));
        let other = response(json!({"content-type": "application/json; charset=utf-8", "ETag": "\"2\"",
            "allow": "put,get", "content-length": "2", "location": "http://h/Users/1"}));
        let volatile = Volatile::of(&Report::default());
        let wanted = [
            ("location", None, Some("[host]/Users/[id]".to_owned())),
            ("etag", Some("W/[version]".to_owned()), Some("[version]".to_owned())),
        ];
        assert_eq!(compare((&one, &volatile), (&other, &volatile)), wanted);
    }
}
