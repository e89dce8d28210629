//! SARIF 2.1.0, which code scanning and many editors read.

use serde_json::{Value, json};

use super::{Context, facts::Facts, findings::Findings, sarif_rules::descriptor};
use crate::{
    http::segment,
    judge::{Finding, Level},
    run::{Outcome, RunRecord, ScenarioRecord},
};

/// Where the format is written down.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The rule of stale waivers.
pub(super) const STALE: &str = "stale-waiver";

/// Writes the report: a result for each finding that follows from no other, waived ones as suppressed, and for each stale waiver.
pub fn sarif(record: &RunRecord, context: &Context) -> Value {
    let findings = Findings::of(record, context);
    let mut rules: Vec<String> = Vec::new();
    let mut index = |id: &str| {
        rules.iter().position(|have| have == id).unwrap_or_else(|| {
            rules.push(id.to_owned());
            rules.len() - 1
        })
    };
    let mut results: Vec<Value> = Vec::new();
    for (scenario, finding) in findings.told().into_iter().chain(findings.accepted()) {
        let mut one = result(finding, scenario, &findings);
        one["ruleIndex"] = json!(index(&findings.own(finding.owner.word())));
        results.push(one);
    }
    for stale in &record.stale_waivers {
        let (file, why) = findings.stale(stale);
        let (first, last) = stale.lines;
        results.push(json!({
            "ruleId": STALE,
            "ruleIndex": index(STALE),
            "level": "error",
            "message": {"text": message(&why)},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": uri(&file)}, "region": {"startLine": first, "endLine": last},
            }}],
        }));
    }
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|id| descriptor(id)).collect::<Vec<_>>(),
            }},
            "invocations": [invocation(record, &findings)],
            "results": results,
            "properties": {"baseUrl": findings.own(&record.base_url)},
        }],
    })
}

/// How the run went: what could not be carried out is no result, but it is told.
fn invocation(record: &RunRecord, findings: &Findings<'_>) -> Value {
    let not_run = record.scenarios.iter().filter(|scenario| scenario.outcome == Outcome::Error);
    let told: Vec<Value> = not_run
        .map(|scenario| {
            let text = format!("{}: {}", findings.own(&scenario.name()), findings.reason(scenario));
            json!({"level": "error", "message": {"text": message(&text)}})
        })
        .collect();
    let utc = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let end = record.started_at.checked_add(record.duration).unwrap_or(record.started_at);
    json!({
        "executionSuccessful": told.is_empty() && !record.interrupted && !record.given_up,
        "exitCode": record.exit_code() as u8,
        "startTimeUtc": utc(record.started_at),
        "endTimeUtc": utc(end),
        "toolExecutionNotifications": told,
    })
}

fn result(finding: &Finding, scenario: &ScenarioRecord, findings: &Findings<'_>) -> Value {
    let facts = findings.facts(scenario, finding);
    let name = findings.own(&scenario.name());
    let mut logical = vec![json!({"name": name, "fullyQualifiedName": name, "kind": "scenario"})];
    if !finding.step_name.is_empty() {
        let step = findings.shown(&finding.step_name);
        let whole = format!("{name}/{step}");
        logical.push(json!({"name": step, "fullyQualifiedName": whole, "kind": "step"}));
    }
    let mut one = json!({
        "ruleId": findings.own(finding.owner.word()),
        "level": level(finding.level),
        "message": {"text": message(&text(&facts))},
        // The second is what GitHub tells alerts apart by.
        "partialFingerprints": {"scimCheckFinding/v1": finding.id, "primaryLocationLineHash": finding.id},
        "locations": [{
            "physicalLocation": {"artifactLocation": {"uri": uri(&findings.own(&scenario.file))}, "region": {"startLine": 1}},
            "logicalLocations": logical,
        }],
        "properties": {"level": finding.level, "claim": findings.shown(&finding.claim), "curl": facts.curl},
    });
    if finding.waived {
        let why = findings.waiver(finding).unwrap_or_default();
        one["suppressions"] = json!([{"kind": "external", "status": "accepted", "justification": why}]);
    }
    one
}

/// What is wrong, then a line for each label.
fn text(facts: &Facts) -> String {
    let lines = facts.lines.iter().map(|(label, text)| format!("{label}: {text}"));
    [format!("{}.", facts.message)].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

/// SARIF's word for a level.
pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "error",
        Level::Should => "warning",
        Level::May => "note",
    }
}

/// Text of a message: braces stand for arguments and brackets for links, unless they are escaped (SARIF 3.11.5, 3.11.6).
fn message(text: &str) -> String {
    let text = text.replace('{', "{{").replace('}', "}}");
    if text.contains("](") { text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]") } else { text }
}

/// A path as a URI: relative to the folder that the run was started in, unless it is absolute.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let escaped: Vec<String> = path.trim_start_matches("./").split('/').map(segment).collect();
    let escaped = escaped.join("/");
    if path.starts_with('/') { format!("file://{escaped}") } else { escaped }
}
