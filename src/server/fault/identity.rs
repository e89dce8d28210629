//! Faults of ids and names: what a client may choose, and what counts as taken.

use axum::http::{Method, StatusCode, header};
use serde_json::Value;

use super::{Fault, Hooks, NONE, on_answer, on_change, on_request, spoil};
use crate::scim::{ScimError, conform};
use crate::server::call::{Answer, Kind};
use crate::server::store::{Entry, Store, members, now};
use crate::server::view;

const AREA: &str = "identity";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "create-takes-client-id",
        summary: "A new user gets the id that the body asks for",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_answer(|call, store, answer| {
            let wanted = spoil::body_value(call, "id").and_then(Value::as_str).map(str::to_owned);
            let made = answer.json_mut().and_then(|body| body["id"].as_str().map(str::to_owned));
            if let (true, 201, Some(wanted), Some(made)) =
                (call.is(&Method::POST, Kind::User), answer.status, wanted, made)
            {
                store.rename(Kind::User, &made, &wanted);
                if let (Some(shown), Some(body)) = (view::of(store, Kind::User, &wanted, &call.base), answer.json_mut())
                {
                    *body = shown;
                }
            }
        }),
    },
    Fault {
        name: "create-takes-meta",
        summary: "A user's meta shows the dates that a client sent with the creation",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: Hooks {
            change: Some(|change| {
                let sent = spoil::body_value(change.call, "meta").and_then(|meta| meta.get("created"));
                if let (Some(created), Some(id), None) = (sent, change.new["id"].as_str(), change.old) {
                    change.store.memory.insert(format!("created:{id}"), created.clone());
                }
                Ok(())
            }),
            answer: Some(|_, store, answer| {
                spoil::each_user(answer, |user| {
                    let id = user.get("id").and_then(Value::as_str).unwrap_or_default();
                    let created = store.memory.get(&format!("created:{id}")).cloned();
                    if let (Some(created), Some(meta)) = (created, user.get_mut("meta")) {
                        meta["created"] = created;
                    }
                });
            }),
            ..NONE
        },
    },
    Fault {
        name: "create-refuses-read-only",
        summary: "A creation whose body has an id or meta is answered 400",
        area: AREA,
        source: "RFC 7644 3.3",
        hooks: on_request(|call, _| {
            let echoes = ["id", "meta"].iter().any(|name| spoil::body_value(call, name).is_some());
            let error = ScimError::mutability("id and meta can't be set");
            (call.is(&Method::POST, Kind::User) && echoes).then(|| error.into())
        }),
    },
    Fault {
        name: "groups-of-user-obeyed",
        summary: "groups in the body of a user makes the user a member",
        area: AREA,
        source: "RFC 7643 4.1.2",
        hooks: on_answer(|call, store, answer| {
            let written = match call.method {
                Method::PATCH => spoil::patched(call, "groups"),
                _ => spoil::body_value(call, "groups"),
            };
            let id = answer.json_mut().and_then(|body| body["id"].as_str().map(str::to_owned));
            if let (true, Some(Value::Array(groups)), Some(id)) = (answer.status < 300, written, id) {
                for group in groups.iter().filter_map(|group| group["value"].as_str()) {
                    join(store, group, &id);
                }
            }
        }),
    },
    Fault {
        name: "create-location-differs",
        summary: "The Location header of a creation and meta.location name two URIs",
        area: AREA,
        source: "RFC 7644 3.3",
        hooks: on_answer(|_, _, answer| {
            if answer.status == 201 {
                for (name, value) in &mut answer.headers {
                    if *name == header::LOCATION {
                        *value = value.replace("/scim/v2/", "/api/scim/");
                    }
                }
            }
        }),
    },
    Fault {
        name: "create-wants-name",
        summary: "A creation of a user without a family name is answered 400",
        area: AREA,
        source: "RFC 7643 4.1.1",
        hooks: on_request(|call, _| {
            let named = spoil::body_value(call, "name").is_some_and(|name| name["familyName"].is_string());
            let error = ScimError::invalid_value("name.familyName is required");
            (call.is(&Method::POST, Kind::User) && !named).then(|| error.into())
        }),
    },
    Fault {
        name: "duplicate-upsert",
        summary: "Creating a userName that is taken changes the user who has it, and is answered 200",
        area: AREA,
        source: "post-adopts-by-email https://github.com/BerriAI/litellm-docs/pull/936",
        hooks: on_request(|call, store| {
            let name = spoil::body_value(call, "userName").and_then(Value::as_str)?;
            let taken = store.named(Kind::User, name).first().map(|id| (*id).to_owned())?;
            call.is(&Method::POST, Kind::User).then(|| adopt(call, store, &taken, 200)).flatten()
        }),
    },
    Fault {
        name: "post-adopts-by-email",
        summary: "A creation with the e-mail address of somebody else takes that account over",
        area: AREA,
        source: "post-adopts-by-email https://github.com/intuitem/ciso-assistant-community/pull/4658",
        hooks: on_request(|call, store| {
            let address = spoil::body_value(call, "emails")?.get(0)?.get("value")?.as_str()?.to_owned();
            let has = |id: &&str| {
                let entry = store.get(Kind::User, id).map(Entry::resource).unwrap_or_default();
                entry["emails"].as_array().is_some_and(|all| all.iter().any(|one| one["value"] == *address))
            };
            let whose = store.ids(Kind::User).find(has).map(str::to_owned)?;
            call.is(&Method::POST, Kind::User).then(|| adopt(call, store, &whose, 201)).flatten()
        }),
    },
    Fault {
        name: "duplicate-without-scimtype",
        summary: "The 409 on a userName that is taken has no scimType",
        area: AREA,
        source: "RFC 7644 3.3",
        hooks: on_answer(|_, _, answer| {
            if answer.status == StatusCode::CONFLICT.as_u16()
                && let Some(body) = answer.json_mut().and_then(Value::as_object_mut)
            {
                body.shift_remove("scimType");
            }
        }),
    },
    Fault {
        name: "duplicate-case-accepted",
        summary: "A userName that differs in letter case alone is free",
        area: AREA,
        source: "RFC 7643 4.1.1",
        hooks: Hooks { store: Some(|rules| rules.case_counts = true), ..NONE },
    },
    Fault {
        name: "nameless-accepted",
        summary: "Users and groups without a name are taken",
        area: AREA,
        source: "empty-username-accepted https://github.com/wso2/product-is/issues/13843",
        hooks: Hooks { store: Some(|rules| rules.nameless = true), ..NONE },
    },
    Fault {
        name: "rename-to-taken-500",
        summary: "Changing a userName to one that is taken is answered 500",
        area: AREA,
        source: "patch-username-duplicate-500-or-200 https://github.com/NorthlandPositronics/Cogtrix/issues/121",
        hooks: on_answer(|call, _, answer| {
            if (call.method == Method::PUT || call.method == Method::PATCH) && answer.status == 409 {
                *answer = ScimError::internal("UNIQUE constraint failed").into();
            }
        }),
    },
    Fault {
        name: "put-own-name-409",
        summary: "A PUT that repeats the user's own userName is answered 409",
        area: AREA,
        source: "RFC 7644 3.5.1",
        hooks: on_change(|change| match change.old {
            Some(old)
                if change.kind == Kind::User
                    && change.call.method == Method::PUT
                    && old["userName"] == change.new["userName"] =>
            {
                Err(ScimError::uniqueness("the userName is taken"))
            }
            _ => Ok(()),
        }),
    },
    Fault {
        name: "old-name-still-reserved",
        summary: "After a rename the old name of a user or group is still taken",
        area: AREA,
        source: "group-old-name-still-reserved https://github.com/ory/polis/issues/3559",
        hooks: on_change(|change| {
            let attribute = change.kind.name_attribute();
            let key = |name: &Value| format!("reserved:{}", name.as_str().unwrap_or_default().to_lowercase());
            match change.old {
                Some(old) if old[attribute] != change.new[attribute] => {
                    change.store.memory.insert(key(&old[attribute]), Value::Null);
                }
                None if change.store.memory.contains_key(&key(&change.new[attribute])) => {
                    return Err(ScimError::uniqueness("the name is taken"));
                }
                _ => {}
            }
            Ok(())
        }),
    },
    Fault {
        name: "old-login-still-found",
        summary: "After a change of the userName the filter finds the user by the old one too",
        area: AREA,
        source: "group-old-name-still-reserved https://github.com/ory/polis/issues/3559",
        hooks: Hooks {
            change: Some(|change| {
                if let (Kind::User, Some(old), Some(id)) = (change.kind, change.old, change.new["id"].as_str())
                    && old["userName"] != change.new["userName"]
                {
                    let old = old["userName"].as_str().unwrap_or_default().to_lowercase();
                    change.store.memory.insert(format!("alias:{old}"), id.into());
                }
                Ok(())
            }),
            request: Some(|call, store| {
                let filter = spoil::filter(call)?;
                let name = filter.as_equals("userName")?.to_lowercase();
                let id = store.memory.get(&format!("alias:{name}"))?.as_str()?;
                let now = store.get(Kind::User, id)?.resource();
                let now = now["userName"].as_str()?;
                call.set_parameter("filter", Some(format!("userName eq {}", Value::from(now))));
                None
            }),
            ..NONE
        },
    },
    Fault {
        name: "put-creates",
        summary: "A PUT to an id that nobody has creates a user under it",
        area: AREA,
        source: "RFC 7644 3.5.1",
        hooks: on_request(|call, store| {
            let id = call.target()?.1?.to_owned();
            let unknown = call.is(&Method::PUT, Kind::User) && store.get(Kind::User, &id).is_none();
            let body = call.body.as_ref()?.as_object()?;
            let mut new = conform(body, Kind::User.schema(), Default::default()).ok().filter(|_| unknown)?;
            new["id"] = id.as_str().into();
            store.insert(Kind::User, &id, Entry::new(&new, now()), &new);
            view::of(store, Kind::User, &id, &call.base).map(|shown| Answer::json(201, shown))
        }),
    },
    Fault {
        name: "put-takes-body-id",
        summary: "A PUT whose body has another id changes the user of that id",
        area: AREA,
        source: "RFC 7644 3.5.1",
        hooks: on_request(|call, store| {
            let other = spoil::body_value(call, "id").and_then(Value::as_str)?.to_owned();
            if call.is(&Method::PUT, Kind::User) && store.get(Kind::User, &other).is_some() {
                let name = store.get(Kind::User, &other)?.resource()["userName"].clone();
                call.body.as_mut()?["userName"] = name;
                call.path = Some(vec!["Users".to_owned(), other]);
            }
            None
        }),
    },
    Fault {
        name: "username-patch-ignored",
        summary: "A PATCH of userName is answered as done, and the userName stays",
        area: AREA,
        source: "RFC 7644 3.5.2.3",
        hooks: on_change(|change| {
            if let (Some(old), &Method::PATCH, Kind::User) = (change.old, &change.call.method, change.kind) {
                change.new["userName"] = old["userName"].clone();
            }
            Ok(())
        }),
    },
];

/// Makes somebody a member of a group.
fn join(store: &mut Store, group: &str, id: &str) {
    let Some(mut resource) = store.get(Kind::Group, group).map(Entry::resource) else {
        return;
    };
    if !members(&resource).any(|member| member == id) {
        let mut all = resource["members"].as_array().cloned().unwrap_or_default();
        all.push(serde_json::json!({ "value": id }));
        resource["members"] = Value::Array(all);
        store.update(Kind::Group, group, &resource, None);
    }
}

/// Puts what a creation asks for in the place of somebody who is there.
fn adopt(call: &crate::server::call::Call, store: &mut Store, id: &str, status: u16) -> Option<Answer> {
    let body = call.body.as_ref()?.as_object()?;
    let mut new = conform(body, Kind::User.schema(), Default::default()).ok()?;
    new["id"] = id.into();
    if let Some(object) = new.as_object_mut() {
        object.shift_remove("password");
        object.entry("active").or_insert(true.into());
    }
    store.update(Kind::User, id, &new, None);
    let location = view::location(Kind::User, id, &call.base);
    let shown = view::of(store, Kind::User, id, &call.base)?;
    Some(Answer::json(status, shown).with(header::LOCATION, location))
}
