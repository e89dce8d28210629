//! Faults in ids, in `meta` and in the headers that repeat it.

use axum::http::{Method, header};
use serde_json::{Map, Value};

use super::{Fault, Hooks, NONE, on_answer, spoil};

const AREA: &str = "meta";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "ids-reused",
        summary: "The id of who was deleted is given to the next one",
        area: "schema",
        source: "RFC 7643 3.1",
        hooks: Hooks { store: Some(|rules| rules.reuses_ids = true), ..NONE },
    },
    Fault {
        name: "ids-reserved",
        summary: "Ids begin with the word that bulk requests keep for themselves",
        area: "schema",
        source: "RFC 7643 3.1",
        hooks: Hooks { store: Some(|rules| rules.id_prefix = "bulkId-"), ..NONE },
    },
    Fault {
        name: "meta-missing",
        summary: "Users and groups have no meta",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_answer(|_, _, answer| {
            spoil::each_resource(answer, |resource| {
                resource.shift_remove("meta");
            });
        }),
    },
    Fault {
        name: "resource-type-plural",
        summary: "meta.resourceType is the name of the endpoint",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_answer(|_, _, answer| {
            each_meta(answer, |meta| {
                if let Some(kind) = meta.get_mut("resourceType") {
                    *kind = format!("{}s", kind.as_str().unwrap_or_default()).into();
                }
            });
        }),
    },
    Fault {
        name: "dates-with-blank",
        summary: "Dates have a blank in place of the T",
        area: AREA,
        source: "RFC 7643 2.3.5",
        hooks: on_answer(|_, _, answer| {
            each_meta(answer, |meta| {
                for name in ["created", "lastModified"] {
                    if let Some(date) = meta.get_mut(name) {
                        *date = date.as_str().unwrap_or_default().replace('T', " ").into();
                    }
                }
            });
        }),
    },
    Fault {
        name: "created-after-modified",
        summary: "meta.created is in a time zone a day ahead",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_answer(|_, _, answer| each_meta(answer, |meta| shift(meta, "created", 24))),
    },
    Fault {
        name: "new-but-modified",
        summary: "A creation is answered with a lastModified an hour later",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_answer(|call, _, answer| {
            if call.method == Method::POST {
                each_meta(answer, |meta| shift(meta, "lastModified", 1));
            }
        }),
    },
    Fault {
        name: "read-touches",
        summary: "Every read sets meta.lastModified to the time of the read",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_answer(|call, _, answer| {
            if call.method == Method::GET {
                each_meta(answer, |meta| {
                    meta.insert("lastModified".into(), jiff::Timestamp::now().to_string().into());
                });
            }
        }),
    },
    Fault {
        name: "meta-client-supplied",
        summary: "The dates and the type in a client's meta are stored",
        area: AREA,
        source: "meta-client-supplied https://github.com/GluuFederation/oxTrust/issues/249",
        hooks: Hooks {
            change: Some(|change| {
                let sent = change.call.body.as_ref().and_then(|body| body.get("meta")).and_then(Value::as_object);
                if let (Some(sent), Some(id)) = (sent, change.new["id"].as_str()) {
                    let mut kept = sent.clone();
                    kept.retain(|name, _| ["created", "lastModified", "resourceType"].contains(&name.as_str()));
                    change.store.client_meta.insert(id.to_owned(), kept);
                }
                Ok(())
            }),
            answer: Some(|_, store, answer| {
                spoil::each_resource(answer, |resource| {
                    let kept =
                        resource.get("id").and_then(Value::as_str).and_then(|id| store.client_meta.get(id).cloned());
                    if let (Some(kept), Some(Value::Object(meta))) = (kept, resource.get_mut("meta")) {
                        meta.extend(kept);
                    }
                });
            }),
            ..NONE
        },
    },
    Fault {
        name: "location-header-wrong",
        summary: "The Location of a creation leads to another id",
        area: AREA,
        source: "meta-location-wrong-id https://github.com/wso2/product-is/issues/11540",
        hooks: on_answer(|call, _, answer| {
            let other = format!("{}/Users/00000000-0000-4000-8000-000000000000", call.base);
            for (_, value) in answer.headers.iter_mut().filter(|(name, _)| name == header::LOCATION) {
                *value = other.clone();
            }
        }),
    },
    Fault {
        name: "meta-location-wrong-base",
        summary: "meta.location names an inner host",
        area: AREA,
        source: "meta-location-wrong-base https://github.com/simpleidserver/SimpleIdServer/issues/37",
        hooks: on_answer(|call, _, answer| {
            let base = call.base.clone();
            each_meta(answer, |meta| {
                let location = meta.get("location").and_then(Value::as_str).and_then(|own| own.strip_prefix(&base));
                if let Some(path) = location {
                    meta.insert("location".into(), format!("http://scim-app-1:8080{path}").into());
                }
            });
            for (_, value) in answer.headers.iter_mut().filter(|(name, _)| name == header::LOCATION) {
                *value = value.replace(&base, "http://scim-app-1:8080");
            }
        }),
    },
    Fault {
        name: "etag-not-version",
        summary: "The ETag header is another tag than meta.version",
        area: "etag",
        source: "RFC 7643 3.1",
        hooks: on_answer(|_, _, answer| each_tag(answer, |_| "W/\"0\"".to_owned())),
    },
];

fn each_meta(answer: &mut super::Answer, mut change: impl FnMut(&mut Map<String, Value>)) {
    spoil::each_resource(answer, |resource| {
        if let Some(Value::Object(meta)) = resource.get_mut("meta") {
            change(meta);
        }
    });
}

fn each_tag(answer: &mut super::Answer, change: impl Fn(&str) -> String) {
    for (_, value) in answer.headers.iter_mut().filter(|(name, _)| name == header::ETAG) {
        *value = change(value);
    }
}

fn shift(meta: &mut Map<String, Value>, name: &str, hours: i64) {
    let moved = |date: &Value| {
        let date: jiff::Timestamp = date.as_str()?.parse().ok()?;
        date.checked_add(jiff::SignedDuration::from_hours(hours)).ok()
    };
    if let Some(moved) = meta.get(name).and_then(moved) {
        meta.insert(name.to_owned(), moved.to_string().into());
    }
}
