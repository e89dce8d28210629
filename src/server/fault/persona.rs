//! Personas: faults that come together, named for what they resemble.

use super::{Fault, by_name};

/// Faults that come together.
#[derive(Debug, Clone, Copy)]
pub struct Persona {
    /// How to ask for it.
    pub name: &'static str,
    /// What it resembles, in a sentence.
    pub summary: &'static str,
    /// Where the likeness comes from.
    pub source: &'static str,
    /// The names of its faults.
    pub faults: &'static [&'static str],
}

/// All personas.
pub static PERSONAS: &[Persona] = &[
    Persona {
        name: "flask-beta",
        summary: "A sample from the first days of SCIM at Okta: an empty search is a 404 in plain text, a PATCH wants a \
                  whole user and answers nothing, and there are no groups",
        source: "https://github.com/oktadeveloper/okta-scim-beta",
        faults: &["lookup-miss-404", "error-not-scim-body", "patch-wants-user", "groups-missing"],
    },
    Persona {
        name: "scimmy",
        summary: "A server on npm scimmy 1.3.5 with scimmy-routers 1.3.2, as our own tests meet it",
        source: "https://www.npmjs.com/package/scimmy",
        faults: &[
            "filter-case-sensitive",
            "members-add-duplicate",
            "create-location-missing",
            "meta-location-without-host",
            "www-authenticate-missing",
        ],
    },
    Persona {
        name: "put-only",
        summary: "A server of the years before PATCH was common: users and groups change by PUT alone",
        source: "https://github.com/unitycatalog/unitycatalog/issues/423",
        faults: &["patch-users-not-implemented", "group-patch-not-implemented"],
    },
    Persona {
        name: "weekend-project",
        summary: "Endpoints over a database table: filters, deactivation and the shapes of SCIM come later",
        source: "the most frequent defects of the collection, together",
        faults: &[
            "filter-ignored",
            "list-numbers-as-strings",
            "post-200-not-201",
            "post-duplicate-500",
            "patch-active-noop-200",
            "delete-200",
            "error-not-scim-body",
        ],
    },
];

impl Persona {
    /// The persona of that name.
    pub fn by_name(name: &str) -> Option<&'static Persona> {
        PERSONAS.iter().find(|persona| persona.name == name)
    }

    /// Its faults.
    pub fn faults(&self) -> impl Iterator<Item = &'static Fault> {
        self.faults.iter().filter_map(|name| by_name(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_a_persona_exists() {
        for persona in PERSONAS {
            assert_eq!(persona.faults().count(), persona.faults.len(), "{}", persona.name);
            assert!(by_name(persona.name).is_none(), "{} is a fault too", persona.name);
        }
    }
}
