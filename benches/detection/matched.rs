//! Filters find others than those whom they should.

use serde_json::Value;

use super::planted::{Defect, asks, is, parameter, rewrite, tells};

const MATCHED: &str = "matched";

/// The resources of a filtered answer that fit are kept.
fn keep(request: &scim_check::http::Request, answer: &mut super::planted::Answer, fits: impl Fn(&Value) -> bool) {
    let filtered = parameter(request, "filter").is_some();
    if let Some(list) = answer.list().filter(|_| filtered) {
        list.retain(fits);
        let left = list.len();
        answer.body["totalResults"] = left.into();
        answer.body["itemsPerPage"] = left.into();
    }
}

fn swap(filter: &str, old: &str, new: &str) -> Option<String> {
    Some(filter.replace(&format!(" {old} "), &format!(" {new} ")))
}

pub const DEFECTS: &[Defect] = &[
    asks(MATCHED, "eq-as-co", |r| rewrite(r, "filter", |f| swap(f, "eq", "co"))),
    asks(MATCHED, "eq-as-sw", |r| rewrite(r, "filter", |f| swap(f, "eq", "sw"))),
    asks(MATCHED, "eq-as-ew", |r| rewrite(r, "filter", |f| swap(f, "eq", "ew"))),
    asks(MATCHED, "ne-as-eq", |r| rewrite(r, "filter", |f| swap(f, "ne", "eq"))),
    asks(MATCHED, "co-as-sw", |r| rewrite(r, "filter", |f| swap(f, "co", "sw"))),
    asks(MATCHED, "co-as-eq", |r| rewrite(r, "filter", |f| swap(f, "co", "eq"))),
    asks(MATCHED, "sw-as-co", |r| rewrite(r, "filter", |f| swap(f, "sw", "co"))),
    asks(MATCHED, "ew-as-co", |r| rewrite(r, "filter", |f| swap(f, "ew", "co"))),
    asks(MATCHED, "ew-as-sw", |r| rewrite(r, "filter", |f| swap(f, "ew", "sw"))),
    asks(MATCHED, "gt-as-ge", |r| rewrite(r, "filter", |f| swap(f, "gt", "ge"))),
    asks(MATCHED, "ge-as-gt", |r| rewrite(r, "filter", |f| swap(f, "ge", "gt"))),
    asks(MATCHED, "lt-as-le", |r| rewrite(r, "filter", |f| swap(f, "lt", "le"))),
    asks(MATCHED, "le-as-lt", |r| rewrite(r, "filter", |f| swap(f, "le", "lt"))),
    asks(MATCHED, "gt-as-lt", |r| rewrite(r, "filter", |f| swap(f, "gt", "lt"))),
    asks(MATCHED, "and-as-or", |r| rewrite(r, "filter", |f| swap(f, "and", "or"))),
    asks(MATCHED, "or-as-and", |r| rewrite(r, "filter", |f| swap(f, "or", "and"))),
    asks(MATCHED, "second-clause-dropped", |r| {
        rewrite(r, "filter", |f| Some(f.split(" and ").next().unwrap_or(f).trim_start_matches('(').to_owned()));
    }),
    asks(MATCHED, "not-ignored", |r| rewrite(r, "filter", |f| Some(f.replace("not (", "(").replace("not(", "(")))),
    asks(MATCHED, "brackets-ignored", |r| {
        rewrite(r, "filter", |f| {
            let grouped = f.contains("(") && !f.contains("not");
            Some(if grouped { f.replace(['(', ')'], "") } else { f.to_owned() })
        });
    }),
    asks(MATCHED, "value-path-loosened", |r| {
        // `emails[type eq "work" and value co "x"]` becomes `emails.type eq "work" and emails.value co "x"`.
        rewrite(r, "filter", |f| {
            let Some((start, rest)) = f.split_once('[') else { return Some(f.to_owned()) };
            let Some((inner, end)) = rest.split_once(']') else { return Some(f.to_owned()) };
            let attribute = start.rsplit([' ', '(']).next().unwrap_or("");
            let before = &start[..start.len() - attribute.len()];
            let inner: Vec<String> = inner.split(" and ").map(|part| format!("{attribute}.{part}")).collect();
            Some(format!("{before}{}{end}", inner.join(" and ")))
        });
    }),
    asks(MATCHED, "filter-on-groups-ignored", |r| {
        if is(r, "GET", "Groups") {
            rewrite(r, "filter", |_| None);
        }
    }),
    asks(MATCHED, "filter-on-emails-ignored", |r| {
        rewrite(r, "filter", |f| if f.contains("emails") { None } else { Some(f.to_owned()) });
    }),
    asks(MATCHED, "filter-on-dates-ignored", |r| {
        rewrite(r, "filter", |f| if f.contains("meta.") { None } else { Some(f.to_owned()) });
    }),
    asks(MATCHED, "filter-ignored-in-search", |r| {
        if r.path.ends_with(".search") {
            rewrite(r, "filter", |_| None);
        }
    }),
    tells(MATCHED, "eq-with-case", |r, a| {
        let wanted = parameter(r, "filter")
            .and_then(|f| f.split_once("userName eq \""))
            .map(|(_, rest)| rest.trim_end_matches('"').to_owned());
        if let Some(wanted) = wanted {
            keep(r, a, |one| one["userName"].as_str().is_none_or(|name| name == wanted));
        }
    }),
    tells(MATCHED, "group-name-with-case", |r, a| {
        let wanted = parameter(r, "filter")
            .and_then(|f| f.split_once("displayName eq \""))
            .map(|(_, rest)| rest.trim_end_matches('"').to_owned());
        if let Some(wanted) = wanted {
            keep(r, a, |one| one["displayName"].as_str().is_none_or(|name| name == wanted));
        }
    }),
    tells(MATCHED, "inactive-not-found", |r, a| keep(r, a, |one| one["active"] != false)),
    tells(MATCHED, "only-one-found", |r, a| {
        if parameter(r, "filter").is_some()
            && let Some(list) = a.list()
            && list.len() > 1
        {
            list.truncate(1);
            a.body["totalResults"] = 1.into();
            a.body["itemsPerPage"] = 1.into();
        }
    }),
    tells(MATCHED, "total-counts-everybody", |r, a| {
        if parameter(r, "filter").is_some() && a.body.get("totalResults").is_some() {
            a.body["totalResults"] = 1000.into();
        }
    }),
    tells(MATCHED, "external-id-not-found", |r, a| {
        if parameter(r, "filter").is_some_and(|f| f.contains("externalId")) {
            keep(r, a, |_| false);
        }
    }),
    tells(MATCHED, "id-not-found", |r, a| {
        if parameter(r, "filter").is_some_and(|f| f.starts_with("id eq")) {
            keep(r, a, |_| false);
        }
    }),
    tells(MATCHED, "names-with-apostrophe-not-found", |r, a| {
        if parameter(r, "filter").is_some_and(|f| f.contains('\'')) {
            keep(r, a, |_| false);
        }
    }),
    tells(MATCHED, "unknown-attribute-finds-nobody", |r, a| {
        if a.status == 400 && parameter(r, "filter").is_some() && r.method.as_str() == "GET" {
            (a.status, a.body) = (
                200,
                serde_json::json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
                "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": []}),
            );
        }
    }),
    tells(MATCHED, "broken-filter-500", |r, a| {
        if a.status == 400 && parameter(r, "filter").is_some() {
            a.refuse(500);
        }
    }),
    tells(MATCHED, "broken-filter-without-scim-type", |r, a| {
        if a.status == 400 && parameter(r, "filter").is_some() {
            a.refuse(400);
        }
    }),
    tells(MATCHED, "found-without-attributes", |r, a| {
        if parameter(r, "filter").is_some() {
            a.each_of("User", |one| {
                one.retain(|name, _| matches!(name.as_str(), "id" | "schemas" | "userName" | "meta"))
            });
        }
    }),
];
