//! Words of a command as a POSIX shell reads them.

use super::acts;

/// Single quotes around a text, whatever is in it.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// One word of a command that people paste: quoted where it has to be, and on one line. What acts on a terminal, or ends a line, is written as the
/// escapes that `$'...'` has (POSIX.1-2024).
pub fn shell_word(text: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "_@%+=:,./-".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    if !text.chars().any(acts) {
        return quoted(text);
    }
    let mut out = "$'".to_owned();
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\'' | '\\' => out.extend(['\\', character]),
            _ if acts(character) => {
                character.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| out.push_str(&format!("\\{byte:03o}")));
            }
            _ => out.push(character),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn words_are_quoted_only_where_they_have_to_be() {
        for (text, word) in [
            ("snapshots/okta-aiw", "snapshots/okta-aiw"),
            ("my snapshots", "'my snapshots'"),
            ("o'brien", r"'o'\''brien'"),
            ("$HOME", "'$HOME'"),
            ("~", "'~'"),
            ("", "''"),
            ("two\nlines' \u{202e}", r"$'two\nlines\' \342\200\256'"),
        ] {
            assert_eq!(shell_word(text), word);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_what_was_meant() {
        for text in ["a b", "o'brien", "$HOME `id` \"x\"", "*", "two\nlines 'x' \\n", "\u{1b}[31m7", "é"] {
            // The shell of POSIX systems may be one that does not know `$'...'` yet.
            let ran = Command::new("bash").args(["-c", &format!("printf %s {}", shell_word(text))]).output().unwrap();
            assert_eq!(String::from_utf8(ran.stdout).unwrap(), text);
        }
    }
}
