//! The comparison for a person: what matters most first, and only what differs.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use colored::Colorize;
use serde_json::Value;

use super::{
    Difference,
    answers::{Answers, Changed, What},
    body::Change,
    findings,
    latency::Slower,
    outcomes::Outcome,
    read::{Finding, Report, name},
};
use crate::{
    judge::{Level, type_name},
    report::{labelled, level, plural, sanitise, time},
};

/// Entries of a section that are told; `--json` has them all.
const SHOWN: usize = 20;
/// Names in a line.
const NAMES: usize = 3;
/// Characters of a text from a report.
const TEXT: usize = 300;

/// One of the two reports.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What its file is called.
    pub file: &'a str,
    /// What is in it.
    pub report: &'a Report,
}

/// Writes a comparison. `lowest` is the level that fails, `width` the columns of the screen.
pub fn told(difference: &Difference<'_>, a: Side<'_>, b: Side<'_>, lowest: Level, width: usize) -> String {
    let screen = Screen { width };
    let mut out = format!("{}{}\n", head("A", a), head("B", b));
    if a.report.tool.version != b.report.tool.version {
        out.push_str("The two were made by different versions of scim-check, which may judge otherwise.\n\n");
    }
    if a.report.own_snapshots != b.report.own_snapshots {
        let held = if a.report.own_snapshots { "A" } else { "B" };
        out.push_str(&format!("Only {held} was held against your own snapshots: what they find is left out.\n\n"));
    }
    out.push_str(&screen.new_findings(difference));
    out.push_str(&screen.gone_findings(difference));
    out.push_str(&screen.changed_findings(difference));
    out.push_str(&screen.outcomes(&difference.outcomes));
    out.push_str(&screen.answers(difference.answers.as_ref()));
    out.push_str(&screen.latency(&difference.latency));
    if difference.unread > 0 {
        let unread = plural(difference.unread, "entry").replace("entrys", "entries");
        out.push_str(&format!("{unread} of the reports could not be read and count as not there.\n"));
    }
    let answers = match &difference.answers {
        Some(answers) => format!("answers to {} compared", plural(answers.compared, "request")),
        None => "answers not compared: both reports must be made with --exchanges".to_owned(),
    };
    out.push_str(&format!("{} {answers}.\n", verdict(difference, lowest)));
    out
}

/// A text of a report, fit for a terminal and a line.
fn shown(text: &str) -> String {
    let mut out: String = text.chars().take(TEXT).collect();
    if out.len() < text.len() {
        out.push_str("...");
    }
    sanitise(&out)
}

fn head(letter: &str, side: Side<'_>) -> String {
    let report = side.report;
    let when = if report.started_at.is_empty() { String::new() } else { format!(", {}", report.started_at) };
    let text = format!("{}: {}{when}", side.file, report.target.base_url);
    format!("{}  {}\n", letter.bold(), shown(&text))
}

