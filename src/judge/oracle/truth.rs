//! Whether a filter holds of a resource (RFC 7644 3.4.2.2), as far as that is certain.

use std::{cmp::Ordering, ops::Not};

use serde_json::Value;

use super::{Declared, text};
use crate::{
    judge::describe,
    scim::{
        AttrPath, Filter,
        filter::CompareOp,
        schema::{GROUP, Kind, ResourceSchema, Target, USER},
        value,
    },
};

/// An answer that may be left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// The standards leave it open, or what is shown does not tell.
    Open,
}

use Truth::{No, Open, Yes};

impl From<Option<bool>> for Truth {
    fn from(known: Option<bool>) -> Truth {
        match known {
            Some(true) => Yes,
            Some(false) => No,
            None => Open,
        }
    }
}

impl Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Yes => No,
            No => Yes,
            Open => Open,
        }
    }
}

fn all(truths: impl Iterator<Item = Truth>) -> Truth {
    truths.fold(Yes, |so_far, truth| match (so_far, truth) {
        (No, _) | (_, No) => No,
        (Yes, Yes) => Yes,
        _ => Open,
    })
}

fn any(truths: impl Iterator<Item = Truth>) -> Truth {
    !all(truths.map(|truth| !truth))
}

/// Whether a filter holds of a resource as it is shown. `hides` says of which attributes a value may be there that is not shown.
pub fn truth(filter: &Filter, shown: &Value, declared: &Declared, hides: &dyn Fn(&AttrPath) -> bool) -> Truth {
    Looking { shown, root: shown, declared, hides, within: None }.at(filter)
}

/// What a filter says of a resource, condition by condition, in words.
pub fn why(filter: &Filter, shown: &Value, declared: &Declared, hides: &dyn Fn(&AttrPath) -> bool) -> String {
    let mut conditions = Vec::new();
    leaves(filter, &mut conditions);
    let told = conditions.into_iter().map(|condition| {
        let holds = match truth(condition, shown, declared, hides) {
            Yes => "holds",
            No => "does not hold",
            Open => "is open",
        };
        let (Filter::Compare { path, .. } | Filter::Present(path) | Filter::ValuePath(path)) = condition else {
            return String::new();
        };
        let bare = AttrPath { filter: None, ..path.clone() };
        let have = match value::get(shown, &bare).as_slice() {
            [] => "nothing".to_owned(),
            found => found.iter().map(|value| describe(value)).collect::<Vec<_>>().join(", "),
        };
        let case = match (condition, declared.case_exact(&bare)) {
            (Filter::Compare { value: Value::String(_), .. }, Some(true)) => "; letter case counts",
            (Filter::Compare { value: Value::String(_), .. }, Some(false)) => "; letter case does not count",
            _ => "",
        };
        format!("`{condition}` {holds} (there is {have}{case})")
    });
    told.collect::<Vec<_>>().join(", ")
}

fn leaves<'f>(filter: &'f Filter, out: &mut Vec<&'f Filter>) {
    match filter {
        Filter::And(operands) | Filter::Or(operands) => operands.iter().for_each(|operand| leaves(operand, out)),
        Filter::Not(inner) => leaves(inner, out),
        leaf => out.push(leaf),
    }
}

struct Looking<'a> {
    /// What the paths of the filter are about: a resource, or one value of an attribute.
    shown: &'a Value,
    /// The resource.
    root: &'a Value,
    declared: &'a Declared,
    hides: &'a dyn Fn(&AttrPath) -> bool,
    /// The attribute whose value it is.
    within: Option<&'a AttrPath>,
}

