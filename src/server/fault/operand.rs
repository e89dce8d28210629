//! Faults in which attributes and values a filter looks at, and which it takes.

use serde_json::Value;

use super::condition::{each, nobody, rewrite};
use super::{Fault, Hooks, NONE, on_answer, on_request, spoil};
use crate::scim::filter::CompareOp;
use crate::scim::path::AttrPath;
use crate::scim::schema::USER;
use crate::scim::{Filter, ScimError};
use crate::server::call::{Answer, Call};
use crate::server::store::Store;

const AREA: &str = "filter";

/// Conditions on some paths find nobody.
fn blind(call: &mut Call, to: impl Fn(&AttrPath) -> bool) -> Option<Answer> {
    rewrite(call, |filter| {
        each(filter, &|leaf| match &leaf {
            Filter::Compare { path, .. } | Filter::Present(path) | Filter::ValuePath(path) if to(path) => nobody(),
            _ => leaf,
        })
    })
}

/// The paths of a filter.
fn paths(filter: &Filter) -> Vec<&AttrPath> {
    match filter {
        Filter::And(operands) | Filter::Or(operands) => operands.iter().flat_map(paths).collect(),
        Filter::Not(inner) => paths(inner),
        Filter::Compare { path, .. } | Filter::Present(path) | Filter::ValuePath(path) => vec![path],
    }
}

/// True for an attribute that is not written as the schema has it.
fn in_other_letters(path: &AttrPath) -> bool {
    USER.canonical(path)
        .is_some_and(|as_written| as_written.attr != path.attr || as_written.sub.as_deref() != path.sub.as_deref())
}

/// A text with wildcards in it: each piece between them must be there.
fn with_wildcards(leaf: Filter) -> Filter {
    let Filter::Compare { path, op, value: Value::String(text) } = &leaf else { return leaf };
    let textual = matches!(op, CompareOp::Equal | CompareOp::Contains | CompareOp::StartsWith | CompareOp::EndsWith);
    if !textual || !text.contains(['%', '*', '_']) && !text.contains(".*") && *op != CompareOp::StartsWith {
        return leaf;
    }
    let piece = |part: &str| Filter::Compare { path: path.clone(), op: CompareOp::Contains, value: part.into() };
    let pieces: Vec<Filter> = text.split(['%', '*', '_', '.']).filter(|part| !part.is_empty()).map(piece).collect();
    if pieces.is_empty() { leaf } else { Filter::And(pieces) }
}

