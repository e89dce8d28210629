//! The settings of a command: what wins, and where each value comes from.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde_json::Value;

use super::{
    ConfigFile, Environment, GivenUrl, Logins, OauthSection, Origin, Overruled, RedactSection, Section, Setting,
    TokenSource, Waiver,
    belongs::{elsewhere, one_address, one_token_url},
    file::no_target,
    layers::Layers,
    overruled::overruled,
};
use crate::{http::AuthMode, idp::Dialect, judge::Level, scenario::Need};

/// Scenarios at once.
const JOBS: u16 = 4;
/// For one exchange: Okta closes the connection then.
const TIMEOUT: Duration = Duration::from_secs(60);
/// For pauses that a target asks for.
const PATIENCE: Duration = Duration::from_secs(30);
/// For one change to show.
const SETTLE: Duration = Duration::from_secs(2);
/// Bytes of an answer that are read.
const MAX_BODY: usize = 8 * 1024 * 1024;
/// Domain of logins and addresses.
const DOMAIN: &str = "example.com";
/// What runs where nothing is selected.
const SUITE: &str = "okta";

/// What is typed.
#[derive(Debug, Clone, Default)]
pub struct CommandLine {
    /// Settings.
    pub section: Section,
    /// The name of the target.
    pub target: Option<String>,
    /// The target is the reference server: none of the file is chosen.
    pub embedded: bool,
}

/// All settings, with what holds where nobody says anything.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The configuration file, as the user knows it, where there is one.
    pub file: Option<String>,
    /// The names of the targets that could be chosen.
    pub targets: Vec<String>,
    /// The name of the chosen target, where one is chosen.
    pub target: Option<Setting<String>>,
    /// The target.
    pub base_url: Option<Setting<GivenUrl>>,
    /// Where the credentials come from.
    pub credentials: Option<CredentialsSource>,
    /// A variable that wins over credentials of the chosen target, where one does.
    pub overruled: Option<Overruled>,
    /// Where the token of another tenant is.
    pub other_token: Option<Setting<TokenSource>>,
    /// How tokens are sent.
    pub auth: Setting<AuthMode>,
    /// PEM file of a certificate authority to trust as well.
    pub ca_file: Option<Setting<PathBuf>>,
    /// PEM file with our client certificate.
    pub client_cert: Option<Setting<PathBuf>>,
    /// PEM file with the key of the client certificate.
    pub client_key: Option<Setting<PathBuf>>,
    /// Trust any certificate.
    pub insecure: Setting<bool>,
    /// Consent to write to a host that is not this machine.
    pub yes: Setting<bool>,
    /// Suites, folders or globs of scenarios that run.
    pub suites: Setting<Vec<String>>,
    /// A folder of own scenarios.
    pub scenarios: Option<Setting<PathBuf>>,
    /// Dialects to speak.
    pub dialects: Setting<Vec<Dialect>>,
    /// What the target does not have: what is typed adds to what the file says.
    pub off: Vec<Setting<Need>>,
    /// Lowest level that fails the run.
    pub fail_on: Setting<Level>,
    /// Reports to write: `FORMAT=PATH`.
    pub reports: Setting<Vec<String>>,
    /// Scenarios at once.
    pub jobs: Setting<u16>,
    /// Time for one exchange.
    pub timeout: Setting<Duration>,
    /// Time for pauses that the target asks for.
    pub patience: Setting<Duration>,
    /// Time for a change to show.
    pub settle: Setting<Duration>,
    /// Time for a target that is still starting.
    pub wait: Option<Setting<Duration>>,
    /// Bytes of an answer that are read.
    pub max_body: Setting<usize>,
    /// Domain of logins and addresses.
    pub domain: Setting<String>,
    /// Whether userNames are addresses.
    pub logins: Setting<Logins>,
    /// Put before random passwords.
    pub password_prefix: Setting<String>,
    /// Attributes that everybody gets, by their paths.
    pub attributes: BTreeMap<String, Setting<Value>>,
    /// The folder of the user's own snapshots.
    pub snapshots: Option<Setting<PathBuf>>,
    /// How bad a difference from one is.
    pub snapshots_level: Setting<Level>,
    /// What differs from run to run in them.
    pub redact: Setting<Vec<RedactSection>>,
    /// Findings that are accepted for now.
    pub waivers: Vec<Waiver>,
}

