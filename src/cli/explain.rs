//! `scim-check explain`

use colored::Colorize;

use super::{
    args::ExplainArgs,
    failure::Failure,
    print, settings,
    told::{Told, told},
};
use crate::{
    idp::{Dialect, Verb},
    judge::{Level, Rule, rules, spec},
    run::ExitCode,
    scenario::{Library, Scenario, nearest},
    server::fault::{self, Fault, PERSONAS, Persona},
};

/// Carries out `explain`.
pub fn explain(args: &ExplainArgs) -> anyhow::Result<ExitCode> {
    let mut library = Library::known()?;
    if let Some(folder) = settings::of_scenarios(args.scenarios.as_deref())?.scenarios {
        library.add_folder(&folder.value)?;
    }
    let bare = args.id.split('@').next().unwrap_or("");
    library.read(|id| id == bare)?;
    let text = if let Some(rule) = rules::by_id(&args.id) {
        let of_fault = fault::by_name(&args.id).map(|fault| format!("\n\n{}", of_fault(fault)));
        of_rule(rule, &library) + &of_fault.unwrap_or_default()
    } else if let Some(scenario) = library.scenario(bare) {
        of_scenario(scenario)
    } else if let Some(fault) = fault::by_name(&args.id) {
        of_fault(fault)
    } else if let Some(persona) = Persona::by_name(&args.id) {
        of_persona(persona)
    } else if let Ok(dialect) = args.id.parse() {
        of_dialect(&dialect)
    } else if let Ok(level) = args.id.parse() {
        of_level(level)
    } else {
        let ids = library.ids();
        let mut known: Vec<&str> = names();
        known.extend(&ids);
        let folder = format!("{}/", args.id.trim_end_matches('/'));
        let folder = ids.iter().any(|id| id.starts_with(&folder));
        let hint = match nearest(&args.id, known) {
            _ if args.id.contains('+') && Dialect::NAMES.iter().any(|name| args.id.starts_with(name)) => {
                args.id.parse::<Dialect>().err().unwrap_or_default()
            }
            _ if folder => format!("it is a folder: `scim-check list {}` shows what is in it", args.id),
            Some(near) => format!("did you mean `{near}`?"),
            None => "`scim-check list`, `list --rules` and `list --faults` show what there is".to_owned(),
        };
        return Err(Failure::usage(
            format!("there is no rule, scenario, fault, persona, dialect or level `{}`", args.id),
            hint,
        )
        .into());
    };
    print::result(&text);
    Ok(ExitCode::Ok)
}

/// What can be explained besides scenarios.
pub fn names() -> Vec<&'static str> {
    let rules = rules::RULES.iter().map(|rule| rule.id).chain(fault::FAULTS.iter().map(|fault| fault.name));
    let others = PERSONAS.iter().map(|persona| persona.name).chain(Dialect::NAMES).chain(Level::ALL.map(Level::word));
    rules.chain(others).collect()
}

fn of_rule(rule: &Rule, library: &Library) -> String {
    // A finding is as bad as the scenario that fails because of it.
    let worse = if rule.level == Level::Must { "" } else { " or worse" };
    let mut out = format!("{}  {}{worse}\n{}\n", rule.id.bold(), rule.level.word(), rule.title);
    out.push_str(&levels(rule, library));
    out.push_str(&section("What it looks at", rule.looks_at));
    out.push_str(&section("Why it matters", rule.why));
    out.push_str(&section("What Okta's administrator sees", rule.admin));
    out.push_str(&section("Example of a wrong answer", rule.example));
    out.push_str(&section("How to fix it", rule.fix));
    out.push_str(&faults(|told| told.claim == rule.id));
    out.push_str(&sources(rule.spec.iter().copied()));
    out
}

/// The level in every suite, with the reason where it differs.
fn levels(rule: &Rule, library: &Library) -> String {
    let mut out = format!("\n{}\n", "Its level in each suite".underline());
    let width = library.suites.iter().map(|suite| suite.id.len()).max().unwrap_or(0);
    for suite in &library.suites {
        let level = suite.level(rule).map_or("off", |level| level.word());
        let reason = suite.levels.iter().find(|entry| entry.rule == rule.id);
        let reason = reason.map_or_else(String::new, |entry| format!("  {}", entry.reason));
        out.push_str(format!("{:<width$}  {level:<6}{reason}", suite.id).trim_end());
        out.push('\n');
    }
    out.push_str("A finding is as bad as the scenario that fails because of it.\n");
    out
}

fn of_scenario(scenario: &Scenario) -> String {
    let mut out = format!("{}  {}\n{}\n", scenario.id.bold(), scenario.level.word(), scenario.title);
    out.push_str(&section("Why it matters", &scenario.why));
    out.push_str(&section("What Okta's administrator sees", &scenario.admin));
    out.push_str(&section("How to fix it", &scenario.fix));
    out.push_str(&faults(|told| told.place == scenario.id));
    out.push_str(&sources(scenario.spec.iter().map(String::as_str)));
    out.push_str(&format!("\nscim-check show {} prints its steps and requests.\n", scenario.id));
    out
}

