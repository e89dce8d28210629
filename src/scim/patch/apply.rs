//! Applying one operation (RFC 7644 sections 3.5.2.1 to 3.5.2.3).

use serde_json::{Map, Value};

use super::elements;
use super::{Op, Operation, PatchError};
use crate::scim::conform::{self, Leniency};
use crate::scim::message::ScimType;
use crate::scim::path::AttrPath;
use crate::scim::schema::{Attribute, Kind, Mutability, ResourceSchema, Target};
use crate::scim::value::{self, member};

/// What stays the same through one operation.
pub(super) struct Context<'a> {
    pub(super) op: Op,
    pub(super) schema: &'a ResourceSchema,
    pub(super) leniency: Leniency,
}

pub(super) fn one(
    resource: &mut Value,
    operation: &Operation,
    schema: &ResourceSchema,
    leniency: Leniency,
) -> Result<(), PatchError> {
    let context = Context { op: operation.op, schema, leniency };
    match (&operation.path, &operation.value) {
        (Some(path), value) => at(resource, path, value.as_ref(), &context),
        (None, Some(Value::Object(attributes))) => whole(resource, attributes, &context),
        (None, _) => Err(invalid_value("without a path the value must be an object")),
    }
}

/// Without a path the value holds attributes. Those that the client can't change are passed over, as in a PUT: clients send
/// back what they have read. An `id` must be the resource's own, though.
fn whole(resource: &mut Value, attributes: &Map<String, Value>, context: &Context<'_>) -> Result<(), PatchError> {
    for (key, value) in attributes {
        if key.eq_ignore_ascii_case("id") {
            own_id(resource, value)?;
            continue;
        }
        if let (Value::Object(nested), true) = (value, key.eq_ignore_ascii_case(context.schema.core.urn)) {
            whole(resource, nested, context)?;
            continue;
        }
        let Some(path) = key_path(key, context) else {
            continue;
        };
        match context.schema.find(&path) {
            None => {}
            Some(Target::Attribute { attribute, sub, .. }) if is_read_only(attribute, sub) => {}
            Some(_) => at(resource, &path, Some(value), context)?,
        }
    }
    Ok(())
}

fn key_path(key: &str, context: &Context<'_>) -> Option<AttrPath> {
    if context.leniency.paths_as_keys || context.schema.extension(key).is_some() {
        key.parse().ok()
    } else {
        Some(AttrPath::of(key))
    }
}

fn own_id(resource: &Value, value: &Value) -> Result<(), PatchError> {
    let own = resource.get("id");
    if own.is_none_or(|own| own == value) { Ok(()) } else { Err(mutability("id can't be changed")) }
}

fn at(resource: &mut Value, path: &AttrPath, value: Option<&Value>, context: &Context<'_>) -> Result<(), PatchError> {
    let unknown = || {
        let detail = format!("the attribute {path} is not known");
        PatchError::new(ScimType::InvalidPath, detail)
    };
    let target = context.schema.find(path).ok_or_else(unknown)?;
    // Names as the schema writes them, for what is new in the resource.
    let path = &context.schema.canonical(path).ok_or_else(unknown)?;
    match target {
        Target::Extension(_) => extension(resource, path, value, context),
        Target::Attribute { attribute, .. } if attribute.name == "schemas" => {
            check_schemas(value.filter(|_| context.op != Op::Remove), context)
        }
        Target::Attribute { attribute, .. } if attribute.name == "id" => {
            own_id(resource, value.unwrap_or(&Value::Null))
        }
        Target::Attribute { attribute, sub, .. } => {
            if is_read_only(attribute, sub) {
                return Err(mutability(&format!("{path} can't be changed")));
            }
            if let Some(filter) = &path.filter {
                if !attribute.multi_valued {
                    let detail = format!("{} holds one value: no filter", attribute.name);
                    return Err(PatchError::new(ScimType::InvalidPath, detail));
                }
                filter
                    .check_sub(attribute.sub_attributes)
                    .map_err(|e| PatchError::new(ScimType::InvalidFilter, e.0))?;
            }
            // Null means unassigned (RFC 7643 section 2.5).
            match value {
                Some(value) if context.op != Op::Remove && !value.is_null() => {
                    write(resource, path, (attribute, sub), value, context)
                }
                value => remove(resource, path, (attribute, sub), value, context),
            }
        }
    }
}