fn verdict(difference: &Difference<'_>, lowest: Level) -> String {
    if difference.is_empty() {
        return format!("{}", "No difference;".green().bold());
    }
    let roots = difference.new.iter().filter(|new| new.finding.is_root());
    let levels: Vec<Level> = roots.map(|new| new.finding.level).collect();
    let mut parts: Vec<String> = [Level::Must, Level::Should, Level::May]
        .into_iter()
        .map(|level| (levels.iter().filter(|have| **have == level).count(), level))
        .filter(|(count, _)| *count > 0)
        .map(|(count, level)| format!("{count} new {level}"))
        .collect();
    let answers = difference.answers.as_ref().map_or(0, |answers| answers.changes.len());
    for (count, what) in [
        (difference.gone.iter().filter(|(finding, _)| finding.is_root()).count(), "gone"),
        (difference.changed.len(), "changed"),
        (difference.outcomes.len(), "with another outcome"),
        (answers, "in answers"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    let parts = if parts.is_empty() { "what follows from old findings".to_owned() } else { parts.join(", ") };
    if difference.fails(lowest) {
        format!("{} {parts};", "B is worse:".red().bold())
    } else {
        format!("{} {parts};", "B differs:".yellow().bold())
    }
}

struct Screen {
    width: usize,
}

impl Screen {
    fn section(&self, title: &str, blocks: Vec<String>) -> String {
        if blocks.is_empty() {
            return String::new();
        }
        let mut out = format!("{}\n", title.underline());
        blocks.iter().take(SHOWN).for_each(|block| out.push_str(block));
        if blocks.len() > SHOWN {
            out.push_str(&format!("and {} more; --json has them all\n", blocks.len() - SHOWN));
        }
        out.push('\n');
        out
    }

    fn line(&self, label: &str, text: &str) -> String {
        if text.is_empty() { String::new() } else { labelled(label, &shown(text), self.width) }
    }

    fn place(&self, finding: &Finding) -> String {
        let step = if finding.step.is_empty() { String::new() } else { format!(", step \"{}\"", finding.step) };
        self.line("where", &format!("{}{step}", name(finding.place())))
    }

    fn new_findings(&self, difference: &Difference<'_>) -> String {
        let (roots, others): (Vec<_>, Vec<_>) = difference.new.iter().partition(|new| new.finding.is_root());
        let mut blocks: Vec<String> = roots.into_iter().map(|new| self.new_finding(new)).collect();
        if !others.is_empty() {
            let places = others.iter().map(|new| name(new.finding.place()));
            let text = format!("{} that follow from findings of both runs", others.len());
            blocks.push(format!("{text}\n{}", self.line("where", &names(places))));
        }
        self.section("new findings", blocks)
    }

    fn new_finding(&self, new: &findings::New<'_>) -> String {
        let finding = new.finding;
        let mut out = format!("{}  {}\n", level(finding.level), shown(&finding.message).bold());
        out.push_str(&self.place(finding));
        out.push_str(&self.line("expected", &finding.expected));
        out.push_str(&self.line("came", &finding.actual));
        if !new.was_played {
            out.push_str(&self.line("before", "this scenario was not played in A"));
        }
        if !new.follows.is_empty() {
            let places = names(new.follows.iter().map(|follows| name(follows.place())));
            out.push_str(&self.line("also", &format!("{} more with this cause: {places}", new.follows.len())));
        }
        out
    }

    fn gone_findings(&self, difference: &Difference<'_>) -> String {
        let (roots, others): (Vec<_>, Vec<_>) = difference.gone.iter().partition(|(finding, _)| finding.is_root());
        let mut blocks: Vec<String> = roots
            .into_iter()
            .map(|(finding, played)| {
                let waived = if finding.waived { " (waived)" } else { "" };
                let message = format!("{}{waived}", shown(&finding.message));
                let mut out = format!("{}  {message}\n{}", level(finding.level), self.place(finding));
                if !played {
                    out.push_str(&self.line("after", "this scenario was not played in B"));
                }
                out
            })
            .collect();
        if !others.is_empty() {
            let places = others.iter().map(|(finding, _)| name(finding.place()));
            let text = format!("{} that followed from other findings", others.len());
            blocks.push(format!("{text}\n{}", self.line("where", &names(places))));
        }
        self.section("gone findings", blocks)
    }

    fn changed_findings(&self, difference: &Difference<'_>) -> String {
        let one = |changed: &findings::Changed<'_>| {
            let (before, after) = (changed.before, changed.after);
            let mut notes = Vec::new();
            if before.level != after.level {
                notes.push(format!("was {}", before.level));
            }
            if after.waived && !before.waived {
                notes.push("is waived now".to_owned());
            }
            let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
            let mut out = format!("{}  {}{notes}\n", level(after.level), shown(&after.message).bold());
            out.push_str(&self.place(after));
            if changed.actual {
                out.push_str(&self.line("came in A", &before.actual));
                out.push_str(&self.line("came in B", &after.actual));
            }
            out
        };
        self.section("changed findings", difference.changed.iter().map(one).collect())
    }

    /// One line for each change, with the scenarios that have it.
    fn outcomes(&self, all: &[Outcome<'_>]) -> String {
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        let mut at: HashMap<(Option<&str>, Option<&str>), usize> = HashMap::new();
        for outcome in all {
            let at = *at.entry((outcome.before, outcome.after)).or_insert_with(|| {
                let change = match (outcome.before, outcome.after) {
                    (None, after) => format!("only in B ({})", after.unwrap_or("")),
                    (before, None) => format!("only in A ({})", before.unwrap_or("")),
                    (Some(before), Some(after)) => format!("{before} -> {after}"),
                };
                groups.push((change, Vec::new()));
                groups.len() - 1
            });
            groups[at].1.push(name(outcome.place));
        }
        let blocks = groups.into_iter().map(|(change, all)| {
            let change = shown(&change);
            let change = if change.ends_with("-> failed") { change.red() } else { change.normal() };
            let scenarios = plural(all.len(), "scenario");
            format!("{change}: {scenarios}\n{}", self.line("where", &names(all.into_iter())))
        });
        self.section("outcomes", blocks.collect())
    }

    fn answers(&self, answers: Option<&Answers>) -> String {
        let all = answers.map(|answers| answers.changes.as_slice()).unwrap_or_default();
        self.section("changed answers", all.iter().map(|changed| self.answer(changed)).collect())
    }

    fn answer(&self, changed: &Changed) -> String {
        let what = match &changed.what {
            What::Status => "status".to_owned(),
            What::Header(name) => format!("header {name}"),
            What::Body => "body".to_owned(),
            What::Attribute(path, _) if path.is_empty() => "body".to_owned(),
            What::Attribute(path, _) => path.clone(),
        };
        let typed = matches!(changed.what, What::Attribute(_, Change::Type));
        let value = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), |value| in_short(value, typed));
        let (mut before, mut after) = (value(changed.before.as_ref()), value(changed.after.as_ref()));
        if changed.what == What::Status {
            [&mut before, &mut after].into_iter().for_each(|text| *text = text.trim_matches('"').to_owned());
        }
        let mut out = format!("{}: {} -> {}\n", shown(&what).bold(), shown(&before), shown(&after));
        out.push_str(&self.line("answers to", &names(changed.requests.iter().cloned())));
        let step = if changed.step.is_empty() { String::new() } else { format!(", step \"{}\"", changed.step) };
        let first = changed.scenarios.first().map_or("", String::as_str);
        let text = match (changed.answers, changed.scenarios.len()) {
            (1, _) => format!("{first}{step}"),
            (count, 1) => format!("{count} answers in {first}{step}"),
            (count, scenarios) => format!("{count} answers in {scenarios} scenarios, first in {first}{step}"),
        };
        out.push_str(&self.line("where", &text));
        out
    }

    fn latency(&self, all: &[Slower]) -> String {
        let blocks = all.iter().map(|slower| {
            let time = |millis: f64| time(Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default());
            let word = if slower.is_slower() { "slower".yellow() } else { "faster".green() };
            let (before, after) = (time(slower.before), time(slower.after));
            let what = shown(&slower.what);
            format!("{what}, {}: {before} -> {after}, {:.1}x {word}\n", slower.measure, slower.ratio())
        });
        self.section("latency", blocks.collect())
    }
}

/// `a, b, c and 4 more`, each once.
fn names(all: impl Iterator<Item = String>) -> String {
    let mut seen = HashSet::new();
    let all: Vec<String> = all.filter(|name| seen.insert(name.clone())).collect();
    let first = all.iter().take(NAMES).cloned().collect::<Vec<_>>().join(", ");
    if all.len() > NAMES { format!("{first} and {} more", all.len() - NAMES) } else { first }
}

/// A value for a line: what is in an object or array is not told.
fn in_short(value: &Value, typed: bool) -> String {
    let text = match value {
        Value::Object(members) => {
            let name = ["userName", "displayName"].iter().find_map(|name| members.get(*name)?.as_str());
            return name.unwrap_or("an object").to_owned();
        }
        Value::Array(items) => return format!("an array of {}", items.len()),
        // A name for what differs from run to run.
        Value::String(text) if text.starts_with('[') && text.ends_with(']') => return text.clone(),
        Value::String(text) => format!("\"{}\"", text.chars().take(TEXT / 2).collect::<String>()),
        other => other.to_string(),
    };
    if typed { format!("{text} ({})", type_name(value)) } else { text }
}
