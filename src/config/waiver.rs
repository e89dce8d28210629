//! `[[waive]]`: findings that the user accepts for now.

use glob::{MatchOptions, Pattern};
use jiff::civil::Date;
use serde::Deserialize;
use toml::{Spanned, Value};

use super::drawn::place;
use crate::{judge::Finding, scenario::DataError};

/// `*` stays within a segment of a scenario's ID, `**` goes across.
const SEGMENTS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

/// One finding, or several, that the user accepts for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Which rules; `expectation`, `snapshot` and `own-snapshot` for the other owners.
    pub rule: Option<Pattern>,
    /// Which subjects: `status`, `header etag`, `name.familyName`.
    pub subject: Option<Pattern>,
    /// Which scenarios.
    pub scenario: Option<Pattern>,
    /// In which dialect only.
    pub dialect: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// The file that it is in, as the user knows it.
    pub file: String,
    /// Its first and last line there, from 1.
    pub lines: (usize, usize),
}

impl Waiver {
    /// True where its day is over.
    pub fn expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// True for a rule's ID, or the word of another owner, that it is about.
    pub fn of_rule(&self, word: &str) -> bool {
        self.rule.as_ref().is_none_or(|rule| rule.matches(word))
    }

    /// True for the word of a subject that it is about. A path may hold brackets, which would mean something else in a glob.
    pub fn of_subject(&self, word: &str) -> bool {
        self.subject.as_ref().is_none_or(|subject| subject.as_str() == word || subject.matches(word))
    }

    /// True for the ID of a scenario that it is about.
    pub fn of_scenario(&self, id: &str) -> bool {
        self.scenario.as_ref().is_none_or(|scenario| scenario.matches_with(id, SEGMENTS))
    }

    /// True for a dialect that it is about; scenarios of raw requests have none.
    pub fn of_dialect(&self, dialect: Option<&str>) -> bool {
        self.dialect.is_none() || self.dialect.as_deref() == dialect
    }

    /// True for a finding that tells what the waiver is about, wherever it stands.
    pub fn tells(&self, finding: &Finding) -> bool {
        self.of_rule(finding.owner.word()) && self.of_subject(&finding.subject.word())
    }

    /// True for a finding that stands where the waiver is about, whoever tells it.
    pub fn is_at(&self, finding: &Finding) -> bool {
        self.of_scenario(&finding.scenario) && self.of_dialect(finding.dialect.as_deref())
    }
}

/// One finding, or several, that are accepted for now.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, schemars(rename = "Waiver", extend("anyOf" = [{"required": ["rule"]}, {"required": ["scenario"]}])))]
pub(super) struct Section {
    /// A rule's ID or a glob; expectation, snapshot and own-snapshot for what is no rule.
    #[cfg_attr(test, schemars(with = "Option<String>", length(min = 1)))]
    rule: Option<Spanned<String>>,
    /// What the finding is about, or a glob: the subject in the JSON report.
    #[cfg_attr(test, schemars(with = "Option<String>", length(min = 1)))]
    subject: Option<Spanned<String>>,
    /// A scenario's ID or a glob, without its dialect.
    #[cfg_attr(test, schemars(with = "Option<String>", length(min = 1), regex(pattern = "^[^@]*$"), extend("examples" = ["okta/groups/*"])))]
    scenario: Option<Spanned<String>>,
    /// In this dialect only.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    dialect: Option<Spanned<String>>,
    /// Why it is accepted.
    #[cfg_attr(test, schemars(with = "String", regex(pattern = r"\S")))]
    reason: Option<Spanned<String>>,
    /// The last day on which it counts.
    #[cfg_attr(test, schemars(with = "Option<String>", regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), extend("examples" = ["2027-01-31"])))]
    until: Option<Spanned<Value>>,
}

/// What is wrong with a text, and what to do.
type Wrong = (String, String);

/// Reads one `[[waive]]` of a file whose text is given.
///
/// # Errors
/// What is missing in it or can't be read, with line and column.
pub(super) fn read(file: &str, text: &str, section: &Spanned<Section>) -> Result<Waiver, DataError> {
    let wrong = |at: usize, message: String, hint: &str| DataError::at(file, text, place(text, at), message, hint);
    let start = section.span().start;
    let Section { rule, subject, scenario, dialect, reason, until } = section.get_ref();
    let glob = |written: &Option<Spanned<String>>, read: &dyn Fn(&str) -> Result<Pattern, Wrong>| {
        let read = |written: &Spanned<String>| {
            read(written.get_ref()).map_err(|(message, hint)| wrong(written.span().start, message, &hint))
        };
        written.as_ref().map(read).transpose()
    };
    let rules = glob(rule, &|text| pattern(text, "media-type-*"))?;
    let subjects = glob(subject, &|text| pattern(text, "name.*"))?;
    let scenarios = glob(scenario, &of_scenarios)?;
    if rule.is_none() && scenario.is_none() {
        let hint = "give it a `rule`, a `scenario`, or both, such as rule = \"media-type-not-json\"";
        return Err(wrong(start, "this waiver says neither of which rule nor of which scenario".to_owned(), hint));
    }
    let hint = "say why the finding is accepted: reason = \"fixed with ticket 4711\"";
    let Some(why) = reason else {
        return Err(wrong(start, "this waiver has no reason".to_owned(), hint));
    };
    if why.get_ref().trim().is_empty() {
        return Err(wrong(why.span().start, "the reason is empty".to_owned(), hint));
    }
    let day = |written: &Spanned<Value>| {
        let hint = "write the last day on which it counts: until = \"2027-01-31\"";
        date(written.get_ref()).ok_or_else(|| wrong(written.span().start, "this is no date".to_owned(), hint))
    };
    let texts = [rule, subject, scenario, dialect, reason].into_iter().flatten().map(|written| written.span().end);
    let end = texts.chain(until.as_ref().map(|until| until.span().end)).chain([section.span().end]).max();
    Ok(Waiver {
        rule: rules,
        subject: subjects,
        scenario: scenarios,
        dialect: dialect.as_ref().map(|dialect| dialect.get_ref().clone()),
        reason: why.get_ref().trim().to_owned(),
        until: until.as_ref().map(day).transpose()?,
        file: file.to_owned(),
        lines: (place(text, start).0, place(text, end.unwrap_or(start).saturating_sub(1)).0),
    })
}

/// Reads a glob over scenarios.
fn of_scenarios(text: &str) -> Result<Pattern, Wrong> {
    if let Some((path, dialect)) = text.split_once('@') {
        let hint = format!("write scenario = \"{path}\" and dialect = \"{dialect}\"");
        return Err(("the dialect does not belong here".to_owned(), hint));
    }
    pattern(text, "okta/groups/*")
}

/// Reads a glob.
fn pattern(text: &str, like: &str) -> Result<Pattern, Wrong> {
    if text.is_empty() {
        return Err(("this is empty".to_owned(), format!("leave it out, or write a name or a glob like {like}")));
    }
    Pattern::new(text).map_err(|error| {
        (format!("`{text}` is not a pattern: {}", error.msg), format!("write a name or a glob like {like}"))
    })
}

/// A date in quotation marks, or as TOML has it without.
fn date(value: &Value) -> Option<Date> {
    match value {
        Value::String(text) if text.len() == "2027-01-31".len() => Date::strptime("%Y-%m-%d", text).ok(),
        Value::Datetime(toml::value::Datetime { date: Some(day), time: None, .. }) => {
            let (year, month, day) = (day.year.try_into().ok()?, day.month.try_into().ok()?, day.day.try_into().ok()?);
            Date::new(year, month, day).ok()
        }
        _ => None,
    }
}
