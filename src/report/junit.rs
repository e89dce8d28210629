//! JUnit XML, which most CI systems show as a list of tests.

use quick_junit::{NonSuccessKind, Property, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{Context, findings::Findings, verdict::suites};
use crate::run::{Outcome, RunRecord, ScenarioRecord};

/// Writes the report: a test suite for each suite, a test case for each scenario and dialect. A failure is a target that is not as it
/// should be, an error is a scenario that could not be carried out. Stale waivers are failing cases of a suite of their own.
///
/// # Errors
/// None that is known of: it is text in memory.
pub fn junit(record: &RunRecord, context: &Context) -> Result<String, SerializeError> {
    let findings = Findings::of(record, context);
    let mut report = Report::new(env!("CARGO_PKG_NAME"));
    report.set_time(record.duration);
    for name in suites(record) {
        let mut suite = TestSuite::new(findings.own(name));
        let properties =
            [("base_url", findings.own(&record.base_url)), ("version", env!("CARGO_PKG_VERSION").to_owned())];
        suite.add_properties(properties.map(|(name, value)| Property::new(name, value)));
        let of_it = || record.scenarios.iter().filter(|scenario| scenario.suite == name);
        suite.set_time(of_it().map(|scenario| scenario.duration).sum());
        let began = record.started_at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string();
        suite.extra.insert("timestamp".into(), began.into());
        suite.add_test_cases(of_it().map(|scenario| case(scenario, &findings)));
        report.add_test_suite(suite);
    }
    if !record.stale_waivers.is_empty() {
        let mut suite = TestSuite::new("waivers");
        for stale in &record.stale_waivers {
            let (file, why) = findings.stale(stale);
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type("stale-waiver").set_message(&why).set_description(format!("{file}: {why}"));
            let mut case = TestCase::new(format!("{file}:{}", stale.lines.0), status);
            case.set_classname("waivers");
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    // The schemas of CI systems know no such attribute here (Jenkins' xunit plugin, junit-10.xsd).
    Ok(without_skipped(&report.to_string()?))
}

/// The text without the count of skipped cases on its root; the suites have theirs.
fn without_skipped(text: &str) -> String {
    let Some((before, root, after)) = text.split_once("<testsuites").and_then(|(before, rest)| {
        let (root, after) = rest.split_once('>')?;
        Some((before, root, after))
    }) else {
        return text.to_owned();
    };
    let kept: String = match root.split_once(" skipped=\"") {
        Some((front, rest)) => format!("{front}{}", rest.split_once('"').map_or("", |(_, back)| back)),
        None => root.to_owned(),
    };
    format!("{before}<testsuites{kept}>{after}")
}

fn case(scenario: &ScenarioRecord, findings: &Findings<'_>) -> TestCase {
    let reason = findings.reason(scenario);
    let status = match scenario.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed => {
            let failing = findings.failing(scenario);
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            if let Some(worst) = failing.first() {
                status.set_type(findings.own(worst.owner.word())).set_message(findings.shown(&worst.message));
            }
            let mut told: Vec<String> =
                failing.iter().map(|finding| findings.facts(scenario, finding).plain(finding.level)).collect();
            if scenario.reason.is_some() {
                told.push(format!("It could not be carried out to its end: {reason}\n"));
            }
            status.set_description(told.join("\n"));
            status
        }
        Outcome::Error => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("not-carried-out").set_message(&reason).set_description(&reason);
            status
        }
        Outcome::Skipped => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(&reason);
            if let Some(kind) = scenario.kind {
                status.set_type(kind.word());
            }
            status
        }
    };
    let name = findings.own(&scenario.name());
    let mut case = TestCase::new(&name, status);
    // The folder; readers group by it.
    case.set_classname(name.rsplit_once('/').map_or(name.as_str(), |(folder, _)| folder));
    case.set_time(scenario.duration);
    let remarks = findings.remarks(scenario);
    if !remarks.is_empty() {
        case.set_system_out(remarks.join("\n"));
    }
    case
}
