//! A check inside a program of your own, such as a test of your server.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use secrecy::SecretString;

use crate::{
    config::ConfigFile,
    http::{AuthMode, BaseUrl, Client, ClientOptions, Credentials, TlsOptions},
    idp::Dialect,
    judge::Level,
    report::{self, Context, Verbosity},
    run::{Halt, Marker, PeopleDefaults, Plan, RunOptions, RunRecord, Runner, preflight, waive},
    scenario::{Library, Need, Selection},
};

/// Columns of a report: a failed test prints it, wherever that is.
const WIDTH: usize = 80;

/// Why a check could not be carried out: what `scim-check run` says as `error: ...`, `hint: ...`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({hint})")]
pub struct CheckError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl CheckError {
    fn new(message: impl ToString, hint: impl ToString) -> CheckError {
        CheckError { message: message.to_string(), hint: hint.to_string() }
    }
}

/// Plays the identity provider against a SCIM server and judges its answers, as `scim-check run` does, for tests of a server written in
/// Rust.
///
/// Nothing is read but what is given: no variable of the environment, no configuration file. What a run creates it removes.
///
/// ```
/// use scim_check::{Check, run::ExitCode, server::{Server, ServerOptions}};
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// // In place of this server stands yours, on a free port of this machine.
/// let server = Server::start(ServerOptions { token: Some("secret".to_owned()), ..ServerOptions::default() }).await?;
///
/// let check = Check::new(server.base_url()).bearer("secret").select("okta/lifecycle");
/// let record = check.run().await?;
/// assert_eq!(record.exit_code(), ExitCode::Ok, "{}", check.report(&record));
/// # server.stop().await;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct Check {
    base_url: String,
    auth: Option<(AuthMode, SecretString)>,
    headers: Vec<String>,
    ca_file: Option<PathBuf>,
    selected: Vec<String>,
    all: bool,
    scenarios: Option<PathBuf>,
    dialects: Vec<String>,
    off: Vec<Need>,
    waivers: Option<PathBuf>,
    fail_on: Level,
    jobs: usize,
    timeout: Duration,
    patience: Duration,
    settle: Duration,
    consent: bool,
}

/// In short: base URL and headers may hold secrets.
impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = BaseUrl::parse(&self.base_url).map_or_else(|_| "no base URL".to_owned(), |base| base.host());
        let dialects = &self.dialects;
        f.debug_struct("Check")
            .field("host", &base)
            .field("selected", &self.selected)
            .field("dialects", dialects)
            .finish()
    }
}

impl Check {
    /// A check of the server at a base URL, to which `/Users` is appended, such as `http://127.0.0.1:8080/scim/v2`: the suite `okta`, in
    /// both dialects.
    pub fn new(base_url: impl Into<String>) -> Check {
        Check {
            base_url: base_url.into(),
            auth: None,
            headers: Vec::new(),
            ca_file: None,
            selected: Vec::new(),
            all: false,
            scenarios: None,
            dialects: Vec::new(),
            off: Vec::new(),
            waivers: None,
            fail_on: Level::Must,
            jobs: 4,
            timeout: ClientOptions::default().timeout,
            patience: Duration::from_secs(30),
            settle: Duration::from_secs(2),
            consent: false,
        }
    }

    /// Sends `Authorization: Bearer <token>`.
    pub fn bearer(self, token: impl Into<String>) -> Check {
        self.auth(AuthMode::Bearer, token)
    }

    /// Sends `Authorization: Basic`.
    pub fn basic(self, user: &str, password: &str) -> Check {
        self.auth(AuthMode::Basic, format!("{user}:{password}"))
    }

    /// Sends a token in another way.
    pub fn auth(mut self, mode: AuthMode, token: impl Into<String>) -> Check {
        self.auth = Some((mode, SecretString::from(token.into())));
        self
    }

    /// Sends one more header with every request.
    pub fn header(mut self, name: &str, value: &str) -> Check {
        self.headers.push(format!("{name}: {value}"));
        self
    }

