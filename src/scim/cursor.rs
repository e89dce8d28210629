//! A reader over the text of a filter or path, shared by both parsers.

use super::filter::FilterError;

/// How deep brackets and parentheses may nest. A deeper text is an error, so that no input exhausts the stack.
pub(super) const MAX_DEPTH: usize = 64;

/// A position in a text.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Cursor { text, at: 0 }
    }

    pub(super) fn offset(&self) -> usize {
        self.at
    }

    pub(super) fn rewind(&mut self, offset: usize) {
        self.at = offset;
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn at_end(&self) -> bool {
        self.rest().is_empty()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn skip_spaces(&mut self) {
        self.take_while(|c| c.is_ascii_whitespace());
    }

    /// Steps over `wanted` if it is next.
    pub(super) fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or("")
    }

    /// Reads a JSON string that begins here, the quotes included, as it stands in the text.
    pub(super) fn take_quoted(&mut self) -> Result<&'a str, FilterError> {
        let rest = self.rest();
        let mut escaped = false;
        for (index, c) in rest.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    self.at += index + 1;
                    return Ok(rest.get(..=index).unwrap_or(""));
                }
                _ => {}
            }
        }
        Err(self.error("this string has no closing quote"))
    }

    pub(super) fn error(&self, message: impl Into<String>) -> FilterError {
        FilterError { offset: self.at, message: message.into() }
    }
}
