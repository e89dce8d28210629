//! From flags, environment and file to a client for the target.

use std::{env, fs, io::Read, path::Path, sync::Arc, time::Duration};

use secrecy::SecretString;
use tokio::time::Instant;

use super::{args::TargetArgs, failure::Failure, oauth, print};
use crate::{
    config::{ConfigFile, TokenSource},
    http::{AuthMode, BaseUrl, Client, ClientOptions, Credentials, TlsOptions, Transport},
    run::{PreflightError, preflight},
};

/// The variable that may hold the base URL.
const BASE_URL: &str = "SCIM_CHECK_BASE_URL";
/// The variable that may hold the token.
pub const TOKEN: &str = "SCIM_CHECK_TOKEN";
/// The variable that may hold the token of another tenant.
const OTHER_TOKEN: &str = "SCIM_CHECK_OTHER_TOKEN";

/// For pauses that a target asks for, where nothing is said.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything needed to speak to a target.
pub struct Target {
    pub base: BaseUrl,
    pub credentials: Credentials,
    pub transport: Arc<dyn Transport>,
}

/// The configuration file, if there is one.
pub fn config(args: &TargetArgs) -> anyhow::Result<ConfigFile> {
    let here = env::current_dir().unwrap_or_default();
    let found = ConfigFile::find(args.config.as_deref(), &here)?;
    Ok(found.map(|(_, config)| config).unwrap_or_default())
}

/// The base URL: flag or environment, else file.
///
/// # Errors
/// `missing` where there is no base URL at all, or what is wrong with it.
pub fn base_url(args: &TargetArgs, config: &ConfigFile, missing: Failure) -> anyhow::Result<BaseUrl> {
    let from_environment = env::var(BASE_URL).ok().filter(|text| !text.trim().is_empty());
    let Some(text) = args.base_url.as_ref().or(from_environment.as_ref()).or(config.base_url.as_ref()) else {
        return Err(missing.into());
    };
    Ok(BaseUrl::parse(text)?)
}

/// The credentials: flags, else environment, else file.
pub fn credentials(args: &TargetArgs, config: &ConfigFile) -> anyhow::Result<Credentials> {
    if config.token.is_some() && config.oauth.is_some() {
        let hint = "leave one of them out";
        return Err(Failure::usage("scim-check.toml has both `token` and `[oauth]`", hint).into());
    }
    // Flags win over the environment, and the environment over the file.
    let given = given(args)?;
    let ask = args.oauth.token_url.is_some() || given.is_none();
    let fetched = if ask { oauth::credentials(args, config, &client_options(args, config))? } else { None };
    let mut credentials = match fetched {
        Some(fetched) => fetched,
        None => fixed(given, args, config)?,
    };
    for line in &args.headers {
        credentials
            .add_header(line)
            .map_err(|message| Failure::usage(format!("--header: {message}"), "write --header 'Name: value'"))?;
    }
    Ok(credentials)
}

/// A token that is there, and how it is sent.
fn fixed(given: Option<SecretString>, args: &TargetArgs, config: &ConfigFile) -> Result<Credentials, Failure> {
    let mode = mode(args, config)?;
    match given.map_or_else(|| token_of_file(config), |given| Ok(Some(given)))? {
        Some(token) => Credentials::new(&mode, &token)
            .map_err(|message| Failure::usage(message, "check the token, and --auth, which says how it is sent")),
        None => Ok(Credentials::none()),
    }
}

/// How a token is sent: flag, else file.
///
/// # Errors
/// A file that says what can't be read.
pub fn mode(args: &TargetArgs, config: &ConfigFile) -> Result<AuthMode, Failure> {
    match (&args.auth, &config.auth) {
        (Some(mode), _) => Ok(mode.clone()),
        (None, Some(text)) => text.parse().map_err(|hint: String| {
            Failure::usage(format!("`auth = \"{text}\"` in scim-check.toml can't be read"), hint)
        }),
        (None, None) => Ok(AuthMode::default()),
    }
}

/// Adds the token of another tenant, if there is one: a file that a flag names, else the environment, else what the file names.
///
/// # Errors
/// A file or a variable that holds no token.
pub fn add_other_tenant(
    credentials: &mut Credentials,
    file: Option<&Path>,
    args: &TargetArgs,
    config: &ConfigFile,
) -> Result<(), Failure> {
    if let Some(other) = other_token(file, config)? {
        let set = credentials.set_other(&mode(args, config)?, &other);
        set.map_err(|message| Failure::usage(format!("the token of another tenant: {message}"), "check it"))?;
    }
    Ok(())
}

fn other_token(file: Option<&Path>, config: &ConfigFile) -> Result<Option<SecretString>, Failure> {
    let what = "token of another tenant";
    if let Some(path) = file {
        return read_secret(path, what, "check --other-token-file").map(Some);
    }
    if let Some(token) = secret_of_variable(OTHER_TOKEN, what)? {
        return Ok(Some(token));
    }
    match &config.other_token {
        Some(TokenSource::File(path)) => read_secret(path, what, "check `other_token` in scim-check.toml").map(Some),
        Some(TokenSource::Env(name)) => secret_of_variable(name, what),
        None => Ok(None),
    }
}

/// The token of a flag or of SCIM_CHECK_TOKEN.
fn given(args: &TargetArgs) -> Result<Option<SecretString>, Failure> {
    if let Some(path) = &args.token_file {
        return read_token(path, "check --token-file").map(Some);
    }
    if let Some(token) = &args.token {
        return usable(token.clone(), "token", "--token").map(Some);
    }
    token_of_environment()
}

