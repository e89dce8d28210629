//! What is returned is not what is there, or not in the form that it should have.

use serde_json::{Value, json};

use super::planted::{Answer, Defect, NOTHING, is, one, tells};

const RETURNED: &str = "returned";

fn meta(answer: &mut Answer, name: &str, value: Option<Value>) {
    answer.each(|one| {
        if let Some(Value::Object(meta)) = one.get_mut("meta") {
            match &value {
                Some(value) => drop(meta.insert(name.to_owned(), value.clone())),
                None => drop(meta.shift_remove(name)),
            }
        }
    });
}

fn dates(answer: &mut Answer, change: impl Fn(&str) -> Value) {
    answer.each(|one| {
        for name in ["created", "lastModified"] {
            if let Some(text) = one.get("meta").and_then(|meta| meta[name].as_str()).map(str::to_owned) {
                one["meta"][name] = change(&text);
            }
        }
    });
}

pub const DEFECTS: &[Defect] = &[
    tells(RETURNED, "meta-left-out", |_, a| a.each(|one| drop(one.shift_remove("meta")))),
    tells(RETURNED, "resource-type-left-out", |_, a| meta(a, "resourceType", None)),
    tells(RETURNED, "resource-type-plural", |_, a| {
        a.each(|one| {
            if let Some(kind) = one.get("meta").and_then(|meta| meta["resourceType"].as_str()).map(|k| format!("{k}s"))
            {
                one["meta"]["resourceType"] = json!(kind);
            }
        });
    }),
    tells(RETURNED, "created-left-out", |_, a| meta(a, "created", None)),
    tells(RETURNED, "last-modified-left-out", |_, a| meta(a, "lastModified", None)),
    tells(RETURNED, "location-left-out-of-meta", |_, a| meta(a, "location", None)),
    tells(RETURNED, "location-of-meta-without-base-path", |_, a| {
        a.each(|one| {
            if let Some(text) =
                one.get("meta").and_then(|meta| meta["location"].as_str()).map(|l| l.replace("/scim/v2", ""))
            {
                one["meta"]["location"] = json!(text);
            }
        });
    }),
    tells(RETURNED, "location-of-meta-is-the-list", |_, a| {
        a.each(|one| {
            let start = one.get("meta").and_then(|meta| meta["location"].as_str()).and_then(|l| l.rsplit_once('/'));
            if let Some(start) = start.map(|(start, _)| start.to_owned()) {
                one["meta"]["location"] = json!(start);
            }
        });
    }),
    tells(RETURNED, "location-header-is-the-list", |r, a| {
        if r.method.as_str() == "POST" && a.status == 201 {
            let list = a.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case("location")).cloned();
            if let Some((start, _)) = list.as_ref().and_then(|(_, value)| value.rsplit_once('/')) {
                let start = start.to_owned();
                a.set_header("location", &start);
            }
        }
    }),
    tells(RETURNED, "dates-as-seconds", |_, a| dates(a, |_| json!(1_764_000_000))),
    Defect {
        invisible: Some("lawful: an offset is optional in an xsd:dateTime"),
        ..tells(RETURNED, "dates-without-zone", |_, a| dates(a, |text| json!(text.trim_end_matches('Z'))))
    },
    tells(RETURNED, "dates-in-words", |_, a| dates(a, |_| json!("Wed, 25 Nov 2026 21:00:00 GMT"))),
    tells(RETURNED, "dates-with-space", |_, a| dates(a, |text| json!(text.replace('T', " ")))),
    tells(RETURNED, "created-moves", |_, a| {
        a.each(|one| {
            if let Some(last) = one.get("meta").map(|meta| meta["lastModified"].clone()) {
                one["meta"]["created"] = last;
            }
        });
    }),
    tells(RETURNED, "schemas-as-text", |_, a| {
        a.each(|one| {
            if let Some(first) = one.get("schemas").and_then(|s| s.get(0)).cloned() {
                one.insert("schemas".into(), first);
            }
        });
    }),
    tells(RETURNED, "schemas-empty", |_, a| a.each(|one| drop(one.insert("schemas".into(), json!([]))))),
    tells(RETURNED, "schemas-of-scim-1", |_, a| {
        a.each(|one| drop(one.insert("schemas".into(), json!(["urn:scim:schemas:core:1.0"]))))
    }),
    tells(RETURNED, "schemas-of-users-on-groups", |_, a| {
        a.each_of("Group", |one| {
            drop(one.insert("schemas".into(), json!(["urn:ietf:params:scim:schemas:core:2.0:User"])))
        });
    }),
    tells(RETURNED, "extension-not-in-schemas", |_, a| {
        a.each_of("User", |one| {
            if let Some(Value::Array(urns)) = one.get_mut("schemas") {
                urns.truncate(1);
            }
        });
    }),
    tells(RETURNED, "extension-always-in-schemas", |_, a| {
        a.each_of("User", |one| {
            one.insert(
                "schemas".into(),
                json!([
                    "urn:ietf:params:scim:schemas:core:2.0:User",
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
                ]),
            );
        });
    }),
    tells(RETURNED, "extension-at-the-top", |_, a| {
        a.each_of("User", |one| {
            if let Some(Value::Object(extension)) =
                one.shift_remove("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")
            {
                one.extend(extension);
            }
        });
    }),
    tells(RETURNED, "attribute-names-in-lower-case", |_, a| {
        a.each_of("User", |one| {
            *one = std::mem::take(one).into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
        });
    }),
    tells(RETURNED, "attribute-names-with-underscores", |_, a| {
        a.each_of("User", |one| {
            for (old, new) in
                [("userName", "user_name"), ("displayName", "display_name"), ("externalId", "external_id")]
            {
                if let Some(value) = one.shift_remove(old) {
                    one.insert(new.into(), value);
                }
            }
        });
    }),
    tells(RETURNED, "name-as-text", |_, a| {
        a.each_of("User", |one| {
            if let Some(name) = one.get("name").map(|name| format!("{} {}", name["givenName"], name["familyName"])) {
                one.insert("name".into(), json!(name));
            }
        });
    }),
    tells(RETURNED, "addresses-as-texts", |_, a| {
        a.each_of("User", |one| {
            if let Some(Value::Array(emails)) = one.get_mut("emails") {
                emails.iter_mut().for_each(|email| *email = email["value"].take());
            }
        });
    }),
    tells(RETURNED, "primary-as-text", |_, a| {
        a.each_of("User", |one| {
            if let Some(Value::Array(emails)) = one.get_mut("emails") {
                emails
                    .iter_mut()
                    .filter(|email| email.get("primary").is_some())
                    .for_each(|email| email["primary"] = json!("true"));
            }
        });
    }),
    tells(RETURNED, "two-primary-addresses", |_, a| {
        a.each_of("User", |one| {
            if let Some(Value::Array(emails)) = one.get_mut("emails") {
                emails.iter_mut().for_each(|email| email["primary"] = json!(true));
            }
        });
    }),
    tells(RETURNED, "active-as-number", |_, a| {
        a.each_of("User", |one| {
            if let Some(active) = one.get("active").and_then(Value::as_bool) {
                one.insert("active".into(), json!(u8::from(active)));
            }
        });
    }),
    tells(RETURNED, "active-always-true", |_, a| {
        a.each_of("User", |one| drop(one.insert("active".into(), json!(true))))
    }),
    tells(RETURNED, "active-always-true-in-lists", |_, a| {
        if a.body.get("Resources").is_some() {
            a.each_of("User", |one| drop(one.insert("active".into(), json!(true))));
        }
    }),
    tells(RETURNED, "ids-upper-case-in-lists", |_, a| {
        if a.body.get("Resources").is_some() {
            a.each(|one| {
                if let Some(id) = one.get("id").and_then(Value::as_str).map(str::to_uppercase) {
                    one.insert("id".into(), json!(id));
                }
            });
        }
    }),
    tells(RETURNED, "password-hash-returned", |_, a| {
        a.each_of("User", |one| {
            drop(
                one.insert(
                    "password".into(),
                    json!("$2b$12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUV0123456789abc"),
                ),
            )
        });
    }),
    tells(RETURNED, "password-hash-under-another-name", |_, a| {
        a.each_of("User", |one| {
            drop(one.insert(
                "passwordHash".into(),
                json!("$2b$12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUV0123456789abc"),
            ))
        });
    }),
    tells(RETURNED, "password-as-stars", |_, a| {
        a.each_of("User", |one| drop(one.insert("password".into(), json!("********"))))
    }),
    tells(RETURNED, "password-after-create-only", |r, a| {
        if is(r, "POST", "Users") {
            let sent = r.body_json().and_then(|body| body.get("password")).cloned();
            a.each_of("User", |one| {
                if let Some(password) = &sent {
                    one.insert("password".into(), password.clone());
                }
            });
        }
    }),
    tells(RETURNED, "members-without-value", |_, a| {
        a.each_of("Group", |one| {
            if let Some(Value::Array(members)) = one.get_mut("members") {
                members
                    .iter_mut()
                    .filter_map(Value::as_object_mut)
                    .for_each(|member| drop(member.shift_remove("value")));
            }
        });
    }),
    tells(RETURNED, "members-as-texts", |_, a| {
        a.each_of("Group", |one| {
            if let Some(Value::Array(members)) = one.get_mut("members") {
                members.iter_mut().for_each(|member| *member = member["value"].take());
            }
        });
    }),
    tells(RETURNED, "members-by-login", |_, a| {
        a.each_of("Group", |one| {
            if let Some(Value::Array(members)) = one.get_mut("members") {
                members.iter_mut().for_each(|member| member["value"] = member["display"].clone());
            }
        });
    }),
    tells(RETURNED, "members-by-url", |_, a| {
        a.each_of("Group", |one| {
            if let Some(Value::Array(members)) = one.get_mut("members") {
                members.iter_mut().for_each(|member| member["value"] = member["$ref"].clone());
            }
        });
    }),
    tells(RETURNED, "refs-of-members-name-groups", |_, a| {
        a.each_of("Group", |one| {
            if let Some(Value::Array(members)) = one.get_mut("members") {
                for member in members {
                    if let Some(text) = member["$ref"].as_str().map(|text| text.replace("/Users/", "/Groups/")) {
                        member["$ref"] = json!(text);
                    }
                }
            }
        });
    }),
    tells(RETURNED, "type-of-members-wrong", |_, a| {
        a.each_of("Group", |one| {
            if let Some(Value::Array(members)) = one.get_mut("members") {
                members.iter_mut().for_each(|member| member["type"] = json!("Group"));
            }
        });
    }),
    tells(RETURNED, "members-left-out-when-empty-put", |r, a| {
        if is(r, "PUT", "Groups") {
            a.each_of("Group", |one| drop(one.shift_remove("members")));
        }
    }),
    Defect {
        invisible: Some("lawful: groups of people may never be shown"),
        ..tells(RETURNED, "groups-of-users-left-out", |_, a| a.each_of("User", |one| drop(one.shift_remove("groups"))))
    },
    tells(RETURNED, "groups-of-users-wrong", |_, a| {
        a.each_of("User", |one| {
            drop(one.insert("groups".into(), json!([{"value": "no-such-group", "display": "Nobody"}])))
        });
    }),
    tells(RETURNED, "create-answers-the-request", |r, a| {
        if r.method.as_str() == "POST" && a.status == 201 {
            let (id, meta) = (a.body["id"].clone(), a.body["meta"].clone());
            if let Some(body) = r.body_json() {
                a.body = body.clone();
                a.body["id"] = id;
                a.body["meta"] = meta;
            }
        }
    }),
    tells(RETURNED, "put-answers-empty-object", |r, a| {
        if r.method.as_str() == "PUT" && a.ok() {
            a.body = json!({});
        }
    }),
    tells(RETURNED, "patch-answers-empty-object", |r, a| {
        if r.method.as_str() == "PATCH" && a.ok() {
            a.body = json!({});
        }
    }),
    tells(RETURNED, "patch-answers-200-without-body", |r, a| {
        if r.method.as_str() == "PATCH" && a.ok() {
            (a.status, a.body) = (200, Value::Null);
        }
    }),
    tells(RETURNED, "patch-answers-the-request", |r, a| {
        if r.method.as_str() == "PATCH" && a.ok() {
            a.body = r.body_json().cloned().unwrap_or_default();
        }
    }),
    tells(RETURNED, "delete-answers-200-with-resource", |r, a| {
        if r.method.as_str() == "DELETE" && a.ok() {
            (a.status, a.body) = (200, json!({"deleted": true}));
        }
    }),
    tells(RETURNED, "put-answers-201", |r, a| {
        if r.method.as_str() == "PUT" && a.status == 200 {
            a.status = 201;
        }
    }),
    tells(RETURNED, "create-answers-202", |r, a| {
        if r.method.as_str() == "POST" && a.status == 201 {
            a.status = 202;
        }
    }),
    tells(RETURNED, "etag-header-left-out", |_, a| a.drop_header("etag")),
    tells(RETURNED, "etag-without-quotes", |_, a| {
        if let Some((_, value)) = a.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("etag")).cloned() {
            a.set_header("etag", value.trim_start_matches("W/").trim_matches('"'));
        }
    }),
    tells(RETURNED, "etag-of-another-version", |_, a| {
        if a.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("etag")) {
            a.set_header("etag", "W/\"another\"");
        }
    }),
    tells(RETURNED, "etag-always-the-same", |_, a| {
        if a.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("etag")) {
            a.set_header("etag", "W/\"1\"");
        }
        meta(a, "version", Some(json!("W/\"1\"")));
    }),
    tells(RETURNED, "media-type-left-out", |_, a| a.drop_header("content-type")),
    tells(RETURNED, "media-type-html", |_, a| a.set_header("content-type", "text/html; charset=utf-8")),
    tells(RETURNED, "media-type-latin-1", |_, a| {
        a.set_header("content-type", "application/scim+json; charset=ISO-8859-1")
    }),
    tells(RETURNED, "answers-may-be-cached", |_, a| a.set_header("cache-control", "public, max-age=3600")),
    tells(RETURNED, "stack-trace-in-headers", |_, a| {
        a.set_header("x-debug", "java.lang.NullPointerException at com.example.Users.get(Users.java:42)");
    }),
    Defect {
        name: "reads-stale-once",
        class: RETURNED,
        stale: Some(|r| r.method.as_str() == "GET" && one(r)),
        ..NOTHING
    },
    Defect {
        name: "lists-stale-once",
        class: RETURNED,
        stale: Some(|r| r.method.as_str() == "GET" && !one(r)),
        ..NOTHING
    },
    Defect {
        name: "discovery-stale-once",
        class: RETURNED,
        stale: Some(|r| is(r, "GET", "Schemas")),
        invisible: Some("what does not change can't be stale"),
        ..NOTHING
    },
];
