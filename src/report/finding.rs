//! One finding as a block of text.

use std::borrow::Cow;

use colored::{ColoredString, Colorize};

use super::{Context, sanitise};
use crate::{
    http::{Exchange, Purpose, without_addresses},
    judge::{Finding, Flaky, Level, Owner, Subject, spec},
    run::{RunRecord, ScenarioRecord},
};

/// How a line begins that is a command.
const COMMAND: &str = concat!(env!("CARGO_PKG_NAME"), " ");
/// Width of the column of labels.
const LABEL: usize = 12;

/// The label of a level, in its colour.
pub fn level(level: Level) -> ColoredString {
    let word = level.word();
    match level {
        Level::Must => word.red().bold(),
        Level::Should => word.yellow().bold(),
        Level::May => word.blue(),
    }
}

/// Writes a finding with everything a person needs to act on it.
pub(super) fn block(
    finding: &Finding,
    scenario: &ScenarioRecord,
    record: &RunRecord,
    context: &Context,
    follows: &[&Finding],
) -> String {
    let shown = |text: &str| sanitise(&without_addresses(&context.secrets.hide(text), &record.marker));
    let mut out = format!("{}  {}\n", level(finding.level), shown(&finding.message).bold());
    let mut place = scenario.name();
    if !finding.step_name.is_empty() {
        place.push_str(&format!(", step \"{}\"", shown(&finding.step_name)));
    }
    let exchange = finding.exchange.and_then(|number| scenario.exchanges.get(number));
    if let Some(exchange) = exchange {
        place.push_str(&format!(", exchange {}", scenario.first + exchange.number + 1));
    }
    let mut line = |label: &str, text: &str| {
        if !text.is_empty() {
            out.push_str(&labelled(label, text, context.width));
        }
    };
    line("where", &place);
    line("for", &scenario.title);
    let word = finding.subject.word();
    let named = matches!(finding.subject, Subject::Status | Subject::Found) || finding.message.contains(&word);
    if !named {
        line("at", &shown(&word));
    }
    line("expected", &shown(&finding.expected));
    line("came", &shown(&finding.actual));
    if let Some(Flaky { seen, runs }) = finding.flaky {
        line("flaky", &format!("found in {seen} of {runs} runs"));
    }
    let who: Vec<&str> = finding.breaks.iter().map(|name| if name == "okta" { "Okta" } else { name }).collect();
    line("breaks", &who.join(", "));
    let next = follows.iter().find(|next| {
        next.scenario == finding.scenario
            && next.dialect == finding.dialect
            && next.step == finding.step
            && next.claim.ends_with("/completes")
    });
    // What is really read in this case, where it is known, says more than the pattern of it.
    match next {
        Some(next) => line("then", &format!("{}. {}", shown(&next.message), shown(&next.admin))),
        None => line("admin sees", &shown(&finding.admin)),
    }
    // It is text of ours, which has examples of addresses.
    let fix: Vec<String> = finding.fix.lines().map(|line| sanitise(&context.secrets.hide(line))).collect();
    line("fix", &fix.join("\n"));
    let sources: Vec<String> =
        finding.spec.iter().filter_map(|key| spec::source(key)).map(|source| source.title).collect();
    line("read", &sources.join("; "));
    if let Owner::Rule(id) = &finding.owner {
        line("explain", &format!("scim-check explain {id}"));
    } else {
        line("explain", &format!("scim-check show {}", scenario.id));
    }
    if !follows.is_empty() {
        line("also", &others(follows, scenario));
    }
    for line in reproduction(finding, scenario, record, context) {
        // Not wrapped: it is there to be pasted.
        out.push_str(&format!("  {}\n", sanitise(&line).dimmed()));
    }
    out
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
pub(super) fn change_before<'a>(exchange: &Exchange, scenario: &'a ScenarioRecord) -> Option<&'a Exchange> {
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

/// `3 more of it or because of it, in 2 stories: okta/lifecycle/assign@okta-aiw, ...`
fn others(follows: &[&Finding], scenario: &ScenarioRecord) -> String {
    let mut names: Vec<String> = Vec::new();
    for finding in follows {
        let name = match &finding.dialect {
            Some(dialect) => format!("{}@{dialect}", finding.scenario),
            None => finding.scenario.clone(),
        };
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

/// A label and its text, wrapped below one another; a line that is a command is not wrapped: it is there to be pasted.
pub fn labelled(label: &str, text: &str, width: usize) -> String {
    let options = textwrap::Options::new(width.saturating_sub(LABEL + 2).max(20))
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let mut out = String::new();
    let lines = text.split('\n').flat_map(|line| match line.starts_with(COMMAND) {
        true => vec![Cow::from(line)],
        false => textwrap::wrap(line, &options),
    });
    for (at, line) in lines.enumerate() {
        let label = if at == 0 { label } else { "" };
        out.push_str(&format!("  {}{line}\n", format!("{label:<LABEL$}").dimmed()));
    }
    out
}
