//! What a raw request expects of its answer.

use std::fmt;

use regex_lite::Regex;
use serde_json::Value;

use super::{Level, Mismatch, Showing, Sighting, Subject, contains, describe};
use crate::{
    http::{Exchange, Failure, Json, Response, without_strangers},
    scim::{AttrPath, value},
};

/// What a raw request expects of its answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expect {
    /// Acceptable statuses; empty for any.
    pub status: Vec<StatusPattern>,
    /// What the body must contain.
    pub body: Option<Value>,
    /// Attributes the body must not have.
    pub absent: Vec<AttrPath>,
    /// Headers: name in lower case and the value or matcher.
    pub headers: Vec<(String, Value)>,
    /// Milliseconds within which the answer must be there.
    pub within_ms: Option<u64>,
    /// What the answer shows of resources.
    pub showing: Showing,
    /// Another answer that is as lawful: what is expected of it.
    pub or: Option<Box<Expect>>,
    /// What is expected besides, where this asks for less than it should.
    pub should: Option<Box<Expect>>,
    /// The level where it differs from the scenario's.
    pub level: Option<Level>,
    /// How to mend it where that differs from the scenario's.
    pub fix: Option<String>,
}

/// A status, or all of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusPattern {
    /// Exactly this.
    Exactly(u16),
    /// `2xx`: the first digit.
    Class(u16),
}

/// Why an expectation can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ExpectError(pub String);

impl Expect {
    /// Reads the statuses: a number, `2xx`, or a list of such.
    ///
    /// # Errors
    /// Anything else.
    pub fn statuses(value: &Value) -> Result<Vec<StatusPattern>, ExpectError> {
        let wrong =
            || ExpectError("`status` is a number from 100 to 599, a class like 2xx, or a list of such".to_owned());
        match value {
            Value::Array(items) if !items.is_empty() => {
                items.iter().map(Expect::statuses).collect::<Result<Vec<_>, _>>().map(|lists| lists.concat())
            }
            Value::Number(number) => number
                .as_u64()
                .filter(|status| (100..600).contains(status))
                .map(|status| vec![StatusPattern::Exactly(status as u16)])
                .ok_or_else(wrong),
            Value::String(text) => match text.strip_suffix("xx").and_then(|digit| digit.parse().ok()) {
                Some(class) if (1..=5).contains(&class) => Ok(vec![StatusPattern::Class(class)]),
                _ => Err(wrong()),
            },
            _ => Err(wrong()),
        }
    }

    /// Checks the patterns in matchers, so that a wrong one is a load error and not a finding.
    ///
    /// # Errors
    /// A regular expression that can't be read.
    pub fn check(&self) -> Result<(), ExpectError> {
        self.body.iter().chain(self.headers.iter().map(|(_, value)| value)).try_for_each(check_patterns)?;
        self.should.iter().chain(&self.or).try_for_each(|other| other.check())
    }

    /// Everything in which an exchange is not as expected, [`Expect::should`] left aside. Of resources without the
    /// marker no value is shown.
    pub fn judge(&self, exchange: &Exchange, marker: &str) -> Vec<Sighting> {
        let response = match &exchange.answer {
            Ok(response) => response,
            // What was not sent says nothing of the target.
            Err(Failure::NotSent(_) | Failure::Withheld(_) | Failure::Unsendable(_)) => return Vec::new(),
            Err(_) if exchange.cut_off() => return Vec::new(),
            Err(failure) => {
                return vec![Sighting::new(Subject::Status, self.status_words(), failure.to_string())];
            }
        };
        if let Some(other) = self.declined(response) {
            return other.judge(exchange, marker);
        }
        let fits = self.status.is_empty() || self.names(response.status);
        if !fits {
            // What else is expected was expected of another answer.
            let actual = match response.detail() {
                Some(detail) => format!("status {}, detail {}", response.status, describe(&Value::from(detail))),
                None => format!("status {}", response.status),
            };
            return vec![Sighting::new(Subject::Status, self.status_words(), actual)];
        }
        let mut sightings = Vec::new();
        if let Some(limit) = self.within_ms
            && exchange.took.as_millis() > u128::from(limit)
        {
            let subject = Subject::Envelope("time".to_owned());
            let took = format!("an answer after {} ms", exchange.took.as_millis());
            sightings.push(Sighting::new(subject, format!("an answer within {limit} ms"), took));
        }
        for (name, expected) in &self.headers {
            let actual = response.header(name).map(Value::from);
            for Mismatch { expected, actual, .. } in contains(expected, actual.as_ref()) {
                sightings.push(Sighting::new(Subject::Header(name.clone()), expected, actual));
            }
        }
        if let Some(body) = &self.body {
            match &response.json {
                Json::Value(value) => {
                    let shown = contains(body, Some(&without_strangers(value, marker)));
                    sightings.extend(contains(body, Some(value)).into_iter().map(|mismatch| in_body(mismatch, &shown)));
                }
                // Only pages of an import are let go, which no scenario expects anything of.
                Json::LetGo => {}
                Json::Empty => sightings.push(Sighting::new(body_subject(), "a JSON body", "an empty body")),
                Json::Invalid(error) => {
                    sightings.push(Sighting::new(
                        body_subject(),
                        "a JSON body",
                        format!("a body that is not JSON ({error})"),
                    ));
                }
            }
        }
        for path in &self.absent {
            let found = response.value().map(|body| value::get(body, path)).unwrap_or_default();
            let nothing = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if found.iter().any(|value| !nothing(value)) {
                // The value is not shown: what must be absent is often a secret.
                sightings.push(Sighting::new(Subject::Envelope(path.to_string()), format!("no {path}"), "a value"));
            }
        }
        sightings
    }

