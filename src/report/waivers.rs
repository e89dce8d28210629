//! Waivers on the screen, and as lines to paste.

use std::collections::BTreeSet;

use colored::Colorize;
use glob::Pattern;
use jiff::civil::Date;
use toml::Value;

use super::{Context, Verbosity, finding::level, findings::Findings, sanitise};
use crate::{
    judge::{Finding, Owner},
    run::{MISSING, Outcome, RunRecord, ScenarioRecord},
};

/// So many waived findings are listed without being asked for.
const FEW: usize = 5;

/// True where the waived findings are listed.
pub(super) fn listed(record: &RunRecord, verbosity: Verbosity) -> bool {
    verbosity >= Verbosity::Scenarios || record.accepted().count() <= FEW
}

/// One line for each waived finding: level, what, where, reason, until.
pub(super) fn accepted(record: &RunRecord, findings: &Findings<'_>, verbosity: Verbosity) -> String {
    let mut out = String::new();
    if !listed(record, verbosity) {
        return out;
    }
    for (scenario, finding) in findings.accepted() {
        let (message, place) = (findings.shown(&finding.message), findings.own(&scenario.name()));
        let why = findings.waiver(finding).unwrap_or_default();
        out.push_str(&format!("{} {}  {message}, {place}: {why}\n", "waived".dimmed(), level(finding.level)));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// One line for each stale waiver: which lines to delete, and why.
pub(super) fn stale(record: &RunRecord, findings: &Findings<'_>) -> String {
    let mut out = String::new();
    for stale in &record.stale_waivers {
        let (file, why) = findings.stale(stale);
        out.push_str(&format!("{} {why}\n", format!("{file}:{}:", stale.lines.0).red().bold()));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// One waiver as it would be written.
#[derive(PartialEq, Eq)]
struct Line {
    rule: String,
    /// What no rule tells is accepted for this alone: a waiver for all expectations of a story would accept what nobody has seen.
    subject: Option<String>,
    scenario: String,
}

impl Line {
    /// The suite, where the whole of it is meant.
    fn suite(&self) -> Option<&str> {
        self.scenario.strip_suffix("**")
    }

    /// `subject` is the word of the root's subject, fit to be shown.
    fn of(root: &Finding, subject: &str, scenario: String) -> Line {
        // A path may hold brackets that are no glob.
        let escaped = || if Pattern::new(subject).is_ok() { subject.to_owned() } else { Pattern::escape(subject) };
        let rule = matches!(root.owner, Owner::Rule(_));
        Line { rule: root.owner.word().to_owned(), subject: (!rule).then(escaped), scenario }
    }
}

/// The lines for `scim-check.toml` that would waive everything that fails this run: one waiver for each rule and place. A story that was
/// never recorded is not among them: its snapshot is to be accepted.
///
/// `target` is the one of the configuration that was run against: the waivers are about its server and no other.
pub fn waivers(record: &RunRecord, context: &Context, today: Date, target: Option<&str>) -> String {
    let mut written: Vec<(Line, String)> = Vec::new();
    let (new, roots): (Vec<&Finding>, Vec<&Finding>) = failing(record).partition(|root| root.claim == MISSING);
    for root in roots {
        let message = shown(&root.message, record, context);
        let subject = shown(&root.subject.word(), record, context);
        for place in places(root, record) {
            let line = Line::of(root, &subject, place);
            if !written.iter().any(|(known, _)| *known == line) {
                written.push((line, format!("known on {today}: {message}")));
            }
        }
    }
    // What is waived in a whole suite needs no word for one of its scenarios.
    let whole: Vec<(String, String)> =
        written.iter().filter_map(|(line, _)| Some((line.rule.clone(), line.suite()?.to_owned()))).collect();
    written.retain(|(line, _)| {
        line.suite().is_some()
            || !whole.iter().any(|(rule, suite)| *rule == line.rule && line.scenario.starts_with(suite))
    });
    let mut out = match written.len() {
        0 => format!("\n# Nothing is left to waive at or above `{}`.\n", record.fail_on.word()),
        _ => match target {
            Some(target) => format!("\n# For the end of scim-check.toml (for the target {target} alone):\n"),
            None => "\n# For the end of scim-check.toml:\n".to_owned(),
        },
    };
    if record.scenarios.iter().any(|scenario| scenario.spared.outcome == Outcome::Error) {
        out.push_str("# Not all scenarios could be carried out, and no waiver makes up for that.\n");
    }
    if !new.is_empty() {
        out.push_str("# Scenarios without a snapshot are not waived: accept what was recorded of them.\n");
    }
    let bare = |name: &str| name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
    let table = match target {
        Some(name) if bare(name) => format!("[[targets.{name}.waive]]"),
        Some(name) => format!("[[targets.{}.waive]]", Value::String(name.to_owned())),
        None => "[[waive]]".to_owned(),
    };
    for (line, reason) in written {
        let text = |text: String| Value::String(text);
        let subject = line.subject.map(|subject| format!("subject = {}\n", text(subject))).unwrap_or_default();
        let (rule, scenario, reason) = (text(line.rule), text(line.scenario), text(reason));
        out.push_str(&format!("\n{table}\nrule = {rule}\n{subject}scenario = {scenario}\nreason = {reason}\n"));
    }
    out
}

/// The roots of all findings that fail the run, in the order of the plan. A root may be below the level that fails: a snapshot does not
/// raise what it follows from.
fn failing(record: &RunRecord) -> impl Iterator<Item = &Finding> {
    let counts = |finding: &&Finding| !finding.waived && finding.level >= record.fail_on;
    let roots: BTreeSet<&str> =
        record.findings().filter(counts).map(|one| one.follows_from.as_deref().unwrap_or(&one.id)).collect();
    record.findings().filter(move |finding| roots.contains(finding.id.as_str()))
}

/// Where a finding is to be waived, with what follows from it: what a rule says in several scenarios of a suite, in that suite; all else
/// in each scenario by itself, since a waiver for every expectation of a suite would accept what nobody has seen.
fn places(root: &Finding, record: &RunRecord) -> Vec<String> {
    let fails = |finding: &&Finding| !finding.waived && finding.level >= record.fail_on;
    let of_it = |finding: &&Finding| finding.id == root.id || finding.follows_from.as_ref() == Some(&root.id);
    let mut places: Vec<String> = Vec::new();
    for scenario in &record.scenarios {
        let here = |one: &ScenarioRecord| one.findings.iter().filter(fails).any(|finding| of_it(&finding));
        if !here(scenario) {
            continue;
        }
        let beside =
            record.scenarios.iter().any(|one| one.suite == scenario.suite && one.id != scenario.id && here(one));
        let place = match root.owner {
            Owner::Rule(_) if beside => format!("{}/**", Pattern::escape(&scenario.suite)),
            _ => Pattern::escape(&scenario.id),
        };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

fn shown(text: &str, record: &RunRecord, context: &Context) -> String {
    sanitise(&context.text(text, &record.marker))
}
