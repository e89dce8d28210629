//! Whether a filter makes sense for a resource type (RFC 7644 section 3.4.2.2).

use serde_json::Value;

use super::eval::instant;
use super::{CompareOp, Filter};
use crate::scim::conform::boolean_text;
use crate::scim::path::AttrPath;
use crate::scim::schema::{Attribute, Kind, ResourceSchema, Returned, Target, attribute_named};

/// Why a filter that can be read can't be answered. Servers report it as `invalidFilter`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidFilter(pub String);

impl Filter {
    /// Checks that the schema knows every attribute and that every operator fits the attribute's type.
    ///
    /// # Errors
    /// Names the first attribute that is unknown, or can't be compared that way.
    pub fn check(&self, schema: &ResourceSchema) -> Result<(), InvalidFilter> {
        self.check_among(&[schema])
    }

    /// As [`Filter::check`], for a query about several resource types: one of them must know the attribute (RFC 7644
    /// section 3.4.2.1).
    ///
    /// # Errors
    /// As [`Filter::check`].
    pub fn check_among(&self, schemas: &[&ResourceSchema]) -> Result<(), InvalidFilter> {
        self.check_with(&|path| {
            schemas.iter().find_map(|schema| match schema.find(path) {
                Some(Target::Attribute { attribute, sub, .. }) => Some((attribute, sub)),
                _ => None,
            })
        })
    }

    /// Checks a filter in square brackets against the sub-attributes that it speaks about.
    ///
    /// # Errors
    /// As [`Filter::check`].
    pub fn check_sub(&self, attributes: &'static [Attribute]) -> Result<(), InvalidFilter> {
        self.check_with(&|path| {
            let plain = path.urn.is_none() && path.sub.is_none();
            attribute_named(attributes, &path.attr).filter(|_| plain).map(|a| (a, None))
        })
    }

    fn check_with(&self, find: &Find<'_>) -> Result<(), InvalidFilter> {
        match self {
            Filter::And(operands) | Filter::Or(operands) => operands.iter().try_for_each(|f| f.check_with(find)),
            Filter::Not(inner) => inner.check_with(find),
            Filter::Present(path) | Filter::ValuePath(path) => resolve(path, find).map(|_| ()),
            Filter::Compare { path, op, value } => {
                let attribute = resolve(path, find)?;
                fits(path, attribute, *op, value)
            }
        }
    }
}

type Find<'a> = dyn Fn(&AttrPath) -> Option<(&'static Attribute, Option<&'static Attribute>)> + 'a;

/// The attribute whose values are compared.
fn resolve(path: &AttrPath, find: &Find<'_>) -> Result<&'static Attribute, InvalidFilter> {
    let (attribute, sub) = find(path).ok_or_else(|| InvalidFilter(format!("the attribute {path} is not known")))?;
    if let Some(filter) = &path.filter {
        filter.check_sub(attribute.sub_attributes)?;
    }
    let leaf = sub.unwrap_or(attribute);
    if leaf.returned == Returned::Never {
        // Answering would tell the value bit by bit.
        return Err(InvalidFilter(format!("{path} can't be used in a filter")));
    }
    Ok(leaf)
}

fn fits(path: &AttrPath, attribute: &'static Attribute, op: CompareOp, value: &Value) -> Result<(), InvalidFilter> {
    let word = op.keyword();
    // A complex attribute stands for its "value", if it has one.
    let leaf = match attribute.kind {
        Kind::Complex => attribute.sub_attribute("value"),
        _ => Some(attribute),
    };
    let Some(leaf) = leaf else {
        return match value {
            Value::Null => Ok(()),
            _ => Err(InvalidFilter(format!("{path} has parts: name the one to compare"))),
        };
    };
    if op.is_ordering() && matches!(leaf.kind, Kind::Boolean | Kind::Binary) {
        return Err(InvalidFilter(format!("{path} has no order: {word}")));
    }
    let textual = matches!(op, CompareOp::Contains | CompareOp::StartsWith | CompareOp::EndsWith);
    if textual && leaf.kind == Kind::Boolean {
        return Err(InvalidFilter(format!("{path} is no text: {word}")));
    }
    let wanted = match (leaf.kind, value) {
        (_, Value::Null) if !textual && !op.is_ordering() => return Ok(()),
        (Kind::Boolean, Value::Bool(_)) => return Ok(()),
        (Kind::Boolean, Value::String(text)) if boolean_text(text).is_some() => return Ok(()),
        (Kind::Boolean, _) => "true or false",
        (Kind::DateTime, Value::String(text)) if textual || instant(text).is_some() => return Ok(()),
        (Kind::DateTime, _) => "a date and time",
        (_, Value::String(_)) => return Ok(()),
        _ => "a string",
    };
    Err(InvalidFilter(format!("{path} {word} needs {wanted}")))
}
