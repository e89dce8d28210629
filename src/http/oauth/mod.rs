//! OAuth 2: access tokens from a token endpoint (RFC 6749), fetched when one is needed.
//!
//! Okta sends the access token of an authorization code grant and renews it with the refresh token that came with it
//! (okta-client section 3). The grant itself takes a person and a browser; from the refresh token on this does the
//! same. Client credentials are for servers that issue tokens without a person.

mod endpoint;
mod url;

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

pub use url::TokenUrl;

use super::{ClientError, ClientOptions, Secrets};
use endpoint::{Endpoint, Granted};

/// A token is renewed so long before it ends, so that it does not end on its way.
const MARGIN: Duration = Duration::from_secs(30);

/// How access tokens are got.
#[derive(Debug, Clone)]
pub struct OauthOptions {
    /// The token endpoint.
    pub token_url: TokenUrl,
    /// Who we are to it.
    pub client_id: String,
    /// How we prove it; `None` for a public client.
    pub client_secret: Option<SecretString>,
    /// What is given for an access token; without it we ask by our client credentials.
    pub refresh_token: Option<SecretString>,
    /// The file that the refresh token is kept in: one that replaces it is written there.
    pub refresh_file: Option<PathBuf>,
    /// The scope to ask for.
    pub scope: Option<String>,
}

/// Why there is no access token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no access token: {message}")]
pub struct TokenError {
    /// What is wrong, without secrets.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// True when waiting may help.
    pub not_yet: bool,
}

/// An access token, and which one it is.
pub(super) struct Issued {
    pub token: SecretString,
    pub number: u64,
}

/// Gets access tokens, one for all requests, and renews them: before they end, and when the target refuses one.
pub struct AccessTokens {
    endpoint: Endpoint,
    refresh_file: Option<PathBuf>,
    /// Held while a token is fetched, so that all who wait for it get the same one.
    state: tokio::sync::Mutex<State>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct State {
    current: Option<Current>,
    refresh_token: Option<SecretString>,
    issued: u64,
}

struct Current {
    token: SecretString,
    until: Option<Instant>,
}

/// What can be asked while a token is being fetched.
#[derive(Default)]
struct Known {
    secrets: Secrets,
    lost_refresh_token: bool,
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "AccessTokens from {}", self.endpoint.host())
    }
}

impl AccessTokens {
    /// Asks for nothing yet. Of the client's options certificates and time-out hold for the token endpoint too.
    ///
    /// # Errors
    /// A certificate file that can't be read or used.
    pub fn new(options: OauthOptions, client: &ClientOptions) -> Result<AccessTokens, ClientError> {
        let mut secrets = Secrets::default();
        for secret in options.client_secret.iter().chain(&options.refresh_token) {
            secrets.add(secret.expose_secret());
        }
        let endpoint = Endpoint::new(&options, client)?;
        secrets.add(endpoint.basic());
        Ok(AccessTokens {
            endpoint,
            refresh_file: options.refresh_file,
            state: tokio::sync::Mutex::new(State { refresh_token: options.refresh_token, ..State::default() }),
            known: Mutex::new(Known { secrets, lost_refresh_token: false }),
        })
    }

    /// The access token to use, fetched if there is none that lasts. `refused` is the number of one that the target
    /// did not take.
    pub(super) async fn token(&self, refused: Option<u64>) -> Result<Issued, TokenError> {
        let mut state = self.state.lock().await;
        let number = state.issued;
        if let Some(current) = &state.current
            && refused != Some(number)
            && current.until.is_none_or(|until| Instant::now() < until)
        {
            return Ok(Issued { token: current.token.clone(), number });
        }
        state.current = None;
        let asked = Instant::now();
        let refresh_token = state.refresh_token.clone();
        let granted = self.endpoint.ask(refresh_token.as_ref()).await.map_err(|error| self.without_secrets(error))?;
        self.remember(&granted);
        if let Some(new) = &granted.refresh_token
            && let Some(old) = &refresh_token
            && new.expose_secret() != old.expose_secret()
        {
            self.keep(new);
            state.refresh_token = Some(new.clone());
        }
        let token = granted.access_token;
        if HeaderValue::from_str(token.expose_secret()).is_err() {
            return Err(self.endpoint.unusable("a token with characters that no HTTP header may hold"));
        }
        let lasts = granted.expires_in.map(|lasts| lasts - MARGIN.min(lasts / 10));
        state.current = Some(Current { token: token.clone(), until: lasts.and_then(|lasts| asked.checked_add(lasts)) });
        state.issued += 1;
        Ok(Issued { token, number: state.issued })
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, granted: &Granted) {
        let mut known = self.known();
        for secret in std::iter::once(&granted.access_token).chain(&granted.refresh_token) {
            known.secrets.add(secret.expose_secret());
        }
    }

    /// Servers that replace a refresh token take the old one no longer: the next run needs the new one.
    fn keep(&self, refresh_token: &SecretString) {
        let kept = self.refresh_file.as_ref().is_some_and(|path| replace(path, refresh_token).is_ok());
        self.known().lost_refresh_token = !kept;
    }

    fn without_secrets(&self, error: TokenError) -> TokenError {
        TokenError { message: self.known().secrets.hide(&error.message), ..error }
    }

    /// True when the server has replaced the refresh token and the new one is in no file.
    pub fn has_lost_refresh_token(&self) -> bool {
        self.known().lost_refresh_token
    }

    /// Everything that no output may show: what was given, and all that was issued so far.
    pub fn secrets(&self) -> Secrets {
        self.known().secrets.clone()
    }
}

/// Replaces the content of a file as a whole, so that there is a token in it at any time.
fn replace(path: &Path, secret: &SecretString) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let mut beside = path.clone().into_os_string();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // A copy has the permissions of the file.
    fs::copy(&path, &beside)?;
    fs::write(&beside, format!("{}\n", secret.expose_secret()))?;
    fs::rename(&beside, &path)
}