fn whole_externals(store: &Store, wanted: &str) -> Option<String> {
    let dump = store.dump();
    let all = dump["users"].as_array().cloned().unwrap_or_default();
    let mut ids = all.iter().filter_map(|user| user["externalId"].as_str());
    ids.find(|id| id.eq_ignore_ascii_case(wanted)).map(str::to_owned)
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "filter-part-ignored",
        summary: "A filter on a part of the name looks at all parts of it",
        area: AREA,
        source: "RFC 7644 3.10",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| {
                each(filter, &|leaf| match leaf {
                    Filter::Compare { path, op, value } if path.attr == "name" => {
                        let part = |sub: &str| {
                            let path = AttrPath { sub: Some(sub.to_owned()), ..path.clone() };
                            Filter::Compare { path, op, value: value.clone() }
                        };
                        Filter::Or(vec![part("familyName"), part("givenName")])
                    }
                    leaf => leaf,
                })
            })
        }),
    },
    Fault {
        name: "filter-first-value-only",
        summary: "Of several addresses a filter looks at the first only",
        area: AREA,
        source: "multivalued-only-first https://github.com/keycloak/keycloak/issues/52218",
        hooks: on_answer(|call, _, answer| {
            let wanted = match spoil::filter(call) {
                Some(Filter::Compare { path, value: Value::String(text), .. }) if path.attr == "emails" => text,
                _ => return,
            };
            if let Some(list) = spoil::list(answer)
                && let Some(Value::Array(found)) = list.get_mut("Resources")
            {
                found.retain(|user| user["emails"][0]["value"] == wanted.as_str());
                let left = found.len();
                list.insert("totalResults".into(), left.into());
                list.insert("itemsPerPage".into(), left.into());
            }
        }),
    },
    Fault {
        name: "filter-schema-prefix-unknown",
        summary: "Attributes with the URN of their core schema before them find nobody",
        area: AREA,
        source: "RFC 7644 3.10",
        hooks: on_request(|call, _| {
            blind(call, |path| path.urn.as_deref().is_some_and(|urn| urn.to_ascii_lowercase().contains(":core:")))
        }),
    },
    Fault {
        name: "filter-extension-unknown",
        summary: "Attributes of an extension find nobody",
        area: AREA,
        source: "RFC 7644 3.10",
        hooks: on_request(|call, _| {
            blind(call, |path| path.urn.as_deref().is_some_and(|urn| urn.to_ascii_lowercase().contains(":extension:")))
        }),
    },
    Fault {
        name: "filter-schemas-always-true",
        summary: "A condition on schemas holds of everybody",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| {
                each(filter, &|leaf| match &leaf {
                    Filter::Compare { path, .. } if path.is_plain("schemas") => Filter::Present(AttrPath::of("id")),
                    _ => leaf,
                })
            })
        }),
    },
    Fault {
        name: "filter-members-always-true",
        summary: "A condition on members holds of every group that has any",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| {
                each(filter, &|leaf| match &leaf {
                    Filter::Compare { path, .. } | Filter::ValuePath(path) if path.attr == "members" => {
                        Filter::Present(AttrPath::of("members"))
                    }
                    _ => leaf,
                })
            })
        }),
    },
    Fault {
        name: "filter-operators-case-sensitive",
        summary: "Operators are known in small letters only",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            let text = spoil::filter_text(call)?;
            let loud = [" EQ ", " Eq ", " AND "].iter().any(|word| text.contains(word));
            loud.then(|| ScimError::invalid_filter("there is no such operator").into())
        }),
    },
    Fault {
        name: "filter-attributes-case-sensitive",
        summary: "Attributes in other letters than the schema's find nobody",
        area: AREA,
        source: "RFC 7643 2.1",
        hooks: on_request(|call, _| blind(call, in_other_letters)),
    },
    Fault {
        name: "filter-id-case-insensitive",
        summary: "Ids are found in any letter case",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| {
                each(filter, &|leaf| match leaf {
                    Filter::Compare { path, op: CompareOp::Equal, value: Value::String(id) } if path.is_plain("id") => {
                        Filter::equals("id", &id.to_ascii_lowercase())
                    }
                    leaf => leaf,
                })
            })
        }),
    },
    Fault {
        name: "filter-externalid-case-insensitive",
        summary: "External ids are found in any letter case",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_request(|call, store| {
            let wanted = spoil::filter(call)?.as_equals("externalId")?.to_owned();
            let found = whole_externals(store, &wanted)?;
            spoil::set_filter(call, Some(Filter::equals("externalId", &found).to_string()));
            None
        }),
    },
    Fault {
        name: "filter-escapes-broken",
        summary: "A value with an escaped sign in it finds nobody",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            let broken = spoil::filter_text(call)?.contains('\\');
            if broken {
                spoil::set_filter(call, Some(nobody().to_string()));
            }
            None
        }),
    },
    Fault {
        name: "filter-wildcards",
        summary: "Percent signs, asterisks, dots and underscores in a value stand for other signs",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| rewrite(call, |filter| each(filter, &with_wildcards))),
    },
    Fault {
        name: "filter-index-stale",
        summary: "Filters do not find who was changed since they were created",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_answer(|call, _, answer| {
            let filtered = spoil::filter_text(call).is_some();
            if let (true, Some(list)) = (filtered, spoil::list(answer))
                && let Some(Value::Array(found)) = list.get_mut("Resources")
            {
                found.retain(|resource| resource["meta"]["created"] == resource["meta"]["lastModified"]);
                let left = found.len();
                list.insert("totalResults".into(), left.into());
                list.insert("itemsPerPage".into(), left.into());
            }
        }),
    },
    Fault {
        name: "filter-long-500",
        summary: "A filter of more than a thousand bytes is answered 500",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_request(|call, _| {
            let long = spoil::filter_text(call)?.len() > 1000;
            long.then(|| ScimError::internal("the query is too complex").into())
        }),
    },
    Fault {
        name: "filter-refused-without-type",
        summary: "A filter that is refused has no scimType",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_answer(|_, _, answer| {
            if answer.status == 400
                && let Some(Value::Object(error)) = answer.json_mut()
                && error.get("scimType").is_some_and(|kind| kind == "invalidFilter")
            {
                error.shift_remove("scimType");
            }
        }),
    },
    Fault {
        name: "filter-unknown-attribute-true",
        summary: "A condition on an attribute that does not exist holds of everybody",
        area: AREA,
        source: "RFC 7644 3.4.2.1",
        hooks: on_request(|call, _| {
            let (kind, _) = call.target()?;
            rewrite(call, |filter| {
                each(filter, &|leaf| {
                    let unknown = paths(&leaf).iter().any(|path| kind.schema().find(path).is_none());
                    if unknown { Filter::Present(AttrPath::of("id")) } else { leaf }
                })
            })
        }),
    },
    Fault {
        name: "filter-wrong-type-true",
        summary: "A condition with a value of another type holds of everybody",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| {
                each(filter, &|leaf| match &leaf {
                    Filter::Compare { path, value: Value::Number(_) | Value::Bool(_), .. }
                        if path.is_plain("userName") =>
                    {
                        Filter::Present(AttrPath::of("id"))
                    }
                    _ => leaf,
                })
            })
        }),
    },
    Fault {
        name: "filter-empty-lists-all",
        summary: "An empty filter is taken for none",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            if spoil::filter_text(call)?.trim().is_empty() {
                spoil::set_filter(call, None);
            }
            None
        }),
    },
    Fault {
        name: "filter-root-type-ignored",
        summary: "In a query of the root the type of a resource does not count",
        area: AREA,
        source: "RFC 7644 3.4.2.1",
        hooks: Hooks {
            request: Some(|call, _| {
                rewrite(call, |filter| {
                    each(filter, &|leaf| match &leaf {
                        Filter::Compare { path, .. } if path.sub.as_deref() == Some("resourceType") => {
                            Filter::Present(AttrPath::of("id"))
                        }
                        _ => leaf,
                    })
                })
            }),
            ..NONE
        },
    },
];
