//! Bulk requests: the message, its references and the order of its operations (RFC 7644 section 3.7).

mod order;
mod references;

use std::collections::{HashMap, HashSet};

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::message::ScimError;
use super::urn;
use super::value::{announces, member};

pub use order::{Step, plan};
pub use references::{bulk_id, resolve};

/// What a client wants done in one request.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkRequest {
    /// After how many errors to stop; `None` is never.
    pub fail_on_errors: Option<usize>,
    /// What to do.
    pub operations: Vec<BulkOperation>,
}

/// One operation: a request within the request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BulkOperation {
    /// The HTTP method; empty if there is none.
    pub method: String,
    /// The client's name for it, and for what it creates.
    pub bulk_id: Option<String>,
    /// The entity tag that the resource must have.
    pub version: Option<String>,
    /// The decoded segments of the path below the base URL. Some may be references.
    pub path: Vec<String>,
    /// The body. It may contain references.
    pub data: Option<Value>,
    /// The creations that it refers to, by their places in the request, each once.
    pub depends: Vec<usize>,
    /// Why it can't be carried out, if its form is wrong.
    pub flaw: Option<ScimError>,
}

/// Reads the body of a bulk request. What is wrong with one operation alone is its flaw and no obstacle to the others.
///
/// # Errors
/// `invalidSyntax` if it is no BulkRequest or has no operations; `invalidValue` if `failOnErrors` is no positive
/// integer, or if two operations share a `bulkId`: nobody could tell which one is meant by it.
pub fn parse(body: &Map<String, Value>) -> Result<BulkRequest, ScimError> {
    if !announces(body, urn::BULK_REQUEST) {
        return Err(ScimError::invalid_syntax(format!("schemas must contain {}", urn::BULK_REQUEST)));
    }
    let fail_on_errors = match member(body, "failOnErrors") {
        None | Some((_, Value::Null)) => None,
        Some((_, limit)) => {
            let limit = limit.as_u64().filter(|limit| *limit > 0);
            let limit = limit.ok_or_else(|| ScimError::invalid_value("failOnErrors must be a positive integer"))?;
            Some(usize::try_from(limit).unwrap_or(usize::MAX))
        }
    };
    let mut operations: Vec<BulkOperation> = match member(body, "Operations") {
        Some((_, Value::Array(operations))) if !operations.is_empty() => operations.iter().map(operation).collect(),
        _ => return Err(ScimError::invalid_syntax("Operations must be a list of operations")),
    };
    let mut seen = HashSet::new();
    for id in operations.iter().filter_map(|operation| operation.bulk_id.as_deref()) {
        if !seen.insert(id) {
            return Err(ScimError::invalid_value(format!("the bulkId {id} stands at two operations")));
        }
    }
    link(&mut operations);
    Ok(BulkRequest { fail_on_errors, operations })
}

fn operation(value: &Value) -> BulkOperation {
    let Some(object) = value.as_object() else {
        let flaw = Some(ScimError::invalid_syntax("an operation must be an object"));
        return BulkOperation { flaw, ..BulkOperation::default() };
    };
    let mut flaw = None;
    let get = |name: &str| member(object, name).map(|(_, value)| value).filter(|value| !value.is_null());
    let mut text = |name: &str| match get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => {
            flaw = Some(ScimError::invalid_syntax(format!("{name} must be a string")));
            None
        }
        None => None,
    };
    let (method, path) = (text("method").unwrap_or_default(), text("path"));
    let (bulk_id, version) = (text("bulkId"), text("version"));
    let data = get("data").cloned();
    let missing = match method.as_str() {
        "POST" | "PUT" | "PATCH" | "DELETE" if path.is_none() => Some("path is required"),
        "POST" if bulk_id.is_none() => Some("bulkId is required for a POST"),
        "POST" | "PUT" | "PATCH" if data.is_none() => Some("data is required"),
        "POST" | "PUT" | "PATCH" | "DELETE" => None,
        _ => Some("method must be POST, PUT, PATCH or DELETE"),
    };
    let flaw = flaw.or(missing.map(ScimError::invalid_syntax));
    let segments = path.iter().flat_map(|path| path.split('/')).filter(|segment| !segment.is_empty());
    let path = segments.map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect();
    BulkOperation { method, bulk_id, version, path, data, depends: Vec::new(), flaw }
}

/// Finds for each operation the creations that it refers to.
fn link(operations: &mut [BulkOperation]) {
    let creates = |(at, operation): (usize, &BulkOperation)| {
        let id = operation.bulk_id.clone().filter(|_| operation.method == "POST")?;
        Some((id, at))
    };
    let made: HashMap<String, usize> = operations.iter().enumerate().filter_map(creates).collect();
    for operation in operations.iter_mut().filter(|operation| operation.flaw.is_none()) {
        let mut depends = Vec::new();
        for id in references::of(operation) {
            match made.get(&id) {
                Some(at) if depends.contains(at) => {}
                Some(at) => depends.push(*at),
                None => {
                    let detail = format!("bulkId:{id} refers to no POST of this request");
                    operation.flaw = Some(ScimError::invalid_value(detail));
                }
            }
        }
        operation.depends = depends;
    }
}

#[cfg(test)]
mod tests;
