//! What can be typed.

mod serve;
mod snapshots;

use std::{num::NonZeroU16, path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::{
    serve::ServeArgs,
    snapshots::{SnapshotsArgs, SnapshotsChooseArgs, SnapshotsCommand, SnapshotsFolderArgs, SnapshotsStatusArgs},
};
use crate::{
    config::{body_bytes, duration, exchange_time, jobs_at_once},
    http::AuthMode,
    idp::Dialect,
    judge::Level,
    scenario::Need,
};

const EXAMPLES: &str = "\
Examples:
  scim-check run --embedded
      play Okta against the reference server inside this program
  SCIM_CHECK_TOKEN=... scim-check run --base-url http://127.0.0.1:8080/scim/v2
      play Okta against your server
  scim-check run --base-url URL okta/lifecycle --dialect okta-aiw -v
      one folder of scenarios, spoken by an app of the App Integration Wizard
  scim-check show okta/lifecycle/unassign
      a scenario, and the requests Okta sends in it

Exit codes:
  0  as expected
  1  findings at or above --fail-on
  2  wrong usage, configuration or data file
  3  the target could not be tested
  4  nothing was selected, or everything skipped
  130  interrupted, after clean-up";

/// Plays an identity provider against a SCIM server and says in plain words what would break.
#[derive(Parser)]
#[command(name = "scim-check", version, after_help = EXAMPLES, max_term_width = 100, disable_help_subcommand = true)]
pub struct Arguments {
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub color: Colour,
    #[command(subcommand)]
    pub command: Command,
}

/// When to use colour.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Subcommand)]
pub enum Command {
    /// Play the identity provider against a target and judge its answers
    Run(Box<RunArgs>),
    /// Run the reference server: a SCIM server that is right, or wrong on purpose
    Serve(Box<ServeArgs>),
    /// List suites and scenarios
    List(ListArgs),
    /// Show a scenario and the requests that are sent in it
    Show(ShowArgs),
    /// Explain a rule, a scenario, a fault or a persona
    Explain(ExplainArgs),
    /// Review, accept and tidy up your own snapshots of your server
    Snapshots(SnapshotsArgs),
    /// Tell two runs apart, from their JSON reports
    Diff(DiffArgs),
    /// Remove what killed runs left on a target
    Clean(Box<CleanArgs>),
    /// Print the settings, and where each comes from
    Config(Box<ConfigArgs>),
    /// Write a configuration and a scenario of your own to begin with
    Init(InitArgs),
}

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
    #[arg(long, value_name = "TOKEN", conflicts_with = "token_file")]
    pub token: Option<String>,
    /// How the token is sent: bearer, raw (exactly as typed), basic (user:password) or header:NAME
    #[arg(long, value_name = "HOW")]
    pub auth: Option<AuthMode>,
    #[command(flatten)]
    pub oauth: OauthArgs,
    /// A header for every request, `Name: value`; visible to others on this machine
    #[arg(long = "header", value_name = "HEADER")]
    pub headers: Vec<String>,
    /// PEM file of a certificate authority to trust as well
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// PEM file with our client certificate
    #[arg(long, value_name = "FILE")]
    pub client_cert: Option<PathBuf>,
    /// PEM file with the key of the client certificate
    #[arg(long, value_name = "FILE")]
    pub client_key: Option<PathBuf>,
    /// Trust any certificate
    #[arg(long)]
    pub insecure: bool,
    /// Time for one exchange, at most Okta's 60s [default: 60s]
    #[arg(long, value_name = "TIME", value_parser = timeout)]
    pub timeout: Option<Duration>,
    /// Wait so long altogether where the target answers 429 with Retry-After [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub patience: Option<Duration>,
    /// Bytes of an answer that are read [default: 8388608]
    #[arg(long, value_name = "BYTES", value_parser = body_bytes)]
    pub max_body: Option<usize>,
    /// Wait so long for a target that is still starting
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub wait: Option<Duration>,
    /// Consent to write to a host that is not this machine
    #[arg(long)]
    pub yes: bool,
    /// Configuration file instead of the nearest scim-check.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Where access tokens come from, in place of a token.
#[derive(Args)]
pub struct OauthArgs {
    /// OAuth 2: get access tokens from this token endpoint
    #[arg(long = "oauth-token-url", value_name = "URL", conflicts_with_all = ["token", "token_file", "auth"])]
    pub token_url: Option<String>,
    /// OAuth 2: who we are to the token endpoint
    #[arg(long = "oauth-client-id", value_name = "ID")]
    pub client_id: Option<String>,
    /// OAuth 2: file with the client's secret (or set SCIM_CHECK_OAUTH_CLIENT_SECRET)
    #[arg(long = "oauth-client-secret-file", value_name = "FILE")]
    pub client_secret_file: Option<PathBuf>,
    /// OAuth 2: file with a refresh token (or set SCIM_CHECK_OAUTH_REFRESH_TOKEN); one that replaces it is kept there
    #[arg(long = "oauth-refresh-token-file", value_name = "FILE")]
    pub refresh_token_file: Option<PathBuf>,
    /// OAuth 2: the scope to ask for
    #[arg(long = "oauth-scope", value_name = "SCOPE")]
    pub scope: Option<String>,
}

/// Which scenarios.
#[derive(Args)]
pub struct SelectArgs {
    /// Folders, IDs or globs of scenarios [default: the suite okta]
    #[arg(value_name = "SCENARIO")]
    pub patterns: Vec<String>,
    /// All suites
    #[arg(long)]
    pub all: bool,
    /// A folder with scenarios of your own
    #[arg(long, value_name = "DIR")]
    pub scenarios: Option<PathBuf>,
}

#[derive(Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub select: SelectArgs,
    #[command(flatten)]
    pub target: TargetArgs,
    /// File with the token of another tenant of the same server (or set SCIM_CHECK_OTHER_TOKEN): it must see nothing of what
    /// this run creates
    #[arg(long, value_name = "FILE")]
    pub other_token_file: Option<PathBuf>,
    /// Run against the reference server inside this program
    #[arg(long)]
    pub embedded: bool,
    /// Make the embedded server wrong (repeatable); `scim-check list --faults` names the faults
    #[arg(long = "fault", value_name = "NAME")]
    pub faults: Vec<String>,
    /// Make the embedded server wrong as some server is: several faults together
    #[arg(long, value_name = "NAME")]
    pub persona: Option<String>,
    /// How to speak (repeatable): okta-catalogue, okta-aiw [default: both]
    #[arg(long = "dialect", value_name = "NAME")]
    pub dialects: Vec<Dialect>,
    /// What the target does not have (repeatable): groups, passwords, roles, entitlements, or a feature such as patch
    #[arg(long = "off", value_name = "WHAT", value_parser = need)]
    pub off: Vec<Need>,
    /// Scenarios at once [default: 4]
    #[arg(long, value_name = "N", value_parser = jobs_at_once)]
    pub jobs: Option<NonZeroU16>,
    /// Give a change so long to show, 0 for no time at all [default: 2s]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub settle: Option<Duration>,
    /// Lowest level that fails the run: must, should or may [default: must]
    #[arg(long, value_name = "LEVEL")]
    pub fail_on: Option<Level>,
    /// Write a report (repeatable): json=PATH, - for standard output
    #[arg(long = "report", value_name = "FORMAT=PATH")]
    pub reports: Vec<String>,
    /// Put every exchange into the JSON report
    #[arg(long)]
    pub exchanges: bool,
    /// Print the waivers for scim-check.toml that would accept what fails this run; nothing is written to any file
    #[arg(long, conflicts_with = "dry_run")]
    pub write_waivers: bool,
    /// Show what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Leave everything that was created, and say what
    #[arg(long)]
    pub keep: bool,
    /// Hold the answers against your own snapshots in this folder; what is new or different waits there for
    /// `scim-check snapshots review`
    #[arg(long, value_name = "DIR")]
    pub snapshots: Option<PathBuf>,
    /// Write no snapshot: a missing one is a finding like a different one. Implied where CI is set
    #[arg(long)]
    pub ci: bool,
    /// Show scenarios (-v), exchanges too (-vv)
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

#[derive(Args)]
pub struct InitArgs {
    /// Where to write [default: here]
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub dir: PathBuf,
    /// Name of your suite, a folder below `scenarios`
    #[arg(long, value_name = "NAME", default_value = "mine")]
    pub suite: String,
    /// Begin with a copy of this built-in scenario
    #[arg(long, value_name = "ID")]
    pub from: Option<String>,
}

#[derive(Args)]
pub struct ConfigArgs {
    /// As JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten, next_help_heading = "As for run")]
    pub run: RunArgs,
}

#[derive(Args)]
pub struct ListArgs {
    /// Folders, IDs or globs of scenarios [default: all suites]
    #[arg(value_name = "SCENARIO")]
    pub patterns: Vec<String>,
    /// All suites, as where nothing is selected
    #[arg(long, conflicts_with = "patterns")]
    pub all: bool,
    /// A folder with scenarios of your own
    #[arg(long, value_name = "DIR")]
    pub scenarios: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// The faults of the embedded server instead
    #[arg(long)]
    pub faults: bool,
    /// The rules of the judge instead
    #[arg(long, conflicts_with = "faults")]
    pub rules: bool,
}

#[derive(Args)]
pub struct ShowArgs {
    /// ID of a scenario
    #[arg(value_name = "ID")]
    pub id: String,
    /// One dialect instead of all
    #[arg(long = "dialect", value_name = "NAME")]
    pub dialects: Vec<Dialect>,
    /// The requests as curl lines
    #[arg(long)]
    pub curl: bool,
    /// A folder with scenarios of your own
    #[arg(long, value_name = "DIR")]
    pub scenarios: Option<PathBuf>,
}

#[derive(Args)]
pub struct ExplainArgs {
    /// ID of a rule or scenario, or name of a fault or persona
    #[arg(value_name = "ID")]
    pub id: String,
    /// A folder with scenarios of your own
    #[arg(long, value_name = "DIR")]
    pub scenarios: Option<PathBuf>,
}

const DIFF_EXAMPLES: &str = "\
Examples:
  scim-check diff before.json after.json
      what the second run found that the first did not, and how answers differ
      (`run --exchanges --report json=FILE` keeps the answers)

Exit codes:
  0  no new finding at or above --fail-on
  1  new findings at or above --fail-on
  2  wrong usage, or a file that is no report";

#[derive(Args)]
#[command(after_help = DIFF_EXAMPLES)]
pub struct DiffArgs {
    /// JSON report of the run before
    #[arg(value_name = "A.json")]
    pub before: PathBuf,
    /// JSON report of the run after
    #[arg(value_name = "B.json")]
    pub after: PathBuf,
    /// Lowest level of a new finding that fails: must, should or may
    #[arg(long, value_name = "LEVEL", default_value_t = Level::Must)]
    pub fail_on: Level,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct CleanArgs {
    #[command(flatten)]
    pub target: TargetArgs,
    /// Spare what is younger, so that a run under way is not disturbed
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration)]
    pub older_than: Duration,
    /// Only list what would be removed
    #[arg(long)]
    pub dry_run: bool,
}

fn need(text: &str) -> Result<Need, String> {
    let known = || Need::ALL.into_iter();
    known().find(|need| need.word() == text).ok_or_else(|| {
        let words: Vec<&str> = known().map(Need::word).collect();
        format!("known are {}", words.join(", "))
    })
}

fn timeout(text: &str) -> Result<Duration, String> {
    exchange_time(duration(text)?)
}
