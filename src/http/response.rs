//! One HTTP answer of the target.

use std::{fmt, time::Duration};

use bytes::Bytes;
use serde_json::Value;

use super::forget_strangers;

/// Bytes that are kept of a body that was cut: it is not shown, and rules look at its beginning.
const KEPT: usize = 64 * 1024;
/// Bytes of memory that an object takes in a body that is read and judged, and any other value or name. Measured with `VmHWM`.
const OBJECT: usize = 900;
const VALUE: usize = 85;
/// How many times the room of its text the values of a body may take: tiny ones take fifty times as much.
const TIMES: usize = 3;
/// The room where nobody says another: that of the longest body that is read, see [`Options`](super::Options).
const MOST: usize = 8 << 20;

/// What the body of an answer is.
#[derive(Clone, PartialEq)]
pub enum Json {
    /// No bytes at all.
    Empty,
    /// JSON.
    Value(Value),
    /// Something else; the text says what the parser did not like.
    Invalid(String),
    /// JSON that was read, and is not kept: there is too much of it. Nobody judges it.
    LetGo,
}

/// Without what it says: it may be of somebody who is not ours.
impl fmt::Debug for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Empty => out.write_str("no body"),
            Json::Value(_) => out.write_str("JSON"),
            Json::Invalid(why) => write!(out, "no JSON ({why})"),
            Json::LetGo => out.write_str("JSON, let go"),
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
    /// The body, decoded if it was compressed; of one that was cut only the beginning.
    pub body: Bytes,
    /// Bytes of the body that were read.
    pub size: usize,
    /// True when the body went on beyond `--max-body`, or holds too many values, and was cut.
    pub cut: bool,
    /// The body as JSON.
    pub json: Json,
    /// Bytes of memory that its values take, roughly.
    values: usize,
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
        Response::read(status, headers, body, cut, MOST)
    }

    /// The same where a body has at most so many bytes.
    pub fn read(status: u16, headers: Vec<(String, String)>, body: Bytes, cut: bool, most: usize) -> Response {
        let size = body.len();
        let values = if cut { 0 } else { values(&body) };
        let crowded = values > most.saturating_mul(TIMES);
        // A byte order mark is no JSON by RFC 8259 8.1, and parsers differ: it is reported as invalid.
        let json = if body.is_empty() {
            Json::Empty
        } else if cut {
            Json::Invalid(format!("it has more than {size} bytes and was cut"))
        } else if crowded {
            Json::Invalid(format!("it has {size} bytes with more values than are read"))
        } else {
            match serde_json::from_slice(&body) {
                Ok(value) => Json::Value(value),
                Err(error) => Json::Invalid(error.to_string()),
            }
        };
        let cut = cut || crowded;
        // A copy, so that the rest is let go.
        let body = if cut { Bytes::copy_from_slice(&body[..size.min(KEPT)]) } else { body };
        Response { status, headers, body, size, cut, json, values: if crowded { 0 } else { values } }
    }

    /// Bytes of memory that the answer takes once it was judged, roughly: its texts are there twice, its values once.
    pub fn weight(&self) -> usize {
        2 * self.body.len() + self.values / 2
    }

    /// Lets go of all that is shown nowhere; the marker tells who is ours.
    pub fn forget_strangers(&mut self, marker: &str) {
        if let Json::Value(value) = &mut self.json {
            forget_strangers(value, marker);
            self.body = Bytes::new();
            self.values = count(value);
        }
    }

    /// The same answer without its body, which weighs nothing.
    pub fn let_go(&self) -> Response {
        Response { body: Bytes::new(), json: Json::LetGo, headers: self.headers.clone(), values: 0, ..*self }
    }

    /// The same answer as one that was too large to be read; `why` goes on behind its size.
    pub fn cut_short(&self, why: &str) -> Response {
        let body = Bytes::copy_from_slice(&self.body[..self.body.len().min(KEPT)]);
        let json = Json::Invalid(format!("it has {} bytes, {why}", self.size));
        Response { body, json, cut: true, values: 0, headers: self.headers.clone(), ..*self }
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
        digits.then(|| value.parse().map_or(Duration::MAX, Duration::from_secs))
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

/// Bytes of memory that a value took while it was judged, roughly: its texts were there twice.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => VALUE + items.iter().map(count).sum::<usize>(),
        Value::Object(members) => {
            OBJECT + members.iter().map(|(name, value)| 2 * name.len() + count(value)).sum::<usize>()
        }
        Value::String(text) => VALUE + 2 * text.len(),
        _ => VALUE,
    }
}

/// Bytes of memory that the values of a text of JSON will take, roughly, by its brackets, commas and colons outside of strings.
fn values(text: &[u8]) -> usize {
    let (mut size, mut quoted, mut escaped) = (0, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => size += OBJECT,
            b'[' | b',' | b':' if !quoted => size += VALUE,
            _ => {}
        }
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: String, cut: bool) -> Response {
        Response::new(200, Vec::new(), body.into(), cut)
    }

    #[test]
    fn of_a_body_that_was_cut_the_beginning_is_kept() {
        let large = answer("x".repeat(100_000), true);
        assert_eq!((large.body.len(), large.size), (KEPT, 100_000));
        assert_eq!(large.json, Json::Invalid("it has more than 100000 bytes and was cut".to_owned()));
        let small = answer("{".to_owned(), true);
        assert_eq!((&small.body[..], small.size), (&b"{"[..], 1));
    }

    #[test]
    fn a_body_of_too_many_values_is_cut() {
        let list = |count: usize| format!("[{}0]", "{},".repeat(count));
        let most = MOST * TIMES / (OBJECT + VALUE);
        assert!(answer(list(most + 1), false).cut);
        assert!(!answer(list(most - 1), false).cut);
        // Who takes more of a body takes more of its values.
        let body = Bytes::from(list(most + 1));
        assert!(!Response::read(200, Vec::new(), body, false, 2 * MOST).cut);
        let many = MOST * TIMES / VALUE + 1;
        let text = format!("\"\\\"{}\"", ",".repeat(many));
        assert_eq!(answer(text, false).json, Json::Value(format!("\"{}", ",".repeat(many)).into()));
    }
}
