//! How the bodies of two answers differ, by attribute path.

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::{Map, Value, json};

use super::{Volatile, read::Exchange};
use crate::judge::type_name;

/// What happened to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Change {
    Appeared,
    Gone,
    Type,
    Value,
}

/// One difference of two bodies.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Difference {
    /// The path of the attribute; empty for the body itself.
    pub path: String,
    pub change: Change,
    /// What was there; `None` where nothing was.
    pub before: Option<Value>,
    /// What is there.
    pub after: Option<Value>,
}

/// What a list says of its size: it depends on who else is there.
const COUNTERS: [&str; 3] = ["totalResults", "itemsPerPage", "startIndex"];
/// Endpoints that describe the server: every value there is its own, and stays the same.
const DISCOVERY: [&str; 3] = ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"];
/// What stands for people and groups of others in a list.
const OTHERS: &str = "[others]";

/// A body of which only what stays the same from run to run is left.
struct Steady {
    body: Value,
    /// True where the size of a list says nothing.
    uncounted: bool,
}

/// An exchange of one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'a> {
    pub exchange: &'a Exchange,
    pub volatile: &'a Volatile,
    /// The text in lower case by which the people and groups of this scenario are known; empty where it has none.
    pub unique: &'a str,
}

/// Compares the bodies of the answers to one request. Of a resource, values that neither run has sent are the server's own: of them
/// only presence and type count.
pub(super) fn compare(before: Side<'_>, after: Side<'_>, sent: &HashSet<String>) -> Vec<Difference> {
    let (Some(old), Some(new)) = (&before.exchange.response.body, &after.exchange.response.body) else {
        return Vec::new();
    };
    let request = &after.exchange.request;
    let (_, query) = after.volatile.target(&request.target);
    let asked = format!("{query} {}", after.volatile.text(&request.body.to_string()));
    let discovery = DISCOVERY.iter().any(|endpoint| request.target.starts_with(endpoint));
    // Who else is on a page of everybody depends on who else is there.
    let about_ours = discovery || asked.contains("[run]") || asked.contains("[id]");
    let view = View { about_ours, discovery };
    let (old, new) = (view.steady(old, before), view.steady(new, after));
    let mut out = Vec::new();
    let mut walk = Walk {
        view,
        sent,
        uncounted: old.uncounted || new.uncounted,
        open: old.uncounted && new.uncounted,
        in_list: false,
        path: Vec::new(),
        // Messages and what a server says of itself are fixed by the protocol, or by its makers.
        own: !discovery && !is_message(&old.body) && !is_message(&new.body),
        out: &mut out,
    };
    walk.values(&old.body, &new.body);
    out
}

fn is_message(body: &Value) -> bool {
    let urns = body.get("schemas").and_then(Value::as_array);
    urns.is_some_and(|urns| urns.iter().filter_map(Value::as_str).any(|urn| urn.contains(":api:messages:")))
}

#[derive(Clone, Copy)]
struct View {
    /// The request asks for somebody of this run.
    about_ours: bool,
    discovery: bool,
}

impl View {
    fn steady(self, body: &Value, side: Side<'_>) -> Steady {
        let mut steady = self.value("", "", body, side.volatile);
        let found = body.get("Resources").filter(|_| !self.discovery).and_then(Value::as_array);
        let (Some(found), Some(list)) = (found, steady.get_mut("Resources").and_then(Value::as_array_mut)) else {
            return Steady { body: steady, uncounted: false };
        };
        // People of other scenarios of the run are others, too.
        let is_ours =
            |entry: &Value| !side.unique.is_empty() && entry.to_string().to_ascii_lowercase().contains(side.unique);
        let mut of_ours = found.iter().map(is_ours);
        list.retain(|_| of_ours.next().unwrap_or(false));
        let (all, ours) = (found.len(), list.len());
        if ours < all && self.about_ours {
            list.push(json!(OTHERS));
        }
        let total = steady.get("totalResults").and_then(Value::as_u64);
        let more = total.is_some_and(|total| usize::try_from(total).is_ok_and(|total| total > ours));
        Steady { body: steady, uncounted: ours < all || more || !self.about_ours }
    }

