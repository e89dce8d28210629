//! Scenarios, steps, postconditions: what the files say, checked.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::need::Need;
use crate::{
    http::{AuthUse, Response, may_change},
    idp::{Action, AppSettings},
    judge::{Expect, Level, Rule, StatusPattern},
    scim::{AttrPath, value},
};

/// A folder of scenarios with one purpose.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Its folder: `okta`.
    pub id: String,
    /// One line.
    pub title: String,
    /// Why it is there.
    pub why: String,
    /// Its folders in the order in which they are told; others follow.
    pub order: Vec<String>,
    /// Levels of rules that differ here.
    pub levels: Vec<LevelOverride>,
}

impl Suite {
    /// The level of a rule here; `None` where it is off.
    pub fn level(&self, rule: &Rule) -> Option<Level> {
        let entry = self.levels.iter().find(|entry| entry.rule == rule.id);
        entry.map_or(Some(rule.level), |entry| entry.level)
    }
}

/// A rule's level in one suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelOverride {
    /// The rule's ID.
    pub rule: String,
    /// The level; `None` turns the rule off.
    pub level: Option<Level>,
    /// Why.
    pub reason: String,
}

/// One story or one list of raw requests; one point.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its path without ending: `okta/lifecycle/unassign`.
    pub id: String,
    /// The suite: the first part of the ID.
    pub suite: String,
    /// The file it came from, as the user knows it.
    pub file: String,
    /// The point, as a sentence without full stop.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// How to mend a server that fails it.
    pub fix: String,
    /// What the administrator sees when it fails; empty where nothing.
    pub admin: String,
    /// Keys of the sources.
    pub spec: Vec<String>,
    /// Level of its expectations.
    pub level: Level,
    /// People and their attributes; texts may be templates.
    pub people: Vec<(String, Vec<(AttrPath, Value)>)>,
    /// Groups.
    pub groups: Vec<(String, GroupSpec)>,
    /// People who are there before the story, unknown to the identity provider.
    pub given: Vec<String>,
    /// Groups that are there before the story, likewise.
    pub given_groups: Vec<String>,
    /// Whether nothing else may run beside it.
    pub alone: bool,
    /// Whether nothing else may be changed while it lists everybody; see [`Scenario::listing`].
    pub still: bool,
    /// What it needs.
    pub needs: Vec<Need>,
    /// Settings of the app in which this story differs from the dialect.
    pub app: AppSettings,
    /// True when one dialect is enough: the wire form is the same in all.
    pub one_dialect: bool,
    /// What happens.
    pub steps: Vec<Step>,
}

impl Scenario {
    /// True when no step is an action: it runs once, whatever the dialects.
    pub fn is_raw(&self) -> bool {
        self.steps.iter().all(|step| matches!(step.what, What::Request(_) | What::AtOnce(_)))
    }

    /// The steps of a still scenario during which nothing else may be changed: from the first that lists everybody to the last. Who came or went meanwhile
    /// would look like a fault of paging, or like somebody whom the app has removed.
    pub fn listing(&self, import_groups: bool) -> Option<Listing> {
        let mut lists = (0..self.steps.len()).filter(|at| self.steps[*at].lists_everybody(import_groups));
        let first = lists.next().filter(|_| self.still)?;
        let last = lists.next_back().unwrap_or(first);
        // Whoever links lists before anything is changed.
        let links = matches!(self.steps[last].what, What::Action(Action::Link(..)));
        let between = self.steps[first..last].iter().any(Step::may_change);
        Some(Listing { steps: first..=last, changes_between: between || !links && self.steps[last].may_change() })
    }
}

/// When a scenario lists everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// During these steps nothing else may be changed.
    pub steps: RangeInclusive<usize>,
    /// The scenario itself may change something before its last list, so that no other may list meanwhile.
    pub changes_between: bool,
}

/// A group of the story.
#[derive(Debug, Clone, Default)]
pub struct GroupSpec {
    /// Its name; unique per run when not given.
    pub name: Option<String>,
    /// Names of its members.
    pub members: Vec<String>,
}

/// One thing that happens.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// An expression over the names of templates; the step is left out where it does not hold.
    pub when: Option<String>,
    /// Milliseconds of silence before it, for clocks that count in seconds.
    pub pause_ms: u64,
    /// What happens.
    pub what: What,
    /// What must hold afterwards.
    pub then: Vec<Then>,
}

impl Step {
    /// True where everybody, or every group, is listed; `import_groups` is that of the dialect.
    fn lists_everybody(&self, import_groups: bool) -> bool {
        match &self.what {
            What::Action(Action::Import) => true,
            What::Action(Action::Link(..)) => import_groups,
            What::Action(_) | What::Meanwhile(_) => false,
            What::Request(_) | What::AtOnce(_) => self.requests().any(|request| {
                let filtered = request.query.iter().any(|(name, _)| name == "filter");
                request.method == "GET" && matches!(request.path.as_str(), "/Users" | "/Groups") && !filtered
            }),
        }
    }

    fn may_change(&self) -> bool {
        match &self.what {
            What::Action(action) => action.may_change(),
            What::Meanwhile(_) => true,
            What::Request(_) | What::AtOnce(_) => {
                self.requests().any(|request| may_change(&request.method, &request.path))
            }
        }
    }

    /// Its raw requests.
    pub fn requests(&self) -> impl Iterator<Item = &RawRequest> {
        let (one, several) = match &self.what {
            What::Request(request) => (Some(request.as_ref()), None),
            What::AtOnce(requests) => (None, Some(&requests.requests)),
            What::Action(_) | What::Meanwhile(..) => (None, None),
        };
        one.into_iter().chain(several.into_iter().flatten())
    }
}

