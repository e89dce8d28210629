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
            Some(Target::Attribute { attribute, sub, .. }) => Found::Known(sub.unwrap_or(attribute)),
            _ => Found::Nowhere,
        })
    }

    /// True if one value of a multi-valued attribute satisfies the filter. Its paths are names of `sub_attributes`;
    /// names that are not among them are compared without regard to letter case.
    pub fn matches_element(&self, element: &Value, sub_attributes: &'static [Attribute]) -> bool {
        self.holds(element, &|path| attribute_named(sub_attributes, &path.attr).map_or(Found::Untyped, Found::Known))
    }

    fn holds(&self, resource: &Value, find: &Find<'_>) -> bool {
        match self {
            Filter::And(operands) => operands.iter().all(|f| f.holds(resource, find)),
            Filter::Or(operands) => operands.iter().any(|f| f.holds(resource, find)),
            Filter::Not(inner) => !inner.holds(resource, find),
            Filter::Present(path) | Filter::ValuePath(path) => {
                !matches!(find(path), Found::Nowhere) && value::get(resource, path).into_iter().any(is_present)
            }
            Filter::Compare { path, op, value } => match find(path) {
                Found::Nowhere => compare_all(&[], *op, value, None),
                Found::Untyped => compare_all(&values(resource, path), *op, value, None),
                Found::Known(attribute) => compare_all(&values(resource, path), *op, value, Some(attribute)),
            },
        }
    }
}

/// What is known of the attribute that a path names.
enum Found {
    Known(&'static Attribute),
    /// There may be values, of an unknown type.
    Untyped,
    /// It is not part of the resource type, so that there is no value (section 3.4.2.1), whatever the resource holds.
    Nowhere,
}

type Find<'a> = dyn Fn(&AttrPath) -> Found + 'a;

/// The values to compare, one by one: elements of lists, and of objects their `value`.
fn values<'a>(resource: &'a Value, path: &AttrPath) -> Vec<&'a Value> {
    let mut out = Vec::new();
    for found in value::get(resource, path) {
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
    match (op, literal) {
        (CompareOp::Equal, Value::Null) => values.is_empty(),
        (CompareOp::NotEqual, Value::Null) => !values.is_empty(),
        // Without a value there is nothing identical.
        (CompareOp::NotEqual, _) if values.is_empty() => true,
        _ => values.iter().any(|v| compare(v, op, literal, attribute)),
    }
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
                && let (Ok(a), Ok(b)) = (instant(a), instant(b))
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

fn instant(text: &str) -> Result<jiff::Timestamp, jiff::Error> {
    text.parse()
}

fn fold(text: &str, exact: bool) -> String {
    if exact { text.to_owned() } else { text.to_lowercase() }
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
