//! What may stand in `scim-check.toml`, at its top or below a target. Flags and variables are read into the same shape.

use std::{num::NonZeroU16, path::PathBuf, time::Duration};

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value};

#[cfg(test)]
use super::schema;
use super::{GivenUrl, read};
use crate::{http::AuthMode, idp::Dialect, judge::Level, scenario::Need};

/// Settings as one place says them; everything is optional.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Base URL of the SCIM server; /Users and so on are appended.
    #[cfg_attr(test, schemars(with = "Option<String>", regex(pattern = schema::URL), extend("examples" = ["https://scim.example.com/scim/v2"])))]
    pub base_url: Option<GivenUrl>,
    /// Where the token is; in this file never the token itself.
    pub token: Option<TokenSource>,
    /// Where the token of another tenant of the same server is.
    pub other_token: Option<TokenSource>,
    /// Where access tokens come from, in place of a token.
    pub oauth: Option<OauthSection>,
    /// How the token is sent.
    #[serde(default, deserialize_with = "read::auth")]
    #[cfg_attr(test, schemars(with = "Option<String>", regex(pattern = "^(bearer|raw|basic|header:.+)$"), extend("default" = "bearer", "examples" = ["bearer", "raw", "basic", "header:X-Api-Key"])))]
    pub auth: Option<AuthMode>,
    /// PEM file of a certificate authority to trust as well.
    pub ca_file: Option<PathBuf>,
    /// PEM file with our client certificate.
    pub client_cert: Option<PathBuf>,
    /// PEM file with the key of the client certificate.
    pub client_key: Option<PathBuf>,
    /// Trust any certificate.
    pub insecure: Option<bool>,
    /// Consent to write to a host that is not this machine.
    pub yes: Option<bool>,
    /// Suites, folders, IDs or globs of scenarios that run where nothing is selected.
    #[cfg_attr(test, schemars(extend("default" = ["okta"])))]
    pub suites: Option<Vec<String>>,
    /// A folder with scenarios of your own.
    pub scenarios: Option<PathBuf>,
    /// How to speak: presets of Okta apps, settings that differ behind a +.
    #[serde(default, deserialize_with = "read::dialects")]
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>", inner(regex(pattern = schema::dialect())), length(min = 1), extend("default" = Dialect::NAMES)))]
    pub dialects: Option<Vec<Dialect>>,
    /// What the target does not have; --off adds to it.
    pub off: Option<Vec<Need>>,
    /// Lowest level of a finding that fails the run.
    #[cfg_attr(test, schemars(extend("default" = "must")))]
    pub fail_on: Option<Level>,
    /// Reports to write, as FORMAT=PATH; - is standard output.
    #[cfg_attr(test, schemars(inner(regex(pattern = "^(json|junit|html|markdown|github|sarif|tap|har)=.+$")), extend("examples" = [["json=report.json"]])))]
    pub reports: Option<Vec<String>>,
    /// Scenarios at once.
    #[serde(default, deserialize_with = "read::jobs")]
    #[cfg_attr(test, schemars(range(min = 1, max = read::MOST_JOBS), extend("default" = 4)))]
    pub jobs: Option<NonZeroU16>,
    /// Time for one exchange, at most 60s, as Okta's.
    #[serde(default, deserialize_with = "read::exchange")]
    #[cfg_attr(test, schemars(with = "Option<schema::Time>", extend("default" = "60s")))]
    pub timeout: Option<Duration>,
    /// Time for pauses that the target asks for, altogether.
    #[serde(default, deserialize_with = "read::time")]
    #[cfg_attr(test, schemars(with = "Option<schema::Time>", extend("default" = "30s")))]
    pub patience: Option<Duration>,
    /// Time for a change to show, 0s for none.
    #[serde(default, deserialize_with = "read::time")]
    #[cfg_attr(test, schemars(with = "Option<schema::Time>", extend("default" = "2s")))]
    pub settle: Option<Duration>,
    /// Time for a target that is still starting.
    #[serde(default, deserialize_with = "read::time")]
    #[cfg_attr(test, schemars(with = "Option<schema::Time>"))]
    pub wait: Option<Duration>,
    /// Bytes of an answer that are read.
    #[serde(default, deserialize_with = "read::body")]
    #[cfg_attr(test, schemars(range(min = read::LEAST_BODY), extend("default" = 8388608)))]
    pub max_body: Option<usize>,
    /// What people look like, for picky servers.
    #[serde(default)]
    pub people: PeopleSection,
    /// Your own snapshots of your server: docs/snapshots.md.
    #[serde(default)]
    pub snapshots: SnapshotsSection,
}

