//! What of Okta was exercised, and with what outcome, for each dialect.

use std::collections::BTreeMap;

use glob::Pattern;
use minijinja::Value as Markup;
use serde::Serialize;

use super::{features::FEATURES, findings::anchor, words::Words};
use crate::{
    http::Purpose,
    judge::spec,
    run::{Outcome, ScenarioRecord},
};

/// Documents of Okta's that have numbered cases or steps: their keys, and what a case is called here.
const PLANS: [(&str, &str); 4] = [
    ("okta-qa", "QA plan, case"),
    ("okta-spec", "SPEC suite, step"),
    ("okta-crud", "CRUD suite, step"),
    ("okta-entitlements", "Entitlements suite, step"),
];

/// The section about Okta.
#[derive(Debug, Serialize)]
pub(super) struct Coverage {
    /// Names of the columns: dialects, and requests that are written out.
    columns: Vec<String>,
    features: Vec<Row>,
    /// Features of which no scenario was selected.
    untouched: Vec<&'static str>,
    /// Cases of Okta's QA plan and steps of its test suites.
    cases: Vec<Row>,
}

/// A feature or case.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    what: String,
    url: Option<String>,
    /// One for each column; nothing where none of its scenarios was selected in that dialect.
    cells: Vec<Option<Cell>>,
    stories: Vec<Story>,
}

/// The outcome of some scenarios.
#[derive(Debug, Serialize)]
struct Cell {
    outcome: &'static str,
    /// `9 of 9 passed`
    text: String,
    /// `lookup 12, create 9`
    spoken: Markup,
}

#[derive(Debug, Serialize)]
struct Story {
    anchor: String,
    name: String,
    outcome: &'static str,
}

/// Writes the section; `None` where no suite of Okta's was run.
pub(super) fn coverage(words: &Words<'_>) -> Option<Coverage> {
    let okta = |scenario: &ScenarioRecord| scenario.suite.split('-').next() == Some("okta");
    let all: Vec<(usize, &ScenarioRecord)> =
        words.record.scenarios.iter().enumerate().filter(|(_, scenario)| okta(scenario)).collect();
    if all.is_empty() {
        return None;
    }
    let mut columns: Vec<Option<&str>> = Vec::new();
    for (_, scenario) in &all {
        if !columns.contains(&scenario.dialect.as_deref()) {
            columns.push(scenario.dialect.as_deref());
        }
    }
    // Dialects in the order of the run, and what has none behind them.
    columns.sort_by_key(Option::is_none);
    let mut features = Vec::new();
    let mut untouched = Vec::new();
    for feature in FEATURES {
        let patterns: Vec<Pattern> = feature.scenarios.iter().filter_map(|text| Pattern::new(text).ok()).collect();
        let of_it = |scenario: &ScenarioRecord| patterns.iter().any(|pattern| pattern.matches(&scenario.id));
        let own: Vec<_> = all.iter().copied().filter(|(_, scenario)| of_it(scenario)).collect();
        if own.is_empty() {
            untouched.push(feature.name);
        } else {
            features.push(row(feature.name.to_owned(), feature.what.to_owned(), None, &own, &columns, words));
        }
    }
    let names = columns.iter().map(|column| column.map_or_else(|| "raw requests".to_owned(), |name| words.named(name)));
    Some(Coverage { columns: names.collect(), features, untouched, cases: cases(&all, &columns, words) })
}

/// The cases that scenarios name as their source, document by document.
fn cases(all: &[(usize, &ScenarioRecord)], columns: &[Option<&str>], words: &Words<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (plan, called) in PLANS {
        let mut own: BTreeMap<(usize, &str), Vec<(usize, &ScenarioRecord)>> = BTreeMap::new();
        for (at, scenario) in all {
            for key in scenario.spec.iter().filter(|key| key.split('#').next() == Some(plan)) {
                // Shorter numbers come first: step 2 before step 11.
                own.entry((key.len(), key)).or_default().push((*at, *scenario));
            }
        }
        for ((_, key), scenarios) in own {
            let Some(source) = spec::source(key) else { continue };
            let mut titles: Vec<String> = Vec::new();
            for (_, scenario) in &scenarios {
                let title = words.named(&scenario.title);
                if !titles.contains(&title) {
                    titles.push(title);
                }
            }
            let name = format!("{called} {}", key.split('#').next_back().unwrap_or(key));
            rows.push(row(name, told(&titles), Some(source.url), &scenarios, columns, words));
        }
    }
    rows
}

/// The first title, and how many others there are.
fn told(titles: &[String]) -> String {
    match titles {
        [] => String::new(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first}, and {} more", rest.len()),
    }
}

fn row(
    name: String,
    what: String,
    url: Option<String>,
    own: &[(usize, &ScenarioRecord)],
    columns: &[Option<&str>],
    words: &Words<'_>,
) -> Row {
    let cells = columns.iter().map(|column| {
        let here: Vec<_> = own.iter().map(|(_, one)| *one).filter(|one| one.dialect.as_deref() == *column).collect();
        (!here.is_empty()).then(|| cell(&here))
    });
    let stories = own.iter().map(|(at, scenario)| Story {
        anchor: anchor(*at),
        name: words.named(&scenario.name()),
        outcome: scenario.outcome.word(),
    });
    Row { name, what, url, cells: cells.collect(), stories: stories.collect() }
}

fn cell(scenarios: &[&ScenarioRecord]) -> Cell {
    let count = |outcome: Outcome| scenarios.iter().filter(|one| one.outcome == outcome).count();
    let [passed, failed, error, skipped] =
        [Outcome::Passed, Outcome::Failed, Outcome::Error, Outcome::Skipped].map(count);
    let outcome = match (failed, error, passed) {
        (0, 0, 0) => Outcome::Skipped,
        (0, 0, _) => Outcome::Passed,
        (0, _, _) => Outcome::Error,
        _ => Outcome::Failed,
    };
    let mut text = match passed + failed {
        0 => "none judged".to_owned(),
        judged => format!("{passed} of {judged} passed"),
    };
    for (count, word) in [(error, "not carried out"), (skipped, "skipped")] {
        if count > 0 {
            text.push_str(&format!(", {count} {word}"));
        }
    }
    Cell { outcome: outcome.word(), text, spoken: spoken(scenarios) }
}

/// What was said, by kind of request, in the order in which it was first said.
fn spoken(scenarios: &[&ScenarioRecord]) -> Markup {
    let mut kinds: Vec<(&'static str, usize)> = Vec::new();
    let exchanges = scenarios.iter().flat_map(|scenario| &scenario.exchanges);
    for exchange in exchanges.filter(|exchange| exchange.purpose == Purpose::Spoken) {
        let word = exchange.kind.word();
        match kinds.iter_mut().find(|(kind, _)| *kind == word) {
            Some((_, count)) => *count += 1,
            None => kinds.push((word, 1)),
        }
    }
    let parts: Vec<String> =
        kinds.iter().map(|(word, count)| format!("<span>{word}\u{a0}\u{d7}{count}</span>")).collect();
    Markup::from_safe_string(parts.join(", "))
}
