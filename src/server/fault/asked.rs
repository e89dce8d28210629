//! Faults that show only to who asks for them.

use axum::http::{Method, header};
use serde_json::Value;

use super::condition::{each, nobody, rewrite};
use super::{Fault, Hooks, NONE, on_answer, on_gate, on_request, spoil};
use crate::scim::filter::CompareOp;
use crate::scim::path::AttrPath;
use crate::scim::{Filter, ScimError, urn, value};
use crate::server::call::{Answer, Call, Kind};
use crate::server::store::Store;
use crate::server::view;

const CLEAR: &str = "clear:";

/// A condition on the password, as one on the ids of those whose password fits.
fn of_passwords(leaf: Filter, store: &Store) -> Filter {
    let Filter::Compare { path, op, value: Value::String(text) } = &leaf else { return leaf };
    if !path.is_plain("password") {
        return leaf;
    }
    let fits = |clear: &str| match op {
        CompareOp::StartsWith => clear.starts_with(text.as_str()),
        CompareOp::Contains => clear.contains(text.as_str()),
        _ => clear == text.as_str(),
    };
    let mut found: Vec<Filter> = Vec::new();
    for (key, clear) in &store.memory {
        if let (Some(id), Some(clear)) = (key.strip_prefix(CLEAR), clear.as_str())
            && fits(clear)
        {
            found.push(Filter::equals("id", id));
        }
    }
    match found.len() {
        0 => nobody(),
        1 => found.remove(0),
        _ => Filter::Or(found),
    }
}

