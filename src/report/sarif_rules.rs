//! The rules of the judge as SARIF describes rules.

use serde_json::{Value, json};

use super::sarif::{STALE, level};
use crate::judge::{Level, Owner, Rule, rules, spec};

/// Describes what a result names as its rule: a rule of the judge, or what stands in its place.
pub(super) fn descriptor(id: &str) -> Value {
    if let Some(rule) = rules::by_id(id) {
        return of_rule(rule);
    }
    let (short, full, at) = match id {
        Owner::SNAPSHOT => (
            "An answer differs from its snapshot",
            "A snapshot is the dialogue of a scenario with a server that is right.",
            Level::Should,
        ),
        Owner::OWN_SNAPSHOT => (
            "The server does not answer as you accepted it",
            "A dialogue differs from your own snapshot of it, or has none yet. Mend the server, or accept what it does now: scim-check snapshots review.",
            Level::Must,
        ),
        STALE => (
            "A waiver has nothing left to accept",
            "Its last day is over, it names nothing that there is, or what it accepts no longer occurs. Delete it.",
            Level::Must,
        ),
        // An expectation.
        _ => (
            "A scenario does not end as it should",
            "What a scenario expects of an answer, or of what is there after a step, did not come true.",
            Level::Must,
        ),
    };
    json!({
        "id": id,
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": full, "markdown": full},
        "defaultConfiguration": {"level": level(at)},
    })
}

fn of_rule(rule: &Rule) -> Value {
    let sources: Vec<spec::Source> = rule.spec.iter().filter_map(|key| spec::source(key)).collect();
    let read: Vec<String> = sources.iter().map(|source| format!("- {}: {}", source.title, source.url)).collect();
    let linked: Vec<String> = sources.iter().map(|source| format!("- [{}]({})", source.title, source.url)).collect();
    let admin = if rule.admin.is_empty() { "nothing" } else { rule.admin };
    let plain = format!(
        "{}\n\nLooks at: {}\n\nOkta's administrator sees: {admin}\n\nExample of a wrong answer:\n{}\n\nFix: {}\n\nRead:\n{}",
        rule.why,
        rule.looks_at,
        rule.example,
        rule.fix,
        read.join("\n"),
    );
    let markdown = format!(
        "{}\n\n**Looks at.** {}\n\n**Okta's administrator sees.** {admin}\n\n**Example of a wrong answer.**\n\n```text\n{}\n```\n\n**Fix.** {}\n\n**Read.**\n\n{}",
        rule.why,
        rule.looks_at,
        rule.example,
        rule.fix,
        linked.join("\n"),
    );
    let mut described = json!({
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": plain, "markdown": markdown},
        "defaultConfiguration": {"level": level(rule.level)},
    });
    if let Some(source) = sources.first() {
        described["helpUri"] = json!(source.url);
    }
    described
}
