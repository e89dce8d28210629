//! What should be refused is taken, and what should be taken is refused.

use serde_json::{Value, json};

use super::planted::{Answer, Defect, asks, body, is, one, parameter, tells};

const REFUSED: &str = "refused";

fn invent(answer: &mut Answer) {
    (answer.status, answer.body) = (
        200,
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "no-such-user", "userName": "nobody", "meta": {"resourceType": "User"}}),
    );
}

fn error(answer: &mut Answer, name: &str, value: Option<Value>) {
    if answer.status >= 400
        && let Some(members) = answer.body.as_object_mut()
    {
        match value {
            Some(value) => drop(members.insert(name.to_owned(), value)),
            None => drop(members.shift_remove(name)),
        }
    }
}

pub const DEFECTS: &[Defect] = &[
    tells(REFUSED, "unknown-user-invented", |r, a| {
        if is(r, "GET", "Users/") && a.status == 404 {
            invent(a);
        }
    }),
    tells(REFUSED, "unknown-id-400", |_, a| {
        if a.status == 404 {
            a.refuse(400);
        }
    }),
    tells(REFUSED, "unknown-id-500", |_, a| {
        if a.status == 404 {
            a.refuse(500);
        }
    }),
    tells(REFUSED, "unknown-id-200-empty", |r, a| {
        if r.method.as_str() == "GET" && a.status == 404 {
            (a.status, a.body) = (200, json!({}));
        }
    }),
    tells(REFUSED, "patch-of-nobody-204", |r, a| {
        if r.method.as_str() == "PATCH" && a.status == 404 {
            (a.status, a.body) = (204, Value::Null);
        }
    }),
    tells(REFUSED, "put-of-nobody-201", |r, a| {
        if r.method.as_str() == "PUT" && a.status == 404 {
            (a.status, a.body) = (201, r.body_json().cloned().unwrap_or_default());
        }
    }),
    tells(REFUSED, "delete-of-nobody-204", |r, a| {
        if r.method.as_str() == "DELETE" && a.status == 404 {
            (a.status, a.body) = (204, Value::Null);
        }
    }),
    tells(REFUSED, "conflict-as-400", |_, a| {
        if a.status == 409 {
            a.refuse(400);
        }
    }),
    tells(REFUSED, "conflict-without-scim-type", |_, a| {
        if a.status == 409 {
            error(a, "scimType", None);
        }
    }),
    tells(REFUSED, "conflict-of-put-500", |r, a| {
        if a.status == 409 && r.method.as_str() == "PUT" {
            a.refuse(500);
        }
    }),
    tells(REFUSED, "conflict-of-patch-200", |r, a| {
        if a.status == 409 && r.method.as_str() == "PATCH" {
            (a.status, a.body) = (200, json!({}));
        }
    }),
    tells(REFUSED, "conflict-shows-the-other", |_, a| {
        if a.status == 409 {
            error(
                a,
                "detail",
                Some(json!("SQLSTATE 23505: duplicate key value violates unique constraint \"users_email_key\"")),
            );
        }
    }),
    tells(REFUSED, "invalid-json-500", |r, a| {
        if a.status == 400 && r.body.is_some() && r.body_json().is_none() {
            a.refuse(500);
        }
    }),
    tells(REFUSED, "invalid-body-200", |r, a| {
        if a.status == 400 && r.method.as_str() == "POST" {
            (a.status, a.body) = (200, json!({}));
        }
    }),
    tells(REFUSED, "errors-as-422", |_, a| {
        if a.status == 400 {
            a.status = 422;
        }
    }),
    tells(REFUSED, "errors-with-status-of-another", |_, a| error(a, "status", Some(json!("418")))),
    tells(REFUSED, "scim-type-of-our-own", |_, a| error(a, "scimType", Some(json!("oops")))),
    tells(REFUSED, "detail-is-an-object", |_, a| error(a, "detail", Some(json!({"message": "no"})))),
    tells(REFUSED, "stack-trace-in-detail", |_, a| {
        error(
            a,
            "detail",
            Some(json!("Traceback (most recent call last):\n  File \"/app/scim/views.py\", line 42, in get")),
        );
    }),
    tells(REFUSED, "errors-as-problem-json", |_, a| {
        if a.status >= 400 {
            a.body = json!({"type": "about:blank", "title": "Bad Request", "status": a.status});
            a.set_header("content-type", "application/problem+json");
        }
    }),
    tells(REFUSED, "errors-empty", |_, a| {
        if a.status >= 400 {
            a.body = Value::Null;
        }
    }),
    tells(REFUSED, "errors-in-html", |_, a| {
        if a.status >= 400 {
            a.body = json!("<html><body>Bad Request</body></html>");
            a.set_header("content-type", "text/html");
        }
    }),
    asks(REFUSED, "anybody-may-read", |r| {
        if r.method.as_str() == "GET" {
            r.auth = scim_check::http::AuthUse::Ours;
        }
    }),
    asks(REFUSED, "anybody-may-write", |r| {
        if r.method.as_str() != "GET" {
            r.auth = scim_check::http::AuthUse::Ours;
        }
    }),
    asks(REFUSED, "anybody-may-list-groups", |r| {
        if r.path.starts_with("/Groups") {
            r.auth = scim_check::http::AuthUse::Ours;
        }
    }),
    Defect {
        invisible: Some("lawful: discovery may be open to all"),
        ..asks(REFUSED, "anybody-may-read-schemas", |r| {
            if r.path.starts_with("/Schemas") || r.path.starts_with("/ResourceTypes") {
                r.auth = scim_check::http::AuthUse::Ours;
            }
        })
    },
    tells(REFUSED, "config-says-no-patch", |r, a| {
        if is(r, "GET", "ServiceProviderConfig") {
            a.body["patch"]["supported"] = json!(false);
        }
    }),
    tells(REFUSED, "config-says-no-filter", |r, a| {
        if is(r, "GET", "ServiceProviderConfig") {
            a.body["filter"]["supported"] = json!(false);
        }
    }),
    tells(REFUSED, "config-says-no-sort", |r, a| {
        if is(r, "GET", "ServiceProviderConfig") {
            a.body["sort"]["supported"] = json!(false);
        }
    }),
    tells(REFUSED, "config-says-no-bulk", |r, a| {
        if is(r, "GET", "ServiceProviderConfig") {
            a.body["bulk"]["supported"] = json!(false);
        }
    }),
    tells(REFUSED, "config-says-no-etag", |r, a| {
        if is(r, "GET", "ServiceProviderConfig") {
            a.body["etag"]["supported"] = json!(false);
        }
    }),
    tells(REFUSED, "config-without-schemes", |r, a| {
        if is(r, "GET", "ServiceProviderConfig") {
            a.body.as_object_mut().unwrap().shift_remove("authenticationSchemes");
        }
    }),
    tells(REFUSED, "config-with-texts", |r, a| {
        if is(r, "GET", "ServiceProviderConfig") {
            a.body["patch"]["supported"] = json!("true");
        }
    }),
    tells(REFUSED, "config-404", |r, a| {
        if is(r, "GET", "ServiceProviderConfig") {
            a.refuse(404);
        }
    }),
    tells(REFUSED, "schemas-404", |r, a| {
        if is(r, "GET", "Schemas") {
            a.refuse(404);
        }
    }),
    tells(REFUSED, "schema-by-id-404", |r, a| {
        if is(r, "GET", "Schemas/") {
            a.refuse(404);
        }
    }),
    tells(REFUSED, "schemas-as-bare-array", |r, a| {
        if is(r, "GET", "Schemas") && !one(r) {
            a.body = a.body["Resources"].take();
        }
    }),
    tells(REFUSED, "schema-without-attributes", |r, a| {
        if is(r, "GET", "Schemas") {
            a.each(|one| drop(one.insert("attributes".into(), json!([]))));
        }
    }),
    tells(REFUSED, "schema-says-user-name-optional", |r, a| {
        if is(r, "GET", "Schemas") {
            a.each(|one| {
                if let Some(Value::Array(attributes)) = one.get_mut("attributes") {
                    attributes
                        .iter_mut()
                        .filter(|attribute| attribute["name"] == "userName")
                        .for_each(|a| a["required"] = json!(false));
                }
            });
        }
    }),
    tells(REFUSED, "schema-says-password-readable", |r, a| {
        if is(r, "GET", "Schemas") {
            a.each(|one| {
                if let Some(Value::Array(attributes)) = one.get_mut("attributes") {
                    attributes.iter_mut().filter(|attribute| attribute["name"] == "password").for_each(|a| {
                        a["returned"] = json!("default");
                        a["mutability"] = json!("readWrite");
                    });
                }
            });
        }
    }),
    tells(REFUSED, "schema-says-active-is-text", |r, a| {
        if is(r, "GET", "Schemas") {
            a.each(|one| {
                if let Some(Value::Array(attributes)) = one.get_mut("attributes") {
                    attributes
                        .iter_mut()
                        .filter(|attribute| attribute["name"] == "active")
                        .for_each(|a| a["type"] = json!("string"));
                }
            });
        }
    }),
    tells(REFUSED, "resource-types-without-groups", |r, a| {
        if is(r, "GET", "ResourceTypes")
            && let Some(list) = a.list()
        {
            list.retain(|one| one["name"] != "Group");
            let left = list.len();
            a.body["totalResults"] = left.into();
            a.body["itemsPerPage"] = left.into();
        }
    }),
    tells(REFUSED, "resource-type-with-wrong-endpoint", |r, a| {
        if is(r, "GET", "ResourceTypes") {
            a.each(|one| {
                if one.get("name").is_some_and(|name| name == "User") {
                    one.insert("endpoint".into(), json!("/People"));
                }
            });
        }
    }),
    Defect {
        invisible: Some("lawful: an id in the body of a PUT is passed over"),
        ..asks(REFUSED, "id-of-the-client-kept-in-put", |r| {
            if is(r, "PUT", "Users")
                && let Some(members) = body(r)
            {
                members.shift_remove("id");
            }
        })
    },
    tells(REFUSED, "precondition-ignored", |_, a| {
        if a.status == 412 {
            (a.status, a.body) = (200, json!({}));
        }
    }),
    tells(REFUSED, "not-modified-as-404", |_, a| {
        if a.status == 304 {
            a.refuse(404);
        }
    }),
    Defect {
        invisible: Some("lawful: nothing announces queries by POST"),
        ..tells(REFUSED, "search-404", |r, a| {
            if r.path.ends_with(".search") {
                a.refuse(404);
            }
        })
    },
    tells(REFUSED, "bulk-500", |r, a| {
        if r.path.starts_with("/Bulk") {
            a.refuse(500);
        }
    }),
    tells(REFUSED, "bulk-statuses-as-numbers", |r, a| {
        if r.path.starts_with("/Bulk")
            && let Some(Value::Array(all)) = a.body.get_mut("Operations")
        {
            for operation in all {
                if let Some(number) = operation["status"].as_str().and_then(|s| s.parse::<i64>().ok()) {
                    operation["status"] = json!(number);
                }
            }
        }
    }),
    tells(REFUSED, "bulk-without-locations", |r, a| {
        if r.path.starts_with("/Bulk")
            && let Some(Value::Array(all)) = a.body.get_mut("Operations")
        {
            all.iter_mut()
                .filter_map(Value::as_object_mut)
                .for_each(|operation| drop(operation.shift_remove("location")));
        }
    }),
    tells(REFUSED, "long-filters-500", |r, a| {
        if parameter(r, "filter").is_some_and(|filter| filter.len() > 120) {
            a.refuse(500);
        }
    }),
    tells(REFUSED, "large-counts-400", |r, a| {
        if parameter(r, "count").and_then(|c| c.parse::<i64>().ok()).is_some_and(|count| count > 1000) {
            a.refuse(400);
        }
    }),
    tells(REFUSED, "groups-without-members-404", |r, a| {
        if is(r, "GET", "Groups/") && a.body["members"].as_array().is_none_or(|list| list.is_empty()) {
            a.refuse(404);
        }
    }),
    tells(REFUSED, "reads-of-inactive-404", |r, a| {
        if is(r, "GET", "Users/") && a.body["active"] == false {
            a.refuse(404);
        }
    }),
    tells(REFUSED, "updates-of-inactive-403", |r, a| {
        if is(r, "PUT", "Users/") && a.body["active"] == false {
            a.refuse(403);
        }
    }),
];
