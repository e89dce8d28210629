//! Operations on multi-valued attributes: adding, replacing and removing elements, and keeping one of them primary.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::apply::{Context, invalid_value, mutability, part};
use super::{Op, PatchError};
use crate::scim::conform::{is_primary, single_value};
use crate::scim::filter::Filter;
use crate::scim::message::ScimType;
use crate::scim::path::AttrPath;
use crate::scim::schema::{Attribute, Mutability};
use crate::scim::value;

type Target = (&'static Attribute, Option<&'static Attribute>);

/// Carries out an add or replace.
pub(super) fn write(
    resource: &mut Value,
    path: &AttrPath,
    target: Target,
    value: &Value,
    context: &Context<'_>,
) -> Result<(), PatchError> {
    let list = AttrPath { filter: None, sub: None, ..path.clone() };
    let mut elements = match value::get(resource, &list).first() {
        Some(Value::Array(elements)) => elements.clone(),
        Some(single) if !single.is_null() => vec![(*single).clone()],
        _ => Vec::new(),
    };
    let touched = match (&path.filter, target.1) {
        (None, None) => whole_list(&mut elements, path, target.0, value, context)?,
        (filter, _) => selected(&mut elements, path, filter.as_deref(), target, value, context)?,
    };
    keep_one_primary(&mut elements, &touched);
    let mut seen = HashSet::new();
    elements.retain(|element| seen.insert(element.clone()));
    if elements.is_empty() {
        value::remove(resource, &list);
    } else {
        value::set(resource, &list, Value::Array(elements));
    }
    Ok(())
}

/// Adds to the list or replaces it. Says which elements are new.
fn whole_list(
    elements: &mut Vec<Value>,
    path: &AttrPath,
    attribute: &'static Attribute,
    value: &Value,
    context: &Context<'_>,
) -> Result<Vec<usize>, PatchError> {
    let given = match value {
        Value::Array(given) => given.as_slice(),
        single => std::slice::from_ref(single),
    };
    if context.op == Op::Replace {
        elements.clear();
    }
    let mut places = Places::of(elements);
    let mut touched = Vec::new();
    for new in given.iter().filter(|v| !v.is_null()) {
        let Some(new) = single_value(attribute, new, &path.to_string(), context.leniency)? else {
            continue;
        };
        match places.find(elements, &new) {
            // Members are what their value says; the rest of an entry that is there already stays.
            Some(_) if is_reference(attribute) => {}
            Some(index) => {
                merge(elements, index, new);
                touched.push(index);
            }
            None => {
                touched.push(elements.len());
                places.add(elements.len(), &new);
                elements.push(new);
            }
        }
    }
    let primary = touched.iter().filter_map(|i| elements.get(*i)).filter(|e| is_primary(e));
    if primary.count() > 1 {
        let detail = format!("{path}: only one value may be primary");
        return Err(invalid_value(&detail));
    }
    Ok(touched)
}

/// Writes to the elements that the filter selects, or to all. Says which.
fn selected(
    elements: &mut Vec<Value>,
    path: &AttrPath,
    filter: Option<&Filter>,
    (attribute, sub): Target,
    value: &Value,
    context: &Context<'_>,
) -> Result<Vec<usize>, PatchError> {
    let new = new_parts(path, (attribute, sub), value, context)?;
    let mut touched: Vec<usize> = (0..elements.len())
        .filter(|i| {
            let element = elements.get(*i).unwrap_or(&Value::Null);
            filter.is_none_or(|f| f.matches_element(element, attribute.sub_attributes))
        })
        .collect();
    if touched.is_empty() {
        let described = described(filter, attribute, path, context)?;
        touched.push(elements.len());
        elements.push(described);
    } else if sub.is_some() || context.op == Op::Add {
        // A replace without sub-attribute puts another value in place of the old one, which changes no part of it.
        for index in &touched {
            let old = elements.get(*index).unwrap_or(&Value::Null);
            keeps_immutable(old, &new, (attribute, sub))?;
        }
    }
    if sub.is_none() && context.op == Op::Replace {
        // What the filter asks for stays true of the new value, unless the value says otherwise.
        let kept = filter.map(value::described_by).unwrap_or_default();
        let kept = element_of(kept, attribute, path, context)?;
        for index in &touched {
            if let Some(slot) = elements.get_mut(*index) {
                *slot = kept.clone();
            }
        }
    }
    for index in &touched {
        merge(elements, *index, Value::Object(new.clone()));
    }
    Ok(touched)
}

/// RFC 7643 section 7: an immutable part is set once. A part that is not there may come with a whole value, but is no target
/// by itself: of references the server shows more than it was told.
fn keeps_immutable(old: &Value, new: &Map<String, Value>, (attribute, sub): Target) -> Result<(), PatchError> {
    for (name, new) in new {
        let defined = attribute.sub_attribute(name);
        let same = match part(old, name) {
            Some(old) => old == new,
            None => sub.is_none(),
        };
        if !same && defined.is_some_and(|d| d.mutability == Mutability::Immutable) {
            return Err(mutability(&format!("{}.{name} can't be changed", attribute.name)));
        }
    }
    Ok(())
}

