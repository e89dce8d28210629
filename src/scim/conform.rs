//! Bringing a client's representation into the schema's shape: names as the schema writes them, types checked, unknown and
//! read-only attributes left out (RFC 7644 sections 3.3 and 3.5.1, RFC 7643 section 2).

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::schema::{Attribute, Kind, Mutability, ResourceSchema, attribute_named};
use super::value::member;

/// What to take from clients beyond the letter of the RFC. All of it by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leniency {
    /// `"Replace"` and `"ADD"` are operations (Entra ID sends them).
    pub op_in_any_case: bool,
    /// `"True"` and `"false"` are truth values (Entra ID), a bare text stands for the `value` of a complex attribute.
    pub loose_types: bool,
    /// Keys of a path-less PATCH value are paths: `name.givenName`, `urn:...:User:department`.
    pub paths_as_keys: bool,
    /// `replace` of a value path that selects nothing makes the value it describes, except where values are references to
    /// resources, such as members. RFC 7644 section 3.5.2.3 wants `noTarget`; Entra ID relies on the other.
    pub replace_creates: bool,
    /// `remove` of a list with a `value` takes only those values out.
    pub remove_by_value: bool,
}

impl Leniency {
    /// Everything that identity providers need.
    pub const LENIENT: Leniency = Leniency {
        op_in_any_case: true,
        loose_types: true,
        paths_as_keys: true,
        replace_creates: true,
        remove_by_value: true,
    };
    /// The letter of the RFC.
    pub const STRICT: Leniency = Leniency {
        op_in_any_case: false,
        loose_types: false,
        paths_as_keys: false,
        replace_creates: false,
        remove_by_value: false,
    };
}

impl Default for Leniency {
    fn default() -> Self {
        Leniency::LENIENT
    }
}

/// A value that does not fit its attribute. Servers report it as `invalidValue`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct Nonconformity {
    /// The attribute.
    pub path: String,
    /// What is wrong with its value.
    pub message: String,
}

/// Brings a body into the schema's shape.
///
/// Unknown and read-only attributes, nulls and empty lists are left out, names get the letter case of the schema,
/// `schemas` follows from the content.
///
/// # Errors
/// If a value has the wrong type or a list has two primary values. Missing attributes are not looked for.
pub fn conform(body: &Map<String, Value>, schema: &ResourceSchema, leniency: Leniency) -> Result<Value, Nonconformity> {
    let mut out = Map::new();
    out.insert("schemas".to_owned(), Value::Null);
    let external_id = attribute_named(super::schema::COMMON, "externalId");
    let attributes = external_id.into_iter().chain(schema.core.attributes);
    take_attributes(body, attributes, "", leniency, &mut out)?;
    // Some clients put core attributes under the core URN, as if it were an extension.
    if let Some((_, Value::Object(nested))) = member(body, schema.core.urn) {
        let attributes = schema.core.attributes.iter();
        take_attributes(nested, attributes, "", leniency, &mut out)?;
    }
    for extension in schema.extensions {
        let Some((_, value)) = member(body, extension.urn) else {
            continue;
        };
        let parts = match value {
            Value::Object(parts) => parts,
            Value::Null => continue,
            _ => return Err(wrong(extension.urn, "must be an object")),
        };
        let mut inner = Map::new();
        let prefix = format!("{}:", extension.urn);
        take_attributes(parts, extension.attributes.iter(), &prefix, leniency, &mut inner)?;
        if !inner.is_empty() {
            out.insert(extension.urn.to_owned(), Value::Object(inner));
        }
    }
    let mut out = Value::Object(out);
    schema.settle_schemas(&mut out);
    Ok(out)
}

