//! Schemas as somebody's `/Schemas` declares them (RFC 7643 section 7), read leniently: what is wrong with a declaration
//! itself is for others to say.

use serde_json::Value;

use super::Schema;
use crate::scim::urn;

/// A schema as it was declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// Its URN.
    pub urn: String,
    /// Its attributes.
    pub attributes: Vec<Declared>,
}

/// The data type of a declared attribute (RFC 7643 section 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Decimal,
    /// A number without fraction.
    Integer,
    /// A point in time.
    DateTime,
    /// Base64 text.
    Binary,
    /// A URI.
    Reference,
    /// An object of sub-attributes.
    Complex,
    /// A type that the standard does not know.
    Other,
}

/// A declared attribute or sub-attribute. What a declaration leaves out has the default of RFC 7643 section 2.2.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// Its data type.
    pub kind: DataType,
    /// Whether it holds a list.
    pub multi_valued: bool,
    /// Whether a resource must have it.
    pub required: bool,
    /// False where no answer may hold it: returned `never`, or mutability `writeOnly`.
    pub readable: bool,
    /// Whether a client may give it a value.
    pub writable: bool,
    /// Whether an answer holds it unless it is asked to leave it out.
    pub by_default: bool,
    /// True where only who asks for it gets it: returned `request`.
    pub on_request: bool,
    /// Its parts.
    pub sub_attributes: Vec<Declared>,
}

impl Declaration {
    /// Reads one entry of `/Schemas`; `None` without an id and attributes.
    pub fn read(schema: &Value) -> Option<Declaration> {
        let urn = part(schema, "id")?.as_str()?.to_owned();
        let attributes = attributes(part(schema, "attributes")?)?;
        Some(Declaration { urn, attributes })
    }

    /// A schema of ours.
    pub fn of(schema: &Schema) -> Declaration {
        Declaration::read(&schema.to_json())
            .unwrap_or_else(|| Declaration { urn: schema.urn.to_owned(), attributes: Vec::new() })
    }

    /// True for the schemas of discovery itself, which describe no resource that is provisioned.
    pub fn of_discovery(&self) -> bool {
        [urn::SCHEMA, urn::RESOURCE_TYPE, urn::SERVICE_PROVIDER_CONFIG]
            .iter()
            .any(|own| own.eq_ignore_ascii_case(&self.urn))
    }
}

impl DataType {
    /// The type of that name; names have no case.
    pub fn named(name: &str) -> DataType {
        match name.to_ascii_lowercase().as_str() {
            "string" => DataType::String,
            "boolean" => DataType::Boolean,
            "decimal" => DataType::Decimal,
            "integer" => DataType::Integer,
            "datetime" => DataType::DateTime,
            "binary" => DataType::Binary,
            "reference" => DataType::Reference,
            "complex" => DataType::Complex,
            _ => DataType::Other,
        }
    }
}

/// The attribute of that name, in any letter case.
pub fn declared<'d>(attributes: &'d [Declared], name: &str) -> Option<&'d Declared> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

fn attributes(list: &Value) -> Option<Vec<Declared>> {
    Some(list.as_array()?.iter().filter_map(attribute).collect())
}

fn attribute(value: &Value) -> Option<Declared> {
    let word = |name: &str| part(value, name).and_then(Value::as_str);
    let flag = |name: &str| part(value, name).and_then(Value::as_bool).unwrap_or(false);
    let returned = word("returned").unwrap_or("default");
    let sub_attributes = part(value, "subAttributes").and_then(attributes).unwrap_or_default();
    let kind = match word("type") {
        Some(name) => DataType::named(name),
        // RFC 7643 2.2 makes string the default.
        None if sub_attributes.is_empty() => DataType::String,
        None => DataType::Complex,
    };
    Some(Declared {
        name: word("name")?.to_owned(),
        kind,
        multi_valued: flag("multiValued"),
        required: flag("required"),
        readable: !returned.eq_ignore_ascii_case("never")
            && !word("mutability").is_some_and(|word| word.eq_ignore_ascii_case("writeOnly")),
        writable: !word("mutability").is_some_and(|word| word.eq_ignore_ascii_case("readOnly")),
        on_request: returned.eq_ignore_ascii_case("request"),
        by_default: ["default", "always"].iter().any(|word| word.eq_ignore_ascii_case(returned)),
        sub_attributes,
    })
}

/// A member of an object, in any letter case.
pub(super) fn part<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    crate::scim::value::member(object.as_object()?, name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::schema::USER_SCHEMA;

    #[test]
    fn what_is_left_out_has_its_default() {
        let schema = json!({"id": "urn:x", "attributes": [{"name": "a"}, {"type": "string"}, 7,
            {"name": "b", "Type": "dateTime", "multiValued": true, "returned": "request"},
            {"name": "p", "mutability": "writeOnly", "returned": "never", "required": true}]});
        let read = Declaration::read(&schema).unwrap();
        assert_eq!(read.attributes.len(), 3);
        let a = declared(&read.attributes, "A").unwrap();
        assert!(a.kind == DataType::String && a.readable && a.by_default && !a.required && !a.multi_valued);
        let b = declared(&read.attributes, "b").unwrap();
        assert!(b.kind == DataType::DateTime && b.multi_valued && !b.by_default);
        let p = declared(&read.attributes, "p").unwrap();
        assert!(!p.readable && p.required);
        assert_eq!(Declaration::read(&json!({"id": "urn:x"})), None);
    }

    #[test]
    fn our_own_schemas_are_read_back() {
        let user = Declaration::of(&USER_SCHEMA);
        assert_eq!(user.attributes.len(), USER_SCHEMA.attributes.len());
        assert_eq!(declared(&user.attributes, "emails").unwrap().sub_attributes.len(), 4);
        assert!(!user.of_discovery());
    }
}
