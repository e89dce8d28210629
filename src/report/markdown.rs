//! Markdown for a comment on a pull request, or the summary of a step.

use super::{
    Context,
    clip::clipped,
    facts::{Facts, gone, sources},
    findings::Findings,
    markdown_text::{code, fenced, html},
    verdict::{Tone, counts, ended, headline, plural, suites},
};
use crate::{
    judge::Finding,
    run::{Outcome, RunRecord, ScenarioRecord},
};

/// Longest comment that GitHub takes. It counts characters; bytes are never fewer.
pub const COMMENT: usize = 65_536;
/// Longest text of the target's that is shown whole.
const LONGEST: usize = 1000;
/// A curl line that is longer than this is not shown: cut, it would be of no use.
const LONGEST_CURL: usize = 4000;
/// Columns of the texts of a finding.
const WIDTH: usize = 100;
/// The same where many stand below one another.
const SHORTER: usize = 200;
/// Entries of a list that may be long.
const LISTED: usize = 20;
/// Bytes that are kept free for the lines below the findings.
const RESERVED: usize = 400;

/// Writes the report into so many bytes, or nothing where not even its head fits: the verdict, the suites as a table, and each finding by itself, folded, the worst first. What
/// there is no room for is left out and counted.
pub fn markdown(record: &RunRecord, context: &Context, room: usize) -> String {
    let findings = Findings::of(record, context);
    let mut out = head(record, &findings);
    if out.len() > room {
        return String::new();
    }
    let told = findings.told();
    let blocks = told.iter().map(|(scenario, finding)| folded(finding, scenario, &findings));
    let shown = fill(&mut out, blocks, room);
    if out.contains("\ncurl -i") && !record.interrupted {
        out.push_str(&format!("\n{}\n", gone(context)));
    }
    let mut left = Vec::new();
    if shown < told.len() {
        left.push(plural(told.len() - shown, "finding"));
    }
    let lists = [not_carried_out(record, &findings), accepted(&findings), leftovers(record, &findings, context)];
    for (title, lines) in lists.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        if fill(&mut out, [list(&title, &lines)].into_iter(), room) == 0 {
            left.push(format!("the list \"{title}\""));
        }
    }
    if !left.is_empty() {
        let line =
            format!("\nLeft out, since there is no room here: {}. The JSON report has everything.\n", left.join(", "));
        if out.len() + line.len() <= room {
            out.push_str(&line);
        }
    }
    out
}

/// Adds blocks as long as there is room; answers how many.
fn fill(out: &mut String, blocks: impl Iterator<Item = String>, room: usize) -> usize {
    let mut shown = 0;
    for block in blocks {
        if out.len() + block.len() + RESERVED > room {
            break;
        }
        out.push_str(&block);
        shown += 1;
    }
    shown
}

fn head(record: &RunRecord, findings: &Findings<'_>) -> String {
    let (phrase, tone) = headline(record);
    let sign = match tone {
        Tone::Good => "✅",
        Tone::Fair => "⚠️",
        Tone::Bad => "❌",
    };
    let mut out = format!("### {sign} {}\n\n", phrase.trim_end_matches(", but"));
    let suite = |name: &str| code(&clipped(&findings.own(name), SHORTER));
    let counts = counts(record, suite, |_, _| "");
    out.push_str(&format!("{counts} Target: {}\n", code(&findings.own(&record.base_url))));
    let names = suites(record);
    out.push_str("\n| suite | passed | failed | not carried out | skipped |\n| --- | ---: | ---: | ---: | ---: |\n");
    for name in names.iter().take(LISTED) {
        let count = |outcome| ended(record, name, outcome);
        let [passed, failed, error, skipped] =
            [Outcome::Passed, Outcome::Failed, Outcome::Error, Outcome::Skipped].map(count);
        // Not even in code may a cell hold the sign that ends it.
        let name = suite(name).replace('|', "\\u{7c}");
        out.push_str(&format!("| {name} | {passed} | {failed} | {error} | {skipped} |\n"));
    }
    if names.len() > LISTED {
        out.push_str(&format!("\nand {}\n", plural(names.len() - LISTED, "more suite")));
    }
    if !record.stale_waivers.is_empty() {
        out.push('\n');
    }
    for stale in record.stale_waivers.iter().take(LISTED) {
        let (file, why) = findings.stale(stale);
        out.push_str(&format!("- {}: {}\n", code(&clipped(&file, SHORTER)), code(&clipped(&why, LONGEST))));
    }
    let more = record.stale_waivers.len().saturating_sub(LISTED);
    if more > 0 {
        out.push_str(&format!("- and {}\n", plural(more, "more stale waiver")));
    }
    out
}

