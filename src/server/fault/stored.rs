//! Faults of what is stored: values dropped, cut, bent, or taken that should not be.

use axum::http::Method;
use serde_json::{Map, Value};

use super::{Change, Fault, Hooks, NONE, on_answer, on_change, on_request, spoil};
use crate::scim::{ScimError, urn};
use crate::server::call::{Call, Kind};
use crate::server::view;

const AREA: &str = "stored";
/// Longest text that the fault which cuts them leaves whole.
const LONGEST: usize = 255;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "multivalued-only-first",
        summary: "Of several values of a user's attribute the first is stored",
        area: AREA,
        source: "multivalued-only-first https://github.com/keycloak/keycloak/issues/52218",
        hooks: on_change(|change| {
            if let (Kind::User, Some(new)) = (change.kind, change.new.as_object_mut()) {
                for (_, value) in new.iter_mut().filter(|(name, _)| *name != "schemas") {
                    if let Value::Array(all) = value {
                        all.truncate(1);
                    }
                }
            }
            Ok(())
        }),
    },
    Fault {
        name: "profile-dropped",
        summary: "Of a user no more is stored than names, addresses and active",
        area: AREA,
        source: "put-roles-ignored https://github.com/tuist/tuist/pull/13209",
        hooks: on_change(|change| {
            let kept = ["schemas", "id", "userName", "name", "emails", "displayName", "active", "externalId"];
            if let (Kind::User, Some(new)) = (change.kind, change.new.as_object_mut()) {
                new.retain(|name, _| kept.contains(&name.as_str()));
            }
            Ok(())
        }),
    },
    Fault {
        name: "enterprise-dropped",
        summary: "The enterprise extension is announced and not stored",
        area: AREA,
        source: "patch-enterprise-urn-path https://github.com/FusionAuth/fusionauth-issues/issues/2667",
        hooks: on_change(|change| {
            if let Some(new) = change.new.as_object_mut() {
                new.shift_remove(urn::ENTERPRISE_USER);
            }
            change.kind.schema().settle_schemas(change.new);
            Ok(())
        }),
    },
    Fault {
        name: "enterprise-not-in-schemas",
        summary: "schemas of a user never names the enterprise extension",
        area: AREA,
        source: "RFC 7643 3",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                if let Some(Value::Array(urns)) = user.get_mut("schemas") {
                    urns.retain(|urn| urn != urn::ENTERPRISE_USER);
                }
            });
        }),
    },
    Fault {
        name: "unknown-attributes-stored",
        summary: "Attributes that no schema knows are stored and returned",
        area: AREA,
        source: "RFC 7643 3",
        hooks: Hooks {
            change: Some(|change| {
                let body = change.call.body.as_ref().and_then(Value::as_object);
                let id = change.new["id"].as_str().unwrap_or_default().to_owned();
                let schema = change.kind.schema();
                let strange = |name: &str| !name.starts_with("urn:ietf") && schema.find(&path(name)).is_none();
                let kept: Map<String, Value> = body
                    .into_iter()
                    .flatten()
                    .filter(|(name, _)| strange(name) && *name != "Operations" && *name != "meta")
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect();
                change.store.memory.insert(format!("strange:{id}"), Value::Object(kept));
                Ok(())
            }),
            answer: Some(|_, store, answer| {
                spoil::each_user(answer, |user| {
                    let id = user.get("id").and_then(Value::as_str).unwrap_or_default();
                    if let Some(Value::Object(kept)) = store.memory.get(&format!("strange:{id}")) {
                        user.extend(kept.clone());
                    }
                });
            }),
            ..NONE
        },
    },
    Fault {
        name: "wrong-types-stored",
        summary: "A user's values are stored whatever their JSON type",
        area: AREA,
        source: "emails-mixed-types https://github.com/wso2/product-is/issues/7304",
        hooks: Hooks {
            request: Some(|call, _| {
                call.notes.kept = take_wrong_types(call).unwrap_or_default();
                None
            }),
            change: Some(put_back),
            ..NONE
        },
    },
    Fault {
        name: "two-primaries-stored",
        summary: "Several values of one attribute may be primary",
        area: AREA,
        source: "RFC 7643 2.4",
        hooks: Hooks {
            request: Some(|call, _| {
                call.notes.kept = take_primaries(call).unwrap_or_default();
                None
            }),
            change: Some(put_back),
            ..NONE
        },
    },
    Fault {
        name: "active-text-stored",
        summary: "active is stored as the text that a PATCH gives it",
        area: AREA,
        source: "RFC 7643 2.3.2",
        hooks: Hooks {
            change: Some(|change| {
                if let (Some(text @ Value::String(_)), Some(id)) =
                    (spoil::patched(change.call, "active"), change.new["id"].as_str())
                {
                    change.store.memory.insert(format!("active:{id}"), text.clone());
                }
                Ok(())
            }),
            answer: Some(|_, store, answer| {
                spoil::each_user(answer, |user| {
                    let id = user.get("id").and_then(Value::as_str).unwrap_or_default();
                    if let Some(text) = store.memory.get(&format!("active:{id}")) {
                        user.insert("active".into(), text.clone());
                    }
                });
            }),
            ..NONE
        },
    },
    Fault {
        name: "create-inactive-ignored",
        summary: "Who is created with active:false is active",
        area: AREA,
        source: "create-inactive-ignored https://github.com/getprobo/probo/pull/711",
        hooks: on_change(|change| {
            if change.kind == Kind::User && change.old.is_none() {
                change.new["active"] = true.into();
            }
            Ok(())
        }),
    },
    Fault {
        name: "create-externalid-dropped",
        summary: "externalId is stored by PUT and PATCH, and not by POST",
        area: AREA,
        source: "post-externalid-active-not-persisted https://github.com/BerriAI/litellm-docs/pull/936",
        hooks: on_change(|change| {
            if let (None, Some(new)) = (change.old, change.new.as_object_mut()) {
                new.shift_remove("externalId");
            }
            Ok(())
        }),
    },
    Fault {
        name: "group-externalid-dropped",
        summary: "The externalId of groups is not stored",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_change(|change| {
            if let (Kind::Group, Some(new)) = (change.kind, change.new.as_object_mut()) {
                new.shift_remove("externalId");
            }
            Ok(())
        }),
    },
    Fault {
        name: "texts-trimmed",
        summary: "Spaces around texts are taken off, in the answers too",
        area: AREA,
        source: "RFC 7644 3.3",
        hooks: on_change(|change| {
            trim(change.new);
            Ok(())
        }),
    },
    Fault {
        name: "certificates-dropped",
        summary: "Addresses for messages and certificates are not stored",
        area: AREA,
        source: "RFC 7643 7",
        hooks: on_change(|change| {
            if let Some(new) = change.new.as_object_mut() {
                new.retain(|name, _| name != "ims" && name != "x509Certificates");
            }
            Ok(())
        }),
    },
    Fault {
        name: "create-answers-request",
        summary: "The answer to a creation shows the displayName that was sent, and another one is stored",
        area: AREA,
        source: "create-response-not-what-is-stored https://github.com/wso2/product-is/issues/4690",
        hooks: Hooks {
            change: Some(|change| {
                if change.kind == Kind::User && change.old.is_none() {
                    change.new["displayName"] = change.new["userName"].clone();
                }
                Ok(())
            }),
            answer: Some(|call, _, answer| {
                let sent = spoil::body_value(call, "displayName").cloned();
                if let (201, true, Some(sent), Some(body)) =
                    (answer.status, call.is(&Method::POST, Kind::User), sent, answer.json_mut())
                {
                    body["displayName"] = sent;
                }
            }),
            ..NONE
        },
    },
    Fault {
        name: "values-cut-at-255",
        summary: "Texts are cut after 255 characters",
        area: AREA,
        source: "RFC 7644 3.3",
        hooks: on_change(|change| {
            cut(change.new);
            Ok(())
        }),
    },
    Fault {
        name: "markup-escaped",
        summary: "Texts come back with HTML entities",
        area: AREA,
        source: "RFC 7644 7.7",
        hooks: on_answer(|_, _, answer| {
            if let Some(body) = answer.json_mut() {
                escape(body);
            }
        }),
    },
    Fault {
        name: "four-byte-500",
        summary: "Characters that take four bytes in UTF-8 end in a 500",
        area: AREA,
        source: "response-not-utf8 https://github.com/GluuFederation/oxTrust/issues/372",
        hooks: on_request(|call, _| {
            let long = |body: &Value| body.to_string().chars().any(|letter| letter.len_utf8() == 4);
            let writes = call.method == Method::POST || call.method == Method::PUT;
            let error = ScimError::internal("Incorrect string value: '\\xF0\\x9F'");
            (writes && call.body.as_ref().is_some_and(long)).then(|| error.into())
        }),
    },
    Fault {
        name: "malformed-json-500",
        summary: "A body that is no JSON is answered 500",
        area: AREA,
        source: "error-not-scim-body https://github.com/vouch-sh/vouch/issues/1412",
        hooks: on_request(|call, _| {
            let writes = [Method::POST, Method::PUT, Method::PATCH].contains(&call.method);
            let error = ScimError::internal("unexpected end of JSON input");
            (writes && call.body.is_none()).then(|| error.into())
        }),
    },
    Fault {
        name: "write-ignores-attributes",
        summary: "attributes and excludedAttributes have no effect on the answers to writes",
        area: AREA,
        source: "RFC 7644 3.9",
        hooks: on_answer(|call, store, answer| {
            let writes = call.method != Method::GET && call.query.iter().any(|(name, _)| name.ends_with("ttributes"));
            let kind = call.target().map(|(kind, _)| kind);
            if let (true, true, Some(kind), Some(body)) = (writes, answer.status < 300, kind, answer.json_mut())
                && let Some(whole) = body["id"].as_str().and_then(|id| view::of(store, kind, id, &call.base))
            {
                *body = whole;
            }
        }),
    },
];