impl Looking<'_> {
    fn at(&self, filter: &Filter) -> Truth {
        match filter {
            Filter::And(operands) => all(operands.iter().map(|operand| self.at(operand))),
            Filter::Or(operands) => any(operands.iter().map(|operand| self.at(operand))),
            Filter::Not(inner) => !self.at(inner),
            Filter::Present(path) => self.present(path),
            Filter::ValuePath(path) => self.some_value(path),
            Filter::Compare { path, op, value } => self.compare(path, *op, value),
        }
    }

    /// The path from the root of the resource.
    fn whole(&self, path: &AttrPath) -> AttrPath {
        match self.within {
            Some(of) => AttrPath { sub: Some(path.attr.clone()), filter: None, ..of.clone() },
            None => AttrPath { filter: None, ..path.clone() },
        }
    }

    /// What is true of an attribute without a value: nothing, unless it may be there and is not shown.
    fn absent(&self, path: &AttrPath) -> Truth {
        let whole = self.whole(path);
        if self.of_another_type(&whole) {
            // RFC 7644 3.4.2.1: a type that does not define an attribute has no value in it.
            return No;
        }
        let known = [&USER, &GROUP].into_iter().any(|schema| schema.find(&whole).is_some());
        if known && !self.declared.hidden(&whole) && !(self.hides)(&whole) { No } else { Open }
    }

    fn of_another_type(&self, path: &AttrPath) -> bool {
        let Some(own) = type_of(self.root) else { return false };
        own.find(path).is_none() && [&USER, &GROUP].into_iter().any(|schema| schema.find(path).is_some())
    }

    fn present(&self, path: &AttrPath) -> Truth {
        let found = value::get(self.shown, path);
        match found.iter().map(|value| fullness(value)).max() {
            None | Some(Fullness::Nothing) => self.absent(path),
            Some(Fullness::EmptyText) => Open,
            Some(Fullness::Something) => Yes,
        }
    }

    /// One value must satisfy all that stands in the brackets.
    fn some_value(&self, path: &AttrPath) -> Truth {
        let (Some(inner), None) = (&path.filter, &path.sub) else { return Open };
        let bare = AttrPath { filter: None, ..path.clone() };
        let found = value::get(self.shown, &bare);
        let values: Vec<&Value> = match found.as_slice() {
            [Value::Array(values)] => values.iter().collect(),
            single => single.to_vec(),
        };
        if values.is_empty() {
            return self.absent(path);
        }
        let nothing_hidden = |_: &AttrPath| false;
        any(values.into_iter().map(|value| {
            let within = Some(&bare);
            Looking { shown: value, root: self.root, declared: self.declared, hides: &nothing_hidden, within }.at(inner)
        }))
    }

    fn compare(&self, path: &AttrPath, op: CompareOp, literal: &Value) -> Truth {
        // Outside of the grammar, or without a meaning that the standards give.
        let undefined = path.filter.is_some()
            || literal.is_null()
            || (matches!(op, CompareOp::Contains | CompareOp::StartsWith | CompareOp::EndsWith)
                && literal.as_str().is_none_or(str::is_empty));
        if undefined {
            return Open;
        }
        let values = operands(value::get(self.shown, path));
        if values.is_empty() {
            // Whether what is not there differs from a value is open.
            return if op == CompareOp::NotEqual { Open } else { self.absent(path) };
        }
        let whole = self.whole(path);
        let date = type_of(self.root).and_then(|schema| schema.find(&whole)).is_some_and(|target| match target {
            Target::Attribute { attribute, sub, .. } => sub.unwrap_or(attribute).kind == Kind::DateTime,
            Target::Extension(_) => false,
        });
        let exact = self.declared.case_exact(&whole);
        let one = |value: &Value| match op {
            CompareOp::NotEqual => !compare_one(value, CompareOp::Equal, literal, exact, date),
            op => compare_one(value, op, literal, exact, date),
        };
        let truths: Vec<Truth> = values.into_iter().map(one).collect();
        match op {
            // Of several values one that differs may be enough, or not.
            CompareOp::NotEqual if truths.iter().any(|truth| *truth != truths[0]) => Open,
            _ => any(truths.into_iter()),
        }
    }
}

