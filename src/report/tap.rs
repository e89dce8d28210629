//! TAP 14, the Test Anything Protocol: a line for each scenario and dialect, with diagnostics below it.

use serde_json::Value;

use super::{Context, findings::Findings};
use crate::run::{Outcome, RunRecord, ScenarioRecord};

/// Writes the report. What is failed for nothing but waived findings is `# TODO`: not as it should be, and accepted for now. Stale
/// waivers are tests that fail.
pub fn tap(record: &RunRecord, context: &Context) -> String {
    let findings = Findings::of(record, context);
    let tests = record.scenarios.len() + record.stale_waivers.len();
    let mut out = format!("TAP version 14\n1..{tests}\n");
    for (at, scenario) in record.scenarios.iter().enumerate() {
        out.push_str(&test(at + 1, scenario, record, &findings));
    }
    for (at, stale) in record.stale_waivers.iter().enumerate() {
        let (file, why) = findings.stale(stale);
        let number = record.scenarios.len() + at + 1;
        out.push_str(&format!("not ok {number} - {}\n", described(&format!("{file}:{}", stale.lines.0))));
        out.push_str(&diagnostics(&[("message", why)], &[], &[]));
    }
    out
}

fn test(number: usize, scenario: &ScenarioRecord, record: &RunRecord, findings: &Findings<'_>) -> String {
    let failing = findings.failing(scenario);
    let accepted = scenario.findings.iter().find(|finding| finding.waived && finding.level >= record.fail_on);
    let (ok, directive) = match (scenario.outcome, accepted) {
        (Outcome::Passed, None) => (true, String::new()),
        (Outcome::Passed, Some(finding)) => {
            let why = findings.waiver(finding).unwrap_or_default();
            (false, format!(" # TODO waived: {}", described(&why)))
        }
        (Outcome::Skipped, _) => (true, format!(" # SKIP {}", described(&findings.reason(scenario)))),
        (Outcome::Failed | Outcome::Error, _) => (false, String::new()),
    };
    let word = if ok { "ok" } else { "not ok" };
    let mut out = format!("{word} {number} - {}{directive}\n", described(&findings.own(&scenario.name())));
    let mut said = Vec::new();
    match scenario.outcome {
        Outcome::Failed => {
            if let Some(worst) = failing.first() {
                said.push(("message", findings.shown(&worst.message)));
            }
            said.push(("outcome", "failed".to_owned()));
        }
        Outcome::Error => {
            said.push(("message", findings.reason(scenario)));
            said.push(("outcome", "error".to_owned()));
        }
        Outcome::Passed | Outcome::Skipped => {}
    }
    let told: Vec<Vec<(&str, String)>> = failing
        .iter()
        .map(|finding| {
            let facts = findings.facts(scenario, finding);
            let mut told = vec![
                ("level", finding.level.to_string()),
                ("rule", findings.own(finding.owner.word())),
                ("message", facts.message),
            ];
            told.extend(facts.lines);
            told.extend(facts.curl.into_iter().map(|line| ("curl", line)));
            told
        })
        .collect();
    out.push_str(&diagnostics(&said, &told, &findings.remarks(scenario)));
    out
}

/// Text behind the number of a test, where `#` begins a directive.
fn described(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}

/// A block of YAML, or nothing where there is nothing to say. Each text is a JSON string, which is YAML as well: what could end it, or be
/// no YAML, is made visible before.
fn diagnostics(said: &[(&str, String)], findings: &[Vec<(&str, String)>], remarks: &[String]) -> String {
    if said.is_empty() && findings.is_empty() && remarks.is_empty() {
        return String::new();
    }
    let text = |text: &str| Value::String(text.to_owned()).to_string();
    let mut out = String::from("  ---\n");
    for (key, value) in said {
        out.push_str(&format!("  {key}: {}\n", text(value)));
    }
    if !findings.is_empty() {
        out.push_str("  findings:\n");
    }
    for finding in findings {
        let mut curl = false;
        for (at, (key, value)) in finding.iter().enumerate() {
            let dash = if at == 0 { '-' } else { ' ' };
            if *key == "curl" {
                // A key stands once; there may be two lines.
                let head = if curl { String::new() } else { format!("  {dash} curl:\n") };
                out.push_str(&format!("{head}      - {}\n", text(value)));
                curl = true;
            } else {
                out.push_str(&format!("  {dash} {}: {}\n", key.replace(' ', "_"), text(value)));
            }
        }
    }
    if !remarks.is_empty() {
        out.push_str("  remarks:\n");
        remarks.iter().for_each(|remark| out.push_str(&format!("  - {}\n", text(remark))));
    }
    out.push_str("  ...\n");
    out
}