/// A finding that stands on its own, folded under what is wrong.
fn folded(finding: &Finding, scenario: &ScenarioRecord, findings: &Findings<'_>) -> String {
    let facts = findings.facts(scenario, finding);
    let title = format!(
        "<b>{}</b> {}, {}",
        finding.level,
        html(&clipped(&facts.message, LONGEST)),
        html(&findings.own(&scenario.name()))
    );
    let mut body = fenced("text", &block(&facts));
    let (short, long): (Vec<&String>, Vec<&String>) = facts.curl.iter().partition(|line| line.len() <= LONGEST_CURL);
    if !short.is_empty() {
        let lines: Vec<&str> = short.iter().map(|line| line.as_str()).collect();
        body.push_str(&format!("\n{}", fenced("sh", &lines.join("\n"))));
    }
    if !long.is_empty() {
        body.push_str(&format!("\n{} too long to be shown here.\n", plural(long.len(), "curl line")));
    }
    let read: Vec<String> =
        sources(finding).into_iter().map(|source| format!("[{}]({})", source.title, source.url)).collect();
    if !read.is_empty() {
        body.push_str(&format!("\nRead {}\n", read.join("; ")));
    }
    details(&title, &body)
}

/// Labels and texts, wrapped below one another. Where to read more is linked below.
fn block(facts: &Facts) -> String {
    let mut lines = Vec::new();
    for (label, text) in facts.lines.iter().filter(|(label, _)| *label != "read") {
        let text = clipped(text, LONGEST);
        let options = textwrap::Options::new(WIDTH).break_words(false);
        for (at, line) in textwrap::wrap(&text, options).iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            lines.push(format!("{label:<12}{line}"));
        }
    }
    lines.join("\n")
}

fn not_carried_out(record: &RunRecord, findings: &Findings<'_>) -> (String, Vec<String>) {
    let all: Vec<String> = record
        .scenarios
        .iter()
        .filter(|scenario| scenario.outcome == Outcome::Error)
        .map(|scenario| format!("{}: {}", findings.own(&scenario.name()), findings.reason(scenario)))
        .collect();
    (format!("{} could not be carried out", plural(all.len(), "scenario")), all)
}

fn accepted(findings: &Findings<'_>) -> (String, Vec<String>) {
    let all: Vec<String> = findings
        .accepted()
        .into_iter()
        .map(|(scenario, finding)| {
            let (message, name) = (findings.shown(&finding.message), findings.own(&scenario.name()));
            let why = findings.waiver(finding).unwrap_or_default();
            format!("{}: {message}, {name}: {why}", finding.level)
        })
        .collect();
    (format!("{} waived", plural(all.len(), "finding")), all)
}

fn leftovers(record: &RunRecord, findings: &Findings<'_>, context: &Context) -> (String, Vec<String>) {
    // The server inside this program is gone with all that was on it.
    let there = record.leftovers().filter(|_| !context.embedded);
    let all: Vec<String> = there.map(|left| findings.left(left)).collect();
    (format!("{} left on the target", plural(all.len(), "resource")), all)
}

/// A folded list; each entry is code, so that nothing in it acts.
fn list(title: &str, entries: &[String]) -> String {
    let mut body: String =
        entries.iter().take(LISTED).map(|entry| format!("- {}\n", code(&clipped(entry, LONGEST)))).collect();
    if entries.len() > LISTED {
        body.push_str(&format!("- and {} more\n", entries.len() - LISTED));
    }
    details(title, &body)
}

/// `title` is HTML, `body` is Markdown.
fn details(title: &str, body: &str) -> String {
    format!("\n<details>\n<summary>{title}</summary>\n\n{body}\n</details>\n")
}
