//! The shape of the files, before anything is checked.

#[cfg(test)]
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Map, Value};
use serde_saphyr::Spanned;

#[cfg(test)]
use super::{ask, schema, steps};
use super::{
    expect_file::{ExpectFile, ThenFile},
    need::Need,
};
use crate::{
    idp::{AppSettings, Grant},
    judge::Level,
};

/// A `suite.yaml`.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct SuiteFile {
    /// What the suite is about.
    pub title: String,
    /// What it is for.
    pub why: String,
    /// The order of its folders.
    #[serde(default)]
    pub order: Vec<String>,
    /// Levels of rules in this suite.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<LevelFile>"))]
    pub levels: Vec<Spanned<LevelFile>>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct LevelFile {
    /// A rule's ID, or several.
    pub rule: Names,
    #[cfg_attr(test, schemars(extend("enum" = ["must", "should", "may", "off"])))]
    pub level: String,
    /// Why.
    pub reason: String,
}

/// A scenario.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ScenarioFile {
    /// The point, a sentence.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// How to mend a server that fails.
    #[serde(default)]
    pub fix: String,
    /// What Okta's administrator sees.
    #[serde(default)]
    pub admin: String,
    /// Where it is written that it has to be so.
    #[cfg_attr(test, schemars(with = "Vec<String>", inner(regex(pattern = "^[a-z0-9-]+(#.+)?$")), extend("examples" = [["rfc7644#3.5.2"], ["okta-scim20#deactivate"]])))]
    pub spec: Vec<Spanned<String>>,
    /// How bad it is if a server fails: must (Okta fails, or data is corrupted or exposed), should or may.
    pub level: Level,
    /// Names of your choice, and attributes; what is left out is made up.
    #[serde(default)]
    #[cfg_attr(test, schemars(extend("propertyNames" = {"pattern": "^[A-Za-z0-9_]+$"}, "additionalProperties" = {"type": ["object", "null"]})))]
    pub people: Map<String, Value>,
    /// Names of your choice, with displayName and members.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Option<GroupFile>>", extend("propertyNames" = {"pattern": "^[A-Za-z0-9_]+$"})))]
    pub groups: Map<String, Value>,
    /// What is there before the story.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Option<GivenFile>"))]
    pub given: Option<Spanned<GivenFile>>,
    /// Nothing else runs beside it.
    #[serde(default)]
    pub alone: bool,
    /// Nothing else is changed while it lists everybody: from the first step that does to the last.
    #[serde(default)]
    pub still: bool,
    /// What the target must have for this.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Settings of the Okta app in this story.
    #[serde(default)]
    pub app: AppSettings,
    /// One dialect is enough: the wire form is the same in all.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Option<String>", extend("const" = "one")))]
    pub dialects: Option<Spanned<String>>,
    /// What happens, in order.
    #[cfg_attr(test, schemars(with = "Vec<StepFile>", length(min = 1)))]
    pub steps: Vec<Spanned<StepFile>>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GivenFile {
    /// People who are there before the story; Okta does not know them.
    #[serde(default)]
    pub users: Vec<String>,
    /// Groups that are there before the story.
    #[serde(default)]
    pub groups: Vec<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GroupFile {
    /// Its displayName, with {{ unique }} in it.
    #[cfg_attr(test, schemars(regex(pattern = "unique")))]
    pub name: Option<String>,
    /// People of this scenario.
    #[serde(default)]
    pub members: Vec<String>,
}

/// One thing that happens: an action of the administrator, something behind their back, a request, or several at once.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, schemars(transform = schema::one_action))]
pub(super) struct StepFile {
    /// What the step is called in reports.
    pub name: Option<String>,
    /// A condition over the names of templates: where it does not hold, the step is left out.
    pub when: Option<String>,
    /// Silence before the step, in milliseconds.
    #[cfg_attr(test, schemars(range(max = steps::LONGEST_PAUSE_MS)))]
    pub pause_ms: Option<u64>,
    /// The administrator tests the credentials.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(test, schemars(with = "Value", extend("enum" = [null, true])))]
    pub test_credentials: bool,
    /// The administrator saves the integration.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(test, schemars(with = "Value", extend("enum" = [null, true])))]
    pub save_connection: bool,
    /// Imports users, and groups where the app does.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(test, schemars(with = "Value", extend("enum" = [null, true])))]
    pub import: bool,
    /// Assigns the app to people.
    pub assign: Option<Names>,
    /// Changes a profile.
    pub edit: Option<EditFile>,
    /// Takes the app away from people.
    pub unassign: Option<Names>,
    /// Gives this person a new password.
    pub set_password: Option<String>,
    /// Pushes this group for the first time.
    pub push: Option<String>,
    /// Renames a group.
    pub rename: Option<RenameFile>,
    /// Adds members to a pushed group.
    pub add_member: Option<MemberFile>,
    /// Removes members from a pushed group.
    pub remove_member: Option<MemberFile>,
    /// Pushes the whole membership of this group again.
    pub push_now: Option<String>,
    /// Unlinks this group and deletes it in the app.
    pub delete_group: Option<String>,
    /// Unlinks this group and leaves it in the app.
    pub unlink: Option<String>,
    /// Links a group to one that the app has, or again to the one that unlink left.
    #[cfg_attr(test, schemars(with = "Option<schema::Link>"))]
    pub link: Option<LinkFile>,
    /// Pauses the push of this group.
    pub deactivate_push: Option<String>,
    /// Ends the pause.
    pub activate_push: Option<String>,
    /// Reads which roles and entitlements the app has.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(test, schemars(with = "Value", extend("enum" = [null, true])))]
    pub discover: bool,
    /// Gives a person the first role or entitlement.
    pub grant: Option<GrantFile>,
    /// Takes all roles or entitlements away from a person.
    pub revoke: Option<GrantFile>,
    /// Takes over this person, whom an import has shown.
    pub confirm: Option<String>,
    /// Somebody changes something in the app, behind Okta's back.
    pub meanwhile: Option<OutsideFile>,
    /// Method and path in one line.
    #[cfg_attr(test, schemars(regex(pattern = schema::request()), extend("examples" = ["GET /Users"])))]
    pub request: Option<String>,
    /// The path as it goes out; `request` is then the method alone.
    #[serde(default)]
    pub path_raw: Option<String>,
    /// Parameters; their values are escaped, in the order written.
    #[serde(default)]
    #[cfg_attr(test, schemars(extend("additionalProperties" = {"type": ["string", "number", "boolean"]})))]
    pub query: Map<String, Value>,
    /// Headers to be sent.
    #[serde(default)]
    #[cfg_attr(test, schemars(extend("additionalProperties" = {"type": ["string", "number", "boolean"]})))]
    pub headers: Map<String, Value>,
    /// Whose credentials.
    #[cfg_attr(test, schemars(extend("enum" = ask::AUTHS, "default" = "ours")))]
    pub auth: Option<String>,
    /// JSON to be sent.
    pub body: Option<Value>,
    /// A text to be sent byte for byte.
    pub body_raw: Option<String>,
    /// Sends the request so often; {{ n }} is the number of the time.
    #[cfg_attr(test, schemars(range(min = 1, max = ask::TIMES)))]
    pub times: Option<usize>,
    /// Reads a list in so large pages.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub pages: Option<usize>,
    /// Keeps values for later templates: a JSON pointer, an attribute path, a header or the status.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, schema::Saved>"))]
    pub save: Map<String, Value>,
    /// Requests that are sent at the same time.
    #[cfg_attr(test, schemars(length(min = 2, max = ask::AT_ONCE)))]
    pub at_once: Option<Vec<AskFile>>,
    /// What is expected of the answer.
    #[cfg_attr(test, schemars(with = "Option<ExpectFile>"))]
    pub expect: Option<Spanned<ExpectFile>>,
    /// What must hold after the step; the target is read back.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<ThenFile>"))]
    pub then: Vec<Spanned<ThenFile>>,
}

/// One raw request.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct AskFile {
    /// Method and path in one line.
    #[cfg_attr(test, schemars(regex(pattern = schema::request()), extend("examples" = ["GET /Users"])))]
    pub request: String,
    /// The path as it goes out; `request` is then the method alone.
    pub path_raw: Option<String>,
    /// Parameters; their values are escaped, in the order written.
    #[serde(default)]
    #[cfg_attr(test, schemars(extend("additionalProperties" = {"type": ["string", "number", "boolean"]})))]
    pub query: Map<String, Value>,
    /// Headers to be sent.
    #[serde(default)]
    #[cfg_attr(test, schemars(extend("additionalProperties" = {"type": ["string", "number", "boolean"]})))]
    pub headers: Map<String, Value>,
    /// Whose credentials.
    #[cfg_attr(test, schemars(extend("enum" = ask::AUTHS, "default" = "ours")))]
    pub auth: Option<String>,
    /// JSON to be sent.
    pub body: Option<Value>,
    /// A text to be sent byte for byte.
    pub body_raw: Option<String>,
    /// Not for requests that are sent at once.
    #[serde(skip)]
    pub times: Option<usize>,
    /// Likewise.
    #[serde(skip)]
    pub pages: Option<usize>,
    /// Keeps values for later templates: a JSON pointer, an attribute path, a header or the status.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, schema::Saved>"))]
    pub save: Map<String, Value>,
    /// What is expected of the answer.
    #[cfg_attr(test, schemars(with = "Option<ExpectFile>"))]
    pub expect: Option<Spanned<ExpectFile>>,
}

