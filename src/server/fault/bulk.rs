//! Faults of bulk requests.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Fault, on_answer, on_request};
use crate::scim::{ScimError, urn};
use crate::server::call::{Answer, Call};

const AREA: &str = "bulk";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "bulk-status-always-200",
        summary: "Every operation of a bulk request is answered with status 200",
        area: AREA,
        source: "bulk-200-on-invalid https://github.com/wso2/product-is/issues/3947",
        hooks: on_answer(|call, _, answer| {
            each_result(call, answer, |result| result["status"] = "200".into());
        }),
    },
    Fault {
        name: "bulk-201",
        summary: "A bulk request is answered 201",
        area: AREA,
        source: "RFC 7644 3.7",
        hooks: on_answer(|call, _, answer| {
            if is_bulk(call) && answer.status == 200 {
                answer.status = 201;
            }
        }),
    },
    Fault {
        name: "bulk-schema-missing",
        summary: "The answer to a bulk request has no schemas",
        area: AREA,
        source: "RFC 7644 3.7",
        hooks: on_answer(|call, _, answer| {
            if let (true, Some(Value::Object(body))) = (is_bulk(call), answer.json_mut()) {
                body.shift_remove("schemas");
            }
        }),
    },
    Fault {
        name: "bulk-bulkid-missing",
        summary: "The results of a bulk request carry no bulkId",
        area: AREA,
        source: "RFC 7644 3.7",
        hooks: on_answer(|call, _, answer| each_result(call, answer, |result| remove(result, "bulkId"))),
    },
    Fault {
        name: "bulk-location-missing",
        summary: "The results of a bulk request carry no location",
        area: AREA,
        source: "RFC 7644 3.7.3",
        hooks: on_answer(|call, _, answer| each_result(call, answer, |result| remove(result, "location"))),
    },
    Fault {
        name: "bulk-status-number",
        summary: "The status of a bulk result is a number",
        area: AREA,
        source: "RFC 7644 3.7.3",
        hooks: on_answer(|call, _, answer| {
            each_result(call, answer, |result| {
                if let Some(number) = result["status"].as_str().and_then(|text| text.parse::<u16>().ok()) {
                    result["status"] = number.into();
                }
            });
        }),
    },
    Fault {
        name: "bulk-error-missing",
        summary: "The results of failed operations carry no error",
        area: AREA,
        source: "RFC 7644 3.7.3",
        hooks: on_answer(|call, _, answer| each_result(call, answer, |result| remove(result, "response"))),
    },
    Fault {
        name: "bulk-result-missing",
        summary: "The last operation of a bulk request is carried out, and has no result",
        area: AREA,
        source: "RFC 7644 3.7.3",
        hooks: on_answer(|call, _, answer| {
            if let Some(results) = results(call, answer) {
                results.pop();
            }
        }),
    },
    Fault {
        name: "bulk-first-only",
        summary: "Of the operations of a bulk request the first is carried out",
        area: AREA,
        source: "RFC 7644 3.7",
        hooks: on_request(|call, _| {
            operations(call)?.truncate(1);
            None
        }),
    },
    Fault {
        name: "bulk-ignores-patch",
        summary: "PATCH in a bulk request is answered as done, and does nothing",
        area: AREA,
        source: "RFC 7644 3.7",
        hooks: on_request(|call, _| {
            for operation in operations(call)?.iter_mut().filter(|operation| operation["method"] == "PATCH") {
                operation["data"] = json!({
                    "schemas": [urn::PATCH_OP],
                    "Operations": [{"op": "remove", "path": "nickName"}]
                });
            }
            None
        }),
    },
    Fault {
        name: "bulk-bulkid-not-resolved",
        summary: "A bulkId in the data of an operation is taken for an id",
        area: AREA,
        source: "bulk-bulkid-not-resolved https://github.com/wso2/product-is/issues/3300",
        hooks: on_request(|call, _| {
            for operation in operations(call)? {
                hide_references(operation.get_mut("data")?);
            }
            None
        }),
    },
    Fault {
        name: "bulk-circle-500",
        summary: "Operations that refer to one another end in a 500",
        area: AREA,
        source: "RFC 7644 3.7.1",
        hooks: on_request(|call, _| {
            let all = operations(call)?;
            let refers = |from: &Value, to: &Value| {
                let id = to["bulkId"].as_str().unwrap_or_default();
                from["data"].to_string().contains(&format!("bulkId:{id}\""))
            };
            let circle = all.iter().any(|one| {
                all.iter().any(|other| one["bulkId"] != other["bulkId"] && refers(one, other) && refers(other, one))
            });
            circle.then(|| ScimError::internal("stack level too deep").into())
        }),
    },
    Fault {
        name: "bulk-stops-at-first-failure",
        summary: "A bulk request ends at the first failure, whatever failOnErrors says",
        area: AREA,
        source: "RFC 7644 3.7",
        hooks: on_request(|call, _| {
            if is_bulk(call) {
                call.body.as_mut()?["failOnErrors"] = 1.into();
            }
            None
        }),
    },
    Fault {
        name: "bulk-fail-on-errors-ignored",
        summary: "failOnErrors has no effect",
        area: AREA,
        source: "bulk-200-on-invalid https://github.com/wso2/product-is/issues/3947",
        hooks: on_request(|call, _| {
            if is_bulk(call) {
                call.body.as_mut()?.as_object_mut()?.shift_remove("failOnErrors");
            }
            None
        }),
    },
    Fault {
        name: "bulk-order-reversed",
        summary: "The operations of a bulk request are carried out from last to first",
        area: AREA,
        source: "RFC 7644 3.7",
        hooks: on_request(|call, _| {
            operations(call)?.reverse();
            None
        }),
    },
    Fault {
        name: "bulk-limits-ignored",
        summary: "A bulk request beyond the limits is answered 200 and not carried out",
        area: AREA,
        source: "RFC 7644 3.7.4",
        hooks: on_answer(|call, _, answer| {
            if is_bulk(call) && answer.status == 413 {
                *answer = Answer::json(200, json!({"schemas": [urn::BULK_RESPONSE], "Operations": []}));
            }
        }),
    },
    Fault {
        name: "bulk-any-message",
        summary: "A bulk request is taken whatever its schemas",
        area: AREA,
        source: "RFC 7644 3.12",
        hooks: on_request(|call, _| {
            if is_bulk(call) {
                call.body.as_mut()?["schemas"] = json!([urn::BULK_REQUEST]);
            }
            None
        }),
    },
    Fault {
        name: "bulk-unknown-reference-fails-all",
        summary: "A reference to a bulkId that nothing creates refuses the whole request",
        area: AREA,
        source: "RFC 7644 3.7",
        hooks: on_request(|call, _| {
            let all = operations(call)?.clone();
            let ids: Vec<&str> = all.iter().filter_map(|operation| operation["bulkId"].as_str()).collect();
            let text = Value::Array(all.clone()).to_string();
            let unknown =
                text.split("bulkId:").skip(1).any(|rest| !ids.contains(&rest.split('"').next().unwrap_or_default()));
            unknown.then(|| ScimError::invalid_value("unknown bulkId").into())
        }),
    },
];

