//! Schemas as static tables: what each attribute is and may do (RFC 7643 sections 2.2, 4 and 8.7.1).

mod attribute;
mod common;
mod declared;
mod deviation;
mod group;
mod json;
mod okta;
mod user;

use serde_json::Value;

use super::path::AttrPath;
use super::urn;

pub use attribute::{Attribute, Kind, Mutability, Returned, Uniqueness};
pub use common::COMMON;
pub use declared::{DataType, Declaration, Declared, declared};
pub use deviation::{Deviation, DeviationKind, deviations};

/// A schema: a URN and its attributes.
#[derive(Debug)]
pub struct Schema {
    /// The schema's URN.
    pub urn: &'static str,
    /// Its short name, such as `User`.
    pub name: &'static str,
    /// What it describes.
    pub description: &'static str,
    /// Its attributes, without the common ones.
    pub attributes: &'static [Attribute],
}

/// A resource type: its core schema and the extensions that may come with it (RFC 7643 section 6).
#[derive(Debug)]
pub struct ResourceSchema {
    /// The name of the type, `User` or `Group`.
    pub name: &'static str,
    /// The path of its endpoint under the base URL, such as `/Users`.
    pub endpoint: &'static str,
    /// The core schema.
    pub core: &'static Schema,
    /// Extensions, none of which is required.
    pub extensions: &'static [&'static Schema],
}

/// The schema of a user (RFC 7643 section 4.1).
pub static USER_SCHEMA: Schema =
    Schema { urn: urn::USER, name: "User", description: "A person's account", attributes: user::USER };
/// The schema of the enterprise extension (RFC 7643 section 4.3).
pub static ENTERPRISE_SCHEMA: Schema = Schema {
    urn: urn::ENTERPRISE_USER,
    name: "EnterpriseUser",
    description: "A person's place in a company",
    attributes: user::ENTERPRISE,
};
/// The schema of a group (RFC 7643 section 4.2).
pub static GROUP_SCHEMA: Schema =
    Schema { urn: urn::GROUP, name: "Group", description: "A set of people", attributes: group::GROUP };

/// The resource type of `/Users`.
pub static USER: ResourceSchema =
    ResourceSchema { name: "User", endpoint: "/Users", core: &USER_SCHEMA, extensions: &[&ENTERPRISE_SCHEMA] };
/// The resource type of `/Groups`.
pub static GROUP: ResourceSchema =
    ResourceSchema { name: "Group", endpoint: "/Groups", core: &GROUP_SCHEMA, extensions: &[] };

/// Okta's schema of a role.
pub static ROLE_SCHEMA: Schema =
    Schema { urn: urn::OKTA_ROLE, name: "Role", description: "What a person is", attributes: okta::ROLE };
/// Okta's schema of an entitlement.
pub static ENTITLEMENT_SCHEMA: Schema = Schema {
    urn: urn::OKTA_ENTITLEMENT,
    name: "Entitlement",
    description: "What a person may have",
    attributes: okta::ENTITLEMENT,
};
/// The resource type of `/Roles`.
pub static ROLE: ResourceSchema =
    ResourceSchema { name: "Role", endpoint: "/Roles", core: &ROLE_SCHEMA, extensions: &[] };
/// The resource type of `/Entitlements`.
pub static ENTITLEMENT: ResourceSchema =
    ResourceSchema { name: "Entitlement", endpoint: "/Entitlements", core: &ENTITLEMENT_SCHEMA, extensions: &[] };

/// What a path leads to.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// An extension as a whole.
    Extension(&'static Schema),
    /// An attribute, and a sub-attribute of it if the path names one.
    Attribute {
        /// The extension that declares the attribute; `None` for core and common attributes.
        extension: Option<&'static Schema>,
        /// The attribute.
        attribute: &'static Attribute,
        /// The sub-attribute after the dot.
        sub: Option<&'static Attribute>,
    },
}

