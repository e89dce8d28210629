//! Properties: filters mean the same printed and read again, and to another reader, the crate `scim_v2`.

use proptest::prelude::*;
use scim_v2::filter as theirs;
use serde_json::{Value, json};

use super::any_filter;
use crate::scim::filter::{CompareOp, Filter};
use crate::scim::path::AttrPath;
use crate::scim::schema::USER;

/// Their tree as ours.
fn ours(filter: &theirs::Filter) -> Filter {
    match filter {
        theirs::Filter::Attr(expression) => term(expression),
        theirs::Filter::ValuePath(path) => {
            let filter = Some(Box::new(ours_within(&path.filter)));
            Filter::ValuePath(AttrPath { filter, ..attribute(&path.attr) })
        }
        theirs::Filter::Not(inner) => Filter::Not(Box::new(ours(inner))),
        theirs::Filter::And(operands) => Filter::And(operands.iter().map(ours).collect()),
        theirs::Filter::Or(operands) => Filter::Or(operands.iter().map(ours).collect()),
    }
}

fn ours_within(filter: &theirs::ValFilter) -> Filter {
    match filter {
        theirs::ValFilter::Attr(expression) => term(expression),
        theirs::ValFilter::Not(inner) => Filter::Not(Box::new(ours_within(inner))),
        theirs::ValFilter::And(operands) => Filter::And(operands.iter().map(ours_within).collect()),
        theirs::ValFilter::Or(operands) => Filter::Or(operands.iter().map(ours_within).collect()),
    }
}

fn term(expression: &theirs::AttrExp) -> Filter {
    match expression {
        theirs::AttrExp::Present(path) => Filter::Present(attribute(path)),
        theirs::AttrExp::Comparison(path, op, value) => Filter::Compare {
            path: attribute(path),
            op: CompareOp::from_keyword(&op.to_string()).unwrap(),
            value: serde_json::from_str(&value.to_string()).unwrap(),
        },
    }
}

fn attribute(path: &theirs::AttrPath) -> AttrPath {
    AttrPath { urn: path.uri.clone(), attr: path.name.clone(), filter: None, sub: path.sub_attr.clone() }
}

/// A tree in the one shape that both readers agree on: chains within chains of the same kind lie side by side, and a URN is not
/// told from the attribute behind it.
fn plain(filter: Filter) -> Filter {
    match filter {
        Filter::And(operands) => {
            let all = operands.into_iter().map(plain).flat_map(|operand| match operand {
                Filter::And(inner) => inner,
                other => vec![other],
            });
            Filter::And(all.collect())
        }
        Filter::Or(operands) => {
            let all = operands.into_iter().map(plain).flat_map(|operand| match operand {
                Filter::Or(inner) => inner,
                other => vec![other],
            });
            Filter::Or(all.collect())
        }
        Filter::Not(inner) => Filter::Not(Box::new(plain(*inner))),
        Filter::Compare { path, op, value } => Filter::Compare { path: plain_path(path), op, value },
        Filter::Present(path) => Filter::Present(plain_path(path)),
        Filter::ValuePath(path) => Filter::ValuePath(plain_path(path)),
    }
}

fn plain_path(path: AttrPath) -> AttrPath {
    let bare = AttrPath { filter: None, sub: None, ..path.clone() };
    let filter = path.filter.map(|inner| Box::new(plain(*inner)));
    AttrPath { urn: None, attr: bare.to_string(), filter, sub: path.sub }
}

/// Pieces of filters; put together at random, some of them make one.
fn token() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "a",
        "userName",
        "b.c",
        "emails[",
        "]",
        ".value",
        "urn:x:y:2.0:User:d",
        "urn:x:y:2.0:User",
        " ",
        " eq ",
        " EQ ",
        " co ",
        " pr",
        " pr ",
        "\"x\"",
        "\"a\\\"b\\u00e9\"",
        "true",
        "null",
        "-1.5e3",
        "7",
        "not ",
        "not",
        "(",
        ")",
        " and ",
        " or ",
        "a pr",
        "b eq 1",
        "type eq \"work\"",
    ])
}

