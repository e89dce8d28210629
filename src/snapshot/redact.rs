//! Volatile values become named placeholders; the same value is the same placeholder through the dialogue.

mod text;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use regex_lite::Regex;
use serde_json::{Map, Value, json};

use super::Selector;
use crate::{
    http::{Secrets, is_message, is_ours, is_strange},
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

impl Redaction {
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
                    "totalResults" | "itemsPerPage" if items.iter().any(|item| !is_ours(item, &self.unique)) => {
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
            Value::Number(number) if self.secrets.has_number(number) => json!("[secret]"),
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

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn redaction() -> Redaction {
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
}
