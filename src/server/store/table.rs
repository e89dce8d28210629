//! Resources of one kind, in order of creation, found by id, by name and by `externalId`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::Value;

use super::Entry;
use crate::server::call::Kind;

/// Which resources have a value, by number, oldest first.
#[derive(Debug, Default)]
pub(super) struct Index(HashMap<Box<str>, Vec<u64>>);

impl Index {
    pub(super) fn add(&mut self, key: &str, number: u64) {
        let numbers = match self.0.get_mut(key) {
            Some(numbers) => numbers,
            None => self.0.entry(key.into()).or_default(),
        };
        if let Err(place) = numbers.binary_search(&number) {
            // Most values belong to one resource only.
            numbers.reserve_exact(1);
            numbers.insert(place, number);
        }
    }

    pub(super) fn remove(&mut self, key: &str, number: u64) {
        let Some(numbers) = self.0.get_mut(key) else { return };
        if let Ok(place) = numbers.binary_search(&number) {
            numbers.remove(place);
        }
        if numbers.is_empty() {
            self.0.remove(key);
        }
    }

    pub(super) fn get(&self, key: &str) -> &[u64] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }
}

/// Resources of one kind.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Ids in order of creation.
    order: BTreeMap<u64, Arc<str>>,
    entries: HashMap<Arc<str>, Entry>,
    /// By name, in lower case.
    names: Index,
    /// By `externalId`.
    external: Index,
}

impl Table {
    pub(super) fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.get(id)
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// All ids, oldest first.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.order.values().map(|id| &**id)
    }

    /// All numbers, oldest first.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u64> {
        self.order.keys().copied()
    }

    pub(super) fn id_of(&self, number: u64) -> Option<&str> {
        self.order.get(&number).map(|id| &**id)
    }

    /// The ids of those with that name in any letter case, oldest first.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &str> {
        self.names.get(&name.to_lowercase()).iter().filter_map(|number| self.id_of(*number))
    }

    /// The ids of those with that `externalId`, oldest first.
    pub(super) fn external(&self, external_id: &str) -> impl Iterator<Item = &str> {
        self.external.get(external_id).iter().filter_map(|number| self.id_of(*number))
    }

    /// Puts in what has a number and is not there.
    pub(super) fn put(&mut self, kind: Kind, id: &str, entry: Entry, resource: &Value) {
        let id: Arc<str> = id.into();
        self.order.insert(entry.number, Arc::clone(&id));
        self.names.add(&lower_name(kind, resource), entry.number);
        if let Some(external) = external_id(resource) {
            self.external.add(external, entry.number);
        }
        self.entries.insert(id, entry);
    }

    /// The entry of a resource that is about to get other attributes, found by them from now on.
    pub(super) fn reindexed(&mut self, kind: Kind, id: &str, old: &Value, new: &Value) -> Option<&mut Entry> {
        let entry = self.entries.get_mut(id)?;
        let (before, after) = (lower_name(kind, old), lower_name(kind, new));
        if before != after {
            self.names.remove(&before, entry.number);
            self.names.add(&after, entry.number);
        }
        let (before, after) = (external_id(old), external_id(new));
        if before != after {
            before.into_iter().for_each(|external| self.external.remove(external, entry.number));
            after.into_iter().for_each(|external| self.external.add(external, entry.number));
        }
        Some(entry)
    }

    /// Takes out an entry, and its attributes as they were.
    pub(super) fn take(&mut self, kind: Kind, id: &str) -> Option<(Entry, Value)> {
        let entry = self.entries.remove(id)?;
        let resource = entry.resource();
        self.order.remove(&entry.number);
        self.names.remove(&lower_name(kind, &resource), entry.number);
        if let Some(external) = external_id(&resource) {
            self.external.remove(external, entry.number);
        }
        Some((entry, resource))
    }
}

fn lower_name(kind: Kind, resource: &Value) -> String {
    let name = resource.get(kind.name_attribute()).and_then(Value::as_str);
    name.unwrap_or_default().to_lowercase()
}

fn external_id(resource: &Value) -> Option<&str> {
    resource.get("externalId").and_then(Value::as_str)
}
