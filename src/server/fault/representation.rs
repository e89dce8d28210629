//! Faults in what a resource looks like.

use axum::http::Method;
use serde_json::{Map, Value};

use super::{Change, Fault, Hooks, NONE, on_answer, on_change, spoil};
use crate::server::call::Kind;

const AREA: &str = "schema";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "id-number",
        summary: "Ids are JSON numbers",
        area: AREA,
        source: "id-number https://github.com/limosa-io/laravel-scim-server/issues/40",
        hooks: Hooks {
            store: Some(|rules| rules.numeric_ids = true),
            request: Some(|call, _| {
                if let Some(body) = &mut call.body {
                    ids(body, |id| id.as_u64().map(|n| n.to_string().into()));
                }
                None
            }),
            answer: Some(|_, _, answer| {
                if let Some(body) = answer.json_mut() {
                    ids(body, |id| id.as_str()?.parse::<u64>().ok().map(Value::from));
                }
            }),
            ..NONE
        },
    },
    Fault {
        name: "resource-schemas-missing",
        summary: "Users and groups have no schemas",
        area: AREA,
        source: "RFC 7643 3",
        hooks: on_answer(|_, _, answer| {
            spoil::each_resource(answer, |resource| {
                resource.shift_remove("schemas");
            });
        }),
    },
    Fault {
        name: "username-lowercased",
        summary: "userName is stored in lower case",
        area: AREA,
        source: "https://developer.okta.com/standards/SCIM/SCIMFiles/Okta-SCIM-20-SPEC-Test.json",
        hooks: on_change(|change| {
            if let (Kind::User, Some(name)) = (change.kind, change.new["userName"].as_str()) {
                change.new["userName"] = name.to_lowercase().into();
            }
            Ok(())
        }),
    },
    Fault {
        name: "family-name-dropped",
        summary: "name.familyName is not stored",
        area: AREA,
        source: "https://github.com/PostHog/posthog/pull/42205",
        hooks: on_change(|change| {
            if let Some(Value::Object(name)) = change.new.get_mut("name") {
                name.shift_remove("familyName");
            }
            Ok(())
        }),
    },
    Fault {
        name: "display-name-dropped",
        summary: "A user's displayName is not stored",
        area: AREA,
        source: "RFC 7643 4.1.1",
        hooks: on_change(|change| {
            drop_attribute(change, "displayName");
            Ok(())
        }),
    },
    Fault {
        name: "externalid-dropped",
        summary: "externalId is not stored",
        area: AREA,
        source: "externalid-dropped https://github.com/langwatch/langwatch/issues/6974",
        hooks: on_change(|change| {
            drop_attribute(change, "externalId");
            Ok(())
        }),
    },
    Fault {
        name: "emails-dropped",
        summary: "emails are not stored",
        area: AREA,
        source: "multivalued-only-first https://github.com/keycloak/keycloak/issues/52218",
        hooks: on_change(|change| {
            drop_attribute(change, "emails");
            Ok(())
        }),
    },
    Fault {
        name: "emails-as-object",
        summary: "emails is one object, not a list",
        area: AREA,
        source: "emails-mixed-types https://github.com/wso2/product-is/issues/7304",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                let first = user.get("emails").and_then(|e| e.get(0)).cloned();
                if let Some(first) = first {
                    user.insert("emails".into(), first);
                }
            });
        }),
    },
    Fault {
        name: "active-as-string",
        summary: "active is \"true\" or \"false\", a string",
        area: AREA,
        source: "RFC 7643 2.3.2",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                if let Some(active) = user.get_mut("active") {
                    *active = active.to_string().into();
                }
            });
        }),
    },
    Fault {
        name: "active-missing",
        summary: "active is not returned",
        area: AREA,
        source: "create-active-omitted-inactive https://github.com/valon-technologies/gestalt/pull/3167",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                user.shift_remove("active");
            });
        }),
    },
    Fault {
        name: "password-returned",
        summary: "Passwords are returned in clear text",
        area: AREA,
        source: "RFC 7643 4.1.1",
        hooks: Hooks {
            change: Some(|change| {
                let sent = match change.call.method {
                    Method::PATCH => spoil::patched(change.call, "password"),
                    _ => spoil::body_value(change.call, "password"),
                };
                if let (Some(id), Some(password)) = (change.new["id"].as_str(), sent)
                    && let Some(password) = password.as_str()
                {
                    let leaked = &mut change.store.leaked;
                    leaked.insert(id.to_owned(), password.to_owned());
                }
                Ok(())
            }),
            answer: Some(|_, store, answer| {
                spoil::each_user(answer, |user| {
                    let id = user.get("id").and_then(Value::as_str);
                    if let Some(password) = id.and_then(|id| store.leaked.get(id)) {
                        user.insert("password".into(), password.as_str().into());
                    }
                });
            }),
            ..NONE
        },
    },
    Fault {
        name: "non-ascii-garbled",
        summary: "Letters outside ASCII come back as question marks",
        area: AREA,
        source: "response-not-utf8 https://github.com/GluuFederation/oxTrust/issues/372",
        hooks: on_answer(|_, _, answer| {
            if let Some(body) = answer.json_mut() {
                garble(body);
            }
        }),
    },
    Fault {
        name: "meta-location-wrong-id",
        summary: "meta.location names another id",
        area: "meta",
        source: "meta-location-wrong-id https://github.com/wso2/product-is/issues/11540",
        hooks: on_answer(|_, _, answer| {
            spoil::each_resource(answer, |resource| {
                with_meta(resource, |meta| {
                    let location = meta.get("location").and_then(Value::as_str);
                    let start = location.and_then(|l| l.rsplit_once('/'));
                    if let Some((start, _)) = start {
                        let other = format!("{start}/00000000-0000-4000-8000-000000000000");
                        meta.insert("location".into(), other.into());
                    }
                });
            });
        }),
    },
    Fault {
        name: "meta-lastmodified-stale",
        summary: "meta.lastModified stays at the time of creation",
        area: "meta",
        source: "meta-lastmodified-stale https://github.com/wso2/product-is/issues/22244",
        hooks: on_answer(|_, _, answer| {
            spoil::each_resource(answer, |resource| {
                with_meta(resource, |meta| {
                    if let Some(created) = meta.get("created").cloned() {
                        meta.insert("lastModified".into(), created);
                    }
                });
            });
        }),
    },
    Fault {
        name: "username-missing",
        summary: "userName is not returned",
        area: AREA,
        source: "RFC 7643 4.1.1",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                user.shift_remove("userName");
            });
        }),
    },
    Fault {
        name: "meta-location-without-host",
        summary: "meta.location is a path without a host",
        area: "meta",
        source: "RFC 7643 3.1",
        hooks: on_answer(|call, _, answer| {
            spoil::each_resource(answer, |resource| {
                with_meta(resource, |meta| {
                    let location = meta.get("location").and_then(Value::as_str);
                    if let Some(path) = location.and_then(|l| l.strip_prefix(&call.base)) {
                        meta.insert("location".into(), format!("/scim/v2{path}").into());
                    }
                });
            });
        }),
    },
];

