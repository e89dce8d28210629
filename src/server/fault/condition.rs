//! Faults in what a filter means: operators, how conditions are joined, which values are looked at.

use serde_json::{Value, json};

use super::{Fault, Hooks, NONE, on_answer, on_request, spoil};
use crate::scim::filter::CompareOp;
use crate::scim::path::AttrPath;
use crate::scim::schema::USER;
use crate::scim::{Filter, ScimError};
use crate::server::call::{Answer, Call};
use crate::server::store::Store;

const AREA: &str = "filter";

/// A filter that nobody satisfies.
fn nobody() -> Filter {
    Filter::equals("id", "nobody")
}

/// Rewrites the filter of a query, wherever it stands.
fn rewrite(call: &mut Call, change: impl Fn(Filter) -> Filter) -> Option<Answer> {
    let filter = Filter::parse(&spoil::filter_text(call)?).ok()?;
    spoil::set_filter(call, Some(change(filter).to_string()));
    None
}

/// Rewrites every condition.
fn each(filter: Filter, change: &dyn Fn(Filter) -> Filter) -> Filter {
    let all = |operands: Vec<Filter>| operands.into_iter().map(|operand| each(operand, change)).collect();
    match filter {
        Filter::And(operands) => Filter::And(all(operands)),
        Filter::Or(operands) => Filter::Or(all(operands)),
        Filter::Not(inner) => Filter::Not(Box::new(each(*inner, change))),
        leaf => change(leaf),
    }
}

/// One operator is taken for another.
fn instead(call: &mut Call, of: CompareOp, other: CompareOp) -> Option<Answer> {
    rewrite(call, |filter| {
        each(filter, &|leaf| match leaf {
            Filter::Compare { path, op, value } if op == of => Filter::Compare { path, op: other, value },
            leaf => leaf,
        })
    })
}

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

/// Every condition of a chain, read from left to right.
fn from_left(filter: Filter) -> Filter {
    match filter {
        Filter::Or(mut operands) => match operands.pop() {
            Some(Filter::And(mut joined)) if !operands.is_empty() => {
                let first = joined.remove(0);
                operands.push(first);
                joined.insert(0, Filter::Or(operands));
                Filter::And(joined)
            }
            Some(last) => {
                operands.push(last);
                Filter::Or(operands)
            }
            None => Filter::Or(operands),
        },
        other => other,
    }
}

/// The same as if there were no brackets.
fn without_brackets(filter: Filter) -> Filter {
    match filter {
        Filter::And(mut operands) => match operands.iter().position(|operand| matches!(operand, Filter::Or(_))) {
            Some(at) => {
                let Filter::Or(mut either) = operands.remove(at) else { return Filter::And(operands) };
                let before = operands.split_off(at.min(operands.len()));
                // What stood before the bracket is joined with its first condition, what stood behind it with its last.
                if !operands.is_empty() {
                    operands.push(either.remove(0));
                    either.insert(0, Filter::And(operands));
                }
                if let (false, Some(last)) = (before.is_empty(), either.pop()) {
                    either.push(Filter::And([vec![last], before].concat()));
                }
                Filter::Or(either)
            }
            None => Filter::And(operands),
        },
        other => other,
    }
}

