//! Whether a JSON value contains what was expected, and the words for it when it does not.

use regex_lite::Regex;
use serde_json::{Map, Value};

/// Longest value that is shown in a finding.
const LONGEST: usize = 200;
/// What `exactly: []` wants.
pub const EMPTY_LIST: &str = "an empty list";

/// One place where a value is not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Path of attribute names from the root, `name.familyName`; empty for the root.
    pub path: String,
    /// What was expected.
    pub expected: String,
    /// What is there.
    pub actual: String,
}

/// `"x" (string)`, `3 (integer)`, `[...] (array of 2)`: a value with its type, cut to a readable length.
pub fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Array(items) if items.is_empty() => "[] (empty array)".to_owned(),
        Value::Array(items) => format!("{} (array of {})", cut(&value.to_string()), items.len()),
        Value::String(text) if text.is_empty() => "\"\" (empty string)".to_owned(),
        other => format!("{} ({})", cut(&other.to_string()), type_name(other)),
    }
}

/// `an array of 2, with userName "a", "b"`: what is there where nothing should be. `None` for what are no resources.
fn by_name(value: &Value) -> Option<String> {
    let items = value.as_array()?;
    if !items.iter().all(|item| super::member(item, "id").is_some()) {
        return None;
    }
    let (attribute, names) = ["userName", "displayName", "id"].into_iter().find_map(|attribute| {
        let names: Option<Vec<&Value>> = items.iter().map(|item| super::member(item, attribute)).collect();
        names.map(|names| (attribute, names))
    })?;
    let names: Vec<String> = names.into_iter().map(Value::to_string).collect();
    Some(format!("an array of {}, with {attribute} {}", items.len(), cut(&names.join(", "))))
}

/// The JSON type of a value in a word; numbers without fraction are integers.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let head: String = text.chars().take(LONGEST).collect();
    format!("{head}...")
}

/// All places where `actual` does not contain `expected`.
///
/// Objects contain the expected members (names without case), arrays some element for each expected one; with
/// `exactly: [...]` they hold nothing else, and `first: x` looks at their first element. `{type: t}`, `{matches: re}`,
/// `{any: [...]}`, `{not: x}`, `{at_least: n}`, `{text: x}` (`404` and `"404"` alike) and `not_empty` are matchers instead of
/// values. `null`, `[]` and a missing member are the same (RFC 7643 2.5).
pub fn contains(expected: &Value, actual: Option<&Value>) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    compare(String::new(), expected, actual, &mut mismatches);
    mismatches
}

fn compare(path: String, expected: &Value, actual: Option<&Value>, out: &mut Vec<Mismatch>) {
    if let Some(object) = expected.as_object()
        && let Some((name, argument)) = object.iter().next()
        && object.len() == 1
        && name == "first"
    {
        let first = actual.and_then(Value::as_array).and_then(|items| items.first());
        compare(format!("{path}.first"), argument, first, out);
        return;
    }
    if let Some(object) = expected.as_object()
        && let Some((name, argument)) = object.iter().next()
        && object.len() == 1
        && let Some(verdict) = matcher(name, argument, actual)
    {
        if let Err(wanted) = verdict {
            out.push(mismatch(path, wanted, actual));
        }
        return;
    }
    match (expected, actual) {
        (Value::String(word), _) if word == "not_empty" => {
            if actual.is_none_or(is_empty) {
                out.push(mismatch(path, "a value that is not empty".to_owned(), actual));
            }
        }
        (Value::Object(members), Some(Value::Object(_))) => {
            for (name, expected) in members {
                let found = actual.and_then(|actual| super::member(actual, name));
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                compare(path, expected, found, out);
            }
        }
        (Value::Array(elements), Some(Value::Array(have))) => {
            for element in elements {
                if !have.iter().any(|candidate| contains(element, Some(candidate)).is_empty()) {
                    out.push(mismatch(path.clone(), format!("an array with {}", in_words(element)), actual));
                }
            }
        }
        (expected, actual) if is_empty(expected) && actual.is_none_or(is_empty) && !expected.is_string() => {}
        (expected, Some(actual)) if same(expected, actual) => {}
        _ => out.push(mismatch(path, in_words(expected), actual)),
    }
}

