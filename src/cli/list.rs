//! `scim-check list`

use colored::Colorize;
use serde_json::{Value, json};

use super::{args::ListArgs, chosen, failure::Failure, print, settings};
use crate::{
    judge::rules::RULES,
    run::ExitCode,
    scenario::{Library, Scenario},
    server::fault::FAULTS,
};

/// Carries out `list`.
pub fn list(args: &ListArgs) -> anyhow::Result<ExitCode> {
    if args.faults || args.rules {
        let what = if args.faults { "--faults" } else { "--rules" };
        if let Some(pattern) = args.patterns.first() {
            let hint = format!("leave one of them out: {what} lists them all");
            return Err(Failure::usage(format!("`{pattern}` selects scenarios, and {what} lists none"), hint).into());
        }
    }
    if args.faults {
        return Ok(faults(args.json));
    }
    if args.rules {
        return Ok(table(RULES.iter().map(|rule| (rule.id, rule.level.word(), rule.title)), args.json));
    }
    let (library, selection) = chosen::library(&mut settings::of_list(args)?)?;
    let chosen: Vec<&Scenario> =
        library.scenarios.iter().filter(|scenario| selection.takes(&scenario.id, None)).collect();
    if args.json {
        print::result(&format!("{:#}\n", as_json(&library, &chosen)));
    } else {
        print::result(&as_text(&library, &chosen));
    }
    Ok(ExitCode::Ok)
}

/// Prints the faults of the reference server.
pub fn faults(json: bool) -> ExitCode {
    table(FAULTS.iter().map(|fault| (fault.name, fault.area, fault.summary)), json)
}

fn as_text(library: &Library, chosen: &[&Scenario]) -> String {
    let mut out = String::new();
    for suite in &library.suites {
        let of_suite: Vec<_> = chosen.iter().filter(|scenario| scenario.suite == suite.id).collect();
        if of_suite.is_empty() {
            continue;
        }
        out.push_str(&format!("{}  {}\n", suite.id.bold(), suite.title));
        of_suite.iter().for_each(|scenario| out.push_str(&line(scenario)));
        out.push('\n');
    }
    // A folder of the user's own needs no suite.yaml; those of a suite stand together.
    let others = chosen.iter().filter(|scenario| library.suite(&scenario.suite).is_none());
    let mut last = "";
    for scenario in others {
        if scenario.suite != last {
            let before = if last.is_empty() { "" } else { "\n" };
            out.push_str(&format!("{before}{}\n", scenario.suite.bold()));
            last = &scenario.suite;
        }
        out.push_str(&line(scenario));
    }
    if !last.is_empty() {
        out.push('\n');
    }
    out.push_str(&format!("{} scenario{}\n", chosen.len(), if chosen.len() == 1 { "" } else { "s" }));
    out
}

fn line(scenario: &Scenario) -> String {
    print::row(&format!("  {:<6}  {:<40}  ", scenario.level.word(), scenario.id), &scenario.title)
}

fn as_json(library: &Library, chosen: &[&Scenario]) -> Value {
    let suites: Vec<Value> = library
        .suites
        .iter()
        .map(|suite| json!({"id": suite.id, "title": suite.title, "why": suite.why.trim()}))
        .collect();
    let scenarios: Vec<Value> = chosen
        .iter()
        .map(|scenario| {
            json!({
                "id": scenario.id, "suite": scenario.suite, "title": scenario.title, "level": scenario.level,
                "spec": scenario.spec, "raw": scenario.is_raw(), "alone": scenario.alone, "still": scenario.still, "file": scenario.file,
                "needs": scenario.needs, "steps": scenario.steps.iter().map(|step| &step.name).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({"suites": suites, "scenarios": scenarios})
}

fn table<'a>(rows: impl Iterator<Item = (&'a str, &'a str, &'a str)>, json: bool) -> ExitCode {
    let rows: Vec<_> = rows.collect();
    if json {
        let all: Vec<Value> =
            rows.iter().map(|(name, kind, text)| json!({"name": name, "kind": kind, "summary": text})).collect();
        print::result(&format!("{:#}\n", Value::Array(all)));
    } else {
        let width = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
        for (name, kind, text) in &rows {
            print::result(&print::row(&format!("{name:<width$}  {kind:<14}  "), text));
        }
    }
    ExitCode::Ok
}
