//! Faults in how the conditions of a filter are joined.

use serde_json::{Value, json};

use super::condition::{each, nobody, rewrite};
use super::{Fault, on_answer, on_request, spoil};
use crate::scim::Filter;
use crate::scim::path::AttrPath;

const AREA: &str = "filter";

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

pub(super) const FAULTS: &[Fault] = &[
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
];
