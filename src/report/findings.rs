//! All findings of a run, as reports tell them: which are told, which fail a scenario, which are waived and why. Their texts are fit to be
//! shown: no secrets, no values of people who are not ours, nothing that acts on a terminal.

use std::collections::HashMap;

use super::{Context, sanitise};
use crate::{
    judge::Finding,
    run::{Leftover, RunRecord, ScenarioRecord, StaleWaiver},
};

/// All findings of a run, with what hangs together.
pub(super) struct Findings<'a> {
    pub(super) record: &'a RunRecord,
    pub(super) context: &'a Context,
    /// By ID.
    known: HashMap<&'a str, &'a Finding>,
    /// By the ID of what they follow from.
    following: HashMap<&'a str, Vec<&'a Finding>>,
}

impl<'a> Findings<'a> {
    /// Finds out what follows from what.
    pub(super) fn of(record: &'a RunRecord, context: &'a Context) -> Findings<'a> {
        let mut following: HashMap<&str, Vec<&Finding>> = HashMap::new();
        for finding in record.findings() {
            if let Some(root) = &finding.follows_from {
                following.entry(root).or_default().push(finding);
            }
        }
        let known = record.findings().map(|finding| (finding.id.as_str(), finding)).collect();
        Findings { record, context, known, following }
    }

    /// What is told, the worst first, then in the order of the plan: what is not waived and follows from nothing, or from what is
    /// waived only where it is.
    pub(super) fn told(&self) -> Vec<(&'a ScenarioRecord, &'a Finding)> {
        let mut told: Vec<_> = self
            .record
            .scenarios
            .iter()
            .flat_map(|scenario| scenario.findings.iter().map(move |finding| (scenario, finding)))
            .filter(|(_, finding)| !finding.waived && self.cause(finding).is_none_or(|cause| cause.waived))
            .collect();
        told.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.level));
        told
    }

    /// The waived findings that are told: those that follow from no waived one.
    pub(super) fn accepted(&self) -> Vec<(&'a ScenarioRecord, &'a Finding)> {
        let all = self.record.scenarios.iter();
        all.flat_map(|scenario| scenario.findings.iter().map(move |finding| (scenario, finding)))
            .filter(|(_, finding)| finding.waived && self.cause(finding).is_none_or(|cause| !cause.waived))
            .collect()
    }

    /// What a finding follows from.
    pub(super) fn cause(&self, finding: &Finding) -> Option<&'a Finding> {
        self.known.get(finding.follows_from.as_deref()?).copied()
    }

    /// What follows from a finding.
    pub(super) fn following(&self, finding: &Finding) -> &[&'a Finding] {
        self.following.get(finding.id.as_str()).map_or(&[], Vec::as_slice)
    }

    /// A text of the target's, fit to be shown.
    pub(super) fn shown(&self, text: &str) -> String {
        sanitise(&self.context.text(text, &self.record.marker))
    }

    /// A text of ours or of the user's, which has examples of addresses.
    pub(super) fn own(&self, text: &str) -> String {
        sanitise(&self.context.secrets.hide(text))
    }

    /// What fails a scenario, the worst first.
    pub(super) fn failing<'b>(&self, scenario: &'b ScenarioRecord) -> Vec<&'b Finding> {
        let counts = |finding: &&Finding| !finding.waived && finding.level >= self.record.fail_on;
        let mut failing: Vec<&Finding> = scenario.findings.iter().filter(counts).collect();
        failing.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        failing
    }

    /// The rest of a scenario's findings, a line for each thing that is said: what is waived and why, and what is below `--fail-on`.
    pub(super) fn remarks(&self, scenario: &ScenarioRecord) -> Vec<String> {
        let rest = scenario.findings.iter().filter(|finding| finding.waived || finding.level < self.record.fail_on);
        let mut said: Vec<(String, usize)> = Vec::new();
        for finding in rest {
            let (message, owner) = (self.shown(&finding.message), self.own(finding.owner.word()));
            let line = match self.waiver(finding) {
                Some(why) => format!("waived {}  {message} ({owner}): {why}", finding.level),
                None => format!("{}  {message} ({owner})", finding.level),
            };
            match said.iter_mut().find(|(known, _)| *known == line) {
                Some((_, times)) => *times += 1,
                None => said.push((line, 1)),
            }
        }
        let times = |times| if times > 1 { format!(", {times} times") } else { String::new() };
        said.into_iter().map(|(line, count)| format!("{line}{}", times(count))).collect()
    }

    /// Why a finding is waived, and until when: `known (until 2026-12-31)`.
    pub(super) fn waiver(&self, finding: &Finding) -> Option<String> {
        let waived = self.record.waived.get(&finding.id)?;
        let until = waived.until.map(|until| format!(" (until {until})")).unwrap_or_default();
        Some(format!("{}{until}", self.own(&waived.reason)))
    }

    /// A stale waiver: the file and lines that it is in, and why.
    pub(super) fn stale(&self, stale: &StaleWaiver) -> (String, String) {
        (
            self.own(&stale.file),
            format!("this waiver is stale: {}. Mend or delete it ({}).", self.own(&stale.why), lines(stale)),
        )
    }

    /// What was left on the target: what it is, and what became of it.
    pub(super) fn left(&self, left: &Leftover) -> String {
        let id = left.id.as_deref().unwrap_or("(id not known)");
        self.shown(&format!("{} {id}  {}: {}", left.resource.name(), left.name, left.state))
    }

    /// Why a scenario was skipped or could not be carried out.
    pub(super) fn reason(&self, scenario: &ScenarioRecord) -> String {
        self.shown(scenario.reason.as_deref().unwrap_or("it did not run"))
    }
}

/// `line 14`, `lines 14 to 19`
fn lines(stale: &StaleWaiver) -> String {
    let (first, last) = stale.lines;
    if first == last { format!("line {first}") } else { format!("lines {first} to {last}") }
}
