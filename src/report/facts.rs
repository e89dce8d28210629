//! One finding as a report tells it: labels and texts that are fit to be shown.

use super::{Context, findings::Findings, plural, reproduction::reproduction, sanitise};
use crate::{
    judge::{
        Finding, Flaky, Level, Owner, Subject,
        spec::{self, Source},
    },
    run::ScenarioRecord,
};

/// One finding with everything a person needs to act on it.
pub(super) struct Facts {
    /// What is wrong, as a sentence without full stop.
    pub message: String,
    /// Labels and texts, in the order in which they are read; none is empty, and what is more than one line has commands in it.
    pub lines: Vec<(&'static str, String)>,
    /// The curl lines that show it again.
    pub curl: Vec<String>,
}

impl Findings<'_> {
    /// Everything that is told of a finding.
    pub(super) fn facts(&self, scenario: &ScenarioRecord, finding: &Finding) -> Facts {
        let follows = self.following(finding);
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
        if let Some(Flaky { seen, runs }) = finding.flaky {
            line("flaky", format!("found in {seen} of {runs} runs"));
        }
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
        // It holds commands, each on a line of its own.
        let as_lines = |text: &str| text.lines().map(|line| self.own(line)).collect::<Vec<_>>().join("\n");
        line("fix", if finding.owner == Owner::OwnSnapshot { as_lines(&finding.fix) } else { self.own(&finding.fix) });
        let sources: Vec<String> = sources(finding).into_iter().map(|source| source.title).collect();
        line("read", sources.join("; "));
        line("explain", self.own(&explain(finding, self.context)));
        if let Some(cause) = self.cause(finding) {
            line("because", format!("{}, {}", self.shown(&cause.message), self.own(&place(cause))));
        }
        if !follows.is_empty() {
            line("also", self.own(&others(follows, scenario)));
        }
        let curl = reproduction(finding, scenario, self.record, self.context);
        Facts { message: self.shown(&finding.message), lines, curl: curl.iter().map(|line| sanitise(line)).collect() }
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

/// What is to be known of curl lines: what they name is mostly not there any more.
pub(super) fn gone(context: &Context) -> &'static str {
    if context.embedded {
        "The curl lines show what was sent; the embedded server ended with the run."
    } else {
        "The curl lines show what was sent. What they name was removed after the run; --keep leaves it there."
    }
}

/// Where what is required is written.
pub(super) fn sources(finding: &Finding) -> Vec<Source> {
    finding.spec.iter().filter_map(|key| spec::source(key)).collect()
}

/// The command that says more.
fn explain(finding: &Finding, context: &Context) -> String {
    match &finding.owner {
        Owner::Rule(id) => format!("scim-check explain {id}"),
        _ => context.show(&finding.scenario),
    }
}

/// `okta/lifecycle/assign@okta-aiw`
fn place(finding: &Finding) -> String {
    match &finding.dialect {
        Some(dialect) => format!("{}@{dialect}", finding.scenario),
        None => finding.scenario.clone(),
    }
}

/// `3 more findings with this cause, in 2 scenarios: okta/lifecycle/assign@okta-aiw, ...`
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
    let (more, scenarios) = (plural(follows.len(), "more finding"), plural(names.len(), "scenario"));
    format!("{more} with this cause, in {scenarios}: {shown}{tail}")
}
