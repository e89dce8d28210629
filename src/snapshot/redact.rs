//! Volatile values become named placeholders; the same value is the same placeholder through the dialogue.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicBool, Ordering},
};

use regex_lite::Regex;
use serde_json::{Map, Value, json};

use super::Selector;
use crate::{
    http::{Secrets, is_message, is_ours, is_strange, segment, without_addresses},
    scim::urn,
};

/// A value and the name it gets: `("2819c223", "ada.id")`.
pub type Named = (String, String);

/// What is volatile in one scenario's dialogue.
#[derive(Debug, Clone, Default)]
pub struct Redaction {
    /// The text by which resources of the run are known.
    pub marker: String,
    /// The text unique to this scenario, without which names are the same in every run.
    pub unique: String,
    /// The base URL.
    pub base: String,
    /// Ids, external ids and the like.
    pub named: Vec<Named>,
    /// What the user wants to have replaced besides.
    pub own: Arc<[Replacement]>,
    /// Nothing is left that depends on who else is in the directory: lists of everybody are told without anybody.
    pub alone: bool,
    /// What no file may hold.
    pub secrets: Secrets,
}

/// What the user wants to have replaced by a text.
#[derive(Debug)]
pub struct Replacement {
    /// The place as the user wrote it.
    pub text: String,
    place: Place,
    with: String,
    used: AtomicBool,
}

/// What is replaced.
#[derive(Debug)]
pub enum Place {
    /// Values in bodies.
    At(Selector),
    /// Parts of texts.
    Matches(Regex),
}

impl Replacement {
    /// `with` stands in the place of what is there; `text` is how the user wrote the place.
    pub fn new(text: &str, place: Place, with: &str) -> Replacement {
        Replacement { text: text.to_owned(), place, with: with.to_owned(), used: AtomicBool::new(false) }
    }

    /// True where there was something to replace.
    pub fn is_used(&self) -> bool {
        self.used.load(Ordering::Relaxed)
    }
}

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

    /// Redacts the body of a request.
    pub fn request(&self, body: &Value) -> Value {
        self.as_the_user_wants(self.value("", body, Frame::Message))
    }

    /// Redacts the body of an answer; `single` says whether the body itself is a resource.
    pub fn body(&self, body: &Value, single: bool) -> Value {
        self.as_the_user_wants(self.standard(body, single))
    }

    fn as_the_user_wants(&self, mut out: Value) -> Value {
        for replacement in self.own.iter() {
            if let Place::At(selector) = &replacement.place
                && selector.replace(&mut out, &replacement.with)
            {
                replacement.used.store(true, Ordering::Relaxed);
            }
        }
        out
    }

    /// Redacts a list of everybody: who is on it, and how many, depends on others.
    pub fn list_of_all(&self, body: &Value) -> Value {
        let mut out = self.body(body, false);
        if let Some(members) = out.as_object_mut() {
            for name in ["totalResults", "itemsPerPage"] {
                if let Some(number) = members.get_mut(name) {
                    *number = json!("[number]");
                }
            }
            let list = members.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("Resources"));
            match list {
                Some((_, list)) => *list = json!(["[n others]"]),
                None => {
                    members.insert("Resources".to_owned(), json!(["[n others]"]));
                }
            }
        }
        out
    }

    /// True where a request is about the scenario's own resources alone.
    pub fn names_ours(&self, text: &str) -> bool {
        !self.unique.is_empty() && text.to_ascii_lowercase().contains(&self.unique.to_ascii_lowercase())
    }

    fn standard(&self, body: &Value, single: bool) -> Value {
        let Some(object) = body.as_object() else {
            return self.value("", body, Frame::Anything);
        };
        let list = object.iter().find(|(name, _)| name.eq_ignore_ascii_case("Resources")).map(|(_, items)| items);
        if let Some(Value::Array(items)) = list {
            let mut out: Map<String, Value> = Map::new();
            for (name, value) in object {
                let value = match name.as_str() {
                    name if name.eq_ignore_ascii_case("Resources") => self.resources(items),
                    // How many others there are is not ours to know.
                    "totalResults" | "itemsPerPage" if items.iter().any(|item| !is_ours(item, &self.marker)) => {
                        json!("[number]")
                    }
                    _ => self.value(name, value, Frame::Message),
                };
                out.insert(self.inside(name), value);
            }
            return Value::Object(out);
        }
        if single && object.contains_key("id") && !is_ours(body, &self.marker) {
            return json!("[1 other]");
        }
        self.value("", body, Frame::Anything)
    }

    fn resources(&self, items: &[Value]) -> Value {
        let mut ours: Vec<Value> = Vec::new();
        for item in items {
            // Somebody of another scenario of this run is another, too.
            if is_ours(item, &self.unique) {
                ours.push(self.value("", item, Frame::Anything));
            }
        }
        if ours.len() < items.len() {
            ours.push(json!("[n others]"));
        }
        Value::Array(ours)
    }

    fn value(&self, name: &str, value: &Value, frame: Frame) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(name, text)),
            Value::Number(number) => {
                let known = self.named.iter().find(|(value, _)| *value == number.to_string());
                known.map_or_else(|| value.clone(), |(_, name)| json!(format!("[{name}]")))
            }
            Value::Array(items) => {
                let mut all: Vec<Value> = items.iter().map(|item| self.value(name, item, frame)).collect();
                // However many others there are.
                if all.iter().any(|one| one == "[1 other]") {
                    all.retain(|one| one != "[1 other]");
                    all.push(json!("[n others]"));
                }
                Value::Array(all)
            }
            Value::Object(members) if self.alone && self.is_other(members, frame) => json!("[1 other]"),
            Value::Object(members) => {
                let frame = if is_message(members) { Frame::Message } else { frame };
                let value = |(key, value): (&String, &Value)| {
                    let strange = name == "members" && key == "display" && self.alone && !self.knows(members);
                    let shown = if strange { json!("[not ours]") } else { self.value(key, value, frame) };
                    (self.inside(key), shown)
                };
                members.iter().map(value).collect()
            }
            other => other.clone(),
        }
    }

    fn is_other(&self, members: &Map<String, Value>, frame: Frame) -> bool {
        let strange = is_strange(members, &self.unique);
        match frame {
            Frame::Anything => strange,
            // Attributes of schemas, and schemes of authentication, have names as well.
            Frame::Message => strange && is_somebody(members),
        }
    }

    /// True for an entry of a group that is one of ours.
    fn knows(&self, entry: &Map<String, Value>) -> bool {
        let id = entry.get("value").and_then(Value::as_str);
        id.is_some_and(|id| self.named.iter().any(|(value, _)| value == id))
    }

    fn text(&self, name: &str, text: &str) -> String {
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

/// Where a value stands.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// In a message of the protocol or a document of discovery, or in a request.
    Message,
    /// Elsewhere: whatever looks like somebody may be one.
    Anything,
}