impl ResourceSchema {
    /// Looks up what a path leads to, `None` if the schema does not know it. Letter case does not matter. The path's
    /// value filter is not looked at.
    pub fn find(&self, path: &AttrPath) -> Option<Target> {
        if let Some(schema) = self.bare_extension(path) {
            return Some(Target::Extension(schema));
        }
        let (extension, attributes) = match &path.urn {
            Some(urn) if !urn.eq_ignore_ascii_case(self.core.urn) => {
                let schema = self.extension(urn)?;
                (Some(schema), schema.attributes)
            }
            _ => (None, self.core.attributes),
        };
        let attribute = match attribute_named(attributes, &path.attr) {
            Some(attribute) => attribute,
            None if extension.is_none() => attribute_named(COMMON, &path.attr)?,
            None => return None,
        };
        let sub = match &path.sub {
            Some(name) => Some(attribute.sub_attribute(name)?),
            None => None,
        };
        Some(Target::Attribute { extension, attribute, sub })
    }

    /// The extension that the path names as a whole. Where a URN ends can't always be told from its text: in another letter case
    /// its last part looks like an attribute.
    fn bare_extension(&self, path: &AttrPath) -> Option<&'static Schema> {
        let urn = path.urn.as_deref()?;
        match path.attr.as_str() {
            "" => self.extension(urn),
            last if path.filter.is_none() && path.sub.is_none() => self.extension(&format!("{urn}:{last}")),
            _ => None,
        }
    }

    /// The path with names as the schema writes them; `None` if the schema does not know it.
    pub fn canonical(&self, path: &AttrPath) -> Option<AttrPath> {
        Some(match self.find(path)? {
            Target::Extension(schema) => AttrPath { urn: Some(schema.urn.to_owned()), ..AttrPath::default() },
            Target::Attribute { extension, attribute, sub } => AttrPath {
                urn: extension.map(|e| e.urn.to_owned()),
                attr: attribute.name.to_owned(),
                filter: path.filter.clone(),
                sub: sub.map(|s| s.name.to_owned()),
            },
        })
    }

    /// The extension of this type with the given URN, in any letter case.
    pub fn extension(&self, urn: &str) -> Option<&'static Schema> {
        self.extensions.iter().copied().find(|s| s.urn.eq_ignore_ascii_case(urn))
    }

    /// Makes `schemas` say what the resource holds: the core URN and those extensions that have values
    /// (RFC 7643 section 3).
    pub fn settle_schemas(&self, resource: &mut Value) {
        let Some(object) = resource.as_object_mut() else {
            return;
        };
        let mut urns = vec![Value::from(self.core.urn)];
        for extension in self.extensions {
            if object.contains_key(extension.urn) {
                urns.push(Value::from(extension.urn));
            }
        }
        object.insert("schemas".to_owned(), Value::Array(urns));
    }
}

/// The attribute of that name, in any letter case.
pub fn attribute_named(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|a| a.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(schema: &ResourceSchema, path: &str) -> Option<Target> {
        schema.find(&path.parse().unwrap())
    }

    #[test]
    fn paths_lead_to_attributes_in_any_letter_case() {
        for path in [
            "USERNAME",
            "name.givenname",
            "emails.value",
            "meta.lastModified",
            "id",
            "urn:ietf:params:scim:schemas:core:2.0:User:userName",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "URN:IETF:PARAMS:SCIM:SCHEMAS:EXTENSION:ENTERPRISE:2.0:USER:MANAGER.DISPLAYNAME",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user",
        ] {
            assert!(find(&USER, path).is_some(), "{path}");
        }
        for path in ["department", "name.shoe", "urn:a:b:1.0:User:x", "members", crate::scim::urn::USER] {
            assert!(find(&USER, path).is_none(), "{path}");
        }
        assert!(find(&GROUP, "members.value").is_some());
    }

    #[test]
    fn case_exactness_follows_the_rfc() {
        let exact = |schema, path| match find(schema, path) {
            Some(Target::Attribute { attribute, sub, .. }) => sub.unwrap_or(attribute).case_exact,
            _ => panic!("{path} is unknown"),
        };
        assert!(exact(&USER, "id") && exact(&USER, "externalId"));
        assert!(!exact(&USER, "userName") && !exact(&GROUP, "displayName"));
    }
}
