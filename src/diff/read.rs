//! Reads a JSON report: only what is compared, and as much of it as can be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Value, error::Category};

use crate::{judge::Level, report::sanitise};

/// The version of the format that is understood.
const VERSION: u64 = 1;
/// Characters of a parser's message that are told; it may quote the file.
const MESSAGE: usize = 160;

/// Why a file is no report that can be compared.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ReadError {
    /// What is wrong with it, fit to stand behind the file's name.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// What of a report is compared.
#[derive(Debug, Default, Deserialize)]
pub struct Report {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) tool: Tool,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) target: Target,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) started_at: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) duration_ms: f64,
    /// The lowest level that failed it; older reports do not say.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) fail_on: Option<Level>,
    /// It was held against the user's own snapshots.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) own_snapshots: bool,
    #[serde(deserialize_with = "entries")]
    pub(super) findings: Entries<Finding>,
    #[serde(deserialize_with = "entries")]
    pub(super) scenarios: Entries<Scenario>,
    #[serde(default, deserialize_with = "some_entries")]
    pub(super) exchanges: Option<Entries<Exchange>>,
    /// Entries that could not be read.
    #[serde(skip)]
    pub(super) unread: usize,
}

/// The entries of a list that could be read, and how many could not.
#[derive(Debug)]
pub(super) struct Entries<T> {
    pub all: Vec<T>,
    unread: usize,
}

