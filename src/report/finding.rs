//! One finding as a block of text on the screen.

use std::borrow::Cow;

use colored::{ColoredString, Colorize};

use super::{Context, facts::Facts, sanitise};
use crate::judge::Level;

/// How a line begins that is a command.
const COMMAND: &str = concat!(env!("CARGO_PKG_NAME"), " ");
/// Width of the column of labels.
const LABEL: usize = 12;

/// The label of a level, in its colour.
pub fn level(level: Level) -> ColoredString {
    let word = level.word();
    match level {
        Level::Must => word.red().bold(),
        Level::Should => word.yellow().bold(),
        Level::May => word.blue(),
    }
}

/// Writes a finding with everything a person needs to act on it.
pub(super) fn block(wanted: Level, facts: &Facts, context: &Context) -> String {
    let mut out = format!("{}  {}\n", level(wanted), facts.message.bold());
    for (label, text) in &facts.lines {
        out.push_str(&labelled(label, text, context.width));
    }
    for line in &facts.curl {
        // Not wrapped: it is there to be pasted.
        out.push_str(&format!("  {}\n", line.dimmed()));
    }
    out
}

/// A label and its text, wrapped below one another; a line that is a command is not wrapped: it is there to be pasted.
pub fn labelled(label: &str, text: &str, width: usize) -> String {
    let options = textwrap::Options::new(width.saturating_sub(LABEL + 2).max(20))
        // What a target sent may be one long word; all else is there to be copied.
        .break_words(matches!(label, "came" | "expected"))
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let mut out = String::new();
    let lines = text.split('\n').flat_map(|line| match line.starts_with(COMMAND) {
        true => vec![Cow::from(line)],
        false => textwrap::wrap(line, &options),
    });
    for (at, line) in lines.enumerate() {
        let label = if at == 0 { label } else { "" };
        // A word that was broken may begin its line with what commands the service that runs a build.
        let line = if line.starts_with("::") { sanitise(&line) } else { line.into_owned() };
        out.push_str(&format!("  {}{line}\n", format!("{label:<LABEL$}").dimmed()));
    }
    out
}
