//! Faults in the values of attributes and in the schemas that a resource names.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{Change, Fault, Hooks, NONE, on_answer, on_change, on_request, spoil};
use crate::scim::{ScimError, schema, urn};
use crate::server::call::{Call, Kind};

const AREA: &str = "schema";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "extension-schema-missing",
        summary: "schemas does not name the enterprise extension that is there",
        area: AREA,
        source: "RFC 7643 3",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                if let Some(Value::Array(urns)) = user.get_mut("schemas") {
                    urns.retain(|have| have != urn::ENTERPRISE_USER);
                }
            });
        }),
    },
    Fault {
        name: "extension-flattened",
        summary: "The enterprise attributes stand at the top of the user",
        area: AREA,
        source: "RFC 7643 3.3",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                if let Some(Value::Object(parts)) = user.shift_remove(urn::ENTERPRISE_USER) {
                    user.extend(parts);
                }
            });
        }),
    },
    Fault {
        name: "schemas-urn-twice",
        summary: "schemas names the core schema twice",
        area: AREA,
        source: "RFC 7643 3",
        hooks: on_answer(|_, _, answer| {
            spoil::each_resource(answer, |resource| {
                if let Some(Value::Array(urns)) = resource.get_mut("schemas") {
                    urns.extend(urns.first().cloned());
                }
            });
        }),
    },
    Fault {
        name: "schemas-urn-foreign",
        summary: "schemas names a schema that no resource type has",
        area: AREA,
        source: "RFC 7643 3",
        hooks: on_answer(|_, _, answer| {
            spoil::each_resource(answer, |resource| {
                if let Some(Value::Array(urns)) = resource.get_mut("schemas") {
                    urns.push("urn:example:scim:tenant:1.0:Person".into());
                }
            });
        }),
    },
    Fault {
        name: "emails-mixed-types",
        summary: "A user's second e-mail address is a plain text beside objects, and the only one, too",
        area: AREA,
        source: "emails-mixed-types https://github.com/wso2/product-is/issues/7304",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                let last = user.get_mut("emails").and_then(Value::as_array_mut).and_then(|emails| emails.last_mut());
                if let Some(email) = last {
                    *email = email["value"].clone();
                }
            });
        }),
    },
    Fault {
        name: "name-as-text",
        summary: "name is one text",
        area: AREA,
        source: "RFC 7643 4.1.1",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                if let Some(name) = user.get_mut("name") {
                    *name = format!("{} {}", text(&name["givenName"]), text(&name["familyName"])).into();
                }
            });
        }),
    },
    Fault {
        name: "primary-as-text",
        summary: "primary is \"true\" or \"false\", a text",
        area: AREA,
        source: "RFC 7643 2.3.2",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                each_entry(user, "emails", |email| {
                    if let Some(primary) = email.get_mut("primary") {
                        *primary = primary.to_string().into();
                    }
                });
            });
        }),
    },
    Fault {
        name: "member-value-missing",
        summary: "A group's members have a display and no value",
        area: "group-members",
        source: "RFC 7643 4.2",
        hooks: on_answer(|_, _, answer| {
            spoil::each_resource(answer, |resource| {
                each_entry(resource, "members", |member| {
                    member.shift_remove("value");
                });
            });
        }),
    },
    Fault {
        name: "member-row-numbers",
        summary: "A group shows its members by the numbers of rows in a table",
        area: "group-members",
        source: "id-number https://github.com/limosa-io/laravel-scim-server/issues/40",
        hooks: on_answer(|_, _, answer| {
            spoil::each_resource(answer, |resource| {
                let mut row = 4710;
                each_entry(resource, "members", |member| {
                    row += 1;
                    member.insert("value".into(), row.to_string().into());
                });
            });
        }),
    },
    Fault {
        name: "member-ref-wrong",
        summary: "The $ref of a member leads to somebody else",
        area: "group-members",
        source: "RFC 7643 4.2",
        hooks: on_answer(|_, _, answer| {
            spoil::each_resource(answer, |resource| {
                each_entry(resource, "members", |member| {
                    let other = "https://scim.example.com/v2/Users/00000000-0000-4000-8000-000000000000";
                    member.insert("$ref".into(), other.into());
                });
            });
        }),
    },
    Fault {
        name: "two-primary-emails",
        summary: "Every e-mail address is primary",
        area: AREA,
        source: "RFC 7643 2.4",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                each_entry(user, "emails", |email| {
                    email.insert("primary".into(), true.into());
                });
            });
        }),
    },
    Fault {
        name: "emails-twice",
        summary: "Every e-mail address comes twice",
        area: AREA,
        source: "RFC 7643 2.4",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                if let Some(Value::Array(emails)) = user.get_mut("emails") {
                    let mut again = emails.clone();
                    again.iter_mut().for_each(|email| email["primary"] = false.into());
                    emails.extend(again);
                }
            });
        }),
    },
    Fault {
        name: "externalid-lowercased",
        summary: "externalId is stored in lower case",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_change(|change| {
            if let Some(own) = change.new["externalId"].as_str() {
                change.new["externalId"] = own.to_lowercase().into();
            }
            Ok(())
        }),
    },
    Fault {
        name: "externalid-invented",
        summary: "Who has no externalId is given one by the server",
        area: AREA,
        source: "RFC 7643 3.1",
        hooks: on_change(|change| {
            if change.kind == Kind::User && change.new.get("externalId").is_none() {
                change.new["externalId"] = format!("srv-{}", text(&change.new["userName"])).into();
            }
            Ok(())
        }),
    },
    Fault {
        name: "create-echoes-request",
        summary: "A creation is answered with what was sent, while externalId and title are not stored",
        area: "create",
        source: "create-response-not-what-is-stored https://github.com/wso2/product-is/issues/4690",
        hooks: Hooks {
            change: Some(|change| {
                if let (Kind::User, None, Some(new)) = (change.kind, change.old, change.new.as_object_mut()) {
                    new.shift_remove("externalId");
                    new.shift_remove("title");
                }
                Ok(())
            }),
            answer: Some(|call, _, answer| {
                if call.is(&Method::POST, Kind::User) && answer.status == 201 {
                    spoil::each_user(answer, |user| {
                        for name in ["externalId", "title"] {
                            let sent = spoil::body_value(call, name).cloned();
                            user.extend(sent.map(|sent| (name.to_owned(), sent)));
                        }
                    });
                }
            }),
            ..NONE
        },
    },
    Fault {
        name: "attribute-undeclared",
        summary: "Users have an attribute that no schema declares",
        area: AREA,
        source: "RFC 7643 3",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                user.insert("tenantId".into(), 42.into());
            });
        }),
    },
    Fault {
        name: "attribute-names-case-sensitive",
        summary: "Attributes in bodies are known only by the letters of the schema",
        area: AREA,
        source: "attribute-names-case-sensitive https://github.com/scimmyjs/scimmy/issues/7",
        hooks: on_request(|call, _| {
            let kind = call.target().map(|(kind, _)| kind)?;
            let names = kind.schema().core.attributes.iter().chain(schema::COMMON).map(|attribute| attribute.name);
            let names: Vec<&str> = names.collect();
            if let Some(Value::Object(body)) = &mut call.body {
                body.retain(|have, _| !names.iter().any(|name| name.eq_ignore_ascii_case(have) && *name != have));
            }
            None
        }),
    },
    Fault {
        name: "extension-first-refused",
        summary: "A user whose schemas begin with another URN than the core one is refused",
        area: AREA,
        source: "RFC 7643 3",
        hooks: on_request(|call, _| {
            let first = spoil::body_value(call, "schemas")?.as_array()?.first()?.as_str()?;
            let refused = call.is(&Method::POST, Kind::User) && first != urn::USER;
            refused.then(|| ScimError::invalid_value("the schema is not known").into())
        }),
    },
    Fault {
        name: "email-without-primary-ignored",
        summary: "Without a primary one the e-mail addresses are not stored",
        area: AREA,
        source: "email-without-primary-ignored https://github.com/zitadel/zitadel/pull/9236",
        hooks: on_change(|change| {
            let emails = change.new.get("emails").and_then(Value::as_array);
            let none = emails.is_some_and(|emails| emails.iter().all(|email| email["primary"] != true));
            if none {
                drop_attribute(change, "emails");
            }
            Ok(())
        }),
    },
    Fault {
        name: "null-refused",
        summary: "A null in a body is answered 400",
        area: AREA,
        source: "RFC 7643 2.5",
        hooks: on_request(|call, _| {
            let null = call.is(&Method::POST, Kind::User) && call.body.as_ref().is_some_and(holds_null);
            null.then(|| ScimError::invalid_value("null is no value").into())
        }),
    },
    Fault {
        name: "country-spelt-out",
        summary: "The country of an address is stored by its name",
        area: AREA,
        source: "RFC 7643 4.1.2",
        hooks: on_change(|change| {
            for address in change.new.get_mut("addresses").and_then(Value::as_array_mut).into_iter().flatten() {
                if address["country"] == "GB" {
                    address["country"] = "United Kingdom".into();
                }
            }
            Ok(())
        }),
    },
    Fault {
        name: "profile-url-with-blanks",
        summary: "profileUrl is shown as a sentence",
        area: AREA,
        source: "RFC 7643 2.3.7",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                if let Some(url) = user.get_mut("profileUrl") {
                    *url = format!("see {}", text(url)).into();
                }
            });
        }),
    },
    Fault {
        name: "attribute-names-lowercased",
        summary: "Attributes are returned with names in lower case",
        area: AREA,
        source: "attribute-names-case-sensitive https://github.com/wso2/charon/pull/379",
        hooks: on_answer(|_, _, answer| {
            spoil::each_resource(answer, |resource| {
                let all = std::mem::take(resource);
                let lower = |name: String| if name.starts_with("urn:") { name } else { name.to_lowercase() };
                resource.extend(all.into_iter().map(|(name, value)| (lower(name), value)));
            });
        }),
    },
    Fault {
        name: "nick-name-dropped",
        summary: "nickName and department are declared and not stored",
        area: AREA,
        source: "RFC 7643 7",
        hooks: on_change(|change| {
            drop_attribute(change, "nickName");
            if let Some(Value::Object(parts)) = change.new.get_mut(urn::ENTERPRISE_USER) {
                parts.shift_remove("department");
            }
            Ok(())
        }),
    },
    Fault {
        name: "email-types-lost",
        summary: "E-mail addresses come back without type",
        area: AREA,
        source: "emails-mixed-types https://github.com/wso2/product-is/issues/7304",
        hooks: on_answer(|_, _, answer| {
            spoil::each_user(answer, |user| {
                each_entry(user, "emails", |email| {
                    email.shift_remove("type");
                });
            });
        }),
    },
    Fault {
        name: "member-type-wrong",
        summary: "Every member of a group is called a Group",
        area: "group-members",
        source: "RFC 7643 4.2",
        hooks: on_answer(|_, _, answer| {
            spoil::each_resource(answer, |resource| {
                each_entry(resource, "members", |member| {
                    member.insert("type".into(), "Group".into());
                });
            });
        }),
    },
    Fault {
        name: "user-groups-hidden",
        summary: "A user shows the first of all groups, whoever is in it",
        area: AREA,
        source: "RFC 7643 4.1.2",
        hooks: on_answer(|call, _, answer| {
            if on_read(call) {
                spoil::each_user(answer, |user| {
                    if user.contains_key("groups") {
                        user.insert("groups".into(), json!([{"value": "00000000-0000-4000-8000-000000000000"}]));
                    }
                });
            }
        }),
    },
];

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn on_read(call: &Call) -> bool {
    call.method == Method::GET && matches!(call.target(), Some((_, Some(_))))
}

fn each_entry(resource: &mut Map<String, Value>, name: &str, change: impl FnMut(&mut Map<String, Value>)) {
    let entries = resource.get_mut(name).and_then(Value::as_array_mut);
    entries.into_iter().flatten().filter_map(Value::as_object_mut).for_each(change);
}

fn drop_attribute(change: &mut Change<'_>, name: &str) {
    if let (Kind::User, Some(new)) = (change.kind, change.new.as_object_mut()) {
        new.shift_remove(name);
    }
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(holds_null),
        Value::Object(parts) => parts.values().any(holds_null),
        _ => false,
    }
}
