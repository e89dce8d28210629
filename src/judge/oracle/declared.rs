//! What a target declares of its attributes in `/Schemas`.

use std::collections::HashMap;

use serde_json::Value;

use crate::{
    judge::member,
    scim::{AttrPath, urn},
};

/// What the oracle needs to know of an attribute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Traits {
    case_exact: Option<bool>,
    returned: Option<String>,
}

/// What may be written, of one schema: attributes in lower case, true where it is writable.
type Writable = HashMap<String, bool>;

/// The characteristics that a target declares; empty where it declares none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// By schema, attribute and sub-attribute, in lower case.
    attributes: HashMap<String, Traits>,
    /// The attributes of people.
    people: Writable,
}

impl Declared {
    /// Reads the answer to `GET /Schemas`: a list, or a bare array.
    pub fn read(body: &Value) -> Declared {
        let mut declared = Declared::default();
        let schemas = member(body, "Resources").unwrap_or(body).as_array();
        for schema in schemas.into_iter().flatten() {
            let Some(id) = member(schema, "id").and_then(Value::as_str) else { continue };
            if id.eq_ignore_ascii_case(urn::USER) {
                let attributes = member(schema, "attributes").and_then(Value::as_array);
                declared.people = attributes.into_iter().flatten().filter_map(writable).collect();
            }
            let extension = !id.to_ascii_lowercase().starts_with("urn:ietf:params:scim:schemas:core:");
            // A core attribute is written without its schema; which resource type it is of matters little.
            let prefix = if extension { format!("{}:", id.to_ascii_lowercase()) } else { String::new() };
            declared.enter(&prefix, member(schema, "attributes"), '.');
        }
        declared
    }

    fn enter(&mut self, prefix: &str, attributes: Option<&Value>, joint: char) {
        for attribute in attributes.and_then(Value::as_array).into_iter().flatten() {
            let Some(name) = member(attribute, "name").and_then(Value::as_str) else { continue };
            let key = format!("{prefix}{}", name.to_ascii_lowercase());
            let traits = Traits {
                case_exact: member(attribute, "caseExact").and_then(Value::as_bool),
                returned: member(attribute, "returned").and_then(Value::as_str).map(str::to_ascii_lowercase),
            };
            let known = self.attributes.entry(key.clone()).or_insert_with(|| traits.clone());
            if *known != traits {
                // Two types declare it in two ways.
                *known = Traits::default();
            }
            if joint == '.' {
                self.enter(&format!("{key}."), member(attribute, "subAttributes"), ' ');
            }
        }
    }

    fn find(&self, path: &AttrPath) -> Option<&Traits> {
        self.attributes.get(&key(path))
    }

    /// Whether letter case counts in comparisons; `None` where neither the standard fixes it nor the target declares it.
    pub fn case_exact(&self, path: &AttrPath) -> Option<bool> {
        match key(path).as_str() {
            "username" => Some(false),
            "id" | "externalid" | "meta.resourcetype" | "meta.version" => Some(true),
            _ => self.find(path)?.case_exact,
        }
    }

    /// Whether an attribute of people may be written; `None` where nothing is declared of people.
    pub fn takes(&self, name: &str) -> Option<bool> {
        let known = !self.people.is_empty();
        known.then(|| self.people.get(&name.to_ascii_lowercase()).copied().unwrap_or(false))
    }

    /// True where the schema of people, or of the extension, is declared without the attribute or the part; or the extension is not
    /// declared at all.
    pub fn lacks(&self, path: &AttrPath) -> bool {
        if self.people.is_empty() {
            return false;
        }
        let core = path.urn.as_deref().is_none_or(|schema| schema.eq_ignore_ascii_case(urn::USER));
        let whole = if core {
            self.people.contains_key(&path.attr.to_ascii_lowercase())
        } else {
            self.find(&AttrPath { sub: None, ..path.clone() }).is_some()
        };
        // Who declares no parts of an attribute says nothing of them.
        !whole || (path.sub.is_some() && self.find(path).is_none() && self.has_parts(path))
    }

    /// True where parts of an attribute are declared.
    fn has_parts(&self, path: &AttrPath) -> bool {
        let start = format!("{}.", key(&AttrPath { sub: None, ..path.clone() }));
        self.attributes.keys().any(|known| known.starts_with(&start))
    }

    /// True where an attribute is in an answer whatever `attributes` and `excludedAttributes` say.
    pub fn always(&self, path: &AttrPath) -> bool {
        self.find(path).is_some_and(|traits| traits.returned.as_deref() == Some("always"))
    }

    /// True where an answer need not show a value that is there.
    pub fn hidden(&self, path: &AttrPath) -> bool {
        let hidden = |traits: &Traits| matches!(traits.returned.as_deref(), Some("never" | "request"));
        self.find(path).is_some_and(hidden) || self.find(&AttrPath { sub: None, ..path.clone() }).is_some_and(hidden)
    }
}

/// The name of a declared attribute, and whether it may be written.
fn writable(attribute: &Value) -> Option<(String, bool)> {
    let name = member(attribute, "name")?.as_str()?.to_ascii_lowercase();
    let mutability = member(attribute, "mutability").and_then(Value::as_str).unwrap_or("readWrite");
    Some((name, ["readWrite", "writeOnly"].iter().any(|own| mutability.eq_ignore_ascii_case(own))))
}

fn key(path: &AttrPath) -> String {
    let mut key = match path.urn.as_deref().map(str::to_ascii_lowercase) {
        Some(schema) if schema != urn::USER.to_ascii_lowercase() && schema != urn::GROUP.to_ascii_lowercase() => {
            format!("{schema}:")
        }
        _ => String::new(),
    };
    key += &path.attr.to_ascii_lowercase();
    if let Some(sub) = &path.sub {
        key += &format!(".{}", sub.to_ascii_lowercase());
    }
    key
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_target_declares_counts_where_the_standard_leaves_it_open() {
        let body = json!({"Resources": [{"id": urn::USER, "attributes": [
            {"name": "userName", "caseExact": true},
            {"name": "title", "caseExact": true, "returned": "request"},
            {"name": "name", "subAttributes": [{"name": "givenName", "caseExact": false, "returned": "always"}]}
        ]}, {"id": urn::ENTERPRISE_USER, "attributes": [{"name": "title", "caseExact": false}]}]});
        let declared = Declared::read(&body);
        let exact = |path: &str| declared.case_exact(&path.parse().unwrap());
        assert_eq!(exact("userName"), Some(false), "the standard fixes it");
        assert_eq!(exact("ID"), Some(true));
        assert_eq!(exact("Title"), Some(true));
        assert_eq!(exact(&format!("{}:title", urn::ENTERPRISE_USER)), Some(false));
        assert_eq!(exact("name.givenname"), Some(false));
        assert_eq!(exact("nickName"), None);
        assert!(declared.hidden(&"title".parse().unwrap()) && !declared.hidden(&"userName".parse().unwrap()));
        assert!(declared.always(&"name.givenName".parse().unwrap()));
    }
}
