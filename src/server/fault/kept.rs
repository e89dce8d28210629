//! Faults of what is to be kept: values that are altered on the way, changes that undo others, members lost in a crowd.

use axum::http::Method;
use serde_json::Value;

use super::operations::is_op;
use super::{Change, Fault, on_answer, on_change, on_request, spoil};
use crate::scim::urn;
use crate::server::call::{Answer, Kind};
use crate::server::view;

const AREA: &str = "stored";
/// Longest displayName that the fault which cuts changes leaves whole.
const LONGEST: usize = 40;
/// Most members that the faults which cut lists of members leave.
const MOST: usize = 20;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "group-name-ascii-only",
        summary: "Letters beyond ASCII in the name of a group are stored as question marks",
        area: AREA,
        source: "RFC 7644 3.3",
        hooks: on_change(|change| {
            let name = change.new["displayName"].as_str().filter(|_| change.kind == Kind::Group);
            if let Some(name) = name {
                let plain: String = name.chars().map(|letter| if letter.is_ascii() { letter } else { '?' }).collect();
                change.new["displayName"] = plain.into();
            }
            Ok(())
        }),
    },
    Fault {
        name: "leading-zeros-lost",
        summary: "An externalId or employeeNumber of digits loses the zeros before them",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_change(|change| {
            if let Some(id) = change.new.get_mut("externalId") {
                lose_zeros(id);
            }
            if let Some(number) =
                change.new.get_mut(urn::ENTERPRISE_USER).and_then(|part| part.get_mut("employeeNumber"))
            {
                lose_zeros(number);
            }
            Ok(())
        }),
    },
    Fault {
        name: "words-taken-for-values",
        summary: "Texts that read null, true, false or 0 are taken for no value",
        area: AREA,
        source: "RFC 7643 2.3.1",
        hooks: on_change(|change| {
            if change.kind == Kind::User
                && let Some(new) = change.new.as_object_mut()
            {
                new.retain(|_, value| !is_word(value));
                if let Some(Value::Object(name)) = new.get_mut("name") {
                    name.retain(|_, value| !is_word(value));
                }
            }
            Ok(())
        }),
    },
    Fault {
        name: "changes-cut-at-40",
        summary: "PUT and PATCH cut a displayName after 40 characters",
        area: AREA,
        source: "RFC 7644 3.5.2",
        hooks: on_change(|change| {
            let name = change.new["displayName"].as_str().filter(|_| change.old.is_some());
            if let Some(name) = name {
                let short: String = name.chars().take(LONGEST).collect();
                change.new["displayName"] = short.into();
            }
            Ok(())
        }),
    },
    Fault {
        name: "put-externalid-ignored",
        summary: "A PUT leaves the externalId of a user as it was",
        area: AREA,
        source: "RFC 7644 3.5.1",
        hooks: on_change(|change| {
            if is(change, &Method::PUT) {
                put_back(change, &["externalId"]);
            }
            Ok(())
        }),
    },
    Fault {
        name: "put-preferences-dropped",
        summary: "A PUT stores no language, no time zone and no telephone numbers",
        area: AREA,
        source: "RFC 7644 3.5.1",
        hooks: on_change(|change| {
            if is(change, &Method::PUT)
                && let Some(new) = change.new.as_object_mut()
            {
                new.retain(|name, _| !["preferredLanguage", "timezone", "phoneNumbers"].contains(&name.as_str()));
            }
            Ok(())
        }),
    },
    Fault {
        name: "put-activates",
        summary: "A PUT that does not say active makes an inactive user active",
        area: AREA,
        source: "RFC 7644 3.5.1",
        hooks: on_change(|change| {
            if is(change, &Method::PUT) && spoil::body_value(change.call, "active").is_none() {
                change.new["active"] = true.into();
            }
            Ok(())
        }),
    },
    Fault {
        name: "patch-activates",
        summary: "A PATCH of anything but active makes an inactive user active",
        area: AREA,
        source: "RFC 7644 3.5.2",
        hooks: on_change(|change| {
            if is(change, &Method::PATCH) && spoil::patched(change.call, "active").is_none() {
                change.new["active"] = true.into();
            }
            Ok(())
        }),
    },
    Fault {
        name: "deactivation-clears-profile",
        summary: "Who is deactivated loses telephone numbers and addresses",
        area: AREA,
        source: "RFC 7644 3.5.2.3",
        hooks: on_change(|change| {
            if change.kind == Kind::User
                && change.old.is_some()
                && change.new["active"] == false
                && let Some(new) = change.new.as_object_mut()
            {
                new.retain(|name, _| name != "phoneNumbers" && name != "addresses");
            }
            Ok(())
        }),
    },
    Fault {
        name: "patch-preferences-ignored",
        summary: "A PATCH of language, locale or time zone is answered as done and changes nothing",
        area: AREA,
        source: "RFC 7644 3.5.2.3",
        hooks: on_change(|change| {
            if is(change, &Method::PATCH) {
                put_back(change, &["preferredLanguage", "locale", "timezone"]);
            }
            Ok(())
        }),
    },
    Fault {
        name: "patch-add-part-wipes-name",
        summary: "Adding a part of a name by its path loses the other parts",
        area: AREA,
        source: "RFC 7644 3.5.2.1",
        hooks: on_change(|change| {
            let added: Vec<&str> = spoil::operations(change.call)
                .filter(|operation| is_op(operation, "add"))
                .filter_map(|operation| spoil::path(operation)?.strip_prefix("name."))
                .collect();
            if !added.is_empty()
                && let Some(Value::Object(name)) = change.new.get_mut("name")
            {
                name.retain(|part, _| added.contains(&part.as_str()));
            }
            Ok(())
        }),
    },
    Fault {
        name: "patch-pathless-name-ignored",
        summary: "name in the value of a PATCH without a path is passed over",
        area: AREA,
        source: "RFC 7644 3.5.2.3",
        hooks: on_request(|call, _| {
            for operation in spoil::operations_mut(call).filter(|operation| spoil::path(operation).is_none()) {
                if let Some(Value::Object(value)) = operation.get_mut("value") {
                    value.shift_remove("name");
                }
            }
            None
        }),
    },
    Fault {
        name: "patch-value-names-case-sensitive",
        summary: "Attributes in the value of a PATCH are known only by the letters of the schema",
        area: AREA,
        source: "RFC 7643 2.1",
        hooks: on_request(|call, _| {
            let kind = call.target().map(|(kind, _)| kind).filter(|_| call.method == Method::PATCH)?;
            let attributes = kind.schema().core.attributes;
            let known = |name: &str| {
                attributes.iter().any(|one| one.name == name)
                    || !attributes.iter().any(|one| one.name.eq_ignore_ascii_case(name))
            };
            for operation in spoil::operations_mut(call).filter(|operation| spoil::path(operation).is_none()) {
                if let Some(Value::Object(value)) = operation.get_mut("value") {
                    value.retain(|name, _| known(name));
                }
            }
            None
        }),
    },
    Fault {
        name: "patch-filter-first-condition",
        summary: "Of conditions in the path of a PATCH the first counts alone",
        area: AREA,
        source: "RFC 7644 3.5.2",
        hooks: on_request(|call, _| {
            for operation in spoil::operations_mut(call) {
                if let Some(shorter) = spoil::path(operation).and_then(first_condition) {
                    operation["path"] = shorter.into();
                }
            }
            None
        }),
    },
    Fault {
        name: "members-added-cut-at-20",
        summary: "Of the members in one operation the first 20 are added",
        area: AREA,
        source: "RFC 7644 3.5.2.1",
        hooks: on_request(|call, _| {
            for operation in spoil::operations_mut(call).filter(|operation| spoil::does(operation, "add", "members")) {
                if let Some(Value::Array(members)) = operation.get_mut("value") {
                    members.truncate(MOST);
                }
            }
            None
        }),
    },
    Fault {
        name: "group-lists-cut-at-20",
        summary: "A list of groups shows 20 members of each at most",
        area: AREA,
        source: "RFC 7644 3.4.2",
        hooks: on_answer(|_, _, answer| {
            if spoil::list(answer).is_some() {
                spoil::each_resource(answer, |resource| {
                    if let Some(Value::Array(members)) = resource.get_mut("members") {
                        members.truncate(MOST);
                    }
                });
            }
        }),
    },
    Fault {
        name: "members-remove-by-value-ignored",
        summary: "remove of members with a list of them is answered as done and removes nobody",
        area: AREA,
        source: "RFC 7644 3.5.2.2",
        hooks: on_change(|change| {
            let listed = |operation: &Value| {
                spoil::does(operation, "remove", "members") && operation.get("value").is_some_and(Value::is_array)
            };
            let ignored = change.kind == Kind::Group && spoil::operations(change.call).any(listed);
            if let (true, Some(members)) = (ignored, change.old.and_then(|old| old.get("members"))) {
                change.new["members"] = members.clone();
            }
            Ok(())
        }),
    },
    Fault {
        name: "patch-remove-empties",
        summary: "remove of title leaves an empty text",
        area: AREA,
        source: "RFC 7644 3.5.2.2",
        hooks: on_change(|change| {
            if change.kind == Kind::User
                && spoil::operations(change.call).any(|one| spoil::does(one, "remove", "title"))
            {
                change.new["title"] = "".into();
            }
            Ok(())
        }),
    },
    Fault {
        name: "group-in-group-dropped",
        summary: "A group as a member of a group is taken and not stored",
        area: AREA,
        source: "RFC 7643 4.2",
        hooks: on_change(|change| {
            let store = &*change.store;
            let is_group = |member: &Value| {
                let id = member["value"].as_str().unwrap_or_default();
                store.get(Kind::Group, id).is_some()
            };
            if let Some(Value::Array(members)) = change.new.get_mut("members") {
                members.retain(|member| !is_group(member));
            }
            Ok(())
        }),
    },
    Fault {
        name: "user-groups-first-only",
        summary: "A user shows the first of the groups alone",
        area: AREA,
        source: "RFC 7643 4.1.2",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                if let Some(Value::Array(groups)) = user.get_mut("groups") {
                    groups.truncate(1);
                }
            });
        }),
    },
    Fault {
        name: "create-wakes-inactive",
        summary: "Creating the userName of an inactive user makes that user active and is answered 201",
        area: AREA,
        source: "RFC 7644 3.3",
        hooks: on_request(|call, store| {
            if !call.is(&Method::POST, Kind::User) {
                return None;
            }
            let name = spoil::body_value(call, "userName").and_then(Value::as_str)?;
            let id = store.named(Kind::User, name).first().map(|id| (*id).to_owned())?;
            let mut user = store.get(Kind::User, &id)?.resource();
            if user["active"] != false {
                return None;
            }
            user["active"] = true.into();
            store.update(Kind::User, &id, &user, None);
            view::of(store, Kind::User, &id, &call.base).map(|shown| Answer::json(201, shown))
        }),
    },
];

