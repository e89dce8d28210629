//! Errors in the file, in our words and drawn at their place.

use toml::de::Error;

use super::{keys, read::NO_PLACE};
use crate::scenario::{DataError, did_you_mean, meant};

/// Keys whose values nobody takes for a secret, nor a secret for their values: their lines are drawn as they stand. Whatever else is
/// written may be one, by mistake or in the wrong place, and its line may come to stand in the log of a build.
const DRAWN: [&str; 24] = [
    "default_target",
    "insecure",
    "yes",
    "suites",
    "dialects",
    "off",
    "fail_on",
    "jobs",
    "timeout",
    "patience",
    "settle",
    "wait",
    "max_body",
    "domain",
    "logins",
    "folder",
    "level",
    "rule",
    "subject",
    "scenario",
    "dialect",
    "reason",
    "until",
    "scenarios",
];

/// What the reader of TOML says, in our words. `more` are keys that may stand beside the settings.
pub(super) fn drawn(file: &str, text: &str, error: &Error, more: &[&str]) -> DataError {
    let said = error.message().lines().next().unwrap_or("the file can't be read").to_owned();
    let place = error.span().map_or((1, 1), |span| place(text, span.start));
    let line = text.lines().nth(place.0 - 1).unwrap_or("");
    let key = line.split('=').next().unwrap_or("").trim().to_owned();
    let draws = is_head(line) || (line.contains('=') && DRAWN.contains(&key.rsplit('.').next().unwrap_or(&key)));
    let of_keys = said.starts_with("unknown field") || said.starts_with("duplicate");
    let message = if draws || of_keys { in_our_words(&said) } else { without_quotation(&said) };
    let error = DataError::at(file, text, place, message, hint(&said, &key, more));
    if draws { error } else { without_value(error) }
}

/// What is said of a value, without the value.
fn without_quotation(said: &str) -> String {
    let quotes = ["invalid type", "invalid value", "unknown variant"].iter().any(|begin| said.starts_with(begin));
    match said.split_once(", expected ") {
        _ if !quotes => in_our_words(said),
        Some((_, expected)) if !expected.contains('`') => {
            format!("this can't stand here, where {} belongs", wanted(expected))
        }
        _ => "this can't stand here".to_owned(),
    }
}

/// True for the head of a table.
fn is_head(line: &str) -> bool {
    let line = line.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-. []".contains(c);
    line.starts_with('[') && line.ends_with(']') && line.chars().all(plain)
}

/// An error whose line may hold a secret.
pub(super) fn without_value(mut error: DataError) -> DataError {
    if let Some((line, _)) = error.place {
        let known =
            |key: &str| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.\"".contains(c));
        error.line = match error.line.split_once('=').map(|(key, _)| key.trim()).filter(|key| known(key)) {
            Some(key) => format!("{key} = ..."),
            None => "...".to_owned(),
        };
        error.place = Some((line, 1));
    }
    error
}

/// Line and column, from 1.
pub(super) fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

/// What the reader of TOML says of a file that is none, and we.
const SYNTAX: [(&str, &str); 4] = [
    ("string values must be quoted", "this is no value: a text stands in quotation marks"),
    ("invalid basic string", "this text does not end on its line"),
    ("key with no value", "there is no value behind this key"),
    ("wanted string or table", "this can't stand here, where a text in quotation marks belongs"),
];

/// What belongs somewhere, which the reader names as programmers do.
fn wanted(expected: &str) -> &str {
    match expected {
        "a string" | "path string" => "a text in quotation marks",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        _ if expected == "a map" || expected.starts_with("struct ") => "a table",
        other => other,
    }
}

/// What stands there instead: a value as it is written, or its kind.
fn given(what: &str) -> &str {
    match what {
        "sequence" => "a list",
        "map" => "a table",
        _ => {
            let kinds = ["integer ", "floating point ", "boolean ", "string "];
            kinds.iter().find_map(|kind| what.strip_prefix(kind)).unwrap_or(what)
        }
    }
}

fn in_our_words(message: &str) -> String {
    for (begin, ours) in SYNTAX {
        if message.starts_with(begin) {
            return ours.to_owned();
        }
    }
    if message.starts_with("unknown field") {
        let key = message.split('`').nth(1).unwrap_or("");
        return format!("unknown key `{key}`");
    }
    let message = message.strip_prefix("invalid type: ").or(message.strip_prefix("invalid value: ")).unwrap_or(message);
    match message.split_once(", expected ") {
        Some((what, "u16" | "a nonzero u16")) => format!("{} is not a number of scenarios", given(what)),
        Some((what, "usize")) => format!("{} is not a number of bytes", given(what)),
        Some(("invalid date", _)) => "this is no date".to_owned(),
        Some((what, expected)) if !message.starts_with("unknown variant") && !what.starts_with("key ") => {
            format!("{} can't stand here, where {} belongs", given(what), wanted(expected))
        }
        Some((what, _)) if message.starts_with("unknown variant") => {
            format!("{} can't stand here", what.trim_start_matches("unknown variant "))
        }
        _ => message.to_owned(),
    }
}

fn hint(message: &str, key: &str, more: &[&str]) -> String {
    // What serde says quotes what it expected, and is read below.
    let ours = !message.contains("expected `") && !message.contains("expected one of `");
    if let Some(near) = message.split('`').nth(1).filter(|_| ours).and_then(|quoted| meant(quoted, message)) {
        return format!("did you mean `{near}`?");
    }
    if message.ends_with(NO_PLACE) {
        return "leave it out of the attributes that everybody gets".to_owned();
    }
    let unknown = message.split("unknown field `").nth(1).and_then(|rest| rest.split('`').next());
    match (unknown, message.split_once("expected")) {
        (Some(unknown), Some((_, list))) => {
            let known: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
            // They stand beside the settings, not in the tables among these.
            let more = if known.contains(&"base_url") { more } else { &[] };
            let known: Vec<&str> = known.into_iter().chain(more.iter().copied()).collect();
            did_you_mean(unknown, known.iter().copied())
        }
        _ => match (message.replace("expected one of `", "expected `").split_once(", expected `"), keys::form(key)) {
            (Some((_, list)), _) if message.starts_with("unknown variant") => {
                let given = message.split('`').nth(1).unwrap_or("");
                let known: Vec<&str> = list.split('`').step_by(2).filter(|word| !word.is_empty()).collect();
                did_you_mean(given, known.iter().copied())
            }
            (_, Some(form)) if !message.starts_with("duplicate") => format!("write {form}"),
            _ if message.starts_with("duplicate") => "leave one of them out".to_owned(),
            _ => "the file is TOML: one `key = value` on a line".to_owned(),
        },
    }
}
