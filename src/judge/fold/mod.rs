//! One cause is told once: consequences follow from it, in their story and over the whole run.

mod explains;
mod lists;

use std::collections::HashMap;

use self::explains::{explains, explains_everywhere};
use super::{Finding, Level, ON_THE_WAY, Owner};

/// Folds consequences under their cause, over the whole run in plan order.
///
/// Within a story a finding follows from what explains it; over the run the worst finding of a cause, and among
/// equals the first, stands for the others. A cause is as bad as what follows from it: where a rule only recommends
/// and a story then fails for that reason, the rule's finding gets the story's level.
pub fn fold(findings: &mut [Finding]) {
    tell_apart(findings);
    let mut causes: Vec<Option<usize>> = (0..findings.len()).map(|at| known_cause(findings, at)).collect();
    for at in 0..findings.len() {
        if causes[at].is_some() {
            continue;
        }
        let story = story(findings, at);
        let cause = story.clone().find(|have| *have != at && explains(&findings[*have], &findings[at]));
        causes[at] = cause.filter(|cause| root(&causes, *cause) != at);
    }
    for at in 0..findings.len() {
        if causes[at].is_some() {
            continue;
        }
        let prior = |have: &usize| {
            let (one, other) = (&findings[*have], &findings[at]);
            *have < at || one.level > other.level || one.owner.rank() < other.owner.rank()
        };
        let snapshot = findings[at].owner == Owner::Snapshot;
        let root = |have: &usize| snapshot || causes[*have].is_none();
        let mut roots = (0..findings.len()).filter(|have| *have != at && root(have) && prior(have));
        causes[at] = roots.find(|have| explains_everywhere(&findings[*have], &findings[at]));
    }
    raise(findings, &causes);
    for at in 0..findings.len() {
        if causes[at].is_some() {
            continue;
        }
        let same =
            (0..findings.len()).filter(|have| causes[*have].is_none() && findings[*have].cause == findings[at].cause);
        let first = same.min_by_key(|have| precedence(&findings[*have], *have));
        causes[at] = first.filter(|first| *first != at);
    }
    raise(findings, &causes);
    rather_the_story(findings, &mut causes);
    for at in 0..findings.len() {
        let from = root(&causes, at);
        findings[at].follows_from = (from != at).then(|| findings[from].id.clone());
    }
}

/// Two exchanges of one step may show the same: gives each finding an ID of its own, the same in every run.
pub fn tell_apart(findings: &mut [Finding]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        let times = seen.entry(finding.id.clone()).or_default();
        *times += 1;
        if *times > 1 {
            finding.id = format!("{}-{times}", finding.id);
        }
    }
}

/// A cause is as bad as what follows from it; what was seen while the ground was prepared stays what it is.
fn raise(findings: &mut [Finding], causes: &[Option<usize>]) {
    for at in 0..findings.len() {
        let from = root(causes, at);
        if findings[at].owner != Owner::Snapshot && findings[from].step.is_some() {
            findings[from].level = findings[from].level.max(findings[at].level);
        }
    }
}

/// Where a cause was only seen while the ground was prepared, its worst consequence is told in its place.
fn rather_the_story(findings: &[Finding], causes: &mut [Option<usize>]) {
    for at in 0..findings.len() {
        let from = root(causes, at);
        if findings[at].owner != Owner::Snapshot && findings[from].level < findings[at].level {
            causes[at] = None;
            causes[from] = Some(at);
        }
    }
}

/// The cause that was known when the finding was made.
fn known_cause(findings: &[Finding], at: usize) -> Option<usize> {
    let cause = findings[at].follows_from.as_ref()?;
    story(findings, at).find(|have| *have != at && findings[*have].id == *cause)
}

fn root(causes: &[Option<usize>], from: usize) -> usize {
    // Causes only ever point to what was no consequence of this one; the limit is a guard.
    let mut at = from;
    for _ in 0..causes.len() {
        match causes[at] {
            Some(cause) => at = cause,
            None => break,
        }
    }
    at
}

/// The findings of the same scenario in the same dialect, which stand together.
fn story(findings: &[Finding], at: usize) -> std::ops::Range<usize> {
    let same = |have: &Finding| have.scenario == findings[at].scenario && have.dialect == findings[at].dialect;
    let start = findings[..at].iter().rposition(|have| !same(have)).map_or(0, |last| last + 1);
    let end = findings[at..].iter().position(|have| !same(have)).map_or(findings.len(), |next| at + next);
    start..end
}

/// The worst comes first. Of rules and snapshots then the first in plan order; of expectations one that is the point of its
/// story, and among those the one with the shortest story before it, which says most clearly what went wrong.
fn precedence(finding: &Finding, at: usize) -> (std::cmp::Reverse<Level>, bool, usize, usize) {
    let before = if finding.owner == Owner::Expectation { finding.exchange.unwrap_or(usize::MAX) } else { 0 };
    (std::cmp::Reverse(finding.level), finding.fix == ON_THE_WAY, before, at)
}