/// The parts to write into each selected element.
fn new_parts(
    path: &AttrPath,
    (attribute, sub): Target,
    value: &Value,
    context: &Context<'_>,
) -> Result<Map<String, Value>, PatchError> {
    let object = match (sub, value) {
        (Some(sub), value) => Value::Object(Map::from_iter([(sub.name.to_owned(), value.clone())])),
        // Entra ID wraps the one value in a list.
        (None, Value::Array(list)) if list.len() == 1 => list.first().cloned().unwrap_or_default(),
        (None, value) => value.clone(),
    };
    match single_value(attribute, &object, &path.to_string(), context.leniency)? {
        Some(Value::Object(parts)) => Ok(parts),
        _ => Err(invalid_value(&format!("{path} needs a value"))),
    }
}

/// The element to make where the filter selects none.
fn described(
    filter: Option<&Filter>,
    attribute: &'static Attribute,
    path: &AttrPath,
    context: &Context<'_>,
) -> Result<Value, PatchError> {
    let Some(filter) = filter else {
        return Ok(Value::Object(Map::new()));
    };
    let parts = value::described_by(filter);
    // A replace about somebody who is no member must not make a member of them.
    let allowed = context.op == Op::Add || (context.leniency.replace_creates && !is_reference(attribute));
    if parts.is_empty() || !allowed {
        let detail = format!("{path} selects no value");
        return Err(PatchError::new(ScimType::NoTarget, detail));
    }
    element_of(parts, attribute, path, context)
}

/// An element of these parts, in the schema's shape; an empty one where they say nothing.
fn element_of(
    parts: Map<String, Value>,
    attribute: &'static Attribute,
    path: &AttrPath,
    context: &Context<'_>,
) -> Result<Value, PatchError> {
    let made = single_value(attribute, &Value::Object(parts), &path.to_string(), context.leniency)?;
    Ok(made.unwrap_or_else(|| Value::Object(Map::new())))
}

/// Takes the given values out of a list, as Entra ID asks for with `remove`, `members` and a value.
pub(super) fn remove_values(resource: &mut Value, path: &AttrPath, value: &Value) {
    let given = match value {
        Value::Array(given) => given.as_slice(),
        single => std::slice::from_ref(single),
    };
    let Some(Value::Array(elements)) = value::get(resource, path).first().copied() else {
        return;
    };
    let mut alike: HashMap<Option<&Value>, Vec<&Value>> = HashMap::new();
    for gone in given {
        let value = if gone.is_string() { Some(gone) } else { part(gone, "value") };
        alike.entry(value).or_default().push(gone);
    }
    let is_gone =
        |old: &Value| alike.get(&part(old, "value")).is_some_and(|alike| alike.iter().any(|gone| is_meant(old, gone)));
    let left: Vec<Value> = elements.iter().filter(|old| !is_gone(old)).cloned().collect();
    if left.is_empty() {
        value::remove(resource, path);
    } else {
        value::set(resource, path, Value::Array(left));
    }
}

fn is_meant(old: &Value, gone: &Value) -> bool {
    match gone {
        Value::String(_) => part(old, "value") == Some(gone),
        _ => is_same(old, gone),
    }
}

/// Where the elements of a list stand, by their `value`: to look through a long list for each that is added would take as long as it is
/// long, once more for each.
struct Places(HashMap<Option<Value>, Vec<usize>>);

impl Places {
    fn of(elements: &[Value]) -> Places {
        let mut places = Places(HashMap::new());
        elements.iter().enumerate().for_each(|(at, element)| places.add(at, element));
        places
    }

    fn add(&mut self, at: usize, element: &Value) {
        self.0.entry(part(element, "value").cloned()).or_default().push(at);
    }

    /// Where the same value stands.
    fn find(&self, elements: &[Value], new: &Value) -> Option<usize> {
        let alike = self.0.get(&part(new, "value").cloned())?;
        alike.iter().copied().find(|at| elements.get(*at).is_some_and(|old| is_same(old, new)))
    }
}

/// Whether two elements are the same value: by `value` and `type` where they have them.
fn is_same(old: &Value, new: &Value) -> bool {
    match (part(old, "value"), part(new, "value")) {
        (Some(a), Some(b)) => a == b && types_agree(old, new),
        (None, None) => old == new,
        _ => false,
    }
}

fn types_agree(old: &Value, new: &Value) -> bool {
    let text = |v| part(v, "type").and_then(Value::as_str);
    match (text(old), text(new)) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => true,
    }
}

/// Whether elements point at other resources, which makes their value immutable.
fn is_reference(attribute: &Attribute) -> bool {
    attribute.sub_attribute("value").is_some_and(|v| v.mutability == Mutability::Immutable)
}

fn merge(elements: &mut [Value], index: usize, new: Value) {
    match (elements.get_mut(index), new) {
        (Some(Value::Object(old)), Value::Object(new)) => old.extend(new),
        (Some(slot), new) => *slot = new,
        (None, _) => {}
    }
}

/// Section 3.5.2: a value that becomes primary takes that from the others.
fn keep_one_primary(elements: &mut [Value], touched: &[usize]) {
    let chosen = touched.iter().copied().find(|i| elements.get(*i).is_some_and(is_primary));
    let Some(chosen) = chosen else { return };
    for (index, element) in elements.iter_mut().enumerate() {
        if index != chosen && is_primary(element) {
            element["primary"] = Value::Bool(false);
        }
    }
}
