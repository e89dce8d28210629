//! How one identity provider speaks.

use std::str::FromStr;

/// The verb with which changes are pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Partial updates.
    Patch,
    /// The whole resource.
    Put,
}

/// The settings of an Okta app. They belong to the app's definition; Okta discovers nothing and never falls
/// back from one verb to the other (okta-client section 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Name in reports: `okta-catalogue`, `okta-aiw`.
    pub name: &'static str,
    /// What it stands for, as a fragment.
    pub title: &'static str,
    /// How users are activated, deactivated and given passwords. Profiles go by PUT in both kinds.
    pub users: Verb,
    /// How groups are renamed and their members changed.
    pub groups: Verb,
    /// Whether groups are listed when the connection is saved and at imports.
    pub import_groups: bool,
}

impl Dialect {
    /// Catalogue apps: PATCH where Okta has it.
    pub const OKTA_CATALOGUE: Dialect = Dialect {
        name: "okta-catalogue",
        title: "an app from Okta's catalogue (the PATCH kind)",
        users: Verb::Patch,
        groups: Verb::Patch,
        import_groups: true,
    };

    /// Apps made in the App Integration Wizard: PUT only.
    pub const OKTA_AIW: Dialect = Dialect {
        name: "okta-aiw",
        title: "an app made in Okta's App Integration Wizard (the PUT kind)",
        users: Verb::Put,
        groups: Verb::Put,
        import_groups: false,
    };

    /// All presets, in the order of reports.
    pub const ALL: [Dialect; 2] = [Dialect::OKTA_CATALOGUE, Dialect::OKTA_AIW];
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(text: &str) -> Result<Dialect, String> {
        Dialect::ALL.into_iter().find(|dialect| dialect.name == text).ok_or_else(|| {
            let names = Dialect::ALL.map(|dialect| dialect.name);
            format!("expected {}", names.join(" or "))
        })
    }
}
