//! From flags, environment and file to where access tokens come from.

use std::{path::PathBuf, sync::Arc};

use secrecy::SecretString;

use super::{
    args::{OauthArgs, TargetArgs},
    failure::Failure,
    print,
    target::{read_secret, secret_of_variable},
};
use crate::{
    config::{ConfigFile, OauthSection, TokenSource},
    http::{AccessTokens, ClientOptions, Credentials, OauthOptions, TokenUrl},
};

const CLIENT_SECRET: &str = "SCIM_CHECK_OAUTH_CLIENT_SECRET";
const REFRESH_TOKEN: &str = "SCIM_CHECK_OAUTH_REFRESH_TOKEN";

/// A secret, and the file it is in if it is in one.
type Kept = (SecretString, Option<PathBuf>);

/// What gets access tokens, where flags or file say so and no flag says otherwise.
///
/// # Errors
/// A setting that is missing or can't be used, or a token URL that secrets must not be sent to.
pub fn credentials(
    args: &TargetArgs,
    config: &ConfigFile,
    client: &ClientOptions,
) -> anyhow::Result<Option<Credentials>> {
    let none = OauthSection::default();
    let section = config.oauth.as_ref().unwrap_or(&none);
    let oauth = &args.oauth;
    let Some(token_url) = oauth.token_url.as_ref().or(section.token_url.as_ref()) else {
        if config.oauth.is_some() || flags(oauth) {
            let hint = "give --oauth-token-url URL, or `token_url` under [oauth] in scim-check.toml";
            return Err(Failure::usage("OAuth 2 needs a token URL", hint).into());
        }
        return Ok(None);
    };
    let token_url = TokenUrl::parse(token_url)?;
    let missing = |what: &str, hint: &str| Failure::usage(format!("OAuth 2 needs {what}"), hint);
    let client_id = oauth.client_id.clone().or_else(|| section.client_id.clone()).filter(|id| !id.is_empty());
    let client_id = client_id.ok_or_else(|| missing("a client id", "give --oauth-client-id ID, or `client_id`"))?;
    let client_secret =
        secret(oauth.client_secret_file.as_ref(), CLIENT_SECRET, section.client_secret.as_ref(), "client secret")?;
    let refresh_token =
        secret(oauth.refresh_token_file.as_ref(), REFRESH_TOKEN, section.refresh_token.as_ref(), "refresh token")?;
    if client_secret.is_none() && refresh_token.is_none() {
        let hint = format!("set {CLIENT_SECRET} or {REFRESH_TOKEN}, or name a file");
        return Err(missing("a client secret, a refresh token or both", &hint).into());
    }
    consent(&token_url, args.yes || config.yes)?;
    let (refresh_token, refresh_file) = refresh_token.unzip();
    let options = OauthOptions {
        token_url,
        client_id,
        client_secret: client_secret.map(|(secret, _)| secret),
        refresh_token,
        refresh_file: refresh_file.flatten(),
        scope: oauth.scope.clone().or_else(|| section.scope.clone()),
    };
    Ok(Some(Credentials::oauth(Arc::new(AccessTokens::new(options, client)?))))
}

fn flags(oauth: &OauthArgs) -> bool {
    let OauthArgs { token_url: _, client_id, client_secret_file, refresh_token_file, scope } = oauth;
    client_id.is_some() || client_secret_file.is_some() || refresh_token_file.is_some() || scope.is_some()
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

/// A secret: from a flag's file, else the environment, else where the file says.
fn secret(
    file: Option<&PathBuf>,
    variable: &str,
    source: Option<&TokenSource>,
    what: &str,
) -> Result<Option<Kept>, Failure> {
    if let Some(path) = file {
        return Ok(Some((read_secret(path, what, "check the path in the flag")?, Some(path.clone()))));
    }
    if let Some(secret) = secret_of_variable(variable, what)? {
        return Ok(Some((secret, None)));
    }
    match source {
        None => Ok(None),
        Some(TokenSource::File(path)) => {
            let secret = read_secret(path, what, "check the path under [oauth] in scim-check.toml")?;
            Ok(Some((secret, Some(path.clone()))))
        }
        Some(TokenSource::Env(name)) => match secret_of_variable(name, what)? {
            Some(secret) => Ok(Some((secret, None))),
            None => Err(Failure::usage(
                format!("the variable {name}, which scim-check.toml names for the {what}, is not set"),
                format!("set {name}, or {variable}"),
            )),
        },
    }
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
