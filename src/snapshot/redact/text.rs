//! Texts in which volatile values stand among others: paths, headers, and strings of bodies.

use std::sync::{LazyLock, atomic::Ordering};

use regex_lite::Regex;

use super::{Place, Redaction};
use crate::http::{segment, without_addresses};

/// Shorter values are replaced only where they stand alone: `7` is an id, and a part of everything.
const SAFE_INSIDE: usize = 8;
/// A moment inside a text, escaped or not.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}(:|%3A)[0-9]{2}(:|%3A)[0-9]{2}(\.[0-9]+)?(Z|([+-]|%2B)[0-9]{2}(:|%3A)?[0-9]{2})?";
    Regex::new(pattern).expect("the pattern is written here")
});
/// The value in a filter on a password.
static PASSWORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?i)(password%20[a-z]+%20%22)[^&]*?(%22)").expect("the pattern is written here"));
/// Where somebody is found whose id has no name.
static LOCATION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(\[base\]/(?:Users|Groups)/)[^/?#\s"'\[]+"#).expect("the pattern is written here"));

impl Redaction {
    /// Redacts the path and query of a request.
    pub fn target(&self, target: &str, id: Option<&str>) -> String {
        let mut out = target.to_owned();
        if let Some(id) = id {
            let (path, query) = out.split_once('?').map_or((out.as_str(), None), |(path, query)| (path, Some(query)));
            let (own, name) = (segment(id), self.id(id));
            let parts: Vec<&str> = path.split('/').map(|part| if part == own { name.as_str() } else { part }).collect();
            out = query.map_or_else(|| parts.join("/"), |query| format!("{}?{query}", parts.join("/")));
        }
        let out = self.inside(&out);
        // What a filter asks of a password tells a part of it.
        if self.alone { PASSWORD.replace_all(&out, "${1}[password]${2}").into_owned() } else { out }
    }

    fn id(&self, id: &str) -> String {
        let known = self.named.iter().find(|(value, _)| value == id);
        known.map_or_else(|| "[id]".to_owned(), |(_, name)| format!("[{name}]"))
    }

    pub(super) fn text(&self, name: &str, text: &str) -> String {
        let own_name = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
        if own_name == "password" || (self.alone && own_name.contains("password")) {
            return "[password]".to_owned();
        }
        if let Some((_, name)) = self.named.iter().find(|(value, _)| value == text) {
            return format!("[{name}]");
        }
        if text.parse::<jiff::Timestamp>().is_ok() {
            // How it is written counts, too.
            return if self.alone && text.contains(' ') { "[date with a blank]" } else { "[date]" }.to_owned();
        }
        if name == "version" {
            return self.version(text);
        }
        self.inside(text)
    }

    /// Redacts what stands inside a longer text.
    pub fn inside(&self, text: &str) -> String {
        let mut out = self.secrets.hide(text);
        if self.alone {
            out = without_addresses(&out, &self.marker);
        }
        if !self.base.is_empty() {
            out = out.replace(&self.base, "[base]");
        }
        // Ids may be written in other letter case on purpose.
        for (value, name) in self.named.iter().filter(|(value, _)| value.len() >= SAFE_INSIDE) {
            out = replace_ignoring_case(&out, value, &format!("[{name}]"));
        }
        for (value, name) in self.named.iter().filter(|(value, _)| value.len() < SAFE_INSIDE) {
            out = out.replace(&format!("\"{value}\""), &format!("\"[{name}]\""));
            out = out.replace(&format!("%22{value}%22"), &format!("%22[{name}]%22"));
        }
        if !self.unique.is_empty() {
            out = replace_ignoring_case(&out, &self.unique, "[unique]");
        }
        if !self.marker.is_empty() {
            out = replace_ignoring_case(&out, &self.marker, "[run]");
        }
        if self.alone {
            out = DATE.replace_all(&out, "[date]").into_owned();
            out = LOCATION.replace_all(&out, "${1}[id]").into_owned();
        }
        for replacement in self.own.iter() {
            if let Place::Matches(pattern) = &replacement.place
                && pattern.is_match(&out)
            {
                out = pattern.replace_all(&out, regex_lite::NoExpand(&replacement.with)).into_owned();
                replacement.used.store(true, Ordering::Relaxed);
            }
        }
        out
    }

    /// A tag is another one in every run; that it is a weak one, and quoted, is not.
    fn version(&self, tag: &str) -> String {
        match (tag.starts_with("W/"), tag.ends_with('"')) {
            (true, true) if self.alone => "W/\"[version]\"".to_owned(),
            (true, false) if self.alone => "W/[version]".to_owned(),
            (false, true) if self.alone => "\"[version]\"".to_owned(),
            _ => "[version]".to_owned(),
        }
    }

    /// Redacts a header's value.
    pub fn header(&self, name: &str, value: &str) -> String {
        match name.to_ascii_lowercase().as_str() {
            "etag" => self.version(value),
            // How long a pause is, is chance.
            "retry-after" => "[pause]".to_owned(),
            "if-match" | "if-none-match" if value != "*" => "[version]".to_owned(),
            _ => self.inside(value),
        }
    }
}

/// ASCII case is ignored, since some stories write a login in capitals.
fn replace_ignoring_case(text: &str, what: &str, with: &str) -> String {
    let (lower, what) = (text.to_ascii_lowercase(), what.to_ascii_lowercase());
    let mut out = String::new();
    let mut from = 0;
    while let Some(at) = lower[from..].find(&what) {
        out.push_str(&text[from..from + at]);
        out.push_str(with);
        from += at + what.len();
    }
    out.push_str(&text[from..]);
    out
}

#[cfg(test)]
mod tests {
    use super::{super::tests::redaction, *};

    #[test]
    fn an_id_is_a_whole_part_of_a_path_and_a_password_goes_whole() {
        let own = Redaction { alone: true, named: vec![("U".to_owned(), "ada.id".to_owned())], ..redaction() };
        assert_eq!(own.target("/Users/U?x=/U", Some("U")), "/Users/[ada.id]?x=/U");
        let filter = "/Users?filter=password%20sw%20%22Ab%21c%22&count=1";
        assert_eq!(own.target(filter, None), "/Users?filter=password%20sw%20%22[password]%22&count=1");
    }
}