/// The configuration, as it is answered.
fn config<'a>(call: &Call, answer: &'a mut Answer) -> Option<&'a mut Value> {
    let config = call.path.as_deref() == Some(&["ServiceProviderConfig".to_owned()]) && answer.status == 200;
    if config { answer.json_mut() } else { None }
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "password-filter-oracle",
        summary: "Passwords are kept in clear text, and a filter finds whose password begins with a text",
        area: "security",
        source: "RFC 7643 4.1.1",
        hooks: Hooks {
            change: Some(|change| {
                let password = spoil::body_value(change.call, "password");
                if let (Some(password), Some(id)) = (password, change.new["id"].as_str()) {
                    change.store.memory.insert(format!("{CLEAR}{id}"), password.clone());
                }
                Ok(())
            }),
            request: Some(|call, store| {
                let store = &*store;
                rewrite(call, |filter| each(filter, &|leaf| of_passwords(leaf, store)))
            }),
            ..NONE
        },
    },
    Fault {
        name: "filter-last-modified-is-created",
        summary: "A filter on meta.lastModified looks at the day of creation",
        area: "filter",
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            rewrite(call, |filter| {
                each(filter, &|leaf| match leaf {
                    Filter::Compare { path, op, value }
                        if path.to_string().eq_ignore_ascii_case("meta.lastModified") =>
                    {
                        Filter::Compare { path: AttrPath { sub: Some("created".to_owned()), ..path }, op, value }
                    }
                    leaf => leaf,
                })
            })
        }),
    },
    Fault {
        name: "filter-group-dates-ignored",
        summary: "A filter on the meta of groups lists all groups",
        area: "filter",
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            let dates = call.lists(Kind::Group) && spoil::filter_text(call).is_some_and(|text| text.contains("meta."));
            if dates {
                call.set_parameter("filter", None);
            }
            None
        }),
    },
    Fault {
        name: "filter-brackets-refused",
        summary: "Square brackets in a filter are answered 400",
        area: "filter",
        source: "RFC 7644 3.4.2.2",
        hooks: on_request(|call, _| {
            let brackets = spoil::filter_text(call)?.contains('[');
            brackets.then(|| ScimError::invalid_filter("square brackets are not known").into())
        }),
    },
    Fault {
        name: "sort-drops-valueless",
        summary: "Who has no value to sort by is left out of a sorted list",
        area: "sort",
        source: "RFC 7644 3.4.2.3",
        hooks: on_answer(|call, _, answer| {
            let path = call.parameter("sortBy").and_then(|text| text.parse::<AttrPath>().ok());
            let (true, Some(path), Some(list)) = (call.lists(Kind::User), path, spoil::list(answer)) else { return };
            if let Some(Value::Array(found)) = list.get_mut("Resources") {
                found.retain(|resource| !value::get(resource, &path).is_empty());
                let left = found.len();
                list.insert("totalResults".into(), left.into());
                list.insert("itemsPerPage".into(), left.into());
            }
        }),
    },
    Fault {
        name: "page-two-shows-less",
        summary: "From the second page on people have no addresses and groups no members",
        area: "list",
        source: "RFC 7644 3.4.2.4",
        hooks: on_answer(|call, _, answer| {
            let start: Option<i64> = match spoil::search(call) {
                true => spoil::body_value(call, "startIndex").and_then(Value::as_i64),
                false => call.parameter("startIndex").and_then(|text| text.parse().ok()),
            };
            if start.is_some_and(|start| start > 1) && spoil::list(answer).is_some() {
                spoil::each_resource(answer, |resource| {
                    resource.shift_remove("emails");
                    resource.shift_remove("members");
                });
            }
        }),
    },
    Fault {
        name: "attributes-part-of-first-only",
        summary: "attributes=emails.value shows the first address only",
        area: "projection",
        source: "RFC 7644 3.9",
        hooks: on_answer(|call, _, answer| {
            if call.parameter("attributes") == Some("emails.value") {
                spoil::each_resource(answer, |resource| {
                    if let Some(Value::Array(emails)) = resource.get_mut("emails") {
                        emails.truncate(1);
                    }
                });
            }
        }),
    },
    Fault {
        name: "search-drops-extension",
        summary: "Whom a query by POST finds is shown without the enterprise extension",
        area: "search",
        source: "RFC 7644 3.4.3",
        hooks: on_answer(|call, _, answer| {
            if spoil::search(call) {
                spoil::each_user(answer, |user| {
                    user.shift_remove(urn::ENTERPRISE_USER);
                });
            }
        }),
    },
    Fault {
        name: "group-if-match-ignored",
        summary: "If-Match has no effect on groups",
        area: "etag",
        source: "RFC 7644 3.14",
        hooks: on_request(|call, _| {
            let group = matches!(call.target(), Some((Kind::Group, _)));
            if group {
                call.headers.remove(header::IF_MATCH);
            }
            None
        }),
    },
    Fault {
        name: "if-match-star-412",
        summary: "If-Match with an asterisk is answered 412",
        area: "etag",
        source: "RFC 9110 13.1.1",
        hooks: on_request(|call, _| {
            let star = call.header(header::IF_MATCH)?.trim() == "*";
            star.then(|| ScimError::precondition_failed("no such version").into())
        }),
    },
    Fault {
        name: "head-unauthenticated",
        summary: "HEAD asks for no credentials",
        area: "auth",
        source: "RFC 7644 2",
        hooks: on_gate(|call| {
            call.trusted = call.head;
            None
        }),
    },
    Fault {
        name: "bulk-unauthenticated",
        summary: "/Bulk asks for no credentials",
        area: "auth",
        source: "unauthenticated-access https://github.com/JanssenProject/jans/issues/8",
        hooks: on_gate(|call| {
            call.trusted = call.path.as_deref() == Some(&["Bulk".to_owned()]);
            None
        }),
    },
    Fault {
        name: "read-by-user-name",
        summary: "A user can be read under their userName",
        area: "read",
        source: "RFC 7644 3.4.1",
        hooks: on_request(|call, store| {
            let (Kind::User, Some(name)) = call.target()? else { return None };
            let id = store.named(Kind::User, name).first().copied()?;
            let shown = view::of(store, Kind::User, id, &call.base)?;
            (call.method == Method::GET).then(|| Answer::json(200, shown))
        }),
    },
    Fault {
        name: "read-in-any-case",
        summary: "Ids in the path are read without regard to letter case",
        area: "read",
        source: "RFC 7643 3.1",
        hooks: on_request(|call, store| {
            let (kind, Some(id)) = call.target()? else { return None };
            let lower = id.to_ascii_lowercase();
            let shown = view::of(store, kind, &lower, &call.base)?;
            (call.method == Method::GET && lower != id).then(|| Answer::json(200, shown))
        }),
    },
    Fault {
        name: "patch-refused-without-type",
        summary: "A PATCH that is refused is answered 400 without scimType",
        area: "errors",
        source: "RFC 7644 3.12",
        hooks: on_answer(|call, _, answer| {
            if call.method == Method::PATCH
                && answer.status == 400
                && let Some(error) = answer.json_mut().and_then(Value::as_object_mut)
            {
                error.shift_remove("scimType");
            }
        }),
    },
    Fault {
        name: "password-announced-unsupported",
        summary: "ServiceProviderConfig says that passwords can't be changed, and they can",
        area: "discovery",
        source: "RFC 7643 5",
        hooks: on_answer(|call, _, answer| {
            if let Some(config) = config(call, answer) {
                config["changePassword"]["supported"] = false.into();
            }
        }),
    },
    Fault {
        name: "basic-only-announced",
        summary: "ServiceProviderConfig names HTTP Basic alone, and a bearer token is asked for",
        area: "discovery",
        source: "RFC 7643 5",
        hooks: on_answer(|call, _, answer| {
            let schemes =
                config(call, answer).and_then(|config| config.get_mut("authenticationSchemes")?.as_array_mut());
            for scheme in schemes.into_iter().flatten() {
                scheme["type"] = "httpbasic".into();
            }
        }),
    },
];
