//! Tells two runs apart, from their JSON reports: two versions of a server, or two servers.
//!
//! Everything here is a pure function of the two reports (docs/diff.md says what counts as a difference and what does not).

mod align;
mod answers;
mod body;
mod findings;
mod headers;
mod json;
mod latency;
mod outcomes;
mod own;
mod read;
mod told;
mod volatile;

use crate::judge::Level;

pub use json::json;
pub use own::leave_out_own_snapshots;
pub use read::{ReadError, Report, read};
pub use told::{Side, told};

use answers::Answers;
use findings::{Changed, New};
use latency::Slower;
use outcomes::Outcome;
use read::Finding;
use volatile::Volatile;

/// What tells the second run from the first.
#[derive(Debug)]
pub struct Difference<'a> {
    /// Findings of the second alone, or waived only in the first: those that follow from no other first.
    new: Vec<New<'a>>,
    /// Findings of the first alone, and whether the second has played their scenario.
    gone: Vec<(&'a Finding, bool)>,
    /// Findings of both that differ.
    changed: Vec<Changed<'a>>,
    /// Scenarios that ended otherwise, or that one of the two has not.
    outcomes: Vec<Outcome<'a>>,
    /// How answers differ; `None` where one of the reports has no exchanges.
    answers: Option<Answers>,
    /// What became slower or faster by far.
    latency: Vec<Slower>,
    /// Entries of both reports that could not be read.
    unread: usize,
}

/// Compares two reports.
pub fn compare<'a>(a: &'a Report, b: &'a Report) -> Difference<'a> {
    let (old, new) = (Volatile::of(a), Volatile::of(b));
    let latency = latency::compare(a, b, &old, &new);
    Difference {
        new: findings::new(a, b),
        gone: findings::gone(a, b),
        changed: findings::changed(a, b, &old, &new),
        outcomes: outcomes::compare(a, b),
        answers: answers::compare(a, b, &old, &new),
        latency,
        unread: a.unread + b.unread,
    }
}

impl Difference<'_> {
    /// True where a finding that follows from no other is new at this level or above it, or has risen to it.
    pub fn fails(&self, lowest: Level) -> bool {
        let new = self.new.iter().map(|new| new.finding);
        let risen = self.changed.iter().filter(|changed| changed.has_risen_to(lowest)).map(|changed| changed.after);
        new.chain(risen).any(|finding| finding.is_root() && finding.level >= lowest)
            // What follows from a finding that was there before fails a story that passed all the same.
            || self.new.iter().any(|new| {
                let worse = |outcome: &Outcome<'_>| outcome.is_worse() && outcome.place == new.finding.place();
                new.finding.level >= lowest && self.outcomes.iter().any(worse)
            })
    }

    /// True where nothing but time differs.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty()
            && self.gone.is_empty()
            && self.changed.is_empty()
            && self.outcomes.is_empty()
            && self.answers.as_ref().is_none_or(|answers| answers.changes.is_empty())
    }
}