fn path(name: &str) -> crate::scim::path::AttrPath {
    crate::scim::path::AttrPath::of(name)
}

/// Takes values of the wrong type out of the body before it is checked.
fn take_wrong_types(call: &mut Call) -> Option<Vec<(String, Value)>> {
    let fits = |name: &str, value: &Value| match name {
        "title" => value.is_string(),
        "emails" => value.is_array(),
        "name" => value.is_object(),
        _ => value.is_boolean(),
    };
    let body = call.body.as_mut()?.as_object_mut()?;
    let wrong = ["title", "emails", "name", "active"].into_iter();
    let wrong: Vec<&str> = wrong.filter(|name| body.get(*name).is_some_and(|value| !fits(name, value))).collect();
    Some(wrong.into_iter().filter_map(|name| body.shift_remove_entry(name)).collect())
}

/// Takes addresses out of the body of which several are primary.
fn take_primaries(call: &mut Call) -> Option<Vec<(String, Value)>> {
    let body = call.body.as_mut()?.as_object_mut()?;
    let primaries = body.get("emails")?.as_array()?.iter().filter(|email| email["primary"] == true).count();
    (primaries > 1).then(|| body.shift_remove_entry("emails").into_iter().collect())
}

/// Puts what was taken out of the body into what is stored.
fn put_back(change: &mut Change<'_>) -> Result<(), ScimError> {
    if change.kind == Kind::User {
        for (name, value) in &change.call.notes.kept {
            change.new[name] = value.clone();
        }
    }
    Ok(())
}

fn cut(value: &mut Value) {
    match value {
        Value::String(text) if text.chars().count() > LONGEST => *text = text.chars().take(LONGEST).collect(),
        Value::Array(all) => all.iter_mut().for_each(cut),
        Value::Object(parts) => parts.values_mut().for_each(cut),
        _ => {}
    }
}

fn trim(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.trim().to_owned(),
        Value::Array(all) => all.iter_mut().for_each(trim),
        Value::Object(parts) => parts.values_mut().for_each(trim),
        _ => {}
    }
}

fn escape(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#39;"),
        Value::Array(all) => all.iter_mut().for_each(escape),
        Value::Object(parts) => parts.values_mut().for_each(escape),
        _ => {}
    }
}
