//! One HTTP answer of the target.

use std::{fmt, time::Duration};

use bytes::Bytes;
use serde_json::Value;

/// What the body of an answer is.
#[derive(Clone, PartialEq)]
pub enum Json {
    /// No bytes at all.
    Empty,
    /// JSON.
    Value(Value),
    /// Something else; the text says what the parser did not like.
    Invalid(String),
}

/// Without what it says: it may be of somebody who is not ours.
impl fmt::Debug for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Empty => out.write_str("no body"),
            Json::Value(_) => out.write_str("JSON"),
            Json::Invalid(why) => write!(out, "no JSON ({why})"),
        }
    }
}

/// One answer, its body read up to the limit and parsed once.
#[derive(Clone)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Header names as sent and values with invalid UTF-8 replaced, in order.
    pub headers: Vec<(String, String)>,
    /// The body, decoded if it was compressed.
    pub body: Bytes,
    /// True when the body went on beyond `--max-body` and was cut.
    pub cut: bool,
    /// The body as JSON.
    pub json: Json,
}

/// In short, for the same reason.
impl fmt::Debug for Response {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({} headers, {} bytes, {:?})", self.status, self.headers.len(), self.body.len(), self.json)
    }
}

impl Response {
    /// Builds an answer and parses its body.
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Bytes, cut: bool) -> Response {
        // A byte order mark is no JSON by RFC 8259 8.1, and parsers differ: it is reported as invalid.
        let json = if body.is_empty() {
            Json::Empty
        } else if cut {
            Json::Invalid("the body is larger than the limit and was cut".to_owned())
        } else {
            match serde_json::from_slice(&body) {
                Ok(value) => Json::Value(value),
                Err(error) => Json::Invalid(error.to_string()),
            }
        };
        Response { status, headers, body, cut, json }
    }

    /// True for 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first value of a header; names are compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// How long to wait, where Retry-After says it in whole seconds: Okta heeds no other form (okta-client 15.2).
    pub fn retry_after(&self) -> Option<Duration> {
        let value = self.header("retry-after")?.trim();
        let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        // More digits than fit are for ever.
        digits.then(|| Duration::from_secs(value.parse().unwrap_or(u64::MAX)))
    }

    /// The media type without parameters, in lower case.
    pub fn media_type(&self) -> Option<String> {
        let value = self.header("content-type")?;
        let essence = value.split(';').next().unwrap_or("").trim();
        (!essence.is_empty()).then(|| essence.to_ascii_lowercase())
    }

    /// The JSON body, if there is one.
    pub fn value(&self) -> Option<&Value> {
        match &self.json {
            Json::Value(value) => Some(value),
            _ => None,
        }
    }

    /// A member of the JSON body. SCIM attribute names have no case (RFC 7643 2.1), so neither has this.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.value()?.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The resources of a list answer; empty where there are none.
    pub fn resources(&self) -> &[Value] {
        self.member("Resources").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The `detail` of an error body.
    pub fn detail(&self) -> Option<&str> {
        self.member("detail").and_then(Value::as_str)
    }

    /// The body as text, invalid UTF-8 replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
