//! Faults of what is shown: which attributes, in which answers; and of reading by id.

use axum::http::Method;
use serde_json::{Map, Value};

use super::{Fault, on_answer, on_request, spoil};
use crate::scim::path::AttrPath;
use crate::scim::schema::USER;
use crate::scim::{ScimError, list_response, value};
use crate::server::call::{Answer, Call, Kind};

const AREA: &str = "projection";

/// The names that `attributes` or `excludedAttributes` asks for.
fn asked(call: &Call, name: &str) -> Vec<String> {
    match spoil::search(call) {
        true => {
            let names = spoil::body_value(call, name).and_then(Value::as_array);
            names.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
        }
        false => {
            let names = call.parameter(name).unwrap_or_default();
            names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
        }
    }
}

/// Asks for other attributes, or for none.
fn ask(call: &mut Call, name: &str, names: &[String]) {
    if spoil::search(call) {
        if let Some(message) = call.body.as_mut().and_then(Value::as_object_mut) {
            message.insert(name.to_owned(), names.iter().map(String::as_str).map(Value::from).collect());
        }
    } else {
        call.set_parameter(name, Some(names.join(",")).filter(|names| !names.is_empty()));
    }
}

/// Rewrites the names in both parameters; what comes out empty is left out, `None` keeps the name.
fn rename(call: &mut Call, change: impl Fn(&str) -> Option<String>) -> Option<Answer> {
    for parameter in ["attributes", "excludedAttributes"] {
        let names = asked(call, parameter);
        if names.is_empty() {
            continue;
        }
        let new: Vec<String> = names.iter().map(|name| change(name).unwrap_or_else(|| name.clone())).collect();
        if new != names {
            let new: Vec<String> = new.into_iter().filter(|name| !name.is_empty()).collect();
            // Nothing that is known is nothing besides what is always returned.
            let new = if new.is_empty() { vec!["nobodysAttribute".to_owned()] } else { new };
            ask(call, parameter, &new);
        }
    }
    None
}

/// Both parameters have no effect.
fn forget(call: &mut Call) {
    for parameter in ["attributes", "excludedAttributes"] {
        ask(call, parameter, &[]);
    }
}

fn without_extensions(resource: &mut Map<String, Value>) {
    resource.retain(|name, _| !name.contains(':'));
}