/// True for a person or a group, in whatever frame.
fn is_somebody(members: &Map<String, Value>) -> bool {
    let named = members.keys().any(|name| name.eq_ignore_ascii_case("userName"));
    let schemas =
        members.iter().find(|(name, _)| name.eq_ignore_ascii_case("schemas")).and_then(|(_, value)| value.as_array());
    let core = |urn: &Value| {
        urn.as_str().is_some_and(|urn| [urn::USER, urn::GROUP].iter().any(|own| own.eq_ignore_ascii_case(urn)))
    };
    named || (members.contains_key("id") && schemas.is_some_and(|all| all.iter().any(core)))
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
    use super::*;

    fn redaction() -> Redaction {
        Redaction {
            marker: "scim-check-1".to_owned(),
            unique: "scim-check-1-4".to_owned(),
            base: "http://127.0.0.1:9/scim".to_owned(),
            named: vec![("2819c223-7f76".to_owned(), "ada.id".to_owned()), ("7".to_owned(), "bob.id".to_owned())],
            ..Redaction::default()
        }
    }

    #[test]
    fn the_same_value_is_the_same_placeholder() {
        let body = json!({"id": "2819c223-7f76", "userName": "scim-check-1-4-ada@example.com",
            "meta": {"location": "http://127.0.0.1:9/scim/Users/2819c223-7f76", "created": "2026-01-01T00:00:00Z"}});
        assert_eq!(
            redaction().body(&body, true),
            json!({"id": "[ada.id]", "userName": "[unique]-ada@example.com",
                "meta": {"location": "[base]/Users/[ada.id]", "created": "[date]"}})
        );
    }

    #[test]
    fn strangers_are_a_count_and_a_short_id_is_replaced_only_alone() {
        let body = json!({"totalResults": 2, "Resources": [{"id": "1", "userName": "eve"}, {"id": 7, "userName": "scim-check-1-4-bob"}]});
        let shown = redaction().body(&body, false);
        assert_eq!(shown["Resources"], json!([{"id": "[bob.id]", "userName": "[unique]-bob"}, "[n others]"]));
        assert_eq!(shown["totalResults"], "[number]");
        assert_eq!(redaction().target("/Users/7?count=7", Some("7")), "/Users/[bob.id]?count=7");
    }

    #[test]
    fn in_the_users_own_snapshots_nobody_else_has_a_value() {
        let own = Redaction { alone: true, ..redaction() };
        let group = json!({"displayName": "scim-check-1-4-crew", "members": [
            {"value": "2819c223-7f76", "display": "Ada"}, {"value": "x", "display": "Eve"}]});
        let members = &own.body(&group, true)["members"];
        assert_eq!((&members[0]["display"], &members[1]["display"]), (&json!("Ada"), &json!("[not ours]")));
        let list = json!({"total": 1, "resources": [{"emails": [{"value": "eve@corp.example"}], "name": {"familyName": "Eve"}}]});
        assert_eq!(own.body(&list, false)["resources"], json!(["[n others]"]));
        let frame = json!({"page": {"items": [{"externalId": "e-1"}]}});
        assert_eq!(own.body(&frame, false)["page"]["items"], json!(["[n others]"]));
        let error =
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "detail": "eve@corp.example is taken"});
        assert_eq!(own.body(&error, false)["detail"], "[not ours] is taken");
        assert_eq!(own.header("location", "http://127.0.0.1:9/scim/Users/4711"), "[base]/Users/[id]");
        // What has a name in a document of discovery is nobody.
        let schema = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": "urn:x", "name": "User",
            "attributes": [{"name": "userName", "type": "string"}]});
        assert_eq!(own.body(&schema, false)["attributes"][0]["name"], "userName");
        // What we send is ours.
        assert_eq!(own.request(&json!({"name": {"givenName": "Ada"}, "id": "9"}))["name"]["givenName"], "Ada");
    }

    #[test]
    fn an_id_is_a_whole_part_of_a_path_and_a_password_goes_whole() {
        let own = Redaction { alone: true, named: vec![("U".to_owned(), "ada.id".to_owned())], ..redaction() };
        assert_eq!(own.target("/Users/U?x=/U", Some("U")), "/Users/[ada.id]?x=/U");
        let filter = "/Users?filter=password%20sw%20%22Ab%21c%22&count=1";
        assert_eq!(own.target(filter, None), "/Users?filter=password%20sw%20%22[password]%22&count=1");
    }
}
