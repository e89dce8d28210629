//! The comparison for machines (docs/diff.md).

use serde_json::{Value, json};

use super::{
    Difference,
    answers::{Changed, What},
    body::Change,
    read::{Finding, Report},
};
use crate::judge::Level;

/// Writes a comparison. `lowest` is the level that fails.
pub fn json(difference: &Difference<'_>, a: &Report, b: &Report, lowest: Level) -> Value {
    let run = |report: &Report| {
        json!({"base_url": report.target.base_url, "started_at": report.started_at, "version": report.tool.version,
               "exchanges": report.exchanges.is_some(), "own_snapshots": report.own_snapshots})
    };
    let new = difference.new.iter().map(|new| {
        let mut told = finding(new.finding);
        told["played_before"] = json!(new.was_played);
        told["consequences"] = new.follows.iter().map(|follows| finding(follows)).collect();
        told
    });
    let gone = difference.gone.iter().map(|(gone, played)| {
        let mut told = finding(gone);
        told["played_after"] = json!(played);
        told
    });
    let changed = difference.changed.iter().map(
        |changed| json!({"id": changed.after.id, "before": finding(changed.before), "after": finding(changed.after)}),
    );
    let outcomes = difference.outcomes.iter().map(|outcome| {
        json!({"id": outcome.place.0, "dialect": outcome.place.1, "before": outcome.before, "after": outcome.after})
    });
    let answers = difference.answers.as_ref().map(|answers| answers.changes.iter().map(answer).collect::<Value>());
    let latency = difference.latency.iter().map(|slower| {
        json!({"what": slower.what, "measure": slower.measure, "before_ms": slower.before, "after_ms": slower.after,
               "ratio": slower.ratio(), "slower": slower.is_slower()})
    });
    json!({
        "version": 1,
        "before": run(a),
        "after": run(b),
        "exit_code": u8::from(difference.fails(lowest)),
        "unread": difference.unread,
        "new": new.collect::<Vec<_>>(),
        "gone": gone.collect::<Vec<_>>(),
        "changed": changed.collect::<Vec<_>>(),
        "outcomes": outcomes.collect::<Vec<_>>(),
        "answers": answers,
        "latency": latency.collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "id": finding.id, "level": finding.level, "claim": finding.claim, "scenario": finding.scenario,
        "dialect": finding.dialect, "step": finding.step, "message": finding.message, "expected": finding.expected,
        "actual": finding.actual, "follows_from": finding.follows_from, "waived": finding.waived,
    })
}

fn answer(changed: &Changed) -> Value {
    let (what, change) = match &changed.what {
        What::Status => ("status".to_owned(), "value"),
        What::Header(name) => (format!("header {name}"), of_values(changed)),
        What::Body => ("body".to_owned(), of_values(changed)),
        What::Attribute(path, change) => (
            path.clone(),
            match change {
                Change::Appeared => "appeared",
                Change::Gone => "gone",
                Change::Type => "type",
                Change::Value => "value",
            },
        ),
    };
    json!({"what": what, "change": change, "before": changed.before, "after": changed.after,
           "requests": changed.requests, "answers": changed.answers, "scenarios": changed.scenarios,
           "step": changed.step})
}

fn of_values(changed: &Changed) -> &'static str {
    match (&changed.before, &changed.after) {
        (None, _) => "appeared",
        (_, None) => "gone",
        _ => "value",
    }
}
