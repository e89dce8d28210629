//! Waivers: what the user accepts for now does not fail the run.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    plan::Plan,
    record::{Ending, Outcome, RunRecord, Waived},
    stale::stale,
};
use crate::config::Waiver;

/// Marks what the waivers accept, and what follows from it; scenarios that failed for nothing else end as they would have without.
/// Says which waivers are stale. `everything` is the plan of all scenarios there are, in the dialects of the run.
pub fn waive(mut record: RunRecord, waivers: &[Waiver], everything: &Plan, today: Date) -> RunRecord {
    record.stale_waivers = stale(&record, waivers, everything, today);
    record.waived = accepted(&record, waivers, today);
    for scenario in &mut record.scenarios {
        for finding in &mut scenario.findings {
            finding.waived = record.waived.contains_key(&finding.id);
        }
        let fails = scenario.findings.iter().any(|finding| !finding.waived && finding.level >= record.fail_on);
        let spared = scenario.findings.iter().any(|finding| finding.waived) && !fails;
        if scenario.outcome == Outcome::Failed && spared {
            let Ending { outcome, kind, reason } = scenario.spared.clone();
            (scenario.outcome, scenario.kind, scenario.reason) = (outcome, kind, reason);
        }
    }
    record
}

/// What is waived, by the IDs of findings. The first waiver that is about a finding gives the reason.
fn accepted(record: &RunRecord, waivers: &[Waiver], today: Date) -> HashMap<String, Waived> {
    let mut accepted = HashMap::new();
    for finding in record.findings() {
        let mut counting = waivers.iter().filter(|waiver| !waiver.expired(today));
        if let Some(waiver) = counting.find(|waiver| waiver.takes(finding)) {
            let waived = Waived { reason: waiver.reason.clone(), until: waiver.until };
            accepted.insert(finding.id.clone(), waived);
        }
    }
    loop {
        let follows = record.findings().filter(|finding| !accepted.contains_key(&finding.id));
        let waived = |cause: &String| accepted.get(cause).cloned();
        let with_it: Vec<(String, Waived)> = follows
            .filter_map(|finding| Some((finding.id.clone(), finding.follows_from.as_ref().and_then(waived)?)))
            .collect();
        if with_it.is_empty() {
            return accepted;
        }
        accepted.extend(with_it);
    }
}
