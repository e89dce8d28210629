//! Where requirements come from: one table of keys, titles and addresses.
//!
//! A key is `document#section`: `rfc7644#3.5.2.3`, `okta-scim20#deactivate`, `okta-spec#3`, `okta-qa#C9292`.

/// One document.
struct Document {
    key: &'static str,
    title: &'static str,
    url: &'static str,
    sections: Sections,
}

/// Sections of RFC 7643.
const RFC7643: &[&str] = &[
    "1", "1.1", "1.2", "2", "2.1", "2.2", "2.3", "2.3.1", "2.3.2", "2.3.3", "2.3.4", "2.3.5", "2.3.6", "2.3.7",
    "2.3.8", "2.4", "2.5", "3", "3.1", "3.2", "3.3", "4", "4.1", "4.1.1", "4.1.2", "4.2", "4.3", "5", "6", "7", "8",
    "8.1", "8.2", "8.3", "8.4", "8.5", "8.6", "8.7", "8.7.1", "8.7.2", "9", "9.1", "9.2", "9.3", "10", "10.1", "10.2",
    "10.2.1", "10.3", "10.3.1", "10.3.2", "10.4", "11", "11.1", "11.2",
];

/// Sections of RFC 7644.
const RFC7644: &[&str] = &[
    "1", "1.1", "1.2", "1.3", "2", "2.1", "2.2", "3", "3.1", "3.2", "3.3", "3.3.1", "3.4", "3.4.1", "3.4.2", "3.4.2.1",
    "3.4.2.2", "3.4.2.3", "3.4.2.4", "3.4.2.5", "3.4.3", "3.5", "3.5.1", "3.5.2", "3.5.2.1", "3.5.2.2", "3.5.2.3",
    "3.6", "3.7", "3.7.1", "3.7.2", "3.7.3", "3.7.4", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "4", "5",
    "6", "6.1", "6.2", "7", "7.1", "7.2", "7.3", "7.4", "7.5", "7.5.1", "7.5.2", "7.6", "7.7", "7.8", "8", "8.1",
    "8.2", "9", "9.1", "9.2",
];

/// Sections of RFC 9110 that are referred to.
const RFC9110: &[&str] = &[
    "8.6", "8.8.1", "8.8.3", "9.1", "9.2.2", "10.2.3", "10.2.4", "11.1", "11.6.1", "12.5.1", "13.1.1", "13.1.2", "15",
    "15.3.5", "15.4", "15.5.2", "15.5.6", "15.6",
];

/// Cases of the QA plan, in its order.
const CASES: &[u32] = &[
    9296, 9297, 9298, 9308, 9313, 9314, 21902, 9306, 9339, 9340, 9341, 9342, 9343, 9289, 9344, 9345, 9299, 9290, 9293,
    9300, 9307, 9334, 9335, 9336, 9291, 9309, 9310, 9337, 9292, 9294, 9295, 9311, 9301, 9302, 9303, 9304, 9305, 9338,
    9312, 9315, 9316, 9317, 9318, 9319, 9320, 9321, 9322, 9323, 9324, 9325, 9326, 9327, 9328, 9329, 9330, 9331, 9332,
    9333, 9359, 9360, 9361,
];