    /// What is expected of an answer that declines what was asked for, where that is lawful and this is one.
    pub fn declined(&self, response: &Response) -> Option<&Expect> {
        self.or.as_deref().filter(|other| !self.names(response.status) && other.names(response.status))
    }

    /// True when a status is named among those that are expected.
    pub fn names(&self, status: u16) -> bool {
        self.status.iter().any(|pattern| pattern.fits(status))
    }

    fn status_words(&self) -> String {
        let or = self.or.iter().flat_map(|other| &other.status);
        let words: Vec<String> = self.status.iter().chain(or).map(ToString::to_string).collect();
        if words.is_empty() { "an answer".to_owned() } else { format!("status {}", words.join(" or ")) }
    }
}

impl fmt::Display for StatusPattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StatusPattern::Exactly(status) => write!(out, "{status}"),
            StatusPattern::Class(class) => write!(out, "{class}xx"),
        }
    }
}

impl StatusPattern {
    /// True for a status that is expected.
    pub fn fits(self, status: u16) -> bool {
        match self {
            StatusPattern::Exactly(wanted) => status == wanted,
            StatusPattern::Class(class) => status / 100 == class,
        }
    }
}

fn body_subject() -> Subject {
    Subject::Envelope("body".to_owned())
}

/// Judged by what came, told by what of it may be shown.
fn in_body(mismatch: Mismatch, shown: &[Mismatch]) -> Sighting {
    let told = shown.iter().find(|told| told.path == mismatch.path && told.expected == mismatch.expected);
    let actual = match told {
        Some(told) if told.actual == "nothing" && mismatch.actual != "nothing" => "another value (not ours)".to_owned(),
        Some(told) => told.actual.clone(),
        None => "something else".to_owned(),
    };
    let mismatch = Mismatch { actual, ..mismatch };
    let subject = if mismatch.path.is_empty() { body_subject() } else { Subject::Envelope(mismatch.path) };
    Sighting::new(subject, mismatch.expected, mismatch.actual)
}

/// What a value can be.
const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

fn is_template(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains("{{"))
}

fn check_patterns(value: &Value) -> Result<(), ExpectError> {
    match value {
        Value::Object(members) => members.iter().try_for_each(|(name, value)| match (name.as_str(), value) {
            ("matches", Value::String(pattern)) => Regex::new(pattern)
                .map(drop)
                .map_err(|error| ExpectError(format!("`matches` is no regular expression: {error}"))),
            // A matcher stands alone; beside others it is an attribute of this name.
            ("type", Value::String(word)) if members.len() == 1 && !TYPES.contains(&word.as_str()) => {
                Err(ExpectError(format!("`{word}` is no type: write {}", TYPES.join(", "))))
            }
            ("at_least", value) if members.len() == 1 && !value.is_number() && !is_template(value) => {
                Err(ExpectError("`at_least` is a number".to_owned()))
            }
            (_, value) => check_patterns(value),
        }),
        Value::Array(items) => items.iter().try_for_each(check_patterns),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use bytes::Bytes;
    use serde_json::json;

    use super::*;
    use crate::http::{Kind, Look, Purpose, Request, Response};

    #[test]
    fn statuses_are_numbers_classes_or_lists() {
        assert_eq!(
            Expect::statuses(&json!([200, "4xx"])).unwrap(),
            [StatusPattern::Exactly(200), StatusPattern::Class(4)]
        );
        for wrong in [json!("xx"), json!(99), json!([]), json!("6xx"), json!(true)] {
            assert!(Expect::statuses(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_answer_that_comes_too_late_is_told() {
        let answer = Response::new(200, Vec::new(), Bytes::new(), false);
        let request = Request::new(reqwest::Method::GET, "/Groups");
        let kind = Kind::of(&request);
        let mut exchange = Exchange {
            number: 0,
            purpose: Purpose::Spoken,
            step: None,
            request,
            kind,
            answer: Ok(Arc::new(answer)),
            sent_after: Duration::ZERO,
            took: Duration::from_millis(600),
            look: Look::Only,
        };
        let expect = Expect { within_ms: Some(600), ..Expect::default() };
        assert_eq!(expect.judge(&exchange, "m"), []);
        exchange.took = Duration::from_millis(601);
        assert_eq!(expect.judge(&exchange, "m")[0].subject, Subject::Envelope("time".to_owned()));
    }

    #[test]
    fn a_wrong_pattern_is_an_error_at_load_time() {
        let expect = Expect { body: Some(json!({"a": [{"matches": "("}]})), ..Expect::default() };
        assert!(expect.check().is_err());
    }
}
