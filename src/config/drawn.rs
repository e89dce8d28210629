//! Errors in the file, in our words and drawn at their place.

use toml::de::Error;

use super::keys;
use crate::scenario::{DataError, did_you_mean, meant};

/// What the reader of TOML says, in our words. `more` are keys that may stand beside the settings.
pub(super) fn drawn(file: &str, text: &str, error: &Error, more: &[&str]) -> DataError {
    let message = error.message().lines().next().unwrap_or("the file can't be read").to_owned();
    let place = error.span().map_or((1, 1), |span| place(text, span.start));
    let line = text.lines().nth(place.0 - 1).unwrap_or("");
    let key = line.split('=').next().unwrap_or("").trim().to_owned();
    let mut said = in_our_words(&message);
    if key == "auth" && !is_harmless(&key, line) {
        said = "this says not how a token is sent".to_owned();
    }
    let mut drawn = DataError::at(file, text, place, said, hint(&message, &key, more));
    // A text of several lines that begins as a secret and does not end.
    let open = text
        .lines()
        .take(place.0)
        .any(|line| holds_secret(line) && ["\"\"\"", "'''"].iter().any(|quotes| line.matches(quotes).count() == 1));
    if open {
        drawn.line = "...".to_owned();
        drawn.place = Some((place.0, 1));
    } else if holds_secret(line) || !is_harmless(&key, line) || message.starts_with("unknown field") {
        drawn = without_value(drawn);
    }
    drawn
}

/// An error whose line may hold a secret: who wrote it there must not find it in a log of a build.
pub(super) fn without_value(mut error: DataError) -> DataError {
    if let (Some((key, _)), Some((line, _))) = (error.line.split_once('='), error.place) {
        error.line = format!("{} = ...", key.trim());
        error.place = Some((line, 1));
    }
    error
}

/// True for a line where a secret may stand by mistake.
fn holds_secret(line: &str) -> bool {
    let named = |name: &str| {
        line.match_indices(name)
            .any(|(at, _)| line[at + name.len()..].trim_start_matches(['"', '\'', ' ', '\t']).starts_with('='))
    };
    ["token", "oauth", "client_secret"].into_iter().any(named)
}

/// Keys beside the settings under which no secret is looked for.
const HARMLESS: [&str; 9] = ["rule", "scenario", "reason", "until", "at", "matches", "as", "env", "file"];

/// True for a line whose value may be shown. Under a key that is not known anything may stand; a URL may hold a password, and who takes
/// `auth` for the credentials themselves writes them there.
fn is_harmless(key: &str, line: &str) -> bool {
    let key = key.trim_matches(['"', '\'']);
    let known = keys::KEYS.iter().any(|known| known.path == key || known.path.rsplit('.').next() == Some(key));
    let value = line.split_once('=').map_or("", |(_, value)| value);
    let spoken = match key {
        "base_url" | "token_url" => !value.contains(['@', '?']),
        "auth" => !value.contains([' ', ':']) || value.contains("header:"),
        _ => true,
    };
    !line.contains('=') || (spoken && (known || HARMLESS.contains(&key)))
}

/// Line and column, from 1.
pub(super) fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

fn in_our_words(message: &str) -> String {
    if message.starts_with("unknown field") {
        let key = message.split('`').nth(1).unwrap_or("");
        return format!("unknown key `{key}`");
    }
    let message = message.strip_prefix("invalid type: ").or(message.strip_prefix("invalid value: ")).unwrap_or(message);
    match message.split_once(", expected ") {
        Some((what, "u16" | "a nonzero u16")) => format!("{what} is not a number of scenarios"),
        Some((what, "usize")) => format!("{what} is not a number of bytes"),
        Some(("invalid date", _)) => "this is no date".to_owned(),
        Some((what, expected)) if !message.starts_with("unknown variant") && !what.starts_with("key ") => {
            format!("{what} can't stand here, where {expected} belongs")
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
