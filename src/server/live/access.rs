//! Who may see the page. It shows personal data, and a tunnel brings strangers in from loopback.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::server::address::is_loopback;
use crate::server::auth::same;

/// How the names of headers begin by which proxies and tunnels say for whom they ask.
const FORWARDED: [&str; 7] = ["forwarded", "via", "x-forwarded", "x-real-ip", "x-original", "x-client-ip", "cf-"];

const NO_KEY: &str = "This page shows personal data and opens with a key only.\n\
    Open the address that the server printed when it started: the key is in it.\n";
const NOT_LOOPBACK: &str = "This page opens on the machine of the server only, by a name such as localhost or 127.0.0.1.\n\
    To reach it from elsewhere, start the server with credentials: the page then opens with a key.\n";

/// The rule of one server.
pub(super) enum Access {
    /// A random key, first in the address, then in the cookie of that name.
    Key { key: String, cookie: String },
    /// The SCIM endpoints are open to this machine, and so is the page.
    Loopback,
}

/// What the rule says of a request.
pub(super) enum Verdict {
    /// It may pass.
    Granted,
    /// It brought the key: from now on the cookie carries it.
    Entered {
        /// The value of Set-Cookie.
        cookie: String,
    },
    /// It may not, for this reason.
    Refused(&'static str),
}

impl Access {
    pub(super) fn new(authority: &str, credentials: bool) -> Self {
        if !credentials && is_loopback(authority) {
            return Access::Loopback;
        }
        // Cookies know no ports: the name keeps the servers of one machine apart.
        let port = authority.rsplit(':').next().unwrap_or_default();
        Access::Key { key: uuid::Uuid::new_v4().simple().to_string(), cookie: format!("scim-check-live-{port}") }
    }

    /// The path and query to open first.
    pub(super) fn entrance(&self) -> String {
        match self {
            Access::Key { key, .. } => format!("/?key={key}"),
            Access::Loopback => "/".to_owned(),
        }
    }

    pub(super) fn check(&self, request: &Request) -> Verdict {
        match self {
            Access::Key { key, cookie } => {
                if request.uri().path() == "/" && given_key(request).is_some_and(|given| same(&given, key)) {
                    return Verdict::Entered { cookie: format!("{cookie}={key}; Path=/; HttpOnly; SameSite=Strict") };
                }
                match cookies(request.headers(), cookie).any(|given| same(given, key)) {
                    true => Verdict::Granted,
                    false => Verdict::Refused(NO_KEY),
                }
            }
            Access::Loopback => {
                // A page from elsewhere whose name was pointed at loopback comes with that name.
                let mut hosts = request.headers().get_all(header::HOST).iter();
                let loopback = |host: &HeaderValue| host.to_str().is_ok_and(is_loopback);
                let named = hosts.next().is_some_and(loopback) && hosts.next().is_none();
                // The line of the request may name a host too, and counts before the header (RFC 9112 section 3.2.2).
                let meant = request.uri().authority().is_none_or(|authority| is_loopback(authority.as_str()));
                let mut names = request.headers().keys().map(HeaderName::as_str);
                let forwarded = names.any(|name| FORWARDED.iter().any(|start| name.starts_with(start)));
                match named && meant && !forwarded {
                    true => Verdict::Granted,
                    false => Verdict::Refused(NOT_LOOPBACK),
                }
            }
        }
    }
}

fn given_key(request: &Request) -> Option<String> {
    let query = request.uri().query()?;
    url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "key").map(|(_, key)| key.into_owned())
}

fn cookies<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(move |pair| {
        let (own, value) = pair.trim().split_once('=')?;
        (own == name).then_some(value)
    })
}
