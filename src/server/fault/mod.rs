//! Faults: named, repeatable ways to be wrong, taken from what real servers did.
//!
//! A fault is one row in the table of its area. It acts through hooks, so that the clean server knows nothing of faults.

use std::fmt;

use serde_json::Value;

use super::call::{Answer, Call, Kind};
use super::store::{Rules, Store};
use crate::scim::ScimError;

/// A way to be wrong.
#[derive(Clone, Copy)]
pub struct Fault {
    /// How to ask for it.
    pub name: &'static str,
    /// What the server then does, in a sentence.
    pub summary: &'static str,
    /// What part of the protocol it is about.
    pub area: &'static str,
    /// Where it comes from: an id of the defect collection and a URL, or the rule that it breaks.
    pub source: &'static str,
    pub(super) hooks: Hooks,
}

impl fmt::Debug for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name)
    }
}

impl PartialEq for Fault {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Where a fault can take part in a request, from first to last.
#[derive(Clone, Copy)]
pub(super) struct Hooks {
    /// Once, before the server starts: changes the rules of the store.
    pub(super) store: Option<fn(&mut Rules)>,
    /// Before anything: waits.
    pub(super) hold: Option<Hold>,
    /// Before authentication: answers itself, or lets the caller in.
    pub(super) gate: Option<fn(&mut Call) -> Option<Answer>>,
    /// After authentication: answers itself, or rewrites the request.
    pub(super) request: Option<fn(&mut Call, &mut Store) -> Option<Answer>>,
    /// Before a new or changed resource is stored: changes or refuses it.
    pub(super) change: Option<fn(&mut Change<'_>) -> Result<(), ScimError>>,
    /// After all: rewrites the answer.
    pub(super) answer: Option<fn(&Call, &mut Store, &mut Answer)>,
}

/// Holds back the requests that fit for a while.
#[derive(Clone, Copy)]
pub(super) struct Hold {
    pub(super) when: fn(&Call) -> bool,
    pub(super) milliseconds: u64,
    /// Others that arrive meanwhile fail.
    pub(super) alone: bool,
}

/// A resource that is about to be stored.
pub(super) struct Change<'a> {
    pub(super) call: &'a Call,
    pub(super) store: &'a mut Store,
    pub(super) kind: Kind,
    /// What is stored now; `None` on POST.
    pub(super) old: Option<&'a Value>,
    /// What is to be stored, checked and in the schema's shape.
    pub(super) new: &'a mut Value,
}

/// No hook at all.
pub(super) const NONE: Hooks = Hooks {
    store: None,
    hold: None,
    gate: None,
    request: None,
    change: None,
    answer: None,
};

/// All faults.
pub static FAULTS: &[Fault] = &[];

/// The fault of that name.
pub fn by_name(name: &str) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| fault.name == name)
}
