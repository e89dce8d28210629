//! Credentials and how they are sent.

use std::{str::FromStr, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::header::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::{AccessTokens, AuthUse, Secrets};

const NOBODYS: &str = "scim-check-wrong-credentials";

/// Headers of Okta's client, and those that frame a message.
const NOT_THE_USERS: [&str; 8] = [
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Connection",
    "Content-Length",
    "Content-Type",
    "Transfer-Encoding",
    "User-Agent",
];

/// How the user's credentials are put into a header (okta-client section 3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AuthMode {
    /// `Authorization: Bearer <token>`.
    #[default]
    Bearer,
    /// `Authorization: <token>`, exactly as typed, as Okta's header authentication does.
    Raw,
    /// `Authorization: Basic <base64 of user:password>`.
    Basic,
    /// `<name>: <token>`.
    Header(String),
}

impl FromStr for AuthMode {
    type Err = String;

    fn from_str(text: &str) -> Result<AuthMode, String> {
        match text {
            "bearer" => Ok(AuthMode::Bearer),
            "raw" => Ok(AuthMode::Raw),
            "basic" => Ok(AuthMode::Basic),
            other => match other.strip_prefix("header:").map(str::trim) {
                Some(name) if HeaderName::from_str(name).is_ok() => Ok(AuthMode::Header(name.to_owned())),
                Some(name) => Err(format!("`{name}` is not a header name")),
                None => Err("expected bearer, raw, basic or header:NAME".to_owned()),
            },
        }
    }
}

/// The credentials of a run: what our requests carry, and what a stranger's would.
#[derive(Debug, Clone)]
pub struct Credentials {
    mode: AuthMode,
    ours: Option<(String, SecretString)>,
    /// Our value with the scheme in lower case.
    lower: Option<SecretString>,
    /// Our value with a letter more.
    suffixed: Option<SecretString>,
    /// Where tokens come from that are not given but fetched.
    tokens: Option<Arc<AccessTokens>>,
    wrong: (String, String),
    /// Those of another tenant, and how they are sent.
    other: Option<(AuthMode, String, SecretString)>,
    extra: Vec<(String, SecretString)>,
}

impl Credentials {
    /// No credentials.
    pub fn none() -> Credentials {
        Credentials {
            mode: AuthMode::Bearer,
            ours: None,
            lower: None,
            suffixed: None,
            tokens: None,
            wrong: ("Authorization".to_owned(), format!("Bearer {NOBODYS}")),
            other: None,
            extra: Vec::new(),
        }
    }

    /// Access tokens as bearer tokens.
    pub fn oauth(tokens: Arc<AccessTokens>) -> Credentials {
        Credentials { tokens: Some(tokens), ..Credentials::none() }
    }

    /// Puts a token into the header that the mode says.
    ///
    /// # Errors
    /// A sentence where the token can't be a header value, or a Basic one has no colon.
    pub fn new(mode: &AuthMode, token: &SecretString) -> Result<Credentials, String> {
        let token = token.expose_secret();
        if *mode == AuthMode::Bearer && token.get(..7).is_some_and(|begin| begin.eq_ignore_ascii_case("bearer ")) {
            return Err("the token begins with `Bearer`, which is sent in front of it anyway: leave it out".to_owned());
        }
        let (name, value, wrong) = match mode {
            AuthMode::Bearer => ("Authorization", format!("Bearer {token}"), format!("Bearer {NOBODYS}")),
            AuthMode::Raw => {
                // The scheme is kept, so that only the secret part is wrong.
                let wrong = match token.split_once(' ') {
                    Some((scheme, _)) => format!("{scheme} {NOBODYS}"),
                    None => NOBODYS.to_owned(),
                };
                ("Authorization", token.to_owned(), wrong)
            }
            AuthMode::Basic => {
                if !token.contains(':') {
                    return Err("basic authentication needs `user:password`".to_owned());
                }
                let encode = |text: &str| format!("Basic {}", STANDARD.encode(text));
                ("Authorization", encode(token), encode("nobody:scim-check-wrong-credentials"))
            }
            AuthMode::Header(name) => (name.as_str(), token.to_owned(), NOBODYS.to_owned()),
        };
        if HeaderValue::from_str(&value).is_err() {
            return Err("the token holds characters that no HTTP header may hold".to_owned());
        }
        let suffixed = match mode {
            AuthMode::Basic => format!("Basic {}", STANDARD.encode(format!("{token}x"))),
            _ => format!("{value}x"),
        };
        // What has no scheme is sent as it is.
        let lower = match value.split_once(' ') {
            Some((scheme, rest)) if name == "Authorization" => format!("{} {rest}", scheme.to_ascii_lowercase()),
            _ => value.clone(),
        };
        Ok(Credentials {
            mode: mode.clone(),
            lower: Some(lower.into()),
            suffixed: Some(suffixed.into()),
            ours: Some((name.to_owned(), value.into())),
            tokens: None,
            wrong: (name.to_owned(), wrong),
            other: None,
            extra: Vec::new(),
        })
    }

