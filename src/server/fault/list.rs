//! Faults of lists and pages.

use axum::http::Method;
use serde_json::Value;

use super::{Fault, on_answer, on_request, spoil};
use crate::scim::ScimError;
use crate::server::call::{Body, Kind};

const AREA: &str = "list";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "list-schema-missing",
        summary: "A list has no schemas",
        area: AREA,
        source: "RFC 7644 3.4.2",
        hooks: on_answer(|_, _, answer| {
            if let Some(list) = spoil::list(answer) {
                list.shift_remove("schemas");
            }
        }),
    },
    Fault {
        name: "list-numbers-as-strings",
        summary: "totalResults, startIndex and itemsPerPage are strings",
        area: AREA,
        source: "https://support.okta.com/help/s/question/0D54z0000A4i091CQA/",
        hooks: on_answer(|_, _, answer| {
            let Some(list) = spoil::list(answer) else {
                return;
            };
            for name in ["totalResults", "startIndex", "itemsPerPage"] {
                if let Some(number) = list.get_mut(name) {
                    *number = number.to_string().into();
                }
            }
        }),
    },
    Fault {
        name: "list-resources-missing",
        summary: "A list has the right totalResults and no Resources",
        area: AREA,
        source: "totalresults-but-empty-resources https://github.com/keycloak/keycloak/issues/50800",
        hooks: on_answer(|_, _, answer| {
            if let Some(list) = spoil::list(answer) {
                list.shift_remove("Resources");
            }
        }),
    },
    Fault {
        name: "list-first-email-only",
        summary: "Lists show the first e-mail address of a person, a read by id all of them",
        area: AREA,
        source: "RFC 7644 3.4.2",
        hooks: on_answer(|_, _, answer| {
            let resources = spoil::list(answer).and_then(|list| list.get_mut("Resources"));
            for one in resources.and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some(Value::Array(emails)) = one.get_mut("emails") {
                    emails.truncate(1);
                }
            }
        }),
    },
    Fault {
        name: "list-resources-null",
        summary: "An empty list has null for its Resources",
        area: AREA,
        source: "https://github.com/elimity-com/scim/issues/127",
        hooks: on_answer(|_, _, answer| {
            if let Some(resources) = spoil::list(answer).and_then(|list| list.get_mut("Resources"))
                && resources.as_array().is_some_and(Vec::is_empty)
            {
                *resources = Value::Null;
            }
        }),
    },
    Fault {
        name: "list-duplicates",
        summary: "A list holds each resource twice",
        area: AREA,
        source: "list-duplicates https://github.com/Infisical/infisical/issues/6552",
        hooks: on_answer(|_, _, answer| {
            let list = spoil::list(answer);
            if let Some(Value::Array(all)) = list.and_then(|l| l.get_mut("Resources")) {
                *all = all.iter().flat_map(|r| [r.clone(), r.clone()]).collect();
            }
        }),
    },
    Fault {
        name: "totalresults-is-page-size",
        summary: "totalResults counts the page, not all matches",
        area: AREA,
        source: "totalresults-is-page-size https://github.com/wso2/product-is/issues/7320",
        hooks: on_answer(|_, _, answer| {
            if let Some(list) = spoil::list(answer) {
                let page = list.get("itemsPerPage").cloned();
                list.insert("totalResults".into(), page.unwrap_or_default());
            }
        }),
    },
    Fault {
        name: "startindex-ignored",
        summary: "Every page is the first page",
        area: AREA,
        source: "startindex-ignored https://github.com/scimmyjs/scimmy/issues/21",
        hooks: on_request(|call, _| {
            call.set_parameter("startIndex", None);
            None
        }),
    },
    Fault {
        name: "page-cap-50",
        summary: "A page never holds more than 50, whatever count asks for",
        area: AREA,
        source: "https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20",
        hooks: on_request(|call, _| {
            let count = call.parameter("count").and_then(|c| c.parse().ok());
            let count: i64 = count.unwrap_or(50);
            call.set_parameter("count", Some(count.min(50).to_string()));
            None
        }),
    },
    Fault {
        name: "list-misses-scim-users",
        summary: "The list of all users leaves out those made by clients",
        area: AREA,
        source: "list-misses-scim-users https://github.com/Budibase/budibase/issues/19522",
        hooks: on_request(|call, _| {
            call.notes.seeded_only = call.lists(Kind::User) && call.parameter("filter").is_none();
            None
        }),
    },
    Fault {
        name: "list-hides-inactive",
        summary: "The list of all users leaves out deactivated ones",
        area: AREA,
        source: "deactivated-user-hidden-from-filter https://github.com/growthbook/growthbook/pull/1680",
        hooks: on_request(|call, _| {
            if call.lists(Kind::User) && call.parameter("filter").is_none() {
                call.set_parameter("filter", Some("active eq true".to_owned()));
            }
            None
        }),
    },
    Fault {
        name: "list-ids-differ",
        summary: "Users in a list have other ids than when they are read",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_answer(|call, _, answer| {
            if call.lists(Kind::User) && call.parameter("filter").is_none() {
                spoil::each_user(answer, |user| {
                    if let Some(id) = user.get("id").and_then(Value::as_str) {
                        let other = format!("list-{id}");
                        user.insert("id".into(), other.into());
                    }
                });
            }
        }),
    },
    Fault {
        name: "test-count-2-500",
        summary: "A GET with count=2, which Okta's connection test sends, is answered 500",
        area: AREA,
        source: "filter-needs-count https://github.com/wso2/product-is/issues/11126",
        hooks: on_request(|call, _| {
            let tests = call.method == Method::GET && call.parameter("count") == Some("2");
            tests.then(|| ScimError::internal("the query failed").into())
        }),
    },
    Fault {
        name: "list-total-missing",
        summary: "A list has no totalResults",
        area: AREA,
        source: "RFC 7644 3.4.2",
        hooks: on_answer(|_, _, answer| {
            if let Some(list) = spoil::list(answer) {
                list.shift_remove("totalResults");
            }
        }),
    },
    Fault {
        name: "page-one-short",
        summary: "A page holds one resource less than asked for",
        area: AREA,
        source: "RFC 7644 3.4.2.4",
        hooks: on_request(|call, _| {
            let count: i64 = call.parameter("count")?.parse().ok()?;
            if count > 1 {
                call.set_parameter("count", Some((count - 1).to_string()));
            }
            None
        }),
    },
    Fault {
        name: "list-empty-body",
        summary: "A list of users is answered 200 without a body",
        area: AREA,
        source: "RFC 7644 3.4.2",
        hooks: on_answer(|call, _, answer| {
            if call.lists(Kind::User) && answer.status == 200 {
                answer.body = Body::Empty;
            }
        }),
    },
    Fault {
        name: "startindex-echo-wrong",
        summary: "startIndex in an answer counts from 0",
        area: AREA,
        source: "startindex-zero-based https://github.com/osiam/server/issues/7",
        hooks: on_answer(|_, _, answer| {
            if let Some(start) = spoil::list(answer).and_then(|list| list.get_mut("startIndex")) {
                *start = start.as_i64().map_or(0, |start| start - 1).into();
            }
        }),
    },
];
