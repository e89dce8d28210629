//! The recursive-descent parser of filters and paths (RFC 7644 figures 1 and 7).
//!
//! It takes a little more than the grammar: any white space, none round brackets, `not(...)`, and a value path with a
//! sub-attribute before an operator (`emails[type eq "work"].value eq "x"`), which Entra ID sends.

use serde_json::Value;

use super::{CompareOp, Filter, FilterError};
use crate::scim::cursor::{Cursor, MAX_DEPTH};
use crate::scim::path::{AttrPath, split_urn};

pub(super) fn whole(text: &str) -> Result<Filter, FilterError> {
    let mut cursor = Cursor::new(text);
    let filter = or(&mut cursor, 0)?;
    cursor.skip_spaces();
    if cursor.at_end() { Ok(filter) } else { Err(cursor.error("expected \"and\", \"or\" or the end of the filter")) }
}

fn or(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, FilterError> {
    let mut operands = vec![and(cursor, depth)?];
    while eat_word(cursor, "or") {
        operands.push(and(cursor, depth)?);
    }
    Ok(chain(operands, Filter::Or))
}

fn and(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, FilterError> {
    let mut operands = vec![operand(cursor, depth)?];
    while eat_word(cursor, "and") {
        operands.push(operand(cursor, depth)?);
    }
    Ok(chain(operands, Filter::And))
}

/// A single operand stands for itself.
fn chain(mut operands: Vec<Filter>, make: fn(Vec<Filter>) -> Filter) -> Filter {
    match operands.pop() {
        Some(only) if operands.is_empty() => only,
        Some(last) => {
            operands.push(last);
            make(operands)
        }
        None => make(operands),
    }
}

fn operand(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, FilterError> {
    cursor.skip_spaces();
    if depth > MAX_DEPTH {
        return Err(cursor.error("the filter is nested too deeply"));
    }
    if cursor.eat('(') {
        return group(cursor, depth);
    }
    let start = cursor.offset();
    if eat_word(cursor, "not") {
        cursor.skip_spaces();
        if cursor.eat('(') {
            return Ok(Filter::Not(Box::new(group(cursor, depth)?)));
        }
        // An attribute may be called "not".
        cursor.rewind(start);
    }
    expression(cursor, depth)
}

fn group(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, FilterError> {
    let inner = or(cursor, depth + 1)?;
    cursor.skip_spaces();
    if cursor.eat(')') { Ok(inner) } else { Err(cursor.error("expected \")\"")) }
}

fn expression(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, FilterError> {
    let path = path(cursor, depth)?;
    cursor.skip_spaces();
    let start = cursor.offset();
    let word = cursor.take_while(|c| c.is_ascii_alphabetic());
    if word.eq_ignore_ascii_case("pr") {
        return Ok(Filter::Present(path));
    }
    if let Some(op) = CompareOp::from_keyword(word) {
        cursor.skip_spaces();
        let value = literal(cursor)?;
        return Ok(Filter::Compare { path, op, value });
    }
    cursor.rewind(start);
    if path.filter.is_some() && path.sub.is_none() {
        return Ok(Filter::ValuePath(path));
    }
    Err(cursor.error(match word {
        "" => "expected an operator".to_owned(),
        other => format!("\"{other}\" is not an operator"),
    }))
}

/// Reads an attribute path, its value filter and its sub-attribute.
pub(in crate::scim) fn path(cursor: &mut Cursor<'_>, depth: usize) -> Result<AttrPath, FilterError> {
    let start = cursor.offset();
    let token = cursor.take_while(|c| !c.is_whitespace() && !c.is_control() && !"[]()\"".contains(c));
    let (urn, rest) = match split_urn(token) {
        Some((urn, rest)) => (Some(urn.to_owned()), rest),
        None => (None, token),
    };
    if urn.as_ref().is_some_and(String::is_empty) {
        return Err(FilterError { offset: start, message: "expected an attribute name".to_owned() });
    }
    if urn.as_deref() == Some(token) {
        return Ok(AttrPath { urn, ..AttrPath::default() });
    }
    let base = start + token.len() - rest.len();
    let (attr, sub) = match rest.split_once('.') {
        Some((attr, sub)) => (attr, Some((sub, base + attr.len() + 1))),
        None => (rest, None),
    };
    let mut path =
        AttrPath { urn, attr: name(attr, base)?, filter: None, sub: sub.map(|(text, at)| name(text, at)).transpose()? };
    if path.sub.is_none() && cursor.eat('[') {
        if depth >= MAX_DEPTH {
            return Err(cursor.error("the path is nested too deeply"));
        }
        path.filter = Some(Box::new(or(cursor, depth + 1)?));
        cursor.skip_spaces();
        if !cursor.eat(']') {
            return Err(cursor.error("expected \"]\""));
        }
        if cursor.eat('.') {
            let at = cursor.offset();
            path.sub = Some(name(cursor.take_while(is_name_char), at)?);
        }
    }
    Ok(path)
}

/// Checks an attribute name: a letter (or `$`, for `$ref`), then letters, digits, hyphens and underscores.
fn name(text: &str, offset: usize) -> Result<String, FilterError> {
    let error = |at: usize, message: &str| FilterError { offset: at, message: message.to_owned() };
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$') {
        return Err(error(offset, "expected an attribute name"));
    }
    match text.find(|c| !is_name_char(c)) {
        Some(at) => Err(error(offset + at, "this character is not allowed in an attribute name")),
        None => Ok(text.to_owned()),
    }
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$')
}

/// Reads a comparison value: a JSON string, number, boolean or null.
fn literal(cursor: &mut Cursor<'_>) -> Result<Value, FilterError> {
    let start = cursor.offset();
    let text = match cursor.peek() {
        Some('"') => cursor.take_quoted()?,
        _ => cursor.take_while(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)),
    };
    let keyword = ["true", "false", "null"].into_iter().find(|k| k.eq_ignore_ascii_case(text));
    serde_json::from_str(keyword.unwrap_or(text)).map_err(|_| FilterError {
        offset: start,
        message: "expected a string in double quotes, a number, true, false or null".to_owned(),
    })
}

/// Steps over a word if it is next and ends there. The white space before it is optional after a bracket.
fn eat_word(cursor: &mut Cursor<'_>, word: &str) -> bool {
    let start = cursor.offset();
    cursor.skip_spaces();
    if cursor.take_while(is_name_char).eq_ignore_ascii_case(word) {
        return true;
    }
    cursor.rewind(start);
    false
}
