//! The screen at the end of a run: quiet when green, generous when red.

use std::cmp::Reverse;

use colored::Colorize;

use super::{
    Context,
    facts::gone,
    finding::{block, labelled},
    findings::Findings,
    sanitise,
    verdict::{Tone, counts, ended, headline, plural, suites as suites_of, time},
    waivers,
};
use crate::{
    http::{Exchange, Purpose},
    judge::Level,
    run::{Outcome, RunRecord, ScenarioRecord},
};

/// Reasons that are told why scenarios could not be carried out.
const REASONS: usize = 3;

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
    let findings = Findings::of(record, context);
    if verbosity >= Verbosity::Scenarios {
        for scenario in &record.scenarios {
            out.push_str(&scenario_line(scenario, &findings));
            if verbosity >= Verbosity::Exchanges {
                for exchange in &scenario.exchanges {
                    out.push_str(&exchange_line(exchange, scenario, record, context));
                }
            }
        }
        out.push('\n');
    }
    let lowest = if verbosity >= Verbosity::Scenarios { Level::May } else { record.fail_on.min(Level::Should) };
    for (scenario, finding) in findings.told().into_iter().filter(|(_, finding)| finding.level >= lowest) {
        out.push_str(&block(finding.level, &findings.facts(scenario, finding), context));
        out.push('\n');
    }
    out.push_str(&not_carried_out(record, &findings, context.width));
    if out.contains("curl -i") && !record.interrupted {
        out.push_str(&format!("{}\n\n", textwrap::fill(gone(context), context.width).dimmed()));
    }
    out.push_str(&waivers::accepted(record, &findings, verbosity));
    out.push_str(&waivers::stale(record, &findings));
    out.push_str(&suites(record, &findings, context.width));
    out.push_str(&leftovers(record, &findings, context));
    out.push_str(&verdict(&findings, lowest, waivers::listed(record, verbosity)));
    out
}

/// One block for all scenarios that could not be carried out, with the reasons of most of them.
fn not_carried_out(record: &RunRecord, findings: &Findings<'_>, width: usize) -> String {
    let all: Vec<_> = record.scenarios.iter().filter(|scenario| scenario.outcome == Outcome::Error).collect();
    if all.is_empty() || record.interrupted || record.given_up {
        return String::new();
    }
    let mut out = format!("{}  {} could not be carried out\n", "error".magenta().bold(), plural(all.len(), "scenario"));
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for reason in all.iter().map(|scenario| findings.reason(scenario)) {
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, times)) => *times += 1,
            None => reasons.push((reason, 1)),
        }
    }
    reasons.sort_by_key(|(_, times)| Reverse(*times));
    for (reason, times) in reasons.iter().take(REASONS) {
        let count = if reasons.len() > 1 { format!(" ({})", plural(*times, "scenario")) } else { String::new() };
        out.push_str(&labelled("why", &format!("{reason}{count}"), width));
    }
    let names: Vec<String> = all.iter().take(3).map(|scenario| findings.own(&scenario.name())).collect();
    let more = all.len().saturating_sub(3);
    let tail = if more > 0 { format!(" and {more} more (-v names them)") } else { String::new() };
    out.push_str(&labelled("which", &format!("{}{tail}", names.join(", ")), width));
    out.push('\n');
    out
}

fn scenario_line(scenario: &ScenarioRecord, findings: &Findings<'_>) -> String {
    let word = match scenario.outcome {
        Outcome::Passed => "passed".green(),
        Outcome::Failed => "failed".red().bold(),
        Outcome::Error => "error".magenta().bold(),
        Outcome::Skipped => "skipped".dimmed(),
    };
    let reason = scenario.reason.as_ref().map(|_| format!(" ({})", findings.reason(scenario))).unwrap_or_default();
    format!("{word:>7} {:>7}  {}{reason}\n", time(scenario.duration), findings.own(&scenario.name()))
}

fn exchange_line(exchange: &Exchange, scenario: &ScenarioRecord, record: &RunRecord, context: &Context) -> String {
    let answer = match &exchange.answer {
        Ok(response) => response.status.to_string(),
        Err(failure) => sanitise(&context.text(&failure.to_string(), &record.marker)),
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
fn suites(record: &RunRecord, findings: &Findings<'_>, width: usize) -> String {
    let mut out = String::new();
    for name in suites_of(record) {
        let count = |outcome: Outcome| ended(record, name, outcome);
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
        out.push_str(&format!("{}  {}\n", findings.own(name).bold(), parts.join(", ")));
    }
    let mut reasons: Vec<String> = Vec::new();
    for scenario in record.scenarios.iter().filter(|scenario| scenario.outcome == Outcome::Skipped) {
        let reason = findings.reason(scenario);
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    for reason in reasons {
        let options = textwrap::Options::new(width).initial_indent("  skipped: ").subsequent_indent("           ");
        out.push_str(&format!("{}\n", textwrap::fill(&reason, options.break_words(false))));
    }
    out
}

fn leftovers(record: &RunRecord, findings: &Findings<'_>, context: &Context) -> String {
    let left: Vec<_> = record.leftovers().collect();
    if left.is_empty() || context.embedded {
        return String::new();
    }
    let mut out = format!("\n{} left on the target:\n", plural(left.len(), "resource"));
    left.iter().for_each(|one| out.push_str(&format!("  {}\n", findings.left(one))));
    out.push_str(&labelled(
        "hint",
        "scim-check clean --base-url URL --older-than 0s removes what runs left behind",
        context.width,
    ));
    out
}

/// The last lines: what it means, and the counts.
fn verdict(findings: &Findings<'_>, lowest: Level, listed: bool) -> String {
    let (phrase, tone) = headline(findings.record);
    let phrase = format!("{phrase}:");
    let phrase = match tone {
        Tone::Good => phrase.green(),
        Tone::Fair => phrase.yellow(),
        Tone::Bad => phrase.red(),
    };
    let counts = counts(
        findings.record,
        |suite| findings.own(suite),
        |word, count| {
            let hidden = (word == "may" && lowest > Level::May) || (word == "waived" && !listed);
            match count {
                _ if !hidden => "",
                1 => " (-v shows it)",
                _ => " (-v shows them)",
            }
        },
    );
    format!("\n{}\n", textwrap::fill(&format!("{} {counts}", phrase.bold()), findings.context.width))
}
