//! `docs/rules.md` and `docs/faults.md` say what the tables say. `SCIM_CHECK_RECORD=1 cargo test --test pages` writes them anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/page.rs"]
mod page;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use scim_check::{
    cli::told::Told,
    judge::{Rule, rules::RULES, spec},
    scenario::{Library, Suite},
    server::fault::{FAULTS, Fault, PERSONAS},
};

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn hold(path: &str, text: &str) {
    page::hold(path, text, "--test pages");
}

fn level(rule: &Rule, suite: &Suite) -> &'static str {
    suite.level(rule).map_or("off", |level| level.word())
}

#[test]
fn the_rules_are_told() {
    let library = Library::builtin().unwrap();
    let suites = &library.suites;
    let mut page = String::from(
        "# Rules\n\nA rule is something that must hold whenever an answer of a kind is seen, in whatever scenario. This page is written from \
         the table of rules;\n`scim-check explain ID` prints one of them. A level is that of the suite: what an identity provider needs, and what \
         a standard asks, are two things.\n\n",
    );
    let names: Vec<&str> = suites.iter().map(|suite| suite.id.as_str()).collect();
    writeln!(page, "| rule | {} | what is wrong |", names.join(" | ")).unwrap();
    writeln!(page, "| --- |{} --- |", " --- |".repeat(names.len())).unwrap();
    for rule in RULES {
        let levels: Vec<&str> = suites.iter().map(|suite| level(rule, suite)).collect();
        writeln!(page, "| [`{0}`](#{0}) | {1} | {2} |", rule.id, levels.join(" | "), rule.title).unwrap();
    }
    for rule in RULES {
        writeln!(page, "\n## {}\n\n{}.\n", rule.id, rule.title).unwrap();
        writeln!(page, "**Level.** {}", words_of_levels(rule, suites)).unwrap();
        writeln!(page, "\n**What it looks at.** {}", rule.looks_at).unwrap();
        writeln!(page, "\n**Why it matters.** {}", rule.why).unwrap();
        if !rule.admin.is_empty() {
            writeln!(page, "\n**What Okta's administrator sees.** {}", rule.admin).unwrap();
        }
        writeln!(page, "\n**A wrong answer.** `{}`", rule.example.replace('`', "'")).unwrap();
        writeln!(page, "\n**How to fix it.** {}", rule.fix).unwrap();
        let sources: Vec<String> = rule
            .spec
            .iter()
            .filter_map(|key| spec::source(key))
            .map(|source| format!("[{}]({})", source.title, source.url))
            .collect();
        writeln!(page, "\n**Sources.** {}", sources.join("; ")).unwrap();
    }
    hold("docs/rules.md", &page);
}

/// The level where no suite says otherwise, and those of the suites that do, with their reasons.
fn words_of_levels(rule: &Rule, suites: &[Suite]) -> String {
    let mut words = format!("{}.", rule.level);
    for suite in suites {
        if let Some(entry) = suite.levels.iter().find(|entry| entry.rule == rule.id) {
            let level = entry.level.map_or("off", |level| level.word());
            write!(words, " In `{}` {level}: {}.", suite.id, entry.reason.trim_end_matches('.')).unwrap();
        }
    }
    words
}

/// What is told of each fault.
fn told() -> BTreeMap<&'static str, Vec<String>> {
    let mut all: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for Told { fault, place, level, claim } in scim_check::cli::told::told() {
        let words = match RULES.iter().find(|rule| rule.id == claim) {
            Some(rule) => format!("[`{0}`](rules.md#{0}) ({level}) in `{place}`", rule.id),
            None if place == "okta" => format!("`{claim}` ({level})"),
            None => format!("`{place}`: {claim} ({level})"),
        };
        let told = all.entry(fault).or_default();
        if !told.contains(&words) {
            told.push(words);
        }
    }
    all
}

