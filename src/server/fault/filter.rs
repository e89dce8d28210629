//! Faults of filters.

use axum::http::Method;
use serde_json::Value;

use super::{Fault, on_answer, on_request, spoil};
use crate::scim::filter::CompareOp;
use crate::scim::{Filter, ScimError};
use crate::server::call::Kind;
use crate::server::list::read_filter;

const AREA: &str = "filter";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "filter-ignored",
        summary: "A filter is ignored: the answer lists everybody",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            call.set_parameter("filter", None);
            None
        }),
    },
    Fault {
        name: "filter-quoted-value-rejected",
        summary: "A filter whose value stands in quotes is answered 400",
        area: AREA,
        source: "filter-quoted-value-rejected https://github.com/wso2/product-is/issues/3373",
        hooks: on_request(|call, _| {
            let quoted = call.parameter("filter").is_some_and(|filter| filter.contains('"'));
            quoted.then(|| ScimError::invalid_filter("write the value without quotes").into())
        }),
    },
    Fault {
        name: "filter-unsupported-500",
        summary: "A filter with another operator than eq is answered 500",
        area: AREA,
        source: "filter-unsupported-500 https://github.com/wso2/product-is/issues/11182",
        hooks: on_request(|call, _| {
            let filter = call.parameter("filter")?.to_ascii_lowercase();
            (!filter.contains(" eq ")).then(|| ScimError::internal("the operator is not implemented").into())
        }),
    },
    Fault {
        name: "filter-500",
        summary: "Any filter is answered 500",
        area: AREA,
        source: "filter-500-known-endpoint https://github.com/directus/directus/issues/2676",
        hooks: on_request(|call, _| {
            call.parameter("filter")?;
            Some(ScimError::internal("the query failed").into())
        }),
    },
    Fault {
        name: "filter-invalid-returns-all",
        summary: "A filter that can't be read or answered returns everybody",
        area: AREA,
        source: "filter-invalid-returns-all https://github.com/NorthlandPositronics/Cogtrix/issues/124",
        hooks: on_request(|call, _| {
            let (kind, _) = call.target()?;
            let text = call.parameter("filter")?;
            if read_filter(text, &[kind]).is_err() {
                call.set_parameter("filter", None);
            }
            None
        }),
    },
    Fault {
        name: "filter-plus-sign",
        summary: "A filter value is decoded twice: + becomes a space, and such users are never found",
        area: AREA,
        source: "filter-plus-sign https://github.com/fdipuma/scrima-dotnet/pull/5",
        hooks: on_request(|call, _| {
            let text = call.parameter("filter")?.replace('+', " ");
            call.set_parameter("filter", Some(text));
            None
        }),
    },
    Fault {
        name: "filter-non-ascii",
        summary: "A filter with accented letters is answered 400",
        area: AREA,
        source: "filter-non-ascii https://github.com/apache/directory-scimple/issues/564",
        hooks: on_request(|call, _| {
            let text = call.parameter("filter")?;
            let error = ScimError::invalid_filter("unexpected character");
            (!text.is_ascii()).then(|| error.into())
        }),
    },
    Fault {
        name: "filter-substring",
        summary: "eq finds every value that contains the text",
        area: AREA,
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            let loose = contains_instead(spoil::filter(call)?);
            call.set_parameter("filter", Some(loose.to_string()));
            None
        }),
    },
    Fault {
        name: "filter-case-sensitive",
        summary: "userName eq finds a user only in the same letter case",
        area: AREA,
        source: "RFC 7643 4.1.1",
        hooks: on_answer(|call, _, answer| {
            let filter = spoil::filter(call);
            let wanted = filter.as_ref().and_then(|f| f.as_equals("userName"));
            let (Some(wanted), Some(list)) = (wanted, spoil::list(answer)) else {
                return;
            };
            if let Some(Value::Array(found)) = list.get_mut("Resources") {
                found.retain(|r| r["userName"] == wanted);
                let left = found.len();
                list.insert("totalResults".into(), left.into());
                list.insert("itemsPerPage".into(), left.into());
            }
        }),
    },
    Fault {
        name: "lookup-miss-404",
        summary: "A filter that matches nobody is answered 404",
        area: AREA,
        source: "RFC 7644 3.4.2",
        hooks: on_answer(|call, _, answer| {
            let filtered = call.method == Method::GET && call.parameter("filter").is_some();
            if filtered && spoil::list(answer).is_some_and(|l| l["totalResults"] == 0) {
                *answer = ScimError::not_found("nobody matches").into();
            }
        }),
    },
    Fault {
        name: "deactivated-user-hidden-from-filter",
        summary: "Filters do not find deactivated users",
        area: AREA,
        source: "deactivated-user-hidden-from-filter https://github.com/growthbook/growthbook/pull/1680",
        hooks: on_request(|call, _| {
            if call.lists(Kind::User) {
                let active = Filter::parse("active eq true").ok()?;
                let both = Filter::And(vec![spoil::filter(call)?, active]);
                call.set_parameter("filter", Some(both.to_string()));
            }
            None
        }),
    },
    Fault {
        name: "filter-finds-twins",
        summary: "A lookup by userName finds the user and another one of the same name",
        area: AREA,
        source: "RFC 7643 4.1.1",
        hooks: on_answer(|call, _, answer| {
            let named = spoil::filter(call).is_some_and(|filter| filter.as_equals("userName").is_some());
            let (true, Some(list)) = (named, spoil::list(answer)) else {
                return;
            };
            if let Some(Value::Array(found)) = list.get_mut("Resources")
                && let Some(mut twin) = found.first().cloned()
            {
                twin["id"] = "00000000-0000-4000-8000-000000000000".into();
                twin["meta"]["location"] = Value::Null;
                found.push(twin);
                let all = found.len();
                list.insert("totalResults".into(), all.into());
                list.insert("itemsPerPage".into(), all.into());
            }
        }),
    },
];

/// The filter with every `eq` of a text turned into `co`.
fn contains_instead(filter: Filter) -> Filter {
    let all = |operands: Vec<Filter>| operands.into_iter().map(contains_instead).collect();
    match filter {
        Filter::Compare { path, op: CompareOp::Equal, value: Value::String(text) } => {
            Filter::Compare { path, op: CompareOp::Contains, value: Value::String(text) }
        }
        Filter::And(operands) => Filter::And(all(operands)),
        Filter::Or(operands) => Filter::Or(all(operands)),
        Filter::Not(inner) => Filter::Not(Box::new(contains_instead(*inner))),
        other => other,
    }
}
