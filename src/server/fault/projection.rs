//! Faults of which attributes are shown.

use axum::http::Method;
use serde_json::{Map, Value};

use super::{Fault, on_answer, on_request, spoil};
use crate::scim::path::AttrPath;
use crate::scim::schema::USER;
use crate::scim::{ScimError, value};
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
];
