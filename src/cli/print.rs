//! The sinks: results to standard output, talk to standard error.

use std::io::{IsTerminal, Write, stderr, stdout};

use super::args::Colour;

/// Decides about colour once, for both sinks.
pub fn set_colour(colour: Colour) {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let on = match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => !no_color && stdout().is_terminal() && stderr().is_terminal(),
    };
    colored::control::set_override(on);
}

/// Writes to standard output. A reader that has gone away is no error.
pub fn result(text: &str) {
    let _ = stdout().write_all(text.as_bytes()).and_then(|()| stdout().flush());
}

/// Writes to standard error.
pub fn talk(text: &str) {
    let _ = stderr().write_all(text.as_bytes());
}

/// Columns of standard output: those of the terminal between 60 and 100, and 80 where it is none.
pub fn width() -> usize {
    let terminal = stdout().is_terminal().then(terminal_size::terminal_size).flatten();
    terminal.map_or(80, |(terminal_size::Width(columns), _)| usize::from(columns).clamp(60, 100))
}
