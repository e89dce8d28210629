//! The formats of reports.

use serde_json::Value;

use super::{COMMENT, Context, github, har, html, json, junit, markdown, sanitise::sanitise_json, sarif, tap};
use crate::run::RunRecord;

/// A format of reports. A new one is a writer in a file of its own and a line in each place here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Everything, stable and versioned, for machines.
    Json,
    /// JUnit XML.
    Junit,
    /// A page for people.
    Html,
    /// Markdown for a comment or a summary.
    Markdown,
    /// Workflow commands of GitHub Actions.
    Github,
    /// SARIF 2.1.0.
    Sarif,
    /// TAP 14.
    Tap,
    /// HAR 1.2.
    Har,
}

impl Format {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Format; 8] = [
        Format::Json,
        Format::Junit,
        Format::Html,
        Format::Markdown,
        Format::Github,
        Format::Sarif,
        Format::Tap,
        Format::Har,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Junit => "junit",
            Format::Html => "html",
            Format::Markdown => "markdown",
            Format::Github => "github",
            Format::Sarif => "sarif",
            Format::Tap => "tap",
            Format::Har => "har",
        }
    }

    /// The format that a word stands for.
    pub fn named(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.word() == word)
    }

    /// Writes the report; the JSON one with every exchange where `exchanges` says so.
    ///
    /// # Errors
    /// What the writer of XML says, where it can't write.
    pub fn write(self, record: &RunRecord, context: &Context, exchanges: bool) -> Result<String, String> {
        let indented = |value: Value| format!("{}\n", sanitise_json(&format!("{value:#}")));
        Ok(match self {
            Format::Json => indented(json(record, context, exchanges)),
            Format::Junit => junit(record, context).map_err(|error| error.to_string())?,
            Format::Html => html(record, context),
            Format::Markdown => markdown(record, context, COMMENT),
            Format::Github => github(record, context),
            Format::Sarif => indented(sarif(record, context)),
            Format::Tap => tap(record, context),
            Format::Har => indented(har(record, context)),
        })
    }
}
