//! What a report tells of findings, as texts fit to be shown: no secrets, no values of people who are not ours, nothing that acts on a
//! terminal.

use std::collections::HashMap;

use super::{Context, sanitise};
use crate::{
    http::{Exchange, Purpose},
    judge::{
        Finding, Level, Owner, Subject,
        spec::{self, Source},
    },
    run::{Leftover, RunRecord, ScenarioRecord, StaleWaiver},
};

/// All findings of a run, with what hangs together.
pub(super) struct Findings<'a> {
    record: &'a RunRecord,
    context: &'a Context,
    /// By ID.
    known: HashMap<&'a str, &'a Finding>,
    /// By the ID of what they follow from.
    following: HashMap<&'a str, Vec<&'a Finding>>,
}

/// One finding with everything a person needs to act on it.
pub(super) struct Facts {
    /// What is wrong, as a sentence without full stop.
    pub message: String,
    /// Labels and texts, in the order in which they are read; none is empty, each is one line.
    pub lines: Vec<(&'static str, String)>,
    /// The curl lines that show it again.
    pub curl: Vec<String>,
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

    fn cause(&self, finding: &Finding) -> Option<&'a Finding> {
        self.known.get(finding.follows_from.as_deref()?).copied()
    }

    /// A text of the target's, fit to be shown.
    pub(super) fn shown(&self, text: &str) -> String {
        sanitise(&self.context.text(text, &self.record.marker))
    }

    /// A text of ours or of the user's, which has examples of addresses.
    pub(super) fn own(&self, text: &str) -> String {
        sanitise(&self.context.secrets.hide(text))
    }

    /// Everything that is told of a finding.
    pub(super) fn facts(&self, scenario: &ScenarioRecord, finding: &Finding) -> Facts {
        let follows = self.following.get(finding.id.as_str()).map_or(&[][..], Vec::as_slice);
        let mut lines = Vec::new();
        let mut line = |label, text: String| {
            if !text.is_empty() {
                lines.push((label, text));
            }
        };
        line("where", self.place(scenario, finding));
        line("for", self.own(&scenario.title));
        let word = finding.subject.word();
        let named = matches!(finding.subject, Subject::Status | Subject::Found) || finding.message.contains(&word);
        if !named {
            line("at", self.shown(&word));
        }
        line("expected", self.shown(&finding.expected));
        line("came", self.shown(&finding.actual));
        let who: Vec<&str> = finding.breaks.iter().map(|name| if name == "okta" { "Okta" } else { name }).collect();
        line("breaks", self.own(&who.join(", ")));
        let next = follows.iter().find(|next| {
            next.scenario == finding.scenario
                && next.dialect == finding.dialect
                && next.step == finding.step
                && next.claim.ends_with("/completes")
        });
        // What is really read in this case, where it is known, says more than the pattern of it.
        match next {
            Some(next) => line("then", format!("{}. {}", self.shown(&next.message), self.shown(&next.admin))),
            None => line("admin sees", self.shown(&finding.admin)),
        }
        line("fix", self.own(&finding.fix));
        let sources: Vec<String> = sources(finding).into_iter().map(|source| source.title).collect();
        line("read", sources.join("; "));
        line("explain", self.own(&explain(finding)));
        if let Some(cause) = self.cause(finding) {
            line("because", format!("{}, {}", self.shown(&cause.message), self.own(&place(cause))));
        }
        if !follows.is_empty() {
            line("also", self.own(&others(follows, scenario)));
        }
        let curl = reproduction(finding, scenario, self.record, self.context);
        Facts { message: self.shown(&finding.message), lines, curl: curl.iter().map(|line| sanitise(line)).collect() }
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
            format!("this waiver is stale: {}. Delete it ({}).", self.own(&stale.why), lines(stale)),
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

    /// `okta/lifecycle/assign@okta-aiw, step "assign ada", exchange 12`
    fn place(&self, scenario: &ScenarioRecord, finding: &Finding) -> String {
        let mut place = self.own(&scenario.name());
        if !finding.step_name.is_empty() {
            place.push_str(&format!(", step \"{}\"", self.shown(&finding.step_name)));
        }
        if let Some(exchange) = finding.exchange.and_then(|number| scenario.exchanges.get(number)) {
            place.push_str(&format!(", exchange {}", scenario.first + exchange.number + 1));
        }
        place
    }
}

impl Facts {
    /// The text behind a label.
    pub(super) fn text(&self, label: &str) -> Option<&str> {
        self.lines.iter().find(|(have, _)| *have == label).map(|(_, text)| text.as_str())
    }

