//! A stored resource.

use jiff::Timestamp;
use serde_json::Value;

/// A stored resource. Its attributes are kept as JSON text: that takes a quarter of the memory of a tree of values.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The attributes, with `id`, without `meta`, `groups` and `password`.
    pub(in crate::server) json: Box<str>,
    /// What others show of it: its `displayName`, or else its `userName`.
    pub(in crate::server) display: Option<Box<str>>,
    pub(in crate::server) created: Timestamp,
    pub(in crate::server) modified: Timestamp,
    /// Made by a client, not there from the beginning.
    pub(in crate::server) by_client: bool,
    /// The hash of its password, if one was set.
    pub(in crate::server) password: Option<Box<str>>,
    /// Its place in the order of creation.
    pub(in crate::server) number: u64,
}

impl Entry {
    /// A resource that comes into being at that moment.
    pub(in crate::server) fn new(resource: &Value, moment: Timestamp) -> Entry {
        Entry {
            json: text(resource),
            display: display(resource),
            created: moment,
            modified: moment,
            by_client: false,
            password: None,
            number: 0,
        }
    }

    /// The attributes.
    pub(in crate::server) fn resource(&self) -> Value {
        // What is kept was written by `text`, so it can be read.
        serde_json::from_str(&self.json).unwrap_or_default()
    }

    /// Puts other attributes in place of the ones it has.
    pub(super) fn rewrite(&mut self, resource: &Value) {
        self.json = text(resource);
        self.display = display(resource);
    }
}

fn text(resource: &Value) -> Box<str> {
    resource.to_string().into_boxed_str()
}

fn display(resource: &Value) -> Option<Box<str>> {
    let name = resource.get("displayName").or_else(|| resource.get("userName"));
    name.and_then(Value::as_str).map(Box::from)
}
