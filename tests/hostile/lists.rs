//! Lists whose numbers lie, and pages that never end.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    case::Case,
    stage::Hostile,
    support::raw::{Answer, Heard},
};

const IMPORT: &[&str] =
    &["okta/import/everybody", "okta/import/second-page", "okta/lookup/stranger", "--dialect", "okta-aiw"];

/// The reference server with this in its lists.
fn with(name: &'static str, value: Value) -> Hostile {
    Hostile::spoilt(move |talk, answer| {
        if talk.number > 0 {
            change(answer, |body| {
                if body.get("Resources").is_some() {
                    body[name] = value.clone();
                }
            });
        }
    })
}

/// Changes a body that is JSON.
pub fn change(answer: &mut Answer, change: impl FnOnce(&mut Value)) {
    if let Ok(mut body) = serde_json::from_str(&answer.body) {
        change(&mut body);
        answer.body = body.to_string();
    }
}

/// The number behind `startIndex=`, where the request is for a page.
fn start(heard: &Heard) -> Option<usize> {
    let (_, rest) = heard.target.split_once("?startIndex=")?;
    heard.target.contains("count=100").then(|| rest.split('&').next()?.parse().ok())?
}

/// Full pages of people; `number` says who is first on a page.
fn pages(number: impl Fn(usize) -> usize + Send + Sync + 'static) -> Hostile {
    Hostile::requests(move |talk| {
        let Some(start) = start(&talk.heard).filter(|_| talk.heard.target.contains("/Users?")) else {
            return talk.pass();
        };
        let people = (number(start)..).take(100).map(|at| {
            json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": format!("p{at}"), "active": true,
                   "userName": format!("p{at}@corp.example"), "meta": {"resourceType": "User"}})
        });
        let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 2_000_000_000, "startIndex": start, "itemsPerPage": 100, "Resources": people.collect::<Value>()});
        talk.answer(&Answer::json(200, &body))
    })
}

pub const CASES: &[Case] = &[
    Case {
        name: "total-huge",
        does: "says that there are 2^63 people",
        run: IMPORT,
        says: &["A list answer counts resources but shows none", "4 resources of 9223372036854775807"],
        target: || with("totalResults", json!(9_223_372_036_854_775_807_i64)),
        ..Case::PLAIN
    },
    Case {
        name: "total-beyond",
        does: "says that there are 10^30 people",
        run: IMPORT,
        says: &["a number that is no integer"],
        target: || with("totalResults", json!(1e30)),
        ..Case::PLAIN
    },
    Case {
        name: "total-negative",
        does: "says that there are -1 people",
        run: IMPORT,
        says: &["A list answer counts fewer resources than it shows"],
        target: || with("totalResults", json!(-1)),
        ..Case::PLAIN
    },
    Case {
        name: "total-float",
        does: "says that there are 1.5 people",
        run: IMPORT,
        says: &["A list answer has a number that is no JSON integer"],
        target: || with("totalResults", json!(1.5)),
        ..Case::PLAIN
    },
    Case {
        name: "total-text",
        does: "says how many there are in letters",
        run: IMPORT,
        says: &["A list answer has a number that is no JSON integer"],
        target: || with("totalResults", json!("3")),
        ..Case::PLAIN
    },
    Case {
        name: "total-null",
        does: "says that there are null people",
        run: IMPORT,
        says: &["A list answer has no totalResults"],
        target: || with("totalResults", Value::Null),
        ..Case::PLAIN
    },
    Case {
        name: "page-of-minus",
        does: "says that a page has -100 entries",
        run: IMPORT,
        exit: 0,
        findings: 0,
        says: &["As expected: "],
        target: || with("itemsPerPage", json!(-100)),
        ..Case::PLAIN
    },
    Case {
        name: "resources-text",
        does: "has a text where the resources are due",
        run: IMPORT,
        says: &["A list answer counts resources but shows none"],
        target: || with("Resources", json!("nobody")),
        ..Case::PLAIN
    },
    Case {
        name: "resources-odd",
        does: "lists numbers, null and lists instead of people",
        run: IMPORT,
        says: &["A resource has no id"],
        target: || with("Resources", json!([null, 1, "x", [], [[]], {}, true])),
        ..Case::PLAIN
    },
    Case {
        name: "same-page",
        does: "shows the same full page for ever",
        run: IMPORT,
        says: &["A page of a list repeats resources of an earlier page"],
        target: || pages(|_| 1),
        ..Case::PLAIN
    },
    Case {
        name: "circle",
        does: "pages in a circle: A, B, A, B",
        run: IMPORT,
        says: &["A page of a list repeats resources of an earlier page"],
        target: || pages(|start| start / 100 % 2 * 100),
        ..Case::PLAIN
    },
    Case {
        name: "never-ends",
        does: "has ever more people on ever more pages",
        run: IMPORT,
        says: &[
            "The list does not end: we gave up at \"import\"",
            "100 full pages of totalResults 2000000000, and no end",
        ],
        target: || pages(|start| start),
        within: Duration::from_secs(120),
        ..Case::PLAIN
    },
];