    fn value(self, parent: &str, name: &str, value: &Value, volatile: &Volatile) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(parent, name, text, volatile)),
            // Ids and dates that are numbers keep their type.
            Value::Number(_) if name == "id" || date(name) => json!(0),
            Value::Array(items) => items.iter().map(|item| self.value(parent, name, item, volatile)).collect(),
            // Reports tell of somebody who is not of this run only what attributes they have.
            Value::Object(members) if !self.discovery && members.contains_key("[not ours]") => json!(OTHERS),
            Value::Object(members) => {
                let steady = |(key, value): (&String, &Value)| (key.clone(), self.value(name, key, value, volatile));
                Value::Object(members.iter().map(steady).collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }

    fn text(self, parent: &str, name: &str, text: &str, volatile: &Volatile) -> String {
        let reference = name == "value" && matches!(parent, "members" | "groups" | "manager");
        match name {
            "id" if !self.discovery && !text.starts_with("urn:") => "[id]".to_owned(),
            "version" if parent == "meta" => "[version]".to_owned(),
            _ if reference && volatile.is_id(text) => "[id]".to_owned(),
            // A date that can't be read differs all the same in every run.
            _ if date(name) && volatile.text(text) != "[date]" => "[text]".to_owned(),
            "detail" | "message" => volatile.prose(text),
            _ => volatile.text(text),
        }
    }
}

fn date(name: &str) -> bool {
    matches!(name, "created" | "lastModified")
}

/// `null`, `[]` and absence are the same to SCIM.
fn nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

struct Walk<'a> {
    view: View,
    sent: &'a HashSet<String>,
    /// True where the size of a list says nothing.
    uncounted: bool,
    /// True where ours are in both lists among others: who of them is on a page depends on who else is there.
    open: bool,
    /// True below the resources of a list.
    in_list: bool,
    path: Vec<String>,
    /// True in a resource, where a server has values of its own.
    own: bool,
    out: &'a mut Vec<Difference>,
}

impl Walk<'_> {
    fn note(&mut self, change: Change, before: Option<&Value>, after: Option<&Value>) {
        let path = if self.is_list() { "Resources".to_owned() } else { self.path.join(".") };
        self.out.push(Difference { path, change, before: before.cloned(), after: after.cloned() });
    }

    /// True for the resources of a list as a whole.
    fn is_list(&self) -> bool {
        self.in_list && self.path.is_empty()
    }

    fn under(&mut self, name: &str, walk: impl FnOnce(&mut Self)) {
        // A list's resources are compared as if they stood alone: the same attribute is the same path.
        let (own, in_list, depth) = (self.own, self.in_list, self.path.len());
        if name == "Resources" && self.path.is_empty() {
            self.own = !self.view.discovery;
            self.in_list = true;
        } else {
            self.path.push(name.to_owned());
        }
        walk(self);
        self.path.truncate(depth);
        (self.own, self.in_list) = (own, in_list);
    }

    fn values(&mut self, before: &Value, after: &Value) {
        match (before, after) {
            _ if nothing(before) && nothing(after) => {}
            (Value::Object(old), Value::Object(new)) => self.objects(old, new),
            (Value::Array(old), Value::Array(new)) => self.arrays(old, new),
            _ if type_name(before) != type_name(after) => self.note(Change::Type, Some(before), Some(after)),
            _ if before != after && self.counts(before, after) => self.note(Change::Value, Some(before), Some(after)),
            _ => {}
        }
    }

    fn objects(&mut self, old: &Map<String, Value>, new: &Map<String, Value>) {
        for (name, before) in old {
            self.under(name, |walk| match new.get(name).unwrap_or(&Value::Null) {
                after if nothing(before) && nothing(after) => {}
                // Of a list that is empty its entries are told.
                after if before.is_array() && after.is_array() && walk.is_list() => walk.values(before, after),
                after if nothing(after) => walk.note(Change::Gone, Some(before), None),
                after if nothing(before) => walk.note(Change::Appeared, None, Some(after)),
                after => walk.values(before, after),
            });
        }
        let fresh = new.iter().filter(|(name, after)| !old.contains_key(*name) && !nothing(after));
        for (name, after) in fresh {
            self.under(name, |walk| walk.note(Change::Appeared, None, Some(after)));
        }
    }

    /// Order is no difference. Entries that are not the same are held against those of the same name, value or type.
    fn arrays(&mut self, old: &[Value], new: &[Value]) {
        let mut same: HashMap<String, usize> = HashMap::new();
        new.iter().for_each(|entry| *same.entry(entry.to_string()).or_default() += 1);
        let lost: Vec<&Value> = old.iter().filter(|entry| !take(&mut same, entry)).collect();
        // What is left of the counts is what the other side has too much.
        let mut fresh: Vec<&Value> = new.iter().rev().filter(|entry| take(&mut same, entry)).collect();
        fresh.reverse();
        let (lost, fresh) = self.pair(lost, fresh, identity);
        let (lost, fresh) = self.pair(lost, fresh, kin);
        if !(self.open && self.is_list()) {
            lost.into_iter().for_each(|before| self.note(Change::Gone, Some(before), None));
            fresh.into_iter().for_each(|after| self.note(Change::Appeared, None, Some(after)));
        }
    }

    /// Compares entries that have the same key, and answers the others.
    fn pair<'v>(
        &mut self,
        old: Vec<&'v Value>,
        new: Vec<&'v Value>,
        key: impl Fn(&Value) -> Option<String>,
    ) -> (Vec<&'v Value>, Vec<&'v Value>) {
        let mut waiting: HashMap<String, VecDeque<usize>> = HashMap::new();
        for (at, entry) in new.iter().enumerate() {
            if let Some(key) = key(entry) {
                waiting.entry(key).or_default().push_back(at);
            }
        }
        let mut paired: HashSet<usize> = HashSet::new();
        let mut lost = Vec::new();
        for before in old {
            let found = key(before).and_then(|key| waiting.get_mut(&key)?.pop_front());
            match found.and_then(|at| Some((at, new.get(at)?))) {
                Some((at, after)) => {
                    paired.insert(at);
                    self.entry(before, after);
                }
                None => lost.push(before),
            }
        }
        let fresh = new.into_iter().enumerate().filter(|(at, _)| !paired.contains(at)).map(|(_, entry)| entry);
        (lost, fresh.collect())
    }

    fn entry(&mut self, before: &Value, after: &Value) {
        let Some(name) = label(before).or_else(|| label(after)) else {
            return self.values(before, after);
        };
        let Some(last) = self.path.pop() else {
            return self.values(before, after);
        };
        self.path.push(format!("{last}[{name}]"));
        self.values(before, after);
        self.path.pop();
        self.path.push(last);
    }

    /// True where a value that differs is a difference.
    fn counts(&self, before: &Value, after: &Value) -> bool {
        let last = self.path.last().map_or("", String::as_str);
        if self.path.len() == 1 && COUNTERS.contains(&last) && self.uncounted {
            return false;
        }
        let fixed = matches!(last, "schemas" | "resourceType");
        !self.own
            || fixed
            || before.is_boolean()
            || [before, after].iter().any(|value| self.sent.contains(&value.to_string()))
    }
}