/// Where the credentials come from.
#[derive(Debug, Clone)]
pub enum CredentialsSource {
    /// A token that is there.
    Token(Setting<TokenSource>),
    /// Access tokens that are fetched.
    Oauth(Box<OauthSettings>),
}

/// Where access tokens come from; what is missing is told where they are fetched.
#[derive(Debug, Clone)]
pub struct OauthSettings {
    /// The token endpoint.
    pub token_url: Option<Setting<GivenUrl>>,
    /// Who we are to it.
    pub client_id: Option<Setting<String>>,
    /// Where the client's secret is.
    pub client_secret: Option<Setting<TokenSource>>,
    /// Where the refresh token is.
    pub refresh_token: Option<Setting<TokenSource>>,
    /// The scope to ask for.
    pub scope: Option<Setting<String>>,
}

/// Settings that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SettingsError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Settings {
    /// The files that hold secrets.
    pub fn secret_files(&self) -> Vec<PathBuf> {
        let mut sources: Vec<&TokenSource> = self.other_token.iter().map(|token| &token.value).collect();
        match &self.credentials {
            Some(CredentialsSource::Token(token)) => sources.push(&token.value),
            Some(CredentialsSource::Oauth(oauth)) => {
                sources
                    .extend([&oauth.client_secret, &oauth.refresh_token].into_iter().flatten().map(|one| &one.value));
            }
            None => {}
        }
        let file = |source: &TokenSource| match source {
            TokenSource::File(path) => Some(path.clone()),
            _ => None,
        };
        sources.into_iter().filter_map(file).collect()
    }

    /// Flags win over the environment, the environment over the file, and there the chosen target over what holds for
    /// all. What nobody says has a default.
    ///
    /// # Errors
    /// A target that the file does not have, or two targets or credentials at once.
    pub fn resolve(
        line: &CommandLine,
        environment: &Environment,
        file: Option<&ConfigFile>,
    ) -> Result<Settings, SettingsError> {
        let target = if line.embedded { None } else { target(line, environment, file)? };
        let name = target.as_ref().map(|target| target.value.as_str());
        let layers = Layers::new(&line.section, &environment.section, file, name);
        let urls: Vec<Setting<GivenUrl>> = layers.all("base_url", |section| section.base_url.clone()).collect();
        let credentials = credentials(&layers)?;
        let secrets = credentials.as_ref().map(CredentialsSource::origins).unwrap_or_default();
        one_address(target.as_ref(), &secrets, &urls)?;
        one_token_url(&layers, credentials.as_ref())?;
        let waivers = file.map(|file| {
            let own = name.and_then(|name| file.targets.get(name)).map_or(&[][..], |(_, waivers)| waivers);
            [own, &file.waivers].concat()
        });
        let or = |setting: Option<Setting<Duration>>, default| setting.unwrap_or(Setting::default(default));
        // Who says it of one address has not said it of another.
        let is_here = |origin: &Origin| elsewhere(origin, &urls).is_none();
        let said_here = |setting: Option<Setting<bool>>| {
            setting.filter(|said| is_here(&said.origin)).unwrap_or(Setting::default(false))
        };
        let other_token = layers.first("other_token", |section| section.other_token.clone());
        let other_token = other_token.filter(|token| is_here(&token.origin));
        Ok(Settings {
            file: file.map(|file| file.name.clone()),
            targets: file.map(|file| file.targets.keys().cloned().collect()).unwrap_or_default(),
            overruled: overruled(credentials.as_ref(), &layers),
            credentials,
            auth: layers.first("auth", |section| section.auth.clone()).unwrap_or(Setting::default(AuthMode::default())),
            ca_file: layers.first("ca_file", |section| section.ca_file.clone()),
            client_cert: layers.first("client_cert", |section| section.client_cert.clone()),
            client_key: layers.first("client_key", |section| section.client_key.clone()),
            insecure: said_here(layers.first("insecure", |section| section.insecure)),
            yes: said_here(layers.first("yes", |section| section.yes)),
            suites: layers
                .first("suites", |section| section.suites.clone())
                .unwrap_or_else(|| Setting::default(vec![SUITE.to_owned()])),
            scenarios: layers.first("scenarios", |section| section.scenarios.clone()),
            dialects: layers
                .first("dialects", |section| section.dialects.clone())
                .unwrap_or_else(|| Setting::default(Dialect::ALL.to_vec())),
            off: off(&layers),
            fail_on: layers.first("fail_on", |section| section.fail_on).unwrap_or(Setting::default(Level::Must)),
            reports: layers.first("reports", |section| section.reports.clone()).unwrap_or(Setting::default(Vec::new())),
            jobs: layers.first("jobs", |section| section.jobs.map(u16::from)).unwrap_or(Setting::default(JOBS)),
            timeout: or(layers.first("timeout", |section| section.timeout), TIMEOUT),
            patience: or(layers.first("patience", |section| section.patience), PATIENCE),
            settle: or(layers.first("settle", |section| section.settle), SETTLE),
            wait: layers.first("wait", |section| section.wait),
            max_body: layers.first("max_body", |section| section.max_body).unwrap_or(Setting::default(MAX_BODY)),
            domain: layers
                .first("people.domain", |section| section.people.domain.clone())
                .unwrap_or_else(|| Setting::default(DOMAIN.to_owned())),
            logins: layers
                .first("people.logins", |section| section.people.logins)
                .unwrap_or(Setting::default(Logins::default())),
            password_prefix: layers
                .first("people.password_prefix", |section| section.people.password_prefix.clone())
                .unwrap_or_else(|| Setting::default(String::new())),
            attributes: attributes(&layers),
            snapshots: layers.first("snapshots.folder", |section| section.snapshots.folder.clone()),
            snapshots_level: layers
                .first("snapshots.level", |section| section.snapshots.level)
                .unwrap_or(Setting::default(Level::Must)),
            redact: layers
                .first("snapshots.redact", |section| section.snapshots.redact.clone())
                .unwrap_or(Setting::default(Vec::new())),
            waivers: waivers.unwrap_or_default(),
            base_url: urls.into_iter().next(),
            other_token,
            target,
        })
    }
}