fn drop_attribute(change: &mut Change<'_>, name: &str) {
    if let (Kind::User, Some(new)) = (change.kind, change.new.as_object_mut()) {
        new.shift_remove(name);
    }
}

fn with_meta(resource: &mut Map<String, Value>, change: impl FnOnce(&mut Map<String, Value>)) {
    if let Some(Value::Object(meta)) = resource.get_mut("meta") {
        change(meta);
    }
}

/// Rewrites every id in a body: of resources, of members and of a user's groups.
fn ids(body: &mut Value, rewrite: fn(&Value) -> Option<Value>) {
    match body {
        Value::Array(elements) => elements.iter_mut().for_each(|e| ids(e, rewrite)),
        Value::Object(parts) => {
            let holders = ["Resources", "members", "groups", "Operations", "value"];
            let is_schema = parts.contains_key("attributes");
            for (name, part) in parts {
                match part {
                    Value::Array(_) | Value::Object(_) if holders.contains(&name.as_str()) => {
                        ids(part, rewrite);
                    }
                    _ if (name == "id" || name == "value") && !is_schema => {
                        *part = rewrite(part).unwrap_or_else(|| part.clone());
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn garble(value: &mut Value) {
    match value {
        Value::String(text) if !text.is_ascii() => {
            let plain = text.chars().map(|c| if c.is_ascii() { c } else { '?' });
            *text = plain.collect();
        }
        Value::Array(elements) => elements.iter_mut().for_each(garble),
        Value::Object(parts) => parts.values_mut().for_each(garble),
        _ => {}
    }
}
