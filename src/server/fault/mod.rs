//! Faults: named, repeatable ways to be wrong, taken from what real servers did.
//!
//! A fault is one row in the table of its area. It acts through hooks, so that the clean server knows nothing of faults.

mod announced;
mod asked;
mod auth;
mod bulk;
mod condition;
mod create;
mod delete;
mod discovery;
mod error;
mod exposure;
mod filter;
mod group;
mod identity;
mod joined;
mod kept;
mod late;
mod list;
mod members;
mod memberships;
mod meta;
mod operand;
mod operations;
mod page;
mod patch;
mod paths;
mod persona;
mod projection;
mod put;
mod races;
mod read;
mod representation;
mod sort;
mod spoil;
mod stored;
mod transport;
mod values;

use std::fmt;

use serde_json::Value;

pub use exposure::OTHER_TENANT;
pub use persona::{PERSONAS, Persona};

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
    pub(super) change: Option<ChangeHook>,
    /// After all: rewrites the answer.
    pub(super) answer: Option<fn(&Call, &mut Store, &mut Answer)>,
}

type ChangeHook = fn(&mut Change<'_>) -> Result<(), ScimError>;

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
pub(super) const NONE: Hooks = Hooks { store: None, hold: None, gate: None, request: None, change: None, answer: None };

const fn on_gate(gate: fn(&mut Call) -> Option<Answer>) -> Hooks {
    Hooks { gate: Some(gate), ..NONE }
}

const fn on_request(request: fn(&mut Call, &mut Store) -> Option<Answer>) -> Hooks {
    Hooks { request: Some(request), ..NONE }
}

const fn on_change(change: ChangeHook) -> Hooks {
    Hooks { change: Some(change), ..NONE }
}

const fn on_answer(answer: fn(&Call, &mut Store, &mut Answer)) -> Hooks {
    Hooks { answer: Some(answer), ..NONE }
}

/// The tables, in the order in which faults act when several are on: what spoils whole answers comes last.
const TABLES: [&[Fault]; 34] = [
    auth::FAULTS,
    filter::FAULTS,
    condition::FAULTS,
    joined::FAULTS,
    operand::FAULTS,
    list::FAULTS,
    page::FAULTS,
    sort::FAULTS,
    projection::FAULTS,
    read::FAULTS,
    create::FAULTS,
    identity::FAULTS,
    stored::FAULTS,
    put::FAULTS,
    patch::FAULTS,
    operations::FAULTS,
    paths::FAULTS,
    group::FAULTS,
    members::FAULTS,
    memberships::FAULTS,
    bulk::FAULTS,
    races::FAULTS,
    delete::FAULTS,
    representation::FAULTS,
    values::FAULTS,
    meta::FAULTS,
    discovery::FAULTS,
    announced::FAULTS,
    asked::FAULTS,
    kept::FAULTS,
    late::FAULTS,
    exposure::FAULTS,
    error::FAULTS,
    transport::FAULTS,
];

const COUNT: usize = {
    let (mut count, mut table) = (0, 0);
    while table < TABLES.len() {
        count += TABLES[table].len();
        table += 1;
    }
    count
};

static ALL: [Fault; COUNT] = {
    let mut all = [auth::FAULTS[0]; COUNT];
    let (mut at, mut table) = (0, 0);
    while table < TABLES.len() {
        let mut row = 0;
        while row < TABLES[table].len() {
            all[at] = TABLES[table][row];
            at += 1;
            row += 1;
        }
        table += 1;
    }
    all
};

/// All faults.
pub static FAULTS: &[Fault] = &ALL;

/// The fault of that name.
pub fn by_name(name: &str) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| fault.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn rows_are_complete_and_names_unique() {
        let names: BTreeSet<&str> = FAULTS.iter().map(|f| f.name).collect();
        assert_eq!(names.len(), FAULTS.len());
        for fault in FAULTS {
            assert!(by_name(fault.name) == Some(fault));
            assert!(fault.summary.len() > 15, "{fault:?}");
            assert!(!fault.source.is_empty() && !fault.area.is_empty());
        }
    }
}
