//! Where an identity provider gives a task up.

use reqwest::StatusCode;

use crate::http::{Failure, Heard, Json, Response};

/// The end of a task: what the provider needed, what it got, and what the administrator reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Number of the exchange on the line at which it stopped.
    pub exchange: usize,
    /// The person or group it was about.
    pub about: Option<String>,
    /// What the provider needed.
    pub needed: String,
    /// What it got.
    pub got: String,
    /// What the administrator reads in the provider's console, where that is known.
    pub console: Option<String>,
    /// True where it was us who stopped: the provider would go on and on.
    pub endless: bool,
}

/// Why an answer could not be used.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    pub needed: String,
    pub got: String,
    pub reason: String,
}

impl Trouble {
    /// The answer does not have what was needed.
    pub fn lacks(needed: &str, got: impl Into<String>, reason: impl Into<String>) -> Trouble {
        Trouble { needed: needed.to_owned(), got: got.into(), reason: reason.into() }
    }

    /// Turns it into the end of a task; `operation` is the console's text up to the reason, where one was seen
    /// (okta-client 15.1).
    pub fn stop(self, heard: &Heard, about: &str, operation: Option<&str>) -> Stop {
        Stop {
            exchange: heard.exchange,
            about: Some(about.to_owned()),
            needed: self.needed,
            got: self.got,
            console: operation.map(|operation| format!("{operation}: {}", self.reason)),
            endless: false,
        }
    }
}

/// The answer, if its status is 2xx. The reason follows the pattern of Okta's console (okta-client 15.1).
pub(super) fn accepted(heard: &Heard) -> Result<&Response, Trouble> {
    let response = match &heard.answer {
        Ok(response) => response,
        Err(failure) => {
            let reason = match failure {
                Failure::Withheld(_) => {
                    "(nothing was sent: it would have changed a resource that this run did not create)"
                }
                Failure::NotSent(_) => "(nothing was sent)",
                Failure::TimedOut(_) => "(no answer; Okta closes the connection after 60 seconds)",
                _ => "no usable answer",
            };
            return Err(Trouble::lacks("an answer with status 2xx", failure.to_string(), reason));
        }
    };
    if response.is_success() {
        return Ok(response);
    }
    let phrase = StatusCode::from_u16(response.status).ok().and_then(|status| status.canonical_reason());
    let phrase = phrase.map_or_else(|| response.status.to_string(), str::to_owned);
    let remote = match &response.json {
        Json::Value(_) => response.detail().map(str::to_owned),
        Json::Invalid(_) => Some(invalid_json(response)),
        Json::Empty | Json::LetGo => None,
    };
    let reason = match remote {
        Some(detail) => format!("{phrase}. Errors reported by remote server: {detail}"),
        None => format!("{phrase}."),
    };
    Err(Trouble::lacks("status 2xx", format!("status {}", response.status), reason))
}

/// What Okta says of a body that is no JSON (okta-client 15.1).
pub(super) fn invalid_json(response: &Response) -> String {
    match response.text().trim_start().chars().next() {
        Some('<') => "Invalid JSON: Unexpected character ('<' (code 60))".to_owned(),
        _ => "Invalid JSON: Unrecognized token".to_owned(),
    }
}

/// The JSON object of a 2xx answer.
pub(super) fn object(heard: &Heard) -> Result<&Response, Trouble> {
    let response = accepted(heard)?;
    match &response.json {
        Json::Value(value) if value.is_object() => Ok(response),
        Json::Value(_) => Err(Trouble::lacks("a JSON object", "other JSON", "the answer can't be read")),
        Json::Empty | Json::LetGo => Err(Trouble::lacks("a JSON object", "an empty body", "the answer is empty")),
        Json::Invalid(_) => Err(Trouble::lacks("a JSON object", "a body that is not JSON", invalid_json(response))),
    }
}
