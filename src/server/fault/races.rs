//! Faults of entity tags, and of requests that come at once.

use std::time::Duration;

use axum::http::{Method, header};
use jiff::Timestamp;
use serde_json::Value;

use super::{Fault, Hold, Hooks, NONE, on_answer, on_request, spoil};
use crate::server::call::{Answer, Kind};
use crate::server::view;

const ETAG: &str = "etag";
const AREA: &str = "concurrency";
/// How long a version counts after it was replaced, where the check is not part of the change.
const STILL_FRESH: Duration = Duration::from_millis(300);

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "etag-differs-from-version",
        summary: "meta.version is another tag than the ETag header",
        area: ETAG,
        source: "RFC 7643 3.1",
        hooks: on_answer(|_, _, answer| {
            spoil::each_resource(answer, |resource| {
                if let Some(meta) = resource.get_mut("meta") {
                    meta["version"] = "W/\"1\"".into();
                }
            });
        }),
    },
    Fault {
        name: "etag-never-changes",
        summary: "The entity tag of a resource is its id",
        area: ETAG,
        source: "RFC 9110 8.8.1",
        hooks: on_answer(|_, _, answer| {
            let id = answer.json_mut().and_then(|body| Some(body["id"].as_str()?.to_owned()));
            let Some(id) = id else { return };
            each_tag(answer, |tag| *tag = format!("W/\"{id}\""));
            spoil::each_resource(answer, |resource| {
                if let Some(meta) = resource.get_mut("meta") {
                    meta["version"] = format!("W/\"{id}\"").into();
                }
            });
        }),
    },
    Fault {
        name: "if-none-match-ignored",
        summary: "If-None-Match has no effect",
        area: ETAG,
        source: "RFC 7644 3.14",
        hooks: on_request(|call, _| {
            call.headers.remove(header::IF_NONE_MATCH);
            None
        }),
    },
    Fault {
        name: "if-none-match-always-304",
        summary: "A read with If-None-Match is answered 304, whatever the tag",
        area: ETAG,
        source: "RFC 9110 13.1.2",
        hooks: on_request(|call, _| {
            let conditional = call.method == Method::GET && call.headers.contains_key(header::IF_NONE_MATCH);
            conditional.then(|| Answer::empty(304))
        }),
    },
    Fault {
        name: "etag-if-match-ignored",
        summary: "If-Match has no effect, nor has the version of a bulk operation",
        area: ETAG,
        source: "etag-if-match-ignored https://github.com/apache/directory-scimple/issues/534",
        hooks: on_request(|call, _| {
            call.headers.remove(header::IF_MATCH);
            None
        }),
    },
    Fault {
        name: "if-match-always-412",
        summary: "A change with If-Match is answered 412, whatever the tag",
        area: ETAG,
        source: "RFC 7644 3.14",
        hooks: on_request(|call, _| {
            let conditional = call.headers.contains_key(header::IF_MATCH);
            conditional.then(|| crate::scim::ScimError::precondition_failed("another version").into())
        }),
    },
    Fault {
        name: "etag-strong-always-412",
        summary: "Entity tags are strong, and none of them fits If-Match",
        area: ETAG,
        source: "RFC 7644 3.14",
        hooks: Hooks {
            request: Some(|call, _| {
                let conditional = call.headers.contains_key(header::IF_MATCH);
                conditional.then(|| crate::scim::ScimError::precondition_failed("another version").into())
            }),
            answer: Some(|_, _, answer| each_tag(answer, |tag| *tag = tag.trim_start_matches("W/").to_owned())),
            ..NONE
        },
    },
    Fault {
        name: "etag-check-not-atomic",
        summary: "Of two changes at once with one If-Match both are carried out",
        area: ETAG,
        source: "etag-check-not-atomic https://github.com/thunder-id/thunderid/pull/5110",
        hooks: on_request(|call, store| {
            let (kind, id) = call.target()?;
            let id = id?.to_owned();
            let given = call.header(header::IF_MATCH)?.to_owned();
            let key = format!("tag:{id}");
            let now = Timestamp::now();
            let fresh = |moment: &Value| {
                let moment = moment.as_str().and_then(|text| text.parse::<Timestamp>().ok());
                moment.is_some_and(|moment| now.duration_since(moment).unsigned_abs() < STILL_FRESH)
            };
            let before = store.memory.get(&key);
            if before.is_some_and(|before| before["tag"] == given && fresh(&before["moment"])) {
                call.headers.remove(header::IF_MATCH);
                return None;
            }
            let version = view::version(store, kind, &id)?;
            let noted = serde_json::json!({"tag": version, "moment": now.to_string()});
            store.memory.insert(key, noted);
            None
        }),
    },
    Fault {
        name: "concurrent-create-twice",
        summary: "Of two creations of one userName at once both succeed",
        area: AREA,
        source: "concurrent-create-500 https://github.com/tuist/tuist/pull/11688",
        hooks: Hooks {
            hold: Some(Hold { when: |call| call.is(&Method::POST, Kind::User), milliseconds: 50, alone: false }),
            request: Some(|call, _| {
                call.notes.twice = call.notes.beside;
                None
            }),
            ..NONE
        },
    },
    Fault {
        name: "concurrent-change-lost",
        summary: "A PATCH that comes while another is under way is answered as done, and lost",
        area: AREA,
        source: "RFC 7644 3.5.2",
        hooks: Hooks {
            hold: Some(Hold { when: |call| call.method == Method::PATCH, milliseconds: 50, alone: false }),
            change: Some(|change| {
                if let (true, Some(old)) = (change.call.notes.beside, change.old) {
                    *change.new = old.clone();
                }
                Ok(())
            }),
            ..NONE
        },
    },
    Fault {
        name: "concurrent-patch-500",
        summary: "A PATCH that comes while another is under way is answered 500",
        area: AREA,
        source: "group-sync-deadlock https://github.com/openzro/openzro/pull/176",
        hooks: Hooks {
            hold: Some(Hold { when: |call| call.method == Method::PATCH, milliseconds: 50, alone: true }),
            ..NONE
        },
    },
];

fn each_tag(answer: &mut Answer, change: impl Fn(&mut String)) {
    for (_, tag) in answer.headers.iter_mut().filter(|(name, _)| *name == header::ETAG) {
        change(tag);
    }
}
