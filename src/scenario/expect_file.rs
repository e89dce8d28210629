//! The shape of what files expect, before anything is checked.

#[cfg(test)]
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::file::Names;
#[cfg(test)]
use super::schema;
use crate::judge::Level;

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectFile {
    /// A number, a class such as 2xx, or a list of them.
    #[cfg_attr(test, schemars(with = "Option<schema::Statuses>"))]
    pub status: Option<Value>,
    /// Of several requests: a status for each, in any order.
    #[cfg_attr(test, schemars(with = "Option<Vec<schema::Statuses>>"))]
    pub statuses: Option<Vec<Value>>,
    /// What the body must contain; matchers: docs/scenarios.md.
    pub body: Option<Value>,
    /// Attributes that must not be there.
    #[serde(default)]
    pub absent: Vec<String>,
    /// Headers and their values, or matchers.
    #[serde(default)]
    pub headers: Map<String, Value>,
    /// The answer must be there after so many milliseconds.
    pub within_ms: Option<u64>,
    /// Whom of this scenario the list holds, exactly; or matching: those whom the filter fits.
    pub finds: Option<FindsFile>,
    /// In which order; lists in it are ties. Or sorted: as the request asks.
    pub in_order: Option<InOrderFile>,
    /// Attributes that must be there.
    #[serde(default)]
    pub shows: Vec<String>,
    /// Attributes that alone may be there.
    pub shows_only: Option<Vec<String>>,
    /// Attributes that must not be shown.
    #[serde(default)]
    pub hides: Vec<String>,
    /// The answer shows what a read shows.
    #[serde(default)]
    pub as_read: bool,
    /// Another answer that will do, known by its status.
    pub or: Option<Box<ShouldFile>>,
    /// How it should be, beyond what it must be.
    pub should: Option<Box<ShouldFile>>,
    /// How bad it is if this does not hold.
    pub level: Option<Level>,
    /// How to mend a server that fails this.
    pub fix: Option<String>,
}

/// Names, or `matching`.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum FindsFile {
    Names(Vec<String>),
    Word(#[cfg_attr(test, schemars(extend("const" = "matching")))] String),
}

/// Names and lists of names, or `sorted`.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum InOrderFile {
    Names(Vec<Names>),
    Word(#[cfg_attr(test, schemars(extend("const" = "sorted")))] String),
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ShouldFile {
    /// A number, a class such as 2xx, or a list of them.
    #[cfg_attr(test, schemars(with = "Option<schema::Statuses>"))]
    pub status: Option<Value>,
    /// What the body must contain; matchers: docs/scenarios.md.
    pub body: Option<Value>,
    /// Attributes that must not be there.
    #[serde(default)]
    pub absent: Vec<String>,
    /// Headers and their values, or matchers.
    #[serde(default)]
    pub headers: Map<String, Value>,
    /// How to mend a server that fails this.
    pub fix: Option<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, schemars(transform = schema::one_reading))]
pub(super) struct ThenFile {
    /// A person, read by id.
    pub user: Option<String>,
    /// A person, looked up by userName; or a text to look up, in {{ }}.
    pub lookup: Option<String>,
    /// A group, read by id.
    pub group: Option<String>,
    /// Somebody or something that is no longer there.
    pub gone: Option<String>,
    /// Whom of this scenario the last import counted.
    pub imported: Option<Vec<String>>,
    /// Groups that the import saw, or with exactly these members.
    #[serde(default)]
    pub groups: Option<GroupsFile>,
    /// Whom the import takes for new, exactly.
    pub new: Option<Vec<String>>,
    /// Whom it takes for removed, exactly.
    pub removed: Option<Vec<String>>,
    /// Whom it takes for deactivated, exactly.
    pub deactivated: Option<Vec<String>>,
    /// Whether the safeguard stops the import.
    pub safeguard: Option<bool>,
    /// Attribute paths and their values.
    #[serde(default)]
    pub is: Map<String, Value>,
    /// Attributes that must not be there.
    #[serde(default)]
    pub absent: Vec<String>,
    /// Attributes that must be as when last read.
    #[serde(default)]
    pub same: Vec<String>,
    /// Whom the lookup finds, exactly; [] is nobody.
    pub finds: Option<Vec<String>>,
    /// The members, exactly.
    pub members: Option<Vec<String>>,
    /// How bad it is if this does not hold.
    pub level: Option<Level>,
    /// How to mend a server that fails this.
    pub fix: Option<String>,
}

/// Groups, or groups with their members.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum GroupsFile {
    Names(Vec<String>),
    Members(#[cfg_attr(test, schemars(with = "BTreeMap<String, Vec<String>>"))] Map<String, Value>),
}
