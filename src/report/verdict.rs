//! The verdict of a run in one sentence, and its counts.

use std::time::Duration;

use crate::{
    judge::{Level, Owner},
    run::{Outcome, RunRecord},
};

/// How good a verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// As expected.
    Good,
    /// It passes, or says nothing, with something to look at.
    Fair,
    /// It fails.
    Bad,
}

/// What a run means, as a phrase, and how good that is.
pub(super) fn headline(record: &RunRecord) -> (String, Tone) {
    let summary = record.summary();
    let (phrase, tone) = if record.interrupted {
        let done = record.scenarios.iter().filter(|scenario| scenario.outcome != Outcome::Error).count();
        let removed = if record.leftovers().next().is_none() { "; what this run created was removed" } else { "" };
        return (format!("Interrupted after {}{removed}", plural(done, "scenario")), Tone::Fair);
    } else if record.given_up {
        ("The target stopped answering; the rest was not tried", Tone::Bad)
    } else if summary.failed > 0 && record.within_max_findings() && record.stale_waivers.is_empty() {
        return (format!("No more than --max-findings {} allows", record.max_findings), Tone::Fair);
    } else if summary.failed > 0 {
        let phrase = match summary.must {
            0 => "Not as it should be",
            _ if record.roots().all(|one| one.level < Level::Must || one.owner == Owner::OwnSnapshot) => {
                "Not as your snapshots have it"
            }
            _ if breaks_okta(record) => "Okta would have trouble with this server",
            _ => "This server is not as the standards want it",
        };
        (phrase, Tone::Bad)
    } else if !record.stale_waivers.is_empty() {
        (if record.stale_waivers.len() == 1 { "A waiver is stale" } else { "Waivers are stale" }, Tone::Bad)
    } else if summary.error > 0 {
        ("Not everything could be carried out", Tone::Bad)
    } else if summary.passed == 0 {
        ("Nothing was run", Tone::Fair)
    } else if record.accepted().any(|(finding, _)| finding.level == Level::Must) {
        ("Nothing beyond what is waived", Tone::Fair)
    } else if summary.should > 0 {
        let okta = record.scenarios.iter().any(|scenario| scenario.suite.starts_with("okta"));
        let phrase = if okta { "Okta gets along with this server, but" } else { "As the standards require, but" };
        (phrase, Tone::Fair)
    } else {
        ("As expected", Tone::Good)
    };
    (phrase.to_owned(), tone)
}

/// True where Okta's client fails, or corrupts or exposes data.
fn breaks_okta(record: &RunRecord) -> bool {
    record.roots().any(|finding| finding.level == Level::Must && finding.breaks.iter().any(|name| name == "okta"))
}

/// `2 must, 1 may; 40 scenarios, 161 exchanges in 812 ms.` Behind a count stands what `remark` says of it by its word, and how many
/// there are.
pub(super) fn counts(record: &RunRecord, remark: impl Fn(&str, usize) -> &'static str) -> String {
    let summary = record.summary();
    let findings: Vec<String> =
        [(summary.must, "must"), (summary.should, "should"), (summary.may, "may"), (summary.waived, "waived")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", remark(word, count)))
            .collect();
    let findings = if findings.is_empty() { "no findings".to_owned() } else { findings.join(", ") };
    let times = if record.runs > 1 { format!(", {} times", record.runs) } else { String::new() };
    format!(
        "{findings}; {}, {}{times} in {}.",
        plural(record.scenarios.len(), "scenario"),
        plural(summary.exchanges, "exchange"),
        time(record.duration)
    )
}

/// The names of the suites, in the order of the plan.
pub(super) fn suites(record: &RunRecord) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for scenario in &record.scenarios {
        if !names.contains(&scenario.suite.as_str()) {
            names.push(&scenario.suite);
        }
    }
    names
}

/// How many scenarios of a suite ended so.
pub(super) fn ended(record: &RunRecord, suite: &str, outcome: Outcome) -> usize {
    record.scenarios.iter().filter(|scenario| scenario.suite == suite && scenario.outcome == outcome).count()
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
