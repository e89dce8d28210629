//! From settings to where access tokens come from.

use std::sync::Arc;

use super::{failure::Failure, print, secret::secret, target::client_options};
use crate::{
    config::{OauthSettings, Setting, Settings, TokenSource, variable},
    http::{AccessTokens, Credentials, OauthOptions, TokenUrl},
};

/// What gets access tokens.
///
/// # Errors
/// A setting that is missing or can't be used, or a token URL that secrets must not be sent to.
pub fn credentials(oauth: &OauthSettings, settings: &Settings) -> anyhow::Result<Credentials> {
    let missing = |what: &str, hint: &str| Failure::usage(format!("OAuth 2 needs {what}"), hint);
    let Some(Setting { value: token_url, origin }) = &oauth.token_url else {
        let hint = "give --oauth-token-url URL, or `token_url` under [oauth] in scim-check.toml";
        return Err(missing("a token URL", hint).into());
    };
    let token_url = TokenUrl::parse(token_url.as_str())
        .map_err(|error| Failure::usage(format!("{} ({origin})", error.message), error.hint))?;
    let client_id = oauth.client_id.as_ref().map(|id| id.value.clone()).filter(|id| !id.is_empty());
    let client_id = client_id.ok_or_else(|| missing("a client id", "give --oauth-client-id ID, or `client_id`"))?;
    let kept =
        |source: &Option<Setting<TokenSource>>, what| source.as_ref().map(|source| secret(source, what)).transpose();
    let client_secret = kept(&oauth.client_secret, "client secret")?;
    let refresh_token = kept(&oauth.refresh_token, "refresh token")?;
    if client_secret.is_none() && refresh_token.is_none() {
        let (one, other) = (variable("oauth.client_secret"), variable("oauth.refresh_token"));
        let hint = format!("set {one} or {other}, or name a file");
        return Err(missing("a client secret, a refresh token or both", &hint).into());
    }
    consent(&token_url, settings.yes.value)?;
    let (refresh_token, refresh_file) = refresh_token.unzip();
    let options = OauthOptions {
        token_url,
        client_id,
        client_secret: client_secret.map(|(secret, _)| secret),
        refresh_token,
        refresh_file: refresh_file.flatten(),
        scope: oauth.scope.as_ref().map(|scope| scope.value.clone()),
    };
    Ok(Credentials::oauth(Arc::new(AccessTokens::new(options, &client_options(settings))?)))
}

/// Secrets go over TLS, or stay on this machine.
fn consent(token_url: &TokenUrl, given: bool) -> Result<(), Failure> {
    if token_url.is_tls() || token_url.is_loopback() || given {
        return Ok(());
    }
    let host = token_url.host();
    Err(Failure::usage(
        format!("consent is needed: the token URL is plain http, and secrets would be sent to {host} for all to read"),
        "use https, or say --yes, or `yes = true` in scim-check.toml, if that is what you want",
    ))
}

/// Says what the next run has to know.
pub fn farewell(credentials: &Credentials) {
    if credentials.tokens().is_some_and(AccessTokens::has_lost_refresh_token) {
        print::talk(
            "notice: the authorization server has replaced the refresh token, and the new one could not be kept: in a \
             file that can be written it would be (--oauth-refresh-token-file, `refresh_token = { file = ... }`)\n",
        );
    }
}
