//! Faults of pages, and of what a list tells of itself.

use axum::http::Method;
use serde_json::{Map, Value};

use super::{Fault, on_answer, on_request, spoil};
use crate::scim::ScimError;
use crate::server::call::{Answer, Call};
use crate::server::list::answer as list_of;
use crate::server::query::Query;
use crate::server::store::Store;

const AREA: &str = "list";

/// A number that a query asks for, in the URL or in the message of a POST.
fn asked(call: &Call, name: &str) -> Option<i64> {
    match spoil::search(call) {
        true => spoil::body_value(call, name)?.as_i64(),
        false => call.parameter(name)?.trim().parse().ok(),
    }
}

/// Asks for another number.
fn ask(call: &mut Call, name: &str, number: i64) {
    match spoil::search(call) {
        true => {
            if let Some(message) = call.body.as_mut().and_then(Value::as_object_mut) {
                message.insert(name.to_owned(), number.into());
            }
        }
        false => call.set_parameter(name, Some(number.to_string())),
    }
}

/// True for a query of resources.
fn queries(call: &Call) -> bool {
    spoil::search(call) || call.method == Method::GET && call.target().is_some_and(|(_, id)| id.is_none())
}

/// The list of an answer to a query.
fn list<'a>(call: &Call, answer: &'a mut Answer) -> Option<&'a mut Map<String, Value>> {
    if queries(call) { spoil::list(answer) } else { None }
}

