//! Rules: what must hold whenever an answer of a kind is seen.

use std::cell::OnceCell;

use serde_json::Value;

use super::{Level, Subject, matcher::describe};
use crate::http::{Exchange, Failure, Kind, Response, is_ours};

/// Something that must hold whenever an answer of a kind is seen.
///
/// Every text is a whole sentence or a fragment as its field says; together they are what `scim-check explain`
/// prints and what a finding quotes.
pub struct Rule {
    /// Kebab-case name of the fault it finds. Never reused for something else.
    pub id: &'static str,
    /// Level where no suite says otherwise.
    pub level: Level,
    /// What is wrong, as a sentence without full stop: "A list answer has numbers as strings".
    pub title: &'static str,
    /// Keys of [`super::spec`].
    pub spec: &'static [&'static str],
    /// What it looks at.
    pub looks_at: &'static str,
    /// Why it matters: which identity provider breaks, and how.
    pub why: &'static str,
    /// Identity providers that break, in lower case; empty where none is known to.
    pub breaks: &'static [&'static str],
    /// What Okta's administrator sees; empty when nothing.
    pub admin: &'static str,
    /// A wrong answer, as short as it can be.
    pub example: &'static str,
    /// How to mend the server.
    pub fix: &'static str,
    /// Looks at one exchange.
    pub judge: fn(&Seen<'_>) -> Vec<Sighting>,
}

/// One thing a rule saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// What it is about.
    pub subject: Subject,
    /// What was expected.
    pub expected: String,
    /// What came, with its type.
    pub actual: String,
    /// The rule that tells the same of any dialogue, where an expectation sees what a rule sees: one cause.
    pub rule: Option<&'static str>,
}

/// Most characters of what was expected or came: the target decides how long its texts are.
const LONGEST: usize = 1_000;

fn clipped(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some((at, _)) => format!("{}... ({} characters more)", &text[..at], text[at..].chars().count()),
    }
}

impl Sighting {
    /// Makes a sighting.
    pub fn new(subject: Subject, expected: impl Into<String>, actual: impl Into<String>) -> Sighting {
        Sighting { subject, expected: clipped(expected.into()), actual: clipped(actual.into()), rule: None }
    }

    /// The same, as a rule tells it.
    pub fn as_told_by(self, rule: &'static str) -> Sighting {
        Sighting { rule: Some(rule), ..self }
    }

    /// The usual result of a rule: one sighting where `wrong` holds.
    pub fn when(wrong: bool, make: impl FnOnce() -> Sighting) -> Vec<Sighting> {
        if wrong { vec![make()] } else { Vec::new() }
    }
}

/// What a rule may look at: one exchange, and those before it in its scenario.
pub struct Seen<'a> {
    /// The exchange to judge.
    pub exchange: &'a Exchange,
    /// Those before it in its scenario, oldest first.
    pub before: &'a [Exchange],
    /// The text by which resources of this run are known.
    pub marker: &'a str,
    /// The longer one by which those of this scenario are.
    pub unique: &'a str,
    /// The base URL of the target, without a slash at the end; empty where it is not known.
    pub base: &'a str,
    /// What [`Seen::resources`] answers, once it was asked: most rules do.
    pub resources: OnceCell<Vec<&'a Value>>,
}

impl<'a> Seen<'a> {
    /// What kind of exchange it is.
    pub fn kind(&self) -> &'a Kind {
        &self.exchange.kind
    }

    /// True when the answer is a list: of users or groups by the request, of anything else by its looks.
    pub fn lists(&self) -> bool {
        let other = || {
            let asked = *self.kind() == Kind::Other && self.exchange.request.method == reqwest::Method::GET;
            asked && self.success().is_some_and(|response| response.member("Resources").is_some())
        };
        self.kind().is_list() || other()
    }

    /// The answer, if one came.
    pub fn response(&self) -> Option<&'a Response> {
        self.exchange.response()
    }

    /// The answer, if its status is 2xx.
    pub fn success(&self) -> Option<&'a Response> {
        self.exchange.success()
    }

    /// The answer, if its status is 400 or above.
    pub fn error(&self) -> Option<&'a Response> {
        self.response().filter(|response| response.status >= 400)
    }

    /// The failure to get an answer.
    pub fn failure(&self) -> Option<&'a Failure> {
        self.exchange.answer.as_ref().err()
    }

    /// The resources in a 2xx answer: the one that was read or written, or those of the list. Objects only. In a list of everybody, what
    /// other scenarios of the run have created is left out: it may come and go, and it is they who know what they did to it.
    pub fn resources(&self) -> Vec<&'a Value> {
        self.resources.get_or_init(|| self.find_resources()).clone()
    }

    fn find_resources(&self) -> Vec<&'a Value> {
        let Some(response) = self.success() else {
            return Vec::new();
        };
        if self.kind().is_list() {
            let everybody = matches!(self.kind(), Kind::List { filtered: false, .. });
            let of_others = |item: &Value| is_ours(item, self.marker) && !is_ours(item, self.unique);
            response.resources().iter().filter(|item| item.is_object() && !(everybody && of_others(item))).collect()
        } else if self.kind().resource().is_some() {
            response.value().into_iter().filter(|value| value.is_object()).collect()
        } else {
            Vec::new()
        }
    }

    /// The one resource in a 2xx answer to a read or a write.
    pub fn resource(&self) -> Option<&'a Value> {
        if self.kind().is_list() { None } else { self.resources().first().copied() }
    }

    /// The resources in a 2xx answer that this run created.
    pub fn our_resources(&self) -> Vec<&'a Value> {
        self.resources().into_iter().filter(|resource| is_ours(resource, self.marker)).collect()
    }

    /// A value of a resource with its type, fit for output: of people who are not ours only the type.
    pub fn show(&self, resource: &Value, value: &Value) -> String {
        if is_ours(resource, self.marker) {
            describe(value)
        } else {
            format!("{} (of a resource that is not ours)", super::matcher::type_name(value))
        }
    }
}

/// A member of an object; SCIM attribute names have no case (RFC 7643 2.1).
pub fn member<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    object.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}