/// True for a change of a user by that method.
fn is(change: &Change<'_>, method: &Method) -> bool {
    change.kind == Kind::User && change.call.method == *method
}

/// Puts attributes back as they were.
fn put_back(change: &mut Change<'_>, names: &[&str]) {
    let (Some(old), Some(new)) = (change.old, change.new.as_object_mut()) else {
        return;
    };
    for name in names {
        match old.get(*name) {
            Some(value) => drop(new.insert((*name).to_owned(), value.clone())),
            None => drop(new.shift_remove(*name)),
        }
    }
}

fn lose_zeros(value: &mut Value) {
    let digits = value.as_str().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    if let Some(digits) = digits {
        *value = digits.trim_start_matches('0').into();
    }
}

fn is_word(value: &Value) -> bool {
    value.as_str().is_some_and(|text| ["null", "true", "false", "0"].contains(&text.to_ascii_lowercase().as_str()))
}

/// A path with the first condition of its filter alone; `None` where there are no others.
fn first_condition(path: &str) -> Option<String> {
    let (open, close) = (path.find('[')?, path.rfind(']')?);
    let inside = path.get(open + 1..close)?;
    let end = [" and ", " or "].into_iter().filter_map(|word| inside.find(word)).min()?;
    Some(format!("{}{}{}", &path[..=open], &inside[..end], &path[close..]))
}