/// Whole terms with words between them; most of them make a filter.
fn chain() -> impl Strategy<Value = String> {
    let term = proptest::sample::select(vec![
        "a pr",
        "b eq 1",
        "not (c.d co \"x\")",
        "urn:x:y:2.0:User:d lt \"5\"",
        "emails[type eq \"work\" or not (value pr)]",
        "(a pr or b pr)",
        "(a pr and b pr)",
        "NOT  ((a pr))",
    ]);
    let word = proptest::sample::select(vec![" and ", " or ", "  AND  ", " Or "]);
    proptest::collection::vec((term, word), 1..8).prop_map(|pairs| {
        let last = pairs.len() - 1;
        let text =
            |(index, (term, word)): (usize, (&str, &str))| format!("{term}{}", if index < last { word } else { "" });
        pairs.into_iter().enumerate().map(text).collect()
    })
}

/// Attributes of the schema and what they may hold.
fn user() -> impl Strategy<Value = Value> {
    let text = || proptest::option::of(proptest::sample::select(vec!["", "a", "A", "ab", "work", "home"]));
    let email = (text(), text(), any::<bool>())
        .prop_map(|(value, kind, primary)| json!({"value": value, "type": kind, "primary": primary}));
    (text(), text(), proptest::option::of(any::<bool>()), proptest::collection::vec(email, 0..3)).prop_map(
        |(title, given, active, emails)| json!({"title": title, "name": {"givenName": given}, "active": active, "emails": emails}),
    )
}

/// A filter that the schema of a user allows.
fn sound() -> impl Strategy<Value = Filter> {
    let op = proptest::sample::select(vec!["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]);
    let text = proptest::sample::select(vec!["", "a", "AB", "work"]);
    let attribute =
        || proptest::sample::select(vec!["title", "name.givenName", "emails", "emails.type", "emails.value"]);
    let leaf = prop_oneof![
        (attribute(), op, text).prop_map(|(attribute, op, text)| format!("{attribute} {op} \"{text}\"")),
        attribute().prop_map(|attribute| format!("{attribute} pr")),
        proptest::sample::select(vec![
            "active eq true",
            "active ne false",
            "active eq null",
            "emails[type eq \"work\" and value sw \"a\"]",
            "emails[not (primary eq true)]",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_map(|text| Filter::parse(&text).unwrap()).prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::Or),
            inner.prop_map(|f| Filter::Not(Box::new(f))),
        ]
    })
}

fn reads_alike(text: &str) -> Result<bool, TestCaseError> {
    let Ok(filter) = text.parse::<theirs::Filter>() else {
        return Ok(false);
    };
    prop_assert_eq!(Filter::parse(text).map(plain), Ok(plain(ours(&filter))), "{}", text);
    Ok(true)
}

proptest! {
    #[test]
    fn what_scim_v2_reads_we_read_alike(tokens in proptest::collection::vec(token(), 1..9), chain in chain()) {
        reads_alike(&tokens.concat())?;
        prop_assert!(reads_alike(&chain)?, "{}", chain);
    }

    #[test]
    fn a_printed_filter_is_read_alike_by_scim_v2(filter in any_filter()) {
        reads_alike(&filter.to_string())?;
    }

    #[test]
    fn printed_and_read_again_a_filter_selects_the_same(filter in sound(), user in user()) {
        prop_assert_eq!(filter.check(&USER), Ok(()));
        let again = Filter::parse(&filter.to_string()).unwrap();
        prop_assert_eq!(&again, &filter);
        prop_assert_eq!(again.matches(&user, &USER), filter.matches(&user, &USER));
    }

    #[test]
    fn not_turns_and_into_or(left in sound(), right in sound(), user in user()) {
        let not = |filter: &Filter| Filter::Not(Box::new(filter.clone()));
        let whole = not(&Filter::And(vec![left.clone(), right.clone()]));
        let parts = Filter::Or(vec![not(&left), not(&right)]);
        prop_assert_eq!(whole.matches(&user, &USER), parts.matches(&user, &USER));
        prop_assert_eq!(not(&whole).matches(&user, &USER), left.matches(&user, &USER) && right.matches(&user, &USER));
    }
}
