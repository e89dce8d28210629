//! Which attributes a client wants to see (RFC 7644 section 3.9).

use serde_json::{Map, Value};

use super::call::Call;
use crate::scim::path::AttrPath;
use crate::scim::schema::{ResourceSchema, Returned, Target};
use crate::scim::value;

/// The choice of attributes in a request.
#[derive(Debug)]
pub(super) enum Projection {
    All,
    Only(Vec<AttrPath>),
    Without(Vec<AttrPath>),
}

impl Projection {
    /// Reads the parameters `attributes` and `excludedAttributes`.
    pub(super) fn of(call: &Call) -> Self {
        let names = |name| call.parameter(name).filter(|text| !text.trim().is_empty()).map(|text| text.split(','));
        Projection::new(names("attributes"), names("excludedAttributes"))
    }

    /// The choice between `attributes` and `excludedAttributes`: the first one wins. Names that are no paths are passed
    /// over.
    pub(super) fn new<'a, N: IntoIterator<Item = &'a str>>(attributes: Option<N>, excluded: Option<N>) -> Self {
        let paths = |names: N| names.into_iter().filter_map(|name| name.trim().parse().ok()).collect();
        match (attributes, excluded) {
            (Some(names), _) => Projection::Only(paths(names)),
            (None, Some(names)) => Projection::Without(paths(names)),
            (None, None) => Projection::All,
        }
    }

    /// Leaves in a representation what the client wants and what is always returned.
    pub(super) fn apply(&self, resource: Value, schema: &ResourceSchema) -> Value {
        match self {
            Projection::All => resource,
            Projection::Only(paths) => only(&resource, paths, schema),
            Projection::Without(paths) => {
                let mut resource = resource;
                for path in paths.iter().filter(|p| !is_always(p, schema)).filter_map(|p| schema.canonical(p)) {
                    value::remove(&mut resource, &whole_or_part(&path));
                }
                resource
            }
        }
    }
}

fn is_always(path: &AttrPath, schema: &ResourceSchema) -> bool {
    match schema.find(path) {
        Some(Target::Attribute { attribute, .. }) => attribute.returned == Returned::Always,
        _ => false,
    }
}

fn only(resource: &Value, paths: &[AttrPath], schema: &ResourceSchema) -> Value {
    let mut out = Map::new();
    for (key, value) in resource.as_object().into_iter().flatten() {
        if is_always(&AttrPath::of(key.as_str()), schema) {
            out.insert(key.clone(), value.clone());
        }
    }
    let mut out = Value::Object(out);
    let paths: Vec<AttrPath> = paths.iter().filter_map(|path| schema.canonical(path)).collect();
    for path in &paths {
        let Some(found) = value::get(resource, &whole(path)).first().copied() else {
            continue;
        };
        let mut wanted = value::get(&out, &whole(path)).first().map_or(Value::Null, |v| (*v).clone());
        match &path.sub {
            None => wanted = found.clone(),
            Some(sub) => copy_part(found, sub, &mut wanted),
        }
        if !wanted.is_null() {
            value::set(&mut out, &whole(path), wanted);
        }
    }
    for path in &paths {
        drop_empty(&mut out, &whole(path));
    }
    out
}

/// Takes out what none of the wanted sub-attributes has a value in.
fn drop_empty(resource: &mut Value, path: &AttrPath) {
    let is_empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
    let left = match value::get(resource, path).first() {
        Some(Value::Array(elements)) => elements.iter().filter(|e| !is_empty(e)).cloned().collect::<Vec<_>>(),
        Some(single) if is_empty(single) => Vec::new(),
        _ => return,
    };
    if left.is_empty() {
        value::remove(resource, path);
    } else {
        value::set(resource, path, Value::Array(left));
    }
}

/// The path without its filter: attributes are chosen, not values.
fn whole_or_part(path: &AttrPath) -> AttrPath {
    AttrPath { filter: None, ..path.clone() }
}

/// The attribute without filter and sub-attribute.
fn whole(path: &AttrPath) -> AttrPath {
    AttrPath { filter: None, sub: None, ..path.clone() }
}

/// Copies one sub-attribute, of a list element by element.
fn copy_part(from: &Value, sub: &str, into: &mut Value) {
    match from {
        Value::Array(elements) => {
            if !into.is_array() {
                *into = elements.iter().map(|_| Value::Object(Map::new())).collect();
            }
            let slots = into.as_array_mut().into_iter().flatten();
            for (element, slot) in elements.iter().zip(slots) {
                copy_part(element, sub, slot);
            }
        }
        Value::Object(parts) => {
            if into.is_null() {
                *into = Value::Object(Map::new());
            }
            if let (Some((key, value)), Some(object)) = (value::member(parts, sub), into.as_object_mut()) {
                object.insert(key.to_owned(), value.clone());
            }
        }
        _ => {}
    }
}
