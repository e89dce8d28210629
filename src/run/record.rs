//! What a run leaves behind: plain data that every report reads.

use std::{collections::HashMap, fmt, ops::Range, time::Duration};

use jiff::{Timestamp, civil::Date};

use super::{ledger::Leftover, plan::Planned};
use crate::{
    http::{Exchange, Secrets},
    judge::{Finding, Level},
};

/// How a scenario in a dialect ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing at or above `--fail-on`.
    Passed,
    /// An unwaived finding at or above `--fail-on`.
    Failed,
    /// It could not be carried out.
    Error,
    /// It was not tried.
    Skipped,
}

impl Outcome {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::Error => "error",
            Outcome::Skipped => "skipped",
        }
    }
}

/// Why a scenario was not tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkipKind {
    /// The settings say that the target lacks something.
    CapabilityOff,
    /// A client certificate lets every request in, so that wrong credentials can't be tried.
    ClientCertificate,
    /// The target does not announce what the scenario needs.
    NotAnnounced,
    /// The target declines all that the scenario asks for, as it may.
    Declined,
    /// There is no token of another tenant.
    NoOtherTenant,
}

impl SkipKind {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            SkipKind::CapabilityOff => "capability-off",
            SkipKind::ClientCertificate => "client-certificate",
            SkipKind::NotAnnounced => "not-announced",
            SkipKind::Declined => "declined",
            SkipKind::NoOtherTenant => "no-other-tenant",
        }
    }
}

/// One step as it went.
#[derive(Debug, Clone)]
pub struct StepRecord {
    /// Its name.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Its exchanges, numbers within the scenario.
    pub exchanges: Range<usize>,
}

/// How a scenario ended, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// How it ended.
    pub outcome: Outcome,
    /// Kind of a skip.
    pub kind: Option<SkipKind>,
    /// Why it was skipped or could not be carried out.
    pub reason: Option<String>,
}

/// One scenario in one dialect as it went.
#[derive(Clone)]
pub struct ScenarioRecord {
    /// ID of the scenario.
    pub id: String,
    /// The file it came from, as the user knows it; of a built-in one its path in the source of this program.
    pub file: String,
    /// Its suite.
    pub suite: String,
    /// What the suite is for, in one line; empty where no `suite.yaml` says it.
    pub suite_title: String,
    /// Its title.
    pub title: String,
    /// Keys of the sources that it is about: requirements, and cases of Okta's test plans.
    pub spec: Vec<String>,
    /// The dialect's name; `None` for a raw scenario.
    pub dialect: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// Kind of a skip.
    pub kind: Option<SkipKind>,
    /// Why it was skipped or could not be carried out.
    pub reason: Option<String>,
    /// How it would have ended without findings: what remains where all that count are waived.
    pub spared: Ending,
    /// When it began; its exchanges count from then.
    pub started_at: Timestamp,
    /// From the first request to the end of clean-up.
    pub duration: Duration,
    /// Its steps.
    pub steps: Vec<StepRecord>,
    /// Its exchanges, in the order of the plan.
    pub exchanges: Vec<Exchange>,
    /// What was sent as a password, in every telling of it: no output may show it.
    pub passwords: Secrets,
    /// Its findings, merged.
    pub findings: Vec<Finding>,
    /// What could not be removed.
    pub leftovers: Vec<Leftover>,
    /// Number of its first exchange within the run.
    pub first: usize,
    /// The text that is unique to it.
    pub unique: String,
}

/// In short: what the target said is told by reports, which hide what has to be hidden.
impl fmt::Debug for ScenarioRecord {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ScenarioRecord { exchanges, findings, leftovers, .. } = self;
        let (name, outcome) = (self.name(), self.outcome.word());
        let (exchanges, left) = (exchanges.len(), leftovers.len());
        write!(out, "{name} {outcome}, {exchanges} exchanges, {left} left over, findings: {findings:?}")
    }
}

impl ScenarioRecord {
    /// An entry of a plan that ended so, of which nothing else is known.
    pub fn of(planned: &Planned, ending: Ending) -> ScenarioRecord {
        let scenario = &planned.scenario;
        ScenarioRecord {
            id: scenario.id.clone(),
            file: scenario.file.clone(),
            suite: scenario.suite.clone(),
            suite_title: planned.suite_title(),
            title: scenario.title.clone(),
            spec: scenario.spec.clone(),
            dialect: planned.dialect.as_ref().map(|dialect| dialect.name.to_string()),
            outcome: ending.outcome,
            kind: ending.kind,
            reason: ending.reason.clone(),
            spared: ending,
            started_at: Timestamp::UNIX_EPOCH,
            duration: Duration::ZERO,
            steps: Vec::new(),
            exchanges: Vec::new(),
            passwords: Secrets::default(),
            findings: Vec::new(),
            leftovers: Vec::new(),
            first: 0,
            unique: String::new(),
        }
    }

    /// `okta/lifecycle/unassign@okta-aiw`.
    pub fn name(&self) -> String {
        match &self.dialect {
            Some(dialect) => format!("{}@{dialect}", self.id),
            None => self.id.clone(),
        }
    }
}

/// Counts for the end of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Scenarios that passed.
    pub passed: usize,
    /// Scenarios that failed.
    pub failed: usize,
    /// Scenarios that could not be carried out.
    pub error: usize,
    /// Scenarios that were not tried.
    pub skipped: usize,
    /// Unwaived findings that follow from no other, by level.
    pub must: usize,
    /// Likewise.
    pub should: usize,
    /// Likewise.
    pub may: usize,
    /// Waived findings that follow from no waived one.
    pub waived: usize,
    /// Exchanges of all purposes.
    pub exchanges: usize,
}