#[derive(Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum Names {
    One(String),
    Many(Vec<String>),
}

impl Names {
    pub fn into_vec(self) -> Vec<String> {
        match self {
            Names::One(name) => vec![name],
            Names::Many(names) => names,
        }
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct EditFile {
    /// The name of a person of this scenario.
    pub user: String,
    /// Attribute paths and values.
    #[serde(default)]
    pub set: Map<String, Value>,
    /// Attributes that are emptied.
    #[serde(default)]
    pub clear: Vec<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RenameFile {
    /// The name of a group of this scenario.
    pub group: String,
    /// The new name, with {{ unique }} in it.
    #[cfg_attr(test, schemars(regex(pattern = "unique")))]
    pub to: String,
}

#[derive(Deserialize)]
#[serde(try_from = "Value")]
pub(super) enum LinkFile {
    Again(String),
    To(LinkTo),
}

impl TryFrom<Value> for LinkFile {
    type Error = String;

    fn try_from(value: Value) -> Result<LinkFile, String> {
        let form = "a link is {group: crew, to: staff}, or the name of a group that was unlinked";
        match value {
            Value::String(name) => Ok(LinkFile::Again(name)),
            Value::Object(_) => serde_json::from_value(value).map(LinkFile::To).map_err(|_| form.to_owned()),
            _ => Err(form.to_owned()),
        }
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct LinkTo {
    /// The name of a group of this scenario.
    pub group: String,
    /// The group of the app, below given.
    pub to: String,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GrantFile {
    /// The name of a person of this scenario.
    pub user: String,
    pub of: Grant,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, schemars(transform = schema::one_change))]
pub(super) struct OutsideFile {
    pub group: Option<String>,
    pub user: Option<Names>,
    pub deactivate: Option<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct MemberFile {
    /// The name of a group of this scenario.
    pub group: String,
    /// The name of a person, or a list of names.
    pub user: Names,
}

/// A key without value (`- import:`) is there.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Option::<Value>::deserialize(deserializer)? {
        None | Some(Value::Null | Value::Bool(true)) => Ok(true),
        Some(_) => Err(D::Error::custom("this stands alone, with nothing behind the colon")),
    }
}
