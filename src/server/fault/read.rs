//! Faults of queries by POST and of the root, and of reading by id.

use axum::http::Method;
use serde_json::Value;

use super::{Fault, on_answer, on_request, spoil};
use crate::scim::list_response;
use crate::server::call::{Answer, Kind};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "search-ignores-filter",
        summary: "A query by POST lists everybody",
        area: "search",
        source: "RFC 7644 3.4.3",
        hooks: on_request(|call, _| {
            if spoil::search(call) {
                spoil::set_filter(call, None);
            }
            None
        }),
    },
    Fault {
        name: "search-201",
        summary: "A query by POST is answered 201",
        area: "search",
        source: "RFC 7644 3.4.3",
        hooks: on_answer(|call, _, answer| {
            if spoil::search(call) && answer.status == 200 {
                answer.status = 201;
            }
        }),
    },
    Fault {
        name: "search-without-schema",
        summary: "A query by POST needs no schema",
        area: "search",
        source: "RFC 7644 3.4.3",
        hooks: on_request(|call, _| {
            if spoil::search(call)
                && let Some(message) = call.body.as_mut().and_then(Value::as_object_mut)
            {
                message.insert("schemas".to_owned(), Value::from(vec![crate::scim::urn::SEARCH_REQUEST]));
            }
            None
        }),
    },
    Fault {
        name: "root-users-only",
        summary: "A query of the root finds users only",
        area: "search",
        source: "RFC 7644 3.4.2.1",
        hooks: on_answer(|call, _, answer| {
            let root = call.path.as_ref().is_some_and(|path| path.is_empty() || path.as_slice() == [".search"]);
            if let (true, Some(list)) = (root, spoil::list(answer))
                && let Some(Value::Array(found)) = list.get_mut("Resources")
            {
                found.retain(|resource| resource["meta"]["resourceType"] == "User");
                let left = found.len();
                list.insert("totalResults".into(), left.into());
                list.insert("itemsPerPage".into(), left.into());
            }
        }),
    },
    Fault {
        name: "list-shows-less",
        summary: "Resources in lists lack what they show when they are read by id",
        area: "schema",
        source: "RFC 7644 3.9",
        hooks: on_answer(|_, _, answer| {
            let Some(Value::Array(found)) = spoil::list(answer).and_then(|list| list.get_mut("Resources")) else {
                return;
            };
            for resource in found.iter_mut().filter_map(Value::as_object_mut) {
                resource.shift_remove("name");
                resource.shift_remove("members");
            }
        }),
    },
    Fault {
        name: "get-unknown-id-empty-list",
        summary: "Under an id that nobody has the answer is 200 with an empty list",
        area: "read",
        source: "RFC 7644 3.4.1",
        hooks: on_answer(|call, _, answer| {
            let reads = call.method == Method::GET && call.target().is_some_and(|(_, id)| id.is_some());
            if reads && answer.status == 404 {
                *answer = Answer::json(200, list_response(0, 1, Vec::new()));
            }
        }),
    },
    Fault {
        name: "group-reads-users",
        summary: "Under the id of a user the end point of groups shows that user",
        area: "read",
        source: "RFC 7644 3.4.1",
        hooks: on_request(|call, store| {
            let (Kind::Group, Some(id)) = call.target()? else { return None };
            let shown = crate::server::view::of(store, Kind::User, id, &call.base)?;
            (call.method == Method::GET).then(|| Answer::json(200, shown))
        }),
    },
    Fault {
        name: "unknown-endpoint-html",
        summary: "An end point that does not exist is answered with a page of HTML and 200",
        area: "read",
        source: "RFC 7644 3.12",
        hooks: on_answer(|call, _, answer| {
            let known = call.path.as_ref().and_then(|path| path.first()).is_some_and(|first| {
                ["Me", "Bulk", ".search", "Schemas", "ResourceTypes", "ServiceProviderConfig"].contains(&first.as_str())
            });
            if call.target().is_none() && !known && answer.status == 404 {
                *answer = Answer::text(200, "text/html", "<html><body>Welcome</body></html>");
            }
        }),
    },
];
