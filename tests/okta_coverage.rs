//! `docs/okta-coverage.md`: what of Okta is played, by which scenarios, and why not.
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test okta_coverage` writes the page anew, from `tests/okta_coverage.yaml` and the scenarios.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use scim_check::{
    http::Purpose,
    idp::{Dialect, actions},
    judge::{rules, spec},
    run::{Outcome, Plan, Planned, ScenarioRecord},
    scenario::{Library, Scenario, Selection, What},
};
use serde::Deserialize;
use support::suite::{TOKEN, server};

/// Sections of the fact sheet that describe flows, and its replay scripts.
const FLOWS: &[&str] = &[
    "4", "5.1", "5.2", "5.3", "6", "7", "8", "9.1", "9.2", "10", "11", "12", "13.0", "13.1", "13.2", "13.3", "13.4",
    "13.5", "13.6", "13.7", "13.8", "14", "15.1", "15.2", "18 #1", "18 #2", "18 #3", "18 #4", "18 #5", "18 #6",
    "18 #7", "18 #8", "18 #9", "18 #10", "18 #11", "18 #12", "18 #13", "18 #14", "18 #15", "18 #16",
];

/// Points that the fact sheet names as not established.
const NOT_ESTABLISHED: usize = 13;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    flows: Vec<Flow>,
    cases: BTreeMap<String, Case>,
    steps: BTreeMap<String, SuiteStep>,
    not_established: Vec<Open>,
    not_honoured: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Flow {
    at: Vec<String>,
    flow: String,
    #[serde(default)]
    actions: Vec<String>,
    #[serde(default)]
    rules: Vec<String>,
    catalogue: Option<String>,
    aiw: Option<String>,
    only: Option<String>,
    #[serde(default)]
    open: String,
    why_not: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    case: String,
    why_not: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SuiteStep {
    step: String,
    why_not: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Open {
    what: String,
    here: String,
}

/// A step that was played: the scenario, the dialect, the action, and what was said about each person or group.
struct Played {
    scenario: String,
    /// Steps of the scenario: of two that play a flow, the shorter one shows it better.
    length: usize,
    dialect: String,
    action: &'static str,
    said: BTreeSet<String>,
}

fn played(planned: &Planned, record: &ScenarioRecord) -> Vec<Played> {
    let Some(dialect) = &record.dialect else {
        return Vec::new();
    };
    assert_eq!(record.outcome, Outcome::Passed, "{}", record.name());
    let steps = planned.scenario.steps.iter().enumerate();
    steps
        .filter_map(|(index, step)| {
            let What::Action(action) = &step.what else { return None };
            let mut about: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
            let spoken = record.exchanges.iter().filter(|exchange| exchange.purpose == Purpose::Spoken);
            for exchange in spoken.filter(|exchange| exchange.step == Some(index)) {
                about.entry(exchange.request.about.as_deref()).or_default().push(exchange.kind.word());
            }
            let mut said: BTreeSet<String> = about.values().map(|words| words.join(", ")).collect();
            if said.is_empty() {
                said.insert("nothing".to_owned());
            }
            Some(Played {
                scenario: record.id.clone(),
                length: planned.scenario.steps.len(),
                dialect: dialect.clone(),
                action: action.word(),
                said,
            })
        })
        .collect()
}

/// Everything that the scenarios play at the reference server.
async fn everything_played(library: &Library) -> Vec<Played> {
    let plan = Plan::new(library, &Selection::new(&[], true).unwrap(), &Dialect::ALL, &[]);
    let server = server(0, false).await;
    let record = support::runs::against(&plan, server.base_url(), TOKEN, 4).await;
    server.stop().await;
    plan.entries.iter().zip(&record.scenarios).flat_map(|(planned, record)| played(planned, record)).collect()
}

/// `okta/lifecycle/assign` and the like, shortest first; of many the first two.
fn shown(scenarios: &BTreeSet<(usize, &str)>) -> String {
    const MOST: usize = 2;
    let names: Vec<String> = scenarios.iter().take(MOST).map(|(_, name)| format!("`{name}`")).collect();
    match scenarios.len().saturating_sub(MOST) {
        0 => names.join(" "),
        more => format!("{} and {more} more", names.join(" ")),
    }
}

/// A row of the table of flows; what is wrong with it goes to `wrong`.
fn flow(flow: &Flow, played: &[Played], wrong: &mut Vec<String>) -> String {
    let name = format!("{}: {}", flow.at.join(", "), flow.flow);
    let speaks = !flow.actions.is_empty();
    let mut cells = [String::new(), String::new()];
    let dialects = [("catalogue", &flow.catalogue), ("aiw", &flow.aiw)];
    let exact = flow.catalogue.is_some() || flow.aiw.is_some();
    for (cell, (short, wanted)) in cells.iter_mut().zip(dialects) {
        let here = flow.only.as_deref().is_none_or(|only| only == short) && (!exact || wanted.is_some());
        if !speaks || !here {
            continue;
        }
        let dialect = format!("okta-{short}");
        let found: BTreeSet<(usize, &str)> = played
            .iter()
            .filter(|step| step.dialect == dialect && flow.actions.iter().any(|action| action == step.action))
            .filter(|step| wanted.as_ref().is_none_or(|wanted| step.said.contains(wanted)))
            .map(|step| (step.length, step.scenario.as_str()))
            .collect();
        if found.is_empty() {
            wrong.push(format!("{name}: no scenario says this in {dialect}"));
        }
        let script = wanted.as_ref().map(|wanted| format!("{wanted}: ")).unwrap_or_default();
        *cell = format!("{script}{}", shown(&found));
    }
    for action in &flow.actions {
        if !actions().any(|known| known == action) {
            wrong.push(format!("{name}: there is no action {action}"));
        }
    }
    for rule in &flow.rules {
        if rules::by_id(rule).is_none() {
            wrong.push(format!("{name}: there is no rule {rule}"));
        }
    }
    if (speaks || !flow.rules.is_empty()) == flow.why_not.is_some() {
        wrong.push(format!("{name}: neither or both of scenarios and a reason"));
    }
    if let Some(why_not) = &flow.why_not {
        cells[0] = format!("not played: {why_not}");
    }
    let code = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ");
    let by = [(code(&flow.actions), ""), (code(&flow.rules), "judged by ")];
    let by: Vec<String> =
        by.into_iter().filter(|(names, _)| !names.is_empty()).map(|(names, how)| how.to_owned() + &names).collect();
    let [catalogue, aiw] = cells;
    format!("| {} | {} | {} | {catalogue} | {aiw} | {} |\n", flow.at.join(", "), flow.flow, by.join("; "), flow.open)
}

/// A row for a source that scenarios cite, or that has a reason.
fn cited(
    key: &str,
    shown_as: &str,
    what: &str,
    why_not: Option<&str>,
    all: &[Scenario],
    wrong: &mut Vec<String>,
) -> String {
    let citing = all.iter().filter(|scenario| scenario.spec.iter().any(|have| have == key));
    let names: Vec<String> = citing.map(|scenario| format!("`{}`", scenario.id)).collect();
    if names.is_empty() != why_not.is_some() {
        wrong.push(format!("{key}: neither or both of scenarios and a reason"));
    }
    format!("| {shown_as} | {what} | {} | {} |\n", names.join(" "), why_not.unwrap_or_default())
}

fn page(data: &Data, library: &Library, played: &[Played], wrong: &mut Vec<String>) -> String {
    let mut page = String::from(INTRODUCTION);
    page += FLOWS_HEAD;
    for row in &data.flows {
        page += &flow(row, played, wrong);
    }
    let told: BTreeSet<&str> = data.flows.iter().flat_map(|row| &row.at).map(String::as_str).collect();
    let due: BTreeSet<&str> = FLOWS.iter().copied().collect();
    if told != due {
        wrong.push(format!("sections without a row, or rows without a section: {:?}", told.symmetric_difference(&due)));
    }
    page += CASES_HEAD;
    let known = spec::known();
    let cases: Vec<&str> = known.iter().filter_map(|key| key.strip_prefix("okta-qa#")).collect();
    for case in &cases {
        match data.cases.get(*case) {
            Some(row) => {
                let key = format!("okta-qa#{case}");
                page += &cited(&key, case, &row.case, row.why_not.as_deref(), &library.scenarios, wrong);
            }
            None => wrong.push(format!("{case} has no row")),
        }
    }
    if data.cases.len() != cases.len() {
        wrong.push("a row of a case that there is not".to_owned());
    }
    page += STEPS_HEAD;
    let suites = [("okta-spec", "SPEC"), ("okta-crud", "CRUD"), ("okta-entitlements", "Entitlements")];
    let mut steps = 0;
    for (document, name) in suites {
        for key in known.iter().filter(|key| key.starts_with(&format!("{document}#"))) {
            steps += 1;
            let Some(row) = data.steps.get(key) else {
                wrong.push(format!("{key} has no row"));
                continue;
            };
            let shown_as = key.replace(&format!("{document}#"), &format!("{name} "));
            page += &cited(key, &shown_as, &row.step, row.why_not.as_deref(), &library.scenarios, wrong);
        }
    }
    if data.steps.len() != steps {
        wrong.push("a row of a step that there is not".to_owned());
    }
    page += OPEN_HEAD;
    for (number, open) in data.not_established.iter().enumerate() {
        writeln!(page, "| {} | {} | {} |", number + 1, open.what, open.here).unwrap();
    }
    if data.not_established.len() != NOT_ESTABLISHED {
        wrong.push(format!("{} points are not established", data.not_established.len()));
    }
    page += NOT_HONOURED_HEAD;
    for fact in &data.not_honoured {
        writeln!(page, "- {fact}").unwrap();
    }
    page
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_tells_what_is_played_and_why_the_rest_is_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = fs::read_to_string(root.join("tests/okta_coverage.yaml")).unwrap();
    let data: Data = serde_saphyr::from_str(&data).unwrap();
    let library = Library::builtin().unwrap();
    let played = everything_played(&library).await;
    let mut wrong = Vec::new();
    let page = page(&data, &library, &played, &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}");
    let path = root.join("docs/okta-coverage.md");
    if std::env::var_os("SCIM_CHECK_RECORD").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), page, "docs/okta-coverage.md is not what is played");
}

const INTRODUCTION: &str = "\
# What of Okta is played

Which scenarios play what Okta's client says, which show a case of Okta's QA plan, which make an assertion of its test suites; and why
the others don't. This page is written by `tests/okta_coverage.rs`, which plays all scenarios at the reference server, and holds it.
";

const FLOWS_HEAD: &str = "
## Flows

The numbers are those of the fact sheet on Okta's client, which the code calls okta-client; behind 18 they are its replay scripts. What stands
before the colon is all that is said about one person or group, in words that snapshots use, too; the scenarios behind it say exactly that, the
shortest two are named. `okta-catalogue` is the PATCH kind, `okta-aiw` the PUT kind.

| section | flow | spoken by | okta-catalogue | okta-aiw | inferred or not established |
| --- | --- | --- | --- | --- | --- |
";

const CASES_HEAD: &str = "
## Cases of the QA plan

| case | what is done | scenarios | why not |
| --- | --- | --- | --- |
";

const STEPS_HEAD: &str = "
## Steps of the test suites

Each assertion is in [okta-spec.md](okta-spec.md). The CRUD suite with entitlements adds a grant through Okta's own API, and asserts nothing
at the server; `okta/entitlements` plays grants.

| step | what is done | scenarios | why not |
| --- | --- | --- | --- |
";

const OPEN_HEAD: &str = "
## Not established

What no document and no recording says, and what `scim-check` does.

| | not established | here |
| --- | --- | --- |
";

const NOT_HONOURED_HEAD: &str = "
## Not as Okta does it

";
