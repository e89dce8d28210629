//! Text of the target on its way to a terminal, or to the log of a CI system that reads commands from it: what could act there is made
//! visible instead.

use crate::http::acts;

/// Escapes control, bidi and other invisible characters, noncharacters, and what a CI system would take for a command (`::error::` at the
/// beginning of a line, `##[group]` and `##vso[...]` anywhere). Keeps letters of every script.
pub fn sanitise(text: &str) -> String {
    with_escapes(text, |character, out| out.extend(character.escape_unicode()))
}

/// The same for a text that is JSON: with escapes of JSON, so that it means what it did.
pub(super) fn sanitise_json(text: &str) -> String {
    with_escapes(text, |character, out| match character {
        // It is between values: in a string it is escaped already.
        '\n' => out.push(character),
        _ => {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    })
}

fn with_escapes(text: &str, escape: impl Fn(char, &mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    // The text may be wrapped, so that every word may come to stand at the beginning of a line.
    let mut begins = true;
    for (at, character) in text.char_indices() {
        let rest = &text[at..];
        let escaped = match character {
            ':' => begins && commands_by_colons(rest),
            '#' => commands_by_hashes(rest),
            other => acts(other),
        };
        if escaped {
            escape(character, &mut out);
        } else {
            out.push(character);
        }
        begins = character.is_whitespace();
    }
    out
}

/// `::error::`, `::set-output name=x::`; no address such as `::1`.
fn commands_by_colons(text: &str) -> bool {
    text.strip_prefix("::").is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()))
}

/// `##[error]`, `##vso[...]`, `##teamcity[...]`.
fn commands_by_hashes(text: &str) -> bool {
    text.strip_prefix("##")
        .is_some_and(|rest| rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('['))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_bidi_controls_do_not_act() {
        assert_eq!(sanitise("a\u{1b}[31mé\u{202e}b\nc"), "a\\u{1b}[31mé\\u{202e}b\\u{a}c");
        assert_eq!(sanitise("\u{ffff}\u{1fffe}\u{fdd0}\u{fffd}"), "\\u{ffff}\\u{1fffe}\\u{fdd0}\u{fffd}");
    }

    #[test]
    fn json_means_what_it_did() {
        let value = serde_json::json!({"a\u{9b}": ["\u{202e}\u{1fffe}\u{7f}\n", "##[group]", " ::error::x", "é"]});
        let text = sanitise_json(&format!("{value:#}"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        assert_eq!(text.chars().find(|c| *c != '\n' && acts(*c)), None);
        assert!(!text.contains("##") && !text.contains(" ::") && text.contains('é'), "{text}");
    }

    #[test]
    fn commands_to_a_ci_system_do_not_act() {
        assert_eq!(sanitise("::error::x"), "\\u{3a}:error::x");
        assert_eq!(sanitise("a ::stop-commands::x"), "a \\u{3a}:stop-commands::x");
        assert_eq!(sanitise("a##[group]b"), "a\\u{23}#[group]b");
        assert_eq!(sanitise("##vso[task.setvariable]"), "\\u{23}#vso[task.setvariable]");
        for harmless in ["http://[::1]:8080/", "listens on ::1", "std::error::Error", "## title [x]", "Users##"] {
            assert_eq!(sanitise(harmless), harmless);
        }
    }
}
