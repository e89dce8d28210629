//! Pages, orders and selections of attributes.

use serde_json::Value;

use super::planted::{Answer, Defect, asks, is, one, parameter, rewrite, tells};

const PAGED: &str = "paged";

fn number(text: &str) -> i64 {
    text.parse().unwrap_or(1)
}

fn listed(request: &scim_check::http::Request, answer: &mut Answer) -> bool {
    request.method.as_str() == "GET" && answer.body.get("totalResults").is_some()
}

pub const DEFECTS: &[Defect] = &[
    asks(PAGED, "start-zero-based", |r| rewrite(r, "startIndex", |s| Some((number(s) + 1).to_string()))),
    asks(PAGED, "start-one-too-early", |r| rewrite(r, "startIndex", |s| Some((number(s) - 1).max(1).to_string()))),
    asks(PAGED, "start-ignored", |r| rewrite(r, "startIndex", |_| None)),
    asks(PAGED, "start-taken-for-a-page-number", |r| {
        let count = parameter(r, "count").map_or(100, number);
        rewrite(r, "startIndex", |s| Some(((number(s) - 1) * count + 1).to_string()));
    }),
    asks(PAGED, "start-ignored-with-a-filter", |r| {
        if parameter(r, "filter").is_some() {
            rewrite(r, "startIndex", |_| None);
        }
    }),
    asks(PAGED, "start-ignored-for-groups", |r| {
        if is(r, "GET", "Groups") {
            rewrite(r, "startIndex", |_| None);
        }
    }),
    asks(PAGED, "count-ignored", |r| rewrite(r, "count", |_| None)),
    asks(PAGED, "count-one-too-many", |r| rewrite(r, "count", |c| Some((number(c) + 1).to_string()))),
    asks(PAGED, "count-one-too-few", |r| rewrite(r, "count", |c| Some((number(c) - 1).max(0).to_string()))),
    asks(PAGED, "count-zero-gives-all", |r| rewrite(r, "count", |c| if c == "0" { None } else { Some(c.to_owned()) })),
    asks(PAGED, "count-ignored-in-search", |r| {
        if r.path.ends_with(".search") {
            rewrite(r, "count", |_| None);
        }
    }),
    asks(PAGED, "at-most-30-on-a-page", |r| rewrite(r, "count", |c| Some(number(c).min(30).to_string()))),
    tells(PAGED, "total-one-too-many", |r, a| {
        if listed(r, a) {
            a.body["totalResults"] = (a.body["totalResults"].as_i64().unwrap_or(0) + 1).into();
        }
    }),
    tells(PAGED, "total-one-too-few", |r, a| {
        if listed(r, a) {
            a.body["totalResults"] = (a.body["totalResults"].as_i64().unwrap_or(0) - 1).max(0).into();
        }
    }),
    tells(PAGED, "total-is-the-page", |r, a| {
        if listed(r, a) {
            let shown = a.list().map_or(0, |list| list.len());
            a.body["totalResults"] = shown.into();
        }
    }),
    tells(PAGED, "items-per-page-is-the-total", |r, a| {
        if listed(r, a) {
            a.body["itemsPerPage"] = a.body["totalResults"].clone();
        }
    }),
    tells(PAGED, "start-index-left-out", |r, a| {
        if listed(r, a) {
            a.body.as_object_mut().unwrap().shift_remove("startIndex");
        }
    }),
    tells(PAGED, "start-index-zero", |r, a| {
        if listed(r, a) {
            a.body["startIndex"] = 0.into();
        }
    }),
    tells(PAGED, "start-index-always-one", |r, a| {
        if listed(r, a) {
            a.body["startIndex"] = 1.into();
        }
    }),
    tells(PAGED, "resources-null-when-empty", |r, a| {
        if listed(r, a) && a.list().is_some_and(|list| list.is_empty()) {
            a.body["Resources"] = Value::Null;
        }
    }),
    tells(PAGED, "resources-in-lower-case", |r, a| {
        if listed(r, a) {
            let list = a.body["Resources"].take();
            a.body.as_object_mut().unwrap().shift_remove("Resources");
            a.body["resources"] = list;
        }
    }),
    tells(PAGED, "last-of-a-page-missing", |r, a| {
        if listed(r, a)
            && let Some(list) = a.list()
            && list.len() > 1
        {
            list.pop();
        }
    }),
    tells(PAGED, "first-of-a-page-twice", |r, a| {
        if listed(r, a)
            && let Some(list) = a.list()
            && list.len() > 1
        {
            let first = list[0].clone();
            list.pop();
            list.push(first);
        }
    }),
    tells(PAGED, "second-page-empty", |r, a| {
        if listed(r, a) && parameter(r, "startIndex").is_some_and(|s| number(s) > 1) {
            a.body["Resources"] = Value::Array(Vec::new());
        }
    }),
    tells(PAGED, "second-page-500", |r, a| {
        if listed(r, a) && parameter(r, "startIndex").is_some_and(|s| number(s) > 1) {
            a.refuse(500);
        }
    }),
    tells(PAGED, "past-the-end-404", |r, a| {
        if listed(r, a)
            && parameter(r, "startIndex").is_some_and(|s| number(s) > 1)
            && a.list().is_some_and(|l| l.is_empty())
        {
            a.refuse(404);
        }
    }),
    tells(PAGED, "order-turns-round-by-page", |r, a| {
        if listed(r, a)
            && parameter(r, "startIndex").is_some_and(|s| number(s) % 2 == 0)
            && let Some(list) = a.list()
        {
            list.reverse();
        }
    }),
    asks(PAGED, "sort-ignored", |r| {
        rewrite(r, "sortBy", |_| None);
        rewrite(r, "sortOrder", |_| None);
    }),
    asks(PAGED, "descending-ignored", |r| rewrite(r, "sortOrder", |_| None)),
    asks(PAGED, "ascending-as-descending", |r| {
        rewrite(r, "sortOrder", |order| Some(if order == "ascending" { "descending" } else { order }.to_owned()));
    }),
    asks(PAGED, "sorted-by-id-instead", |r| rewrite(r, "sortBy", |_| Some("id".to_owned()))),
    asks(PAGED, "attributes-ignored", |r| rewrite(r, "attributes", |_| None)),
    asks(PAGED, "excluded-attributes-ignored", |r| rewrite(r, "excludedAttributes", |_| None)),
    asks(PAGED, "attributes-ignored-on-reads", |r| {
        if one(r) {
            rewrite(r, "attributes", |_| None);
        }
    }),
    asks(PAGED, "only-first-of-attributes", |r| {
        rewrite(r, "attributes", |a| Some(a.split(',').next().unwrap_or(a).to_owned()));
    }),
    tells(PAGED, "projection-drops-id", |r, a| {
        if parameter(r, "attributes").is_some() {
            a.each(|one| drop(one.shift_remove("id")));
        }
    }),
    Defect {
        invisible: Some("lawful: the example of RFC 7644 section 3.4.2 leaves it out"),
        ..tells(PAGED, "projection-drops-schemas", |r, a| {
            if parameter(r, "attributes").is_some() {
                a.each(|one| drop(one.shift_remove("schemas")));
            }
        })
    },
    tells(PAGED, "excluding-members-drops-the-name", |r, a| {
        if parameter(r, "excludedAttributes").is_some() {
            a.each_of("Group", |one| drop(one.shift_remove("displayName")));
        }
    }),
];
