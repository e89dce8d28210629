//! Okta's provisioning features, and the scenarios that exercise them.

/// A feature as Okta's console and its catalogue name it.
pub(super) struct Feature {
    /// Its name.
    pub(super) name: &'static str,
    /// What is done.
    pub(super) what: &'static str,
    /// Globs over the scenarios of Okta's suites that exercise it.
    pub(super) scenarios: &'static [&'static str],
}

/// In the order in which an integration is set up. Every scenario of Okta's suites is in one of them; a test holds that.
pub(super) const FEATURES: &[Feature] = &[
    Feature {
        name: "API credentials",
        what: "Test API Credentials, saving the integration, wrong and missing tokens",
        scenarios: &["okta/connect/*", "okta-qa/connect/*", "okta-spec/spec/wrong-token"],
    },
    Feature {
        name: "Create users",
        what: "Assigning people who are new, and people whom the app knows",
        scenarios: &[
            "okta/lifecycle/assign",
            "okta/lifecycle/assign-existing",
            "okta/lifecycle/several-at-once",
            "okta/lifecycle/duplicate",
            "okta-qa/users/assign",
            "okta-qa/users/assign-group",
            "okta-qa/users/assign-known",
            "okta-qa/users/every-attribute",
            "okta-qa/users/login-is-no-address",
            "okta-spec/spec/create",
            "okta-spec/spec/create-twice",
        ],
    },
    Feature {
        name: "Match users",
        what: "The lookup by userName before each assignment",
        scenarios: &["okta/lookup/*", "okta-spec/spec/unknown-login", "okta-spec/spec/upper-case"],
    },
    Feature {
        name: "Update user attributes",
        what: "Profile pushes, changed logins, attributes that are emptied",
        scenarios: &[
            "okta/lifecycle/edit",
            "okta/lifecycle/change-login",
            "okta/lifecycle/clear-*",
            "okta/lifecycle/push-nothing-new",
            "okta/lifecycle/unknown-user",
            "okta-qa/users/edit",
            "okta-qa/users/edit-group",
            "okta-qa/users/clear-*",
        ],
    },
    Feature {
        name: "Deactivate users",
        what: "Unassigning people and groups of people",
        scenarios: &["okta/lifecycle/unassign", "okta-qa/users/unassign", "okta-qa/users/unassign-group"],
    },
    Feature {
        name: "Reactivate users",
        what: "Assigning people again whose account is inactive",
        scenarios: &["okta/lifecycle/assign-again*", "okta/lifecycle/assign-inactive", "okta-qa/users/return"],
    },
    Feature {
        name: "Sync password",
        what: "Passwords that Okta keeps in step",
        scenarios: &["okta/lifecycle/set-password", "okta-qa/users/sync-password", "okta-qa/users/change-password"],
    },
    Feature {
        name: "Group push",
        what: "Groups, their names and members; Push now; unlinking, deleting, pausing",
        scenarios: &[
            "okta/groups/*",
            "okta/linking/pause",
            "okta-qa/groups/push*",
            "okta-qa/groups/pause-*",
            "okta-qa/groups/add-member",
            "okta-qa/groups/remove-member",
            "okta-qa/groups/delete*",
            "okta-qa/groups/unlink*",
        ],
    },
    Feature {
        name: "Group linking",
        what: "Groups that the app has already",
        scenarios: &["okta/linking/existing", "okta/linking/keeps-name", "okta/linking/again", "okta-qa/groups/link-*"],
    },
    Feature {
        name: "Import users",
        what: "Everybody, page by page; imported people who are confirmed and changed",
        scenarios: &[
            "okta/import/everybody",
            "okta/import/inactive",
            "okta/import/past-the-end",
            "okta/import/second-page",
            "okta/import/take-over",
            "okta-qa/import/users",
            "okta-qa/import/statistics",
            "okta-qa/import/edit-imported",
            "okta-qa/import/deactivated-in-app",
            "okta-spec/spec/first-user",
            "okta-spec/spec/read-by-id",
            "okta-spec/spec/unknown-id",
        ],
    },
    Feature {
        name: "Import groups",
        what: "Groups of the app, and who is in them",
        scenarios: &["okta/import/groups", "okta-qa/import/groups", "okta-spec/spec/groups"],
    },
    Feature {
        name: "Entitlements",
        what: "Discovering roles and entitlements, granting them and taking them away",
        scenarios: &["okta/entitlements/*", "okta-spec/entitlements/*"],
    },
    Feature {
        name: "Okta's CRUD test",
        what: "One person created, read, changed, deactivated and activated",
        scenarios: &["okta-spec/crud/*"],
    },
];
