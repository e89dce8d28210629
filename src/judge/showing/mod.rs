//! What an answer shows of resources: which ones, in which order, and which of their attributes.

mod attributes;
mod finds;
mod order;
mod pages;

use serde_json::Value;

use super::{Sighting, oracle::Declared};
use crate::{
    http::{Kind, Request, Resource, Response},
    judge::member,
    scim::AttrPath,
};

pub use pages::{Page, Walk};

/// What is expected of the resources in an answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Showing {
    /// Which of the scenario's people and groups are listed.
    pub finds: Option<Finds>,
    /// In which order.
    pub in_order: Option<InOrder>,
    /// Attributes that the scenario's own resources have.
    pub shows: Vec<AttrPath>,
    /// The attributes that resources have besides those that are always returned; no others.
    pub shows_only: Option<Vec<AttrPath>>,
    /// Attributes that no resource has.
    pub hides: Vec<AttrPath>,
    /// The scenario's own resources are shown as when they are read by id.
    pub as_read: bool,
}

/// Which people and groups a list shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Finds {
    /// These, each once, and of the scenario's own no others.
    Exactly(Vec<String>),
    /// Those of whom the filter of the request holds.
    Matching,
}

/// In which order a list shows them.
#[derive(Debug, Clone, PartialEq)]
pub enum InOrder {
    /// One after the other; those of one entry in any order.
    Names(Vec<Vec<String>>),
    /// As `sortBy` and `sortOrder` of the request ask for it.
    Sorted,
}

/// A person or group of the scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Own {
    /// The scenario's name for it.
    pub key: String,
    /// What it is.
    pub resource: Resource,
    /// Its id at the target, once that is known.
    pub id: Option<String>,
    /// Its userName or displayName.
    pub name: String,
    /// What the scenario knows of it.
    pub sent: Value,
    /// What the target shows of it by id.
    pub shown: Option<Value>,
}

/// What is known of the scenario's resources when an answer is judged.
pub struct Ours<'a> {
    /// All of them.
    pub own: &'a [Own],
    /// What the target declares of attributes.
    pub declared: &'a Declared,
}

impl Showing {
    /// True when nothing is expected.
    pub fn is_empty(&self) -> bool {
        *self == Showing::default()
    }

    /// True when it takes to know how the target shows the scenario's resources by id.
    pub fn reads(&self) -> bool {
        self.as_read || self.finds.is_some()
    }

    /// Everything in which the answer, or the pages of it, is not as expected.
    pub fn judge(&self, request: &Request, pages: &[&Response], ours: &Ours<'_>) -> Vec<Sighting> {
        let shown: Vec<&Value> = pages.iter().flat_map(|page| resources(page)).collect();
        let mut sightings = Vec::new();
        sightings.extend(self.finds.as_ref().and_then(|finds| finds.judge(request, pages, &shown, ours)));
        sightings.extend(self.in_order.as_ref().and_then(|order| order.judge(request, &shown, ours)));
        sightings.extend(attributes::judge(self, &shown, ours));
        sightings
    }
}

impl Ours<'_> {
    /// Which of the scenario's resources this is.
    fn who(&self, resource: &Value) -> Option<&Own> {
        let id = member(resource, "id").map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        let by_id = self.own.iter().find(|own| own.id.is_some() && own.id == id);
        by_id.or_else(|| {
            let named = |own: &&Own| {
                let name = member(resource, own.resource.name_attribute()).and_then(Value::as_str);
                // A person may have the displayName of a group.
                let type_fits = own.resource == Resource::User || member(resource, "userName").is_none();
                type_fits && name.is_some_and(|name| name.eq_ignore_ascii_case(&own.name))
            };
            self.own.iter().find(named)
        })
    }

    /// True where a value of an attribute may be there that is not shown: the scenario sent one, or it is another one's
    /// business to say who is in which group.
    fn hides(own: &Own, path: &AttrPath) -> bool {
        let bare = AttrPath { filter: None, ..path.clone() };
        let sent = crate::scim::value::get(&own.sent, &bare);
        let others = ["members", "groups"].iter().any(|name| bare.attr.eq_ignore_ascii_case(name));
        others || sent.iter().any(|value| !matches!(value, Value::Null))
    }
}

/// The resources of an answer: of a list, or the one that it is.
fn resources(response: &Response) -> Vec<&Value> {
    let Some(value) = response.value() else { return Vec::new() };
    let listed = response.member("Resources").is_some() || response.member("totalResults").is_some();
    match value {
        Value::Array(items) => items.iter().collect(),
        _ if listed => response.resources().iter().filter(|item| item.is_object()).collect(),
        Value::Object(_) => vec![value],
        _ => Vec::new(),
    }
}

/// A parameter of a query, in the URL or in the message of a POST.
fn asked(request: &Request, name: &str) -> Option<String> {
    let parameter = request.query.iter().find(|(have, _)| have.eq_ignore_ascii_case(name));
    parameter.map(|(_, value)| value.clone()).or_else(|| {
        let value = member(request.body_json()?, name)?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    })
}

/// The resource types that a query is about.
fn asked_types(request: &Request) -> Vec<Resource> {
    match Kind::of(request).resource() {
        Some(resource) => vec![resource],
        None if request.path.starts_with("/Users/") => vec![Resource::User],
        None if request.path.starts_with("/Groups/") => vec![Resource::Group],
        None => vec![Resource::User, Resource::Group],
    }
}

/// A number of a list answer; a string of digits is taken for it.
fn number(response: &Response, name: &str) -> Option<i64> {
    let value = response.member(name)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none of them".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod testing;
