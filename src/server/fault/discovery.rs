//! Faults in what the server says of itself.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{Fault, on_answer, on_request};
use crate::scim::{ScimError, list_response, urn};
use crate::server::call::{Answer, Body, Call};

const AREA: &str = "discovery";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "service-config-404",
        summary: "There is no /ServiceProviderConfig",
        area: AREA,
        source: "RFC 7644 4",
        hooks: on_request(|call, _| at(call, CONFIG).then(|| ScimError::not_found("there is no such endpoint").into())),
    },
    Fault {
        name: "schemas-404",
        summary: "There is no /Schemas",
        area: AREA,
        source: "RFC 7644 4",
        hooks: on_request(|call, _| {
            at(call, SCHEMAS).then(|| ScimError::not_found("there is no such endpoint").into())
        }),
    },
    Fault {
        name: "spc-required-fields-missing",
        summary: "The configuration has no filter.maxResults, no limits of bulk and no etag",
        area: AREA,
        source: "spc-required-fields-missing https://github.com/goauthentik/authentik/issues/25056",
        hooks: on_answer(|call, _, answer| {
            if let Some(config) = config(call, answer) {
                config.insert("filter".into(), json!({"supported": true}));
                config.insert("bulk".into(), json!({"supported": true}));
                config.shift_remove("etag");
            }
        }),
    },
    Fault {
        name: "authentication-schemes-missing",
        summary: "The configuration does not say how to authenticate",
        area: AREA,
        source: "spc-required-fields-missing https://github.com/better-auth/better-auth/pull/10415",
        hooks: on_answer(|call, _, answer| {
            if let Some(config) = config(call, answer) {
                config.shift_remove("authenticationSchemes");
            }
        }),
    },
    Fault {
        name: "spc-misdeclares-capability",
        summary: "The configuration says that there is no PATCH, no bulk and no ETag, all of which work",
        area: AREA,
        source: "spc-misdeclares-capability https://github.com/thunder-id/thunderid/pull/5110",
        hooks: on_answer(|call, _, answer| {
            if let Some(config) = config(call, answer) {
                for name in ["patch", "bulk", "etag"] {
                    if let Some(feature) = config.get_mut(name) {
                        feature["supported"] = false.into();
                    }
                }
            }
        }),
    },
    Fault {
        name: "bulk-only-announced",
        summary: "Bulk requests are announced and answered 501",
        area: AREA,
        source: "spc-misdeclares-capability https://github.com/thunder-id/thunderid/pull/4185",
        hooks: on_request(|call, _| {
            let bulk = call.path.as_deref().is_some_and(|path| path == ["Bulk"]);
            bulk.then(|| ScimError::not_implemented("bulk requests are not supported").into())
        }),
    },
    Fault {
        name: "sort-only-announced",
        summary: "sortBy is announced and answered 501",
        area: AREA,
        source: "spc-misdeclares-capability https://github.com/langwatch/tasks/issues/616",
        hooks: on_request(|call, _| {
            let sorts = call.parameter("sortBy").is_some();
            sorts.then(|| ScimError::not_implemented("sorting is not supported").into())
        }),
    },
    Fault {
        name: "password-only-announced",
        summary: "changePassword is announced, and a PATCH of a password is answered 501",
        area: AREA,
        source: "RFC 7643 5",
        hooks: on_request(|call, _| {
            let sets = call.method == Method::PATCH && super::spoil::patched(call, "password").is_some();
            sets.then(|| ScimError::not_implemented("passwords can't be changed").into())
        }),
    },
    Fault {
        name: "max-results-too-low",
        summary: "The configuration says that a filter finds 2 at most; a page holds more",
        area: AREA,
        source: "spc-misdeclares-capability https://github.com/better-auth/better-auth/pull/10415",
        hooks: on_answer(|call, _, answer| {
            if let Some(config) = config(call, answer) {
                config.insert("filter".into(), json!({"supported": true, "maxResults": 2}));
            }
        }),
    },
    Fault {
        name: "discovery-array-not-listresponse",
        summary: "/Schemas and /ResourceTypes are bare arrays",
        area: AREA,
        source: "discovery-array-not-listresponse https://github.com/pond/scimitar/issues/117",
        hooks: on_answer(|call, _, answer| {
            if let Some(entries) = entries(call, answer) {
                let bare = Value::Array(std::mem::take(entries));
                answer.body = Body::Json(bare);
            }
        }),
    },
    Fault {
        name: "discovery-by-id-404",
        summary: "A single schema or resource type can't be read",
        area: AREA,
        source: "discovery-by-id-404 https://github.com/msaad00/agent-bom/pull/3543",
        hooks: on_request(|call, _| single(call).then(|| ScimError::not_found("there is no such endpoint").into())),
    },
    Fault {
        name: "discovery-by-id-lists",
        summary: "A single schema or resource type is answered by the list of all",
        area: AREA,
        source: "RFC 7644 4",
        hooks: on_answer(|call, _, answer| {
            if single(call) && answer.status == 200 {
                let entry = answer.json_mut().map(Value::take).unwrap_or_default();
                *answer = Answer::json(200, list_response(1, 1, vec![entry]));
            }
        }),
    },
    Fault {
        name: "discovery-unknown-200",
        summary: "An unknown schema or resource type is answered 200 with an empty list",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_answer(|call, _, answer| {
            if single(call) && answer.status == 404 {
                *answer = Answer::json(200, list_response(0, 1, Vec::new()));
            }
        }),
    },
    Fault {
        name: "schema-urn-not-decoded",
        summary: "An escaped colon in the URN of a schema is not decoded",
        area: AREA,
        source: "RFC 3986 2.4",
        hooks: on_request(|call, _| {
            let raw = call.raw_path.to_ascii_lowercase();
            (single(call) && raw.contains("%3a")).then(|| ScimError::not_found("there is no such schema").into())
        }),
    },
    Fault {
        name: "discovery-meta-missing",
        summary: "Schemas, resource types and the configuration have no meta",
        area: AREA,
        source: "discovery-meta-missing https://github.com/elimity-com/scim/issues/177",
        hooks: on_answer(|call, _, answer| {
            for entry in documents(call, answer) {
                entry.shift_remove("meta");
            }
        }),
    },
    Fault {
        name: "discovery-resourcetype-id-missing",
        summary: "Resource types have no id",
        area: AREA,
        source: "discovery-resourcetype-id-missing https://github.com/keycloak/keycloak/issues/48464",
        hooks: on_answer(|call, _, answer| {
            if at(call, TYPES) {
                for entry in documents(call, answer) {
                    entry.shift_remove("id");
                }
            }
        }),
    },
    Fault {
        name: "resource-type-endpoint-absolute",
        summary: "The endpoints of resource types are whole URLs",
        area: AREA,
        source: "RFC 7643 6",
        hooks: on_answer(|call, _, answer| {
            if at(call, TYPES) {
                for entry in documents(call, answer) {
                    let path = entry.get("endpoint").and_then(Value::as_str).unwrap_or_default();
                    let whole = format!("{}{path}", call.base);
                    entry.insert("endpoint".into(), whole.into());
                }
            }
        }),
    },
    Fault {
        name: "endpoint-only-announced",
        summary: "A resource type is announced whose endpoint does not exist",
        area: AREA,
        source: "RFC 7643 6",
        hooks: on_answer(|call, _, answer| {
            if at(call, TYPES)
                && let Some(entries) = entries(call, answer)
            {
                let mut device = entries.first().cloned().unwrap_or_default();
                device["id"] = "Device".into();
                device["name"] = "Device".into();
                device["endpoint"] = "/Devices".into();
                entries.insert(0, device);
                let total = entries.len();
                if let Some(body) = answer.json_mut() {
                    body["totalResults"] = total.into();
                    body["itemsPerPage"] = total.into();
                }
            }
        }),
    },
    Fault {
        name: "schema-not-served",
        summary: "/Schemas lacks the enterprise extension that a resource type names",
        area: AREA,
        source: "RFC 7643 6",
        hooks: on_answer(|call, _, answer| {
            if at(call, SCHEMAS)
                && let Some(entries) = entries(call, answer)
            {
                entries.retain(|entry| entry["id"] != urn::ENTERPRISE_USER);
                let total = entries.len();
                if let Some(body) = answer.json_mut() {
                    body["totalResults"] = total.into();
                    body["itemsPerPage"] = total.into();
                }
            }
        }),
    },
    Fault {
        name: "schema-incomplete",
        summary: "Attributes at /Schemas do not say whether they are multi-valued",
        area: AREA,
        source: "RFC 7643 7",
        hooks: on_answer(|call, _, answer| {
            each_definition(call, answer, |_, attribute| {
                attribute.shift_remove("multiValued");
            });
        }),
    },
    Fault {
        name: "schema-vague",
        summary: "Complex attributes at /Schemas have no subAttributes",
        area: AREA,
        source: "RFC 7643 7",
        hooks: on_answer(|call, _, answer| {
            each_definition(call, answer, |_, attribute| {
                attribute.shift_remove("subAttributes");
            });
        }),
    },
    Fault {
        name: "schema-mutability-misdeclared",
        summary: "/Schemas calls a user's groups writable and the password readable",
        area: AREA,
        source: "schema-mutability-misdeclared https://github.com/better-auth/better-auth/pull/10417",
        hooks: on_answer(|call, _, answer| {
            each_definition(call, answer, |_, attribute| {
                if ["groups", "password"].iter().any(|name| attribute.get("name").is_some_and(|own| own == name)) {
                    attribute.insert("mutability".into(), "readWrite".into());
                    attribute.insert("returned".into(), "default".into());
                }
            });
        }),
    },
    Fault {
        name: "schema-type-misdeclared",
        summary: "/Schemas calls title an integer and nickName required",
        area: AREA,
        source: "RFC 7643 7",
        hooks: on_answer(|call, _, answer| {
            each_definition(call, answer, |schema, attribute| {
                let own = schema == urn::USER;
                if own && attribute.get("name").is_some_and(|name| name == "title") {
                    attribute.insert("type".into(), "integer".into());
                }
                if own && attribute.get("name").is_some_and(|name| name == "nickName") {
                    attribute.insert("required".into(), true.into());
                }
            });
        }),
    },
    Fault {
        name: "discovery-paged",
        summary: "/Schemas and /ResourceTypes heed startIndex, count and filter",
        area: AREA,
        source: "RFC 7644 4",
        hooks: on_answer(|call, _, answer| {
            let (first, filtered) = (call.parameter("startIndex").is_some(), call.parameter("filter").is_some());
            if filtered && !single(call) && !at(call, CONFIG) && describes(call) && answer.status == 403 {
                *answer = Answer::json(200, list_response(0, 1, Vec::new()));
            } else if first && let Some(entries) = entries(call, answer) {
                let page: Vec<Value> = entries.drain(..).skip(1).take(1).collect();
                *answer = Answer::json(200, list_response(page.len(), 2, page));
            }
        }),
    },
    Fault {
        name: "config-query-refused",
        summary: "A query at /ServiceProviderConfig is answered 400",
        area: AREA,
        source: "RFC 7644 4",
        hooks: on_request(|call, _| {
            let queried = at(call, CONFIG) && !call.query.is_empty();
            queried.then(|| ScimError::invalid_value("this endpoint takes no parameters").into())
        }),
    },
    Fault {
        name: "discovery-writable",
        summary: "Writes to /ServiceProviderConfig, /Schemas and /ResourceTypes are answered 200 and do nothing",
        area: AREA,
        source: "RFC 7643 7",
        hooks: on_request(|call, _| {
            let writes = describes(call) && call.method != Method::GET;
            writes.then(|| Answer::json(200, call.body.clone().unwrap_or(json!({}))))
        }),
    },
];