/// Takes one of the entries that are the same as this one, if there is any left.
fn take(counts: &mut HashMap<String, usize>, entry: &Value) -> bool {
    let left = counts.get_mut(&entry.to_string()).filter(|count| **count > 0);
    left.map(|count| *count -= 1).is_some()
}

/// What makes two entries of an array the same one.
fn identity(entry: &Value) -> Option<String> {
    let names = ["name", "userName", "displayName", "id", "value"];
    let found = names.into_iter().find_map(|name| Some((name, entry.get(name)?.as_str()?)));
    found.map(|(name, value)| format!("{name} {value}"))
}

/// What makes one entry stand in place of another: a person has one address of a type. People do not stand for each other.
fn kin(entry: &Value) -> Option<String> {
    if !entry.is_object() {
        return (entry != OTHERS).then(String::new);
    }
    let named = ["userName", "displayName", "name", "id"].iter().any(|name| entry.get(name).is_some());
    (!named).then(|| entry.get("type").map(Value::to_string).unwrap_or_default())
}

/// What an entry is called in a path: attributes and schemas by their name, values by their type.
fn label(entry: &Value) -> Option<&str> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    text("name").or_else(|| text("id")).or_else(|| text("type")).filter(|name| !name.starts_with('['))
}

/// The texts and numbers that a run sent, as they are compared.
pub(super) fn sent(exchange: &Exchange, volatile: &Volatile, out: &mut HashSet<String>) {
    fn collect(value: &Value, volatile: &Volatile, out: &mut HashSet<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, volatile, out)),
            Value::Object(members) => members.values().for_each(|value| collect(value, volatile, out)),
            Value::String(text) => {
                out.insert(json!(volatile.text(text)).to_string());
            }
            other => {
                out.insert(other.to_string());
            }
        }
    }
    collect(&exchange.request.body, volatile, out);
}

#[cfg(test)]
mod tests;
