//! PATCH: reading the operations and applying them (RFC 7644 section 3.5.2).

mod apply;
mod elements;

use serde_json::{Map, Value};

use super::conform::{Leniency, Nonconformity};
use super::message::{ScimError, ScimType};
use super::path::AttrPath;
use super::schema::ResourceSchema;
use super::urn;
use super::value::{announces, member};

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Adds a value (section 3.5.2.1).
    Add,
    /// Removes a value (section 3.5.2.2).
    Remove,
    /// Replaces a value (section 3.5.2.3).
    Replace,
}

/// One operation of a PATCH.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What to do.
    pub op: Op,
    /// Where; `None` is the resource itself.
    pub path: Option<AttrPath>,
    /// With what.
    pub value: Option<Value>,
}

/// Why a PATCH was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct PatchError {
    /// The keyword for the error body.
    pub scim_type: ScimType,
    /// What is wrong, for a person to read.
    pub detail: String,
}

impl PatchError {
    pub(super) fn new(scim_type: ScimType, detail: impl Into<String>) -> Self {
        PatchError { scim_type, detail: detail.into() }
    }
}

impl From<Nonconformity> for PatchError {
    fn from(wrong: Nonconformity) -> Self {
        PatchError::new(ScimType::InvalidValue, wrong.to_string())
    }
}

impl From<PatchError> for ScimError {
    fn from(error: PatchError) -> Self {
        ScimError { status: 400, scim_type: Some(error.scim_type), detail: error.detail }
    }
}

/// Reads the body of a PATCH.
///
/// # Errors
/// `invalidSyntax` if it is no PatchOp message or an operation is malformed, `invalidPath` if a path can't be read,
/// `invalidValue` if an operation lacks its value, `noTarget` if a removal lacks its path.
pub fn parse(body: &Map<String, Value>, leniency: Leniency) -> Result<Vec<Operation>, PatchError> {
    let syntax = |detail: &str| PatchError::new(ScimType::InvalidSyntax, detail);
    if !announces(body, urn::PATCH_OP) {
        return Err(syntax(&format!("schemas must contain {}", urn::PATCH_OP)));
    }
    match member(body, "Operations") {
        Some((_, Value::Array(operations))) if !operations.is_empty() => {
            operations.iter().map(|o| operation(o, leniency)).collect()
        }
        _ => Err(syntax("Operations must be a list of operations")),
    }
}

fn operation(value: &Value, leniency: Leniency) -> Result<Operation, PatchError> {
    let syntax = |detail: String| PatchError::new(ScimType::InvalidSyntax, detail);
    let Some(object) = value.as_object() else {
        return Err(syntax("an operation must be an object".to_owned()));
    };
    let get = |name: &str| member(object, name).map(|(_, v)| v);
    let word = get("op").and_then(Value::as_str).unwrap_or_default();
    let op = read_op(word, leniency).ok_or_else(|| syntax("op must be add, remove or replace".to_owned()))?;
    let path = match get("path") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.is_empty() => None,
        Some(Value::String(text)) => Some(
            text.parse::<AttrPath>()
                .map_err(|e| PatchError::new(ScimType::InvalidPath, format!("path \"{text}\": {e}")))?,
        ),
        Some(_) => {
            return Err(PatchError::new(ScimType::InvalidPath, "path must be a string"));
        }
    };
    let value = get("value").cloned();
    match op {
        Op::Remove if path.is_none() => Err(PatchError::new(ScimType::NoTarget, "a removal needs a path")),
        Op::Add | Op::Replace if value.is_none() => {
            Err(PatchError::new(ScimType::InvalidValue, format!("{word} needs a value")))
        }
        _ => Ok(Operation { op, path, value }),
    }
}

fn read_op(word: &str, leniency: Leniency) -> Option<Op> {
    let lower = word.to_ascii_lowercase();
    if lower != word && !leniency.op_in_any_case {
        return None;
    }
    match lower.as_str() {
        "add" => Some(Op::Add),
        "remove" => Some(Op::Remove),
        "replace" => Some(Op::Replace),
        _ => None,
    }
}

/// Applies operations to a resource, all or none.
///
/// `schemas` follows what the resource then holds.
///
/// # Errors
/// The first operation that can't be carried out; the resource is then as it was.
pub fn apply(
    resource: &mut Value,
    operations: &[Operation],
    schema: &ResourceSchema,
    leniency: Leniency,
) -> Result<(), PatchError> {
    let mut copy = resource.clone();
    for operation in operations {
        apply::one(&mut copy, operation, schema, leniency)?;
    }
    schema.settle_schemas(&mut copy);
    *resource = copy;
    Ok(())
}

#[cfg(test)]
mod tests;
