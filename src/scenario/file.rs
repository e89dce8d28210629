//! The shape of the files, before anything is checked.

use serde::{Deserialize, Deserializer, de::IgnoredAny};
use serde_json::{Map, Value};
use serde_saphyr::Spanned;

use super::model::Need;
use crate::{
    idp::{AppSettings, Grant},
    judge::Level,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SuiteFile {
    pub title: String,
    pub why: String,
    #[serde(default)]
    pub order: Vec<String>,
    #[serde(default)]
    pub levels: Vec<Spanned<LevelFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LevelFile {
    pub rule: Names,
    pub level: String,
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScenarioFile {
    pub title: String,
    pub why: String,
    #[serde(default)]
    pub fix: String,
    #[serde(default)]
    pub admin: String,
    pub spec: Vec<Spanned<String>>,
    pub level: Level,
    #[serde(default)]
    pub people: Map<String, Value>,
    #[serde(default)]
    pub groups: Map<String, Value>,
    #[serde(default)]
    pub given: Option<Spanned<GivenFile>>,
    #[serde(default)]
    pub alone: bool,
    #[serde(default)]
    pub needs: Vec<Need>,
    #[serde(default)]
    pub app: AppSettings,
    #[serde(default)]
    pub dialects: Option<Spanned<String>>,
    pub steps: Vec<Spanned<StepFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenFile {
    #[serde(default)]
    pub users: Vec<String>,
    #[serde(default)]
    pub groups: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupFile {
    pub name: Option<String>,
    #[serde(default)]
    pub members: Vec<String>,
}

/// One step. Exactly one of the actions and `request` may be there; which is checked later, so that the error
/// can say it in our words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepFile {
    pub name: Option<String>,
    pub when: Option<String>,
    pub pause_ms: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    pub test_credentials: bool,
    #[serde(default, deserialize_with = "present")]
    pub save_connection: bool,
    #[serde(default, deserialize_with = "present")]
    pub import: bool,
    pub assign: Option<Names>,
    pub edit: Option<EditFile>,
    pub unassign: Option<Names>,
    pub set_password: Option<String>,
    pub push: Option<String>,
    pub rename: Option<RenameFile>,
    pub add_member: Option<MemberFile>,
    pub remove_member: Option<MemberFile>,
    pub push_now: Option<String>,
    pub delete_group: Option<String>,
    pub unlink: Option<String>,
    pub link: Option<LinkFile>,
    pub deactivate_push: Option<String>,
    pub activate_push: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub discover: bool,
    pub grant: Option<GrantFile>,
    pub revoke: Option<GrantFile>,
    pub confirm: Option<String>,
    pub meanwhile: Option<OutsideFile>,
    pub request: Option<String>,
    #[serde(default)]
    pub path_raw: Option<String>,
    #[serde(default)]
    pub query: Map<String, Value>,
    #[serde(default)]
    pub headers: Map<String, Value>,
    pub auth: Option<String>,
    pub body: Option<Value>,
    pub body_raw: Option<String>,
    pub times: Option<usize>,
    pub pages: Option<usize>,
    #[serde(default)]
    pub save: Map<String, Value>,
    pub at_once: Option<Vec<AskFile>>,
    pub expect: Option<Spanned<ExpectFile>>,
    #[serde(default)]
    pub then: Vec<Spanned<ThenFile>>,
}

/// One raw request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AskFile {
    pub request: String,
    pub path_raw: Option<String>,
    #[serde(default)]
    pub query: Map<String, Value>,
    #[serde(default)]
    pub headers: Map<String, Value>,
    pub auth: Option<String>,
    pub body: Option<Value>,
    pub body_raw: Option<String>,
    /// Not for requests that are sent at once.
    #[serde(skip)]
    pub times: Option<usize>,
    /// Likewise.
    #[serde(skip)]
    pub pages: Option<usize>,
    #[serde(default)]
    pub save: Map<String, Value>,
    pub expect: Option<Spanned<ExpectFile>>,
}

#[derive(Clone, Deserialize)]
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
#[serde(deny_unknown_fields)]
pub(super) struct EditFile {
    pub user: String,
    #[serde(default)]
    pub set: Map<String, Value>,
    #[serde(default)]
    pub clear: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RenameFile {
    pub group: String,
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
#[serde(deny_unknown_fields)]
pub(super) struct LinkTo {
    pub group: String,
    pub to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantFile {
    pub user: String,
    pub of: Grant,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutsideFile {
    pub group: Option<String>,
    pub user: Option<Names>,
    pub deactivate: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberFile {
    pub group: String,
    pub user: Names,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectFile {
    pub status: Option<Value>,
    pub statuses: Option<Vec<Value>>,
    pub body: Option<Value>,
    #[serde(default)]
    pub absent: Vec<String>,
    #[serde(default)]
    pub headers: Map<String, Value>,
    pub within_ms: Option<u64>,
    pub finds: Option<FindsFile>,
    pub in_order: Option<InOrderFile>,
    #[serde(default)]
    pub shows: Vec<String>,
    pub shows_only: Option<Vec<String>>,
    #[serde(default)]
    pub hides: Vec<String>,
    #[serde(default)]
    pub as_read: bool,
    pub or: Option<Box<ShouldFile>>,
    pub should: Option<Box<ShouldFile>>,
    pub level: Option<Level>,
    pub fix: Option<String>,
}

/// Names, or `matching`.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum FindsFile {
    Names(Vec<String>),
    Word(String),
}

/// Names and lists of names, or `sorted`.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum InOrderFile {
    Names(Vec<Names>),
    Word(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShouldFile {
    pub status: Option<Value>,
    pub body: Option<Value>,
    #[serde(default)]
    pub absent: Vec<String>,
    #[serde(default)]
    pub headers: Map<String, Value>,
    pub fix: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ThenFile {
    pub user: Option<String>,
    pub lookup: Option<String>,
    pub group: Option<String>,
    pub gone: Option<String>,
    pub imported: Option<Vec<String>>,
    #[serde(default)]
    pub groups: Option<GroupsFile>,
    pub new: Option<Vec<String>>,
    pub removed: Option<Vec<String>>,
    pub deactivated: Option<Vec<String>>,
    pub safeguard: Option<bool>,
    #[serde(default)]
    pub is: Map<String, Value>,
    #[serde(default)]
    pub absent: Vec<String>,
    #[serde(default)]
    pub same: Vec<String>,
    pub finds: Option<Vec<String>>,
    pub members: Option<Vec<String>>,
    pub level: Option<Level>,
    pub fix: Option<String>,
}

/// Groups, or groups with their members.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum GroupsFile {
    Names(Vec<String>),
    Members(Map<String, Value>),
}

/// A key without value (`- import:`) is there.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}
