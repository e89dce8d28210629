//! Whether a list is sorted (RFC 7644 3.4.2.3), as far as that is certain.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Declared, text, truth::type_of};
use crate::scim::{
    AttrPath,
    schema::{Kind, Target},
    value,
};

/// What a request asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Sorting {
    /// The attribute.
    pub by: AttrPath,
    /// The other way round.
    pub descending: bool,
}

/// The first two resources that stand in the wrong order for certain. `known` says of a resource that what it does not show
/// is not there.
pub fn inverted(
    sorting: &Sorting,
    resources: &[&Value],
    declared: &Declared,
    known: &dyn Fn(&Value) -> bool,
) -> Option<(usize, usize)> {
    let keys: Vec<Option<Option<&Value>>> = resources
        .iter()
        .map(|resource| {
            let key = sort_key(&sorting.by, resource);
            (key.is_some() || known(resource)).then_some(key)
        })
        .collect();
    let wrong = |at: usize, behind: usize| {
        let (Some(first), Some(second)) = (keys[at], keys[behind]) else { return false };
        let order = match (first, second) {
            (Some(first), Some(second)) => compare(first, second, &sorting.by, resources[at], declared),
            // Without a value: last, and first the other way round.
            (Some(_), None) => Some(Ordering::Less),
            (None, Some(_)) => Some(Ordering::Greater),
            (None, None) => None,
        };
        order == Some(if sorting.descending { Ordering::Less } else { Ordering::Greater })
    };
    (0..keys.len())
        .flat_map(|at| (at + 1..keys.len()).map(move |behind| (at, behind)))
        .find(|(at, behind)| wrong(*at, *behind))
}

/// The value to sort by: of several the primary one, or the first.
pub fn sort_key<'v>(by: &AttrPath, resource: &'v Value) -> Option<&'v Value> {
    let whole = AttrPath { sub: None, ..by.clone() };
    let found = value::get(resource, &whole).into_iter().next()?;
    let one = match found {
        Value::Array(values) => {
            let primary = |value: &&Value| value.get("primary") == Some(&Value::Bool(true));
            values.iter().find(primary).or(values.first())?
        }
        single => single,
    };
    let leaf = match one {
        Value::Object(parts) => value::member(parts, by.sub.as_deref().unwrap_or("value"))?.1,
        simple => simple,
    };
    (!leaf.is_null()).then_some(leaf)
}

fn compare(first: &Value, second: &Value, by: &AttrPath, of: &Value, declared: &Declared) -> Option<Ordering> {
    let (first, second) = (first.as_str()?, second.as_str()?);
    let date = matches!(type_of(of).and_then(|schema| schema.find(by)),
        Some(Target::Attribute { attribute, sub, .. }) if sub.unwrap_or(attribute).kind == Kind::DateTime);
    if date {
        let (first, second) = (first.parse::<jiff::Timestamp>().ok()?, second.parse::<jiff::Timestamp>().ok()?);
        // What is stored may be finer than what is shown.
        return (first.duration_since(second).abs() >= jiff::SignedDuration::from_secs(1)).then(|| first.cmp(&second));
    }
    text::order(first, second, declared.case_exact(by))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::urn;

    fn wrong(by: &str, descending: bool, list: &[Value]) -> Option<(usize, usize)> {
        let sorting = Sorting { by: by.parse().unwrap(), descending };
        let list: Vec<&Value> = list.iter().collect();
        inverted(&sorting, &list, &Declared::default(), &|of| of["id"] != "stranger")
    }

    #[test]
    fn only_a_certain_inversion_is_told() {
        let user = |name: &str| json!({"schemas": [urn::USER], "userName": name});
        assert_eq!(wrong("userName", false, &[user("a"), user("B"), user("c")]), None);
        assert_eq!(wrong("userName", false, &[user("a"), user("C"), user("b")]), Some((1, 2)));
        assert_eq!(wrong("userName", true, &[user("c"), user("B"), user("a1"), user("ax")]), None);
        assert_eq!(wrong("userName", true, &[user("a"), user("1"), user("c")]), Some((0, 2)));
    }

    #[test]
    fn of_several_values_the_primary_counts_and_no_value_comes_last() {
        let user = |emails: Value| json!({"schemas": [urn::USER], "emails": emails});
        let first = user(json!([{"value": "z"}, {"value": "a", "primary": true}]));
        let second = user(json!([{"value": "b"}, {"value": "c"}]));
        assert_eq!(wrong("emails.value", false, &[first.clone(), second.clone(), user(json!([]))]), None);
        assert_eq!(wrong("emails", false, &[second.clone(), first.clone()]), Some((0, 1)));
        assert_eq!(wrong("emails.value", false, &[user(json!([])), first.clone()]), Some((0, 1)));
        let stranger = json!({"id": "stranger", "schemas": [urn::USER]});
        assert_eq!(wrong("emails.value", false, &[stranger, first]), None);
    }
}
