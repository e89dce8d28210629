//! Settings as they are shown: without secrets, each with where it comes from.

use std::{fmt::Display, path::Path};

use serde_json::{Value, json};

use super::{
    CredentialsSource, GivenUrl, Logins, Origin, RedactSection, Setting, Settings, TokenSource, is_secret_itself,
    written,
};
use crate::http::AuthMode;

/// One setting.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its key with its tables: `people.domain`.
    pub path: String,
    /// Its value as it is written in the file; `None` where it is a secret or nothing was said.
    pub value: Option<Value>,
    /// Where it comes from; several for what adds up.
    pub origins: Vec<Origin>,
}

impl Settings {
    /// All settings, table by table.
    pub fn shown(&self) -> Vec<Shown> {
        let mut all = vec![
            url("base_url", self.base_url.as_ref()),
            source("token", self.token()),
            source("other_token", self.other_token.as_ref()),
            of("auth", &self.auth, |auth| json!(how(auth))),
            path("ca_file", self.ca_file.as_ref()),
            path("client_cert", self.client_cert.as_ref()),
            path("client_key", self.client_key.as_ref()),
            of("insecure", &self.insecure, |on| json!(on)),
            of("yes", &self.yes, |on| json!(on)),
            of("suites", &self.suites, |suites| json!(suites)),
            path("scenarios", self.scenarios.as_ref()),
            of("dialects", &self.dialects, |all| all.iter().map(|dialect| json!(dialect.name)).collect()),
            self.off(),
            of("fail_on", &self.fail_on, |level| json!(level.word())),
            of("reports", &self.reports, |reports| json!(reports)),
            of("jobs", &self.jobs, |jobs| json!(jobs)),
            of("timeout", &self.timeout, |time| json!(written(*time))),
            of("patience", &self.patience, |time| json!(written(*time))),
            of("settle", &self.settle, |time| json!(written(*time))),
            maybe("wait", self.wait.as_ref(), |time| json!(written(*time))),
            of("max_body", &self.max_body, |bytes| json!(bytes)),
        ];
        if let Some(CredentialsSource::Oauth(oauth)) = &self.credentials {
            all.extend([
                url("oauth.token_url", oauth.token_url.as_ref()),
                maybe("oauth.client_id", oauth.client_id.as_ref(), |id| json!(id)),
                source("oauth.client_secret", oauth.client_secret.as_ref()),
                source("oauth.refresh_token", oauth.refresh_token.as_ref()),
                maybe("oauth.scope", oauth.scope.as_ref(), |scope| json!(scope)),
            ]);
        }
        all.extend([
            of("people.domain", &self.domain, |domain| json!(domain)),
            of("people.logins", &self.logins, |logins| json!(kind(*logins))),
            of("people.password_prefix", &self.password_prefix, |prefix| json!(prefix)),
        ]);
        for (path, setting) in &self.attributes {
            all.push(of(format!("people.attributes.{path}"), setting, Clone::clone));
        }
        all.extend([
            path("snapshots.folder", self.snapshots.as_ref()),
            of("snapshots.level", &self.snapshots_level, |level| json!(level.word())),
            of("snapshots.redact", &self.redact, |redact| redact.iter().map(entry).collect()),
        ]);
        all
    }

    fn token(&self) -> Option<&Setting<TokenSource>> {
        match &self.credentials {
            Some(CredentialsSource::Token(token)) => Some(token),
            _ => None,
        }
    }

    fn off(&self) -> Shown {
        let mut origins: Vec<Origin> = Vec::new();
        for need in &self.off {
            if !origins.contains(&need.origin) {
                origins.push(need.origin.clone());
            }
        }
        if origins.is_empty() {
            origins.push(Origin::Default);
        }
        let value = self.off.iter().map(|need| json!(need.value.word())).collect();
        Shown { path: "off".to_owned(), value: Some(value), origins }
    }
}

fn entry(redact: &RedactSection) -> Value {
    let parts = [("at", &redact.at), ("matches", &redact.matches), ("as", &redact.with)];
    parts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), json!(text.as_ref()?)))).collect()
}

fn of<T>(path: impl Display, setting: &Setting<T>, value: impl Fn(&T) -> Value) -> Shown {
    maybe(path, Some(setting), value)
}

fn maybe<T>(path: impl Display, setting: Option<&Setting<T>>, value: impl Fn(&T) -> Value) -> Shown {
    let origin = setting.map_or(Origin::Default, |setting| setting.origin.clone());
    Shown { path: path.to_string(), value: setting.map(|setting| value(&setting.value)), origins: vec![origin] }
}

fn path<P: AsRef<Path>>(path: &str, setting: Option<&Setting<P>>) -> Shown {
    maybe(path, setting, |path| json!(path.as_ref().display().to_string()))
}

/// Where a secret is, and never what it is.
fn source(path: &str, setting: Option<&Setting<TokenSource>>) -> Shown {
    let mut shown = maybe(path, setting, |source| match source {
        TokenSource::Env(name) => json!({"env": name}),
        TokenSource::File(path) if is_secret_itself(path) => Value::Null,
        TokenSource::File(path) => json!({"file": path.display().to_string()}),
        TokenSource::Given(_) => Value::Null,
    });
    shown.value = shown.value.filter(|value| !value.is_null());
    shown
}

fn url(path: &str, setting: Option<&Setting<GivenUrl>>) -> Shown {
    maybe(path, setting, |url| json!(url.shown()))
}

fn how(auth: &AuthMode) -> String {
    match auth {
        AuthMode::Bearer => "bearer".to_owned(),
        AuthMode::Raw => "raw".to_owned(),
        AuthMode::Basic => "basic".to_owned(),
        AuthMode::Header(name) => format!("header:{name}"),
    }
}

fn kind(logins: Logins) -> &'static str {
    match logins {
        Logins::Address => "address",
        Logins::Name => "name",
    }
}