/// Why a finding is accepted for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waived {
    /// The reason that the user gives.
    pub reason: String,
    /// The last day on which it is.
    pub until: Option<Date>,
}

/// A waiver of which nothing is left to accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleWaiver {
    /// The file that it is in, as the user knows it.
    pub file: String,
    /// Its first and last line there, from 1.
    pub lines: (usize, usize),
    /// Its glob over rules.
    pub rule: Option<String>,
    /// Its glob over scenarios.
    pub scenario: Option<String>,
    /// Why it is stale: a sentence without full stop.
    pub why: String,
}

/// A whole run.
#[derive(Clone)]
pub struct RunRecord {
    /// The base URL, without what is secret in it.
    pub base_url: String,
    /// The text by which this run's resources are known.
    pub marker: String,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took.
    pub duration: Duration,
    /// Lowest level that fails a run.
    pub fail_on: Level,
    /// In the order of the plan.
    pub scenarios: Vec<ScenarioRecord>,
    /// True when it was interrupted.
    pub interrupted: bool,
    /// True when the target stopped answering.
    pub given_up: bool,
    /// It was held against the user's own snapshots.
    pub own_snapshots: bool,
    /// How many times it was run.
    pub runs: usize,
    /// So many findings at or above `fail_on` do not fail it.
    pub max_findings: usize,
    /// Why findings are waived, by their IDs.
    pub waived: HashMap<String, Waived>,
    /// Waivers to be deleted, in the order of the file.
    pub stale_waivers: Vec<StaleWaiver>,
}

/// How the program ends (docs/design.md, "Exit codes").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// As expected.
    Ok = 0,
    /// Findings at or above `--fail-on`, or a stale waiver.
    Findings = 1,
    /// Wrong usage, configuration or data file.
    Usage = 2,
    /// The target could not be tested.
    Untestable = 3,
    /// Nothing was selected, or everything skipped.
    Nothing = 4,
    /// Interrupted, after clean-up.
    Interrupted = 130,
}

/// In short, for the same reason.
impl fmt::Debug for RunRecord {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "run {} of {}: {:#?}", self.marker, self.base_url, self.scenarios)
    }
}

impl RunRecord {
    /// A run that has just ended, of which nothing else is to be said.
    pub fn new(base_url: &str, marker: &str, fail_on: Level, scenarios: Vec<ScenarioRecord>) -> RunRecord {
        RunRecord {
            base_url: base_url.to_owned(),
            marker: marker.to_owned(),
            started_at: Timestamp::UNIX_EPOCH,
            duration: Duration::ZERO,
            fail_on,
            scenarios,
            interrupted: false,
            given_up: false,
            own_snapshots: false,
            runs: 1,
            max_findings: 0,
            waived: HashMap::new(),
            stale_waivers: Vec::new(),
        }
    }

    /// All findings in the order of the plan.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.scenarios.iter().flat_map(|scenario| &scenario.findings)
    }

    /// The findings that are told: those that follow from no other and are not waived.
    pub fn roots(&self) -> impl Iterator<Item = &Finding> {
        self.findings().filter(|finding| finding.follows_from.is_none() && !finding.waived)
    }

    /// The waived findings that are told: those that follow from no waived one.
    pub fn accepted(&self) -> impl Iterator<Item = (&Finding, &Waived)> {
        let with_it = |id: &String| self.waived.contains_key(id);
        self.findings()
            .filter(move |finding| !finding.follows_from.as_ref().is_some_and(with_it))
            .filter_map(|finding| Some((finding, self.waived.get(&finding.id)?)))
    }

    /// What could not be removed.
    pub fn leftovers(&self) -> impl Iterator<Item = &Leftover> {
        self.scenarios.iter().flat_map(|scenario| &scenario.leftovers)
    }

    /// The counts.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for scenario in &self.scenarios {
            summary.exchanges += scenario.exchanges.len();
            match scenario.outcome {
                Outcome::Passed => summary.passed += 1,
                Outcome::Failed => summary.failed += 1,
                Outcome::Error => summary.error += 1,
                Outcome::Skipped => summary.skipped += 1,
            }
        }
        summary.waived = self.accepted().count();
        for finding in self.roots() {
            match finding.level {
                Level::Must => summary.must += 1,
                Level::Should => summary.should += 1,
                Level::May => summary.may += 1,
            }
        }
        summary
    }

    /// True where there are findings that fail, and no more of them than are allowed.
    pub fn within_max_findings(&self) -> bool {
        let counts = self.roots().filter(|finding| finding.level >= self.fail_on).count();
        self.max_findings > 0 && (1..=self.max_findings).contains(&counts)
    }

    /// The one function that maps outcomes to the exit code.
    pub fn exit_code(&self) -> ExitCode {
        let summary = self.summary();
        if self.interrupted {
            ExitCode::Interrupted
        } else if (summary.failed > 0 && !self.within_max_findings()) || !self.stale_waivers.is_empty() {
            ExitCode::Findings
        } else if summary.error > 0 || self.given_up {
            ExitCode::Untestable
        } else if summary.passed == 0 && summary.failed == 0 {
            ExitCode::Nothing
        } else {
            ExitCode::Ok
        }
    }
}
