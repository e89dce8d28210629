//! One cause is told once: consequences follow from it, in their story and over the whole run.

use super::{Finding, Level, Owner, Subject};

/// After these nobody knows what the target holds: whatever a story finds later is no news.
const DERAILS: [&str; 10] = [
    "user-name-missing",
    "user-name-changed",
    "known-resource-not-found",
    "id-differs-from-url",
    "id-missing",
    "lookup-finds-others",
    "lookup-misses-known",
    "conflict-after-empty-lookup",
    "redirect",
    "no-answer",
];

/// What a rule says of an exchange explains what others say of the same exchange; no others named: all of them.
const EXPLAINS: [(&str, &[&str]); 15] = [
    ("list-schema-missing", &["discovery-not-a-list"]),
    ("list-numbers-not-integers", &["discovery-not-a-list"]),
    ("list-total-missing", &["discovery-not-a-list"]),
    ("error-as-success", &[]),
    ("extension-flattened", &["declared-but-dropped"]),
    ("secret-shown", &["attribute-undeclared"]),
    ("media-type-refused", &[]),
    ("groups-not-served", &[]),
    ("answer-not-json", &[]),
    ("redirect", &[]),
    (
        "list-resource-twice",
        &[
            "list-total-too-small",
            "items-per-page-not-returned",
            "page-longer-than-asked",
            "page-repeats-resources",
            "discovery-not-a-list",
            "resource-type-incomplete",
        ],
    ),
    ("list-resources-missing", &["items-per-page-not-returned"]),
    ("page-repeats-resources", &["list-total-too-small", "start-index-differs"]),
    ("deactivation-not-shown", &["etag-differs"]),
    ("activation-not-shown", &["etag-differs"]),
];

/// What these rules say of an answer is about its form, and explains nothing but what is said of the same place: that a date is
/// missing is not why a filter finds the wrong people.
const MATTERS_OF_FORM: [&str; 46] = [
    "allow-missing",
    "announced-but-refused",
    "attribute-name-case",
    "attribute-undeclared",
    "charset-not-utf8",
    "core-schema-misdeclared",
    "create-location-missing",
    "dates-contradict",
    "declared-but-dropped",
    "discovery-meta-missing",
    "email-label-changed",
    "entry-without-value",
    "error-detail-missing",
    "error-status-differs",
    "error-status-missing",
    "error-status-not-string",
    "extension-not-in-schemas",
    "id-not-string",
    "id-reserved",
    "id-shared",
    "inner-workings-shown",
    "items-per-page-not-returned",
    "json-name-twice",
    "last-modified-moved-by-read",
    "last-modified-stale",
    "list-differs-from-read",
    "list-resources-null",
    "location-headers-differ",
    "media-type-not-json",
    "media-type-not-scim",
    "member-type-wrong",
    "meta-incomplete",
    "meta-location-elsewhere",
    "meta-location-names-another",
    "more-than-max-results",
    "new-but-modified",
    "not-as-declared",
    "primary-twice",
    "publicly-cacheable",
    "read-only-written",
    "ref-names-another",
    "resource-type-wrong",
    "schemas-urn-foreign",
    "schemas-urn-twice",
    "scim-type-wrong",
    "start-index-differs",
];

/// True when two subjects are one place of an answer, or one of them is inside the other.
fn speaks_of(have: &Subject, finding: &Subject) -> bool {
    let parts = |subject: &Subject| -> Vec<String> {
        let word = subject.word();
        word.split(['.', ' ']).map(str::to_owned).collect()
    };
    let (have, finding) = (parts(have), parts(finding));
    // Expectations begin at the body: Resources.first.active.
    have == finding || finding.windows(have.len()).any(|part| part == have.as_slice())
}