fn take_attributes(
    from: &Map<String, Value>,
    attributes: impl Iterator<Item = &'static Attribute>,
    prefix: &str,
    leniency: Leniency,
    into: &mut Map<String, Value>,
) -> Result<(), Nonconformity> {
    for attribute in attributes {
        if attribute.mutability == Mutability::ReadOnly {
            continue;
        }
        let Some((_, value)) = member(from, attribute.name) else {
            continue;
        };
        let path = format!("{prefix}{}", attribute.name);
        if let Some(value) = attribute_value(attribute, value, &path, leniency)? {
            into.insert(attribute.name.to_owned(), value);
        }
    }
    Ok(())
}

/// A whole value of an attribute: a list if the attribute is multi-valued. `None` if it leaves the attribute unassigned.
pub(super) fn attribute_value(
    attribute: &'static Attribute,
    value: &Value,
    path: &str,
    leniency: Leniency,
) -> Result<Option<Value>, Nonconformity> {
    if !attribute.multi_valued {
        return match value {
            Value::Null => Ok(None),
            value => single_value(attribute, value, path, leniency),
        };
    }
    let Value::Array(elements) = value else {
        return match value {
            Value::Null => Ok(None),
            _ => Err(wrong(path, "must be a list")),
        };
    };
    let mut out = Vec::new();
    let mut seen = HashSet::new();
    for element in elements.iter().filter(|e| !e.is_null()) {
        // The same value twice is no more than the value (RFC 7643 section 2.4).
        let value = single_value(attribute, element, path, leniency)?;
        out.extend(value.filter(|value| seen.insert(value.clone())));
    }
    if out.iter().filter(|e| is_primary(e)).count() > 1 {
        return Err(wrong(path, "only one value may be primary"));
    }
    Ok((!out.is_empty()).then_some(Value::Array(out)))
}

/// One value of an attribute: of a multi-valued one an element. `None` if nothing is left of it.
pub(super) fn single_value(
    attribute: &'static Attribute,
    value: &Value,
    path: &str,
    leniency: Leniency,
) -> Result<Option<Value>, Nonconformity> {
    if attribute.kind != Kind::Complex {
        return simple_value(attribute, value, path, leniency).map(Some);
    }
    let parts = match value {
        Value::Object(parts) => parts,
        Value::String(_) if leniency.loose_types => {
            let Some(part) = attribute.sub_attribute("value") else {
                return Err(wrong(path, "must be an object"));
            };
            let text = simple_value(part, value, path, leniency)?;
            let object = Map::from_iter([(part.name.to_owned(), text)]);
            return Ok(Some(Value::Object(object)));
        }
        _ => return Err(wrong(path, "must be an object")),
    };
    let mut out = Map::new();
    // Read-only parts, such as the name of a manager, are the server's to fill in; the order is the client's.
    for (name, part) in parts {
        let Some(sub) = attribute.sub_attribute(name) else {
            continue;
        };
        if part.is_null() || sub.mutability == Mutability::ReadOnly {
            continue;
        }
        let path = format!("{path}.{}", sub.name);
        let value = simple_value(sub, part, &path, leniency)?;
        out.insert(sub.name.to_owned(), value);
    }
    Ok((!out.is_empty()).then_some(Value::Object(out)))
}

fn simple_value(attribute: &Attribute, value: &Value, path: &str, leniency: Leniency) -> Result<Value, Nonconformity> {
    match (attribute.kind, value) {
        (Kind::Boolean, Value::Bool(_)) => Ok(value.clone()),
        (Kind::Boolean, Value::String(text)) if leniency.loose_types => {
            boolean_text(text).map(Value::Bool).ok_or_else(|| wrong(path, "must be true or false"))
        }
        (Kind::Boolean, _) => Err(wrong(path, "must be true or false")),
        (_, Value::String(_)) => Ok(value.clone()),
        _ => Err(wrong(path, "must be a string")),
    }
}

