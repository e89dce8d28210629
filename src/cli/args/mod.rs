//! What can be typed.

mod begin;
mod examples;
mod serve;
mod snapshots;
mod target;

use std::{num::NonZeroU16, path::PathBuf, str::FromStr, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::{
    begin::{CompletionsArgs, ConfigArgs, InitArgs, ManArgs},
    serve::ServeArgs,
    snapshots::{SnapshotsArgs, SnapshotsChooseArgs, SnapshotsCommand, SnapshotsFolderArgs, SnapshotsStatusArgs},
    target::{OauthArgs, TargetArgs},
};
use crate::{
    config::{duration, jobs_at_once},
    idp::Dialect,
    judge::Level,
    scenario::Need,
};

const EXIT_CODES: &str = "\
Exit codes:
  0  as expected
  1  findings at or above --fail-on, or a stale waiver
  2  wrong usage, configuration or data file
  3  the target, or a scenario, could not be tested
  4  nothing was selected, or everything skipped
  130  interrupted, after clean-up";

/// Play an identity provider against a SCIM server and say what would break
#[derive(Parser)]
#[command(name = "scim-check", version, before_help = examples::MAIN, after_help = EXIT_CODES)]
#[command(max_term_width = 80, disable_help_subcommand = true)]
pub struct Arguments {
    /// When to use colour: auto, always or never
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub color: Colour,
    #[command(subcommand)]
    pub command: Command,
}

/// One of several parts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 1.
    pub part: usize,
    /// Of how many.
    pub parts: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let read = || {
            let (part, parts) = text.split_once('/')?;
            Some(Shard { part: part.trim().parse().ok()?, parts: parts.trim().parse().ok()? })
        };
        read()
            .filter(|shard| (1..=shard.parts).contains(&shard.part))
            .ok_or_else(|| "write which part of how many, from 1: 1/4".to_owned())
    }
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

/// What is typed behind `--color`, whatever else is typed.
pub fn typed_colour(arguments: impl Iterator<Item = String>) -> Colour {
    let arguments: Vec<String> = arguments.collect();
    let pairs = arguments.windows(2).filter(|pair| pair[0] == "--color").map(|pair| pair[1].as_str());
    let mut words = arguments.iter().filter_map(|argument| argument.strip_prefix("--color=")).chain(pairs);
    words.find_map(|word| Colour::from_str(word, false).ok()).unwrap_or(Colour::Auto)
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
    /// Explain a rule, a scenario, a fault, a persona, a dialect or a level
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
    /// Print what completes commands, flags and names in a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man(ManArgs),
}

/// Which scenarios.
#[derive(Args)]
pub struct SelectArgs {
    /// Folders, IDs or globs of scenarios [default: `suites` of scim-check.toml, or okta; with --scenarios, the suites in that folder]
    #[arg(value_name = "SCENARIO")]
    pub patterns: Vec<String>,
    /// All suites
    #[arg(long, conflicts_with = "patterns")]
    pub all: bool,
    /// A folder with scenarios of your own
    #[arg(long, value_name = "DIR")]
    pub scenarios: Option<PathBuf>,
}

