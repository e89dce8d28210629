//! The findings as the page shows them: those that stand on their own, each with what follows from it.

use std::collections::HashMap;

use minijinja::Value as Markup;
use serde::Serialize;

use super::{
    exchange::{self, Detail},
    words::Words,
};
use crate::{
    judge::{Finding, Level, Owner, Rule, Subject, rules, spec},
    report::{
        plural,
        reproduction::{before, reproduction},
    },
    run::ScenarioRecord,
};

/// So many findings need no list of their own.
const FEW: usize = 5;

/// One finding that stands on its own, or is waived.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    id: String,
    level: &'static str,
    message: Markup,
    place: Place,
    /// Who says that it must be so, beside the sources.
    requirement: Markup,
    /// Why it matters, where a rule says so.
    why: Option<Markup>,
    sources: Vec<Source>,
    at: Option<String>,
    expected: Markup,
    actual: Markup,
    breaks: String,
    /// What the identity provider's administrator sees.
    admin: Option<Markup>,
    fix: Markup,
    flaky: Option<String>,
    /// The command that says more.
    more: String,
    exchange: Option<exchange::Shown>,
    /// The change that a read-back shows to be wrong.
    change: Option<exchange::Shown>,
    marked: bool,
    curl: String,
    seen_by: Vec<String>,
    follows: Vec<Consequences>,
    follows_count: usize,
    /// `3 more findings with this cause, in 2 scenarios`
    reach: String,
    /// Why it is accepted, and until when.
    waived: Option<(Markup, Option<String>)>,
}

/// Where a finding was made.
#[derive(Debug, Serialize)]
pub(super) struct Place {
    scenario: String,
    anchor: String,
    title: String,
    step: String,
    number: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Source {
    title: String,
    url: String,
}

/// What follows from a finding, by what is said of it.
#[derive(Debug, Serialize)]
struct Consequences {
    level: &'static str,
    message: Markup,
    all: Vec<Consequence>,
}

#[derive(Debug, Serialize)]
struct Consequence {
    id: String,
    expected: Markup,
    actual: Markup,
    place: Place,
    waived: bool,
}

/// All findings of a run.
#[derive(Debug, Serialize)]
pub(super) struct Findings {
    /// Level, what it means, and the findings of it; levels without any are left out.
    levels: Vec<(&'static str, &'static str, Vec<Told>)>,
    waived: Vec<Told>,
    /// True where a list of them all spares scrolling.
    many: bool,
}

/// Writes the findings of a run.
pub(super) fn all(words: &Words<'_>) -> Findings {
    let record = words.record;
    let mut follows: HashMap<&str, Vec<(&Finding, usize)>> = HashMap::new();
    for (at, scenario) in record.scenarios.iter().enumerate() {
        for finding in &scenario.findings {
            if let Some(root) = &finding.follows_from {
                follows.entry(root).or_default().push((finding, at));
            }
        }
    }
    let told = |finding: &Finding, at: usize| told(finding, at, follows.get(finding.id.as_str()), words);
    let here = || record.scenarios.iter().enumerate().flat_map(|(at, one)| one.findings.iter().map(move |f| (f, at)));
    let of = |level: Level, meaning: &'static str| {
        let own = here().filter(|(one, _)| one.level == level && one.follows_from.is_none() && !one.waived);
        (level.word(), meaning, own.map(|(finding, at)| told(finding, at)).collect::<Vec<_>>())
    };
    let mut levels = vec![
        of(
            Level::Must,
            "An identity provider fails, or corrupts or exposes data; or a MUST of the RFC that a client relies on",
        ),
        of(Level::Should, "Against the standard or Okta's own suites; today's Okta gets along"),
        of(Level::May, "Worth knowing: unusual, harmless to the identity providers we know"),
    ];
    levels.retain(|(_, _, findings)| !findings.is_empty());
    // Those that follow from a waived one are folded below it.
    let with_it =
        |finding: &Finding| finding.follows_from.as_ref().is_some_and(|root| record.waived.contains_key(root));
    let waived = here().filter(|(one, _)| record.waived.contains_key(&one.id) && !with_it(one));
    let many = levels.iter().map(|(_, _, findings)| findings.len()).sum::<usize>() > FEW;
    Findings { levels, waived: waived.map(|(finding, at)| told(finding, at)).collect(), many }
}

