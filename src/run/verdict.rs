//! Turns what was seen into findings.

use std::cell::OnceCell;

use serde_json::Value;

use super::{conversation::Conversation, plan::Planned};
use crate::{
    http::{Exchange, Failure, Json, Kind, Look, Purpose, Resource},
    idp::{Stop, okta},
    judge::{Finding, Level, ON_THE_WAY, Owner, Rule, Seen, Sighting, Subject, rules::RULES},
    scenario::{Step, What},
    snapshot::Difference,
};

/// Where in a scenario something was seen.
pub(super) struct Place<'a> {
    pub planned: &'a Planned,
    /// Index and step; `None` outside of steps.
    pub step: Option<(usize, &'a Step)>,
}

impl Place<'_> {
    fn step_name(&self) -> String {
        self.step.map_or_else(|| "setup".to_owned(), |(_, step)| step.name.clone())
    }

    fn empty(&self, owner: Owner, claim: &str, subject: Subject, level: Level) -> Finding {
        let scenario = &self.planned.scenario;
        Finding {
            scenario: scenario.id.clone(),
            dialect: self.planned.dialect.as_ref().map(|dialect| dialect.name.to_string()),
            step: self.step.map(|(index, _)| index),
            step_name: self.step_name(),
            ..Finding::of(owner, level, claim, subject)
        }
    }
}

/// Asks every rule about the exchanges from `from` on; `unique` is the text by which the resources of the scenario are known.
pub(super) fn by_rules(
    place: &Place<'_>,
    unique: &str,
    exchanges: &[Exchange],
    from: usize,
    line: &Conversation,
) -> Vec<Finding> {
    let suite = place.planned.suite.as_deref();
    let level = |rule: &Rule| suite.map_or(Some(rule.level), |suite| suite.level(rule));
    let mut findings = Vec::new();
    for (at, exchange) in exchanges.iter().enumerate().skip(from) {
        let let_go = exchange.response().is_some_and(|response| response.json == Json::LetGo);
        if exchange.look == Look::Early || let_go {
            continue;
        }
        let seen = Seen {
            exchange,
            before: &exchanges[..at],
            marker: &line.marker,
            unique,
            base: &line.base_url,
            resources: OnceCell::new(),
        };
        for rule in RULES {
            let Some(level) = level(rule) else {
                continue;
            };
            // What happens while the ground is prepared or cleared is not what the scenario is about.
            let level = match exchange.purpose {
                Purpose::Setup | Purpose::Cleanup => Level::May,
                Purpose::Spoken | Purpose::Check => level,
            };
            // What the scenario itself takes for an answer is no ordinary request.
            if REFUSALS.contains(&rule.id) && exchange.purpose == Purpose::Spoken && expects(place, exchange) {
                continue;
            }
            for sighting in (rule.judge)(&seen) {
                findings.push(rule_finding(place, rule, level, exchange, sighting));
            }
        }
    }
    findings
}

/// Rules that take a request for one that has to be carried out.
const REFUSALS: [&str; 5] = ["create-refused", "replace-refused", "patch-refused", "read-refused", "list-refused"];

/// True where a raw request says that a refusal is as good: it names the status of the answer among those expected.
fn expects(place: &Place<'_>, exchange: &Exchange) -> bool {
    let (Some((_, step)), Some(status)) = (place.step, exchange.status()) else {
        return false;
    };
    let mut requests = step.requests().peekable();
    requests.peek().is_some() && requests.all(|request| request.expect.names(status))
}

/// Rules that speak of the target as a whole: wherever they are broken, it is one cause.
const WHOLE_TARGET: [&str; 5] =
    ["no-answer", "redirect", "text-garbled", "change-shown-late", "list-numbers-not-integers"];

/// `User create`.
fn kind(exchange: &Exchange) -> String {
    let resource = exchange.kind.resource().map_or("", |resource| resource.name());
    format!("{resource} {}", exchange.kind.word())
}

fn rule_finding(place: &Place<'_>, rule: &Rule, level: Level, exchange: &Exchange, sighting: Sighting) -> Finding {
    let claim = format!("rule:{}", rule.id);
    let mut finding = place.empty(Owner::Rule(rule.id.to_owned()), &claim, sighting.subject, level);
    // Statuses of two kinds of exchange are two things; an attribute is the same wherever it is seen.
    finding.kind = kind(exchange);
    finding.cause = match finding.subject {
        _ if WHOLE_TARGET.contains(&rule.id) => rule.id.to_owned(),
        Subject::Status => format!("{}|{}", rule.id, finding.kind),
        _ => place_cause(rule.id, &finding.subject),
    };
    finding.about = exchange.request.about.clone();
    finding.exchange = Some(exchange.number);
    finding.message = rule.title.to_owned();
    finding.expected = sighting.expected;
    finding.actual = sighting.actual;
    // The requests of the RFCs' suites are none of Okta's: what they show need not reach it.
    if !place.planned.scenario.suite.starts_with("rfc") {
        // Okta gets along with the rest.
        if level == Level::Must {
            finding.breaks = rule.breaks.iter().map(|name| (*name).to_owned()).collect();
        }
        finding.admin = rule.admin.to_owned();
    }
    finding.fix = rule.fix.to_owned();
    finding.spec = rule.spec.iter().map(|key| (*key).to_owned()).collect();
    finding.with_id()
}

