//! What an administrator does in the identity provider.

use serde_json::Value;

use crate::scim::{path::AttrPath, urn};

/// One thing an administrator does. People and groups are named as in the cast.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// The button "Test API Credentials".
    TestCredentials,
    /// Saving the integration, or its settings.
    SaveConnection,
    /// Assigning people to the app, several at once.
    Assign(Vec<String>),
    /// Changing somebody's profile: what is set, and what is left out from now on.
    Edit(String, Vec<(AttrPath, Value)>, Vec<AttrPath>),
    /// Taking the app away from people.
    Unassign(Vec<String>),
    /// A password that is kept in step.
    SetPassword(String),
    /// Pushing a group for the first time.
    Push(String),
    /// Renaming a pushed group.
    Rename(String, String),
    /// Adding people to a pushed group.
    AddMember(String, Vec<String>),
    /// Removing people from a pushed group.
    RemoveMember(String, Vec<String>),
    /// The button "Push now": the whole membership again.
    PushNow(String),
    /// Unlinking a pushed group and deleting it in the app.
    DeleteGroup(String),
    /// Unlinking a pushed group and leaving it in the app.
    Unlink(String),
    /// Linking a group to one that the app has: that of its own name, or another group of the cast.
    Link(String, Option<String>),
    /// Pausing the push of a group.
    DeactivatePush(String),
    /// Ending the pause.
    ActivatePush(String),
    /// Reading which roles and entitlements the app has.
    Discover,
    /// Giving somebody the first role or entitlement that was discovered.
    Grant(String, Grant),
    /// Taking all roles or entitlements away from somebody.
    Revoke(String, Grant),
    /// Confirming somebody whom an import showed.
    Confirm(String),
    /// Importing everybody from the app.
    Import,
}

impl Action {
    /// False where nothing is sent, or only read.
    pub fn may_change(&self) -> bool {
        use Action::{Confirm, DeactivatePush, Discover, Import, TestCredentials, Unlink};
        !matches!(self, TestCredentials | Discover | Import | Confirm(_) | Unlink(_) | DeactivatePush(_))
    }
}

/// What can be granted to people (okta-client section 14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(description = "What can be granted to people."))]
#[serde(rename_all = "lowercase")]
pub enum Grant {
    /// Roles.
    Roles,
    /// Entitlements.
    Entitlements,
}

impl Grant {
    /// The attribute of a person that holds them.
    pub fn attribute(self) -> &'static str {
        match self {
            Grant::Roles => "roles",
            Grant::Entitlements => "entitlements",
        }
    }

    /// The schema of the resources that can be granted.
    pub fn schema(self) -> &'static str {
        match self {
            Grant::Roles => urn::OKTA_ROLE,
            Grant::Entitlements => urn::OKTA_ENTITLEMENT,
        }
    }

    /// What templates call the first of them.
    pub fn name(self) -> &'static str {
        match self {
            Grant::Roles => "role",
            Grant::Entitlements => "entitlement",
        }
    }
}

/// What an action takes, for loading and for the docs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionWord {
    /// The key in a scenario file.
    pub word: &'static str,
    /// What it takes and does.
    pub about: &'static str,
}

/// The words of all actions, as scenario files write them.
pub static ACTIONS: &[ActionWord] = &[
    ActionWord { word: "test_credentials", about: "the button that tests the credentials" },
    ActionWord { word: "save_connection", about: "saving the integration" },
    ActionWord { word: "assign", about: "a person or a list of people, at once" },
    ActionWord { word: "edit", about: "{user, set: {path: value}, clear: [path]}" },
    ActionWord { word: "unassign", about: "a person or a list of people" },
    ActionWord { word: "set_password", about: "a person" },
    ActionWord { word: "push", about: "a group" },
    ActionWord { word: "rename", about: "{group, to}" },
    ActionWord { word: "add_member", about: "{group, user}" },
    ActionWord { word: "remove_member", about: "{group, user}" },
    ActionWord { word: "push_now", about: "a group" },
    ActionWord { word: "delete_group", about: "a group" },
    ActionWord { word: "unlink", about: "a group, which stays in the app" },
    ActionWord { word: "link", about: "{group, to}, or a group that was unlinked" },
    ActionWord { word: "deactivate_push", about: "a group" },
    ActionWord { word: "activate_push", about: "a group" },
    ActionWord { word: "discover", about: "roles and entitlements" },
    ActionWord { word: "grant", about: "{user, of: roles or entitlements}" },
    ActionWord { word: "revoke", about: "{user, of: roles or entitlements}" },
    ActionWord { word: "confirm", about: "a person whom an import showed" },
    ActionWord { word: "import", about: "users, and groups where the app imports them" },
];

/// The words of all actions.
pub fn actions() -> impl Iterator<Item = &'static str> {
    ACTIONS.iter().map(|action| action.word)
}

impl Action {
    /// `assign ada`: the name of a step that has none.
    pub fn name(&self) -> String {
        match self {
            Action::TestCredentials => "test credentials".to_owned(),
            Action::SaveConnection => "save the connection".to_owned(),
            Action::Assign(people) => format!("assign {}", people.join(", ")),
            Action::Edit(user, ..) => format!("edit {user}"),
            Action::Unassign(people) => format!("unassign {}", people.join(", ")),
            Action::SetPassword(user) => format!("set the password of {user}"),
            Action::Push(group) => format!("push {group}"),
            Action::Rename(group, _) => format!("rename {group}"),
            Action::AddMember(group, people) => format!("add {} to {group}", people.join(", ")),
            Action::RemoveMember(group, people) => format!("remove {} from {group}", people.join(", ")),
            Action::PushNow(group) => format!("push {group} now"),
            Action::DeleteGroup(group) => format!("delete {group}"),
            Action::Unlink(group) => format!("unlink {group}"),
            Action::Link(group, _) => format!("link {group}"),
            Action::DeactivatePush(group) => format!("deactivate the push of {group}"),
            Action::ActivatePush(group) => format!("activate the push of {group}"),
            Action::Discover => "discover roles and entitlements".to_owned(),
            Action::Grant(user, what) => format!("grant {user} one of the {}", what.attribute()),
            Action::Revoke(user, what) => format!("take the {} from {user}", what.attribute()),
            Action::Confirm(user) => format!("confirm {user}"),
            Action::Import => "import".to_owned(),
        }
    }

    /// The word of the action, for what makes two findings one cause.
    pub fn word(&self) -> &'static str {
        match self {
            Action::TestCredentials => "test_credentials",
            Action::SaveConnection => "save_connection",
            Action::Assign(_) => "assign",
            Action::Edit(..) => "edit",
            Action::Unassign(_) => "unassign",
            Action::SetPassword(_) => "set_password",
            Action::Push(_) => "push",
            Action::Rename(..) => "rename",
            Action::AddMember(..) => "add_member",
            Action::RemoveMember(..) => "remove_member",
            Action::PushNow(_) => "push_now",
            Action::DeleteGroup(_) => "delete_group",
            Action::Unlink(_) => "unlink",
            Action::Link(..) => "link",
            Action::DeactivatePush(_) => "deactivate_push",
            Action::ActivatePush(_) => "activate_push",
            Action::Discover => "discover",
            Action::Grant(..) => "grant",
            Action::Revoke(..) => "revoke",
            Action::Confirm(_) => "confirm",
            Action::Import => "import",
        }
    }
}
