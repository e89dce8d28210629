//! What has changed in the store, for a file that follows it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Entry, Store};
use crate::server::call::Kind;

/// What has become of one resource.
#[derive(Debug)]
pub(in crate::server) enum Written {
    /// It is there, new or changed.
    Put {
        /// Its type.
        kind: Kind,
        /// Its id.
        id: Box<str>,
        /// What is now kept of it.
        entry: Entry,
    },
    /// It is not there any more.
    Gone {
        /// The place it had in the order of creation.
        number: u64,
    },
}

/// The changes of one request.
#[derive(Debug)]
pub(in crate::server) struct Journal {
    /// The number that the next resource gets.
    pub(in crate::server) next: u64,
    /// Each resource once, as it is in the end.
    pub(in crate::server) written: Vec<Written>,
}

impl Store {
    /// Puts back a resource that was stored before, with its number and its times.
    pub(in crate::server) fn restore(&mut self, kind: Kind, id: &str, entry: Entry, resource: &Value) {
        self.next = self.next.max(entry.number + 1);
        self.put(kind, id, entry, resource);
    }

    /// Goes on counting from there.
    pub(in crate::server) fn count_from(&mut self, next: u64) {
        self.next = self.next.max(next);
    }

    /// From here on changes are noted, to be taken with [`Store::take_journal`].
    pub(in crate::server) fn keep_journal(&mut self) {
        self.touched = Some(BTreeMap::new());
    }

    /// The changes since the last time. Nothing where no journal is kept.
    pub(in crate::server) fn take_journal(&mut self) -> Journal {
        let touched = self.touched.as_mut().map(std::mem::take).unwrap_or_default();
        let written = touched.into_iter().map(|(number, kind)| self.written(kind, number)).collect();
        Journal { next: self.next, written }
    }

    /// Everything that is there.
    pub(in crate::server) fn whole_journal(&self) -> impl Iterator<Item = Written> {
        Kind::ALL
            .into_iter()
            .flat_map(move |kind| self.table(kind).numbers().map(move |number| self.written(kind, number)))
    }

    /// The number that the next resource gets.
    pub(in crate::server) fn next_number(&self) -> u64 {
        self.next
    }

    pub(super) fn touch(&mut self, kind: Kind, number: u64) {
        if let Some(touched) = &mut self.touched {
            touched.insert(number, kind);
        }
    }

    fn written(&self, kind: Kind, number: u64) -> Written {
        let table = self.table(kind);
        match table.id_of(number).and_then(|id| Some((id, table.get(id)?))) {
            Some((id, entry)) => Written::Put { kind, id: id.into(), entry: entry.clone() },
            None => Written::Gone { number },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::server::store::now;

    fn add(store: &mut Store, kind: Kind, id: &str, members: &[&str]) {
        let members: Vec<Value> = members.iter().map(|member| json!({"value": member})).collect();
        let resource = json!({"id": id, "members": members});
        store.insert(kind, id, Entry::new(&resource, now()), &resource);
    }

    fn told(journal: &Journal) -> Vec<String> {
        let told = |written: &Written| match written {
            Written::Put { id, entry, .. } => format!("{} {id}", entry.number),
            Written::Gone { number } => format!("{number} gone"),
        };
        journal.written.iter().map(told).collect()
    }

    #[test]
    fn each_resource_is_noted_once_as_it_is_in_the_end() {
        let mut store = Store::default();
        add(&mut store, Kind::User, "before", &[]);
        assert!(store.take_journal().written.is_empty(), "no journal is kept yet");
        store.keep_journal();
        add(&mut store, Kind::User, "ada", &[]);
        add(&mut store, Kind::Group, "team", &["ada", "before"]);
        store.rename(Kind::User, "ada", "lovelace");
        let journal = store.take_journal();
        assert_eq!((told(&journal), journal.next), (vec!["1 lovelace".to_owned(), "2 team".to_owned()], 3));
        let Some(Written::Put { entry, .. }) = journal.written.last() else { panic!("the group was put") };
        assert_eq!(entry.resource()["members"][0]["value"], "lovelace");

        store.delete(Kind::User, "lovelace");
        assert_eq!(told(&store.take_journal()), ["1 gone", "2 team"]);
        assert!(store.take_journal().written.is_empty(), "what was taken is not told again");
    }
}
