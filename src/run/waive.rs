//! Waivers: what the user accepts for now does not fail the run.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    plan::Plan,
    record::{Ending, Outcome, RunRecord, Waived},
    stale::stale,
};
use crate::{
    config::Waiver,
    judge::{Finding, Level},
};

/// Marks what the waivers accept, and what follows from it; scenarios that failed for nothing else end as they would have without.
/// Says which waivers are stale. `everything` is the plan of all scenarios there are, in the dialects of the run; without waivers it does not matter.
pub fn waive(mut record: RunRecord, waivers: &[Waiver], everything: &Plan, today: Date) -> RunRecord {
    record.stale_waivers = stale(&record, waivers, everything, today);
    record.waived = accepted(&record, waivers, today);
    for scenario in &mut record.scenarios {
        for finding in &mut scenario.findings {
            finding.waived = record.waived.contains_key(&finding.id);
        }
    }
    stand_alone(&mut record);
    for scenario in &mut record.scenarios {
        let fails = scenario.findings.iter().any(|finding| !finding.waived && finding.level >= record.fail_on);
        let spared = scenario.findings.iter().any(|finding| finding.waived) && !fails;
        if scenario.outcome == Outcome::Failed && spared {
            let Ending { outcome, kind, reason } = scenario.spared.clone();
            (scenario.outcome, scenario.kind, scenario.reason) = (outcome, kind, reason);
        }
    }
    record
}

/// What follows from a waived finding elsewhere and is not waived itself is told: the worst of it, and below it the rest.
fn stand_alone(record: &mut RunRecord) {
    let mut heads: HashMap<String, (Level, String)> = HashMap::new();
    for finding in record.findings().filter(|finding| !finding.waived) {
        if let Some(cause) = finding.follows_from.as_ref().filter(|cause| record.waived.contains_key(*cause)) {
            let head = heads.entry(cause.clone()).or_insert_with(|| (finding.level, finding.id.clone()));
            if finding.level > head.0 {
                *head = (finding.level, finding.id.clone());
            }
        }
    }
    let unwaived = record.scenarios.iter_mut().flat_map(|scenario| &mut scenario.findings).filter(|one| !one.waived);
    for finding in unwaived {
        if let Some((_, head)) = finding.follows_from.as_ref().and_then(|cause| heads.get(cause)) {
            finding.follows_from = (*head != finding.id).then(|| head.clone());
        }
    }
}

/// What is waived, by the IDs of findings. The first waiver that is about a finding gives the reason.
fn accepted(record: &RunRecord, waivers: &[Waiver], today: Date) -> HashMap<String, Waived> {
    let causes = causes(record);
    let mut accepted = HashMap::new();
    for finding in record.findings() {
        let mut counting = waivers.iter().filter(|waiver| !waiver.expired(today));
        if let Some(waiver) = counting.find(|waiver| covers(waiver, finding, &causes)) {
            let waived = Waived { reason: waiver.reason.clone(), until: waiver.until };
            accepted.insert(finding.id.clone(), waived);
        }
    }
    accepted
}

/// Every finding by its ID.
pub(super) type Causes<'a> = HashMap<&'a str, &'a Finding>;

pub(super) fn causes(record: &RunRecord) -> Causes<'_> {
    record.findings().map(|one| (one.id.as_str(), one)).collect()
}

