//! Errors in data files: what is wrong, where, and what to do.

use std::fmt;

/// An error in a data file, drawn at file, line and column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataError {
    /// The file, as the user knows it.
    pub file: String,
    /// Line and column, from 1; `None` when the whole file is meant.
    pub place: Option<(usize, usize)>,
    /// The line of the file.
    pub line: String,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do about it; empty where the message says it.
    pub hint: String,
}

impl DataError {
    /// An error about a whole file.
    pub fn whole(file: &str, message: impl Into<String>, hint: impl Into<String>) -> DataError {
        DataError {
            file: file.to_owned(),
            place: None,
            line: String::new(),
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// An error at a place of a file whose text is given.
    pub fn at(
        file: &str,
        text: &str,
        place: (usize, usize),
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> DataError {
        let line = text.lines().nth(place.0.saturating_sub(1)).unwrap_or("").to_owned();
        DataError { file: file.to_owned(), place: Some(place), line, message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((line, column)) = self.place else {
            return write!(formatter, "{}: {}", self.file, self.message);
        };
        let number = line.to_string();
        let gap = " ".repeat(number.len());
        let before: String = self.line.chars().take(column.saturating_sub(1)).collect();
        // Tabs stay tabs, so that the caret stands under its character.
        let indent: String = before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        write!(
            formatter,
            "{}\n{gap}--> {}:{line}:{column}\n{gap} |\n{number} | {}\n{gap} | {indent}^",
            self.message, self.file, self.line
        )
    }
}

impl std::error::Error for DataError {}