/// Conditions in square brackets, each by itself.
fn apart(path: AttrPath) -> Filter {
    fn along(of: &AttrPath, filter: Filter) -> Filter {
        each(filter, &|leaf| match leaf {
            Filter::Compare { path, op, value } => {
                Filter::Compare { path: AttrPath { sub: Some(path.attr), ..of.clone() }, op, value }
            }
            Filter::Present(path) => Filter::Present(AttrPath { sub: Some(path.attr), ..of.clone() }),
            other => other,
        })
    }
    let bare = AttrPath { filter: None, ..path.clone() };
    path.filter.map_or_else(nobody, |inner| along(&bare, *inner))
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

/// A date without what says where its clock stands.
fn as_if_in_greenwich(date: &str) -> Option<String> {
    let sign = date.get(19..)?.find(['+', '-'])? + 19;
    Some(format!("{}Z", &date[..sign]))
}

fn whole_externals(store: &Store, wanted: &str) -> Option<String> {
    let dump = store.dump();
    let all = dump["users"].as_array().cloned().unwrap_or_default();
    let mut ids = all.iter().filter_map(|user| user["externalId"].as_str());
    ids.find(|id| id.eq_ignore_ascii_case(wanted)).map(str::to_owned)
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "filter-ne-as-eq",
        summary: "ne finds whose value is equal",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| instead(call, CompareOp::NotEqual, CompareOp::Equal)),
    },
    Fault {
        name: "filter-ne-case-sensitive",
        summary: "ne minds letter case where eq does not",
        area: AREA,
        source: "RFC 7643 4.1.1",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| {
                each(filter, &|leaf| match &leaf {
                    Filter::Compare { path, op: CompareOp::NotEqual, value: Value::String(text) }
                        if text.chars().any(|letter| letter.is_ascii_uppercase()) =>
                    {
                        Filter::Present(path.clone())
                    }
                    _ => leaf,
                })
            })
        }),
    },
    Fault {
        name: "filter-co-as-eq",
        summary: "co finds only whose whole value is the text",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| instead(call, CompareOp::Contains, CompareOp::Equal)),
    },
    Fault {
        name: "filter-co-as-sw",
        summary: "co finds only whose value begins with the text",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| instead(call, CompareOp::Contains, CompareOp::StartsWith)),
    },
    Fault {
        name: "filter-sw-as-co",
        summary: "sw finds whose value contains the text anywhere",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| instead(call, CompareOp::StartsWith, CompareOp::Contains)),
    },
    Fault {
        name: "filter-ew-as-co",
        summary: "ew finds whose value contains the text anywhere",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| instead(call, CompareOp::EndsWith, CompareOp::Contains)),
    },
    Fault {
        name: "filter-gt-as-ge",
        summary: "gt finds the value itself, too",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| instead(call, CompareOp::Greater, CompareOp::GreaterOrEqual)),
    },
    Fault {
        name: "filter-le-as-lt",
        summary: "le does not find the value itself",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| instead(call, CompareOp::LessOrEqual, CompareOp::Less)),
    },
    Fault {
        name: "filter-lt-as-gt",
        summary: "lt finds what is greater",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| instead(call, CompareOp::Less, CompareOp::Greater)),
    },
    Fault {
        name: "filter-pr-always-true",
        summary: "pr finds also who has no value",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| {
                each(filter, &|leaf| match leaf {
                    Filter::Present(_) => Filter::Present(AttrPath::of("id")),
                    leaf => leaf,
                })
            })
        }),
    },
    Fault {
        name: "filter-date-offset-ignored",
        summary: "Of a date in a filter the offset is passed over",
        area: AREA,
        source: "RFC 7643 2.3.5",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| {
                each(filter, &|leaf| match leaf {
                    Filter::Compare { path, op, value: Value::String(date) }
                        if path.attr.eq_ignore_ascii_case("meta") =>
                    {
                        let date = as_if_in_greenwich(&date).unwrap_or(date);
                        Filter::Compare { path, op, value: date.into() }
                    }
                    leaf => leaf,
                })
            })
        }),
    },
    Fault {
        name: "filter-truth-values-ordered",
        summary: "gt, ge, lt and le on truth values are answered with an empty list",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| {
                each(filter, &|leaf| match &leaf {
                    Filter::Compare { op, value: Value::Bool(_), .. } if op.is_ordering() => nobody(),
                    _ => leaf,
                })
            })
        }),
    },
    Fault {
        name: "filter-truth-values-as-text",
        summary: "active eq true finds nobody, since a text is compared",
        area: AREA,
        source: "RFC 7643 2.3.2",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| {
                each(filter, &|leaf| match &leaf {
                    Filter::Compare { value: Value::Bool(_), .. } => nobody(),
                    _ => leaf,
                })
            })
        }),
    },
    Fault {
        name: "filter-compound-dropped",
        summary: "Of conditions joined by and only the first counts",
        area: AREA,
        source: "filter-compound-dropped https://github.com/NorthlandPositronics/Cogtrix/issues/124",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| match filter {
                Filter::And(mut operands) => operands.swap_remove(0),
                other => other,
            })
        }),
    },
    Fault {
        name: "filter-or-as-and",
        summary: "or is taken for and",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| match filter {
                Filter::Or(operands) => Filter::And(operands),
                other => other,
            })
        }),
    },
    Fault {
        name: "filter-or-lists-twice",
        summary: "Who satisfies both sides of or is listed twice",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_answer(|call, _, answer| {
            let either = matches!(spoil::filter(call), Some(Filter::Or(_)));
            if let (true, Some(list)) = (either, spoil::list(answer)) {
                let all = list.get("Resources").and_then(Value::as_array).cloned().unwrap_or_default();
                if all.len() == 1 {
                    list.insert("Resources".into(), json!([all[0], all[0]]));
                    list.insert("totalResults".into(), 2.into());
                    list.insert("itemsPerPage".into(), 2.into());
                }
            }
        }),
    },
    Fault {
        name: "filter-not-ignored",
        summary: "not has no effect",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            fn plain(filter: Filter) -> Filter {
                match filter {
                    Filter::And(operands) => Filter::And(operands.into_iter().map(plain).collect()),
                    Filter::Or(operands) => Filter::Or(operands.into_iter().map(plain).collect()),
                    Filter::Not(inner) => plain(*inner),
                    leaf => leaf,
                }
            }
            rewrite(call, plain)
        }),
    },
    Fault {
        name: "filter-precedence-flat",
        summary: "Conditions are combined from left to right, whatever joins them",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| rewrite(call, from_left)),
    },
    Fault {
        name: "filter-brackets-ignored",
        summary: "Round brackets have no effect",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| rewrite(call, without_brackets)),
    },
    Fault {
        name: "filter-valuepath-apart",
        summary: "Conditions in square brackets may hold of different values",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| {
                each(filter, &|leaf| match leaf {
                    Filter::ValuePath(path) => apart(path),
                    leaf => leaf,
                })
            })
        }),
    },
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