/// A place of an answer is the same wherever it is seen, in a resource or in a list of them.
fn place_cause(rule: &str, subject: &Subject) -> String {
    let word = subject.word();
    format!("{rule}|{}", word.strip_prefix("Resources.").unwrap_or(&word))
}

/// An expectation of the scenario that does not hold.
pub(super) struct Unmet<'a> {
    /// Which, within the step: `then[0].active`, `expect.status`.
    pub claim: String,
    /// What makes it the same thing in another scenario, beyond the action.
    pub cause: String,
    pub about: Option<String>,
    pub exchange: Option<usize>,
    pub sighting: Sighting,
    pub message: String,
    pub level: Option<Level>,
    pub fix: Option<&'a str>,
}

/// The finding for an expectation.
pub(super) fn by_expectation(place: &Place<'_>, unmet: Unmet<'_>, exchanges: &[Exchange]) -> Finding {
    let scenario = &place.planned.scenario;
    let level = unmet.level.unwrap_or(scenario.level);
    let claim = format!("{}/{}", place.step_name(), unmet.claim);
    let mut finding = place.empty(Owner::Expectation, &claim, unmet.sighting.subject, level);
    finding.about = unmet.about;
    finding.exchange = unmet.exchange;
    finding.kind = unmet.exchange.and_then(|number| exchanges.get(number)).map(kind).unwrap_or_default();
    finding.cause = match (unmet.sighting.rule, &finding.subject) {
        (Some(rule), subject) => place_cause(rule, subject),
        // What is stored is one thing, whatever was done before it was looked at; but on is not off.
        (_, Subject::Attribute(path)) if path == "active" => format!("{}|{}", unmet.cause, unmet.sighting.expected),
        // Of raw requests each form of a request is carried out by code of its own.
        (_, Subject::Attribute(_)) => format!("{}|{}|{}", finding.kind, unmet.cause, form(place)),
        _ => format!("{}|{}", verb(place), unmet.cause),
    };
    finding.message = unmet.message;
    finding.expected = unmet.sighting.expected;
    finding.actual = unmet.sighting.actual;
    finding.breaks = okta_breaks(place, level);
    // What the scenario says about mending is about its point, which its last step makes; of raw requests, each of them.
    let point = place.step.is_some_and(|(index, _)| scenario.is_raw() || index + 1 == scenario.steps.len());
    if point {
        finding.admin = scenario.admin.clone();
    }
    finding.fix = match unmet.fix {
        Some(fix) => fix.to_owned(),
        None if point => scenario.fix.clone(),
        None => ON_THE_WAY.to_owned(),
    };
    finding.spec = scenario.spec.clone();
    finding.with_id()
}

/// The finding for a task that the identity provider gave up. Where something worse was seen in the same step,
/// it follows from that.
pub(super) fn by_stop(place: &Place<'_>, stop: Stop, exchanges: &[Exchange], seen: &[Finding]) -> Finding {
    let exchange = exchanges.get(stop.exchange);
    let endless = stop.endless;
    let mut finding = by_expectation(
        place,
        Unmet {
            claim: "completes".to_owned(),
            cause: format!("stop|{}", exchange.map_or("", |exchange| exchange.kind.word())),
            about: exchange.and_then(|exchange| exchange.request.about.clone()).or(stop.about),
            exchange: Some(stop.exchange),
            sighting: Sighting::new(Subject::Status, stop.needed, stop.got),
            message: format!("Okta gives up at \"{}\"", place.step_name()),
            level: None,
            fix: None,
        },
        exchanges,
    );
    let console = stop.console.map(|console| format!("The console shows: \"{console}\""));
    let told = [console, exchange.and_then(okta::afterwards).map(str::to_owned)];
    finding.admin = told.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if endless {
        finding.message = format!("The list does not end: we gave up at \"{}\"", place.step_name());
        finding.fix = "Let totalResults say how many there are, and let the pages end with it.".to_owned();
    }
    let withheld = exchange.is_some_and(|exchange| matches!(exchange.answer, Err(Failure::Withheld(_))));
    if withheld {
        let request = exchange.map_or("", |exchange| exchange.request.method.as_str());
        let group = exchange.and_then(|exchange| exchange.kind.resource()) == Some(Resource::Group);
        let what = if group { "a group of somebody else" } else { "an account of somebody else" };
        let step = place.step.map(|(index, _)| index);
        let looked = exchanges.iter().any(|other| other.step == step && matches!(other.kind, Kind::Lookup { .. }));
        finding.message =
            format!("Okta would now {request} a resource that is not the one it looked for; we did not send it");
        finding.admin = format!("Okta reports success, while {what} was taken over and overwritten.");
        finding.fix = match looked {
            true => "Let the lookup find only what equals the value in the filter.",
            false => "Give each resource in a list the id and the name under which it can be read.",
        }
        .to_owned();
    }
    let cause = seen.iter().find(|have| {
        have.step == finding.step
            && have.level == Level::Must
            && (have.about == finding.about || have.exchange.is_none() || have.exchange == finding.exchange)
            && !(have.subject == finding.subject && have.exchange == finding.exchange)
    });
    finding.follows_from = cause.map(|cause| cause.id.clone());
    finding
}