/// The target that is chosen: by a flag, else a variable, else the file.
fn target(
    line: &CommandLine,
    environment: &Environment,
    file: Option<&ConfigFile>,
) -> Result<Option<Setting<String>>, SettingsError> {
    let said = |name: &Option<String>, origin| name.clone().map(|value| Setting { value, origin });
    let chosen = said(&line.target, Origin::Flag("--target"))
        .or_else(|| said(&environment.target, Origin::Variable("SCIM_CHECK_TARGET")));
    let Some(chosen) = chosen else {
        return Ok(file.and_then(|file| {
            let (line, column) = file.place("default_target")?;
            said(&file.default_target, Origin::File { file: file.name.clone(), line, column, target: None })
        }));
    };
    let Some(file) = file else {
        let hint = "targets stand in scim-check.toml: [targets.NAME] begins one; or give --base-url URL";
        let message = format!("{} ({}), and there is no scim-check.toml", no_target(&chosen.value), chosen.origin);
        return Err(SettingsError { message, hint: hint.to_owned() });
    };
    if file.targets.contains_key(&chosen.value) {
        return Ok(Some(chosen));
    }
    let message = format!("{} in {} ({})", no_target(&chosen.value), file.name, chosen.origin);
    Err(SettingsError { message, hint: file.targets_hint(&chosen.value) })
}