#[test]
fn the_faults_are_told() {
    let told = told();
    let mut page = String::from(
        "# Faults\n\nWays to make the reference server wrong, taken from what real servers did and from what the standards forbid: \
         `scim-check run --embedded --fault NAME`,\n`scim-check serve --fault NAME`. This page is written from the table of faults and from what \
         the tests see of each; `scim-check explain NAME` prints one of them.\n",
    );
    let mut areas: Vec<&str> = Vec::new();
    for fault in FAULTS {
        if !areas.contains(&fault.area) {
            areas.push(fault.area);
        }
    }
    for area in areas {
        writeln!(page, "\n## {area}").unwrap();
        for fault in FAULTS.iter().filter(|fault| fault.area == area) {
            writeln!(page, "\n### {}\n\n{}.\n", fault.name, fault.summary).unwrap();
            writeln!(page, "- Source: {}", source(fault)).unwrap();
            match told.get(fault.name) {
                Some(all) => {
                    writeln!(page, "- Told by:").unwrap();
                    all.iter().for_each(|words| writeln!(page, "  - {words}").unwrap());
                }
                None => {
                    writeln!(page, "- Told by nothing: it is lawful, or it troubles no client that we play.").unwrap()
                }
            }
        }
    }
    writeln!(
        page,
        "\n## Personas\n\nSeveral faults at once, named for the server that they resemble: `--persona NAME`."
    )
    .unwrap();
    for persona in PERSONAS {
        writeln!(page, "\n### {}\n\n{}.\n", persona.name, persona.summary.trim_end_matches('.')).unwrap();
        let faults: Vec<String> = persona.faults.iter().map(|name| format!("[`{name}`](#{name})")).collect();
        writeln!(page, "- Faults: {}", faults.join(", ")).unwrap();
        writeln!(page, "- Source: {}", persona.source).unwrap();
    }
    hold("docs/faults.md", &page);
}

/// `docs/troubleshooting.md`: from what Okta shows to what is wrong.
#[test]
fn the_symptoms_are_told() {
    let mut page = String::from(
        "# Troubleshooting: from what Okta shows to what is wrong\n\nFind what the administrator sees in Okta's console on the left; on the right \
         stands which answer of the server causes it. Run the scenarios\nnamed, and scim-check shows the answer, why it is wrong and how to \
         mend it. An ellipsis stands for what differs: names, addresses, details. This page is\nwritten from the rules; \
         `scim-check explain ID` says more of each.\n",
    );
    let mut symptoms: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in RULES.iter().filter(|rule| !rule.admin.is_empty()) {
        symptoms.entry(rule.admin).or_default().push(rule);
    }
    let silent = |text: &str| text.starts_with("Nothing");
    for (title, quiet) in [("Okta shows an error", false), ("Okta shows nothing, and something is wrong", true)] {
        writeln!(
            page,
            "\n## {title}\n\n| what Okta shows | what the server does | how to mend it |\n| --- | --- | --- |"
        )
        .unwrap();
        for (symptom, rules) in symptoms.iter().filter(|(symptom, _)| silent(symptom) == quiet) {
            for (at, rule) in rules.iter().enumerate() {
                let shown = if at == 0 { symptom.replace('|', "\\|") } else { "the same".to_owned() };
                let (title, fix) = (rule.title.replace('|', "\\|"), rule.fix.replace('|', "\\|"));
                writeln!(page, "| {shown} | [{title}](rules.md#{}) | {fix} |", rule.id).unwrap();
            }
        }
    }
    writeln!(
        page,
        "\n## Something went wrong in a story\n\nWhere a story of Okta's ends otherwise than it should, the \
        scenario says what the administrator sees.\n\n| what Okta shows | the story | play it |\n| --- | --- | --- |"
    )
    .unwrap();
    let library = Library::builtin().unwrap();
    for scenario in library.scenarios.iter().filter(|scenario| scenario.suite == "okta" && !scenario.admin.is_empty()) {
        let (admin, title) = (scenario.admin.replace('|', "\\|"), scenario.title.replace('|', "\\|"));
        writeln!(page, "| {admin} | {title} | `scim-check run --base-url URL {}` |", scenario.id).unwrap();
    }
    hold("docs/troubleshooting.md", &page);
}

/// Where a fault comes from, addresses as links.
fn source(fault: &Fault) -> String {
    let words = fault
        .source
        .split_whitespace()
        .map(|word| if word.starts_with("https://") { format!("<{word}>") } else { word.to_owned() });
    words.collect::<Vec<_>>().join(" ")
}

/// `tests/defects.tsv` lists the defects of real servers that were collected, each shown by a fault whose source names it, or with the
/// reason why none shows it.
#[test]
fn every_collected_defect_is_accounted_for() {
    let names = |source: &str, defect: &str| source.split([' ', ',']).any(|word| word == defect);
    let mut counted = 0;
    for line in fs::read_to_string(at("tests/defects.tsv")).unwrap().lines() {
        let (defect, reason) = line.split_once('\t').unwrap_or((line, ""));
        let shown = FAULTS.iter().any(|fault| names(fault.source, defect));
        assert!(shown != (reason.len() > 20), "{defect}: a fault that names it, or the reason why there is none");
        counted += 1;
    }
    assert!(counted > 100);
}

