//! From settings to a client for the target.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{failure::Failure, oauth, print, secret::secret};
use crate::{
    config::{CredentialsSource, Origin, Setting, Settings, TokenSource, written},
    http::{BaseUrl, Client, ClientOptions, Credentials, TlsOptions, Transport},
    run::{PreflightError, preflight},
};

/// Everything needed to speak to a target.
pub struct Target {
    pub base: BaseUrl,
    pub credentials: Credentials,
    pub transport: Arc<dyn Transport>,
}

/// The base URL.
///
/// # Errors
/// `missing` where there is no base URL at all, or what is wrong with it.
pub fn base_url(settings: &Settings, missing: Failure) -> Result<BaseUrl, Failure> {
    let Some(Setting { value, origin }) = &settings.base_url else {
        return Err(match (&settings.target, settings.targets.as_slice()) {
            (Some(target), _) => Failure {
                message: format!("the target {} ({}) has no base URL", target.value, target.origin),
                hint: format!("add `base_url` below [targets.{}], or give --base-url URL", target.value),
                ..missing
            },
            (None, []) => missing,
            (None, names) => Failure { hint: format!("choose one by --target: {}", names.join(", ")), ..missing },
        });
    };
    BaseUrl::parse(value.as_str()).map_err(|error| Failure::usage(format!("{} ({origin})", error.message), error.hint))
}

/// The credentials; `headers` are those that every request gets besides.
///
/// # Errors
/// A secret that is not there or can't be used, or settings that are missing.
pub fn credentials(settings: &Settings, headers: &[String]) -> anyhow::Result<Credentials> {
    note_overruled(settings);
    let mut credentials = match &settings.credentials {
        None => Credentials::none(),
        Some(CredentialsSource::Token(source)) => fixed(source, settings)?,
        Some(CredentialsSource::Oauth(oauth)) => oauth::credentials(oauth, settings)?,
    };
    add_headers(&mut credentials, headers)?;
    Ok(credentials)
}

/// Says where a variable wins over credentials that the chosen target has in the file.
pub fn note_overruled(settings: &Settings) {
    if let Some(overruled) = &settings.overruled {
        print::talk(&format!("note: {}\n", overruled.note()));
    }
}

/// Adds what is typed behind `--header`.
///
/// # Errors
/// A line that is no header, or one that can't be given.
pub fn add_headers(credentials: &mut Credentials, headers: &[String]) -> Result<(), Failure> {
    headers.iter().try_for_each(|line| {
        let added = credentials.add_header(line);
        added.map_err(|message| Failure::usage(format!("--header: {message}"), "write --header 'Name: value'"))
    })
}

/// Adds the token of another tenant, if there is one.
///
/// # Errors
/// A file or a variable that holds no token.
pub fn add_other_tenant(credentials: &mut Credentials, settings: &Settings) -> Result<(), Failure> {
    if let Some(source) = &settings.other_token {
        let (other, _) = secret(source, "token of another tenant")?;
        let set = credentials.set_other(&settings.auth.value, &other);
        let hint = format!("check {}", source.origin);
        set.map_err(|message| Failure::usage(format!("the token of another tenant: {message}"), hint))?;
    }
    Ok(())
}

/// A token that is there, and how it is sent.
fn fixed(source: &Setting<TokenSource>, settings: &Settings) -> Result<Credentials, Failure> {
    let (token, _) = secret(source, "token")?;
    Credentials::new(&settings.auth.value, &token).map_err(|message| {
        let hint = format!("check the token ({}), and --auth, which says how it is sent", source.origin);
        Failure::usage(message, hint)
    })
}

/// A client for the target.
pub fn connect(settings: &Settings, base: BaseUrl, credentials: Credentials) -> anyhow::Result<Target> {
    if settings.insecure.value && base.is_tls() {
        let origin = &settings.insecure.origin;
        print::talk(&format!("notice: {origin} trusts any certificate: whoever sits between may read the token\n"));
    }
    for notice in base.notices() {
        print::talk(&format!("notice: {notice}\n"));
    }
    let client = Client::new(base.clone(), credentials.clone(), &client_options(settings))?;
    Ok(Target { base, credentials, transport: Arc::new(client) })
}

/// How a client is made.
pub fn client_options(settings: &Settings) -> ClientOptions {
    let path = |setting: &Option<Setting<PathBuf>>| setting.as_ref().map(|setting| setting.value.clone());
    ClientOptions {
        timeout: settings.timeout.value,
        max_body: settings.max_body.value,
        tls: TlsOptions {
            ca_file: path(&settings.ca_file),
            client_cert: path(&settings.client_cert),
            client_key: path(&settings.client_key),
            insecure: settings.insecure.value,
        },
        reuse: true,
    }
}

/// Looks at the target once, or for as long as `--wait` says.
pub async fn ready(target: &Target, settings: &Settings) -> Result<(), PreflightError> {
    let wait = settings.wait.as_ref().map(|wait| wait.value);
    let said = |origin: &Origin| if origin.is_flag() { String::new() } else { format!(" ({})", origin.remark()) };
    let look =
        look(target, wait, settings.credentials.as_ref().and_then(|one| one.origins().first().map(|one| said(one))));
    look.await.map_err(|mut error| {
        if let Some(base) = settings.base_url.as_ref().filter(|_| error.message.contains("at this base URL")) {
            error.hint.push_str(&said(&base.origin));
        }
        if let Some(wait) = wait.filter(|_| error.not_yet) {
            error.message.push_str(&format!(", after {} of waiting", written(wait)));
            // Whoever has waited needs not be told how.
            if let Some(at) = error.hint.find("`--wait") {
                error.hint.truncate(error.hint[..at].trim_end().len());
            }
        }
        error
    })
}

async fn look(target: &Target, wait: Option<Duration>, token: Option<String>) -> Result<(), PreflightError> {
    let token = token.unwrap_or_default();
    let check = match (target.credentials.tokens(), target.credentials.given()) {
        (Some(_), _) => Some(
            "the token endpoint gave an access token that the target does not take: check the scope, and what the client may do".to_owned(),
        ),
        (None, true) => Some(format!("check the token{token}, and how it is sent: --auth bearer, raw, basic or header:NAME")),
        (None, false) => None,
    };
    let check = check.as_deref();
    let look = || preflight(target.transport.as_ref(), &target.base, check);
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
                    message: format!("{} accepts the connection and says nothing", target.base.host()),
                    hint: "is the server overloaded, or still starting? --wait says how long to wait".to_owned(),
                    not_yet: true,
                }));
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
