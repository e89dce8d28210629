mod alike;
mod semantics;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::scim::schema::{GROUP, USER};

/// The filters of RFC 7644 figure 2.
const EXAMPLES: [&str; 17] = [
    r#"userName eq "bjensen""#,
    r#"name.familyName co "O'Malley""#,
    r#"userName sw "J""#,
    r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#,
    "title pr",
    r#"meta.lastModified gt "2011-05-13T04:42:34Z""#,
    r#"meta.lastModified ge "2011-05-13T04:42:34Z""#,
    r#"meta.lastModified lt "2011-05-13T04:42:34Z""#,
    r#"meta.lastModified le "2011-05-13T04:42:34Z""#,
    r#"title pr and userType eq "Employee""#,
    r#"title pr or userType eq "Intern""#,
    r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
    r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
    r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
    r#"userType eq "Employee" and (emails.type eq "work")"#,
    r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#,
    r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
];

fn person() -> Value {
    json!({
        "schemas": [crate::scim::urn::USER],
        "id": "Ab1",
        "externalId": "eX",
        "userName": "BJensen",
        "name": {"familyName": "O'Malley"},
        "title": "",
        "userType": "Employee",
        "active": true,
        "emails": [
            {"type": "work", "value": "b@example.com", "primary": true},
            {"type": "home", "value": "babs@home.net"}
        ],
        "meta": {"lastModified": "2011-05-13T06:42:34+02:00"}
    })
}

fn matches(text: &str) -> bool {
    let filter = Filter::parse(text).unwrap();
    filter.check(&USER).unwrap();
    filter.matches(&person(), &USER)
}

#[test]
fn the_examples_of_the_rfc_are_read_and_print_back() {
    for text in EXAMPLES {
        let filter = Filter::parse(text).unwrap();
        filter.check(&USER).unwrap();
        assert_eq!(Filter::parse(&filter.to_string()).unwrap(), filter);
        assert!(text.parse::<scim_v2::filter::Filter>().is_ok(), "{text}");
    }
}

#[test]
fn loose_writings_are_read() {
    for text in [
        "not(title pr)",
        "not (title pr)",
        "NOT (title PR)",
        r#"(title pr)and(userName eq"x")"#,
        r#"emails[type eq "work"].value eq "b@example.com""#,
        "  title   pr  ",
        "active eq True",
        "http://schemas.example/x:title pr",
    ] {
        assert!(Filter::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn broken_filters_say_where() {
    for (text, offset) in [
        ("", 0),
        ("userName", 8),
        ("userName regex \"a\"", 9),
        ("userName eq", 11),
        ("userName eq bob", 12),
        ("userName eq \"bob", 12),
        ("(title pr", 9),
        ("title pr and", 12),
        ("title pr title pr", 9),
        ("emails[type eq \"work\"", 21),
        ("not title pr", 4),
    ] {
        let error = Filter::parse(text).unwrap_err();
        assert_eq!(error.offset, offset, "{text}: {}", error.message);
    }
}

#[test]
fn deep_and_long_inputs_do_not_overflow() {
    assert!(Filter::parse(&"(".repeat(100_000)).is_err());
    assert!(Filter::parse(&"not(".repeat(100_000)).is_err());
    assert!(Filter::parse(&"a[".repeat(100_000)).is_err());
    let long = vec!["title pr"; 20_000].join(" and ");
    let filter = Filter::parse(&long).unwrap();
    assert!(!filter.matches(&person(), &USER));
}

#[test]
fn and_binds_tighter_than_or() {
    let loose = Filter::parse("a pr or b pr and c pr").unwrap();
    let grouped = Filter::parse("a pr or (b pr and c pr)").unwrap();
    assert_eq!(loose, grouped);
    let not = Filter::parse("not (a pr) and b pr").unwrap();
    assert!(matches!(not, Filter::And(_)));
}

#[test]
fn letter_case_counts_only_where_the_schema_says_so() {
    assert!(matches(r#"userName eq "bjensen""#));
    assert!(matches(r#"USERNAME EQ "BJENSEN""#));
    assert!(matches(r#"id eq "Ab1""#) && !matches(r#"id eq "ab1""#));
    assert!(matches(r#"externalId eq "eX""#) && !matches(r#"externalId eq "ex""#));
    let group = json!({"displayName": "Crew"});
    let filter = Filter::parse(r#"displayName eq "crew""#).unwrap();
    assert!(filter.matches(&group, &GROUP));
}

#[test]
fn operators_do_what_the_table_says() {
    for text in [
        r#"name.familyName co "malley""#,
        r#"userName sw "bj""#,
        r#"userName ew "SEN""#,
        r#"meta.lastModified eq "2011-05-13T04:42:34Z""#,
        r#"meta.lastModified ge "2011-05-13T04:42:34Z""#,
        r#"meta.lastModified gt "2011-05-13T05:42:34+02:00""#,
        r#"userName gt "aaa" and userName lt "c""#,
        "active eq true",
        r#"active eq "True""#,
        "not (title pr)",
        "nickName eq null",
        r#"nickName ne "x""#,
        r#"emails eq "babs@home.net""#,
        r#"emails.type eq "home" and emails.value co "@example""#,
        r#"emails[type eq "work" and value co "@example.com"]"#,
        r#"emails[type eq "work"].value eq "b@example.com""#,
        "emails pr and emails.primary eq true",
    ] {
        assert!(matches(text), "{text}");
    }
    for text in [
        "title pr",
        r#"emails[type eq "home" and value co "@example.com"]"#,
        r#"userType ne "Employee""#,
        "active eq false",
        r#"nickName eq "x""#,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department pr",
    ] {
        assert!(!matches(text), "{text}");
    }
}

#[test]
fn what_the_schema_does_not_allow_is_refused() {
    for text in [
        r#"shoeSize eq "x""#,
        r#"name.shoe eq "x""#,
        "active gt true",
        r#"active gt "x""#,
        r#"emails[shoe eq "x"]"#,
        r#"name eq "x""#,
        r#"password sw "a""#,
        "userName co 3",
    ] {
        assert!(Filter::parse(text).unwrap().check(&USER).is_err(), "{text}");
    }
}

fn attr_path() -> impl Strategy<Value = AttrPath> {
    let name = "[a-zA-Z][a-zA-Z0-9_-]{0,6}";
    (proptest::option::of(Just(())), name, proptest::option::of(name)).prop_map(|(urn, attr, sub)| AttrPath {
        urn: urn.map(|()| crate::scim::urn::ENTERPRISE_USER.to_owned()),
        attr: format!("a{attr}"),
        filter: None,
        sub,
    })
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let op = proptest::sample::select(OPERATORS.map(|(op, _)| op).to_vec());
    let literal = prop_oneof![
        any::<String>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    let leaf = prop_oneof![
        (attr_path(), op, literal).prop_map(|(path, op, value)| Filter::Compare { path, op, value }),
        attr_path().prop_map(Filter::Present),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::Or),
            inner.clone().prop_map(|f| Filter::Not(Box::new(f))),
            (attr_path(), inner).prop_map(|(mut path, filter)| {
                path.sub = None;
                path.filter = Some(Box::new(filter));
                Filter::ValuePath(path)
            }),
        ]
    })
}

proptest! {
    #[test]
    fn a_printed_filter_reads_back_the_same(filter in any_filter()) {
        prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = Filter::parse(&text);
        let _ = text.parse::<AttrPath>();
    }
}