/// Where a secret is.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Value")]
pub enum TokenSource {
    /// In a variable of the environment.
    Env(String),
    /// In a file; `-` is standard input, for flags only.
    File(PathBuf),
    /// It was given itself, in a flag.
    Given(SecretString),
}

impl TryFrom<Value> for TokenSource {
    type Error = &'static str;

    /// The errors repeat nothing of what is there: it may be the token itself.
    fn try_from(value: Value) -> Result<TokenSource, &'static str> {
        let Value::Object(members) = &value else {
            return Err("a secret has no place in this file: say where it is");
        };
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        match (members.len(), text("env"), text("file")) {
            (1, Some(name), None) => Ok(TokenSource::Env(name.to_owned())),
            (1, None, Some(path)) => Ok(TokenSource::File(path.into())),
            _ => Err("a secret comes either from `env` or from a `file`"),
        }
    }
}

/// Where access tokens come from: a token endpoint, and who we are to it. Everything may stand in a flag instead.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OauthSection {
    /// The token endpoint.
    #[cfg_attr(test, schemars(with = "Option<String>", regex(pattern = schema::URL)))]
    pub token_url: Option<GivenUrl>,
    /// Who we are to it.
    pub client_id: Option<String>,
    /// Where the client's secret is.
    pub client_secret: Option<TokenSource>,
    /// Where the refresh token is.
    pub refresh_token: Option<TokenSource>,
    /// The scope to ask for.
    pub scope: Option<String>,
}

/// What userNames look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Logins {
    /// An address: `scim-check-...-ada@example.com`.
    #[default]
    Address,
    /// A name without a domain.
    Name,
}

/// What people look like, for picky servers.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PeopleSection {
    /// Domain of logins and addresses.
    #[serde(default, deserialize_with = "read::domain")]
    #[cfg_attr(test, schemars(extend("default" = "example.com")))]
    pub domain: Option<String>,
    /// Whether userNames are addresses, or names without a domain.
    #[cfg_attr(test, schemars(extend("default" = "address")))]
    pub logins: Option<Logins>,
    /// Put before random passwords, for a policy.
    pub password_prefix: Option<String>,
    /// Attributes that everybody gets: paths and values.
    #[serde(default, deserialize_with = "read::attributes")]
    pub attributes: Map<String, Value>,
}

/// Your own snapshots of your server.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SnapshotsSection {
    /// Their folder.
    pub folder: Option<PathBuf>,
    /// How bad a difference is: a `must` unless another level stands here.
    #[cfg_attr(test, schemars(extend("default" = "must")))]
    pub level: Option<Level>,
    /// What differs from run to run besides ids, dates and the like.
    pub redact: Option<Vec<RedactSection>>,
}

/// Values to be replaced in snapshots: either at a place in bodies or where a text fits.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, schemars(extend("oneOf" = [{"required": ["at"]}, {"required": ["matches"]}])))]
pub struct RedactSection {
    /// A selector: `.meta.etag`, `.emails[].value`, `.**.requestId`.
    pub at: Option<String>,
    /// A regular expression.
    pub matches: Option<String>,
    /// What stands there instead.
    #[serde(rename = "as")]
    #[cfg_attr(test, schemars(extend("default" = "[redacted]")))]
    pub with: Option<String>,
}

impl Section {
    /// Every path to a file or a folder in it.
    pub(super) fn paths(&mut self) -> Vec<&mut PathBuf> {
        let mut sources = vec![&mut self.token, &mut self.other_token];
        if let Some(oauth) = &mut self.oauth {
            sources.extend([&mut oauth.client_secret, &mut oauth.refresh_token]);
        }
        let mut paths: Vec<&mut PathBuf> = sources
            .into_iter()
            .filter_map(|source| match source {
                Some(TokenSource::File(path)) => Some(path),
                _ => None,
            })
            .collect();
        let plain = [&mut self.ca_file, &mut self.client_cert, &mut self.client_key, &mut self.scenarios];
        paths.extend(plain.into_iter().chain([&mut self.snapshots.folder]).flatten());
        paths
    }
}