fn of_fault(fault: &Fault) -> String {
    let mut out = format!("{}  {}\n{}\n", fault.name.bold(), fault.area, fault.summary);
    out.push_str(&section("Where it comes from", fault.source));
    out.push_str(&tellers(fault));
    if let Some(told) = told_by(fault).max_by_key(|told| told.place == "okta") {
        let may = told.level == "may" && told_by(fault).all(|told| told.level == "may");
        let place = if told.place == "okta" { String::new() } else { format!("{} ", told.place) };
        let verbose = if may { " -v" } else { "" };
        out.push_str(&format!("\nscim-check run {place}--embedded --fault {}{verbose} shows it.\n", fault.name));
    }
    out
}

fn told_by(fault: &Fault) -> impl Iterator<Item = Told> {
    told().filter(|told| told.fault == fault.name)
}

fn of_persona(persona: &Persona) -> String {
    let mut out = format!("{}  persona\n{}\n", persona.name.bold(), persona.summary);
    out.push_str(&section("Where the likeness comes from", persona.source));
    out.push_str(&format!("\n{}\n", "Its faults".underline()));
    for fault in persona.faults() {
        out.push_str(&format!("{}\n  {}\n", fault.name, fault.summary));
    }
    out.push_str(&format!("\nscim-check run --embedded --persona {} plays Okta against it.\n", persona.name));
    out
}

fn of_dialect(dialect: &Dialect) -> String {
    let mut out = format!("{}  dialect\n{}\n", dialect.name.bold(), dialect.title);
    let verb = |verb| if verb == Verb::Put { "PUT" } else { "PATCH" };
    let mut settings = vec![
        format!("people are deactivated, activated and given passwords by {}", verb(dialect.users)),
        format!("groups are renamed and their members changed by {}", verb(dialect.groups)),
        format!("groups are {}imported", if dialect.import_groups { "" } else { "not " }),
        format!(
            "a pushed group {}",
            if dialect.rename_groups {
                "takes the name that it has in Okta"
            } else {
                "keeps the name that it has on the server"
            }
        ),
    ];
    settings.extend(dialect.member_batch.map(|most| format!("one PATCH adds or removes at most {most} members")));
    out.push_str(&listed("How it speaks", &settings));
    out.push_str("\nProfiles go by PUT in every dialect. Settings can be changed: okta-catalogue+users=put.\n");
    out.push_str(&format!("\nscim-check run --embedded --dialect {} plays it alone.\n", dialect.name));
    out
}

fn of_level(level: Level) -> String {
    let mut out = format!("{}  level of a finding\n{}\n", level.word().bold(), level.meaning());
    out.push_str(&section(
        "What it does to a run",
        "A run fails, with exit code 1, where a finding is at or above --fail-on, which is `must` unless you say another \
         level. Findings of level `may` are shown with -v. The levels from the worst on: must, should, may.",
    ));
    out
}

/// How much of a list is printed.
const SHOWN: usize = 12;

/// Who tells a fault: rules with the places where they do, and what scenarios expected.
fn tellers(fault: &Fault) -> String {
    let all: Vec<Told> = told_by(fault).collect();
    let mut lines: Vec<String> = Vec::new();
    for told in &all {
        let line = match rules::by_id(told.claim) {
            Some(rule) => format!("{:<6} {}", told.level, rule.id),
            None if told.place == "okta" => format!("{:<6} {}", told.level, told.claim),
            None => format!("{:<6} {}: {}", told.level, told.place, told.claim),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        return section("Who tells it", "nothing: it is lawful, or it troubles no client that scim-check plays");
    }
    listed("Who tells it, as the tests have seen it; a run may tell more", &lines)
}

/// The faults that lead to some findings.
fn faults(wanted: impl Fn(&Told) -> bool) -> String {
    let mut names: Vec<String> = Vec::new();
    for told in told().filter(wanted) {
        if names.iter().all(|name| name != told.fault) {
            names.push(told.fault.to_owned());
        }
    }
    if names.is_empty() { String::new() } else { listed("Faults of the reference server that show it", &names) }
}

fn listed(title: &str, lines: &[String]) -> String {
    let mut out = format!("\n{}\n", title.underline());
    for line in lines.iter().take(SHOWN) {
        out.push_str(line);
        out.push('\n');
    }
    if lines.len() > SHOWN {
        out.push_str(&format!("and {} more, in docs/faults.md\n", lines.len() - SHOWN));
    }
    out
}

fn section(title: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("\n{}\n{}\n", title.underline(), textwrap::fill(text, 80))
}

fn sources<'a>(keys: impl Iterator<Item = &'a str>) -> String {
    let mut out = format!("\n{}\n", "References".underline());
    for source in keys.filter_map(spec::source) {
        out.push_str(&format!("{}\n  {}\n", source.title, source.url));
    }
    out
}
