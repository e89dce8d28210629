//! What is told of a scenario that only fails beside others.

use super::record::ScenarioRecord;
use crate::judge::{Finding, Level, Owner, Subject};

/// True where nothing worse happened to a scenario than that the target had no time for it.
fn cut_off(record: &ScenarioRecord) -> bool {
    let level = record.findings.iter().map(|finding| finding.level).max();
    let mut worst = record.findings.iter().filter(|finding| Some(finding.level) == level);
    worst.all(|finding| {
        let busy = ["status 429", "status 503"].iter().any(|status| finding.actual.starts_with(status));
        busy || finding.owner == Owner::Rule("no-answer".to_owned())
    })
}

/// What is told of a scenario that failed beside others and passed alone.
pub(super) fn only_in_parallel(before: &ScenarioRecord) -> Finding {
    let worst = before.findings.iter().max_by_key(|finding| finding.level);
    let (claim, message, expected, fix) = match cut_off(before) {
        // A crash or a limit says nothing of what ran beside it.
        true => (
            "is answered each time",
            "The target broke off or was busy, and answered when the scenario was repeated",
            "an answer to each request",
            "Look into the log for a crash, a restart or a limit; end a connection only after an answer that says \
             Connection: close.",
        ),
        false => (
            "holds under parallel requests",
            "The scenario fails under parallel requests and passes alone",
            "the same answers beside other requests",
            "Okta handles several people at once: look for shared state without a lock, or a rate limit.",
        ),
    };
    Finding {
        scenario: before.id.clone(),
        dialect: before.dialect.clone(),
        step_name: worst.map_or_else(String::new, |finding| finding.step_name.clone()),
        message: message.to_owned(),
        expected: expected.to_owned(),
        actual: worst.map_or_else(String::new, |finding| format!("{}: {}", finding.message, finding.actual)),
        fix: fix.to_owned(),
        spec: vec!["okta-wire#parallel".to_owned()],
        ..Finding::of(Owner::Expectation, Level::Should, claim, Subject::Found)
    }
    .with_id()
}
