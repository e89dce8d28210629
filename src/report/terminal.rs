//! The screen at the end of a run: quiet when green, generous when red.

use std::{collections::HashMap, time::Duration};

use colored::Colorize;

use super::{
    Context,
    finding::{block, labelled},
    sanitise, waivers,
};
use crate::{
    http::{Exchange, Purpose},
    judge::{Finding, Level, Owner},
    run::{Outcome, RunRecord, ScenarioRecord, Summary},
};

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Failures and the verdict.
    Quiet,
    /// Scenarios, and findings of level `may`.
    Scenarios,
    /// Exchanges too.
    Exchanges,
}

impl From<u8> for Verbosity {
    fn from(count: u8) -> Verbosity {
        match count {
            0 => Verbosity::Quiet,
            1 => Verbosity::Scenarios,
            _ => Verbosity::Exchanges,
        }
    }
}

/// Writes the report of a run for a person.
pub fn terminal(record: &RunRecord, context: &Context, verbosity: Verbosity) -> String {
    let mut out = String::new();
    if verbosity >= Verbosity::Scenarios {
        for scenario in &record.scenarios {
            out.push_str(&scenario_line(scenario, context));
            if verbosity >= Verbosity::Exchanges {
                for exchange in &scenario.exchanges {
                    out.push_str(&exchange_line(exchange, scenario, record, context));
                }
            }
        }
        out.push('\n');
    }
    let lowest = if verbosity >= Verbosity::Scenarios { Level::May } else { record.fail_on.min(Level::Should) };
    let mut follows: HashMap<&str, Vec<&Finding>> = HashMap::new();
    for finding in record.findings() {
        if let Some(root) = &finding.follows_from {
            follows.entry(root).or_default().push(finding);
        }
    }
    for wanted in [Level::Must, Level::Should, Level::May] {
        if wanted < lowest {
            continue;
        }
        for scenario in &record.scenarios {
            let told = |finding: &&Finding| finding.follows_from.is_none() && !finding.waived;
            for finding in scenario.findings.iter().filter(told).filter(|finding| finding.level == wanted) {
                let follows = follows.get(finding.id.as_str()).map_or(&[][..], Vec::as_slice);
                out.push_str(&block(finding, scenario, record, context, follows));
                out.push('\n');
            }
        }
    }
    out.push_str(&not_carried_out(record, context));
    if out.contains("curl -i") && !record.interrupted {
        let gone = if context.embedded {
            "The curl lines show what was sent; the embedded server ended with the run."
        } else {
            "The curl lines show what was sent. What they name was removed after the run; --keep leaves it there."
        };
        out.push_str(&format!("{}\n\n", textwrap::fill(gone, context.width).dimmed()));
    }
    out.push_str(&waivers::accepted(record, context, verbosity));
    out.push_str(&waivers::stale(record));
    out.push_str(&suites(record));
    out.push_str(&leftovers(record, context));
    out.push_str(&verdict(record, lowest, waivers::listed(record, verbosity)));
    out
}

/// One block for all scenarios that could not be carried out: they mostly have one cause, which is told above.
fn not_carried_out(record: &RunRecord, context: &Context) -> String {
    let all: Vec<_> = record.scenarios.iter().filter(|scenario| scenario.outcome == Outcome::Error).collect();
    let (Some(first), false) = (all.first(), record.interrupted || record.given_up) else {
        return String::new();
    };
    let line = |label: &str, text: &str| labelled(label, &sanitise(&context.secrets.hide(text)), context.width);
    let mut out = format!("{}  {} could not be carried out\n", "error".magenta().bold(), plural(all.len(), "scenario"));
    out.push_str(&line("why", first.reason.as_deref().unwrap_or("it did not run")));
    let names: Vec<String> = all.iter().take(3).map(|scenario| scenario.name()).collect();
    let more = all.len().saturating_sub(3);
    let tail = if more > 0 { format!(" and {more} more (-v names them)") } else { String::new() };
    out.push_str(&line("which", &format!("{}{tail}", names.join(", "))));
    out.push('\n');
    out
}

fn scenario_line(scenario: &ScenarioRecord, context: &Context) -> String {
    let word = match scenario.outcome {
        Outcome::Passed => "passed".green(),
        Outcome::Failed => "failed".red().bold(),
        Outcome::Error => "error".magenta().bold(),
        Outcome::Skipped => "skipped".dimmed(),
    };
    let reason = scenario
        .reason
        .as_ref()
        .map(|reason| format!(" ({})", sanitise(&context.secrets.hide(reason))))
        .unwrap_or_default();
    format!("{word:>7} {:>7}  {}{reason}\n", time(scenario.duration), scenario.name())
}

fn exchange_line(exchange: &Exchange, scenario: &ScenarioRecord, record: &RunRecord, context: &Context) -> String {
    let answer = match &exchange.answer {
        Ok(response) => response.status.to_string(),
        Err(failure) => sanitise(&context.secrets.hide(&failure.to_string())),
    };
    let number = scenario.first + exchange.number + 1;
    let target = sanitise(&context.target(exchange, &record.marker));
    let purpose = match exchange.purpose {
        Purpose::Spoken => String::new(),
        other => format!("  [{}]", other.word()),
    };
    let line = format!(
        "        {number:>4} {:>7}  {} {target} -> {answer}{purpose}",
        time(exchange.took),
        exchange.request.method
    );
    format!("{}\n", if exchange.purpose == Purpose::Spoken { line.normal() } else { line.dimmed() })
}

