//! One HTTP request to the target, before it is put on the wire.

use std::fmt;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::Value;

use super::{Kind, passwords, privacy::compared_passwords};

/// RFC 3986's unreserved characters stay, everything else is escaped: `%20` for a space, `%40` for `@`, as
/// Okta does (okta-client 2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Escapes a text so that it stays one segment of a path, or one value of a query.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// True where a request may change something, by its verb and path: a query by POST does not (RFC 7644 3.4.3).
pub fn may_change(method: &str, path: &str) -> bool {
    !matches!(method, "GET" | "HEAD" | "OPTIONS") && !path.ends_with("/.search")
}

/// Which credentials go with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuthUse {
    /// The ones the user gave, if any.
    #[default]
    Ours,
    /// None at all.
    None,
    /// Ours, the name of the scheme in lower case: it has none (RFC 9110 11.1).
    LowerCase,
    /// Ours, with a letter more at the end: nobody issued that.
    Suffixed,
    /// Well-formed ones that nobody issued.
    Wrong,
    /// Those of another tenant, which the user gave besides.
    Other,
}

/// What a request carries.
#[derive(Clone, PartialEq)]
pub enum Body {
    /// Serialised with the keys in the order in which they stand.
    Json(Value),
    /// Sent byte for byte.
    Raw(Bytes),
}

/// By its size: there may be a password in it, or somebody who is not ours.
impl fmt::Debug for Body {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.json().is_some() { "JSON" } else { "raw" };
        write!(out, "{kind}, {} bytes", self.bytes().len())
    }
}

impl Body {
    /// The bytes that go out.
    pub fn bytes(&self) -> Bytes {
        match self {
            Body::Json(value) => Bytes::from(value.to_string()),
            Body::Raw(bytes) => bytes.clone(),
        }
    }

    /// The JSON that the body is, if it is.
    pub fn json(&self) -> Option<&Value> {
        match self {
            Body::Json(value) => Some(value),
            Body::Raw(_) => None,
        }
    }
}

/// One request, its target given relative to the base URL.
#[derive(Clone, PartialEq)]
pub struct Request {
    /// The verb.
    pub method: Method,
    /// Path below the base URL, escaped: `/Users/2819c223`.
    pub path: String,
    /// Query parameters in the order in which they are sent, values not escaped yet.
    pub query: Vec<(String, String)>,
    /// Headers in the order in which they are sent; credentials are not among them.
    pub headers: Vec<(String, String)>,
    /// Which credentials to add.
    pub auth: AuthUse,
    /// The body.
    pub body: Option<Body>,
    /// Whom it is about: the scenario's name of a person or group.
    pub about: Option<String>,
    /// Its place among requests that are sent at once, from 1; 0 for one that is sent alone.
    pub lane: usize,
}

/// In short: paths name people, filters do, too, and headers may hold credentials.
impl fmt::Debug for Request {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = Kind::of(self);
        let resource = kind.resource().map_or("", |resource| resource.name());
        write!(out, "{} ({resource} {}, body: {:?})", self.method, kind.word(), self.body)
    }
}

impl Request {
    /// A request without query, headers or body.
    pub fn new(method: Method, path: impl Into<String>) -> Request {
        Request {
            method,
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            auth: AuthUse::Ours,
            body: None,
            about: None,
            lane: 0,
        }
    }

    /// Adds a query parameter behind those there are.
    pub fn query(mut self, name: &str, value: impl Into<String>) -> Request {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a header behind those there are.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Request {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Sets a JSON body.
    pub fn json(mut self, body: Value) -> Request {
        self.body = Some(Body::Json(body));
        self
    }

    /// Says whom it is about.
    pub fn about(mut self, who: &str) -> Request {
        self.about = Some(who.to_owned());
        self
    }

    /// Path and query as they stand in the request line, relative to the base URL.
    pub fn target(&self) -> String {
        let mut target = self.path.clone();
        for (at, (name, value)) in self.query.iter().enumerate() {
            target.push(if at == 0 && !self.path.contains('?') { '?' } else { '&' });
            target.push_str(&segment(name));
            target.push('=');
            target.push_str(&segment(value));
        }
        target
    }

    /// The passwords in it: in its body, also in one that is written out, and what its filters compare a password with.
    pub fn passwords(&self) -> Vec<String> {
        let mut found: Vec<String> = self.query.iter().flat_map(|(_, value)| compared_passwords(value)).collect();
        if let Some(body) = &self.body {
            let bytes = body.bytes();
            found.extend(compared_passwords(&String::from_utf8_lossy(&bytes)));
            match body {
                Body::Json(value) => found.extend(passwords(value)),
                Body::Raw(_) => found.extend(serde_json::from_slice(&bytes).iter().flat_map(passwords)),
            }
        }
        found
    }

    /// The JSON body, if there is one.
    pub fn body_json(&self) -> Option<&Value> {
        self.body.as_ref().and_then(Body::json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_escaped_as_okta_does() {
        let request = Request::new(Method::GET, "/Users")
            .query("filter", "userName eq \"ann+x@example.com\"")
            .query("startIndex", "1");
        assert_eq!(request.target(), "/Users?filter=userName%20eq%20%22ann%2Bx%40example.com%22&startIndex=1");
    }

    #[test]
    fn an_id_from_the_target_stays_one_segment() {
        assert_eq!(segment("a/b?c%d#e"), "a%2Fb%3Fc%25d%23e");
    }
}
