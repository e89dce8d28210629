//! What the server keeps: resources in order of creation, found by id, by name and by `externalId`.

mod entry;
mod journal;
mod table;

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::call::Kind;

pub use entry::Entry;
pub(super) use journal::{Journal, Written};
use table::{Index, Table};

/// Where faults change the store itself.
#[derive(Debug, Default)]
pub struct Rules {
    /// Two users may have one userName.
    pub(super) duplicates: bool,
    /// Ids are digits.
    pub(super) numeric_ids: bool,
    /// userNames in other letter case are other names.
    pub(super) case_counts: bool,
    /// Nobody needs a name.
    pub(super) nameless: bool,
    /// What is deleted leaves its id to the next one.
    pub(super) reuses_ids: bool,
    /// What every id begins with.
    pub(super) id_prefix: &'static str,
}

/// Users, groups, roles and entitlements.
#[derive(Debug, Default)]
pub struct Store {
    tables: [Table; Kind::ALL.len()],
    /// The groups that list a member, by number.
    memberships: Index,
    next: u64,
    pub(super) rules: Rules,
    /// What was stored before the last change, by id, for faults that show it late.
    pub(super) earlier: HashMap<String, Earlier>,
    /// What other faults remember, each under names of its own.
    pub(super) memory: HashMap<String, Value>,
    /// How many writes there were, for a fault that limits them.
    pub(super) writes: usize,
    /// Ids of what was deleted, for a fault that gives them away again.
    pub(super) freed: Vec<String>,
    /// What clients wrote into meta, by id, for a fault that keeps it.
    pub(super) client_meta: HashMap<String, Map<String, Value>>,
    /// Queries so far, for a fault.
    pub(super) queries: usize,
    /// Clear-text passwords, for a fault that returns them.
    pub(super) leaked: HashMap<String, String>,
    /// What has changed since the journal was last taken, by number; `None` where nobody wants to know.
    touched: Option<BTreeMap<u64, Kind>>,
}

/// A resource as it was before its last change, and for how many looks that is shown.
#[derive(Debug)]
pub(super) struct Earlier {
    pub(super) looks: usize,
    /// `None` where it was not there.
    pub(super) resource: Option<Value>,
}

impl Store {
    fn table(&self, kind: Kind) -> &Table {
        &self.tables[kind as usize]
    }

    fn table_mut(&mut self, kind: Kind) -> &mut Table {
        &mut self.tables[kind as usize]
    }

    pub(super) fn get(&self, kind: Kind, id: &str) -> Option<&Entry> {
        self.table(kind).get(id)
    }

    /// How many resources of a kind there are.
    pub(super) fn count(&self, kind: Kind) -> usize {
        self.table(kind).len()
    }

    /// All ids, oldest first.
    pub(super) fn ids(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.table(kind).ids()
    }

    /// The ids of those with that name in any letter case, oldest first.
    pub(super) fn named(&self, kind: Kind, name: &str) -> Vec<&str> {
        self.table(kind).named(name).collect()
    }

    /// The ids of those with that `externalId`, oldest first.
    pub(super) fn external(&self, kind: Kind, external_id: &str) -> Vec<&str> {
        self.table(kind).external(external_id).collect()
    }

    /// The ids of the groups that list this member, oldest first.
    pub(super) fn groups_of(&self, member: &str) -> impl Iterator<Item = &str> {
        let groups = self.table(Kind::Group);
        self.memberships.get(member).iter().filter_map(|number| groups.id_of(*number))
    }

    /// An id that no resource has had.
    pub(super) fn new_id(&mut self) -> String {
        if let Some(id) = self.freed.pop().filter(|_| self.rules.reuses_ids) {
            return id;
        }
        if self.rules.numeric_ids {
            self.next += 1;
            (1000 + self.next).to_string()
        } else {
            format!("{}{}", self.rules.id_prefix, uuid::Uuid::new_v4())
        }
    }

    pub(super) fn insert(&mut self, kind: Kind, id: &str, mut entry: Entry, resource: &Value) {
        entry.number = self.next;
        self.next += 1;
        self.put(kind, id, entry, resource);
    }

