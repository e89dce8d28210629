//! One request and its answer, in the form that handlers and faults work with.

use axum::body::Body as HttpBody;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::BASE_PATH;
use super::address::Address;
use super::auth::Subject;
use crate::scim::schema::{self, ResourceSchema};
use crate::scim::{ScimError, json};

/// A resource type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `/Users`.
    User,
    /// `/Groups`.
    Group,
    /// `/Roles`, as Okta reads them.
    Role,
    /// `/Entitlements`, as Okta reads them.
    Entitlement,
}

impl Kind {
    /// All of them, in the order of their declaration.
    pub(super) const ALL: [Kind; 4] = [Kind::User, Kind::Group, Kind::Role, Kind::Entitlement];

    pub(super) fn schema(self) -> &'static ResourceSchema {
        match self {
            Kind::User => &schema::USER,
            Kind::Group => &schema::GROUP,
            Kind::Role => &schema::ROLE,
            Kind::Entitlement => &schema::ENTITLEMENT,
        }
    }

    /// The resource type whose endpoint that is, without the slash.
    pub(super) fn at(endpoint: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.schema().endpoint.trim_start_matches('/') == endpoint)
    }

    /// The attribute that names a resource of this kind.
    pub(super) fn name_attribute(self) -> &'static str {
        match self {
            Kind::User => "userName",
            Kind::Group | Kind::Role | Kind::Entitlement => "displayName",
        }
    }
}

/// A request.
#[derive(Debug)]
pub struct Call {
    pub(super) method: Method,
    /// The decoded segments of the path below the base path; `None` if the path lies outside.
    pub(super) path: Option<Vec<String>>,
    /// A HEAD, which is answered as a GET.
    pub(super) head: bool,
    /// The path as it was written.
    pub(super) raw_path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    /// The body as JSON; `None` if there is none or it is no JSON.
    pub(super) body: Option<Value>,
    pub(super) has_body: bool,
    /// In bytes.
    pub(super) body_size: usize,
    /// The URL under which the client sees the server.
    pub(super) base: String,
    /// Credentials do not matter any more.
    pub(super) trusted: bool,
    /// Who asks.
    pub(super) subject: Subject,
    pub(super) notes: Notes,
}

/// What a fault remembers from the request for the answer.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// The resource as it was before the request.
    pub(super) before: Option<Value>,
    /// Only resources that were there before any client.
    pub(super) seeded_only: bool,
    /// What was taken out of the body.
    pub(super) kept: Vec<(String, Value)>,
    /// It came while another request that is held back was under way.
    pub(super) beside: bool,
    /// Its userName may be taken.
    pub(super) twice: bool,
}