impl<T> Default for Entries<T> {
    fn default() -> Entries<T> {
        Entries { all: Vec::new(), unread: 0 }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Tool {
    #[serde(deserialize_with = "or_default")]
    pub version: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Target {
    #[serde(deserialize_with = "or_default")]
    pub base_url: String,
}

/// A finding; without its ID, level and place it can't be compared.
#[derive(Debug, Deserialize)]
pub(super) struct Finding {
    pub id: String,
    pub level: Level,
    pub scenario: String,
    #[serde(default)]
    pub dialect: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub step: String,
    #[serde(default, deserialize_with = "or_default")]
    pub claim: String,
    #[serde(default, deserialize_with = "or_default")]
    pub subject: String,
    #[serde(default, deserialize_with = "or_default")]
    pub message: String,
    #[serde(default, deserialize_with = "or_default")]
    pub expected: String,
    #[serde(default, deserialize_with = "or_default")]
    pub actual: String,
    #[serde(default, deserialize_with = "or_default")]
    pub rule: String,
    #[serde(default, deserialize_with = "or_default")]
    pub follows_from: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub waived: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Scenario {
    pub id: String,
    #[serde(default)]
    pub dialect: Option<String>,
    pub outcome: String,
    #[serde(default, deserialize_with = "or_default")]
    pub duration_ms: f64,
    #[serde(default, deserialize_with = "or_default")]
    pub steps: Vec<Step>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Step {
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    #[serde(deserialize_with = "or_default")]
    pub exchanges: Vec<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Exchange {
    pub n: u64,
    pub scenario: String,
    #[serde(default)]
    pub dialect: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub purpose: String,
    #[serde(default, deserialize_with = "or_default")]
    pub kind: String,
    pub request: Request,
    pub response: Response,
    #[serde(default, deserialize_with = "or_default")]
    pub timing_ms: Timing,
}

#[derive(Debug, Deserialize)]
pub(super) struct Request {
    pub method: String,
    pub target: String,
    #[serde(default)]
    pub body: Value,
}

#[derive(Debug, Deserialize)]
pub(super) struct Response {
    /// None where no answer came.
    #[serde(default)]
    pub status: Option<u16>,
    #[serde(default, deserialize_with = "or_default")]
    pub headers: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "there")]
    pub body: Option<Value>,
    /// The size of a body that is no JSON.
    #[serde(default)]
    pub body_bytes: Option<Value>,
    /// True where nobody knows what the body was.
    #[serde(default, deserialize_with = "or_default")]
    pub let_go: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Timing {
    #[serde(deserialize_with = "or_default")]
    pub total: Option<f64>,
}

/// A scenario's ID with its dialect, by which the two reports are held together.
pub(super) type Place<'a> = (&'a str, Option<&'a str>);

/// `okta/lifecycle/unassign@okta-aiw`
pub(super) fn name((id, dialect): Place<'_>) -> String {
    dialect.map_or_else(|| id.to_owned(), |dialect| format!("{id}@{dialect}"))
}

impl Finding {
    pub fn place(&self) -> Place<'_> {
        (&self.scenario, self.dialect.as_deref())
    }

    /// True where it follows from no other.
    pub fn is_root(&self) -> bool {
        self.follows_from.is_none()
    }
}

impl Scenario {
    pub fn place(&self) -> Place<'_> {
        (&self.id, self.dialect.as_deref())
    }

    /// True where the target was asked.
    pub fn was_played(&self) -> bool {
        matches!(self.outcome.as_str(), "passed" | "failed")
    }
}

impl Exchange {
    pub fn place(&self) -> Place<'_> {
        (&self.scenario, self.dialect.as_deref())
    }
}

/// Reads a report. Entries of its lists that can't be read are left out and counted.
///
/// # Errors
///
/// Where the text is no JSON, no report, or a report of a version that is not known.
pub fn read(text: &[u8]) -> Result<Report, ReadError> {
    #[derive(Deserialize)]
    struct Versioned {
        #[serde(default)]
        version: Value,
    }
    let versioned: Versioned = serde_json::from_slice(text).map_err(|error| refused(&error))?;
    match versioned.version.as_u64() {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => {
            return Err(ReadError {
                message: format!("was made by a newer scim-check: version {newer} of the report"),
                hint: "compare it with a scim-check that is as new, or make both reports with this one".to_owned(),
            });
        }
        _ => return Err(no_report("it has no version")),
    }
    let mut report: Report = serde_json::from_slice(text).map_err(|error| refused(&error))?;
    report.unread = report.findings.unread
        + report.scenarios.unread
        + report.exchanges.as_ref().map_or(0, |exchanges| exchanges.unread);
    Ok(report)
}

fn no_report(why: &str) -> ReadError {
    ReadError {
        message: format!("is no report of scim-check: {why}"),
        hint: "`scim-check run --report json=FILE` writes one".to_owned(),
    }
}

fn refused(error: &serde_json::Error) -> ReadError {
    let told: String = sanitise(&error.to_string()).chars().take(MESSAGE).collect();
    if told.contains("recursion limit") {
        let message = format!("is nested deeper than can be read: {told}");
        return ReadError { message, hint: "make the report without --exchanges".to_owned() };
    }
    match error.classify() {
        Category::Data => no_report(&told),
        Category::Io | Category::Syntax | Category::Eof => ReadError {
            message: format!("is no JSON: {told}"),
            hint: "`scim-check run --report json=FILE` writes a report; was it written to its end?".to_owned(),
        },
    }
}

/// A value of the wrong type counts as none.
fn or_default<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

/// `null` is a body, too.
fn there<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

fn entries<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Entries<T>, D::Error> {
    /// One entry, or that it could not be read.
    struct Entry<T>(Option<T>);

    impl<'de, T: DeserializeOwned> Deserialize<'de> for Entry<T> {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Entry<T>, D::Error> {
            let value = Value::deserialize(from)?;
            Ok(Entry(serde_json::from_value(value).ok()))
        }
    }

    let list: Vec<Entry<T>> = Vec::deserialize(from)?;
    let count = list.len();
    let all: Vec<T> = list.into_iter().filter_map(|entry| entry.0).collect();
    Ok(Entries { unread: count - all.len(), all })
}

fn some_entries<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Option<Entries<T>>, D::Error> {
    entries(from).map(Some)
}

#[cfg(test)]
mod tests;