    /// Trusts one more certificate authority, from a PEM file.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Check {
        self.ca_file = Some(path.into());
        self
    }

    /// Runs a suite; with others that are named, these too.
    pub fn suite(self, name: &str) -> Check {
        self.select(name)
    }

    /// Runs a folder, an ID or a glob of scenarios, such as `okta/lifecycle`, `okta/*/assign*`; with others that are named, these too.
    pub fn select(mut self, pattern: &str) -> Check {
        self.selected.push(pattern.to_owned());
        self
    }

    /// Runs all suites.
    pub fn all(mut self) -> Check {
        self.all = true;
        self
    }

    /// Knows the scenarios in a folder of your own, too.
    pub fn scenarios(mut self, folder: impl Into<PathBuf>) -> Check {
        self.scenarios = Some(folder.into());
        self
    }

    /// Speaks this dialect (`okta-catalogue`, `okta-aiw`), and others that are named; none named is both.
    pub fn dialect(mut self, name: &str) -> Check {
        self.dialects.push(name.to_owned());
        self
    }

    /// The server does not have this: what needs it is skipped.
    pub fn without(mut self, need: Need) -> Check {
        self.off.push(need);
        self
    }

    /// Heeds the waivers in a `scim-check.toml`; nothing else of that file counts.
    pub fn waivers(mut self, file: impl Into<PathBuf>) -> Check {
        self.waivers = Some(file.into());
        self
    }

    /// The lowest level that fails; without it [`Level::Must`].
    pub fn fail_on(mut self, level: Level) -> Check {
        self.fail_on = level;
        self
    }

    /// So many scenarios at once, 1 to 64; without it 4.
    pub fn jobs(mut self, jobs: usize) -> Check {
        self.jobs = jobs.clamp(1, 64);
        self
    }

    /// Time for one exchange; without it 60 seconds.
    pub fn timeout(mut self, time: Duration) -> Check {
        self.timeout = time;
        self
    }

    /// Waits so long altogether where the server answers 429 with Retry-After; without it 30 seconds.
    pub fn patience(mut self, time: Duration) -> Check {
        self.patience = time;
        self
    }

    /// Gives a change so long to show; without it 2 seconds.
    pub fn settle(mut self, time: Duration) -> Check {
        self.settle = time;
        self
    }

    /// Consents to write to a server that is not on this machine.
    pub fn consent(mut self) -> Check {
        self.consent = true;
        self
    }

    /// Plays it.
    ///
    /// # Errors
    /// What [`Check`] was told and can't be used, a server that can't be tested, or one on another machine without [`Check::consent`].
    /// Findings are no error: they are in the record, and [`RunRecord::exit_code`] says what they mean.
    pub async fn run(&self) -> Result<RunRecord, CheckError> {
        let (base, credentials) = self.target()?;
        if !base.is_loopback() && !self.consent {
            let what = format!("this creates, changes and removes people and groups of its own on {}", base.host());
            return Err(CheckError::new(
                format!("consent is needed: {what}"),
                "say .consent() if that is what you want",
            ));
        }
        let waivers = match &self.waivers {
            Some(file) => self.config(file)?.waivers,
            None => Vec::new(),
        };
        let (plan, everything) = self.plans(!waivers.is_empty())?;
        let tls = TlsOptions { ca_file: self.ca_file.clone(), ..TlsOptions::default() };
        let options = ClientOptions { timeout: self.timeout, tls, ..ClientOptions::default() };
        let client = Client::new(base.clone(), credentials, &options)
            .map_err(|error| CheckError::new(&error.message, &error.hint))?;
        let check = self.auth.is_some().then_some("check the token, and how it is sent");
        let looked = preflight(&client, &base, check).await;
        looked.map_err(|error| CheckError::new(&error.message, &error.hint))?;
        let options = RunOptions {
            jobs: self.jobs,
            keep: false,
            fail_on: self.fail_on,
            people: PeopleDefaults::default(),
            marker: Marker::new(),
            patience: self.patience,
            settle: self.settle,
            own_snapshots: Arc::default(),
        };
        let runner = Runner::new(Arc::new(client), base.as_str(), Arc::new(Halt::default()), options);
        let record = runner.run(&plan, |_| {}).await;
        Ok(waive(record, &waivers, &everything, Timestamp::now().to_zoned(TimeZone::UTC).date()))
    }

    /// What `scim-check run` would print: to be shown where a test fails. It holds no secrets.
    pub fn report(&self, record: &RunRecord) -> String {
        match self.context(record) {
            Ok(context) => report::terminal(record, &context, Verbosity::from(0)),
            Err(error) => error.to_string(),
        }
    }

    /// What the writers of [`report`] need besides the record.
    ///
    /// # Errors
    /// A base URL or credentials that can't be used, with which nothing was run.
    pub fn context(&self, record: &RunRecord) -> Result<Context, CheckError> {
        let (base, credentials) = self.target()?;
        Ok(Context::new(base, credentials, record, WIDTH))
    }

    fn target(&self) -> Result<(BaseUrl, Credentials), CheckError> {
        let base = BaseUrl::parse(&self.base_url).map_err(|error| CheckError::new(&error.message, &error.hint))?;
        let wrong = |message: String| CheckError::new(message, "check the token and the headers");
        let mut credentials = match &self.auth {
            Some((mode, token)) => Credentials::new(mode, token).map_err(wrong)?,
            None => Credentials::none(),
        };
        for line in &self.headers {
            credentials.add_header(line).map_err(wrong)?;
        }
        Ok((base, credentials))
    }

    fn config(&self, file: &std::path::Path) -> Result<ConfigFile, CheckError> {
        let found = ConfigFile::find(Some(file), std::path::Path::new("."));
        let found = found.map_err(|error| CheckError::new(&error, "check the file of the waivers"))?;
        Ok(found.map(|(_, config)| config).unwrap_or_default())
    }

    /// What is run, and everything that was read: where something is waived that is everything there is, since a waiver may be about any of it.
    fn plans(&self, waived: bool) -> Result<(Plan, Plan), CheckError> {
        let damaged = |error: &dyn ToString| CheckError::new(error.to_string(), "check the scenarios");
        let mut library = Library::known().map_err(|error| damaged(&error))?;
        if let Some(folder) = &self.scenarios {
            library.add_folder(folder).map_err(|error| damaged(&error))?;
        }
        let select = |patterns: &[String], all| {
            Selection::new(patterns, all).map_err(|error| CheckError::new(error.message, error.hint))
        };
        let selection = select(&self.selected, self.all)?;
        library.read(|id| waived || selection.takes(id, None)).map_err(|error| damaged(&error))?;
        let mut dialects = match self.dialects.is_empty() {
            true => Dialect::ALL.to_vec(),
            false => self.dialects.iter().map(|name| dialect(name)).collect::<Result<_, _>>()?,
        };
        if self.off.contains(&Need::Groups) {
            dialects.iter_mut().for_each(|dialect| dialect.import_groups = false);
        }
        let plan = Plan::new(&library, &selection, &dialects, &self.off);
        if plan.entries.is_empty() {
            return Err(CheckError::new("no scenario is selected", selection.hint(&library.ids())));
        }
        Ok((plan, Plan::new(&library, &select(&[], true)?, &dialects, &self.off)))
    }
}

fn dialect(name: &str) -> Result<Dialect, CheckError> {
    name.parse().map_err(|error: String| CheckError::new(format!("the dialect `{name}` can't be read"), error))
}