/// What happens in a step.
#[derive(Debug, Clone)]
pub enum What {
    /// Something the administrator does; texts in it may be templates.
    Action(Action),
    /// Somebody changes something in the app, unknown to the identity provider.
    Meanwhile(Outside),
    /// A raw request.
    Request(Box<RawRequest>),
    /// Several raw requests at once.
    AtOnce(Box<AtOnce>),
}

/// Raw requests that are sent at once, and what is expected of their answers together.
#[derive(Debug, Clone)]
pub struct AtOnce {
    /// The requests; each may expect something by itself.
    pub requests: Vec<RawRequest>,
    /// The statuses, one entry for each request, in any order; empty for any.
    pub statuses: Vec<Vec<StatusPattern>>,
    /// The level where it differs from the scenario's.
    pub level: Option<Level>,
    /// How to mend it where that differs from the scenario's.
    pub fix: Option<String>,
}

/// What somebody does in the app, behind the identity provider's back.
#[derive(Debug, Clone)]
pub enum Outside {
    /// Adds people to a group: the group and the people.
    AddMembers(String, Vec<String>),
    /// Deactivates a person.
    Deactivate(String),
}

impl Outside {
    /// `somebody adds eve to crew in the app`: the name of a step that has none.
    pub fn name(&self) -> String {
        match self {
            Outside::AddMembers(group, people) => {
                format!("somebody adds {} to {group} in the app", people.join(", "))
            }
            Outside::Deactivate(person) => format!("somebody deactivates {person} in the app"),
        }
    }
}

/// A raw request and what is expected of its answer. All texts may be templates.
#[derive(Debug, Clone)]
pub struct RawRequest {
    /// The verb.
    pub method: String,
    /// The path below the base URL; templates in it are escaped as one segment each.
    pub path: String,
    /// True when the path goes out as it stands, with what it has of a query.
    pub path_raw: bool,
    /// Query parameters in order.
    pub query: Vec<(String, String)>,
    /// Headers in order.
    pub headers: Vec<(String, String)>,
    /// Whose credentials.
    pub auth: AuthUse,
    /// A JSON body.
    pub body: Option<Value>,
    /// A body byte for byte.
    pub body_raw: Option<String>,
    /// How often it is sent, `n` in its templates being the number of the time; what is kept is then a list.
    pub times: usize,
    /// How long the pages are in which the whole list is read, twice; `None` where it is sent as it stands.
    pub pages: Option<usize>,
    /// Values to keep from the answer: name and place.
    pub save: Vec<(String, Place)>,
    /// What is expected.
    pub expect: Expect,
}

/// Where in an answer a value stands.
#[derive(Debug, Clone)]
pub enum Place {
    /// A JSON pointer: `/Resources/0/id`.
    Pointer(String),
    /// An attribute path: `Resources[schema eq "..."].endpoint`; the first value there.
    Path(AttrPath),
    /// A header.
    Header(String),
    /// The status, kept where it is one of these.
    Status(Vec<StatusPattern>),
}

impl Place {
    /// The value at this place of an answer.
    pub fn of(&self, response: &Response) -> Option<Value> {
        match self {
            Place::Pointer(pointer) => response.value()?.pointer(pointer).cloned(),
            Place::Path(path) => value::get(response.value()?, path).into_iter().next().cloned(),
            Place::Header(name) => response.header(name).map(Value::from),
            Place::Status(patterns) => {
                let status = response.status;
                patterns.iter().any(|pattern| pattern.fits(status)).then(|| Value::from(status))
            }
        }
    }
}

/// Something that must hold after a step, judged by reading the target back.
#[derive(Debug, Clone)]
pub struct Then {
    /// What.
    pub check: Postcondition,
    /// Its level where it differs from the scenario's.
    pub level: Option<Level>,
    /// How to mend it where that differs from the scenario's.
    pub fix: Option<String>,
}

/// What a postcondition looks at.
#[derive(Debug, Clone)]
pub enum Postcondition {
    /// A person, read by id.
    User(String, Expected),
    /// Whom the userName filter finds, exactly: a person or a userName, and people.
    Lookup(String, Vec<String>),
    /// A group, read by id, with its members, exactly.
    Group(String, Option<Vec<String>>, Expected),
    /// Nothing under the id any more.
    Gone(String),
    /// What the last import concluded.
    Imported(Conclusions),
}

/// What an import must conclude of the people of the story.
#[derive(Debug, Clone, Default)]
pub struct Conclusions {
    /// Whom it counts, exactly, each once.
    pub counted: Vec<String>,
    /// Groups that it sees, each once, and their members where they are given, exactly. Other groups don't matter.
    pub groups: Vec<(String, Option<Vec<String>>)>,
    /// Who is new to the identity provider, exactly.
    pub new: Option<Vec<String>>,
    /// Whom it takes for removed from the app, exactly.
    pub removed: Option<Vec<String>>,
    /// Whom it sees deactivated in the app, exactly.
    pub deactivated: Option<Vec<String>>,
    /// Whether so many were removed that the import is stopped.
    pub safeguard: Option<bool>,
}

/// What is expected of one resource.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// Attributes and their values.
    pub is: Vec<(AttrPath, Value)>,
    /// Attributes that must have no value.
    pub absent: Vec<AttrPath>,
    /// Attributes that must be as they were when last read back.
    pub same: Vec<AttrPath>,
}