/// What the resource holds decides about `schemas`; a client can only name what may be there.
fn check_schemas(value: Option<&Value>, context: &Context<'_>) -> Result<(), PatchError> {
    let urns = match value {
        None | Some(Value::Null) => return Err(mutability("schemas is required")),
        Some(Value::Array(urns)) => urns.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    let is_core = |urn: &str| urn.eq_ignore_ascii_case(context.schema.core.urn);
    let texts: Vec<&str> = urns.iter().filter_map(Value::as_str).collect();
    if texts.len() < urns.len() || !texts.iter().all(|urn| is_core(urn) || context.schema.extension(urn).is_some()) {
        return Err(invalid_value("schemas holds a URN that is not known here"));
    }
    if context.op == Op::Replace && !texts.iter().any(|urn| is_core(urn)) {
        return Err(mutability(&format!("schemas must keep {}", context.schema.core.urn)));
    }
    Ok(())
}

fn extension(
    resource: &mut Value,
    path: &AttrPath,
    value: Option<&Value>,
    context: &Context<'_>,
) -> Result<(), PatchError> {
    match (context.op, value) {
        (Op::Remove, _) | (_, Some(Value::Null)) => {
            value::remove(resource, path);
            Ok(())
        }
        (_, Some(Value::Object(parts))) => {
            for (name, part) in parts {
                let inner = AttrPath { attr: name.clone(), ..path.clone() };
                if context.schema.find(&inner).is_some() {
                    at(resource, &inner, Some(part), context)?;
                }
            }
            Ok(())
        }
        _ => Err(invalid_value(&format!("{path} needs an object"))),
    }
}

fn write(
    resource: &mut Value,
    path: &AttrPath,
    (attribute, sub): (&'static Attribute, Option<&'static Attribute>),
    value: &Value,
    context: &Context<'_>,
) -> Result<(), PatchError> {
    if attribute.multi_valued {
        return elements::write(resource, path, (attribute, sub), value, context);
    }
    let leaf = sub.unwrap_or(attribute);
    if leaf.kind != Kind::Complex {
        let name = path.to_string();
        if let Some(value) = conform::attribute_value(leaf, value, &name, context.leniency)? {
            value::set(resource, path, value);
        }
        return Ok(());
    }
    // The parts named are set, the others stay (section 3.5.2.3).
    let name = path.to_string();
    if let Some(Value::Object(parts)) = conform::single_value(attribute, value, &name, context.leniency)? {
        for (name, part) in parts {
            value::set(resource, &sub_path(path, &name), part);
        }
    }
    for (name, part) in value.as_object().into_iter().flatten() {
        if part.is_null() {
            value::remove(resource, &sub_path(path, name));
        }
    }
    Ok(())
}

fn remove(
    resource: &mut Value,
    path: &AttrPath,
    (attribute, sub): (&'static Attribute, Option<&'static Attribute>),
    value: Option<&Value>,
    context: &Context<'_>,
) -> Result<(), PatchError> {
    let whole = path.filter.is_none() && sub.is_none();
    if whole && attribute.required {
        return Err(mutability(&format!("{path} is required")));
    }
    if sub.is_some_and(|s| s.mutability == Mutability::Immutable) {
        return Err(mutability(&format!("{path} can't be changed")));
    }
    if let Some(value) = value.filter(|v| !v.is_null())
        && whole
        && attribute.multi_valued
        && context.op == Op::Remove
        && context.leniency.remove_by_value
    {
        elements::remove_values(resource, path, value);
        return Ok(());
    }
    value::remove_typed(resource, path, attribute.sub_attributes);
    Ok(())
}

fn sub_path(path: &AttrPath, sub: &str) -> AttrPath {
    AttrPath { sub: Some(sub.to_owned()), ..path.clone() }
}

fn is_read_only(attribute: &Attribute, sub: Option<&'static Attribute>) -> bool {
    attribute.mutability == Mutability::ReadOnly || sub.is_some_and(|s| s.mutability == Mutability::ReadOnly)
}

/// The part of that name, whatever its letter case.
pub(super) fn part<'a>(element: &'a Value, name: &str) -> Option<&'a Value> {
    member(element.as_object()?, name).map(|(_, v)| v)
}

pub(super) fn mutability(detail: &str) -> PatchError {
    PatchError::new(ScimType::Mutability, detail)
}

pub(super) fn invalid_value(detail: &str) -> PatchError {
    PatchError::new(ScimType::InvalidValue, detail)
}