fn credentials(layers: &Layers<'_>) -> Result<Option<CredentialsSource>, SettingsError> {
    // Per layer: whether it has a token, whether it says where to fetch one, and whether it says anything of that.
    let said = layers.all("token", |section| {
        let oauth = section.oauth.as_ref();
        Some((section.token.clone(), oauth.is_some_and(|oauth| oauth.token_url.is_some()), oauth.is_some()))
    });
    let mut begun = false;
    for Setting { value: (token, url, some), origin } in said {
        if let (Some(_), true, Origin::File { file, target, .. }) = (&token, some, &origin) {
            let below = target.as_ref().map(|target| format!(" below the target {target}")).unwrap_or_default();
            let message = format!("{file} has both `token` and `[oauth]`{below}");
            return Err(SettingsError { message, hint: "leave one of them out".to_owned() });
        }
        // What is typed about access tokens is meant, and lacks only where to get them.
        if origin.is_flag() && some && token.is_none() && oauth(layers).token_url.is_none() {
            return Ok(Some(CredentialsSource::Oauth(Box::new(oauth(layers)))));
        }
        if let Some(token) = token {
            let typed = matches!(token, TokenSource::Given(_));
            let origin = if typed { Origin::Flag("--token") } else { origin };
            return Ok(Some(CredentialsSource::Token(Setting { value: token, origin })));
        }
        if url {
            return Ok(Some(CredentialsSource::Oauth(Box::new(oauth(layers)))));
        }
        // The variables alone begin nothing: they may be there for another program.
        begun |= some && !matches!(origin, Origin::Variable(_));
    }
    Ok(begun.then(|| CredentialsSource::Oauth(Box::new(oauth(layers)))))
}

fn oauth(layers: &Layers<'_>) -> OauthSettings {
    fn part<T>(layers: &Layers<'_>, path: &str, get: impl Fn(&OauthSection) -> Option<T>) -> Option<Setting<T>> {
        layers.first(path, |section| section.oauth.as_ref().and_then(&get))
    }
    OauthSettings {
        token_url: part(layers, "oauth.token_url", |oauth| oauth.token_url.clone()),
        client_id: part(layers, "oauth.client_id", |oauth| oauth.client_id.clone()),
        client_secret: part(layers, "oauth.client_secret", |oauth| oauth.client_secret.clone()),
        refresh_token: part(layers, "oauth.refresh_token", |oauth| oauth.refresh_token.clone()),
        scope: part(layers, "oauth.scope", |oauth| oauth.scope.clone()),
    }
}

/// What is typed, and what the file says of the target or else of all.
fn off(layers: &Layers<'_>) -> Vec<Setting<Need>> {
    let mut all = Vec::new();
    let mut filed = false;
    for said in layers.all("off", |section| section.off.clone()) {
        if matches!(said.origin, Origin::File { .. }) && std::mem::replace(&mut filed, true) {
            continue;
        }
        let known = |all: &[Setting<Need>], need| all.iter().any(|one: &Setting<Need>| one.value == need);
        for value in said.value {
            if !known(&all, value) {
                all.push(Setting { value, origin: said.origin.clone() });
            }
        }
    }
    all
}

fn attributes(layers: &Layers<'_>) -> BTreeMap<String, Setting<Value>> {
    let said = layers.all("people.attributes", |section| Some(section.people.attributes.clone()));
    let paths: Vec<String> = said.flat_map(|section| section.value.into_iter().map(|(path, _)| path)).collect();
    let first = |path: String| {
        let value = layers
            .first(&format!("people.attributes.{path}"), |section| section.people.attributes.get(&path).cloned())?;
        Some((path, value))
    };
    paths.into_iter().filter_map(first).collect()
}