fn compare_one(value: &Value, op: CompareOp, literal: &Value, exact: Option<bool>, date: bool) -> Truth {
    match (value, literal) {
        (Value::String(have), Value::String(want)) if date => in_time(have, op, want),
        (Value::String(have), Value::String(want)) => {
            let holds = |test: fn(&str, &str) -> bool| text::holds(have, want, exact, test);
            let ordered = |fits: fn(Ordering) -> bool| text::order(have, want, exact).map(fits);
            Truth::from(match op {
                CompareOp::Equal => holds(|have, want| have == want),
                CompareOp::NotEqual => holds(|have, want| have != want),
                CompareOp::Contains => holds(|have, want| have.contains(want)),
                CompareOp::StartsWith => holds(|have, want| have.starts_with(want)),
                CompareOp::EndsWith => holds(|have, want| have.ends_with(want)),
                CompareOp::Greater => ordered(Ordering::is_gt),
                CompareOp::GreaterOrEqual => ordered(Ordering::is_ge),
                CompareOp::Less => ordered(Ordering::is_lt),
                CompareOp::LessOrEqual => ordered(Ordering::is_le),
            })
        }
        (Value::Bool(have), Value::Bool(want)) if op == CompareOp::Equal => Truth::from(Some(have == want)),
        // However a number or truth value becomes a text, it becomes one that looks like it.
        (Value::String(have), Value::Number(_) | Value::Bool(_)) if op == CompareOp::Equal => {
            if have.eq_ignore_ascii_case(&literal.to_string()) { Open } else { No }
        }
        // A literal of another type may be converted, refused, or match nothing.
        _ => Open,
    }
}

/// Instants; what is stored may be finer than what is shown, so that a second is the least that is certain.
fn in_time(have: &str, op: CompareOp, want: &str) -> Truth {
    let (Ok(have), Ok(want)) = (have.parse::<jiff::Timestamp>(), want.parse::<jiff::Timestamp>()) else { return Open };
    if have.duration_since(want).abs() < jiff::SignedDuration::from_secs(1) {
        return Open;
    }
    Truth::from(match op {
        CompareOp::Equal => Some(false),
        CompareOp::NotEqual => Some(true),
        CompareOp::Greater | CompareOp::GreaterOrEqual => Some(have > want),
        CompareOp::Less | CompareOp::LessOrEqual => Some(have < want),
        CompareOp::Contains | CompareOp::StartsWith | CompareOp::EndsWith => None,
    })
}

/// The resource type of a resource, by its `meta` or its `schemas`.
pub(super) fn type_of(shown: &Value) -> Option<&'static ResourceSchema> {
    let named = value::get(shown, &AttrPath { sub: Some("resourceType".to_owned()), ..AttrPath::of("meta") });
    let named = named.first().and_then(|name| name.as_str());
    let object = shown.as_object();
    [&USER, &GROUP].into_iter().find(|schema| {
        named.is_some_and(|name| name == schema.name)
            || named.is_none() && object.is_some_and(|object| value::announces(object, schema.core.urn))
    })
}

/// The values to compare, one by one; of a complex one its `value`.
fn operands(found: Vec<&Value>) -> Vec<&Value> {
    let mut out = Vec::new();
    for value in found {
        match value {
            Value::Array(values) => out.extend(values),
            single => out.push(single),
        }
    }
    out.into_iter()
        .filter_map(|value| match value {
            Value::Object(parts) => value::member(parts, "value").map(|(_, inner)| inner),
            Value::Null => None,
            other => Some(other),
        })
        .collect()
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Fullness {
    Nothing,
    EmptyText,
    Something,
}

fn fullness(value: &Value) -> Fullness {
    match value {
        Value::Null => Fullness::Nothing,
        Value::String(text) if text.is_empty() => Fullness::EmptyText,
        Value::Array(values) => values.iter().map(fullness).max().unwrap_or(Fullness::Nothing),
        Value::Object(parts) => parts.values().map(fullness).max().unwrap_or(Fullness::Nothing),
        _ => Fullness::Something,
    }
}

#[cfg(test)]
mod tests;
