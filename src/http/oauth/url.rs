//! The address of a token endpoint.

use url::Url;

use crate::http::{BaseUrlError, base_url::is_loopback};

/// The address of a token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenUrl(Url);

impl TokenUrl {
    /// Reads a token URL.
    ///
    /// # Errors
    /// Not a URL, not http or https, with a fragment (RFC 6749 section 3.2), or with a user name or password in it.
    pub fn parse(text: &str) -> Result<TokenUrl, BaseUrlError> {
        let wrong = |message: &str, hint: &str| BaseUrlError { message: message.to_owned(), hint: hint.to_owned() };
        const EXAMPLE: &str = "a token URL looks like https://login.example.com/oauth2/token";
        // The text is not repeated: there may be a password in it.
        let url = Url::parse(text.trim())
            .map_err(|error| wrong(&format!("the token URL can't be read: {error}"), EXAMPLE))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("the token URL does not begin with http:// or https://", EXAMPLE));
        }
        if !url.username().is_empty() || url.password().is_some() {
            let hint = "leave them out: the client's secret has settings of its own";
            return Err(wrong("the token URL holds a user name or password", hint));
        }
        if url.fragment().is_some() {
            return Err(wrong(
                "the token URL has a fragment (`#...`)",
                "a fragment never reaches a server: leave it out",
            ));
        }
        Ok(TokenUrl(url))
    }

    pub(super) fn url(&self) -> &Url {
        &self.0
    }

    /// Host and port, for messages.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or("");
        self.0.port_or_known_default().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// True when the host is this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// True for https.
    pub fn is_tls(&self) -> bool {
        self.0.scheme() == "https"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_token_url_is_refused() {
        for text in ["", "token", "localhost:80/x", "ftp://x/y", "https://h/p#f", "https://u:hush@h/"] {
            let error = TokenUrl::parse(text).unwrap_err();
            assert!(!error.to_string().contains("hush"), "{text}");
        }
        assert_eq!(TokenUrl::parse("https://login.example.com/a/?b=c").unwrap().host(), "login.example.com:443");
    }
}