fn token_of_file(config: &ConfigFile) -> Result<Option<SecretString>, Failure> {
    match &config.token {
        Some(TokenSource::File(path)) => read_token(path, "check `token` in scim-check.toml").map(Some),
        Some(TokenSource::Env(name)) => match secret_of_variable(name, "token")? {
            Some(token) => Ok(Some(token)),
            None => Err(Failure::usage(
                format!("the variable {name}, which scim-check.toml names for the token, is not set"),
                format!("set {name}, or leave `token` out"),
            )),
        },
        None => Ok(None),
    }
}

/// The token in SCIM_CHECK_TOKEN, if there is one.
///
/// # Errors
/// A value that can't be a token.
pub fn token_of_environment() -> Result<Option<SecretString>, Failure> {
    secret_of_variable(TOKEN, "token")
}

/// The secret in a variable of the environment, if there is one. `what` it is stands in the errors.
///
/// # Errors
/// A value that can't be a secret.
pub fn secret_of_variable(name: &str, what: &str) -> Result<Option<SecretString>, Failure> {
    match env::var(name) {
        Ok(secret) if !secret.trim().is_empty() => usable(secret, what, name).map(Some),
        Err(env::VarError::NotUnicode(_)) => {
            Err(Failure::usage(format!("{name} is not UTF-8"), format!("set it to the {what} as text")))
        }
        _ => Ok(None),
    }
}

/// The token in a file, or on standard input.
///
/// # Errors
/// A file that can't be read, or that holds no token.
pub fn read_token(path: &Path, hint: &str) -> Result<SecretString, Failure> {
    read_secret(path, "token", hint)
}

/// The secret in a file, or on standard input. `what` it is stands in the errors.
///
/// # Errors
/// A file that can't be read, or that holds something else than one line.
pub fn read_secret(path: &Path, what: &str, hint: &str) -> Result<SecretString, Failure> {
    let shown = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().take(64 * 1024).read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    let text = text.map_err(|error| Failure::usage(format!("the {what} can't be read from {shown}: {error}"), hint))?;
    usable(text, what, &shown)
}

/// The secret without the line end that editors add.
fn usable(text: String, what: &str, from: &str) -> Result<SecretString, Failure> {
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.trim().is_empty() {
        let hint = format!("it must hold the {what} and nothing else");
        return Err(Failure::usage(format!("{from} holds no {what}"), hint));
    }
    if secret.contains(['\r', '\n']) {
        let hint = format!("it must hold the {what} on one line, and nothing else");
        return Err(Failure::usage(format!("{from} holds more than one line"), hint));
    }
    Ok(SecretString::from(secret.to_owned()))
}

/// A client for the target.
pub fn connect(
    args: &TargetArgs,
    config: &ConfigFile,
    base: BaseUrl,
    credentials: Credentials,
) -> anyhow::Result<Target> {
    let options = client_options(args, config);
    if args.insecure && base.is_tls() {
        print::talk("notice: --insecure trusts any certificate: whoever sits between may read the token\n");
    }
    for notice in base.notices() {
        print::talk(&format!("notice: {notice}\n"));
    }
    let client = Client::new(base.clone(), credentials.clone(), &options)?;
    Ok(Target { base, credentials, transport: Arc::new(client) })
}

/// How long to wait altogether where the target asks for it.
pub fn patience(args: &TargetArgs, config: &ConfigFile) -> Duration {
    args.patience.or(config.patience.map(|patience| patience.0)).unwrap_or(PATIENCE)
}

fn client_options(args: &TargetArgs, config: &ConfigFile) -> ClientOptions {
    ClientOptions {
        timeout: args.timeout.or(config.timeout.map(|seconds| seconds.0)).unwrap_or(Duration::from_secs(60)),
        max_body: args.max_body,
        tls: TlsOptions {
            ca_file: args.ca_file.clone(),
            client_cert: args.client_cert.clone(),
            client_key: args.client_key.clone(),
            insecure: args.insecure,
        },
    }
}

/// Looks at the target once, or until it is there or `wait` has passed.
pub async fn ready(target: &Target, wait: Option<Duration>) -> Result<(), PreflightError> {
    let host = target.base.host();
    let check = match (target.credentials.tokens(), target.credentials.given()) {
        (Some(_), _) => Some(
            "the token endpoint gave an access token that the target does not take: check the scope, and what the client may do",
        ),
        (None, true) => Some("check the token, and how it is sent: --auth bearer, raw, basic or header:NAME"),
        (None, false) => None,
    };
    let look = || preflight(target.transport.as_ref(), &host, check);
    let Some(wait) = wait else {
        return look().await;
    };
    let now = Instant::now();
    // Longer than the clock can count is for ever, or a day.
    let until = now.checked_add(wait).unwrap_or(now + Duration::from_secs(86_400));
    let mut last = None;
    loop {
        // One silent attempt may not take longer than all of them together.
        match tokio::time::timeout_at(until, look()).await {
            Ok(Err(error)) if error.not_yet && Instant::now() < until => last = Some(error),
            Ok(result) => return result,
            Err(_) => {
                return Err(last.unwrap_or_else(|| PreflightError {
                    message: format!("{host} accepts the connection and says nothing"),
                    hint: "is the server overloaded, or still starting? --wait says how long to wait".to_owned(),
                    not_yet: true,
                }));
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
