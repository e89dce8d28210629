//! Selectors of places in a body, written as insta's: `.meta.version`, `.emails[].value`, `["urn:..."].department`, `.**.etag`.

use std::str::FromStr;

use serde_json::Value;

/// Places in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// A member, by its name.
    Key(String),
    /// Every member.
    AnyKey,
    /// An element, counted from 0, or from the end where negative.
    Index(i64),
    /// Elements from one on to before another.
    Slice(Option<i64>, Option<i64>),
    /// Any number of members and elements.
    Deep,
}

/// Why a selector can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SelectorError(String);

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Selector, SelectorError> {
        let wrong = |what: &str| SelectorError(format!("`{text}` is no selector: {what}"));
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix(".**") {
                parts.push(Part::Deep);
                rest = after;
            } else if let Some(after) = rest.strip_prefix(".*") {
                parts.push(Part::AnyKey);
                rest = after;
            } else if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                let (name, after) = after.split_at(end);
                if name.is_empty() || !name.chars().all(|letter| letter.is_alphanumeric() || "_$".contains(letter)) {
                    return Err(wrong(
                        "a name behind a dot has letters and digits; others stand in brackets: [\"a-b\"]",
                    ));
                }
                parts.push(Part::Key(name.to_owned()));
                rest = after;
            } else if let Some(after) = rest.strip_prefix("[\"") {
                let (name, after) = after.split_once("\"]").ok_or_else(|| wrong("a [\" has no \"]"))?;
                parts.push(Part::Key(name.to_owned()));
                rest = after;
            } else if let Some(after) = rest.strip_prefix('[') {
                let (inside, after) = after.split_once(']').ok_or_else(|| wrong("a [ has no ]"))?;
                parts.push(elements(inside).ok_or_else(|| wrong("in brackets stand nothing, a number, or from:to"))?);
                rest = after;
            } else {
                return Err(wrong("it begins with a dot or a bracket, as .meta.version"));
            }
        }
        if parts.is_empty() { Err(wrong("it is empty")) } else { Ok(Selector(parts)) }
    }
}

fn elements(inside: &str) -> Option<Part> {
    let number = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    match inside.split_once(':') {
        Some((from, to)) => Some(Part::Slice(number(from)?, number(to)?)),
        None => Some(number(inside)?.map_or(Part::Slice(None, None), Part::Index)),
    }
}

impl Selector {
    /// Puts a text in the place of every value that is selected; false where there is none.
    pub fn replace(&self, value: &mut Value, with: &str) -> bool {
        replace(&self.0, value, with) > 0
    }
}

/// Answers how many values were selected.
fn replace(parts: &[Part], value: &mut Value, with: &str) -> usize {
    let Some((part, rest)) = parts.split_first() else {
        *value = Value::from(with);
        return 1;
    };
    match (part, value) {
        (Part::Deep, value) => {
            let deeper: usize = match value {
                Value::Object(members) => members.values_mut().map(|inner| replace(parts, inner, with)).sum(),
                Value::Array(items) => items.iter_mut().map(|inner| replace(parts, inner, with)).sum(),
                _ => 0,
            };
            deeper + replace(rest, value, with)
        }
        (Part::Key(key), Value::Object(members)) => {
            let named = members.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case(key));
            named.map(|(_, inner)| replace(rest, inner, with)).sum()
        }
        (Part::AnyKey, Value::Object(members)) => members.values_mut().map(|inner| replace(rest, inner, with)).sum(),
        (Part::Index(index), Value::Array(items)) => {
            let at = counted(*index, items.len());
            at.and_then(|at| items.get_mut(at)).map_or(0, |inner| replace(rest, inner, with))
        }
        (Part::Slice(from, to), Value::Array(items)) => {
            let length = items.len();
            let from = from.map_or(0, |from| counted(from, length).unwrap_or(0));
            let to = to.map_or(length, |to| counted(to, length).unwrap_or(0).min(length));
            items.iter_mut().take(to).skip(from).map(|inner| replace(rest, inner, with)).sum()
        }
        _ => 0,
    }
}

/// From the end where negative; `None` before the first one.
fn counted(index: i64, length: usize) -> Option<usize> {
    let at = if index < 0 { i64::try_from(length).ok()?.checked_add(index)? } else { index };
    usize::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn replaced(selector: &str) -> Value {
        let mut body = json!({"meta": {"version": 1}, "emails": [{"value": 1}, {"value": 2}, {"value": 3}], "urn:x:y": {"a-b": 1}});
        selector.parse::<Selector>().unwrap().replace(&mut body, "-");
        body
    }

    #[test]
    fn each_form_selects_what_it_says() {
        assert_eq!(replaced(".meta.version")["meta"], json!({"version": "-"}));
        assert_eq!(replaced(".META.*")["meta"], json!({"version": "-"}));
        assert_eq!(replaced("[\"urn:x:y\"][\"a-b\"]")["urn:x:y"], json!({"a-b": "-"}));
        assert_eq!(replaced(".emails[].value")["emails"], json!([{"value": "-"}, {"value": "-"}, {"value": "-"}]));
        assert_eq!(replaced(".emails[-1]")["emails"], json!([{"value": 1}, {"value": 2}, "-"]));
        assert_eq!(replaced(".emails[1:]")["emails"], json!([{"value": 1}, "-", "-"]));
        assert_eq!(replaced(".emails[:-1].value")["emails"], json!([{"value": "-"}, {"value": "-"}, {"value": 3}]));
        assert_eq!(replaced(".**.value")["emails"][2], json!({"value": "-"}));
        assert_eq!(replaced(".emails[7].value"), replaced(".nothing"));
        assert_eq!(replaced(".emails[-9].value"), replaced(".nothing"));
    }

    #[test]
    fn what_is_no_selector_is_told() {
        for text in ["", "meta", ".", ".a-b", "[", "[\"a", "[x]", ".a[1:x]", "[99999999999999999999]"] {
            assert!(text.parse::<Selector>().is_err(), "{text}");
        }
    }
}
