//! One cause is told once: consequences follow from it, in their story and over the whole run.

use std::collections::HashMap;

use super::{Finding, Level, ON_THE_WAY, Owner, Subject};

/// After these Okta holds the wrong account or none, or nobody knows what the target holds: whatever a story finds of it later is
/// no news.
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

/// What a rule says explains what others say of the same step; no others named: all that other rules say of the same exchange.
const EXPLAINS: [(&str, &[&str]); 16] = [
    ("list-schema-missing", &["discovery-not-a-list"]),
    ("list-numbers-not-integers", &["discovery-not-a-list"]),
    ("list-total-missing", &["discovery-not-a-list"]),
    ("error-as-success", &[]),
    ("extension-flattened", &["declared-but-dropped"]),
    ("secret-shown", &["attribute-undeclared"]),
    ("json-name-twice", &["attribute-name-case", "created-inactive", "activation-not-shown", "deactivation-not-shown"]),
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

/// After these an answer is of no use, or shows other resources than were asked for: whatever else is wrong with it follows. What the
/// other rules say is about one place of an answer, and explains what is said of the same place.
const SPOILS: [&str; 40] = [
    "answer-not-json",
    "body-too-large",
    "conflict-after-empty-lookup",
    "create-answer-empty",
    "create-refused",
    "discovery-entry-differs",
    "discovery-not-a-list",
    "discovery-query-heeded",
    "duplicate-accepted",
    "duplicate-not-409",
    "endpoint-not-served",
    "error-as-success",
    "error-not-json",
    "groups-not-served",
    "id-differs-from-url",
    "id-missing",
    "import-page-cut-short",
    "known-resource-not-found",
    "list-refused",
    "list-resource-twice",
    "list-resources-missing",
    "list-total-too-small",
    "lookup-finds-others",
    "lookup-miss-not-200",
    "lookup-misses-known",
    "lookup-refused",
    "media-type-refused",
    "no-answer",
    "own-credentials-refused",
    "page-longer-than-asked",
    "page-repeats-resources",
    "patch-refused",
    "read-refused",
    "redirect",
    "replace-answer-empty",
    "replace-refused",
    "server-error",
    "server-error-on-odd-request",
    "success-without-body",
    "wrong-credentials-accepted",
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

/// True where what was expected of the whole answer names the attribute that a rule has found to be wrong: whom a filter on it finds.
fn asks_for(have: &Finding, finding: &Finding) -> bool {
    let (Subject::Attribute(path) | Subject::Envelope(path)) = &have.subject else {
        return false;
    };
    let path = path.strip_prefix("Resources.").unwrap_or(path);
    let attribute = path.split('.').next().unwrap_or(path);
    let whole = finding.subject.of_exchange() || finding.subject == Subject::Found;
    whole
        && finding
            .expected
            .split(|letter: char| !letter.is_alphanumeric())
            .any(|word| word.eq_ignore_ascii_case(attribute))
}

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

/// Two exchanges of one step may show the same: each finding has an ID of its own, the same in every run.
fn tell_apart(findings: &mut [Finding]) {
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

/// True when an answer of which a rule says this is of no use. Of a media type and a pause the whole answer speaks.
fn spoils(have: &Finding) -> bool {
    let whole = |name: &str| ["content-type", "accept", "retry-after"].contains(&name);
    let of_whole = matches!(&have.subject, Subject::Header(name) if whole(name));
    of_whole || matches!(&have.owner, Owner::Rule(id) if SPOILS.contains(&id.as_str()))
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
        // What a rule says of an answer, or of the same place of it, explains what is missed there. What is merely unusual explains
        // nothing.
        (Owner::Rule(_), _)
            if have.exchange.is_some()
                && have.exchange == finding.exchange
                && have.level > Level::May
                && (spoils(have) || speaks_of(&have.subject, &finding.subject) || asks_for(have, finding)) =>
        {
            true
        }
        (Owner::Rule(_), _) if derails(have) && not_before(have, finding) && reaches(have, finding) => true,
        (Owner::Rule(cause), _) if cause == "change-shown-late" => shown_late(have, finding),
        (Owner::Rule(_), Owner::Expectation) if refused(have, finding) => true,
        // What an import concludes, the pages explain, or that somebody was not deactivated before.
        (Owner::Rule(cause), Owner::Expectation) if finding.exchange.is_none() => {
            (have.step == finding.step && have.level > Level::May)
                || ["activation-not-shown", "deactivation-not-shown", "created-inactive"].contains(&cause.as_str())
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
        // The snapshot has the last word, and only about what nobody else has told.
        (_, Owner::Snapshot) => {
            resource(have) == resource(finding) && !have.subject.of_exchange() && near(&have.subject, &finding.subject)
        }
        // What is lost when a resource is written is missing wherever it is looked for.
        (Owner::Rule(cause), Owner::Expectation) if cause == "declared-but-dropped" => {
            resource(have) == resource(finding)
                && have.subject.word().eq_ignore_ascii_case(&finding.subject.word())
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
        (Owner::Expectation, Owner::Expectation) => one_status(have, finding),
        (Owner::Expectation, _) => false,
    }
}

/// One endpoint that answers every request of a kind with a status that is not as it should be: another success, or that it is
/// not there.
fn one_status(have: &Finding, finding: &Finding) -> bool {
    let success = |words: &str| words.starts_with("status 2");
    let missing = ["status 404", "status 405", "status 501"].iter().any(|status| have.actual.starts_with(status));
    have.subject == Subject::Status
        && finding.subject == Subject::Status
        && have.level >= finding.level
        // It names the method and the path.
        && have.message == finding.message
        && have.actual == finding.actual
        && success(&have.expected)
        && success(&finding.expected)
        && (success(&have.actual) || missing)
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

/// Where a change showed late, a look at the same resource, or at those that have a name, may have come too early.
fn shown_late(have: &Finding, finding: &Finding) -> bool {
    let looks = ["read", "list", "lookup"].iter().any(|word| finding.kind.split(' ').next_back() == Some(word));
    let shows = matches!(finding.subject, Subject::Attribute(_) | Subject::Found);
    let import = finding.exchange.is_none() && finding.step.is_some();
    have.step <= finding.step && ((looks && shows && may_be_one(have, finding)) || import)
}

/// What is not answered leaves one resource in the dark; a wrong account is in the way of others, too.
fn reaches(have: &Finding, finding: &Finding) -> bool {
    have.level > Level::May && (have.owner != Owner::Rule("no-answer".to_owned()) || may_be_one(have, finding))
}

/// True unless they are about two resources.
fn may_be_one(have: &Finding, finding: &Finding) -> bool {
    have.level > Level::May && (have.about.is_none() || finding.about.is_none() || have.about == finding.about)
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
        && ["status 3", "status 4", "status 501"].iter().any(|status| have.actual.starts_with(status))
        && telling
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_them_are_rules() {
        let explained = EXPLAINS.iter().flat_map(|(name, others)| others.iter().chain([name]));
        for id in SPOILS.iter().chain(&DERAILS).chain(explained) {
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
            id: String::new(),
            level: Level::Must,
            owner,
            cause: format!("{claim}|{}", subject.word()),
            claim,
            subject,
            about: None,
            scenario: "rfc7644/x".to_owned(),
            dialect: None,
            step: Some(1),
            step_name: "look".to_owned(),
            exchange: Some(7),
            kind: "User list".to_owned(),
            message: String::new(),
            expected: expected.to_owned(),
            actual: actual.to_owned(),
            breaks: Vec::new(),
            admin: String::new(),
            fix: String::new(),
            spec: Vec::new(),
            seen_by: Vec::new(),
            follows_from: None,
            waived: false,
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