    /// Changes a resource. What is the same afterwards keeps its time of change.
    pub(super) fn update(&mut self, kind: Kind, id: &str, resource: &Value, new_password: Option<Box<str>>) {
        let Some(entry) = self.get(kind, id) else {
            return;
        };
        let (number, old) = (entry.number, entry.resource());
        if old == *resource && new_password.is_none() {
            return;
        }
        self.touch(kind, number);
        if kind == Kind::Group {
            self.move_members(number, &old, resource);
        }
        if let Some(entry) = self.table_mut(kind).reindexed(kind, id, &old, resource) {
            entry.modified = later_than(entry.modified);
            entry.rewrite(resource);
            entry.password = new_password.or(entry.password.take());
        }
    }

    /// Notes who has left a group and who has come.
    fn move_members(&mut self, group: u64, old: &Value, new: &Value) {
        let (before, after): (HashSet<&str>, HashSet<&str>) = (members(old).collect(), members(new).collect());
        before.difference(&after).for_each(|member| self.memberships.remove(member, group));
        after.difference(&before).for_each(|member| self.memberships.add(member, group));
    }

    /// Deletes a resource, and takes it out of the groups that list it.
    pub(super) fn delete(&mut self, kind: Kind, id: &str) -> bool {
        if self.take(kind, id).is_none() {
            return false;
        }
        if self.rules.reuses_ids {
            self.freed.push(id.to_owned());
        }
        self.rewrite_members(id, None);
        true
    }

    /// Gives a resource another id. No honest server does this.
    pub(super) fn rename(&mut self, kind: Kind, id: &str, new_id: &str) {
        let Some((mut entry, mut resource)) = self.take(kind, id) else {
            return;
        };
        resource["id"] = new_id.into();
        entry.rewrite(&resource);
        self.put(kind, new_id, entry, &resource);
        self.rewrite_members(id, Some(new_id));
    }

    fn rewrite_members(&mut self, member: &str, new_id: Option<&str>) {
        let groups: Vec<String> = self.groups_of(member).map(str::to_owned).collect();
        for group in groups {
            let Some(entry) = self.get(Kind::Group, &group) else {
                continue;
            };
            let mut resource = entry.resource();
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
            self.update(Kind::Group, &group, &resource, None);
        }
    }

    fn put(&mut self, kind: Kind, id: &str, entry: Entry, resource: &Value) {
        self.touch(kind, entry.number);
        if kind == Kind::Group {
            for member in members(resource) {
                self.memberships.add(member, entry.number);
            }
        }
        self.table_mut(kind).put(kind, id, entry, resource);
    }

    fn take(&mut self, kind: Kind, id: &str) -> Option<(Entry, Value)> {
        let (entry, resource) = self.table_mut(kind).take(kind, id)?;
        self.touch(kind, entry.number);
        if kind == Kind::Group {
            for member in members(&resource) {
                self.memberships.remove(member, entry.number);
            }
        }
        Some((entry, resource))
    }

    /// All users and groups as they are stored, sorted by id.
    pub(super) fn dump(&self) -> Value {
        let all = |kind: Kind| -> Vec<Value> {
            let sorted: BTreeMap<_, _> =
                self.ids(kind).filter_map(|id| self.get(kind, id).map(|entry| (id, entry))).collect();
            let stored = sorted.into_values().map(|entry| {
                let mut out = entry.resource();
                out["meta"] = json!({
                    "created": entry.created.to_string(),
                    "lastModified": entry.modified.to_string(),
                });
                if entry.password.is_some() {
                    out["password"] = "(set)".into();
                }
                out
            });
            stored.collect()
        };
        json!({"users": all(Kind::User), "groups": all(Kind::Group)})
    }
}

/// The ids that a group lists.
pub(super) fn members(group: &Value) -> impl Iterator<Item = &str> {
    let members = group.get("members").and_then(Value::as_array);
    members.into_iter().flatten().filter_map(|m| m["value"].as_str())
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
