//! The page as a whole: what stands at its top, and its sections.

use minijinja::Value as Markup;
use serde::Serialize;

use super::{
    coverage::{self, Coverage},
    findings::{self, Findings},
    latency,
    stories::{self, Dialogues},
    words::{Words, thousands},
};
use crate::{
    report::{
        plural, time,
        verdict::{Tone, headline},
    },
    run::{ExitCode, Outcome, RunRecord, ScenarioRecord},
};

/// Everything that the templates show.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    version: &'static str,
    policy: String,
    style: Markup,
    target: String,
    /// True where it was the reference server in the same process.
    embedded: bool,
    verdict: String,
    /// `good`, `fair` or `bad`.
    tone: &'static str,
    counts: Vec<Count>,
    /// What the run was: labels and texts.
    facts: Vec<(&'static str, String)>,
    scores: Vec<Score>,
    /// Reasons for which scenarios were skipped or not carried out: outcome, reason, how many.
    reasons: Vec<(&'static str, String, usize)>,
    coverage: Option<Coverage>,
    findings: Findings,
    stale: Vec<Stale>,
    leftovers: Vec<String>,
    latency: Vec<latency::Row>,
    dialogues: Dialogues,
}

/// How many findings there are of a level.
#[derive(Debug, Serialize)]
struct Count {
    word: &'static str,
    count: usize,
}

/// What came of a suite: scenarios that passed, of those that were judged.
#[derive(Debug, Serialize)]
struct Score {
    suite: String,
    /// What it is for; empty where no `suite.yaml` says it.
    title: String,
    outcome: &'static str,
    passed: usize,
    failed: usize,
    error: usize,
    skipped: usize,
    judged: usize,
    /// Of those that passed, those that did because a waiver accepts what would have failed them.
    spared: usize,
}

#[derive(Debug, Serialize)]
struct Stale {
    place: String,
    why: String,
}

/// Gathers the page.
pub(super) fn page(words: &Words<'_>, style: &str, policy: &str) -> Page {
    let record = words.record;
    let summary = record.summary();
    let (verdict, tone) = headline(record);
    let counts = [("must", summary.must), ("should", summary.should), ("may", summary.may), ("waived", summary.waived)];
    Page {
        version: env!("CARGO_PKG_VERSION"),
        policy: policy.to_owned(),
        style: Markup::from_safe_string(style.to_owned()),
        target: words.shown(&record.base_url),
        embedded: words.context.embedded,
        verdict,
        tone: match tone {
            Tone::Good => "good",
            Tone::Fair => "fair",
            Tone::Bad => "bad",
        },
        counts: counts.into_iter().map(|(word, count)| Count { word, count }).collect(),
        facts: facts(words),
        scores: scores(words),
        reasons: reasons(words),
        coverage: coverage::coverage(words),
        findings: findings::all(words),
        stale: stale(words),
        leftovers: leftovers(words),
        latency: latency::rows(record),
        dialogues: stories::all(words),
    }
}

fn facts(words: &Words<'_>) -> Vec<(&'static str, String)> {
    let record = words.record;
    let mut dialects: Vec<&str> = Vec::new();
    for name in record.scenarios.iter().filter_map(|scenario| scenario.dialect.as_deref()) {
        if !dialects.contains(&name) {
            dialects.push(name);
        }
    }
    let dialects = if dialects.is_empty() { "none".to_owned() } else { dialects.join(", ") };
    let size = format!(
        "{}, {} {}",
        plural(record.scenarios.len(), "scenario"),
        thousands(record.summary().exchanges),
        if record.summary().exchanges == 1 { "exchange" } else { "exchanges" }
    );
    vec![
        ("Date", record.started_at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        ("Duration", time(record.duration)),
        ("Dialects", words.named(&dialects)),
        ("Size", size),
        ("Fails at", format!("{} and above", record.fail_on.word()).replace("must and above", "must")),
        ("Exit code", format!("{} ({})", record.exit_code() as u8, meaning(record))),
        ("Run marker", words.named(&record.marker)),
        ("Tool", format!("scim-check {}", env!("CARGO_PKG_VERSION"))),
    ]
}

fn meaning(record: &RunRecord) -> &'static str {
    match record.exit_code() {
        ExitCode::Ok => "as expected",
        ExitCode::Findings if record.stale_waivers.is_empty() => "findings",
        ExitCode::Findings => "findings, or a stale waiver",
        ExitCode::Usage => "wrong usage",
        ExitCode::Untestable => "not everything could be tested",
        ExitCode::Nothing => "nothing was run",
        ExitCode::Interrupted => "interrupted",
    }
}

fn scores(words: &Words<'_>) -> Vec<Score> {
    let record = words.record;
    let mut names: Vec<&str> = Vec::new();
    for scenario in &record.scenarios {
        if !names.contains(&scenario.suite.as_str()) {
            names.push(&scenario.suite);
        }
    }
    names.into_iter().map(|name| score(name, record, words)).collect()
}

fn score(name: &str, record: &RunRecord, words: &Words<'_>) -> Score {
    let own: Vec<&ScenarioRecord> = record.scenarios.iter().filter(|scenario| scenario.suite == name).collect();
    let count = |outcome: Outcome| own.iter().filter(|scenario| scenario.outcome == outcome).count();
    let [passed, failed, error, skipped] =
        [Outcome::Passed, Outcome::Failed, Outcome::Error, Outcome::Skipped].map(count);
    let accepted = |one: &&&ScenarioRecord| {
        one.outcome == Outcome::Passed && one.findings.iter().any(|finding| finding.level >= record.fail_on)
    };
    let outcome = match (failed, error, passed) {
        (0, 0, 0) => Outcome::Skipped,
        (0, 0, _) => Outcome::Passed,
        (0, _, _) => Outcome::Error,
        _ => Outcome::Failed,
    };
    Score {
        suite: words.named(name),
        title: words.named(own.first().map_or("", |scenario| scenario.suite_title.as_str())),
        outcome: outcome.word(),
        passed,
        failed,
        error,
        skipped,
        judged: passed + failed,
        spared: own.iter().filter(accepted).count(),
    }
}

fn reasons(words: &Words<'_>) -> Vec<(&'static str, String, usize)> {
    let mut reasons: Vec<(&'static str, String, usize)> = Vec::new();
    for scenario in &words.record.scenarios {
        let outcome = match scenario.outcome {
            Outcome::Error => "not carried out",
            Outcome::Skipped => "skipped",
            _ => continue,
        };
        let reason = words.shown(scenario.reason.as_deref().unwrap_or("it did not run"));
        match reasons.iter_mut().find(|(known, text, _)| *known == outcome && *text == reason) {
            Some((_, _, count)) => *count += 1,
            None => reasons.push((outcome, reason, 1)),
        }
    }
    reasons
}

fn stale(words: &Words<'_>) -> Vec<Stale> {
    let all = words.record.stale_waivers.iter();
    all.map(|stale| {
        let (first, last) = stale.lines;
        let lines = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
        Stale { place: words.shown(&format!("{}, {lines}", stale.file)), why: words.shown(&stale.why) }
    })
    .collect()
}

/// What is left on a target; the embedded server has ended with the run.
fn leftovers(words: &Words<'_>) -> Vec<String> {
    if words.context.embedded {
        return Vec::new();
    }
    let line = |left: &crate::run::Leftover| {
        let id = left.id.as_deref().unwrap_or("(id not known)");
        words.shown(&format!("{} {id}, {}: {}", left.resource.name(), left.name, left.state))
    };
    words.record.leftovers().map(line).collect()
}
