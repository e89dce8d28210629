//! Where a resource is not as schemas declare it (RFC 7643 sections 2.3 and 7).

use base64::{Engine, alphabet, engine::DecodePaddingMode, engine::general_purpose};
use serde_json::Value;

use super::declared::{DataType, Declaration, Declared, declared, part};
use crate::scim::moment::moment;

/// One place where a resource is not as declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Deviation<'v> {
    /// Names from the resource on: `emails.value`, with the URN in front where the attribute belongs to an extension.
    pub path: String,
    /// What is wrong there.
    pub fault: DeviationKind,
    /// The value that is wrong; `None` where none is there.
    pub value: Option<&'v Value>,
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviationKind {
    /// Another JSON type.
    Type(DataType),
    /// One value where a list is declared.
    NotList,
    /// A list where one value is declared.
    List,
    /// An element of a list of objects is no object.
    Element,
    /// The type is right, the text is not of the form.
    Format(DataType),
    /// No schema declares it.
    Undeclared,
    /// A required attribute is not there.
    Missing,
    /// It is there and must not be.
    Unreadable,
    /// It is there, and is declared to be there only where a request asks for it. Who knows the request decides whether it did.
    OnRequest,
}

/// The parts that a multi-valued attribute has by default (RFC 7643 section 2.4).
const DEFAULT_PARTS: [&str; 5] = ["type", "primary", "display", "value", "$ref"];

/// Attributes that belong to no schema (RFC 7643 section 3).
const IN_NO_SCHEMA: [&str; 4] = ["schemas", "id", "externalId", "meta"];

/// Everything in which a resource is not as its core schema and extensions declare it. Values of `null` are none.
///
/// The extensions' attributes are looked for under their URNs.
pub fn deviations<'v>(resource: &'v Value, core: &Declaration, extensions: &[&Declaration]) -> Vec<Deviation<'v>> {
    let mut found = Vec::new();
    let Some(members) = resource.as_object() else {
        return found;
    };
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        let extension = extensions.iter().find(|extension| extension.urn.eq_ignore_ascii_case(name));
        if let Some(extension) = extension {
            if value.is_object() {
                parts(value, &extension.attributes, &format!("{}:", extension.urn), false, &mut found);
            } else {
                found.push(deviation(name, DeviationKind::Type(DataType::Complex), Some(value)));
            }
        } else if let Some(attribute) = declared(&core.attributes, name) {
            whole(value, attribute, &attribute.name, &mut found);
        } else if !IN_NO_SCHEMA.iter().any(|own| own.eq_ignore_ascii_case(name))
            && !name.eq_ignore_ascii_case(&core.urn)
        {
            found.push(deviation(name, DeviationKind::Undeclared, Some(value)));
        }
    }
    missing(resource, &core.attributes, "", &mut found);
    found
}

fn deviation<'v>(path: &str, fault: DeviationKind, value: Option<&'v Value>) -> Deviation<'v> {
    Deviation { path: path.to_owned(), fault, value }
}

/// The members of a complex value or an extension, each at `before` and its name.
fn parts<'v>(value: &'v Value, attributes: &[Declared], before: &str, plural: bool, found: &mut Vec<Deviation<'v>>) {
    for (name, part) in value.as_object().into_iter().flatten().filter(|(_, part)| !part.is_null()) {
        match declared(attributes, name) {
            Some(attribute) => whole(part, attribute, &format!("{before}{}", attribute.name), found),
            None if plural && DEFAULT_PARTS.iter().any(|own| own.eq_ignore_ascii_case(name)) => {}
            None => found.push(deviation(&format!("{before}{name}"), DeviationKind::Undeclared, Some(part))),
        }
    }
    missing(value, attributes, before, found);
}

/// Required attributes without a value. What no answer may hold, or only on demand, may be missing.
fn missing(value: &Value, attributes: &[Declared], before: &str, found: &mut Vec<Deviation<'_>>) {
    for attribute in
        attributes.iter().filter(|attribute| attribute.required && attribute.readable && attribute.by_default)
    {
        let there =
            part(value, &attribute.name).is_some_and(|value| !value.is_null() && *value != Value::Array(Vec::new()));
        if !there {
            found.push(deviation(&format!("{before}{}", attribute.name), DeviationKind::Missing, None));
        }
    }
}

fn whole<'v>(value: &'v Value, attribute: &Declared, path: &str, found: &mut Vec<Deviation<'v>>) {
    let wrong = |fault| vec![deviation(path, fault, Some(value))];
    let empty = value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty);
    if attribute.readable && attribute.on_request && !empty {
        found.extend(wrong(DeviationKind::OnRequest));
    }
    let more = match value {
        _ if !attribute.readable => {
            if empty {
                Vec::new()
            } else {
                wrong(DeviationKind::Unreadable)
            }
        }
        Value::Array(_) if !attribute.multi_valued => wrong(DeviationKind::List),
        Value::Array(elements) => {
            let mut more = Vec::new();
            for element in elements.iter().filter(|element| !element.is_null()) {
                match (attribute.kind, element) {
                    (DataType::Complex, Value::Object(_)) => {
                        parts(element, &attribute.sub_attributes, &format!("{path}."), true, &mut more);
                    }
                    (DataType::Complex, _) => more.push(deviation(path, DeviationKind::Element, Some(element))),
                    _ => {
                        more.extend(simple(element, attribute.kind).map(|fault| deviation(path, fault, Some(element))))
                    }
                }
            }
            more
        }
        _ if attribute.multi_valued => wrong(DeviationKind::NotList),
        Value::Object(_) if attribute.kind == DataType::Complex => {
            let mut more = Vec::new();
            parts(value, &attribute.sub_attributes, &format!("{path}."), false, &mut more);
            more
        }
        _ => simple(value, attribute.kind).into_iter().flat_map(wrong).collect(),
    };
    found.extend(more);
    if attribute.readable && attribute.on_request && !is_empty(value) {
        found.extend(wrong(DeviationKind::OnRequest));
    }
}

