//! How one identity provider speaks.

use std::{borrow::Cow, num::NonZeroUsize, str::FromStr};

/// The verb with which changes are pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
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
    /// Name in reports: `okta-catalogue`, `okta-aiw`, `okta-catalogue+users=put`.
    pub name: Cow<'static, str>,
    /// What it stands for, as a fragment.
    pub title: Cow<'static, str>,
    /// How users are activated, deactivated and given passwords. Profiles go by PUT in both kinds.
    pub users: Verb,
    /// How groups are renamed and their members changed.
    pub groups: Verb,
    /// Whether groups are listed when the connection is saved and at imports.
    pub import_groups: bool,
    /// Whether a pushed group takes the name that it has in Okta (okta-client 13.0).
    pub rename_groups: bool,
    /// Most members that one PATCH adds or removes. Okta splits large changes where a vendor asks for it, and
    /// does not say how large the parts are (okta-client 13.4); `None` for no limit.
    pub member_batch: Option<NonZeroUsize>,
}

/// Settings that differ from a preset's.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AppSettings {
    /// How people are activated, deactivated and given passwords.
    pub users: Option<Verb>,
    /// How groups are renamed and their members changed.
    pub groups: Option<Verb>,
    /// Whether groups are listed.
    pub import_groups: Option<bool>,
    /// Whether a pushed group takes the name that it has in Okta.
    pub rename_groups: Option<bool>,
    /// Most members in one PATCH.
    pub member_batch: Option<NonZeroUsize>,
}

/// The names of the settings, as they are written behind a preset's name and in scenario files.
const SETTINGS: [&str; 5] = ["users", "groups", "import_groups", "rename_groups", "member_batch"];

impl Dialect {
    /// Catalogue apps: PATCH where Okta has it.
    pub const OKTA_CATALOGUE: Dialect = Dialect {
        name: Cow::Borrowed("okta-catalogue"),
        title: Cow::Borrowed("an app from Okta's catalogue (the PATCH kind)"),
        users: Verb::Patch,
        groups: Verb::Patch,
        import_groups: true,
        rename_groups: true,
        member_batch: None,
    };

    /// Apps made in the App Integration Wizard: PUT only.
    pub const OKTA_AIW: Dialect = Dialect {
        name: Cow::Borrowed("okta-aiw"),
        title: Cow::Borrowed("an app made in Okta's App Integration Wizard (the PUT kind)"),
        users: Verb::Put,
        groups: Verb::Put,
        import_groups: false,
        rename_groups: true,
        member_batch: None,
    };

    /// The names of the presets, in the order of reports.
    pub const NAMES: [&str; 2] = ["okta-catalogue", "okta-aiw"];

    /// All presets, in the order of reports.
    pub const ALL: [Dialect; 2] = [Dialect::OKTA_CATALOGUE, Dialect::OKTA_AIW];

    /// The same app with some settings changed; its name stays.
    #[must_use]
    pub fn with(&self, settings: &AppSettings) -> Dialect {
        Dialect {
            users: settings.users.unwrap_or(self.users),
            groups: settings.groups.unwrap_or(self.groups),
            import_groups: settings.import_groups.unwrap_or(self.import_groups),
            rename_groups: settings.rename_groups.unwrap_or(self.rename_groups),
            member_batch: settings.member_batch.or(self.member_batch),
            ..self.clone()
        }
    }
}

impl FromStr for Dialect {
    type Err = String;

    /// A preset, and settings that differ from it: `okta-catalogue+users=put+member_batch=100`.
    fn from_str(text: &str) -> Result<Dialect, String> {
        let mut parts = text.split('+');
        let preset = parts.next().unwrap_or_default();
        let Some(preset) = Dialect::ALL.into_iter().find(|dialect| dialect.name == preset) else {
            return Err(format!("expected {}", Dialect::NAMES.join(" or ")));
        };
        let mut settings = AppSettings::default();
        let mut changed = Vec::new();
        for part in parts {
            let (name, value) =
                part.split_once('=').ok_or_else(|| format!("`{part}` is no setting: write users=put"))?;
            settings.read(name, value)?;
            changed.push(part);
        }
        let dialect = preset.with(&settings);
        if changed.is_empty() {
            return Ok(dialect);
        }
        let title = format!("{}, with {}", dialect.title, changed.join(", "));
        Ok(Dialect { name: Cow::Owned(text.to_owned()), title: Cow::Owned(title), ..dialect })
    }
}

impl AppSettings {
    /// The settings that are given, as they stand behind a preset's name: `users=put`.
    pub fn words(&self) -> Vec<String> {
        let verb = |verb: Verb| if verb == Verb::Put { "put" } else { "patch" }.to_owned();
        let switch = |on: bool| if on { "on" } else { "off" }.to_owned();
        let values = [
            self.users.map(verb),
            self.groups.map(verb),
            self.import_groups.map(switch),
            self.rename_groups.map(switch),
            self.member_batch.map(|size| size.to_string()),
        ];
        SETTINGS.iter().zip(values).filter_map(|(name, value)| Some(format!("{name}={}", value?))).collect()
    }

    /// Reads one setting as it is written behind a preset's name.
    fn read(&mut self, name: &str, value: &str) -> Result<(), String> {
        let verb = || match value {
            "patch" => Ok(Some(Verb::Patch)),
            "put" => Ok(Some(Verb::Put)),
            _ => Err(format!("{name} can't be `{value}`: expected patch or put")),
        };
        let switch = || match value {
            "on" | "true" => Ok(Some(true)),
            "off" | "false" => Ok(Some(false)),
            _ => Err(format!("{name} can't be `{value}`: expected on or off")),
        };
        match name {
            "users" => self.users = verb()?,
            "groups" => self.groups = verb()?,
            "import_groups" => self.import_groups = switch()?,
            "rename_groups" => self.rename_groups = switch()?,
            "member_batch" => {
                let size = value.parse().ok();
                self.member_batch = Some(size.ok_or_else(|| format!("{name} is a number from 1, not `{value}`"))?);
            }
            _ => return Err(format!("`{name}` is no setting of an app: expected {}", SETTINGS.join(", "))),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_stand_behind_the_preset() {
        assert_eq!(Dialect::ALL.map(|dialect| dialect.name), Dialect::NAMES);
        let mixed: Dialect = "okta-catalogue+users=put+import_groups=off+member_batch=100".parse().unwrap();
        assert_eq!((mixed.users, mixed.groups, mixed.import_groups), (Verb::Put, Verb::Patch, false));
        assert_eq!(mixed.member_batch, NonZeroUsize::new(100));
        assert_eq!(mixed.name, "okta-catalogue+users=put+import_groups=off+member_batch=100");
        assert_eq!("okta-aiw".parse(), Ok(Dialect::OKTA_AIW));
    }

    #[test]
    fn what_is_no_setting_is_told() {
        for (text, told) in [
            ("okta", "okta-catalogue or okta-aiw"),
            ("okta-aiw+put", "write users=put"),
            ("okta-aiw+users=post", "patch or put"),
            ("okta-aiw+import_groups=yes", "on or off"),
            ("okta-aiw+member_batch=0", "a number from 1"),
            ("okta-aiw+colour=red", "rename_groups"),
        ] {
            let error = text.parse::<Dialect>().unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
