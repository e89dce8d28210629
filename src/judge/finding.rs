//! One thing that is wrong.

use std::fmt;

use super::{Level, Subject};

/// What is said about mending where the scenario says it only of its point, and something went wrong before.
pub const ON_THE_WAY: &str =
    "This happens on the way to the point of the scenario: compare the answers with its requests.";

/// Who found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A rule, by its ID.
    Rule(String),
    /// An expectation of the scenario.
    Expectation,
    /// A built-in snapshot.
    Snapshot,
    /// A snapshot of the user's own.
    OwnSnapshot,
}

impl Owner {
    /// The word of an expectation in reports, waivers and claims.
    pub const EXPECTATION: &str = "expectation";
    /// The word of a built-in snapshot.
    pub const SNAPSHOT: &str = "snapshot";
    /// The word of a snapshot of the user's own.
    pub const OWN_SNAPSHOT: &str = "own-snapshot";

    /// The word in reports: the rule's ID, `expectation`, `snapshot` or `own-snapshot`.
    pub fn word(&self) -> &str {
        match self {
            Owner::Rule(id) => id,
            Owner::Expectation => Owner::EXPECTATION,
            Owner::Snapshot => Owner::SNAPSHOT,
            Owner::OwnSnapshot => Owner::OWN_SNAPSHOT,
        }
    }

    /// Rules tell a thing better than expectations, expectations better than snapshots.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Owner::Rule(_) => 0,
            Owner::Expectation => 1,
            Owner::Snapshot | Owner::OwnSnapshot => 2,
        }
    }
}

/// One thing that is wrong: which claim, level, where, expected, actual, who breaks, how to fix.
#[derive(Clone, PartialEq)]
pub struct Finding {
    /// Eight hex digits; the same for the same claim, scenario, dialect and subject in every run.
    pub id: String,
    /// How bad it is.
    pub level: Level,
    /// Who found it.
    pub owner: Owner,
    /// Which claim does not hold: `rule:create-status-not-201`, `unassign ada/then[0].active`.
    pub claim: String,
    /// What the claim is about.
    pub subject: Subject,
    /// Whom it is about: the scenario's name of a person or group.
    pub about: Option<String>,
    /// ID of the scenario.
    pub scenario: String,
    /// Name of the dialect; `None` for raw scenarios.
    pub dialect: Option<String>,
    /// Index of the step; `None` outside of steps.
    pub step: Option<usize>,
    /// Name of the step.
    pub step_name: String,
    /// Number of the exchange within the scenario.
    pub exchange: Option<usize>,
    /// What kind of exchange it was: `User create`; empty where it is about none.
    pub kind: String,
    /// What is wrong, as a sentence without full stop.
    pub message: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub actual: String,
    /// Identity providers that break.
    pub breaks: Vec<String>,
    /// What the identity provider's administrator sees; empty when nothing.
    pub admin: String,
    /// How to mend the server.
    pub fix: String,
    /// Keys of the sources.
    pub spec: Vec<String>,
    /// Claims that say the same thing.
    pub seen_by: Vec<String>,
    /// What makes two findings of different scenarios one cause.
    pub cause: String,
    /// ID of the finding this one is a consequence of.
    pub follows_from: Option<String>,
    /// True when the user accepts it for now.
    pub waived: bool,
    /// In how many of several runs it was found, where that is not all of them.
    pub flaky: Option<Flaky>,
}

/// How often something was found that is not always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flaky {
    /// Runs in which it was found.
    pub seen: usize,
    /// Runs in which its scenario was carried out.
    pub runs: usize,
}

/// In short: what is quoted of the target may hold secrets, and people who are not ours. A report shows it all.
impl fmt::Debug for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dialect = self.dialect.as_ref().map(|dialect| format!("@{dialect}")).unwrap_or_default();
        let (owner, step) = (self.owner.word(), &self.step_name);
        write!(out, "{} {} ({owner}), {}{dialect}, step {step:?}", self.id, self.level, self.scenario)
    }
}

impl Finding {
    /// A finding of which nothing else is known yet, and without its ID.
    pub fn of(owner: Owner, level: Level, claim: &str, subject: Subject) -> Finding {
        Finding {
            id: String::new(),
            level,
            owner,
            claim: claim.to_owned(),
            subject,
            about: None,
            scenario: String::new(),
            dialect: None,
            step: None,
            step_name: String::new(),
            exchange: None,
            kind: String::new(),
            message: String::new(),
            expected: String::new(),
            actual: String::new(),
            breaks: Vec::new(),
            admin: String::new(),
            fix: String::new(),
            spec: Vec::new(),
            seen_by: Vec::new(),
            cause: claim.to_owned(),
            follows_from: None,
            waived: false,
            flaky: None,
        }
    }

    /// Computes the ID from claim, scenario, dialect and subject.
    pub fn with_id(mut self) -> Finding {
        let text = [
            self.claim.as_str(),
            &self.scenario,
            self.dialect.as_deref().unwrap_or(""),
            self.about.as_deref().unwrap_or(""),
            &self.subject.word(),
            &self.step.map_or_else(String::new, |step| step.to_string()),
        ]
        .join("\u{1f}");
        self.id = format!("{:08x}", fnv1a(text.as_bytes()));
        self
    }
}

/// FNV-1a, 32 bits: the same in every version of the program, as the standard library's hasher is not.
fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