/// One line for each suite.
fn suites(record: &RunRecord) -> String {
    let mut names: Vec<&str> = Vec::new();
    for scenario in &record.scenarios {
        if !names.contains(&scenario.suite.as_str()) {
            names.push(&scenario.suite);
        }
    }
    let mut out = String::new();
    for name in names {
        let count = |outcome: Outcome| {
            record.scenarios.iter().filter(|scenario| scenario.suite == name && scenario.outcome == outcome).count()
        };
        let mut parts = vec![format!("{} passed", count(Outcome::Passed)).green().to_string()];
        for (outcome, text) in
            [(Outcome::Failed, "failed"), (Outcome::Error, "not carried out"), (Outcome::Skipped, "skipped")]
        {
            let count = count(outcome);
            if count > 0 {
                let text = format!("{count} {text}");
                parts.push(if outcome == Outcome::Skipped { text } else { text.red().to_string() });
            }
        }
        out.push_str(&format!("{}  {}\n", name.bold(), parts.join(", ")));
    }
    let mut reasons: Vec<&str> = Vec::new();
    for scenario in record.scenarios.iter().filter(|scenario| scenario.outcome == Outcome::Skipped) {
        let reason = scenario.reason.as_deref().unwrap_or("");
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons.iter().for_each(|reason| out.push_str(&format!("  skipped: {reason}\n")));
    out
}

fn leftovers(record: &RunRecord, context: &Context) -> String {
    let left: Vec<_> = record.leftovers().collect();
    if left.is_empty() || context.embedded {
        return String::new();
    }
    let mut out = format!("\n{} left on the target:\n", plural(left.len(), "resource"));
    for one in &left {
        let id = one.id.as_deref().unwrap_or("(id not known)");
        let line = format!("  {} {id}  {}: {}", one.resource.name(), one.name, one.state);
        out.push_str(&sanitise(&context.secrets.hide(&line)));
        out.push('\n');
    }
    out.push_str(&labelled(
        "hint",
        "scim-check clean --base-url URL --older-than 0s removes what runs left behind",
        context.width,
    ));
    out
}

/// What a verdict means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// As it should be.
    Good,
    /// Something is to be looked at.
    Fair,
    /// The run has failed, or could not be carried out.
    Bad,
}

/// The verdict in words.
pub(super) fn headline(record: &RunRecord) -> (String, Tone) {
    let summary = record.summary();
    let (text, tone) = if record.interrupted {
        let done = record.scenarios.iter().filter(|scenario| scenario.outcome != Outcome::Error).count();
        let removed = if record.leftovers().next().is_none() { "; what this run created was removed" } else { "" };
        return (format!("Interrupted after {}{removed}", plural(done, "scenario")), Tone::Fair);
    } else if record.given_up {
        ("The target stopped answering; the rest was not tried", Tone::Bad)
    } else if summary.failed > 0 && record.within_max_findings() && record.stale_waivers.is_empty() {
        return (format!("No more than --max-findings {} allows", record.max_findings), Tone::Fair);
    } else if summary.failed > 0 {
        let what = match summary.must {
            0 => "Not as it should be",
            _ if record.roots().all(|one| one.level < Level::Must || one.owner == Owner::OwnSnapshot) => {
                "Not as your snapshots have it"
            }
            _ if breaks_okta(record) => "Okta would have trouble with this server",
            _ => "This server is not as the standards want it",
        };
        (what, Tone::Bad)
    } else if !record.stale_waivers.is_empty() {
        (if record.stale_waivers.len() == 1 { "A waiver is stale" } else { "Waivers are stale" }, Tone::Bad)
    } else if summary.error > 0 {
        ("Not everything could be carried out", Tone::Bad)
    } else if summary.passed == 0 {
        ("Nothing was run", Tone::Fair)
    } else if summary.should > 0 {
        let okta = record.scenarios.iter().any(|scenario| scenario.suite.starts_with("okta"));
        let what = if okta { "Okta gets along with this server, but" } else { "As the standards require, but" };
        (what, Tone::Fair)
    } else {
        ("As expected", Tone::Good)
    };
    (text.to_owned(), tone)
}

/// The last lines: what it means, and the counts.
fn verdict(record: &RunRecord, lowest: Level, listed: bool) -> String {
    let (text, tone) = headline(record);
    let line = format!("{text}:");
    let line = match tone {
        Tone::Good => line.green(),
        Tone::Fair => line.yellow(),
        Tone::Bad => line.red(),
    };
    format!("\n{} {}\n", line.bold(), counts(record, record.summary(), lowest, listed))
}

/// True where Okta's client fails, or corrupts or exposes data.
fn breaks_okta(record: &RunRecord) -> bool {
    record.roots().any(|finding| finding.level == Level::Must && finding.breaks.iter().any(|name| name == "okta"))
}

fn counts(record: &RunRecord, summary: Summary, lowest: Level, listed: bool) -> String {
    let mut findings: Vec<String> = Vec::new();
    for (count, word) in
        [(summary.must, "must"), (summary.should, "should"), (summary.may, "may"), (summary.waived, "waived")]
    {
        if count > 0 {
            let hidden = (word == "may" && lowest > Level::May) || (word == "waived" && !listed);
            let shows = match count {
                _ if !hidden => "",
                1 => " (-v shows it)",
                _ => " (-v shows them)",
            };
            findings.push(format!("{count} {word}{shows}"));
        }
    }
    let findings = if findings.is_empty() { "no findings".to_owned() } else { findings.join(", ") };
    let times = if record.runs > 1 { format!(", {} times", record.runs) } else { String::new() };
    format!(
        "{findings}; {}, {}{times} in {}.",
        plural(record.scenarios.len(), "scenario"),
        plural(summary.exchanges, "exchange"),
        time(record.duration)
    )
}

/// `1 scenario`, `2 scenarios`.
pub fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A duration as people read it: `812 ms`, `2.1 s`.
pub fn time(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis < 1000 { format!("{millis} ms") } else { format!("{:.1} s", duration.as_secs_f64()) }
}