#[cfg(test)]
mod tests {
    use super::{
        explains::speaks_of,
        lists::{ACTIVITY, DERAILS, DROPPED, EXPLAINS, LATE, NO_GROUPS, SILENCE, SPOILS, TOO_EARLY},
        *,
    };
    use crate::judge::Subject;

    #[test]
    fn all_of_them_are_rules() {
        let explained = EXPLAINS.iter().flat_map(|(name, others)| others.iter().chain([name]));
        let alone = [LATE, DROPPED, NO_GROUPS, SILENCE];
        let named = SPOILS.iter().chain(&DERAILS).chain(&ACTIVITY).chain(&TOO_EARLY).chain(&alone);
        for id in named.chain(explained) {
            assert!(crate::judge::rules::by_id(id).is_some(), "{id}");
        }
    }

    #[test]
    fn places_inside_one_another_are_one() {
        let (attribute, envelope) =
            (|path: &str| Subject::Attribute(path.to_owned()), |path: &str| Subject::Envelope(path.to_owned()));
        assert!(speaks_of(&attribute("meta.created"), &envelope("Resources.first.meta.created")));
        assert!(speaks_of(&envelope("startIndex"), &envelope("pages.startIndex")));
        assert!(!speaks_of(&attribute("meta"), &envelope("Resources.first.active")));
        assert!(!speaks_of(&envelope("itemsPerPage"), &Subject::Found));
    }

    fn finding(owner: &str, subject: Subject, expected: &str, actual: &str) -> Finding {
        let (owner, claim) = match owner {
            "" => (Owner::Expectation, format!("look/expect.{}", subject.word())),
            id => (Owner::Rule(id.to_owned()), format!("rule:{id}")),
        };
        Finding {
            cause: format!("{claim}|{}", subject.word()),
            scenario: "rfc7644/x".to_owned(),
            step: Some(1),
            step_name: "look".to_owned(),
            exchange: Some(7),
            kind: "User list".to_owned(),
            expected: expected.to_owned(),
            actual: actual.to_owned(),
            ..Finding::of(owner, Level::Must, &claim, subject)
        }
        .with_id()
    }

    /// Whether the second follows from the first.
    fn folded(first: Finding, second: Finding) -> bool {
        let mut all = [first, second];
        fold(&mut all);
        all[1].follows_from.as_ref() == Some(&all[0].id)
    }

    fn attribute(path: &str) -> Subject {
        Subject::Attribute(path.to_owned())
    }

    #[test]
    fn one_wrong_place_is_no_reason_for_another() {
        let found = || finding("", Subject::Found, "everybody of whom `userName ne \"ada\"` holds", "ada");
        for (rule, place) in [("value-format-wrong", "meta.created"), ("secret-shown", "passwordHash")] {
            assert!(!folded(finding(rule, attribute(place), "x", "y"), found()), "{rule}");
        }
        // A filter on what is wrong, and an answer that is of no use.
        assert!(folded(finding("value-type-wrong", attribute("userName"), "x", "y"), found()));
        assert!(folded(finding("answer-not-json", Subject::Envelope("body".to_owned()), "x", "y"), found()));
    }

    #[test]
    fn what_was_refused_is_not_there_afterwards_whoever_tells_it() {
        let mut after = finding("", attribute("title"), "Countess", "nothing");
        (after.claim, after.exchange, after.about) = ("look/then[0].title".to_owned(), Some(8), Some("ada".to_owned()));
        let refusal = |status: &str| finding("patch-refused", Subject::Status, "status 200 or 204", status);
        assert!(folded(refusal("status 400"), after.clone()));
        assert!(!folded(refusal("status 201"), after));
    }

    #[test]
    fn a_delay_explains_looks_of_its_own_story() {
        let late =
            || Finding { step: Some(0), exchange: Some(3), ..finding("change-shown-late", attribute("x"), "", "") };
        let look =
            |scenario: &str| Finding { scenario: scenario.to_owned(), ..finding("", Subject::Found, "ada", "nobody") };
        assert!(folded(late(), look("rfc7644/x")));
        assert!(!folded(late(), look("rfc7644/y")));
        assert!(!folded(late(), finding("", Subject::Envelope("order".to_owned()), "ada, bob", "bob, ada")));
    }

    #[test]
    fn every_finding_has_an_id_of_its_own() {
        let again = Finding { exchange: Some(9), ..finding("no-answer", Subject::Status, "", "") };
        let mut all = [finding("no-answer", Subject::Status, "", ""), again.clone(), again];
        fold(&mut all);
        let ids: std::collections::HashSet<&str> = all.iter().map(|finding| finding.id.as_str()).collect();
        assert_eq!(ids.len(), 3);
        assert!(all.iter().all(|finding| finding.follows_from.as_ref() != Some(&finding.id)));
    }
}
