//! What differs from run to run by nature, and is therefore no difference.

use std::{collections::HashSet, sync::LazyLock};

use percent_encoding::percent_decode_str;
use regex_lite::Regex;
use serde_json::Value;

use super::read::Report;

/// Shorter ids are replaced only where an id is due: `7` is an id, and a part of everything.
const SAFE_INSIDE: usize = 8;

/// What of one report is volatile: its host and the ids in it.
#[derive(Debug)]
pub(super) struct Volatile {
    base: String,
    base_path: String,
    ids: HashSet<String>,
}

/// Text that is volatile whatever the report: a part that it always has, its form, and what stands for it.
static PATTERNS: LazyLock<Vec<(&str, Regex, &str)>> = LazyLock::new(|| {
    let patterns = [
        // The marker of a run, with the number of the scenario.
        ("-", r"(?i)scim-check-\d{14}[a-z]{4}(-\d{3,})?", "[run]"),
        ("://", r#"https?://[^/\s"'<>]+"#, "[host]"),
        (":", r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?", "[date]"),
        ("-", r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "[id]"),
        ("", r"(?i)\b[0-9a-f]{16,}\b", "[id]"),
        ("/", r#"/(Users|Groups|Roles|Entitlements)/[^/?#\s"'<>]+"#, "/$1/[id]"),
    ];
    patterns.into_iter().filter_map(|(hint, pattern, with)| Some((hint, Regex::new(pattern).ok()?, with))).collect()
});

/// Words that may be an id.
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[A-Za-z0-9_.~-]{8,}").ok());
/// What counts in findings: how many others there are.
static COUNTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\d+ of \d+|\d+ (more|resources?|others)|\d+(\.\d+)? (ms|s)\b").ok());
/// Numbers in texts that a server words as it likes.
static NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d+").ok());

/// The text by which the people and groups of one scenario of a run are known, in lower case.
pub(super) fn marked(text: &str) -> Option<String> {
    static UNIQUE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)scim-check-\d{14}[a-z]{4}-\d{3,}").ok());
    let found = UNIQUE.as_ref()?.find(text)?;
    Some(found.as_str().to_ascii_lowercase())
}

fn replace(pattern: Option<&Regex>, text: &str, with: &str) -> String {
    pattern.map_or_else(|| text.to_owned(), |pattern| pattern.replace_all(text, with).into_owned())
}

impl Volatile {
    /// What is volatile in a report: its ids are those of answers, and the external ids that were sent.
    pub fn of(report: &Report) -> Volatile {
        let mut ids = HashSet::new();
        for exchange in report.exchanges.iter().flat_map(|exchanges| &exchanges.all) {
            collect(&exchange.request.body, "externalId", &mut ids);
            if let Some(body) = &exchange.response.body {
                collect(body, "id", &mut ids);
            }
        }
        let base = report.target.base_url.trim_end_matches('/').to_owned();
        let path = base.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()));
        Volatile { base, base_path: path.unwrap_or_default(), ids }
    }

    /// A text with names for what is volatile in it.
    pub fn text(&self, text: &str) -> String {
        if text.len() >= SAFE_INSIDE && self.ids.contains(text) {
            return "[id]".to_owned();
        }
        let mut out = match text.strip_prefix(self.base_path.as_str()) {
            Some(rest) if !self.base_path.is_empty() && rest.starts_with('/') => format!("[base path]{rest}"),
            _ if self.base.is_empty() => text.to_owned(),
            _ => text.replace(&self.base, "[base]"),
        };
        // Most texts have neither digits nor slashes, and expressions are slow.
        if out.bytes().any(|byte| byte.is_ascii_digit() || byte == b'/') {
            for (hint, pattern, with) in PATTERNS.iter() {
                if out.contains(hint) && pattern.is_match(&out) {
                    out = pattern.replace_all(&out, *with).into_owned();
                }
            }
        }
        let is_id = |word: &str| word.len() >= SAFE_INSIDE && self.ids.contains(word);
        let mut words = out.split(|c: char| !(c.is_ascii_alphanumeric() || "_.~-".contains(c)));
        if !words.any(is_id) {
            return out;
        }
        let Some(words) = WORDS.as_ref() else {
            return out;
        };
        let known = |found: &regex_lite::Captures<'_>| {
            if is_id(&found[0]) { "[id]".to_owned() } else { found[0].to_owned() }
        };
        words.replace_all(&out, known).into_owned()
    }

    /// True where a text is an id of this run, however short.
    pub fn is_id(&self, text: &str) -> bool {
        self.ids.contains(text)
    }

    /// What a finding says, without how many others there are and how long something took.
    pub fn claim(&self, text: &str) -> String {
        let text = replace(COUNTS.as_ref(), &self.text(text), "[number]");
        // How the others look depends on who else is there.
        text.split("[not ours]").next().unwrap_or("").to_owned()
    }

    /// A text that a server words as it likes, such as the detail of an error.
    pub fn prose(&self, text: &str) -> String {
        replace(NUMBERS.as_ref(), &self.text(text), "[number]")
    }

    /// Path and query of a request; the path is cut off where an id may follow.
    pub fn target(&self, target: &str) -> (String, String) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = percent_decode_str(query).decode_utf8_lossy();
        (self.text(path), self.text(&query))
    }
}

/// The texts and numbers under a name, at any depth.
fn collect(value: &Value, wanted: &str, out: &mut HashSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, wanted, out)),
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if name.eq_ignore_ascii_case(wanted) && !text.starts_with("urn:") => {
                        out.insert(text.clone());
                    }
                    other => collect(other, wanted, out),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_by_nature_gets_a_name() {
        let ids = ["42", "00uAbCdEfGh"].map(str::to_owned).into_iter().collect();
        let base = "http://127.0.0.1:4/scim/v2".to_owned();
        let volatile = Volatile { base, base_path: "/scim/v2".to_owned(), ids };
        for (text, shown) in [
            ("http://127.0.0.1:4/scim/v2/Users/42", "[base]/Users/[id]"),
            ("/scim/v2/Users/42", "[base path]/Users/[id]"),
            ("https://docs.example/x", "[host]/x"),
            ("scim-check-20261122101501abcd-007-ada@example.com", "[run]-ada@example.com"),
            ("SCIM-CHECK-20261122101501ABCD", "[run]"),
            ("since 2026-11-22T10:15:01.5Z", "since [date]"),
            ("no 00uAbCdEfGh, 2819c223-7f76-453a-919d-413861904646", "no [id], [id]"),
            ("42", "42"),
            ("Ada", "Ada"),
        ] {
            assert_eq!(volatile.text(text), shown);
        }
        assert_eq!(volatile.claim("none: 25 resources that are not ours"), "none: [number] that are not ours");
        assert_eq!(volatile.claim("status 409"), "status 409");
        assert_eq!(volatile.prose("line 7"), "line [number]");
        assert_eq!(volatile.target("/Users?filter=a%20eq%20%22b%22"), ("/Users".into(), "filter=a eq \"b\"".into()));
    }
}
