//! In what two JSON values differ, place by place: the one engine behind both comparisons.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

use crate::judge::member;

/// One place at which two values differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<'v> {
    /// Names from the root on; elements of arrays have none of their own.
    pub path: Vec<String>,
    /// What differs there.
    pub what: What<'v>,
}

/// What differs at a place.
#[derive(Debug, Clone, PartialEq)]
pub enum What<'v> {
    /// A member is not there any more.
    Gone(&'v Value),
    /// A member is there that was not before.
    New(&'v Value),
    /// A member is there under a name in other letter case: this one.
    Renamed(&'v str),
    /// An element of an array is not there any more; beside it the array as it is.
    ElementGone(&'v Value, &'v Value),
    /// An element of an array is there that was not before; beside it the array as it was.
    ElementNew(&'v Value, &'v Value),
    /// The elements of an array are the same and stand in another order.
    Moved,
    /// Another value, or one of another type.
    Other(&'v Value, &'v Value),
}

/// All places at which `actual` differs from `expected`. Members are matched by name without regard to letter case, elements of
/// arrays by what makes them the same (`value`, `id`, `name`, `type`), not by position.
pub fn changes<'v>(expected: &'v Value, actual: &'v Value) -> Vec<Change<'v>> {
    let mut found = Vec::new();
    compare(&mut Vec::new(), expected, actual, &mut found);
    found
}

fn compare<'v>(path: &mut Vec<String>, expected: &'v Value, actual: &'v Value, found: &mut Vec<Change<'v>>) {
    match (expected, actual) {
        (Value::Object(wanted), Value::Object(came)) => {
            for (name, wanted) in wanted {
                path.push(name.clone());
                match crate::scim::value::member(came, name) {
                    Some((as_name, value)) => {
                        if as_name != name {
                            found.push(Change { path: path.clone(), what: What::Renamed(as_name) });
                        }
                        compare(path, wanted, value, found);
                    }
                    None => found.push(Change { path: path.clone(), what: What::Gone(wanted) }),
                }
                path.pop();
            }
            for (name, value) in came.iter().filter(|(name, _)| crate::scim::value::member(wanted, name).is_none()) {
                path.push(name.clone());
                found.push(Change { path: path.clone(), what: What::New(value) });
                path.pop();
            }
        }
        // An empty list says nothing of elements: it is another value.
        (Value::Array(wanted), Value::Array(came)) if wanted.is_empty() == came.is_empty() => {
            elements(path, (wanted, expected), (came, actual), found);
        }
        _ if expected != actual => found.push(Change { path: path.clone(), what: What::Other(expected, actual) }),
        _ => {}
    }
}

fn elements<'v>(
    path: &mut Vec<String>,
    (wanted, expected): (&'v [Value], &'v Value),
    (came, actual): (&'v [Value], &'v Value),
    found: &mut Vec<Change<'v>>,
) {
    let pairs = pairs(path.last().map_or("", String::as_str), wanted, came);
    for (element, position) in wanted.iter().zip(&pairs) {
        match position {
            Some(position) => compare(path, element, &came[*position], found),
            None => found.push(Change { path: path.clone(), what: What::ElementGone(element, actual) }),
        }
    }
    let mut new = vec![true; came.len()];
    let order: Vec<usize> = pairs.into_iter().flatten().collect();
    order.iter().for_each(|position| new[*position] = false);
    for (element, _) in came.iter().zip(new).filter(|(_, new)| *new) {
        found.push(Change { path: path.clone(), what: What::ElementNew(element, expected) });
    }
    if !order.is_sorted() {
        found.push(Change { path: path.clone(), what: What::Moved });
    }
}

