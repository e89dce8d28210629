//! When one finding explains another.

use super::{
    super::{Finding, Level, Owner, Subject},
    lists::{ACTIVITY, DERAILS, DROPPED, EXPLAINS, LATE, NO_GROUPS, SILENCE, SPOILS, TOO_EARLY},
};

/// True when an answer of which a rule says this is of no use. Of a media type and a pause the whole answer speaks.
fn spoils(have: &Finding) -> bool {
    let whole = |name: &str| ["content-type", "accept", "retry-after"].contains(&name);
    let of_whole = matches!(&have.subject, Subject::Header(name) if whole(name));
    of_whole || matches!(&have.owner, Owner::Rule(id) if SPOILS.contains(&id.as_str()))
}

/// True when one finding of a story explains another one of it.
pub(super) fn explains(have: &Finding, finding: &Finding) -> bool {
    let earlier = have.step < finding.step;
    match (&have.owner, &finding.owner) {
        // A change is news beside whatever is wrong already.
        (Owner::OwnSnapshot, _) | (_, Owner::OwnSnapshot) => false,
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
        (Owner::Rule(cause), _) if cause == LATE => shown_late(have, finding),
        (Owner::Rule(_), Owner::Expectation) if refused(have, finding) => true,
        // What an import concludes, the pages explain, or that somebody was not deactivated before.
        (Owner::Rule(cause), Owner::Expectation) if finding.exchange.is_none() => {
            (have.step == finding.step && have.level > Level::May) || ACTIVITY.contains(&cause.as_str())
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
pub(super) fn explains_everywhere(have: &Finding, finding: &Finding) -> bool {
    match (&have.owner, &finding.owner) {
        (Owner::Snapshot | Owner::OwnSnapshot, _) | (_, Owner::OwnSnapshot) => false,
        // The snapshot has the last word, and only about what nobody else has told.
        (_, Owner::Snapshot) => {
            resource(have) == resource(finding) && !have.subject.of_exchange() && near(&have.subject, &finding.subject)
        }
        // What is lost when a resource is written is missing wherever it is looked for.
        (Owner::Rule(cause), Owner::Expectation) if cause == DROPPED => {
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
        (Owner::Rule(cause), Owner::Rule(other)) if cause == LATE => TOO_EARLY.contains(&other.as_str()),
        (Owner::Rule(cause), Owner::Rule(_)) if cause == NO_GROUPS && finding.subject == Subject::Status => {
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
    have.level > Level::May && (have.owner != Owner::Rule(SILENCE.to_owned()) || may_be_one(have, finding))
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

/// True when two subjects are one place of an answer, or one of them is inside the other.
pub(super) fn speaks_of(have: &Subject, finding: &Subject) -> bool {
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
