//! Faults of what a server says of itself: it can do more than it announces.

use serde_json::Value;

use super::{Fault, on_answer};
use crate::server::call::{Answer, Call};

const AREA: &str = "discovery";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "patch-announced-unsupported",
        summary: "ServiceProviderConfig says that there is no PATCH, and PATCH works",
        area: AREA,
        source: "RFC 7643 5",
        hooks: on_answer(|call, _, answer| unannounce(call, answer, "patch")),
    },
    Fault {
        name: "bulk-announced-unsupported",
        summary: "ServiceProviderConfig says that there is no bulk, and /Bulk answers",
        area: AREA,
        source: "RFC 7643 5",
        hooks: on_answer(|call, _, answer| unannounce(call, answer, "bulk")),
    },
    Fault {
        name: "filter-announced-unsupported",
        summary: "ServiceProviderConfig says that there are no filters, and they work",
        area: AREA,
        source: "RFC 7643 5",
        hooks: on_answer(|call, _, answer| unannounce(call, answer, "filter")),
    },
    Fault {
        name: "sort-announced-unsupported",
        summary: "ServiceProviderConfig says that there is no order, and sortBy works",
        area: AREA,
        source: "RFC 7643 5",
        hooks: on_answer(|call, _, answer| unannounce(call, answer, "sort")),
    },
    Fault {
        name: "schema-title-read-only",
        summary: "/Schemas calls title read-only, and clients write it",
        area: AREA,
        source: "RFC 7643 7",
        hooks: on_answer(|call, _, answer| redeclare_title(call, answer, "mutability", "readOnly")),
    },
    Fault {
        name: "schema-title-on-request",
        summary: "/Schemas says that title is returned on request, and every answer has it",
        area: AREA,
        source: "RFC 7643 7",
        hooks: on_answer(|call, _, answer| redeclare_title(call, answer, "returned", "request")),
    },
    Fault {
        name: "extension-required-in-word",
        summary: "/ResourceTypes says that every person has the enterprise extension, and most have none",
        area: AREA,
        source: "RFC 7643 6",
        hooks: on_answer(|call, _, answer| {
            let types =
                call.path.as_ref().is_some_and(|path| path.first().is_some_and(|first| first == "ResourceTypes"));
            let (true, Some(body)) = (types, answer.json_mut()) else {
                return;
            };
            let require = |one: &mut Value| {
                let extensions = one.get_mut("schemaExtensions").and_then(Value::as_array_mut).into_iter().flatten();
                extensions.for_each(|extension| extension["required"] = true.into());
            };
            match body.get_mut("Resources").and_then(Value::as_array_mut) {
                Some(all) => all.iter_mut().for_each(require),
                None => require(body),
            }
        }),
    },
    Fault {
        name: "group-type-unlisted",
        summary: "/ResourceTypes does not list groups, and /Groups is served",
        area: AREA,
        source: "RFC 7643 6",
        hooks: on_answer(|call, _, answer| {
            if !asks(call, "ResourceTypes") {
                return;
            }
            let Some(list) = answer.json_mut().and_then(Value::as_object_mut) else {
                return;
            };
            let Some(Value::Array(types)) = list.get_mut("Resources") else {
                return;
            };
            types.retain(|one| one["name"] != "Group");
            let left = types.len();
            for name in ["totalResults", "itemsPerPage"] {
                list.insert(name.to_owned(), left.into());
            }
        }),
    },
];

fn asks(call: &Call, endpoint: &str) -> bool {
    call.path.as_ref().is_some_and(|path| path == &[endpoint])
}

fn unannounce(call: &Call, answer: &mut Answer, feature: &str) {
    if let (true, Some(body)) = (asks(call, "ServiceProviderConfig"), answer.json_mut()) {
        body[feature]["supported"] = false.into();
    }
}

fn redeclare_title(call: &Call, answer: &mut Answer, characteristic: &str, word: &str) {
    let schemas = call.path.as_ref().is_some_and(|path| path.first().is_some_and(|first| first == "Schemas"));
    let (true, Some(body)) = (schemas, answer.json_mut()) else {
        return;
    };
    let say = |schema: &mut Value| {
        let attributes = schema.get_mut("attributes").and_then(Value::as_array_mut).into_iter().flatten();
        for title in attributes.filter(|one| one["name"] == "title") {
            title[characteristic] = word.into();
        }
    };
    match body.get_mut("Resources").and_then(Value::as_array_mut) {
        Some(all) => all.iter_mut().for_each(say),
        None => say(body),
    }
}
