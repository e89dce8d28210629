//! The sinks: results to standard output, talk to standard error.

use std::{
    io::{IsTerminal, Write, stderr, stdout},
    sync::atomic::{AtomicBool, Ordering},
};

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

/// True once something could not be written to standard output.
static LOST: AtomicBool = AtomicBool::new(false);

/// Writes to standard output. A reader that has gone away is no error; of another the program tells at its end, see [`lost`].
pub fn result(text: &str) {
    if whole(text).is_err() {
        LOST.store(true, Ordering::Relaxed);
    }
}

/// True where somebody lacks what was written to standard output.
pub fn lost() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Writes to standard output what somebody is to have whole.
///
/// # Errors
/// If it can't be written; a reader that has gone away is no error.
pub fn whole(text: &str) -> std::io::Result<()> {
    match stdout().write_all(text.as_bytes()).and_then(|()| stdout().flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
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

/// A row of a list: on a terminal its text is wrapped to the width; elsewhere it is one line, which can be searched.
pub fn row(start: &str, text: &str) -> String {
    row_within(start, text, stdout().is_terminal().then(width))
}

fn row_within(start: &str, text: &str, width: Option<usize>) -> String {
    let Some(width) = width else {
        return format!("{start}{text}\n");
    };
    let columns = start.chars().count();
    if columns + text.chars().count() <= width {
        return format!("{start}{text}\n");
    }
    // Where little room is left the text goes below.
    let (first, indent) = if columns > width / 2 { ("      ", 6) } else { (start, columns) };
    let below = " ".repeat(indent);
    let options = textwrap::Options::new(width).break_words(false).initial_indent(first).subsequent_indent(&below);
    let head = if first == start { String::new() } else { format!("{}\n", start.trim_end()) };
    format!("{head}{}\n", textwrap::fill(text, options))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_wrapped_on_a_terminal_only() {
        let text = "one two three four five";
        assert_eq!(row_within("name  ", text, None), "name  one two three four five\n");
        assert_eq!(row_within("name  ", text, Some(80)), "name  one two three four five\n");
        assert_eq!(row_within("name  ", text, Some(20)), "name  one two three\n      four five\n");
        assert_eq!(
            row_within("a-longer-name  ", text, Some(20)),
            "a-longer-name\n      one two three\n      four five\n"
        );
    }
}
