//! What the server keeps: users and groups in order of creation, found by id and by name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::call::Kind;

/// A stored resource.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The attributes, with `id`, without `meta`, `groups` and `password`.
    pub(super) resource: Value,
    pub(super) created: Timestamp,
    pub(super) modified: Timestamp,
    /// Made by a client, not there from the beginning.
    pub(super) by_client: bool,
    /// A password was set. The password itself is never kept.
    pub(super) has_password: bool,
}

/// Where faults change the store itself.
#[derive(Debug, Default)]
pub struct Rules {
    /// Two users may have one userName.
    pub(super) duplicates: bool,
    /// Ids are digits.
    pub(super) numeric_ids: bool,
}

#[derive(Debug, Default)]
struct Table {
    /// Ids in order of creation.
    order: BTreeMap<u64, String>,
    entries: HashMap<String, (u64, Entry)>,
    /// Numbers of the entries with a name, the name in lower case.
    names: HashMap<String, BTreeSet<u64>>,
}

/// Users and groups.
#[derive(Debug, Default)]
pub struct Store {
    users: Table,
    groups: Table,
    /// The groups that list a member, by number.
    memberships: HashMap<String, BTreeSet<u64>>,
    next: u64,
    pub(super) rules: Rules,
    /// Clear-text passwords, for a fault that returns them.
    pub(super) leaked: HashMap<String, String>,
}

impl Store {
    fn table(&self, kind: Kind) -> &Table {
        match kind {
            Kind::User => &self.users,
            Kind::Group => &self.groups,
        }
    }

    fn table_mut(&mut self, kind: Kind) -> &mut Table {
        match kind {
            Kind::User => &mut self.users,
            Kind::Group => &mut self.groups,
        }
    }

    pub(super) fn get(&self, kind: Kind, id: &str) -> Option<&Entry> {
        self.table(kind).entries.get(id).map(|(_, entry)| entry)
    }

    /// All ids, oldest first.
    pub(super) fn ids(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.table(kind).order.values().map(String::as_str)
    }

    /// The ids of those with that name in any letter case, oldest first.
    pub(super) fn named(&self, kind: Kind, name: &str) -> Vec<&str> {
        let table = self.table(kind);
        let numbers = table.names.get(&name.to_lowercase());
        numbers.into_iter().flatten().filter_map(|n| table.order.get(n)).map(String::as_str).collect()
    }

    /// The ids of the groups that list this member, oldest first.
    pub(super) fn groups_of(&self, member: &str) -> impl Iterator<Item = &str> {
        let numbers = self.memberships.get(member);
        numbers.into_iter().flatten().filter_map(|n| self.groups.order.get(n)).map(String::as_str)
    }

    /// An id that no resource has had.
    pub(super) fn new_id(&mut self) -> String {
        if self.rules.numeric_ids {
            self.next += 1;
            (1000 + self.next).to_string()
        } else {
            uuid::Uuid::new_v4().to_string()
        }
    }

    pub(super) fn insert(&mut self, kind: Kind, id: &str, entry: Entry) {
        let number = self.next;
        self.next += 1;
        self.put(kind, id, number, entry);
    }

    /// Changes a resource. What is the same afterwards keeps its time of change.
    pub(super) fn update(&mut self, kind: Kind, id: &str, resource: Value, new_password: bool) {
        let Some((number, mut entry)) = self.take(kind, id) else {
            return;
        };
        if entry.resource != resource || new_password {
            entry.modified = later_than(entry.modified);
        }
        entry.resource = resource;
        entry.has_password |= new_password;
        self.put(kind, id, number, entry);
    }

    /// Deletes a resource, and takes it out of the groups that list it.
    pub(super) fn delete(&mut self, kind: Kind, id: &str) -> bool {
        if self.take(kind, id).is_none() {
            return false;
        }
        self.rewrite_members(id, None);
        true
    }

    /// Gives a resource another id. No honest server does this.
    pub(super) fn rename(&mut self, kind: Kind, id: &str, new_id: &str) {
        let Some((number, mut entry)) = self.take(kind, id) else {
            return;
        };
        entry.resource["id"] = new_id.into();
        self.put(kind, new_id, number, entry);
        self.rewrite_members(id, Some(new_id));
    }

    fn rewrite_members(&mut self, member: &str, new_id: Option<&str>) {
        let groups: Vec<String> = self.groups_of(member).map(str::to_owned).collect();
        for group in groups {
            let Some(entry) = self.get(Kind::Group, &group) else {
                continue;
            };
            let mut resource = entry.resource.clone();
            if let Some(Value::Array(members)) = resource.get_mut("members") {
                match new_id {
                    None => members.retain(|m| m["value"] != member),
                    Some(new_id) => {
                        members.iter_mut().filter(|m| m["value"] == member).for_each(|m| m["value"] = new_id.into())
                    }
                }
                if members.is_empty()
                    && let Some(object) = resource.as_object_mut()
                {
                    object.shift_remove("members");
                }
            }
            self.update(Kind::Group, &group, resource, false);
        }
    }

    fn put(&mut self, kind: Kind, id: &str, number: u64, entry: Entry) {
        if kind == Kind::Group {
            for member in members(&entry.resource) {
                let groups = self.memberships.entry(member.to_owned()).or_default();
                groups.insert(number);
            }
        }
        let name = lower_name(kind, &entry.resource);
        let table = self.table_mut(kind);
        table.order.insert(number, id.to_owned());
        table.names.entry(name).or_default().insert(number);
        table.entries.insert(id.to_owned(), (number, entry));
    }

    fn take(&mut self, kind: Kind, id: &str) -> Option<(u64, Entry)> {
        let table = self.table_mut(kind);
        let (number, entry) = table.entries.remove(id)?;
        table.order.remove(&number);
        let name = lower_name(kind, &entry.resource);
        if let Some(numbers) = table.names.get_mut(&name) {
            numbers.remove(&number);
            if numbers.is_empty() {
                table.names.remove(&name);
            }
        }
        if kind == Kind::Group {
            for member in members(&entry.resource) {
                if let Some(groups) = self.memberships.get_mut(member) {
                    groups.remove(&number);
                }
            }
        }
        Some((number, entry))
    }

    /// Everything that is stored, sorted by id.
    pub(super) fn dump(&self) -> Value {
        let all = |table: &Table| -> Vec<Value> {
            let sorted: BTreeMap<_, _> = table.entries.iter().collect();
            let stored = sorted.into_values().map(|(_, entry)| {
                let mut out = entry.resource.clone();
                out["meta"] = json!({
                    "created": entry.created.to_string(),
                    "lastModified": entry.modified.to_string(),
                });
                if entry.has_password {
                    out["password"] = "(set)".into();
                }
                out
            });
            stored.collect()
        };
        json!({"users": all(&self.users), "groups": all(&self.groups)})
    }
}

/// The ids that a group lists.
pub(super) fn members(group: &Value) -> impl Iterator<Item = &str> {
    let members = group.get("members").and_then(Value::as_array);
    members.into_iter().flatten().filter_map(|m| m["value"].as_str())
}

fn lower_name(kind: Kind, resource: &Value) -> String {
    let name = resource.get(kind.name_attribute()).and_then(Value::as_str);
    name.unwrap_or_default().to_lowercase()
}

/// The current moment, to the millisecond.
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

/// The current moment, or just after `before` if the clock has not moved since.
fn later_than(before: Timestamp) -> Timestamp {
    let next = Timestamp::from_millisecond(before.as_millisecond() + 1);
    now().max(next.unwrap_or(before))
}
