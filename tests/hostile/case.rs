//! One behaviour of a target, and what the user sees of it.

use std::time::Duration;

use super::stage::Hostile;

/// A behaviour, and how a run against it ends.
pub struct Case {
    /// How a failure of the test names it.
    pub name: &'static str,
    /// What the target does, as the page says it.
    pub does: &'static str,
    /// How the program ends.
    pub exit: i32,
    /// What it says, each in these words. The first is on the page.
    pub says: &'static [&'static str],
    /// What it must not say: what would be a lie here.
    pub never: &'static [&'static str],
    /// How many findings that follow from no other the report has at most: one cause is told once.
    pub findings: usize,
    /// What is run; the rest of the command is the same for all.
    pub run: &'static [&'static str],
    /// How long that may take, on a machine that is busy with other things.
    pub within: Duration,
    /// Makes the target.
    pub target: fn() -> Hostile,
}

/// A look at the connection, and one person's life.
pub const SMALL: &[&str] = &["okta/connect/save-connection", "okta/connect/test-credentials", "okta/lifecycle/assign"];

impl Case {
    /// What most of them have in common.
    pub const PLAIN: Case = Case {
        name: "",
        does: "",
        exit: 1,
        says: &[],
        never: &[],
        findings: 3,
        run: SMALL,
        within: Duration::from_secs(20),
        target: || unreachable!("each case has its own"),
    };
}