impl Call {
    pub(super) fn new(parts: axum::http::request::Parts, body: &[u8], address: &Address) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        Call {
            path: segments(parts.uri.path()),
            head: parts.method == Method::HEAD,
            raw_path: parts.uri.path().to_owned(),
            query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            body: json::read(body).ok(),
            has_body: !body.is_empty(),
            body_size: body.len(),
            base: address.base_url(&parts.headers),
            // The answers are the same; of a HEAD's the connection sends the headers only.
            method: if parts.method == Method::HEAD { Method::GET } else { parts.method },
            headers: parts.headers,
            trusted: false,
            subject: Subject::Client,
            notes: Notes::default(),
        }
    }

    /// A request that is part of this one (RFC 7644 section 3.7). Its path is below the base path; `version` is the
    /// entity tag that the resource must have.
    pub(super) fn within(&self, method: Method, path: Vec<String>, body: Option<Value>, version: Option<&str>) -> Call {
        let mut headers = self.headers.clone();
        headers.remove(header::IF_MATCH);
        headers.remove(header::IF_NONE_MATCH);
        if let Some(version) = version {
            // What can't stand in a header is no entity tag that this server ever gave.
            let tag = HeaderValue::from_str(version).unwrap_or(HeaderValue::from_static("\"\""));
            headers.insert(header::IF_MATCH, tag);
        }
        Call {
            method,
            path: Some(path),
            head: false,
            raw_path: String::new(),
            query: Vec::new(),
            headers,
            has_body: body.is_some(),
            body_size: 0,
            body,
            base: self.base.clone(),
            trusted: self.trusted,
            subject: self.subject.clone(),
            notes: Notes::default(),
        }
    }

    /// What kind of resource the path is about, and which one.
    pub(super) fn target(&self) -> Option<(Kind, Option<&str>)> {
        let (first, rest) = self.path.as_ref()?.split_first()?;
        let kind = Kind::at(first)?;
        match rest {
            [] => Some((kind, None)),
            [id] if id != ".search" => Some((kind, Some(id))),
            _ => None,
        }
    }

    pub(super) fn is(&self, method: &Method, kind: Kind) -> bool {
        self.method == *method && self.target().is_some_and(|(k, _)| k == kind)
    }

    /// True for a GET of a list.
    pub(super) fn lists(&self, kind: Kind) -> bool {
        self.method == Method::GET && self.target() == Some((kind, None))
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Sets a query parameter, or drops it.
    pub(super) fn set_parameter(&mut self, name: &str, value: Option<String>) {
        self.query.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self.query.extend(value.map(|v| (name.to_owned(), v)));
    }

    pub(super) fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body, which must be an object.
    pub(super) fn object(&self) -> Result<&Map<String, Value>, ScimError> {
        match &self.body {
            Some(Value::Object(object)) => Ok(object),
            Some(_) => Err(ScimError::invalid_syntax("the body must be a JSON object")),
            None if self.has_body => {
                Err(ScimError::invalid_syntax("the body is not valid JSON, or has a name twice in one object"))
            }
            None => Err(ScimError::invalid_syntax("the request has no body")),
        }
    }
}

fn segments(path: &str) -> Option<Vec<String>> {
    let rest = path.strip_prefix(BASE_PATH)?;
    if !rest.is_empty() && !rest.starts_with('/') {
        return None;
    }
    let decode = |s: &str| percent_decode_str(s).decode_utf8_lossy().into_owned();
    Some(rest.split('/').filter(|s| !s.is_empty()).map(decode).collect())
}

/// What an answer carries.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    Empty,
    Json(Value),
    Text(String),
}

/// An answer before it becomes bytes.
#[derive(Debug, Clone)]
pub struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) media_type: &'static str,
    pub(super) body: Body,
}

impl Answer {
    pub(super) fn empty(status: u16) -> Self {
        Answer { status, headers: Vec::new(), media_type: "application/scim+json", body: Body::Empty }
    }

    pub(super) fn json(status: u16, body: Value) -> Self {
        Answer { body: Body::Json(body), ..Answer::empty(status) }
    }

    pub(super) fn text(status: u16, media_type: &'static str, body: impl Into<String>) -> Self {
        Answer { body: Body::Text(body.into()), media_type, ..Answer::empty(status) }
    }

    pub(super) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The JSON of the body, to be changed in place.
    pub(super) fn json_mut(&mut self) -> Option<&mut Value> {
        match &mut self.body {
            Body::Json(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn into_response(self) -> Response {
        let bytes = match &self.body {
            Body::Empty => None,
            Body::Json(value) => Some(value.to_string().into_bytes()),
            Body::Text(text) => Some(text.clone().into_bytes()),
        };
        let typed = bytes.is_some();
        let mut response = Response::new(bytes.map_or_else(HttpBody::empty, HttpBody::from));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if typed {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        }
        for (name, value) in self.headers {
            match HeaderValue::from_str(&value) {
                // Each way to authenticate has a header of its own.
                Ok(value) if name == header::WWW_AUTHENTICATE => {
                    headers.append(name, value);
                }
                Ok(value) => {
                    headers.insert(name, value);
                }
                Err(_) => {}
            }
        }
        response
    }
}

impl From<ScimError> for Answer {
    fn from(error: ScimError) -> Self {
        Answer::json(error.status, error.to_json())
    }
}