/// True where a waiver is about a finding, or about that from which it follows. Its place counts: what follows elsewhere is no news of
/// the place that was accepted.
pub(super) fn covers(waiver: &Waiver, finding: &Finding, causes: &Causes<'_>) -> bool {
    let next = |one: &&Finding| causes.get(one.follows_from.as_deref()?).copied();
    // No longer than there are findings: a report could be made to lead round.
    let chain = std::iter::successors(Some(finding), next).take(causes.len() + 1);
    waiver.is_at(finding) && chain.into_iter().any(|one| waiver.tells(one))
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use glob::Pattern;
    use jiff::civil::date;

    use super::*;
    use crate::{
        idp::Dialect,
        judge::{Owner, Subject},
        run::{ExitCode, Planned, ScenarioRecord, StepRecord},
        scenario::{Library, Selection},
    };

    const TODAY: Date = date(2026, 11, 26);
    const RULE: &str = "media-type-not-json";
    const HERE: &str = "okta/lifecycle/unassign";
    const THERE: &str = "okta/groups/push";

    static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::builtin().unwrap());
    static EVERYTHING: LazyLock<Plan> = LazyLock::new(|| plan(&[], &Dialect::ALL));
    static AIW_ONLY: LazyLock<Plan> = LazyLock::new(|| plan(&[], &Dialect::ALL[1..]));

    fn plan(patterns: &[&str], dialects: &[Dialect]) -> Plan {
        let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
        let selection = Selection::new(&patterns, patterns.is_empty()).unwrap();
        Plan::new(&LIBRARY, &selection, dialects, &[])
    }

    fn passed(planned: &Planned) -> ScenarioRecord {
        ScenarioRecord::of(planned, Ending { outcome: Outcome::Passed, kind: None, reason: None })
    }

    /// A run of some scenarios, in which all is well.
    fn green(patterns: &[&str], dialects: &[Dialect]) -> RunRecord {
        let scenarios = plan(patterns, dialects).entries.iter().map(passed).collect();
        RunRecord::new("", "", Level::Must, scenarios)
    }

    /// Adds a `must` to a scenario in all dialects, which thereby fails; answers the ID of the first.
    fn wrong(record: &mut RunRecord, id: &str, owner: Owner, follows_from: Option<&str>) -> String {
        let mut first = None;
        for scenario in record.scenarios.iter_mut().filter(|one| one.id == id) {
            let claim = owner.word().to_owned();
            let finding = Finding {
                scenario: scenario.id.clone(),
                dialect: scenario.dialect.clone(),
                follows_from: follows_from.map(str::to_owned),
                ..Finding::of(owner.clone(), Level::Must, &claim, Subject::Status)
            }
            .with_id();
            first.get_or_insert(finding.id.clone());
            scenario.findings.push(finding);
            scenario.outcome = Outcome::Failed;
        }
        first.unwrap()
    }

    fn rule() -> Owner {
        Owner::Rule(RULE.to_owned())
    }

    fn waiver(rule: &str, scenario: &str) -> Waiver {
        let glob = |text: &str| (!text.is_empty()).then(|| Pattern::new(text).unwrap());
        Waiver {
            rule: glob(rule),
            subject: None,
            scenario: glob(scenario),
            dialect: None,
            reason: "later".to_owned(),
            until: None,
            file: "scim-check.toml".to_owned(),
            lines: (14, 19),
        }
    }

    fn judged(record: RunRecord, waiver: Waiver) -> RunRecord {
        waive(record, &[waiver], &EVERYTHING, TODAY)
    }

    #[track_caller]
    fn is_stale(record: RunRecord, waiver: Waiver, why: &str) {
        let record = judged(record, waiver);
        assert_eq!(record.exit_code(), ExitCode::Findings);
        assert_eq!(record.stale_waivers.len(), 1);
        assert!(record.stale_waivers[0].why.contains(why), "{}", record.stale_waivers[0].why);
    }

    #[track_caller]
    fn is_not_stale(record: RunRecord, waiver: Waiver) {
        assert_eq!(judged(record, waiver).stale_waivers, []);
    }

    #[test]
    fn what_is_waived_and_what_follows_from_it_does_not_fail() {
        let mut record = green(&[], &Dialect::ALL);
        let root = wrong(&mut record, HERE, rule(), None);
        let next = wrong(&mut record, THERE, Owner::Expectation, Some(&root));
        wrong(&mut record, "okta/groups/rename", Owner::Snapshot, Some(&next));
        assert_eq!(record.exit_code(), ExitCode::Findings);

        // What follows elsewhere is none of its business.
        let narrow = judged(record.clone(), waiver("media-type-*", "okta/*/un*"));
        assert_eq!(narrow.exit_code(), ExitCode::Findings);
        // But told it is, in the other story's place.
        assert_eq!((narrow.roots().count(), narrow.summary().must), (1, 1));
        assert!(narrow.findings().all(|finding| finding.waived == (finding.scenario == HERE)));

        let record = judged(record, waiver("media-type-*", "okta/**"));
        assert!(record.findings().all(|finding| finding.waived));
        assert_eq!(record.exit_code(), ExitCode::Ok);
        assert_eq!((record.summary().failed, record.summary().must), (0, 0));
        // In each dialect one, which the others follow from.
        assert_eq!(record.summary().waived, 2);
        assert_eq!(record.waived[&next].reason, "later");
    }

    #[test]
    fn all_that_a_waiver_says_must_fit() {
        let aiw = |dialect: &str, rule: &str, scenario: &str| Waiver {
            dialect: Some(dialect.to_owned()),
            ..waiver(rule, scenario)
        };
        let of =
            |rule: &str, subject: &str| Waiver { subject: Some(Pattern::new(subject).unwrap()), ..waiver(rule, HERE) };
        for (waiver, left) in [
            (waiver(RULE, ""), 0),
            (waiver("", HERE), 0),
            (waiver("*", "**/unassign"), 0),
            (waiver("expectation", HERE), 2),
            (waiver(RULE, THERE), 2),
            (waiver(RULE, "okta/*"), 2),
            (aiw("okta-aiw", RULE, HERE), 1),
            (of(RULE, "status"), 0),
            (of("", "header *"), 2),
            (of(RULE, "name.*"), 2),
            (aiw("okta-aiw+users=put", RULE, HERE), 2),
        ] {
            let mut record = green(&[], &Dialect::ALL);
            wrong(&mut record, HERE, rule(), None);
            let record = judged(record, waiver.clone());
            assert_eq!(record.findings().filter(|finding| !finding.waived).count(), left, "{waiver:?}");
            assert_eq!(record.summary().failed, left, "{waiver:?}");
        }
    }

    #[test]
    fn a_lower_level_does_not_fail_and_other_trouble_stays() {
        let mut record = green(&[HERE, THERE], &Dialect::ALL);
        wrong(&mut record, HERE, rule(), None);
        wrong(&mut record, HERE, Owner::Expectation, None);
        wrong(&mut record, THERE, rule(), None);
        record.scenarios[0].findings[1].level = Level::Should;
        let trouble = Ending { outcome: Outcome::Error, kind: None, reason: Some("429".to_owned()) };
        record.scenarios.iter_mut().find(|one| one.id == THERE).unwrap().spared = trouble;
        let record = judged(record, waiver(RULE, ""));
        let outcomes: Vec<Outcome> = record.scenarios.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::Passed, Outcome::Failed, Outcome::Error, Outcome::Passed]);
        assert_eq!(record.scenarios[2].reason.as_deref(), Some("429"));
    }

    #[test]
    fn an_expired_waiver_does_not_waive() {
        let until = |until: Date| Waiver { until: Some(until), ..waiver(RULE, HERE) };
        let mut record = green(&[HERE], &Dialect::ALL);
        wrong(&mut record, HERE, rule(), None);
        let last = judged(record.clone(), until(TODAY));
        assert_eq!((last.exit_code(), last.stale_waivers), (ExitCode::Ok, Vec::new()));
        assert_eq!(judged(record.clone(), until(date(2026, 11, 25))).summary().failed, 2);
        record.given_up = true;
        is_stale(record, until(date(2026, 11, 25)), "its last day was 2026-11-25");
        is_stale(green(&[THERE], &Dialect::ALL), until(date(2026, 11, 25)), "last day");
    }

    #[test]
    fn a_waiver_that_names_nothing_is_stale_whatever_was_run() {
        let run = || green(&[THERE], &Dialect::ALL);
        let dialect = |name: &str, scenario: &str| Waiver { dialect: Some(name.to_owned()), ..waiver(RULE, scenario) };
        is_stale(run(), waiver("media-typ-not-json", ""), "did you mean `media-type-not-json`?");
        is_stale(run(), waiver("media-*-xml", ""), "no rule `media-*-xml`");
        is_stale(run(), waiver("", "okta/lifecycle/unasign"), "did you mean `okta/lifecycle/unassign`?");
        is_stale(run(), waiver("", "okta/lifecycle"), "`okta/lifecycle/**` is all that is in it");
        is_stale(run(), dialect("okta-awi", HERE), "did you mean `okta-aiw`?");
        is_stale(run(), dialect("okta-aiw", "rfc7644/media/**"), "raw requests");
        let interrupted = RunRecord { interrupted: true, ..run() };
        assert_eq!(judged(interrupted, waiver("none", "")).exit_code(), ExitCode::Interrupted);
    }

    #[test]
    fn what_no_longer_occurs_is_known_only_where_all_of_it_was_run() {
        let gone = "no longer occurs";
        is_stale(green(&[HERE], &Dialect::ALL), waiver(RULE, HERE), gone);
        is_stale(green(&["okta/lifecycle"], &Dialect::ALL), waiver(RULE, "okta/lifecycle/*"), gone);
        is_not_stale(green(&[HERE], &Dialect::ALL), waiver(RULE, "okta/lifecycle/*"));
        is_not_stale(green(&["okta/lifecycle@okta-aiw"], &Dialect::ALL), waiver(RULE, "okta/lifecycle/*"));
        let aiw_only = |waiver: Waiver| waive(green(&[HERE], &Dialect::ALL[1..]), &[waiver], &AIW_ONLY, TODAY);
        assert!(aiw_only(waiver(RULE, HERE)).stale_waivers[0].why.contains("give it that `dialect`"));
        let catalogue = || Waiver { dialect: Some("okta-catalogue".to_owned()), ..waiver(RULE, HERE) };
        is_stale(green(&[HERE], &Dialect::ALL), catalogue(), gone);
        assert_eq!(aiw_only(catalogue()).stale_waivers, []);
        for outcome in [Outcome::Skipped, Outcome::Error] {
            let mut record = green(&["okta/lifecycle"], &Dialect::ALL);
            (record.scenarios[0].outcome, record.scenarios[0].spared.outcome) = (outcome, outcome);
            is_not_stale(record, waiver(RULE, "okta/lifecycle/*"));
        }

        is_stale(green(&["okta"], &Dialect::ALL), waiver(RULE, ""), "give it a `scenario`");
        is_stale(green(&[], &Dialect::ALL), waiver(RULE, ""), gone);
        is_not_stale(green(&["okta/lifecycle"], &Dialect::ALL), waiver(RULE, ""));
        let mut record = green(&[], &Dialect::ALL);
        (record.scenarios[0].outcome, record.scenarios[0].spared.outcome) = (Outcome::Skipped, Outcome::Skipped);
        is_stale(record.clone(), waiver(RULE, ""), gone);
        (record.scenarios[0].outcome, record.scenarios[0].spared.outcome) = (Outcome::Error, Outcome::Error);
        is_not_stale(record, waiver(RULE, ""));
        is_not_stale(RunRecord { given_up: true, ..green(&[], &Dialect::ALL) }, waiver(RULE, ""));
    }

    #[test]
    fn a_waiver_of_snapshots_is_judged_where_they_were_looked_at() {
        let run = |own_snapshots: bool| RunRecord { own_snapshots, ..green(&[HERE], &Dialect::ALL) };
        is_stale(run(true), waiver("own-snapshot", HERE), "no longer occurs");
        is_not_stale(run(false), waiver("own-snapshot", HERE));
        is_stale(run(false), waiver("snapshot", HERE), "no longer occurs");
        // The user's own stand in the place of the built-in ones.
        is_not_stale(run(true), waiver("snapshot", HERE));
    }

    #[test]
    fn what_another_finding_hides_may_still_be_there() {
        let mut record = green(&[HERE], &Dialect::ALL);
        wrong(&mut record, HERE, rule(), None);
        is_stale(record.clone(), waiver("expectation", HERE), "no longer occurs");
        let mut merged = record.clone();
        merged.scenarios[0].findings[0].seen_by = vec!["unassign ada/then[0].active".to_owned()];
        is_not_stale(merged, waiver("expectation", HERE));
        let rest = StepRecord { name: String::new(), outcome: Outcome::Skipped, exchanges: 0..0 };
        record.scenarios[0].steps = vec![rest];
        is_not_stale(record, waiver("expectation", HERE));
    }
}
