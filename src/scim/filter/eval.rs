//! Whether a resource satisfies a filter (RFC 7644 section 3.4.2.2).

use std::cmp::Ordering;

use serde_json::Value;

use super::{CompareOp, Filter};
use crate::scim::conform::boolean_text;
use crate::scim::path::AttrPath;
use crate::scim::schema::{Attribute, Kind, ResourceSchema, Target, attribute_named};
use crate::scim::value;

impl Filter {
    /// True if the resource satisfies the filter. An attribute that the schema does not know counts as absent; use
    /// [`Filter::check`] to refuse it instead.
    pub fn matches(&self, resource: &Value, schema: &ResourceSchema) -> bool {
        self.holds(resource, &|path| match schema.find(path) {
            Some(Target::Attribute { attribute, sub, .. }) => Typing::Known(attribute, sub),
            Some(Target::Extension(_)) => Typing::Untyped,
            None => Typing::Nowhere,
        })
    }

    /// True if one value of a multi-valued attribute satisfies the filter. Its paths are names of `sub_attributes`;
    /// names that are not among them are compared without regard to letter case.
    pub fn matches_element(&self, element: &Value, sub_attributes: &'static [Attribute]) -> bool {
        self.holds(element, &|path| match attribute_named(sub_attributes, &path.attr) {
            Some(attribute) => Typing::Known(attribute, None),
            None => Typing::Untyped,
        })
    }

    fn holds(&self, resource: &Value, find: &Find<'_>) -> bool {
        match self {
            Filter::And(operands) => operands.iter().all(|f| f.holds(resource, find)),
            Filter::Or(operands) => operands.iter().any(|f| f.holds(resource, find)),
            Filter::Not(inner) => !inner.holds(resource, find),
            Filter::Present(path) => values_at(resource, path, find).into_iter().any(is_present),
            Filter::ValuePath(path) => !values_at(resource, path, find).is_empty(),
            Filter::Compare { path, op, value } => {
                let leaf = match find(path) {
                    Typing::Known(attribute, sub) => Some(sub.unwrap_or(attribute)),
                    _ => None,
                };
                let found = values_at(resource, path, find);
                match (op, value) {
                    (CompareOp::Equal, Value::Null) => !found.into_iter().any(is_assigned),
                    (CompareOp::NotEqual, Value::Null) => found.into_iter().any(is_assigned),
                    _ => compare_all(&operands(found), *op, value, leaf),
                }
            }
        }
    }
}

/// What is known of the attribute that a path names.
enum Typing {
    /// The attribute, and the sub-attribute that the path names.
    Known(&'static Attribute, Option<&'static Attribute>),
    /// There may be values, of an unknown type.
    Untyped,
    /// It is not part of the resource type, so that there is no value (section 3.4.2.1), whatever the resource holds.
    Nowhere,
}

type Find<'a> = dyn Fn(&AttrPath) -> Typing + 'a;

fn values_at<'a>(resource: &'a Value, path: &AttrPath, find: &Find<'_>) -> Vec<&'a Value> {
    match find(path) {
        Typing::Known(attribute, _) => value::get_typed(resource, path, attribute.sub_attributes),
        Typing::Untyped => value::get_typed(resource, path, &[]),
        Typing::Nowhere => Vec::new(),
    }
}

/// The values to compare, one by one: elements of lists, and of objects their `value`.
fn operands(found: Vec<&Value>) -> Vec<&Value> {
    let mut out = Vec::new();
    for found in found {
        match found {
            Value::Array(elements) => out.extend(elements),
            other => out.push(other),
        }
    }
    out.into_iter()
        .filter_map(|v| match v {
            Value::Object(parts) => value::member(parts, "value").map(|(_, inner)| inner),
            Value::Null => None,
            other => Some(other),
        })
        .collect()
}

fn compare_all(values: &[&Value], op: CompareOp, literal: &Value, attribute: Option<&'static Attribute>) -> bool {
    // Without a value there is nothing identical.
    let differs_from_nothing = op == CompareOp::NotEqual && values.is_empty();
    differs_from_nothing || values.iter().any(|v| compare(v, op, literal, attribute))
}

fn compare(value: &Value, op: CompareOp, literal: &Value, attribute: Option<&'static Attribute>) -> bool {
    let leaf = attribute.map(|a| match a.kind {
        Kind::Complex => a.sub_attribute("value").unwrap_or(a),
        _ => a,
    });
    match op {
        CompareOp::Contains | CompareOp::StartsWith | CompareOp::EndsWith => {
            let (Some(text), Some(part)) = (value.as_str(), literal.as_str()) else {
                return false;
            };
            let exact = leaf.is_some_and(|a| a.case_exact);
            let (text, part) = (fold(text, exact), fold(part, exact));
            match op {
                CompareOp::Contains => text.contains(&part),
                CompareOp::StartsWith => text.starts_with(&part),
                _ => text.ends_with(&part),
            }
        }
        CompareOp::NotEqual => order(value, literal, leaf) != Some(Ordering::Equal),
        CompareOp::Equal => order(value, literal, leaf) == Some(Ordering::Equal),
        CompareOp::Greater => order(value, literal, leaf) == Some(Ordering::Greater),
        CompareOp::Less => order(value, literal, leaf) == Some(Ordering::Less),
        CompareOp::GreaterOrEqual => order(value, literal, leaf).is_some_and(Ordering::is_ge),
        CompareOp::LessOrEqual => order(value, literal, leaf).is_some_and(Ordering::is_le),
    }
}

/// How two values stand to one another by the rules of the attribute; `None` if they can't be compared. Sorting uses it too.
pub(crate) fn order(left: &Value, right: &Value, attribute: Option<&'static Attribute>) -> Option<Ordering> {
    match (left, right) {
        (Value::String(a), Value::String(b)) => {
            if attribute.is_some_and(|x| x.kind == Kind::DateTime)
                && let (Some(a), Some(b)) = (instant(a), instant(b))
            {
                return Some(a.cmp(&b));
            }
            let exact = attribute.is_some_and(|x| x.case_exact);
            Some(fold(a, exact).cmp(&fold(b, exact)))
        }
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
        },
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        // Some clients write truth values as text.
        (Value::Bool(a), Value::String(b)) => Some(a.cmp(&boolean_text(b)?)),
        _ => None,
    }
}

/// The moment that a `dateTime` names. Without an offset it is taken to be in UTC: XML Schema allows that form and leaves open
/// what it means.
pub(super) fn instant(text: &str) -> Option<jiff::Timestamp> {
    let local = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    text.parse().ok().or_else(|| local().map(|moment| moment.timestamp()))
}

fn fold(text: &str, exact: bool) -> String {
    if exact { text.to_owned() } else { text.to_lowercase() }
}

/// Everything but null and what holds nothing else (RFC 7643 section 2.5). An empty text is a value.
fn is_assigned(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(elements) => elements.iter().any(is_assigned),
        Value::Object(parts) => parts.values().any(is_assigned),
        _ => true,
    }
}

/// RFC 7643 section 2.5: null and empty lists are no values; an empty text or object holds nothing either.
fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(elements) => elements.iter().any(is_present),
        Value::Object(parts) => parts.values().any(is_present),
        _ => true,
    }
}
