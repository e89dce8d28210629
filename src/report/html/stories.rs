//! The dialogues as the page shows them: suite, scenario, step, exchange.

use serde::Serialize;

use super::{
    exchange::{self, Detail},
    findings::anchor,
    words::Words,
};
use crate::{
    http::{Exchange, Purpose},
    report::{plural, time},
    run::{Outcome, ScenarioRecord},
};

/// So many bytes of exchanges are written in full; then bodies are cut early, so that a browser opens the page in no time.
const FULL: usize = 4 << 20;
/// From so many bytes on there are only lines.
const MOST: usize = 6 << 20;

/// The dialogues of a run.
#[derive(Debug, Serialize)]
pub(super) struct Dialogues {
    suites: Vec<Suite>,
    /// From which scenario on all bodies are cut early, since the page would grow too large.
    brief_from: Option<String>,
    /// From which scenario on they are left out.
    bare_from: Option<String>,
}

/// All scenarios of one suite.
#[derive(Debug, Serialize)]
struct Suite {
    name: String,
    title: String,
    stories: Vec<Story>,
}

/// One scenario in one dialect.
#[derive(Debug, Serialize)]
struct Story {
    anchor: String,
    name: String,
    title: String,
    outcome: &'static str,
    /// Why it was skipped or could not be carried out.
    reason: Option<String>,
    took: String,
    size: String,
    findings: Vec<Mention>,
    steps: Vec<StepShown>,
}

/// A finding where it was made.
#[derive(Debug, Serialize)]
struct Mention {
    level: &'static str,
    message: minijinja::Value,
    /// The finding that tells it: itself, or what it follows from.
    root: String,
    /// Number of the exchange within the run.
    number: Option<usize>,
    waived: bool,
}

#[derive(Debug, Serialize)]
struct StepShown {
    name: String,
    /// Nothing for set-up and clean-up.
    outcome: Option<&'static str>,
    exchanges: Vec<Said>,
}

/// An exchange, and the highest level of what is wrong with it.
#[derive(Debug, Serialize)]
struct Said {
    wrong: Option<&'static str>,
    #[serde(flatten)]
    shown: exchange::Shown,
}

/// Writes the dialogues of a run, suite by suite in the order of the plan.
pub(super) fn all(words: &Words<'_>) -> Dialogues {
    let mut suites: Vec<Suite> = Vec::new();
    let (mut brief_from, mut bare_from) = (None, None);
    let mut size = 0;
    for (at, scenario) in words.record.scenarios.iter().enumerate() {
        let quiet = scenario.outcome == Outcome::Passed && scenario.findings.is_empty();
        let detail = match size {
            MOST.. => Detail::Bare,
            FULL.. => Detail::Brief,
            _ if quiet => Detail::Brief,
            _ => Detail::Full,
        };
        let name = words.named(&scenario.name());
        match size {
            MOST.. => drop(bare_from.get_or_insert(name)),
            FULL.. => drop(brief_from.get_or_insert(name)),
            _ => {}
        }
        let story = story(scenario, at, words, detail);
        size += story.steps.iter().flat_map(|step| &step.exchanges).map(|said| said.shown.size()).sum::<usize>();
        let name = words.named(&scenario.suite);
        match suites.iter_mut().find(|suite| suite.name == name) {
            Some(suite) => suite.stories.push(story),
            None => suites.push(Suite { name, title: words.named(&scenario.suite_title), stories: vec![story] }),
        }
    }
    Dialogues { suites, brief_from, bare_from }
}

fn story(scenario: &ScenarioRecord, at: usize, words: &Words<'_>, detail: Detail) -> Story {
    let step = |name: &str, outcome: Option<Outcome>, wanted: &dyn Fn(&&Exchange) -> bool| StepShown {
        name: words.shown(name),
        outcome: outcome.map(Outcome::word),
        exchanges: scenario
            .exchanges
            .iter()
            .filter(wanted)
            .map(|exchange| Said {
                wrong: wrong(exchange, scenario),
                shown: exchange::shown(exchange, scenario, words, detail, None),
            })
            .collect(),
    };
    let outside = |exchange: &Exchange| exchange.step.is_none_or(|index| index >= scenario.steps.len());
    let mut steps = vec![step("Set-up", None, &|one| outside(one) && one.purpose != Purpose::Cleanup)];
    for (index, one) in scenario.steps.iter().enumerate() {
        steps.push(step(&one.name, Some(one.outcome), &|exchange| exchange.step == Some(index)));
    }
    steps.push(step("Clean-up", None, &|one| outside(one) && one.purpose == Purpose::Cleanup));
    steps.retain(|step| step.outcome.is_some() || !step.exchanges.is_empty());
    let findings = scenario.findings.iter().map(|finding| Mention {
        level: finding.level.word(),
        message: words.prose(&finding.message),
        root: finding.follows_from.clone().unwrap_or_else(|| finding.id.clone()),
        number: finding.exchange.map(|number| scenario.first + number + 1),
        waived: finding.waived,
    });
    Story {
        anchor: anchor(at),
        name: words.named(&scenario.name()),
        title: words.named(&scenario.title),
        outcome: scenario.outcome.word(),
        reason: scenario.reason.as_ref().map(|reason| words.shown(reason)),
        took: time(scenario.duration),
        size: plural(scenario.exchanges.len(), "exchange"),
        findings: findings.collect(),
        steps,
    }
}

fn wrong(exchange: &Exchange, scenario: &ScenarioRecord) -> Option<&'static str> {
    let here = scenario.findings.iter().filter(|finding| finding.exchange == Some(exchange.number));
    here.map(|finding| finding.level).max().map(|level| level.word())
}