/// True for a request that changes one resource, or creates one.
fn changes(call: &Call) -> bool {
    matches!(call.method, Method::POST | Method::PUT | Method::PATCH) && call.target().is_some()
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "attributes-ignored",
        summary: "attributes has no effect",
        area: AREA,
        source: "RFC 7644 3.9",
        hooks: on_request(|call, _| {
            ask(call, "attributes", &[]);
            None
        }),
    },
    Fault {
        name: "attributes-ignored-in-lists",
        summary: "attributes and excludedAttributes have no effect on lists",
        area: AREA,
        source: "RFC 7644 3.4.2.5",
        hooks: on_request(|call, _| {
            if call.lists(Kind::User) || call.lists(Kind::Group) {
                forget(call);
            }
            None
        }),
    },
    Fault {
        name: "attributes-ignored-in-answers",
        summary: "attributes and excludedAttributes have no effect on the answers to POST, PUT and PATCH",
        area: AREA,
        source: "RFC 7644 3.9",
        hooks: on_request(|call, _| {
            if changes(call) {
                forget(call);
            }
            None
        }),
    },
    Fault {
        name: "attributes-without-id",
        summary: "Where attributes are asked for the id is left out",
        area: AREA,
        source: "RFC 7643 7",
        hooks: on_answer(|call, _, answer| {
            if !asked(call, "attributes").is_empty() && call.method == Method::GET {
                spoil::each_resource(answer, |resource| {
                    resource.shift_remove("id");
                });
            }
        }),
    },
    Fault {
        name: "attributes-part-as-whole",
        summary: "Who asks for a part of an attribute gets all of it",
        area: AREA,
        source: "RFC 7644 3.9",
        hooks: on_request(|call, _| {
            let whole = |name: &str| {
                let path: AttrPath = name.parse().ok()?;
                path.sub.as_ref()?;
                Some(AttrPath { sub: None, ..path }.to_string())
            };
            let names: Vec<String> = asked(call, "attributes");
            let new: Vec<String> = names.iter().map(|name| whole(name).unwrap_or_else(|| name.clone())).collect();
            if new != names {
                ask(call, "attributes", &new);
            }
            None
        }),
    },
    Fault {
        name: "attributes-part-unknown",
        summary: "A part of an attribute can't be asked for",
        area: AREA,
        source: "RFC 7644 3.10",
        hooks: on_request(|call, _| {
            rename(call, |name| {
                let path: AttrPath = name.parse().ok()?;
                path.sub.map(|_| String::new())
            })
        }),
    },
    Fault {
        name: "attributes-schema-prefix-unknown",
        summary: "Attributes with the URN of their schema before them are not known",
        area: AREA,
        source: "RFC 7644 3.10",
        hooks: on_request(|call, _| rename(call, |name| name.contains(':').then(String::new))),
    },
    Fault {
        name: "attributes-case-sensitive",
        summary: "Attributes in other letters than the schema's are not known",
        area: AREA,
        source: "attribute-names-case-sensitive https://github.com/python-scim/scim2-models/issues/39",
        hooks: on_request(|call, _| {
            rename(call, |name| {
                let path: AttrPath = name.parse().ok()?;
                let written = USER.canonical(&path)?;
                (written.attr != path.attr).then(String::new)
            })
        }),
    },
    Fault {
        name: "attributes-unknown-500",
        summary: "An unknown name in attributes is answered 500",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_request(|call, _| {
            let (kind, _) = call.target()?;
            let unknown = |name: &String| name.parse().ok().is_none_or(|path| kind.schema().find(&path).is_none());
            let fails = asked(call, "attributes").iter().chain(&asked(call, "excludedAttributes")).any(unknown);
            fails.then(|| ScimError::internal("no such column").into())
        }),
    },
    Fault {
        name: "excluded-attributes-ignored",
        summary: "excludedAttributes has no effect",
        area: AREA,
        source: "excluded-attributes-ignored https://github.com/simpleidserver/SimpleIdServer/issues/490",
        hooks: on_request(|call, _| {
            ask(call, "excludedAttributes", &[]);
            None
        }),
    },
    Fault {
        name: "excluded-attributes-drops-extension",
        summary: "Where attributes are left out, extensions are left out, too",
        area: AREA,
        source: "excluded-attributes-drops-extension https://github.com/scimmyjs/scimmy/issues/37",
        hooks: on_answer(|call, _, answer| {
            if !asked(call, "excludedAttributes").is_empty() {
                spoil::each_resource(answer, without_extensions);
            }
        }),
    },
    Fault {
        name: "excluded-attributes-drops-id",
        summary: "excludedAttributes leaves out the id",
        area: AREA,
        source: "RFC 7643 7",
        hooks: on_answer(|call, _, answer| {
            if asked(call, "excludedAttributes").iter().any(|name| name == "id") {
                spoil::each_resource(answer, |resource| {
                    resource.shift_remove("id");
                });
            }
        }),
    },
    Fault {
        name: "excluded-part-drops-whole",
        summary: "Who leaves out a part of an attribute loses all of it",
        area: AREA,
        source: "RFC 7644 3.9",
        hooks: on_answer(|call, _, answer| {
            for name in asked(call, "excludedAttributes") {
                let Ok(path) = name.parse::<AttrPath>() else { continue };
                if path.sub.is_some() {
                    let whole = AttrPath { sub: None, ..path };
                    spoil::each_resource(answer, |resource| {
                        let mut shown = Value::Object(std::mem::take(resource));
                        value::remove(&mut shown, &whole);
                        if let Value::Object(rest) = shown {
                            *resource = rest;
                        }
                    });
                }
            }
        }),
    },
    Fault {
        name: "patch-attributes-204",
        summary: "A PATCH that asks for attributes is answered 204",
        area: AREA,
        source: "RFC 7644 3.5.2",
        hooks: on_answer(|call, _, answer| {
            if call.method == Method::PATCH && answer.status == 200 && !asked(call, "attributes").is_empty() {
                *answer = Answer::empty(204);
            }
        }),
    },
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
        name: "get-unknown-id-500",
        summary: "Under an id that nobody has the answer is 500",
        area: "read",
        source: "get-unknown-id-500 https://github.com/wso2/product-is/issues/7300",
        hooks: on_answer(|call, _, answer| {
            let reads = call.method == Method::GET && call.target().is_some_and(|(_, id)| id.is_some());
            if reads && answer.status == 404 {
                *answer = ScimError::internal("no row found").into();
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
        name: "get-malformed-id-400",
        summary: "Under an id that is no UUID the answer is 400",
        area: "read",
        source: "get-malformed-id-400 https://github.com/vouch-sh/vouch/issues/1413",
        hooks: on_request(|call, _| {
            let (_, id) = call.target()?;
            let uuid = id?.len() == 36;
            (call.method == Method::GET && !uuid).then(|| ScimError::bad_request("the id has the wrong format").into())
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