/// The finding for a task that the identity provider has to put off. `wait` says what it knows of when to go on.
pub(super) fn by_pause(place: &Place<'_>, stop: Stop, wait: &str, exchanges: &[Exchange], seen: &[Finding]) -> Finding {
    let console = stop.console.as_ref().map_or(String::new(), |text| format!(", and the console shows: \"{text}\""));
    let mut finding = by_stop(place, stop, exchanges, seen);
    finding.level = Level::May;
    finding.breaks = Vec::new();
    finding.cause = format!("pause|{}", finding.kind);
    finding.message = format!("Okta pauses its task at \"{}\"", place.step_name());
    finding.actual = format!("{}, {wait}", finding.actual);
    finding.admin = format!(
        "Nothing yet: the task waits as long as Retry-After says, or five minutes and longer where it says nothing in \
         whole seconds. After ten tries it fails{console}."
    );
    finding.fix =
        "Allow the pace of an administrator who assigns some people at once, or ask for short pauses.".to_owned();
    finding
}

/// The word of the action and, where it depends on the dialect, the verb: what two findings share when they
/// are one cause.
fn verb(place: &Place<'_>) -> String {
    match place.step.map(|(_, step)| &step.what) {
        Some(What::Action(action)) => action.word().to_owned(),
        Some(What::Request(_) | What::AtOnce(_) | What::Meanwhile(_)) | None => {
            format!("{}/{}", place.planned.scenario.id, place.step_name())
        }
    }
}

/// How a raw request changes something: its verb, and of a PATCH the operations with the forms of their paths.
fn form(place: &Place<'_>) -> String {
    let Some((_, Step { what: What::Request(raw), .. })) = place.step else {
        return String::new();
    };
    let mut form = raw.method.clone();
    form.extend(raw.query.iter().map(|(name, _)| format!(" ?{name}")));
    let operations = raw.body.as_ref().and_then(|body| body.get("Operations")).and_then(Value::as_array);
    for operation in operations.into_iter().flatten() {
        let word = operation["op"].as_str().unwrap_or("").to_ascii_lowercase();
        let path = match &operation["path"] {
            Value::String(path) if path.starts_with("urn:") => "of a schema",
            Value::String(path) if path.starts_with('.') || path.ends_with('.') => "that is none",
            Value::String(path) if path.contains('[') => "with a filter",
            Value::String(path) if path.contains('.') => "of a part",
            Value::String(_) => "of an attribute",
            _ => "without",
        };
        let value = if operation["value"].is_object() { " object" } else { "" };
        form.push_str(&format!(" {word} {path}{value}"));
    }
    form
}

fn okta_breaks(place: &Place<'_>, level: Level) -> Vec<String> {
    let okta = place.planned.scenario.suite.starts_with("okta") && level == Level::Must;
    if okta { vec!["okta".to_owned()] } else { Vec::new() }
}

/// The finding for a difference from a snapshot.
pub(super) fn snapshot_finding(place: &Place<'_>, exchange: &Exchange, difference: Difference) -> Finding {
    let subject = difference.subject;
    let claim = format!("snapshot:{}/{}/{}", place.step_name(), exchange.kind.word(), subject.word());
    let word = exchange.kind.word();
    let message = format!("The answer to a {word} differs from the reference in `{}`", subject.word());
    let resource = exchange.kind.resource().map_or("", |resource| resource.name());
    let cause = match &subject {
        Subject::Attribute(path) => format!("snapshot|{resource}|{}", path.split('.').next().unwrap_or(path)),
        other => format!("snapshot|{resource}|{}|{word}", other.word()),
    };
    let mut finding = place.empty(Owner::Snapshot, &claim, subject, difference.level);
    finding.cause = cause;
    finding.kind = kind(exchange);
    finding.about = exchange.request.about.clone();
    finding.exchange = Some(exchange.number);
    finding.message = message;
    finding.expected = difference.expected;
    finding.actual = difference.actual;
    finding.fix = "Compare with what `scim-check show` prints for this scenario.".to_owned();
    finding.spec = place.planned.scenario.spec.clone();
    finding.with_id()
}
