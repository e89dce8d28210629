//! What scenarios need of a target, and how it shows that it has it.

use super::model::Scenario;
use crate::scim::urn;

/// What a scenario needs of the target beyond users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// `/Groups`.
    Groups,
    /// Setting passwords.
    Passwords,
    /// An endpoint of roles, announced as Okta reads them.
    Roles,
    /// An endpoint of entitlements, announced as Okta reads them.
    Entitlements,
    /// Filters; announced in `/ServiceProviderConfig`, as the next ones are.
    Filter,
    /// Sorting.
    Sort,
    /// Entity tags.
    Etag,
    /// Several operations in one request.
    Bulk,
    /// PATCH.
    Patch,
    /// Changing passwords.
    ChangePassword,
    /// Queries by POST, which nothing announces: there unless the request is answered 404, 405 or 501.
    Search,
    /// The alias of who asks: there unless the request is answered 404, 405 or 501.
    Me,
    /// The enterprise extension of people, announced in `/ResourceTypes`.
    Enterprise,
}

/// How a target shows that it has something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// `/ServiceProviderConfig` says of this member that it is supported.
    Feature(&'static str),
    /// `/ResourceTypes` names a resource type with this schema.
    ResourceType(&'static str),
    /// `/ResourceTypes` names this schema among those that extend people.
    Extension(&'static str),
    /// The end point is there when it is asked.
    Answer(&'static str),
}

impl Need {
    /// All of them.
    pub const ALL: [Need; 13] = [
        Need::Groups,
        Need::Passwords,
        Need::Roles,
        Need::Entitlements,
        Need::Filter,
        Need::Sort,
        Need::Etag,
        Need::Bulk,
        Need::Patch,
        Need::ChangePassword,
        Need::Search,
        Need::Me,
        Need::Enterprise,
    ];

    /// The word in files and settings.
    pub fn word(self) -> &'static str {
        match self {
            Need::Groups => "groups",
            Need::Passwords => "passwords",
            Need::Roles => "roles",
            Need::Entitlements => "entitlements",
            Need::Filter => "filter",
            Need::Sort => "sort",
            Need::Etag => "etag",
            Need::Bulk => "bulk",
            Need::Patch => "patch",
            Need::ChangePassword => "change_password",
            Need::Search => "search",
            Need::Me => "me",
            Need::Enterprise => "enterprise",
        }
    }

    /// How a target shows that it has this; `None` for what is there unless the user says otherwise. Okta needs groups;
    /// the standards don't.
    pub fn sign(self, scenario: &Scenario) -> Option<Sign> {
        Some(match self {
            Need::Groups if scenario.suite.starts_with("rfc") => Sign::Answer("/Groups"),
            Need::Groups | Need::Passwords => return None,
            Need::Roles => Sign::ResourceType(urn::OKTA_ROLE),
            Need::Entitlements => Sign::ResourceType(urn::OKTA_ENTITLEMENT),
            Need::Filter => Sign::Feature("filter"),
            Need::Sort => Sign::Feature("sort"),
            Need::Etag => Sign::Feature("etag"),
            Need::Bulk => Sign::Feature("bulk"),
            Need::Patch => Sign::Feature("patch"),
            Need::ChangePassword => Sign::Feature("changePassword"),
            Need::Search => Sign::Answer("/Users/.search"),
            Need::Me => Sign::Answer("/Me"),
            Need::Enterprise => Sign::Extension(urn::ENTERPRISE_USER),
        })
    }
}