    /// Adds the token of another tenant, sent in the way that `mode` says.
    ///
    /// # Errors
    /// As [`Credentials::new`].
    pub fn set_other(&mut self, mode: &AuthMode, token: &SecretString) -> Result<(), String> {
        let other = Credentials::new(mode, token)?;
        self.other = other.ours.map(|(name, value)| (other.mode, name, value));
        Ok(())
    }

    /// Adds a header of the user's to every request; `Authorization` becomes our credential.
    ///
    /// # Errors
    /// A sentence where `line` is not `Name: value`.
    pub fn add_header(&mut self, line: &str) -> Result<(), String> {
        let (name, value) = line.split_once(':').ok_or_else(|| "there is no colon in it".to_owned())?;
        let (name, value) = (name.trim(), value.trim());
        if HeaderName::from_str(name).is_err() {
            // It is not repeated: who forgot the name has a secret before the colon.
            return Err("what stands before the colon is not the name of a header".to_owned());
        }
        if NOT_THE_USERS.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            return Err(format!("`{name}` goes out as Okta's client sends it and can't be given"));
        }
        if HeaderValue::from_str(value).is_err() {
            return Err(format!("the value of `{name}` holds characters that no HTTP header may hold"));
        }
        if name.eq_ignore_ascii_case("authorization") {
            let raw = Credentials::new(&AuthMode::Raw, &SecretString::from(value.to_owned()))?;
            self.mode = raw.mode;
            self.ours = raw.ours;
            self.lower = raw.lower;
            self.suffixed = raw.suffixed;
            self.tokens = None;
            self.wrong = raw.wrong;
        } else {
            self.extra.push((name.to_owned(), value.to_owned().into()));
        }
        Ok(())
    }

    /// True when the user gave credentials.
    pub fn given(&self) -> bool {
        self.mode().is_some()
    }

    /// Where access tokens come from, if they are fetched.
    pub fn tokens(&self) -> Option<&AccessTokens> {
        self.tokens.as_deref()
    }

    /// The headers to send, names and values; the values are secrets. A token that is fetched is not among them.
    pub fn headers(&self, auth: AuthUse) -> Vec<(&str, &str)> {
        let own = match (auth, &self.ours) {
            (AuthUse::Ours, Some((name, value))) => Some((name.as_str(), value.expose_secret())),
            (AuthUse::LowerCase, Some((name, value))) => {
                Some((name.as_str(), self.lower.as_ref().unwrap_or(value).expose_secret()))
            }
            (AuthUse::Suffixed, Some((name, _))) => {
                self.suffixed.as_ref().map(|value| (name.as_str(), value.expose_secret()))
            }
            (AuthUse::Wrong, _) => Some((self.wrong.0.as_str(), self.wrong.1.as_str())),
            (AuthUse::Other, _) => self.other.as_ref().map(|(_, name, value)| (name.as_str(), value.expose_secret())),
            _ => None,
        };
        let extra = self.extra.iter().map(|(name, value)| (name.as_str(), value.expose_secret()));
        own.into_iter().chain(extra).collect()
    }

    /// How our credentials are sent, for a curl line; `None` where there are none.
    pub fn mode(&self) -> Option<&AuthMode> {
        (self.ours.is_some() || self.tokens.is_some()).then_some(&self.mode)
    }

    /// The same for those of another tenant.
    pub fn other_mode(&self) -> Option<&AuthMode> {
        self.other.as_ref().map(|(mode, ..)| mode)
    }

    /// The header that nobody's credentials are sent in, and its value, which is no secret.
    pub fn wrong(&self) -> (&str, &str) {
        (&self.wrong.0, &self.wrong.1)
    }

    /// Names of the further headers the user gave.
    pub fn extra_names(&self) -> impl Iterator<Item = &str> {
        self.extra.iter().map(|(name, _)| name.as_str())
    }

    /// Everything in these credentials that no output may show; of fetched tokens those of so far.
    pub fn secrets(&self) -> Secrets {
        let mut secrets = self.tokens.as_ref().map(|tokens| tokens.secrets()).unwrap_or_default();
        let other = self.other.iter().map(|(.., value)| value);
        for value in self.ours.iter().chain(&self.extra).map(|(_, value)| value).chain(other).chain(&self.suffixed) {
            let value = value.expose_secret();
            secrets.add(value);
            if let Some((scheme, rest)) = value.split_once(' ') {
                secrets.add(rest);
                secrets.add_parts(rest);
                if scheme.eq_ignore_ascii_case("basic")
                    && let Some(pair) = STANDARD.decode(rest).ok().and_then(|raw| String::from_utf8(raw).ok())
                {
                    secrets.add(&pair);
                    if let Some((_, password)) = pair.split_once(':') {
                        secrets.add(password);
                        secrets.add_parts(password);
                    }
                }
            }
        }
        for (_, value) in &self.extra {
            secrets.add_parts(value.expose_secret());
        }
        secrets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(mode: &str, token: &str) -> String {
        let mode = mode.parse().unwrap();
        let credentials = Credentials::new(&mode, &SecretString::from(token.to_owned())).unwrap();
        let headers = credentials.headers(AuthUse::Ours);
        format!("{}: {}", headers[0].0, headers[0].1)
    }

    #[test]
    fn each_mode_sends_as_it_says() {
        assert_eq!(sent("bearer", "s3cret"), "Authorization: Bearer s3cret");
        assert_eq!(sent("raw", "Token s3cret"), "Authorization: Token s3cret");
        assert_eq!(sent("basic", "u:p"), "Authorization: Basic dTpw");
        assert_eq!(sent("header:X-Api-Key", "s3cret"), "X-Api-Key: s3cret");
        assert!("header:b ad".parse::<AuthMode>().is_err());
    }

    #[test]
    fn an_authorization_header_is_our_credential() {
        let mut credentials = Credentials::none();
        credentials.add_header("Authorization: Token abcdef").unwrap();
        credentials.add_header("X-Tenant: acme1").unwrap();
        assert!(credentials.given());
        assert_eq!(credentials.headers(AuthUse::None), [("X-Tenant", "acme1")]);
        assert_eq!(credentials.headers(AuthUse::Wrong)[0].1, format!("Token {NOBODYS}"));
        assert_eq!(credentials.secrets().hide("abcdef acme1"), "[secret] [secret]");
    }

    #[test]
    fn the_token_of_another_tenant_goes_out_only_where_it_is_asked_for() {
        let mut credentials = Credentials::new(&AuthMode::Bearer, &"s3cret".to_owned().into()).unwrap();
        assert_eq!(credentials.headers(AuthUse::Other), []);
        credentials.set_other(&AuthMode::Bearer, &"an0ther".to_owned().into()).unwrap();
        assert_eq!(credentials.headers(AuthUse::Other), [("Authorization", "Bearer an0ther")]);
        assert_eq!(credentials.headers(AuthUse::Ours), [("Authorization", "Bearer s3cret")]);
        assert_eq!(credentials.secrets().hide("an0ther s3cret"), "[secret] [secret]");
    }

    #[test]
    fn a_letter_more_is_another_token_and_a_secret() {
        let sent = |mode: AuthMode, token: &str| {
            let credentials = Credentials::new(&mode, &token.to_owned().into()).unwrap();
            let sent = credentials.headers(AuthUse::Suffixed)[0].1.to_owned();
            assert!(!credentials.secrets().hide(&sent).contains(&sent[7..]), "{sent}");
            sent
        };
        assert_eq!(sent(AuthMode::Bearer, "s3cret"), "Bearer s3cretx");
        assert_eq!(sent(AuthMode::Basic, "ada:s3cret"), format!("Basic {}", STANDARD.encode("ada:s3cretx")));
        assert_eq!(Credentials::none().headers(AuthUse::Suffixed), []);
    }

    #[test]
    fn debug_shows_no_secret() {
        let credentials = Credentials::new(&AuthMode::Bearer, &SecretString::from("hush-hush".to_owned())).unwrap();
        assert!(!format!("{credentials:?}").contains("hush"));
    }
}