/// Folds consequences under their cause, over the whole run in plan order.
///
/// Within a story a finding follows from what explains it; over the run the worst finding of a cause, and among
/// equals the first, stands for the others. A cause is as bad as what follows from it: where a rule only recommends
/// and a story then fails for that reason, the rule's finding gets the story's level.
pub fn fold(findings: &mut [Finding]) {
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

/// The worst comes first. Of rules and snapshots then the first in plan order; of expectations the one with the
/// shortest story before it, which says most clearly what went wrong.
fn precedence(finding: &Finding, at: usize) -> (std::cmp::Reverse<Level>, usize, usize) {
    let before = if finding.owner == Owner::Expectation { finding.exchange.unwrap_or(usize::MAX) } else { 0 };
    (std::cmp::Reverse(finding.level), before, at)
}

/// True when what is wrong stands beside what an answer says: a number of a list about itself, a header, a matter of form. It
/// is no reason for anything else in that answer.
fn aside(have: &Finding) -> bool {
    let form = matches!(&have.owner, Owner::Rule(id) if MATTERS_OF_FORM.contains(&id.as_str()));
    form || match &have.subject {
        // Of a media type and a pause the whole answer speaks.
        Subject::Header(name) => !["content-type", "accept", "retry-after"].contains(&name.as_str()),
        Subject::Envelope(name) => ["itemsPerPage", "startIndex"].contains(&name.as_str()),
        _ => false,
    }
}

/// True when one finding of a story explains another one of it.
fn explains(have: &Finding, finding: &Finding) -> bool {
    let earlier = have.step < finding.step;
    match (&have.owner, &finding.owner) {
        (Owner::Snapshot, _) => have.owner == finding.owner && earlier && same_attribute(have, finding),
        (Owner::Rule(cause), Owner::Rule(other)) => {
            cause != other
                && (reads_worse(have, finding)
                    || (derails(have) && have.exchange < finding.exchange && have.about == finding.about))
        }
        // A rule that speaks of the same exchange says what is wrong with it better than an expectation can.
        // What is merely unusual explains nothing.
        (Owner::Rule(_), _)
            if have.exchange.is_some()
                && have.exchange == finding.exchange
                && have.level > Level::May
                && (!aside(have) || speaks_of(&have.subject, &finding.subject)) =>
        {
            true
        }
        (Owner::Rule(_), _) if derails(have) && not_before(have, finding) => true,
        // What an import concludes, the pages explain, or that somebody was not deactivated before.
        (Owner::Rule(_), Owner::Expectation) if finding.exchange.is_none() => {
            (have.step == finding.step && have.level > Level::May)
                || have.subject == Subject::Attribute("active".to_owned())
        }
        (Owner::Expectation, Owner::Expectation) => {
            one_look(have, finding) || refused(have, finding) || (earlier && same_attribute(have, finding))
        }
        (_, Owner::Snapshot) if changes_the_course(have) && not_before(have, finding) => true,
        (_, Owner::Snapshot) => {
            same_attribute(have, finding) || (have.exchange.is_some() && have.exchange == finding.exchange)
        }
        (Owner::Rule(_), Owner::Expectation) => have.step <= finding.step && same_attribute(have, finding),
        (Owner::Expectation, Owner::Rule(_)) => earlier && have.level == Level::Must && same_attribute(have, finding),
    }
}

/// True when a finding explains another one, wherever in the run.
fn explains_everywhere(have: &Finding, finding: &Finding) -> bool {
    match (&have.owner, &finding.owner) {
        (Owner::Snapshot, _) => false,
        // Where changes show late, a read shows what was before.
        (Owner::Rule(cause), Owner::Expectation | Owner::Snapshot) if cause == "change-shown-late" => {
            have.step.is_some() && finding.subject != Subject::Status && is_look(finding)
        }
        // The snapshot has the last word, and only about what nobody else has told.
        (_, Owner::Snapshot) => {
            resource(have) == resource(finding) && !have.subject.of_exchange() && near(&have.subject, &finding.subject)
        }
        // What is lost when a resource is written is missing wherever it is looked for.
        (Owner::Rule(cause), Owner::Expectation) if cause == "declared-but-dropped" => {
            resource(have) == resource(finding)
                && have.subject.word() == finding.subject.word()
                && finding.actual == "nothing"
        }
        // Okta gave up at a request that it made elsewhere, too, where a rule could say why it has to work.
        (Owner::Rule(_), Owner::Expectation) => {
            have.level == Level::Must
                && have.subject == Subject::Status
                && finding.subject == Subject::Status
                && finding.claim.ends_with("/completes")
                && have.kind == finding.kind
                || (have.level >= finding.level && one_refusal(have, finding))
        }
        (Owner::Rule(cause), Owner::Rule(other)) if cause == "change-shown-late" => {
            ["read-differs-from-write", "last-modified-stale"].contains(&other.as_str())
        }
        (Owner::Rule(cause), Owner::Rule(_)) if cause == "groups-not-served" && finding.subject == Subject::Status => {
            resource(finding) == "Group"
        }
        (Owner::Rule(_), Owner::Rule(_)) => {
            have.level >= finding.level && one_refusal(have, finding) && have.kind != finding.kind
        }
        (Owner::Expectation, _) => false,
    }
}

/// True when what one rule says of an answer explains what another says of it. Of several lists in a step the first
/// stands for the others.
fn reads_worse(have: &Finding, finding: &Finding) -> bool {
    let explained = EXPLAINS.iter().find(|(name, _)| *name == have.owner.word()).map(|(_, others)| *others);
    match explained {
        None => false,
        Some([]) => have.exchange == finding.exchange,
        Some(others) => have.step == finding.step && others.contains(&finding.owner.word()),
    }
}

/// True where a read, or what an import concludes from several, is what is wrong.
fn is_look(finding: &Finding) -> bool {
    let looks = ["read", "list", "lookup"].iter().any(|word| finding.kind.split(' ').next_back() == Some(word));
    looks || finding.exchange.is_none()
}

fn derails(have: &Finding) -> bool {
    matches!(&have.owner, Owner::Rule(id) if DERAILS.contains(&id.as_str()))
}

fn not_before(have: &Finding, finding: &Finding) -> bool {
    match (have.exchange, finding.exchange) {
        (Some(have), Some(finding)) => have <= finding,
        _ => have.step <= finding.step,
    }
}

/// After a refusal, or a lookup that found the wrong ones, the dialogue goes another way.
fn changes_the_course(have: &Finding) -> bool {
    have.level == Level::Must && matches!(have.subject, Subject::Status | Subject::Found)
}

/// Several attributes of one look at one resource.
fn one_look(have: &Finding, finding: &Finding) -> bool {
    let look = |claim: &str| claim.split_once("].").map(|(look, _)| look.to_owned());
    have.step == finding.step
        && have.exchange == finding.exchange
        && have.level >= finding.level
        && look(&have.claim).is_some_and(|have| look(&finding.claim) == Some(have))
        && have.subject < finding.subject
}

/// After a refusal nothing was done, and after a success that should have been a refusal something was: both explain what
/// `then` finds.
fn refused(have: &Finding, finding: &Finding) -> bool {
    let error = |words: &str| ["status 4", "status 5"].iter().any(|status| words.starts_with(status));
    have.step == finding.step
        && have.subject == Subject::Status
        && (error(&have.actual) || error(&have.expected))
        && have.level >= finding.level
        && finding.claim.contains("/then[")
}

/// The same attribute of the same person or group.
fn same_attribute(have: &Finding, finding: &Finding) -> bool {
    have.about.is_some()
        && have.about == finding.about
        && !have.subject.of_exchange()
        && near(&have.subject, &finding.subject)
}

/// The same subject, or one inside the other: `name` and `name.familyName`.
fn near(one: &Subject, other: &Subject) -> bool {
    let top = |subject: &Subject| match subject {
        Subject::Attribute(path) => path.split('.').next().unwrap_or(path).to_owned(),
        other => other.word(),
    };
    let whole = |subject: &Subject| !subject.word().contains('.');
    one == other || (top(one) == top(other) && (whole(one) || whole(other)))
}

fn resource(finding: &Finding) -> &str {
    finding.kind.split(' ').next().unwrap_or("")
}

/// Two requests refused with the very same words, or for the sake of method, path or media type.
fn one_refusal(have: &Finding, finding: &Finding) -> bool {
    let telling = ["30", "404", "405", "406", "415", "501", "detail"].iter().any(|word| finding.actual.contains(word));
    have.subject == Subject::Status
        && finding.subject == Subject::Status
        && have.actual == finding.actual
        && (have.actual.starts_with("status 4") || have.actual.starts_with("status 3"))
        && telling
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matters_of_form_are_rules() {
        for id in MATTERS_OF_FORM {
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
}
