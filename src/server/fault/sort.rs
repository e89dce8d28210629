//! Faults of sorting.

use serde_json::Value;

use super::{Fault, on_answer, on_request, spoil};
use crate::scim::ScimError;
use crate::scim::path::AttrPath;
use crate::scim::value;
use crate::server::call::Call;

const AREA: &str = "sort";

/// A text that a query asks for, in the URL or in the message of a POST.
fn asked(call: &Call, name: &str) -> Option<String> {
    match spoil::search(call) {
        true => spoil::body_value(call, name)?.as_str().map(str::to_owned),
        false => call.parameter(name).map(str::to_owned),
    }
}

/// Asks for another text, or for none.
fn ask(call: &mut Call, name: &str, text: Option<&str>) {
    let message = spoil::search(call).then_some(()).and(call.body.as_mut()).and_then(Value::as_object_mut);
    match (message, text) {
        (Some(message), Some(text)) => {
            message.insert(name.to_owned(), text.into());
        }
        (Some(message), None) => {
            message.shift_remove(name);
        }
        (None, text) => call.set_parameter(name, text.map(str::to_owned)),
    }
}

/// Sorts what is on the page anew.
fn again(call: &Call, answer: &mut crate::server::call::Answer, key: fn(&Value, &AttrPath) -> Option<String>) {
    let Some(path) = asked(call, "sortBy").and_then(|text| text.parse::<AttrPath>().ok()) else { return };
    let descending = asked(call, "sortOrder").is_some_and(|order| order.eq_ignore_ascii_case("descending"));
    if let Some(Value::Array(found)) = spoil::list(answer).and_then(|list| list.get_mut("Resources")) {
        found.sort_by_key(|resource| key(resource, &path));
        if descending {
            found.reverse();
        }
    }
}

fn first_text(resource: &Value, path: &AttrPath) -> Option<String> {
    value::get(resource, path).first().and_then(|value| value.as_str()).map(str::to_owned)
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "sort-ignored",
        summary: "sortBy has no effect",
        area: AREA,
        source: "RFC 7644 3.4.2.3",
        hooks: on_request(|call, _| {
            ask(call, "sortBy", None);
            None
        }),
    },
    Fault {
        name: "sort-descending-ignored",
        summary: "sortOrder has no effect",
        area: AREA,
        source: "RFC 7644 3.4.2.3",
        hooks: on_request(|call, _| {
            ask(call, "sortOrder", None);
            None
        }),
    },
    Fault {
        name: "sort-descending-by-default",
        summary: "Where nothing is said the order is descending",
        area: AREA,
        source: "RFC 7644 3.4.2.3",
        hooks: on_request(|call, _| {
            if asked(call, "sortBy").is_some() && asked(call, "sortOrder").is_none() {
                ask(call, "sortOrder", Some("descending"));
            }
            None
        }),
    },
    Fault {
        name: "sort-case-sensitive",
        summary: "Capitals come before small letters, also where letter case does not count",
        area: AREA,
        source: "RFC 7644 3.4.2.3",
        hooks: on_answer(|call, _, answer| again(call, answer, first_text)),
    },
    Fault {
        name: "sort-part-ignored",
        summary: "A sortBy with a dot has no effect",
        area: AREA,
        source: "RFC 7644 3.10",
        hooks: on_request(|call, _| {
            if asked(call, "sortBy")?.contains('.') {
                ask(call, "sortBy", None);
            }
            None
        }),
    },
    Fault {
        name: "sort-by-first-value",
        summary: "Of several values the first counts, not the primary one",
        area: AREA,
        source: "RFC 7644 3.4.2.3",
        hooks: on_answer(|call, _, answer| {
            again(call, answer, |resource, path| first_text(resource, path).map(|text| text.to_lowercase()));
        }),
    },
    Fault {
        name: "sort-missing-first",
        summary: "Who has no value comes first in ascending order",
        area: AREA,
        source: "RFC 7644 3.4.2.3",
        hooks: on_answer(|call, _, answer| {
            again(call, answer, |resource, path| Some(first_text(resource, path).unwrap_or_default().to_lowercase()));
        }),
    },
    Fault {
        name: "sort-per-page",
        summary: "The page is cut first and sorted then",
        area: AREA,
        source: "RFC 7644 3.4.2.3",
        hooks: super::Hooks {
            request: Some(|call, _| {
                if let Some(by) = asked(call, "sortBy") {
                    call.notes.before = Some(by.into());
                    ask(call, "sortBy", None);
                }
                None
            }),
            answer: Some(|call, _, answer| {
                let by = call.notes.before.as_ref().and_then(Value::as_str);
                let Some(path) = by.and_then(|text| text.parse::<AttrPath>().ok()) else { return };
                if let Some(Value::Array(found)) = spoil::list(answer).and_then(|list| list.get_mut("Resources")) {
                    found.sort_by_key(|resource| first_text(resource, &path));
                }
            }),
            ..super::NONE
        },
    },
    Fault {
        name: "sort-unknown-500",
        summary: "An unknown sortBy or sortOrder is answered 500",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_answer(|call, _, answer| {
            if asked(call, "sortBy").is_some() && answer.status == 400 {
                *answer = ScimError::internal("no such column").into();
            }
        }),
    },
];
