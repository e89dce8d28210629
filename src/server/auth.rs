//! Who may ask, and in which media types (RFC 7644 sections 2 and 3.1).

use axum::http::{Method, header};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use super::call::{Answer, Call, Kind};
use super::password;
use super::store::Store;
use crate::scim::ScimError;

const MEDIA_TYPES: [&str; 2] = ["application/scim+json", "application/json"];

/// Whom the server lets in. With neither token nor Basic credentials it lets everybody in.
#[derive(Clone, Default)]
pub(super) struct Access {
    /// A bearer token.
    pub(super) token: Option<String>,
    /// User name and password for HTTP Basic.
    pub(super) basic: Option<(String, String)>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    /// The client that the server was set up for: it may do everything.
    Client,
    /// A person of the directory, by id, who signed in with their own userName and password: `/Me` is theirs.
    Person(String),
}

impl Access {
    /// Whether credentials are asked for.
    pub(super) fn asks(&self) -> bool {
        self.token.is_some() || self.basic.is_some()
    }

    /// Finds out who asks. `/ServiceProviderConfig` can be read by anybody, so that clients can find out how to
    /// authenticate (RFC 7643 section 5).
    pub(super) fn check(&self, call: &Call, store: &Store) -> Result<Subject, Answer> {
        let config = call.path.as_deref() == Some(&["ServiceProviderConfig".to_owned()]);
        if !self.asks() || call.trusted || (config && call.method == Method::GET) {
            return Ok(Subject::Client);
        }
        // Of two lines a proxy on the way might have looked at the other one.
        let given = call.header(header::AUTHORIZATION);
        let once = call.headers.get_all(header::AUTHORIZATION).iter().count() == 1;
        let subject = given.filter(|_| once).and_then(|given| self.subject(given, store));
        subject.ok_or_else(|| self.challenge(given.is_some()))
    }

    fn subject(&self, given: &str, store: &Store) -> Option<Subject> {
        if let Some(token) = bearer(given) {
            return self.token.as_deref().filter(|own| same(own, token)).map(|_| Subject::Client);
        }
        let (user, password) = basic(given)?;
        if let Some((own_user, own_password)) = &self.basic
            && same(own_user, &user)
        {
            return same(own_password, &password).then_some(Subject::Client);
        }
        let id = store.named(Kind::User, &user).first().copied()?;
        let entry = store.get(Kind::User, id)?;
        let active = entry.resource()["active"] == true;
        let fits = entry.password.as_deref().is_some_and(|hash| password::fits(&password, hash));
        (active && fits).then(|| Subject::Person(id.to_owned()))
    }

    fn challenge(&self, wrong: bool) -> Answer {
        let mut answer = Answer::from(ScimError::unauthorized("the credentials are missing or wrong"));
        if self.token.is_some() {
            let why = if wrong { ", error=\"invalid_token\"" } else { "" };
            answer = answer.with(header::WWW_AUTHENTICATE, format!("Bearer realm=\"scim\"{why}"));
        }
        if self.basic.is_some() {
            answer = answer.with(header::WWW_AUTHENTICATE, "Basic realm=\"scim\", charset=\"UTF-8\"");
        }
        answer
    }
}

/// Compares in a time that does not tell how much of it is right: of two hashes a near miss is as far apart as any.
pub(super) fn same(own: &str, given: &str) -> bool {
    let digest = |text: &str| ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    digest(own).as_ref() == digest(given).as_ref()
}

/// The token of a bearer header. The scheme's letter case does not matter (RFC 9110 section 11.1).
pub(super) fn bearer(header: &str) -> Option<&str> {
    credentials(header, "bearer")
}

/// User name and password of a Basic header (RFC 7617).
fn basic(header: &str) -> Option<(String, String)> {
    let decoded = BASE64.decode(credentials(header, "basic")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

fn credentials<'a>(header: &'a str, scheme: &str) -> Option<&'a str> {
    let (given, rest) = header.trim().split_once(' ')?;
    let rest = rest.trim();
    (given.eq_ignore_ascii_case(scheme) && !rest.is_empty()).then_some(rest)
}

/// Refuses calls that want an answer in a media type other than JSON.
pub(super) fn check_accept(call: &Call) -> Result<(), ScimError> {
    let Some(accept) = call.header(header::ACCEPT) else {
        return Ok(());
    };
    let fits = |range: &str| {
        let range = essence(range);
        range == "*/*" || range == "application/*" || MEDIA_TYPES.contains(&range.as_str())
    };
    if accept.trim().is_empty() || accept.split(',').any(fits) {
        Ok(())
    } else {
        Err(ScimError::not_acceptable("answers come as application/scim+json"))
    }
}

/// Refuses bodies in a media type other than JSON, and packed ones.
pub(super) fn check_content_type(call: &Call) -> Result<(), ScimError> {
    if let Some(coding) = call.headers.get(header::CONTENT_ENCODING).filter(|coding| *coding != "identity") {
        let coding = String::from_utf8_lossy(coding.as_bytes());
        return Err(ScimError::unsupported_media_type(format!("the body must not be packed; it came as {coding}")));
    }
    let given = call.header(header::CONTENT_TYPE).map(essence);
    if given.as_deref().is_some_and(|given| MEDIA_TYPES.contains(&given)) {
        Ok(())
    } else {
        let came = given.unwrap_or_else(|| "no Content-Type".to_owned());
        let detail = format!("the body must be sent as application/scim+json or application/json; it came with {came}");
        Err(ScimError::unsupported_media_type(detail))
    }
}

/// A media type without its parameters.
fn essence(media_type: &str) -> String {
    let bare = media_type.split(';').next().unwrap_or_default();
    bare.trim().to_ascii_lowercase()
}
