//! The verdict of a run in one sentence, and its counts.

use std::{collections::HashMap, time::Duration};

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

/// `2 must, 1 may; 40 scenarios, 161 exchanges in 812 ms.` Where several suites have findings, they are counted for each: `okta 2 must; rfc7644
/// 10 must, 1 may; ...`, since a must of the one says another thing than a must of the other. `shown` makes the name of a suite fit to be
/// shown. Behind the last count of a word stands what `remark` says of it by its word, and how many there are.
pub(super) fn counts(
    record: &RunRecord,
    shown: impl Fn(&str) -> String,
    remark: impl Fn(&str, usize) -> &'static str,
) -> String {
    let summary = record.summary();
    let tallies = tallies(record);
    let several = tallies.len() > 1;
    let mut left = tallies.iter().fold([0; 4], |sum, (_, tally)| std::array::from_fn(|at| sum[at] + tally[at]));
    let all = left;
    let mut findings = Vec::new();
    for (suite, tally) in tallies {
        let mut words = Vec::new();
        for (at, count) in tally.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            left[at] -= count;
            let remark = if left[at] == 0 { remark(WORDS[at], all[at]) } else { "" };
            words.push(format!("{count} {}{remark}", WORDS[at]));
        }
        let words = words.join(", ");
        findings.push(if several { format!("{} {words}", shown(suite)) } else { words });
    }
    let findings = if findings.is_empty() { "no findings".to_owned() } else { findings.join("; ") };
    let times = if record.runs > 1 { format!(", {} times", record.runs) } else { String::new() };
    format!(
        "{findings}; {}, {}{times} in {}.",
        plural(record.scenarios.len(), "scenario"),
        plural(summary.exchanges, "exchange"),
        time(record.duration)
    )
}

/// What findings are counted by.
const WORDS: [&str; 4] = ["must", "should", "may", "waived"];

/// The suites that have findings, in the order of the plan, each with how many of each word.
fn tallies(record: &RunRecord) -> Vec<(&str, [usize; 4])> {
    let of: HashMap<&str, &str> = record.scenarios.iter().map(|one| (one.id.as_str(), one.suite.as_str())).collect();
    let mut all: Vec<(&str, [usize; 4])> = suites(record).into_iter().map(|suite| (suite, [0; 4])).collect();
    let roots = record.roots().map(|finding| (finding, finding.level.word()));
    for (finding, word) in roots.chain(record.accepted().map(|(finding, _)| (finding, "waived"))) {
        let suite = of.get(finding.scenario.as_str());
        let tally = all.iter_mut().find(|(name, _)| Some(name) == suite);
        if let (Some((_, tally)), Some(at)) = (tally, WORDS.iter().position(|known| *known == word)) {
            tally[at] += 1;
        }
    }
    all.retain(|(_, tally)| tally.iter().any(|count| *count > 0));
    all
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