const CONFIG: &str = "ServiceProviderConfig";
const TYPES: &str = "ResourceTypes";
const SCHEMAS: &str = "Schemas";

fn at(call: &Call, endpoint: &str) -> bool {
    call.path.as_ref().and_then(|path| path.first()).is_some_and(|first| first == endpoint)
}

fn describes(call: &Call) -> bool {
    [CONFIG, TYPES, SCHEMAS].iter().any(|endpoint| at(call, endpoint))
}

/// True for a GET of one schema or resource type.
fn single(call: &Call) -> bool {
    let two = call.path.as_ref().is_some_and(|path| path.len() == 2);
    two && call.method == Method::GET && (at(call, TYPES) || at(call, SCHEMAS))
}

fn config<'a>(call: &Call, answer: &'a mut Answer) -> Option<&'a mut Map<String, Value>> {
    if !at(call, CONFIG) || answer.status != 200 {
        return None;
    }
    answer.json_mut()?.as_object_mut()
}

/// The entries of a list of schemas or resource types.
fn entries<'a>(call: &Call, answer: &'a mut Answer) -> Option<&'a mut Vec<Value>> {
    if !(at(call, TYPES) || at(call, SCHEMAS)) || answer.status != 200 {
        return None;
    }
    answer.json_mut()?.get_mut("Resources")?.as_array_mut()
}

/// All documents in an answer: the entries of a list, or the one that was read.
fn documents<'a>(call: &Call, answer: &'a mut Answer) -> Vec<&'a mut Map<String, Value>> {
    if !describes(call) || answer.status != 200 {
        return Vec::new();
    }
    let Some(body) = answer.json_mut() else {
        return Vec::new();
    };
    if body.get("Resources").is_some() {
        let entries = body.get_mut("Resources").and_then(Value::as_array_mut);
        return entries.into_iter().flatten().filter_map(Value::as_object_mut).collect();
    }
    body.as_object_mut().into_iter().collect()
}

/// Every definition of an attribute at the top of a schema, with the schema's URN.
fn each_definition(call: &Call, answer: &mut Answer, mut change: impl FnMut(&str, &mut Map<String, Value>)) {
    if !at(call, SCHEMAS) {
        return;
    }
    for schema in documents(call, answer) {
        let urn = schema.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let attributes = schema.get_mut("attributes").and_then(Value::as_array_mut);
        attributes.into_iter().flatten().filter_map(Value::as_object_mut).for_each(|one| change(&urn, one));
    }
}