/// True for what is no value: nothing at all, an empty text, and what has nothing else in it.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(members) => members.values().all(is_empty),
        _ => false,
    }
}

/// What is wrong with a value that has no parts.
fn simple(value: &Value, kind: DataType) -> Option<DeviationKind> {
    let fits = match kind {
        DataType::String | DataType::DateTime | DataType::Binary | DataType::Reference => value.is_string(),
        DataType::Boolean => value.is_boolean(),
        DataType::Decimal => value.is_number(),
        DataType::Integer => value.is_i64() || value.is_u64(),
        DataType::Complex => value.is_object(),
        DataType::Other => true,
    };
    if !fits {
        return Some(DeviationKind::Type(kind));
    }
    // An empty text says nothing, and has no form.
    let text = value.as_str().filter(|text| !text.is_empty())?;
    let formed = match kind {
        DataType::DateTime => moment(text).is_some(),
        DataType::Binary => is_base64(text),
        DataType::Reference => is_reference(text),
        _ => true,
    };
    (!formed).then_some(DeviationKind::Format(kind))
}

/// Base64 in one of its two alphabets, with or without padding.
fn is_base64(text: &str) -> bool {
    let config = general_purpose::GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    [alphabet::STANDARD, alphabet::URL_SAFE]
        .iter()
        .any(|alphabet| general_purpose::GeneralPurpose::new(alphabet, config).decode(text).is_ok())
}

/// True where nothing in a text can't be in a URI. Letters beyond ASCII are let pass.
fn is_reference(text: &str) -> bool {
    !text.chars().any(|letter| letter.is_whitespace() || letter.is_control() || "<>\"\\^`{|}".contains(letter))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::schema::{ENTERPRISE_SCHEMA, USER_SCHEMA};

    fn told(resource: Value) -> Vec<(String, DeviationKind)> {
        let (user, enterprise) = (Declaration::of(&USER_SCHEMA), Declaration::of(&ENTERPRISE_SCHEMA));
        let found = deviations(&resource, &user, &[&enterprise]);
        found.into_iter().map(|deviation| (deviation.path, deviation.fault)).collect()
    }

    #[test]
    fn a_full_person_is_as_declared() {
        let person = json!({
            "schemas": [USER_SCHEMA.urn, ENTERPRISE_SCHEMA.urn], "id": "7", "externalId": "x", "meta": {"anything": 1},
            "userName": "ada", "USERNAME": "ada", "name": {"givenName": "Ada", "middleName": null}, "active": true,
            "emails": [{"value": "a@x", "type": "work", "primary": true, "display": "a", "$ref": "x"}, null],
            "profileUrl": "https://x/é", "x509Certificates": [{"value": "MII_-w"}], "roles": [], "title": "",
            "groups": [{"value": "g", "$ref": "../Groups/g"}],
            (ENTERPRISE_SCHEMA.urn): {"department": "d", "manager": {"value": "9"}}
        });
        assert_eq!(told(person), []);
    }

    #[test]
    fn each_kind_of_deviation_is_told_with_its_path() {
        let person = json!({
            "name": "Ada", "active": "true", "emails": {"value": "x"}, "displayName": ["a"], "phoneNumbers": ["1"],
            "ims": [{"value": 7, "odd": 1}], "profileUrl": "not a uri", "x509Certificates": [{"value": "?"}],
            "password": "x", "shoe": 43, (ENTERPRISE_SCHEMA.urn): {"department": {"value": "d"}, "floor": 2}
        });
        let mut found = told(person);
        found.sort_by(|one, other| one.0.cmp(&other.0));
        let urn = ENTERPRISE_SCHEMA.urn;
        let mut wanted = [
            ("active".to_owned(), DeviationKind::Type(DataType::Boolean)),
            ("displayName".to_owned(), DeviationKind::List),
            ("emails".to_owned(), DeviationKind::NotList),
            ("ims.odd".to_owned(), DeviationKind::Undeclared),
            ("ims.value".to_owned(), DeviationKind::Type(DataType::String)),
            ("name".to_owned(), DeviationKind::Type(DataType::Complex)),
            ("password".to_owned(), DeviationKind::Unreadable),
            ("phoneNumbers".to_owned(), DeviationKind::Element),
            ("profileUrl".to_owned(), DeviationKind::Format(DataType::Reference)),
            ("shoe".to_owned(), DeviationKind::Undeclared),
            (format!("{urn}:department"), DeviationKind::Type(DataType::String)),
            (format!("{urn}:floor"), DeviationKind::Undeclared),
            ("userName".to_owned(), DeviationKind::Missing),
            ("x509Certificates.value".to_owned(), DeviationKind::Format(DataType::Binary)),
        ];
        wanted.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(found, wanted);
    }

    #[test]
    fn numbers_are_judged_by_their_raw_form() {
        let schema =
            json!({"id": "urn:x", "attributes": [{"name": "n", "type": "integer"}, {"name": "d", "type": "decimal"}]});
        let schema = Declaration::read(&schema).unwrap();
        let body: Value = serde_json::from_str(r#"{"n": 10.0, "d": 10.0}"#).unwrap();
        let found = deviations(&body, &schema, &[]);
        assert_eq!((found.len(), found[0].fault), (1, DeviationKind::Type(DataType::Integer)));
    }
}
