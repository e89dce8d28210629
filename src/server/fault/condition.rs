//! Faults in what the operators of a filter mean.

use serde_json::Value;

use super::{Fault, on_request, spoil};
use crate::scim::Filter;
use crate::scim::filter::CompareOp;
use crate::scim::path::AttrPath;
use crate::server::call::{Answer, Call};

const AREA: &str = "filter";

/// A filter that nobody satisfies.
pub(super) fn nobody() -> Filter {
    Filter::equals("id", "nobody")
}

/// Rewrites the filter of a query, wherever it stands.
pub(super) fn rewrite(call: &mut Call, change: impl Fn(Filter) -> Filter) -> Option<Answer> {
    let filter = Filter::parse(&spoil::filter_text(call)?).ok()?;
    spoil::set_filter(call, Some(change(filter).to_string()));
    None
}

/// Rewrites every condition.
pub(super) fn each(filter: Filter, change: &dyn Fn(Filter) -> Filter) -> Filter {
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

/// A date without what says where its clock stands.
fn as_if_in_greenwich(date: &str) -> Option<String> {
    let sign = date.get(19..)?.find(['+', '-'])? + 19;
    Some(format!("{}Z", &date[..sign]))
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
];
