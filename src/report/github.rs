//! Workflow commands: what GitHub Actions shows as annotations of a run.

use super::{
    Context,
    clip::clipped,
    facts::Facts,
    findings::Findings,
    verdict::{Tone, counts, headline, plural},
};
use crate::{
    judge::Level,
    run::{Outcome, RunRecord},
};

/// GitHub shows so many annotations of each kind for a step.
const SHOWN: usize = 10;
/// Longest message; GitHub's own limit is 64 KiB, and nobody reads it.
const LONGEST: usize = 4000;
/// Longest title.
const LONGEST_TITLE: usize = 200;

/// The kinds of annotations, as GitHub calls them.
const KINDS: [&str; 3] = ["error", "warning", "notice"];

/// Writes the commands, the worst first, and a line about what is not shown. What fails the run is an error.
pub fn github(record: &RunRecord, context: &Context) -> String {
    let findings = Findings::of(record, context);
    let mut all: Vec<(&str, String)> = Vec::new();
    for stale in &record.stale_waivers {
        let (file, why) = findings.stale(stale);
        let (line, end) = stale.lines;
        let place = format!("file={},line={line},endLine={end},", property(&file));
        all.push(("error", format!("{place}title={}::{}", property("A waiver is stale"), data(&why))));
    }
    for (scenario, finding) in findings.told() {
        let kind = match finding.level {
            level if level >= record.fail_on => "error",
            Level::Must | Level::Should => "warning",
            Level::May => "notice",
        };
        let title = format!("{}: {}", finding.level, finding.owner.word());
        all.push((kind, command(&findings.own(&title), &message(&findings.facts(scenario, finding)))));
    }
    let not_run: Vec<_> = record.scenarios.iter().filter(|scenario| scenario.outcome == Outcome::Error).collect();
    if let Some(first) = not_run.first() {
        let title = format!("{} could not be carried out", plural(not_run.len(), "scenario"));
        let message = format!("{}\n{}", findings.reason(first), findings.own(&first.name()));
        all.push(("error", command(&title, &message)));
    }
    let (phrase, tone) = headline(record);
    let verdict = format!("{phrase}: {}", counts(record, |suite| findings.own(suite), |_, _| ""));
    let kind = match tone {
        Tone::Good => "notice",
        Tone::Fair => "warning",
        Tone::Bad => "error",
    };
    all.insert(0, (kind, command("scim-check", &verdict)));

    let mut out = String::new();
    for kind in KINDS {
        let of_kind: Vec<&String> = all.iter().filter(|(have, _)| *have == kind).map(|(_, command)| command).collect();
        of_kind.iter().take(SHOWN).for_each(|command| out.push_str(&format!("::{kind} {command}\n")));
        let more = of_kind.len().saturating_sub(SHOWN);
        if more > 0 {
            let what = plural(more, &format!("more {kind}"));
            let have = if more == 1 { "has" } else { "have" };
            out.push_str(&format!("{what} {have} no annotation: GitHub shows {SHOWN} of a kind\n"));
        }
    }
    out
}

/// What an annotation says of a finding.
fn message(facts: &Facts) -> String {
    let mut lines = vec![facts.message.clone()];
    for label in ["where", "expected", "came", "breaks", "fix", "explain"] {
        lines.extend(facts.text(label).map(|text| format!("{label}: {}", clipped(text, LONGEST / 6))));
    }
    lines.join("\n")
}

fn command(title: &str, message: &str) -> String {
    let title = clipped(title, LONGEST_TITLE);
    format!("title={}::{}", property(&title), data(&clipped(message, LONGEST)))
}

/// Escapes a message as the toolkit of GitHub Actions does.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