/// Turns the order round with every other query.
fn reorder(call: &Call, store: &mut Store) -> bool {
    if queries(call) {
        store.queries += 1;
    }
    store.queries.is_multiple_of(2)
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "startindex-zero-based",
        summary: "startIndex is counted from 0, so that the first resource is passed over",
        area: AREA,
        source: "startindex-zero-based https://github.com/simpleidserver/SimpleIdServer/issues/185",
        hooks: on_request(|call, _| {
            if let (true, Some(start)) = (queries(call), asked(call, "startIndex")) {
                ask(call, "startIndex", start + 1);
            }
            None
        }),
    },
    Fault {
        name: "startindex-below-one-400",
        summary: "A startIndex below 1 is answered 400",
        area: AREA,
        source: "RFC 7644 3.4.2.4",
        hooks: on_request(|call, _| {
            let below = queries(call) && asked(call, "startIndex")? < 1;
            below.then(|| ScimError::invalid_value("startIndex must be at least 1").into())
        }),
    },
    Fault {
        name: "startindex-not-returned",
        summary: "A list does not say where it begins",
        area: AREA,
        source: "RFC 7644 3.4.2",
        hooks: on_answer(|call, _, answer| {
            if let Some(list) = list(call, answer) {
                list.shift_remove("startIndex");
            }
        }),
    },
    Fault {
        name: "items-per-page-not-returned",
        summary: "A list does not say how many it shows",
        area: AREA,
        source: "RFC 7644 3.4.2",
        hooks: on_answer(|call, _, answer| {
            if let Some(list) = list(call, answer) {
                list.shift_remove("itemsPerPage");
            }
        }),
    },
    Fault {
        name: "count-ignored",
        summary: "count has no effect",
        area: AREA,
        source: "RFC 7644 3.4.2.4",
        hooks: on_request(|call, _| {
            if queries(call) && asked(call, "count").is_some_and(|count| count > 0) {
                ask(call, "count", 100);
            }
            None
        }),
    },
    Fault {
        name: "count-zero-returns-all",
        summary: "A count of 0 is taken for none",
        area: AREA,
        source: "RFC 7644 3.4.2.4",
        hooks: on_request(|call, _| {
            if queries(call) && asked(call, "count") == Some(0) {
                ask(call, "count", 100);
            }
            None
        }),
    },
    Fault {
        name: "count-negative-400",
        summary: "A negative count is answered 400",
        area: AREA,
        source: "RFC 7644 3.4.2.4",
        hooks: on_request(|call, _| {
            let negative = queries(call) && asked(call, "count")? < 0;
            negative.then(|| ScimError::invalid_value("count must not be negative").into())
        }),
    },
    Fault {
        name: "count-large-500",
        summary: "A count above a hundred thousand is answered 500",
        area: AREA,
        source: "RFC 7644 3.4.2.4",
        hooks: on_request(|call, _| {
            let large = queries(call) && asked(call, "count")? > 100_000;
            large.then(|| ScimError::internal("out of memory").into())
        }),
    },
    Fault {
        name: "count-large-400",
        summary: "A count above a thousand is answered 400",
        area: AREA,
        source: "RFC 7644 3.4.2.4",
        hooks: on_request(|call, _| {
            let large = queries(call) && asked(call, "count")? > 1000;
            large.then(|| ScimError::invalid_value("count must not be above 1000").into())
        }),
    },
    Fault {
        name: "count-not-a-number-ignored",
        summary: "A count or startIndex that is no number is passed over",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_request(|call, _| {
            for name in ["count", "startIndex"] {
                if call.parameter(name).is_some_and(|text| text.trim().parse::<i64>().is_err()) {
                    call.set_parameter(name, None);
                }
            }
            None
        }),
    },
    Fault {
        name: "filter-needs-count",
        summary: "A filter without count is answered with a total and without resources",
        area: AREA,
        source: "filter-needs-count https://github.com/wso2/product-is/issues/11126",
        hooks: on_request(|call, _| {
            if queries(call) && spoil::filter_text(call).is_some() && asked(call, "count").is_none() {
                ask(call, "count", 0);
            }
            None
        }),
    },
    Fault {
        name: "page-beyond-end-returns-data",
        summary: "A page behind the end shows the last resources again",
        area: AREA,
        source: "page-beyond-end-returns-data https://github.com/wso2/product-is/issues/13752",
        hooks: on_answer(|call, store, answer| {
            let Some((kind, _)) = call.target().filter(|_| queries(call)) else { return };
            let behind = list(call, answer).is_some_and(|list| {
                let total = list.get("totalResults").and_then(Value::as_i64).unwrap_or(0);
                total > 0 && asked(call, "startIndex").is_some_and(|start| start > total)
            });
            if behind && let Ok(mut query) = Query::of_parameters(call) {
                query.start_index = Some(1);
                if let Ok(first) = list_of(call, &[kind], &query, store) {
                    *answer = first;
                }
            }
        }),
    },
    Fault {
        name: "page-past-the-end-total",
        summary: "A page behind the end says that there is nothing at all",
        area: AREA,
        source: "page-beyond-end-returns-data https://github.com/keycloak/keycloak/pull/51570",
        hooks: on_answer(|call, _, answer| {
            if let Some(list) = list(call, answer)
                && asked(call, "count") != Some(0)
                && list.get("Resources").and_then(Value::as_array).is_some_and(Vec::is_empty)
            {
                list.insert("totalResults".into(), 0.into());
            }
        }),
    },
    Fault {
        name: "total-counts-down",
        summary: "totalResults counts what is left from startIndex on",
        area: AREA,
        source: "totalresults-is-page-size https://github.com/wso2/product-is/issues/7320",
        hooks: on_answer(|call, _, answer| {
            let start = asked(call, "startIndex").unwrap_or(1).max(1);
            if let Some(list) = list(call, answer)
                && let Some(total) = list.get("totalResults").and_then(Value::as_i64)
            {
                list.insert("totalResults".into(), (total - start + 1).max(0).into());
            }
        }),
    },
    Fault {
        name: "paging-unstable-order",
        summary: "The order of a list turns round with every other request",
        area: AREA,
        source: "paging-unstable-order https://github.com/grokability/snipe-it/pull/19343",
        hooks: on_request(|call, store| {
            if reorder(call, store) && queries(call) && call.parameter("sortBy").is_none() {
                call.set_parameter("sortBy", Some("displayName".to_owned()));
                call.set_parameter("sortOrder", Some("descending".to_owned()));
            }
            None
        }),
    },
    Fault {
        name: "pages-overlap",
        summary: "Each page begins with the last resource of the one before",
        area: AREA,
        source: "paging-unstable-order https://github.com/better-auth/better-auth/pull/10399",
        hooks: on_request(|call, _| {
            if let (true, Some(start)) = (queries(call), asked(call, "startIndex"))
                && start > 1
            {
                ask(call, "startIndex", start - 1);
            }
            None
        }),
    },
];