/// `None` when `name` is no matcher; `Err` says in words what it wanted.
fn matcher(name: &str, argument: &Value, actual: Option<&Value>) -> Option<Result<(), String>> {
    let fits = match (name, argument) {
        ("type", Value::String(wanted)) => actual.is_some_and(|actual| {
            let have = type_name(actual);
            have == wanted || (wanted == "number" && have == "integer")
        }),
        ("matches", Value::String(pattern)) => actual
            .and_then(Value::as_str)
            .zip(Regex::new(pattern).ok())
            .is_some_and(|(text, pattern)| pattern.is_match(text)),
        ("any", Value::Array(choices)) => choices.iter().any(|choice| contains(choice, actual).is_empty()),
        ("exactly", Value::Array(wanted)) => {
            let empty = Vec::new();
            let have = actual.and_then(Value::as_array).unwrap_or(&empty);
            have.len() == wanted.len()
                && wanted.iter().all(|element| have.iter().any(|item| contains(element, Some(item)).is_empty()))
        }
        ("not", unwanted) => actual.is_some() && !contains(unwanted, actual).is_empty(),
        ("text", Value::String(_) | Value::Number(_)) => {
            actual.is_some_and(|actual| as_text(actual) == as_text(argument))
        }
        ("at_least", Value::Number(least)) => {
            actual.and_then(Value::as_f64).zip(least.as_f64()).is_some_and(|(have, least)| have >= least)
        }
        _ => return None,
    };
    Some(fits.then_some(()).ok_or_else(|| words_of(name, argument).unwrap_or_default()))
}

/// What a matcher wants, in words.
fn words_of(name: &str, argument: &Value) -> Option<String> {
    let listed = |values: &[Value]| values.iter().map(in_words).collect::<Vec<_>>().join(", ");
    let words = match (name, argument) {
        ("type", Value::String(wanted)) => format!("a value of type {wanted}"),
        ("matches", Value::String(pattern)) => format!("a string that matches /{pattern}/"),
        ("any", Value::Array(choices)) => format!("one of {}", listed(choices)),
        ("exactly", Value::Array(all)) if all.is_empty() => EMPTY_LIST.to_owned(),
        ("exactly", Value::Array(all)) => format!("a list of exactly {}", listed(all)),
        ("not", unwanted) => format!("anything but {}", in_words(unwanted)),
        ("text", Value::String(_) | Value::Number(_)) => format!("{}, as a string or a number", describe(argument)),
        ("at_least", Value::Number(least)) => format!("at least {least}"),
        ("first", first) => format!("a list that begins with {}", in_words(first)),
        _ => return None,
    };
    Some(words)
}

/// An expected value in words, matchers inside it included.
pub fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(word) if word == "not_empty" => "a value that is not empty".to_owned(),
        Value::Object(parts) if parts.len() == 1 => {
            let matcher = parts.iter().next().and_then(|(name, argument)| words_of(name, argument));
            matcher.unwrap_or_else(|| parts_of(parts))
        }
        Value::Object(parts) => parts_of(parts),
        Value::Array(all) if !all.is_empty() => {
            format!("a list with {}", all.iter().map(in_words).collect::<Vec<_>>().join(", "))
        }
        other => describe(other),
    }
}

/// `{value: "a" (string), type: "work" (string)}`
fn parts_of(parts: &Map<String, Value>) -> String {
    let parts: Vec<String> = parts.iter().map(|(name, part)| format!("{name}: {}", in_words(part))).collect();
    cut(&format!("{{{}}}", parts.join(", ")))
}

fn mismatch(path: String, expected: String, actual: Option<&Value>) -> Mismatch {
    let by_name = actual.filter(|_| expected == EMPTY_LIST).and_then(by_name);
    let actual = by_name.unwrap_or_else(|| actual.map_or_else(|| "nothing".to_owned(), describe));
    Mismatch { path, expected, actual }
}