/// For each element wanted the position of its counterpart: one that is the same, else one of the same identity.
pub(super) fn pairs(attribute: &str, wanted: &[Value], came: &[Value]) -> Vec<Option<usize>> {
    let mut taken = vec![None; wanted.len()];
    let mut free = vec![true; came.len()];
    let keys: [&dyn Fn(&Value) -> String; 2] = [&Value::to_string, &|one| identity(attribute, one)];
    for key in keys {
        let mut waiting: HashMap<String, VecDeque<usize>> = HashMap::new();
        for (at, element) in came.iter().enumerate().filter(|(at, _)| free[*at]) {
            waiting.entry(key(element)).or_default().push_back(at);
        }
        for (element, place) in wanted.iter().zip(&mut taken).filter(|(_, place)| place.is_none()) {
            *place = waiting.get_mut(&key(element)).and_then(VecDeque::pop_front);
            if let Some(at) = *place {
                free[at] = false;
            }
        }
    }
    taken
}

/// What makes two elements of an array the same: `value` or `id`, else `name` or `type`, else the element itself.
fn identity(attribute: &str, element: &Value) -> String {
    for name in ["value", "id", "name", "type"] {
        if let Some(value) = member(element, name).filter(|value| !value.is_object()) {
            let text = value.to_string();
            return format!("{name} {}", canonical(attribute, &text).unwrap_or(text));
        }
    }
    element.to_string()
}

/// A text without what a server may write otherwise: letter case of addresses for mail, and what is between the digits of telephone
/// numbers (RFC 7643 4.1.2).
pub(super) fn canonical(attribute: &str, text: &str) -> Option<String> {
    match attribute {
        "emails" => Some(text.to_lowercase()),
        "phoneNumbers" if text.bytes().filter(u8::is_ascii_digit).count() > 5 => {
            Some(text.chars().filter(char::is_ascii_digit).collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(expected: Value, actual: Value) -> Vec<String> {
        let word = |what: &What<'_>| match what {
            What::Gone(_) => "gone",
            What::New(_) => "new",
            What::Renamed(_) => "renamed",
            What::ElementGone(..) => "element gone",
            What::ElementNew(..) => "element new",
            What::Moved => "moved",
            What::Other(..) => "other",
        };
        changes(&expected, &actual)
            .iter()
            .map(|change| format!("{} {}", change.path.join("."), word(&change.what)))
            .collect()
    }

    #[test]
    fn each_way_to_differ_has_a_name() {
        assert_eq!(told(json!({"a": 1, "b": {"c": 2}}), json!({"b": {"c": 2}, "a": 1})), Vec::<String>::new());
        assert_eq!(told(json!({"a": 1}), json!({})), ["a gone"]);
        assert_eq!(told(json!({}), json!({"a": null})), ["a new"]);
        assert_eq!(told(json!({"a": 1}), json!({"A": 1})), ["a renamed"]);
        assert_eq!(told(json!({"a": {"b": 1}}), json!({"a": {"b": "1"}})), ["a.b other"]);
        assert_eq!(told(json!({"a": []}), json!({"a": [1]})), ["a other"]);
        assert_eq!(told(json!({"a": null}), json!({"a": []})), ["a other"]);
    }

    #[test]
    fn elements_are_matched_by_what_they_are() {
        let (ada, bob) = (json!({"value": "1", "display": "Ada"}), json!({"value": "2", "display": "Bob"}));
        let members = |all: &[&Value]| json!({"members": all});
        assert_eq!(told(members(&[&ada, &bob]), members(&[&bob, &ada])), ["members moved"]);
        assert_eq!(told(members(&[&ada, &bob]), members(&[&bob])), ["members element gone"]);
        assert_eq!(told(members(&[&bob]), members(&[&ada, &bob])), ["members element new"]);
        let renamed = json!({"value": "1", "display": "Augusta"});
        assert_eq!(
            told(members(&[&ada, &bob]), members(&[&bob, &renamed])),
            ["members.display other", "members moved"]
        );
        assert_eq!(told(json!(["x", "x"]), json!(["x"])), [" element gone"]);
        let twice = |types: [&str; 2]| json!({"emails": types.map(|kind| json!({"value": "x", "type": kind}))});
        assert_eq!(told(twice(["work", "home"]), twice(["home", "work"])), ["emails moved"]);
    }
}
