//! The target, and how to reach it.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use crate::{
    config::{body_bytes, duration, exchange_time},
    http::AuthMode,
};

/// The target and how to reach it.
#[derive(Args)]
pub struct TargetArgs {
    /// A target of scim-check.toml, by its name (or set SCIM_CHECK_TARGET)
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Base URL of the SCIM server; `/Users` is appended to it (or set SCIM_CHECK_BASE_URL)
    // Not by clap's `env`: that would print the value in --help, and clash with --embedded.
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// File with the token, or - for standard input (or set SCIM_CHECK_TOKEN)
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// The token itself. Unsafe: others on this machine can see it
    #[arg(long, value_name = "TOKEN", conflicts_with = "token_file", hide_short_help = true)]
    pub token: Option<String>,
    /// How the token is sent: bearer, raw (exactly as typed), basic (user:password) or header:NAME
    #[arg(long, value_name = "HOW", hide_short_help = true)]
    pub auth: Option<AuthMode>,
    /// A header for every request, `Name: value`; visible to others on this machine
    #[arg(long = "header", value_name = "HEADER", hide_short_help = true)]
    pub headers: Vec<String>,
    /// PEM file of a certificate authority to trust as well
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub ca_file: Option<PathBuf>,
    /// PEM file with our client certificate
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub client_cert: Option<PathBuf>,
    /// PEM file with the key of the client certificate
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub client_key: Option<PathBuf>,
    /// Trust any certificate
    #[arg(long, hide_short_help = true)]
    pub insecure: bool,
    /// Time for one exchange, at most Okta's 60s [default: 60s]
    #[arg(long, value_name = "TIME", value_parser = timeout, hide_short_help = true)]
    pub timeout: Option<Duration>,
    /// Wait so long altogether where the target answers 429 with Retry-After [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration, hide_short_help = true)]
    pub patience: Option<Duration>,
    /// Bytes of an answer that are read [default: 8388608]
    #[arg(long, value_name = "BYTES", value_parser = body_bytes, hide_short_help = true)]
    pub max_body: Option<usize>,
    /// Wait so long for a target that is still starting
    #[arg(long, value_name = "TIME", value_parser = duration, hide_short_help = true)]
    pub wait: Option<Duration>,
    /// Consent to write to a host that is not this machine
    #[arg(long)]
    pub yes: bool,
    /// Configuration file instead of the nearest scim-check.toml
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub config: Option<PathBuf>,
    // Last: a heading holds for all that follow.
    #[command(flatten, next_help_heading = "Access tokens by OAuth 2, in place of a token")]
    pub oauth: OauthArgs,
}

impl TargetArgs {
    /// The flags that are given and mean nothing to the embedded server, which has a token of its own, and no TLS.
    pub fn not_embedded(&self) -> impl Iterator<Item = &'static str> {
        let given = [
            ("--token-file", self.token_file.is_some()),
            ("--token", self.token.is_some()),
            ("--auth", self.auth.is_some()),
            ("--header", !self.headers.is_empty()),
            ("--ca-file", self.ca_file.is_some()),
            ("--client-cert", self.client_cert.is_some()),
            ("--client-key", self.client_key.is_some()),
            ("--insecure", self.insecure),
            ("--oauth-token-url", self.oauth.token_url.is_some()),
            ("--oauth-client-id", self.oauth.client_id.is_some()),
            ("--oauth-client-secret-file", self.oauth.client_secret_file.is_some()),
            ("--oauth-refresh-token-file", self.oauth.refresh_token_file.is_some()),
            ("--oauth-scope", self.oauth.scope.is_some()),
        ];
        given.into_iter().filter(|(_, given)| *given).map(|(flag, _)| flag)
    }
}

/// Where access tokens come from, in place of a token.
#[derive(Args)]
pub struct OauthArgs {
    /// Get access tokens from this token endpoint
    #[arg(long = "oauth-token-url", value_name = "URL", conflicts_with_all = ["token", "token_file", "auth"], hide_short_help = true)]
    pub token_url: Option<String>,
    /// Who we are to the token endpoint
    #[arg(long = "oauth-client-id", value_name = "ID", hide_short_help = true)]
    pub client_id: Option<String>,
    /// File with the client's secret (or set SCIM_CHECK_OAUTH_CLIENT_SECRET)
    #[arg(long = "oauth-client-secret-file", value_name = "FILE", hide_short_help = true)]
    pub client_secret_file: Option<PathBuf>,
    /// File with a refresh token (or set SCIM_CHECK_OAUTH_REFRESH_TOKEN); one that replaces it is kept there
    #[arg(long = "oauth-refresh-token-file", value_name = "FILE", hide_short_help = true)]
    pub refresh_token_file: Option<PathBuf>,
    /// The scope to ask for
    #[arg(long = "oauth-scope", value_name = "SCOPE", hide_short_help = true)]
    pub scope: Option<String>,
}

fn timeout(text: &str) -> Result<Duration, String> {
    exchange_time(duration(text)?)
}