/// `null`, `[]`, `""` and `{}` are no value (RFC 7643 2.5; an empty string is one, but says nothing).
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// A string without its quotes, other values as JSON.
fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Equal, `1` and `1.0` being the same number.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn holds(expected: Value, actual: Value) {
        assert_eq!(contains(&expected, Some(&actual)), []);
    }

    #[track_caller]
    fn fails(expected: Value, actual: Value) -> Mismatch {
        contains(&expected, Some(&actual)).into_iter().next().expect("a mismatch")
    }

    #[test]
    fn more_attributes_and_another_order_are_fine() {
        holds(json!({"schemas": ["b"], "n": 1}), json!({"x": 0, "N": 1.0, "schemas": ["a", "b"]}));
    }

    #[test]
    fn a_mismatch_names_the_path_and_the_types() {
        let wrong = fails(json!({"name": {"familyName": "Ortiz"}}), json!({"name": {"familyName": 7}}));
        assert_eq!(wrong.path, "name.familyName");
        assert_eq!((wrong.expected.as_str(), wrong.actual.as_str()), ("\"Ortiz\" (string)", "7 (integer)"));
    }

    #[test]
    fn resources_where_none_should_be_are_told_by_name() {
        let none = |actual: Value| fails(json!({"Resources": {"exactly": []}}), json!({"Resources": actual})).actual;
        let person = |name: &str| json!({"id": name.len(), "userName": name});
        assert_eq!(none(json!([person("ada"), person("b\"b")])), r#"an array of 2, with userName "ada", "b\"b""#);
        let many = none((0..100).map(|at| person(&format!("p{at}"))).collect());
        assert!(many.starts_with(r#"an array of 100, with userName "p0", "#) && many.ends_with("..."), "{many}");
        let group = json!({"id": "7", "displayName": "crew", "members": []});
        assert_eq!(none(json!([group])), r#"an array of 1, with displayName "crew""#);
        assert_eq!(none(json!([person("ada"), group])), r#"an array of 2, with id 3, "7""#);
        // What is not ours is shown without its id and names.
        assert_eq!(none(json!(["a resource that is not ours"])), r#"["a resource that is not ours"] (array of 1)"#);
        assert_eq!(none(json!([{"value": "x"}])), r#"[{"value":"x"}] (array of 1)"#);
        // Where something else was expected, that may be what is wrong.
        let other = fails(json!({"Resources": [{"id": "9"}]}), json!({"Resources": [person("ada")]})).actual;
        assert_eq!(other, r#"[{"id":3,"userName":"ada"}] (array of 1)"#);
    }

    #[test]
    fn matchers_judge_types_patterns_choices_and_exactness() {
        holds(json!({"n": {"type": "integer"}}), json!({"n": 3}));
        fails(json!({"n": {"type": "integer"}}), json!({"n": "3"}));
        holds(json!({"s": {"matches": "^a"}}), json!({"s": "abc"}));
        fails(json!({"s": {"matches": "^b"}}), json!({"s": "abc"}));
        holds(json!({"s": {"any": ["404", 404]}}), json!({"s": 404}));
        holds(json!({"m": {"exactly": [{"value": "1"}]}}), json!({"m": [{"value": "1", "display": "x"}]}));
        fails(json!({"m": {"exactly": [{"value": "1"}]}}), json!({"m": [{"value": "1"}, {"value": "2"}]}));
        holds(json!({"s": {"not": "a"}, "n": {"at_least": 2}}), json!({"s": "b", "n": 2}));
        fails(json!({"s": {"not": "a"}}), json!({"s": "a"}));
        fails(json!({"s": {"not": "a"}}), json!({}));
        fails(json!({"n": {"at_least": 2}}), json!({"n": 1}));
        let second = fails(json!({"m": {"first": {"id": "2"}}}), json!({"m": [{"id": "1"}, {"id": "2"}]}));
        assert_eq!((second.path.as_str(), second.actual.as_str()), ("m.first.id", "\"1\" (string)"));
        holds(json!({"m": {"first": {"id": "1"}}}), json!({"m": [{"id": "1"}, {"id": "2"}]}));
        fails(json!({"m": {"first": {"id": "not_empty"}}}), json!({"m": []}));
        holds(json!({"s": {"text": "404"}, "n": {"text": 0}}), json!({"s": 404, "n": "0"}));
        fails(json!({"s": {"text": "404"}}), json!({"s": 500}));
        fails(json!({"s": {"text": "404"}}), json!({}));
        fails(json!({"s": "not_empty"}), json!({"s": ""}));
        fails(json!({"s": "not_empty"}), json!({}));
    }

    #[test]
    fn null_empty_and_absent_are_the_same() {
        holds(json!({"groups": []}), json!({"groups": null}));
        holds(json!({"groups": []}), json!({}));
        holds(json!({"groups": null}), json!({"groups": []}));
        fails(json!({"nick": ""}), json!({"nick": "x"}));
    }
}