/// A truth value written as text.
pub(super) fn boolean_text(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

pub(super) fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

fn wrong(path: &str, message: &str) -> Nonconformity {
    Nonconformity { path: path.to_owned(), message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::schema::USER;
    use crate::scim::urn;

    fn take(body: Value) -> Result<Value, Nonconformity> {
        conform(body.as_object().unwrap(), &USER, Leniency::LENIENT)
    }

    #[test]
    fn names_are_settled_and_strangers_left_out() {
        let out = take(json!({
            "schemas": ["x"],
            "id": "mine",
            "USERNAME": "ada",
            "groups": [{"value": "g"}],
            "meta": {"created": 1},
            "shoe": 9,
            "active": "True",
            "emails": [{"VALUE": "a@b", "shoe": 1, "display": null}],
            "nickName": null,
            "phoneNumbers": [],
            urn::ENTERPRISE_USER: {"department": "R", "manager": "7"}
        }));
        assert_eq!(
            out.unwrap(),
            json!({
                "schemas": [urn::USER, urn::ENTERPRISE_USER],
                "userName": "ada",
                "active": true,
                "emails": [{"value": "a@b"}],
                urn::ENTERPRISE_USER: {"department": "R", "manager": {"value": "7"}}
            })
        );
    }

    #[test]
    fn a_full_user_is_kept_as_it_is() {
        let full = json!({
            "schemas": [urn::USER, urn::ENTERPRISE_USER],
            "externalId": "701984",
            "userName": "bjensen@example.com",
            "name": {
                "formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara",
                "middleName": "Jane", "honorificPrefix": "Ms.", "honorificSuffix": "III"
            },
            "displayName": "Babs Jensen",
            "nickName": "Babs",
            "profileUrl": "https://login.example.com/bjensen",
            "title": "Tour Guide",
            "userType": "Employee",
            "preferredLanguage": "en-US",
            "locale": "en-US",
            "timezone": "America/Los_Angeles",
            "active": true,
            "password": "t1meMa$heen",
            "emails": [
                {"value": "bjensen@example.com", "type": "work", "primary": true},
                {"value": "babs@jensen.org", "type": "home"}
            ],
            "phoneNumbers": [{"value": "555-555-5555", "type": "work"}],
            "ims": [{"value": "someaimhandle", "type": "aim"}],
            "photos": [{"value": "https://photos.example.com/F", "type": "photo"}],
            "addresses": [{
                "formatted": "100 Universal City Plaza", "streetAddress": "100 Universal City Plaza",
                "locality": "Hollywood", "region": "CA", "postalCode": "91608", "country": "US",
                "type": "work", "primary": true
            }],
            "entitlements": [{"value": "crane"}],
            "roles": [{"value": "guide"}],
            "x509Certificates": [{"value": "MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVMx"}],
            urn::ENTERPRISE_USER: {
                "employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios",
                "division": "Theme Park", "department": "Tour Operations",
                "manager": {"value": "26118915-6090-4610-87e4-49d8ca9f808d", "$ref": "../Users/26118915"}
            }
        });
        assert_eq!(take(full.clone()).unwrap(), full);
    }

    #[test]
    fn core_attributes_may_stand_under_their_urn() {
        let out = take(json!({urn::USER: {"userName": "ada"}}));
        assert_eq!(out.unwrap()["userName"], "ada");
    }

    #[test]
    fn the_same_value_twice_is_one() {
        let out = take(json!({"emails": [{"value": "a"}, {"VALUE": "a"}, {"value": "a", "type": "work"}]}));
        assert_eq!(out.unwrap()["emails"], json!([{"value": "a"}, {"value": "a", "type": "work"}]));
    }

    #[test]
    fn wrong_types_are_named() {
        for (body, path) in [
            (json!({"userName": 3}), "userName"),
            (json!({"active": "perhaps"}), "active"),
            (json!({"emails": {"value": "x"}}), "emails"),
            (json!({"emails": [{"value": 3}]}), "emails.value"),
            (json!({"name": "Ada"}), "name"),
            (json!({"emails": [{"value": "a", "primary": true}, {"value": "b", "primary": true}]}), "emails"),
        ] {
            assert_eq!(take(body).unwrap_err().path, path);
        }
    }
}
