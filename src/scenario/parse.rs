//! YAML, and what its reader says of a file in our words.

use serde_saphyr::Options;

use super::{DataError, suggest::did_you_mean};
use crate::idp::actions;

/// Words that can't be names of people or groups, since templates use them.
const STEP_KEYS: [&str; 17] = [
    "name", "when", "pause_ms", "request", "path_raw", "query", "headers", "auth", "body", "body_raw", "times",
    "pages", "save", "at_once", "expect", "then", "level",
];

/// What every file has.
const WHOLE: &str = "a scenario has title, why, spec, level and steps; a suite has title and why";

/// Reads a file into the shape that it should have.
///
/// # Errors
/// What does not fit, at its line and column.
pub(super) fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, DataError> {
    let mut options = Options::default();
    options.strict_booleans = true;
    options.with_snippet = false;
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let raw = error.without_snippet();
        let place = raw.location().map_or((1, 1), |at| (at.line().max(1) as usize, at.column().max(1) as usize));
        let full = raw.to_string();
        let message = strip_place(full.lines().next().unwrap_or("the file can't be read"));
        let (message, hint) = in_our_words(&message, text, place.0);
        DataError::at(file, text, place, message, hint)
    })
}

/// The parser puts the place into its text, where we draw it ourselves.
fn strip_place(message: &str) -> String {
    let message = message.trim_start_matches("error: ");
    let cut = message.find(" at line ").unwrap_or(message.len());
    let message = &message[..cut];
    // "line 3 column 5: text" is the other form.
    match message.strip_prefix("line ").and_then(|rest| rest.split_once(": ")) {
        Some((_, text)) => text.to_owned(),
        None => message.to_owned(),
    }
}

fn decapitalised(message: &str) -> String {
    let mut characters = message.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

/// What the parser says, in the words of the format; and what to do.
fn in_our_words(message: &str, text: &str, line: usize) -> (String, String) {
    let own = |message: &str, hint: &str| (message.to_owned(), hint.to_owned());
    let named = message.split('`').nth(1).unwrap_or("");
    let known: Vec<&str> = match message.split_once("expected one of ").or(message.split_once("expected ")) {
        Some((_, list)) => list.split(", ").map(|word| word.trim_matches('`')).collect(),
        None => actions().chain(STEP_KEYS).collect(),
    };
    if message.starts_with("unknown field") {
        return (format!("unknown key `{named}`"), did_you_mean(named, known.iter().copied()));
    }
    if message.starts_with("unknown variant") {
        return (format!("`{named}` can't stand here"), did_you_mean(named, known.iter().copied()));
    }
    if message.starts_with("missing field") {
        let hint = match named {
            "title" | "why" | "spec" | "level" | "steps" => WHOLE.to_owned(),
            _ => format!("add it: `{named}: ...`"),
        };
        return (format!("the key `{named}` is missing"), hint);
    }
    if let Some(key) = message.strip_prefix("duplicate mapping key: ") {
        let key = key.split(',').next().unwrap_or(key);
        let hint = "leave one of them out; two things are two steps, each with its own `-`";
        return (format!("the key `{key}` is there twice"), hint.to_owned());
    }
    let here = text.lines().nth(line.saturating_sub(1)).unwrap_or("");
    if here.contains("{{") && !here.contains('"') && !here.contains('\'') {
        let hint = "a text that starts with `{{` must be quoted: \"{{ ada.userName }}\"";
        return own("a template that is not quoted is no text to YAML", hint);
    }
    match message {
        "data did not match any variant of untagged enum Names" => {
            own("a name belongs here", "write one name, or a list: [ada, bob]")
        }
        _ if message.starts_with("cannot deserialize null into string") => {
            own("a text belongs here", "write a text behind the colon, or leave the key out")
        }
        _ if message.starts_with("invalid boolean") => own("true or false belongs here", "write `true` or `false`"),
        _ if message.starts_with("invalid u") => own("a number from 0 on belongs here", "write a whole number"),
        _ if message.starts_with("externally tagged enum expected") => {
            own("one word belongs here", "write the word behind the colon")
        }
        _ if message.contains("from_str_multiple") => {
            own("there is more than one document in this file", "leave out the `---` between them, or make two files")
        }
        "expected string scalar" => own("a text belongs here", "a list or mapping can't stand here; quote the text"),
        "expected mapping start" => own("a mapping belongs here", "write `key: value` lines"),
        "expected sequence start" => own("a list belongs here", "write `- item` lines below, or [one, two]"),
        "unexpected end of input" if text.trim().is_empty() => own("the file is empty", WHOLE),
        "unexpected end of input" => own("the file ends too early", "is a bracket or quote left open?"),
        _ if message.contains("tabs disallowed") => own("a tab in the indentation", "YAML is indented with spaces"),
        _ if message.contains("mapping values are not allowed") => {
            own("a second `: ` in one line", "quote the text that holds `: `, or write it below `>`")
        }
        _ if message.contains("budget") => {
            own("too much is in this file once its aliases are followed", "write out what the aliases stand for")
        }
        _ => (decapitalised(message), "the format of scenarios is described in docs/scenarios.md".to_owned()),
    }
}