#[derive(Args)]
#[command(before_help = examples::RUN, after_help = EXIT_CODES)]
pub struct RunArgs {
    #[command(flatten)]
    pub select: SelectArgs,
    /// File with the token of another tenant of the same server (or set SCIM_CHECK_OTHER_TOKEN): it must see nothing of what
    /// this run creates
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub other_token_file: Option<PathBuf>,
    /// Run against the reference server inside this program
    #[arg(long)]
    pub embedded: bool,
    /// Make the embedded server wrong (repeatable); `scim-check list --faults` names the faults
    #[arg(long = "fault", value_name = "NAME")]
    pub faults: Vec<String>,
    /// Make the embedded server wrong as some server is: several faults together
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub persona: Option<String>,
    /// How to speak (repeatable): okta-catalogue, okta-aiw [default: both]
    #[arg(long = "dialect", value_name = "NAME")]
    pub dialects: Vec<Dialect>,
    /// What the target does not have (repeatable): groups, passwords, roles, entitlements, or a feature such as patch
    #[arg(long = "off", value_name = "WHAT", value_parser = need, hide_short_help = true)]
    pub off: Vec<Need>,
    /// Scenarios at once [default: 4]
    #[arg(long, value_name = "N", value_parser = jobs_at_once, hide_short_help = true)]
    pub jobs: Option<NonZeroU16>,
    /// Give a change so long to show, 0 for no time at all [default: 2s]
    #[arg(long, value_name = "TIME", value_parser = duration, hide_short_help = true)]
    pub settle: Option<Duration>,
    /// Lowest level that fails the run: must, should or may [default: must]
    #[arg(long, value_name = "LEVEL")]
    pub fail_on: Option<Level>,
    /// Let up to N findings at or above --fail-on pass
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, allow_negative_numbers = true, value_parser = findings, hide_short_help = true)]
    pub max_findings: usize,
    /// Run everything N times; what is not found every time is reported as flaky
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true, allow_negative_numbers = true, value_parser = times, hide_short_help = true)]
    pub repeat: u16,
    /// Run one of several parts, such as 1/4: for jobs that run beside one another
    #[arg(long, value_name = "PART/PARTS", hide_short_help = true)]
    pub shard: Option<Shard>,
    /// Write a report (repeatable), to standard output where PATH is -. Formats: json, junit, html, markdown, github, sarif, tap, har
    #[arg(long = "report", value_name = "FORMAT=PATH", conflicts_with = "dry_run")]
    pub reports: Vec<String>,
    /// Put every exchange into the JSON report; har has them in any case
    #[arg(long, hide_short_help = true)]
    pub exchanges: bool,
    /// Print the waivers for scim-check.toml that would accept what fails this run; nothing is written to any file
    #[arg(long, conflicts_with = "dry_run", hide_short_help = true)]
    pub write_waivers: bool,
    /// Show what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Leave everything that was created, and say what
    #[arg(long, hide_short_help = true)]
    pub keep: bool,
    /// Hold the answers against your own snapshots in this folder; what is new or different waits there for
    /// `scim-check snapshots review`
    #[arg(long, value_name = "DIR")]
    pub snapshots: Option<PathBuf>,
    /// Write no snapshot: a missing one is a finding like a different one. Implied where CI is set
    #[arg(long, hide_short_help = true)]
    pub ci: bool,
    /// Show scenarios (-v), exchanges too (-vv)
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,
    // Last: a heading holds for all that follow.
    #[command(flatten, next_help_heading = "The target")]
    pub target: TargetArgs,
}

#[derive(Args)]
#[command(before_help = examples::LIST)]
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
#[command(before_help = examples::SHOW)]
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
#[command(before_help = examples::EXPLAIN)]
pub struct ExplainArgs {
    /// ID of a rule or scenario, or name of a fault, persona, dialect or level
    #[arg(value_name = "ID")]
    pub id: String,
    /// A folder with scenarios of your own
    #[arg(long, value_name = "DIR")]
    pub scenarios: Option<PathBuf>,
}

const DIFF_EXIT_CODES: &str = "\
Exit codes:
  0  no new finding at or above --fail-on
  1  new findings at or above --fail-on
  2  wrong usage, or a file that is no report";

#[derive(Args)]
#[command(before_help = examples::DIFF, after_help = DIFF_EXIT_CODES)]
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
#[command(before_help = examples::CLEAN)]
pub struct CleanArgs {
    /// Spare what is younger, so that a run under way is not disturbed
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration)]
    pub older_than: Duration,
    /// Only list what would be removed
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten, next_help_heading = "The target")]
    pub target: TargetArgs,
}

fn need(text: &str) -> Result<Need, String> {
    let known = || Need::ALL.into_iter();
    known().find(|need| need.word() == text).ok_or_else(|| {
        let words: Vec<&str> = known().map(Need::word).collect();
        format!("expected {}", words.join(", "))
    })
}

fn findings(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "it must be a number of findings, 0 or more".to_owned())
}

fn times(text: &str) -> Result<u16, String> {
    let times = text.parse().ok().filter(|times| (1..=100).contains(times));
    times.ok_or_else(|| "it must be a number from 1 to 100".to_owned())
}
