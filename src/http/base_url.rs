//! The base URL of a target.

use url::{Host, Url};

use super::{Request, Secrets};

/// What the names of parameters with a secret have in them; `code` is where Azure Functions want a key, `sig` ends a signed URL.
const NAMES_OF_SECRETS: [&str; 8] = ["token", "key", "secret", "password", "auth", "code", "sig", "credential"];
/// A value of so many bytes says nothing to people, and may be a secret under any name.
const LONG: usize = 20;

/// Longest base URL that the OIN Wizard takes (okta-client 2.2).
const OKTA_LONGEST: usize = 1024;

/// The base URL of a target: no trailing slash, its query kept apart so that it can follow ours.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
    base: String,
    query: Option<String>,
}

/// Why a text is no base URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BaseUrlError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl BaseUrl {
    /// Reads a base URL.
    ///
    /// # Errors
    /// Not a URL, not http or https, with a fragment, or with a user name or password in it.
    pub fn parse(text: &str) -> Result<BaseUrl, BaseUrlError> {
        let text = text.trim();
        let wrong = |message: String, hint: &str| BaseUrlError { message, hint: hint.to_owned() };
        const EXAMPLE: &str = "a base URL looks like https://scim.example.com/scim/v2";
        if text.is_empty() {
            return Err(wrong("the base URL is empty".to_owned(), EXAMPLE));
        }
        // The scheme is not repeated: `localhost:8080/scim` would be one, and so would a token that was put in its place.
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        if !matches!(scheme.as_deref(), Some("http" | "https")) {
            return Err(wrong("the base URL does not begin with http:// or https://".to_owned(), EXAMPLE));
        }
        let url = Url::parse(text).map_err(|error| {
            // The text is not repeated: it may be a URL with a password in it.
            wrong(format!("the base URL can't be read: {error}"), EXAMPLE)
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(
                "the base URL holds a user name or password".to_owned(),
                "leave them out and give `user:password` in SCIM_CHECK_TOKEN with --auth basic",
            ));
        }
        if url.fragment().is_some() {
            return Err(wrong(
                "the base URL has a fragment (`#...`)".to_owned(),
                "a fragment never reaches a server: leave it out",
            ));
        }
        let mut bare = url.clone();
        bare.set_query(None);
        Ok(BaseUrl {
            base: bare.as_str().trim_end_matches('/').to_owned(),
            query: url.query().filter(|query| !query.is_empty()).map(str::to_owned),
            url,
        })
    }

    /// True where both lead to the same place, their queries included.
    pub fn is_same(&self, other: &BaseUrl) -> bool {
        (&self.base, &self.query) == (&other.base, &other.query)
    }

    /// The base without its query.
    pub fn as_str(&self) -> &str {
        &self.base
    }

    /// The whole URL of a request: the base's own query comes after the request's.
    pub fn url(&self, request: &Request) -> String {
        let mut url = format!("{}{}", self.base, request.target());
        if let Some(query) = &self.query {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(query);
        }
        url
    }

    /// True when a URL leads to this target: same scheme, host and port, and nobody's name in it.
    pub fn leads_here(&self, url: &Url) -> bool {
        url.origin() == self.url.origin() && url.username().is_empty() && url.password().is_none()
    }

    /// What no output may show of its query: the values of parameters that are named for a secret, and long ones.
    pub fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        for pair in self.query.iter().flat_map(|query| query.split('&')) {
            let Some((name, value)) = pair.split_once('=') else { continue };
            let name = name.to_ascii_lowercase();
            if value.len() >= LONG || NAMES_OF_SECRETS.iter().any(|word| name.contains(word)) {
                secrets.add(value);
                url::form_urlencoded::parse(pair.as_bytes()).for_each(|(_, value)| secrets.add(&value));
            }
        }
        secrets
    }

    /// Host and port, for messages.
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or("");
        match self.url.port_or_known_default() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// True when the host is this machine: `localhost`, 127.0.0.0/8 or `::1`.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// True for https.
    pub fn is_tls(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// What Okta would not accept of this base URL, in sentences.
    pub fn notices(&self) -> Vec<String> {
        let mut notices = Vec::new();
        if !self.is_tls() && !self.is_loopback() {
            notices.push("the base URL is plain http: Okta connects to https only".to_owned());
        }
        if self.base.contains('_') {
            notices.push("the base URL has an underscore in it, which Okta refuses".to_owned());
        }
        if self.url.as_str().len() > OKTA_LONGEST {
            notices.push(format!("the base URL is longer than the {OKTA_LONGEST} characters that Okta takes"));
        }
        notices
    }
}

/// True when the host of a URL is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// As it is displayed: without its query.
impl std::fmt::Debug for BaseUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?}", self.base)
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.base)
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Method;

    use super::*;

    #[test]
    fn a_trailing_slash_is_ignored_and_a_query_follows_ours() {
        let base = BaseUrl::parse("https://scim.example.com/v2/?connection=acme").unwrap();
        let list = Request::new(Method::GET, "/Users").query("count", "2");
        assert_eq!(base.url(&list), "https://scim.example.com/v2/Users?count=2&connection=acme");
        let read = Request::new(Method::GET, "/Users/7");
        assert_eq!(base.url(&read), "https://scim.example.com/v2/Users/7?connection=acme");
    }

    #[test]
    fn what_is_no_base_url_is_refused() {
        for text in ["", "scim", "localhost:80/x", "ftp://x/y", "http://h/p#f", "http://u:p@h/"] {
            assert!(BaseUrl::parse(text).is_err(), "{text}");
        }
        assert!(!BaseUrl::parse("http://u:hush@h/").unwrap_err().to_string().contains("hush"));
    }

    #[test]
    fn okta_would_refuse_plain_http_and_underscores() {
        assert_eq!(BaseUrl::parse("http://my_host.example.com/").unwrap().notices().len(), 2);
        assert!(BaseUrl::parse("http://127.0.0.9:8080/scim").unwrap().notices().is_empty());
        assert!(BaseUrl::parse("http://[::1]/").unwrap().is_loopback());
    }
}
