//! Schemas and resource types as the JSON of `/Schemas` and `/ResourceTypes` (RFC 7643 sections 6 and 7).

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Kind};
use super::{ResourceSchema, Schema};
use crate::scim::urn;

impl Schema {
    /// The schema as an entry of `/Schemas`, without `meta.location`, which only a server knows.
    pub fn to_json(&self) -> Value {
        json!({
            "schemas": [urn::SCHEMA],
            "id": self.urn,
            "name": self.name,
            "description": self.description,
            "attributes": list(self.attributes),
            "meta": {"resourceType": "Schema"},
        })
    }
}

impl ResourceSchema {
    /// The resource type as an entry of `/ResourceTypes`, without `meta.location`.
    pub fn to_json(&self) -> Value {
        let extensions: Vec<Value> =
            self.extensions.iter().map(|e| json!({"schema": e.urn, "required": false})).collect();
        json!({
            "schemas": [urn::RESOURCE_TYPE],
            "id": self.name,
            "name": self.name,
            "endpoint": self.endpoint,
            "description": self.core.description,
            "schema": self.core.urn,
            "schemaExtensions": extensions,
            "meta": {"resourceType": "ResourceType"},
        })
    }
}

fn list(attributes: &[Attribute]) -> Value {
    attributes.iter().map(definition).collect()
}

fn definition(attribute: &Attribute) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("name", attribute.name.into());
    put("type", attribute.kind.name().into());
    put("multiValued", attribute.multi_valued.into());
    put("description", attribute.description.into());
    put("required", attribute.required.into());
    // Letter case and uniqueness mean nothing for truth values and moments.
    if matches!(attribute.kind, Kind::String | Kind::Reference | Kind::Binary) {
        put("caseExact", attribute.case_exact.into());
    }
    if !attribute.canonical_values.is_empty() {
        put("canonicalValues", attribute.canonical_values.into());
    }
    if !attribute.reference_types.is_empty() {
        put("referenceTypes", attribute.reference_types.into());
    }
    put("mutability", attribute.mutability.name().into());
    put("returned", attribute.returned.name().into());
    put("uniqueness", attribute.uniqueness.name().into());
    if attribute.kind == Kind::Complex {
        put("subAttributes", list(attribute.sub_attributes));
    }
    Value::Object(out)
}
