//! SARIF 2.1.0: what the format and GitHub's code scanning make mandatory, in our words.

use scim_check::{
    judge::{Level, Owner, rules::RULES},
    report::Format,
};
use serde_json::{Value, json};

use super::{hostile, is_golden, written, written_of};

#[test]
fn everything_mandatory_is_there() {
    let text = written(Format::Sarif);
    let mut sarif: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "scim-check");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 8);
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%/:".contains(&byte)), "{uri}");
        assert!(place["region"]["startLine"].as_u64() >= Some(1));
    }
    assert_eq!(
        results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "scenarios/okta/lifecycle/unassign.yaml"
    );
    assert_eq!(
        results[0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"],
        "okta/lifecycle/unassign@okta-aiw"
    );
    let fingerprint = |result: &Value| result["partialFingerprints"]["scimCheckFinding/v1"].as_str().map(str::to_owned);
    let told: Vec<String> = results.iter().filter_map(fingerprint).collect();
    assert_eq!(told, ["c0ffee01", "c0ffee08", "c0ffee04", "c0ffee05", "c0ffee06", "c0ffee03", "c0ffee07"]);
    let suppressed: Vec<&Value> = results.iter().filter(|result| result["suppressions"].is_array()).collect();
    assert_eq!(suppressed.len(), 2);
    assert!(suppressed[0]["suppressions"][0]["justification"].as_str().unwrap().ends_with("(until 2026-12-31)"));
    let stale = results.last().unwrap();
    assert_eq!((&stale["ruleId"], &stale["level"]), (&json!("stale-waiver"), &json!("error")));
    assert_eq!(stale["locations"][0]["physicalLocation"]["region"], json!({"startLine": 14, "endLine": 19}));
    let invocation = &run["invocations"][0];
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&json!(false), &json!(1)));
    assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), 1);

    // What is said of the rules of the judge changes with them, and is looked at below.
    for rule in sarif["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        for key in ["fullDescription", "help"] {
            rule[key] = json!({"text": "..."});
        }
    }
    is_golden("hostile.sarif", &format!("{sarif:#}\n"));
}

/// Braces stand in pairs, and no bracket makes a link.
#[test]
fn nothing_in_a_message_is_an_argument_or_a_link() {
    let sarif: Value = serde_json::from_str(&written(Format::Sarif)).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap().iter();
    let notes = sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().iter();
    for text in results.chain(notes).map(|one| one["message"]["text"].as_str().unwrap()) {
        assert!(text.contains("{{{{7*7}}}}"), "{text}");
        assert!(!text.replace("{{", "").replace("}}", "").contains(['{', '}']), "{text}");
        assert!(text.contains("\\[link\\](javascript"), "{text}");
    }
}

#[test]
fn every_rule_is_described() {
    let mut record = hostile::record();
    let pattern = record.scenarios[0].findings[0].clone();
    record.scenarios[0].findings = RULES
        .iter()
        .enumerate()
        .map(|(at, rule)| {
            let mut finding = pattern.clone();
            (finding.id, finding.owner, finding.level) =
                (format!("{at:08x}"), Owner::Rule(rule.id.to_owned()), Level::Must);
            finding
        })
        .collect();
    let sarif: Value = serde_json::from_str(&written_of(Format::Sarif, &record)).unwrap();
    let described = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in RULES {
        let one = described.iter().find(|one| one["id"] == rule.id).expect(rule.id);
        assert_eq!(one["shortDescription"]["text"], rule.title);
        assert!(one["fullDescription"]["text"].as_str().unwrap().len() <= 1024, "{}", rule.id);
        assert!(one["help"]["markdown"].as_str().unwrap().contains(rule.fix));
        assert!(one["helpUri"].as_str().is_none_or(|uri| uri.starts_with("https://")));
        assert_eq!(one["helpUri"].is_string(), !rule.spec.is_empty(), "{}", rule.id);
        let level = match rule.level {
            Level::Must => "error",
            Level::Should => "warning",
            Level::May => "note",
        };
        assert_eq!(one["defaultConfiguration"]["level"], level);
    }
}