/// How many entries the collection of checks has.
const CHECKS: usize = 634;

#[test]
fn the_checks_are_accounted_for() {
    let library = Library::builtin().unwrap();
    let mut rows: BTreeMap<String, (String, String)> = BTreeMap::new();
    for table in ["lists", "rules", "writes"] {
        for line in fs::read_to_string(at(&format!("tests/rfc_checks/{table}.tsv"))).unwrap().lines() {
            let mut cells = line.split('\t');
            let (id, by) = (cells.next().unwrap(), cells.next().unwrap());
            let why = cells.next().unwrap_or("").trim();
            assert_eq!(by == "-", !why.is_empty() && by == "-", "{id} is neither covered nor explained");
            let mut links = Vec::new();
            for word in by.split(',').map(str::trim).filter(|word| *word != "-") {
                let word = word.strip_prefix("rule:").unwrap_or(word);
                if RULES.iter().any(|rule| rule.id == word) {
                    links.push(format!("[`{word}`](rules.md#{word})"));
                    continue;
                }
                let scenario = library.scenario(word).unwrap_or_else(|| panic!("{id}: there is no {word}"));
                links.push(format!("`{word}`: {}", scenario.title));
            }
            let old = rows.insert(id.to_owned(), (links.join("; "), why.to_owned()));
            assert_eq!(old, None, "{id} stands twice");
        }
    }
    assert_eq!(rows.len(), CHECKS);
    let covered = rows.values().filter(|(by, _)| !by.is_empty()).count();
    let mut page = format!(
        "# Single checks\n\nThe suites began with a collection of {CHECKS} single observations that a tester can make of a SCIM server, taken from the \
         standards and from what\nother testers look at. {covered} of them are made by the scenarios and rules named; the others are not, for the \
         reason given. This page is\nwritten from tests/rfc_checks.\n\n| check | made by | why not |\n| --- | --- | --- |\n"
    );
    for (id, (by, why)) in &rows {
        writeln!(page, "| {id} | {} | {} |", by.replace('|', "\\|"), why.replace('|', "\\|")).unwrap();
    }
    hold("docs/rfc-checks.md", &page);
}

/// What the program says of itself, at 100 columns, without colour.
fn help(command: &str) -> String {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_scim-check"));
    let output = program.args(command.split_whitespace()).arg("--help").env("COLUMNS", "100").output().unwrap();
    assert!(output.status.success(), "{command} --help");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The commands in a list of commands, as help shows it.
fn commands(help: &str) -> Vec<String> {
    let list = help.split("\nCommands:\n").nth(1).unwrap_or_default().lines().take_while(|line| !line.is_empty());
    let names = list
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

/// `docs/reference.md`: every command, as its help has it, and where the other lists are.
#[test]
fn the_commands_are_told() {
    let mut page = String::from(
        "# Reference\n\nEvery command as `scim-check COMMAND --help` prints it. The other lists: [rules](rules.md), [faults](faults.md), \
         [settings](configuration.md),\n[reports](reports.md), [what Okta does and what of it is played](okta-coverage.md), \
         [scenario files](scenarios.md). Schemas for editors and machines:\n[scim-check.toml](scim-check.schema.json), \
         [scenario files](scenario.schema.json), [JSON report](report.schema.json).\n\n## Exit codes\n\n\
         | exit code | meaning |\n| --- | --- |\n\
         | 0 | as expected |\n\
         | 1 | findings at or above `--fail-on` (more of them than `--max-findings` allows), or a stale waiver; snapshots that wait (`snapshots status`) |\n\
         | 2 | wrong usage, configuration or data file |\n\
         | 3 | the target could not be tested, or a scenario could not be carried out |\n\
         | 4 | nothing was selected, or everything skipped |\n\
         | 130 | interrupted, after clean-up |\n",
    );
    let whole = help("");
    let first = commands(&whole);
    assert!(first.len() >= 12, "{first:?}");
    writeln!(page, "\n## scim-check\n\n```text\n{whole}\n```").unwrap();
    for command in &first {
        let text = help(command);
        writeln!(page, "\n## scim-check {command}\n\n```text\n{text}\n```").unwrap();
        for inner in commands(&text) {
            writeln!(
                page,
                "\n### scim-check {command} {inner}\n\n```text\n{}\n```",
                help(&format!("{command} {inner}"))
            )
            .unwrap();
        }
    }
    hold("docs/reference.md", &page);
}
