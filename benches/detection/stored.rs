//! What is stored is not what was sent.

use serde_json::{Value, json};

use super::planted::{Defect, NOTHING, asks, body, each_operation, forget, is, operations, written};

const STORED: &str = "stored";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn user_text(request: &mut scim_check::http::Request, name: &str, change: impl Fn(&str) -> String) {
    if request.path.contains("Users") {
        written(request, |members| {
            if let Some(Value::String(text)) = members.get_mut(name) {
                *text = change(text);
            }
        });
    }
}

fn list(request: &mut scim_check::http::Request, name: &str, change: impl Fn(&mut Vec<Value>)) {
    written(request, |members| {
        if let Some(Value::Array(items)) = members.get_mut(name) {
            change(items);
        }
    });
}

pub const DEFECTS: &[Defect] = &[
    asks(STORED, "title-forgotten", |r| forget(r, "title")),
    asks(STORED, "nick-name-forgotten", |r| forget(r, "nickName")),
    asks(STORED, "locale-forgotten", |r| forget(r, "locale")),
    asks(STORED, "timezone-forgotten", |r| forget(r, "timezone")),
    asks(STORED, "preferred-language-forgotten", |r| forget(r, "preferredLanguage")),
    asks(STORED, "user-type-forgotten", |r| forget(r, "userType")),
    asks(STORED, "profile-url-forgotten", |r| forget(r, "profileUrl")),
    asks(STORED, "phone-numbers-forgotten", |r| forget(r, "phoneNumbers")),
    asks(STORED, "addresses-forgotten", |r| forget(r, "addresses")),
    asks(STORED, "photos-forgotten", |r| forget(r, "photos")),
    asks(STORED, "ims-forgotten", |r| forget(r, "ims")),
    asks(STORED, "roles-forgotten", |r| forget(r, "roles")),
    asks(STORED, "entitlements-forgotten", |r| forget(r, "entitlements")),
    asks(STORED, "x509-forgotten", |r| forget(r, "x509Certificates")),
    asks(STORED, "display-name-of-user-forgotten", |r| forget(r, "displayName")),
    asks(STORED, "external-id-forgotten", |r| forget(r, "externalId")),
    asks(STORED, "enterprise-forgotten", |r| {
        written(r, |members| drop(members.shift_remove(ENTERPRISE)));
        operations(r, |operation| !operation["path"].as_str().unwrap_or("").starts_with(ENTERPRISE));
    }),
    asks(STORED, "department-forgotten", |r| {
        written(r, |members| {
            if let Some(Value::Object(enterprise)) = members.get_mut(ENTERPRISE) {
                enterprise.shift_remove("department");
            }
        });
    }),
    asks(STORED, "manager-forgotten", |r| {
        written(r, |members| {
            if let Some(Value::Object(enterprise)) = members.get_mut(ENTERPRISE) {
                enterprise.shift_remove("manager");
            }
        });
    }),
    asks(STORED, "middle-name-forgotten", |r| {
        written(r, |members| {
            if let Some(Value::Object(name)) = members.get_mut("name") {
                name.shift_remove("middleName");
            }
        });
    }),
    asks(STORED, "names-swapped", |r| {
        written(r, |members| {
            if let Some(Value::Object(name)) = members.get_mut("name") {
                let (given, family) = (name.get("givenName").cloned(), name.get("familyName").cloned());
                if let (Some(given), Some(family)) = (given, family) {
                    name.insert("givenName".into(), family);
                    name.insert("familyName".into(), given);
                }
            }
        });
    }),
    asks(STORED, "texts-cut-at-20", |r| {
        for name in ["displayName", "title", "nickName"] {
            user_text(r, name, |text| text.chars().take(20).collect());
        }
    }),
    asks(STORED, "texts-cut-at-64", |r| {
        for name in ["displayName", "title", "nickName"] {
            user_text(r, name, |text| text.chars().take(64).collect());
        }
    }),
    asks(STORED, "display-name-capitalised", |r| user_text(r, "displayName", |text| text.to_uppercase())),
    asks(STORED, "display-name-lower-case", |r| user_text(r, "displayName", |text| text.to_lowercase())),
    asks(STORED, "addresses-of-mail-lower-case", |r| {
        list(r, "emails", |items| {
            for item in items {
                if let Some(text) = item["value"].as_str().map(str::to_lowercase) {
                    item["value"] = json!(text);
                }
            }
        });
    }),
    asks(STORED, "only-first-address", |r| list(r, "emails", |items| items.truncate(1))),
    asks(STORED, "only-last-address", |r| {
        list(r, "emails", |items| {
            let last = items.pop();
            items.clear();
            items.extend(last);
        });
    }),
    asks(STORED, "type-of-address-forgotten", |r| {
        list(r, "emails", |items| {
            items.iter_mut().for_each(|item| drop(item.as_object_mut().map(|o| o.shift_remove("type"))))
        });
    }),
    asks(STORED, "type-of-address-always-work", |r| {
        list(r, "emails", |items| items.iter_mut().for_each(|item| item["type"] = json!("work")));
    }),
    asks(STORED, "primary-forgotten", |r| {
        list(r, "emails", |items| {
            items.iter_mut().for_each(|item| drop(item.as_object_mut().map(|o| o.shift_remove("primary"))));
        });
    }),
    asks(STORED, "only-first-phone", |r| list(r, "phoneNumbers", |items| items.truncate(1))),
    asks(STORED, "backslashes-doubled", |r| user_text(r, "displayName", |text| text.replace('\\', "\\\\"))),
    asks(STORED, "quotes-doubled", |r| user_text(r, "displayName", |text| text.replace('\'', "''"))),
    asks(STORED, "markup-escaped", |r| {
        for name in ["displayName", "title", "nickName"] {
            user_text(r, name, |text| text.replace('<', "&lt;").replace('>', "&gt;"));
        }
    }),
    asks(STORED, "markup-taken-out", |r| {
        for name in ["displayName", "title", "nickName"] {
            user_text(r, name, |text| text.replace(['<', '>'], ""));
        }
    }),
    asks(STORED, "emoji-lost", |r| {
        for name in ["displayName", "title", "nickName"] {
            user_text(r, name, |text| text.chars().filter(|c| u32::from(*c) < 0x1_0000).collect());
        }
    }),
    asks(STORED, "accents-lost", |r| {
        for name in ["displayName", "title", "nickName"] {
            user_text(r, name, |text| text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect());
        }
    }),
    asks(STORED, "line-breaks-lost", |r| user_text(r, "displayName", |text| text.replace('\n', " "))),
    asks(STORED, "spaces-trimmed", |r| {
        for name in ["displayName", "title"] {
            user_text(r, name, |text| text.trim().to_owned());
        }
    }),
    asks(STORED, "plus-in-login-becomes-space", |r| user_text(r, "userName", |text| text.replace('+', " "))),
    asks(STORED, "login-cut-at-plus", |r| {
        user_text(r, "userName", |text| match text.split_once('+') {
            Some((start, rest)) => format!("{start}@{}", rest.split('@').nth(1).unwrap_or("")),
            None => text.to_owned(),
        });
    }),
    asks(STORED, "created-always-active", |r| {
        if is(r, "POST", "Users")
            && let Some(members) = body(r)
        {
            members.insert("active".into(), json!(true));
        }
    }),
    asks(STORED, "put-changes-nothing-but-active", |r| {
        if is(r, "PUT", "Users")
            && let Some(members) = body(r)
        {
            members.shift_remove("title");
            members.shift_remove("displayName");
        }
    }),
    Defect { name: "put-keeps-what-is-left-out", class: STORED, merge: true, ..NOTHING },
    asks(STORED, "members-of-a-new-group-forgotten", |r| {
        if is(r, "POST", "Groups")
            && let Some(members) = body(r)
        {
            members.shift_remove("members");
        }
    }),
    asks(STORED, "only-first-member-of-a-new-group", |r| {
        if is(r, "POST", "Groups") {
            list(r, "members", |items| items.truncate(1));
        }
    }),
    asks(STORED, "only-first-member-of-a-put", |r| {
        if is(r, "PUT", "Groups") {
            list(r, "members", |items| items.truncate(1));
        }
    }),
    asks(STORED, "at-most-ten-members", |r| {
        if r.path.contains("Groups") {
            list(r, "members", |items| items.truncate(10));
        }
    }),
    asks(STORED, "group-name-lower-case", |r| {
        if r.path.contains("Groups") {
            written(r, |members| {
                if let Some(Value::String(name)) = members.get_mut("displayName") {
                    *name = name.to_lowercase();
                }
            });
        }
    }),
    asks(STORED, "external-id-of-group-forgotten", |r| {
        if r.path.contains("Groups") {
            written(r, |members| drop(members.shift_remove("externalId")));
        }
    }),
    asks(STORED, "patched-texts-lower-case", |r| {
        each_operation(r, |operation| {
            let named = ["title", "displayName", "nickName"].iter().any(|name| operation["path"] == *name);
            if let Some(text) = operation["value"].as_str().filter(|_| named).map(str::to_lowercase) {
                operation["value"] = json!(text);
            }
        });
    }),
];