fn told(finding: &Finding, at: usize, follows: Option<&Vec<(&Finding, usize)>>, words: &Words<'_>) -> Told {
    let record = words.record;
    let scenario = &record.scenarios[at];
    let follows = follows.map_or(&[][..], Vec::as_slice);
    let exchange = finding.exchange.and_then(|number| scenario.exchanges.get(number));
    let shown = exchange.map(|exchange| exchange::shown(exchange, scenario, words, Detail::Full, Some(finding)));
    let word = finding.subject.word();
    let named = matches!(finding.subject, Subject::Status | Subject::Found) || finding.message.contains(&word);
    let who: Vec<&str> = finding.breaks.iter().map(|name| if name == "okta" { "Okta" } else { name }).collect();
    // What is really read in this case, where it is known, says more than the pattern of it.
    let completes = follows.iter().map(|(next, _)| next).find(|next| {
        next.scenario == finding.scenario
            && next.dialect == finding.dialect
            && next.step == finding.step
            && next.claim.ends_with("/completes")
    });
    let admin = match completes {
        Some(next) => Some(words.prose(&format!("{}. {}", next.message, next.admin))),
        None => (!finding.admin.is_empty()).then(|| words.prose(&finding.admin)),
    };
    Told {
        id: finding.id.clone(),
        level: finding.level.word(),
        message: words.prose(&finding.message),
        place: place(finding, at, words),
        requirement: requirement(finding, scenario, words),
        why: rule(finding).map(|rule| words.own(rule.why)),
        sources: sources(finding),
        at: (!named).then(|| words.shown(&word)),
        expected: words.prose(&finding.expected),
        actual: words.prose(&finding.actual),
        breaks: words.shown(&who.join(", ")),
        admin,
        fix: match finding.owner {
            Owner::OwnSnapshot => words.own_lines(&finding.fix),
            _ => words.own(&finding.fix),
        },
        flaky: finding.flaky.map(|flaky| format!("found in {} of {} runs", flaky.seen, flaky.runs)),
        more: match &finding.owner {
            Owner::Rule(id) => words.named(&format!("scim-check explain {id}")),
            _ => words.named(&words.context.show(&scenario.id)),
        },
        marked: shown.as_ref().is_some_and(exchange::marked),
        exchange: shown,
        change: exchange
            .and_then(|exchange| before(finding, exchange, scenario).pop())
            .map(|change| exchange::shown(change, scenario, words, Detail::Full, None)),
        curl: words.shown_lines(&reproduction(finding, scenario, record, words.context)),
        seen_by: finding.seen_by.iter().map(|claim| words.shown(claim)).collect(),
        follows: consequences(follows, words),
        follows_count: follows.len(),
        reach: reach(follows),
        waived: record
            .waived
            .get(&finding.id)
            .map(|waived| (words.own(&waived.reason), waived.until.map(|until| until.to_string()))),
    }
}

fn rule(finding: &Finding) -> Option<&'static Rule> {
    match &finding.owner {
        Owner::Rule(id) => rules::by_id(id),
        _ => None,
    }
}

fn requirement(finding: &Finding, scenario: &ScenarioRecord, words: &Words<'_>) -> Markup {
    match &finding.owner {
        Owner::Rule(id) => words.own(&format!("Rule `{id}`")),
        Owner::Expectation => words.own(&format!("The point of the scenario: {}", scenario.title)),
        Owner::Snapshot => words.own(&format!("The recorded dialogue of the scenario: {}", scenario.title)),
        Owner::OwnSnapshot => words.own(&format!("Your own snapshot of the scenario: {}", scenario.title)),
    }
}

fn sources(finding: &Finding) -> Vec<Source> {
    let known = finding.spec.iter().filter_map(|key| spec::source(key));
    known.map(|source| Source { title: source.title, url: source.url }).collect()
}

fn place(finding: &Finding, at: usize, words: &Words<'_>) -> Place {
    let scenario = &words.record.scenarios[at];
    let exchange = finding.exchange.and_then(|number| scenario.exchanges.get(number));
    Place {
        scenario: words.named(&scenario.name()),
        anchor: anchor(at),
        title: words.named(&scenario.title),
        step: words.shown(&finding.step_name),
        number: exchange.map(|exchange| scenario.first + exchange.number + 1),
    }
}

/// Where the dialogue of a scenario is on the page.
pub(super) fn anchor(scenario: usize) -> String {
    format!("s{}", scenario + 1)
}

fn consequences(follows: &[(&Finding, usize)], words: &Words<'_>) -> Vec<Consequences> {
    let mut out: Vec<(Level, &str, Consequences)> = Vec::new();
    for (finding, at) in follows {
        let one = consequence(finding, *at, words);
        match out.iter_mut().find(|(level, message, _)| *level == finding.level && *message == finding.message) {
            Some((_, _, known)) => known.all.push(one),
            None => {
                let message = words.prose(&finding.message);
                let new = Consequences { level: finding.level.word(), message, all: vec![one] };
                out.push((finding.level, &finding.message, new));
            }
        }
    }
    out.sort_by_key(|(level, _, _)| std::cmp::Reverse(*level));
    out.into_iter().map(|(_, _, all)| all).collect()
}

fn consequence(finding: &Finding, at: usize, words: &Words<'_>) -> Consequence {
    Consequence {
        id: finding.id.clone(),
        expected: words.prose(&finding.expected),
        actual: words.prose(&finding.actual),
        place: place(finding, at, words),
        waived: finding.waived,
    }
}

fn reach(follows: &[(&Finding, usize)]) -> String {
    let mut scenarios: Vec<usize> = follows.iter().map(|(_, at)| *at).collect();
    scenarios.sort_unstable();
    scenarios.dedup();
    format!("{} with this cause, in {}", plural(follows.len(), "more finding"), plural(scenarios.len(), "scenario"))
}