    /// As plain text: level and message, then a line for each label, then the curl lines.
    pub(super) fn plain(&self, level: Level) -> String {
        let mut out = format!("{level}  {}\n", self.message);
        for (label, text) in &self.lines {
            out.push_str(&format!("  {label:<12}{text}\n"));
        }
        for line in &self.curl {
            out.push_str(&format!("  {line}\n"));
        }
        out
    }
}

/// `line 14`, `lines 14 to 19`
fn lines(stale: &StaleWaiver) -> String {
    let (first, last) = stale.lines;
    if first == last { format!("line {first}") } else { format!("lines {first} to {last}") }
}

/// Where what is required is written.
pub(super) fn sources(finding: &Finding) -> Vec<Source> {
    finding.spec.iter().filter_map(|key| spec::source(key)).collect()
}

/// The command that says more.
fn explain(finding: &Finding) -> String {
    match &finding.owner {
        Owner::Rule(id) => format!("scim-check explain {id}"),
        _ => format!("scim-check show {}", finding.scenario),
    }
}

/// `okta/lifecycle/assign@okta-aiw`
fn place(finding: &Finding) -> String {
    match &finding.dialect {
        Some(dialect) => format!("{}@{dialect}", finding.scenario),
        None => finding.scenario.clone(),
    }
}

/// The curl lines that show it again: the exchange that the finding is about, behind the change that a read-back shows to be wrong.
pub(super) fn reproduction(
    finding: &Finding,
    scenario: &ScenarioRecord,
    record: &RunRecord,
    context: &Context,
) -> Vec<String> {
    let Some(exchange) = finding.exchange.and_then(|number| scenario.exchanges.get(number)) else {
        return Vec::new();
    };
    let change = change_before(exchange, scenario);
    change.into_iter().chain([exchange]).map(|exchange| context.curl(exchange, record)).collect()
}

/// Where a read-back shows that something is wrong, the last request of its step that changed the same resource, or anything.
fn change_before<'a>(exchange: &Exchange, scenario: &'a ScenarioRecord) -> Option<&'a Exchange> {
    if exchange.purpose != Purpose::Check {
        return None;
    }
    let before = scenario.exchanges.iter().take_while(|other| other.number < exchange.number);
    let spoken = |other: &&Exchange| other.step == exchange.step && other.purpose == Purpose::Spoken;
    let changes: Vec<&Exchange> =
        before.filter(spoken).filter(|other| !matches!(other.request.method.as_str(), "GET" | "HEAD")).collect();
    let same = |other: &&&Exchange| other.request.about == exchange.request.about;
    changes.iter().rfind(same).or(changes.last()).copied()
}

/// `3 more, in 2 stories: okta/lifecycle/assign@okta-aiw, ...`
fn others(follows: &[&Finding], scenario: &ScenarioRecord) -> String {
    let mut names: Vec<String> = Vec::new();
    for finding in follows {
        let name = place(finding);
        let name = if name == scenario.name() { "this one".to_owned() } else { name };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let shown = names.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(3);
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    let stories = if names.len() == 1 { "story" } else { "stories" };
    format!("{} more of it or because of it, in {} {stories}: {shown}{tail}", follows.len(), names.len())
}