fn is_bulk(call: &Call) -> bool {
    call.method == Method::POST && call.path.as_ref().is_some_and(|path| path == &["Bulk"])
}

fn operations(call: &mut Call) -> Option<&mut Vec<Value>> {
    if !is_bulk(call) {
        return None;
    }
    call.body.as_mut()?.get_mut("Operations")?.as_array_mut()
}

fn results<'a>(call: &Call, answer: &'a mut Answer) -> Option<&'a mut Vec<Value>> {
    if !is_bulk(call) || answer.status != 200 {
        return None;
    }
    answer.json_mut()?.get_mut("Operations")?.as_array_mut()
}

fn each_result(call: &Call, answer: &mut Answer, change: impl FnMut(&mut Value)) {
    results(call, answer).into_iter().flatten().for_each(change);
}

fn remove(result: &mut Value, name: &str) {
    if let Some(object) = result.as_object_mut() {
        object.shift_remove(name);
    }
}

fn hide_references(value: &mut Value) {
    match value {
        Value::String(text) if text.starts_with("bulkId:") => *text = text.replace("bulkId:", "bulkid-"),
        Value::Array(all) => all.iter_mut().for_each(hide_references),
        Value::Object(parts) => parts.values_mut().for_each(hide_references),
        _ => {}
    }
}