enum Sections {
    /// Numbers like `3.5.2.3`, as the table of contents has them; the address takes `#section-N`.
    Numbered(&'static [&'static str]),
    /// Named sections: key and title.
    Named(&'static [(&'static str, &'static str)]),
    /// `1` to n.
    Steps(u32),
    /// Cases: `C` and one of these numbers.
    Cases(&'static [u32]),
}

const DOCUMENTS: &[Document] = &[
    Document {
        key: "rfc7643",
        title: "RFC 7643",
        url: "https://www.rfc-editor.org/rfc/rfc7643",
        sections: Sections::Numbered(RFC7643),
    },
    Document {
        key: "rfc7644",
        title: "RFC 7644",
        url: "https://www.rfc-editor.org/rfc/rfc7644",
        sections: Sections::Numbered(RFC7644),
    },
    Document {
        key: "rfc9110",
        title: "RFC 9110",
        url: "https://www.rfc-editor.org/rfc/rfc9110",
        sections: Sections::Numbered(RFC9110),
    },
    Document {
        key: "okta-scim20",
        title: "Okta, SCIM 2.0 protocol reference",
        url: "https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20",
        sections: Sections::Named(&[
            ("create", "create users"),
            ("lookup", "check whether a user exists"),
            ("read", "retrieve a user"),
            ("update", "update a user with PUT"),
            ("patch", "update a user with PATCH"),
            ("deactivate", "deactivate a user"),
            ("list", "import users in bulk"),
            ("lists", "list answers"),
            ("groups", "group operations"),
            ("group-create", "create groups"),
            ("group-update", "update groups"),
            ("group-delete", "delete groups"),
            ("errors", "errors"),
            ("password", "password synchronisation"),
        ]),
    },
    Document {
        key: "okta-scim11",
        title: "Okta, SCIM 1.1 protocol reference (set-up calls)",
        url: "https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-11",
        sections: Sections::Named(&[("test", "test the credentials"), ("save", "save the connection")]),
    },
    Document {
        key: "okta-faq",
        title: "Okta, SCIM: frequently asked questions",
        url: "https://developer.okta.com/docs/concepts/scim/faqs/",
        sections: Sections::Named(&[
            ("timeout", "time-outs"),
            ("multivalued", "multi-valued attributes"),
            ("errors", "where errors are shown"),
            ("filter", "filters"),
            ("patch", "PUT and PATCH"),
        ]),
    },
    Document {
        key: "okta-concept",
        title: "Okta, Understanding SCIM",
        url: "https://developer.okta.com/docs/concepts/scim/",
        sections: Sections::Named(&[
            ("rate-limits", "rate limits"),
            ("lifecycle", "the lifecycle of a user"),
            ("import", "imports"),
            ("profile", "profile pushes"),
        ]),
    },
    Document {
        key: "okta-prepare",
        title: "Okta, Build a SCIM provisioning integration: prepare",
        url: "https://developer.okta.com/docs/guides/scim-provisioning-integration-prepare/main/",
        sections: Sections::Named(&[("auth", "authentication"), ("base-url", "base URL"), ("id", "unique ids")]),
    },
    Document {
        key: "okta-spec",
        title: "Okta's SCIM 2.0 SPEC test suite",
        url: "https://developer.okta.com/docs/guides/scim-provisioning-integration-prepare/main/#test-your-scim-api",
        sections: Sections::Steps(12),
    },
    Document {
        key: "okta-crud",
        title: "Okta's SCIM 2.0 CRUD test suite",
        url: "https://developer.okta.com/docs/guides/scim-provisioning-integration-test/main/",
        sections: Sections::Steps(13),
    },
    Document {
        key: "okta-entitlements",
        title: "Okta's SCIM 2.0 entitlements test suite",
        url: "https://developer.okta.com/standards/SCIM/SCIMFiles/Okta-SCIM-20-Entitlements-Test.json",
        sections: Sections::Steps(1),
    },
    Document {
        key: "okta-governance",
        title: "Okta, Build a SCIM integration with entitlements",
        url: "https://developer.okta.com/docs/guides/scim-with-entitlements/main/",
        sections: Sections::Named(&[
            ("discovery", "resource types and schemas"),
            ("resources", "roles and entitlements"),
        ]),
    },
    Document {
        key: "okta-qa",
        title: "Okta's OIN QA test plan",
        url: "https://developer.okta.com/standards/SCIM/SCIMFiles/okta-scim-test-plan-v2.xlsx",
        sections: Sections::Cases(CASES),
    },
    Document {
        key: "elimity-scim",
        title: "elimity-com/scim, issue 127",
        url: "https://github.com/elimity-com/scim/issues/127",
        sections: Sections::Named(&[("null-list", "null in place of an empty list")]),
    },
    Document {
        key: "okta-wire",
        title: "recordings of Okta's SCIM client",
        url: "https://github.com/thedadams/obot/blob/60f55c3e7c92/pkg/scim/replay_test.go",
        sections: Sections::Named(&[
            ("assign", "assigning a person"),
            ("reassign", "assigning a person again"),
            ("unassign", "unassigning a person"),
            ("echo-put", "PUT echoes what was read"),
            ("group-push", "pushing a group"),
            ("group-members", "membership changes"),
            ("push-now", "push now"),
            ("group-delete", "deleting a pushed group"),
            ("login-change", "a changed login"),
            ("parallel", "several people at once"),
        ]),
    },
];

/// One requirement's source, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// `RFC 7644 section 3.5.2.3`.
    pub title: String,
    /// Where to read it.
    pub url: String,
}

/// Looks a key up; `None` for an unknown one.
pub fn source(key: &str) -> Option<Source> {
    let (name, section) = key.split_once('#')?;
    let document = DOCUMENTS.iter().find(|document| document.key == name)?;
    let title = document.title;
    match &document.sections {
        Sections::Numbered(sections) => sections.contains(&section).then(|| Source {
            title: format!("{title} section {section}"),
            url: format!("{}#section-{section}", document.url),
        }),
        Sections::Named(sections) => sections
            .iter()
            .find(|(key, _)| *key == section)
            .map(|(_, name)| Source { title: format!("{title}: {name}"), url: document.url.to_owned() }),
        Sections::Steps(last) => section
            .parse::<u32>()
            .ok()
            .filter(|step| (1..=*last).contains(step))
            .map(|step| Source { title: format!("{title}, step {step}"), url: document.url.to_owned() }),
        Sections::Cases(cases) => cases
            .iter()
            .any(|case| format!("C{case}") == section)
            .then(|| Source { title: format!("{title}, case {section}"), url: document.url.to_owned() }),
    }
}

/// All known keys that can be listed, for suggestions.
pub fn known() -> Vec<String> {
    let mut keys = Vec::new();
    for document in DOCUMENTS {
        match &document.sections {
            Sections::Named(sections) => keys.extend(sections.iter().map(|(key, _)| format!("{}#{key}", document.key))),
            Sections::Steps(last) => keys.extend((1..=*last).map(|step| format!("{}#{step}", document.key))),
            Sections::Cases(cases) => keys.extend(cases.iter().map(|case| format!("{}#C{case}", document.key))),
            Sections::Numbered(_) => {}
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_resolve_or_do_not() {
        assert_eq!(source("rfc7644#3.5.2.3").unwrap().title, "RFC 7644 section 3.5.2.3");
        assert!(source("okta-scim20#deactivate").is_some());
        assert!(source("okta-spec#12").is_some());
        assert!(source("okta-crud#13").is_some() && source("okta-entitlements#1").is_some());
        assert!(source("okta-qa#C9292").is_some());
        for wrong in
            ["rfc7644", "rfc7644#", "rfc7644#99.1", "rfc7644#3.33", "okta-spec#13", "okta-qa#C9999", "nothing#1"]
        {
            assert!(source(wrong).is_none(), "{wrong}");
        }
    }
}
