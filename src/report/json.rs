//! The JSON report: stable and versioned (docs/design.md).

use serde_json::{Value, json};

use super::{
    Context,
    exchange::{Content, answer_headers, content, own_headers, sent},
    reproduction::reproduction,
};
use crate::{
    http::Exchange,
    judge::Finding,
    run::{RunRecord, ScenarioRecord},
};

/// Version of the format. Keys may be added under the same version; none changes its meaning.
const VERSION: u32 = 1;
/// Writes the report; with `exchanges` every request and answer is in it.
pub fn json(record: &RunRecord, context: &Context, exchanges: bool) -> Value {
    let summary = record.summary();
    let mut report = json!({
        "version": VERSION,
        "tool": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        "target": {"base_url": context.secrets.hide(&record.base_url)},
        "started_at": record.started_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "duration_ms": millis(record.duration),
        "exit_code": record.exit_code() as u8,
        "fail_on": record.fail_on,
        "own_snapshots": record.own_snapshots,
        "runs": record.runs,
        "max_findings": record.max_findings,
        "summary": {
            "scenarios": {
                "passed": summary.passed, "failed": summary.failed, "error": summary.error, "skipped": summary.skipped,
            },
            "findings": {
                "must": summary.must, "should": summary.should, "may": summary.may, "waived": summary.waived,
            },
            "exchanges": summary.exchanges,
        },
    });
    let all = record.scenarios.iter().flat_map(|scenario| {
        scenario.findings.iter().map(move |finding| self::finding(finding, scenario, record, context))
    });
    report["findings"] = all.collect();
    report["scenarios"] = record.scenarios.iter().map(|scenario| self::scenario(scenario, record, context)).collect();
    report["stale_waivers"] = record
        .stale_waivers
        .iter()
        .map(|stale| json!({"line": stale.lines.0, "rule": stale.rule, "scenario": stale.scenario, "why": context.secrets.hide(&stale.why)}))
        .collect();
    let text = |text: &str| context.text(text, &record.marker);
    report["leftovers"] = record
        .leftovers()
        .map(|left| {
            json!({"resource": left.resource.name(), "id": left.id.as_ref().map(|id| text(id)), "name": text(&left.name),
                   "state": text(&left.state)})
        })
        .collect();
    if exchanges {
        let all = record.scenarios.iter().flat_map(|scenario| {
            scenario.exchanges.iter().map(move |exchange| self::exchange(exchange, scenario, record, context))
        });
        report["exchanges"] = all.collect();
    }
    report
}

fn millis(duration: std::time::Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}

fn finding(finding: &Finding, scenario: &ScenarioRecord, record: &RunRecord, context: &Context) -> Value {
    let hide = |text: &str| context.text(text, &record.marker);
    let own = |text: &str| context.secrets.hide(text);
    let exchange = finding.exchange.and_then(|number| scenario.exchanges.get(number));
    json!({
        "id": finding.id,
        "level": finding.level,
        "rule": own(finding.owner.word()),
        "claim": hide(&finding.claim),
        "scenario": own(&finding.scenario),
        "dialect": finding.dialect,
        "step": hide(&finding.step_name),
        "exchange": exchange.map(|exchange| scenario.first + exchange.number + 1),
        "subject": hide(&finding.subject.word()),
        "about": finding.about,
        "message": hide(&finding.message),
        "expected": hide(&finding.expected),
        "actual": hide(&finding.actual),
        "breaks": finding.breaks.iter().map(|name| own(name)).collect::<Vec<_>>(),
        "admin": hide(&finding.admin),
        "fix": own(&finding.fix),
        "spec": finding.spec,
        "curl": exchange.map(|_| reproduction(finding, scenario, record, context).join("\n")),
        "seen_by": finding.seen_by.iter().map(|claim| hide(claim)).collect::<Vec<_>>(),
        "follows_from": finding.follows_from,
        "flaky": finding.flaky.map(|flaky| json!({"seen": flaky.seen, "runs": flaky.runs})),
        "waived": finding.waived,
        "waived_because": record.waived.get(&finding.id).map(|waived| own(&waived.reason)),
    })
}

fn scenario(scenario: &ScenarioRecord, record: &RunRecord, context: &Context) -> Value {
    let text = |text: &str| context.text(text, &record.marker);
    let steps: Vec<Value> = scenario
        .steps
        .iter()
        .map(|step| {
            let exchanges: Vec<usize> = step.exchanges.clone().map(|number| scenario.first + number + 1).collect();
            json!({"name": text(&step.name), "outcome": step.outcome.word(), "exchanges": exchanges})
        })
        .collect();
    json!({
        "id": context.secrets.hide(&scenario.id),
        "dialect": scenario.dialect,
        "title": context.secrets.hide(&scenario.title),
        "outcome": scenario.outcome.word(),
        "kind": scenario.kind.map(|kind| kind.word()),
        "reason": scenario.reason.as_ref().map(|reason| text(reason)),
        "duration_ms": millis(scenario.duration),
        "steps": steps,
    })
}

fn exchange(exchange: &Exchange, scenario: &ScenarioRecord, record: &RunRecord, context: &Context) -> Value {
    let marker = record.marker.as_str();
    let mut request = json!({
        "method": exchange.request.method.as_str(),
        "target": context.target(exchange, marker),
        "headers": headers(own_headers(exchange, context, marker)),
    });
    if let Some(body) = context.request_body(exchange, marker) {
        request["body"] = body;
    }
    let response = match &exchange.answer {
        Err(failure) => json!({"failure": context.text(&failure.to_string(), marker), "sent": sent(failure)}),
        Ok(response) => {
            let shown = headers(answer_headers(response, context, marker));
            let mut out = json!({"status": response.status, "headers": shown});
            match content(response, context, marker) {
                Content::Json(body) => out["body"] = body,
                Content::Other(bytes) => out["body_bytes"] = json!(bytes),
                Content::LetGo(bytes) => {
                    out["body_bytes"] = json!(bytes);
                    out["let_go"] = json!(true);
                }
                Content::Empty => {}
            }
            out
        }
    };
    json!({
        "n": scenario.first + exchange.number + 1,
        "purpose": exchange.purpose.word(),
        "kind": exchange.kind.word(),
        "scenario": context.secrets.hide(&scenario.id),
        "dialect": scenario.dialect,
        "request": request,
        "response": response,
        "timing_ms": {"sent_after": millis(exchange.sent_after), "total": exchange.took.as_secs_f64() * 1000.0},
    })
}

fn headers(all: Vec<(String, String)>) -> Value {
    Value::Object(all.into_iter().map(|(name, value)| (name, Value::String(value))).collect())
}
