//! What this run created, and may therefore change and remove.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::http::Resource;

/// What one scenario created. An id is ours only after an answer to our own create, confirmed by a read that
/// shows this run's marker.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Pages>);

#[derive(Debug, Default)]
struct Pages {
    entries: Vec<Entry>,
    /// What was ours and was deleted, and whether it was looked for since in vain: the target may have given the id to
    /// somebody else.
    gone: Vec<(Resource, String, bool)>,
    /// Creations whose outcome is not known, by name.
    uncertain: Vec<Doubt>,
}

/// A creation that may have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Doubt {
    pub resource: Resource,
    pub name: String,
    /// The id in a successful answer, which no read has confirmed.
    pub id: Option<String>,
    /// True when the target said that it was created.
    pub answered: bool,
}

/// One resource of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub resource: Resource,
    pub id: String,
    pub name: String,
}

/// A resource that could not be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// User or group.
    pub resource: Resource,
    /// Its id, if known.
    pub id: Option<String>,
    /// Its name, which carries the marker.
    pub name: String,
    /// What became of it, and why it could not be removed.
    pub state: String,
}

impl Ledger {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        // A panic elsewhere must not keep us from cleaning up.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a resource whose creation was confirmed; false for an id that can't be used.
    pub(super) fn enter(&self, resource: Resource, id: &str, name: &str) -> bool {
        let mut pages = self.pages();
        // These can't stand as one segment of a path; nothing can be done to them safely.
        if id.is_empty() || id == "." || id == ".." {
            return false;
        }
        if !pages.entries.iter().any(|entry| entry.resource == resource && entry.id == id) {
            pages.entries.push(Entry { resource, id: id.to_owned(), name: name.to_owned() });
        }
        true
    }

    /// Notes a creation that may have happened.
    pub(super) fn doubt(&self, doubt: Doubt) {
        self.pages().uncertain.push(doubt);
    }

    /// True when the resource is ours.
    pub(super) fn holds(&self, resource: Resource, id: &str) -> bool {
        self.pages().entries.iter().any(|entry| entry.resource == resource && entry.id == id)
    }

    /// Notes that a resource of ours has another name now.
    pub(super) fn rename(&self, resource: Resource, id: &str, name: &str) {
        let mut pages = self.pages();
        let entry = pages.entries.iter_mut().find(|entry| entry.resource == resource && entry.id == id);
        if let Some(entry) = entry {
            entry.name = name.to_owned();
        }
    }

    /// Strikes a resource that is gone.
    pub(super) fn strike(&self, resource: Resource, id: &str) {
        let mut pages = self.pages();
        let before = pages.entries.len();
        pages.entries.retain(|entry| entry.resource != resource || entry.id != id);
        if pages.entries.len() < before {
            pages.gone.push((resource, id.to_owned(), false));
        }
    }

    /// Notes that a read found nothing under an id, or still what was ours.
    pub(super) fn seen_gone(&self, resource: Resource, id: &str) {
        let mut pages = self.pages();
        pages.gone.iter_mut().filter(|(have, own, _)| *have == resource && own == id).for_each(|gone| gone.2 = true);
    }

    /// True when an id was ours, and nobody has it since.
    pub(super) fn is_gone(&self, resource: Resource, id: &str) -> bool {
        self.pages().gone.iter().any(|(have, own, seen)| *have == resource && own == id && *seen)
    }

    /// Takes everything out, for cleaning up: groups first, then people, newest first.
    pub(super) fn take(&self) -> (Vec<Entry>, Vec<Doubt>) {
        let mut pages = self.pages();
        let mut entries = std::mem::take(&mut pages.entries);
        entries.reverse();
        entries.sort_by_key(|entry| entry.resource != Resource::Group);
        (entries, std::mem::take(&mut pages.uncertain))
    }

    /// What is in it, without taking it out.
    pub(super) fn entries(&self) -> Vec<Entry> {
        self.pages().entries.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_entered_is_held() {
        let ledger = Ledger::default();
        ledger.enter(Resource::User, "1", "ada");
        ledger.enter(Resource::Group, "2", "crew");
        ledger.enter(Resource::User, "..", "dots");
        assert!(ledger.holds(Resource::User, "1"));
        assert!(!ledger.holds(Resource::Group, "1"));
        assert!(!ledger.holds(Resource::User, ".."));
        let (entries, _) = ledger.take();
        assert_eq!(entries[0].resource, Resource::Group);
        assert!(!ledger.holds(Resource::User, "1"));
    }
}
