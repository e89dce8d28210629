//! Requests that every target of Okta has to take. What is not among them may be refused: it is then for the
//! scenario to say what it expects.

use serde_json::Value;

use super::{
    history::{Operation, believed_members, is_known, known, operations, perhaps_taken, unique_texts, values},
    support::{has_urn, id, own_credentials, page, text, top_attribute},
};
use crate::{
    http::{Body, Intent, Kind, Purpose, Request, Resource},
    judge::{Seen, member},
    scim::urn,
};

/// Longest text and list that nobody should refuse.
const LONG: usize = 100;

/// True when Okta makes such a request and the target has no good reason to refuse it: plain values, known ids,
/// no name that may be taken.
pub(super) fn ordinary(seen: &Seen<'_>) -> bool {
    let request = &seen.exchange.request;
    // application/json may be refused: RFC 7644 3.8 obliges to take SCIM's own type only.
    let plain = plain_headers(request) && !names_plain_json(request);
    if !own_credentials(request) || !plain || request.path.contains('?') {
        return false;
    }
    let body = request.body_json();
    match seen.kind() {
        Kind::Lookup { resource, attribute, value } => {
            let name =
                top_attribute(attribute).is_some_and(|name| name.eq_ignore_ascii_case(resource.name_attribute()));
            let plain = !value.is_empty() && value.len() <= 2 * LONG && !value.contains(['"', '\\']);
            name && plain && okta_query(request)
        }
        Kind::List { start: Some(start), count: Some(count), filtered: false, .. } => {
            *start >= 1 && (1..=100).contains(count) && okta_query(request)
        }
        Kind::Read(..) => request.query.is_empty() && is_known(seen),
        Kind::Delete(Resource::Group, _) => request.query.is_empty() && is_known(seen),
        Kind::Create(resource) => request.query.is_empty() && body.is_some_and(|body| fit(seen, *resource, body, None)),
        Kind::Replace(resource, id) => {
            request.query.is_empty() && is_known(seen) && body.is_some_and(|body| fit(seen, *resource, body, Some(id)))
        }
        Kind::Patch(resource, id, _) => {
            request.query.is_empty() && is_known(seen) && body.is_some_and(|body| fit_patch(seen, *resource, body, id))
        }
        _ => false,
    }
}

/// True when Okta could make such a request, whatever its values: nothing justifies a crash.
pub(super) fn could_be_oktas(seen: &Seen<'_>) -> bool {
    let request = &seen.exchange.request;
    if !own_credentials(request) || !plain_headers(request) || matches!(request.body, Some(Body::Raw(_))) {
        return false;
    }
    let active = |body: &Value| member(body, "active").is_none_or(Value::is_boolean);
    let named = |resource: &Resource| {
        request.body_json().is_some_and(|body| {
            has_urn(body, resource.schema()) && text(body, resource.name_attribute()).is_some() && active(body)
        })
    };
    match seen.kind() {
        Kind::Lookup { resource, attribute, .. } => {
            let name =
                top_attribute(attribute).is_some_and(|name| name.eq_ignore_ascii_case(resource.name_attribute()));
            name && okta_query(request)
        }
        Kind::List { filtered, .. } => !filtered && okta_query(request),
        // Okta asks nothing of the answers to these.
        _ if !request.query.is_empty() => false,
        Kind::Create(resource) | Kind::Replace(resource, _) => named(resource),
        Kind::Patch(_, _, intent) => *intent != Intent::Other,
        // To look again whether somebody is gone is our idea.
        Kind::Read(..) if seen.exchange.purpose == Purpose::Check && !is_known(seen) => false,
        Kind::Read(_, id) | Kind::Delete(Resource::Group, id) => {
            id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        }
        Kind::Delete(Resource::User, _) | Kind::Other => false,
    }
}

fn plain_headers(request: &Request) -> bool {
    request.headers.iter().all(|(name, value)| match name.to_ascii_lowercase().as_str() {
        "content-type" => value.starts_with("application/scim+json") || value.starts_with("application/json"),
        "accept" => value.contains("json") || value.contains("*/*"),
        "accept-charset" | "user-agent" | "host" | "connection" | "accept-encoding" | "content-length" => true,
        _ => false,
    })
}

fn names_plain_json(request: &Request) -> bool {
    request.headers.iter().any(|(name, value)| {
        let plain = value.to_ascii_lowercase().starts_with("application/json");
        plain && ["accept", "content-type"].iter().any(|own| own.eq_ignore_ascii_case(name))
    })
}

fn okta_query(request: &Request) -> bool {
    page(request).is_some_and(|page| page.count.is_none_or(|count| (1..=100).contains(&count)))
        && request
            .query
            .iter()
            .all(|(name, _)| ["filter", "startIndex", "count"].iter().any(|known| name.eq_ignore_ascii_case(known)))
}

fn fit(seen: &Seen<'_>, resource: Resource, body: &Value, own: Option<&str>) -> bool {
    let Some(object) = body.as_object() else {
        return false;
    };
    if !has_urn(body, resource.schema()) || own.is_none() && !known_urns(body) {
        return false;
    }
    let echoed = own.map(|own| echoed_names(seen, resource, own)).unwrap_or_default();
    let sound = object.iter().all(|(name, value)| {
        let sound = match resource {
            Resource::User => sound_in_user(name, value, own),
            Resource::Group => sound_in_group(seen, name, value, own),
        };
        sound.unwrap_or_else(|| echoed.iter().any(|have| have.eq_ignore_ascii_case(name)))
    });
    let complete = match resource {
        Resource::User => {
            ["userName", "name.givenName", "name.familyName"].iter().all(|path| text(body, path).is_some())
                && member(body, "emails").and_then(Value::as_array).is_some_and(|emails| !emails.is_empty())
        }
        Resource::Group => text(body, "displayName").is_some() && object.contains_key("members"),
    };
    let unique = match resource {
        Resource::User => unique_texts(body),
        Resource::Group => text(body, "displayName").into_iter().collect(),
    };
    sound && complete && !unique.iter().any(|wanted| perhaps_taken(seen, resource, own, wanted))
}

fn known_urns(body: &Value) -> bool {
    let urns = member(body, "schemas").and_then(Value::as_array);
    urns.is_some_and(|urns| {
        urns.iter().all(|have| [urn::USER, urn::GROUP, urn::ENTERPRISE_USER].iter().any(|known| have == known))
    })
}

/// `None` for an attribute that Okta does not send by itself.
fn sound_in_user(name: &str, value: &Value, own: Option<&str>) -> Option<bool> {
    let sound = match name {
        "schemas" => value.is_array(),
        "userName" => value.as_str().is_some_and(plain_address),
        "name" => value.as_object().is_some_and(|parts| parts.values().all(plain)),
        "emails" => value
            .as_array()
            .is_some_and(|emails| emails.iter().all(|email| text(email, "value").is_some_and(plain_address))),
        "displayName" | "externalId" | "password" | "title" | "nickName" | "userType" => plain(value),
        "locale" => value.as_str().is_some_and(|locale| matches!(locale, "en-US" | "en_US")),
        "active" => value.is_boolean(),
        "groups" => value.as_array().is_some_and(|groups| own.is_some() || groups.is_empty()),
        "id" => own.is_some_and(|own| value == own),
        "meta" => own.is_some() && value.is_object(),
        urn::ENTERPRISE_USER => value.as_object().is_some_and(|parts| parts.values().all(plain)),
        _ => return None,
    };
    Some(sound)
}

fn sound_in_group(seen: &Seen<'_>, name: &str, value: &Value, own: Option<&str>) -> Option<bool> {
    let sound = match name {
        "schemas" => value.is_array(),
        "displayName" => plain(value),
        "members" => value.as_array().is_some_and(|members| {
            let ids = values(&serde_json::json!({ "members": value }));
            ids.len() == members.len() && all_known_users(seen, &ids)
        }),
        "id" => own.is_some_and(|own| value == own),
        _ => return None,
    };
    Some(sound)
}

fn all_known_users(seen: &Seen<'_>, ids: &[String]) -> bool {
    let known = known(seen);
    ids.len() <= LONG && ids.iter().all(|id| known.iter().any(|have| have.resource == Resource::User && have.id == *id))
}

/// Attributes that the target itself gave to this resource.
fn echoed_names(seen: &Seen<'_>, resource: Resource, own: &str) -> Vec<String> {
    let mut names = Vec::new();
    for exchange in seen.before.iter().filter(|exchange| exchange.kind.resource() == Some(resource)) {
        let Some(answer) = exchange.success() else {
            continue;
        };
        let found = answer.value().into_iter().chain(answer.resources()).filter(|one| id(one).as_deref() == Some(own));
        names.extend(found.filter_map(Value::as_object).flat_map(|object| object.keys().cloned()));
    }
    names
}

fn fit_patch(seen: &Seen<'_>, resource: Resource, body: &Value, own: &str) -> bool {
    let operations = operations(body);
    let mut members = believed_members(seen, own);
    has_urn(body, urn::PATCH_OP)
        && !operations.is_empty()
        && operations.iter().all(|operation| match (resource, operation) {
            // No recording shows how a password is changed, and a policy may refuse it.
            (Resource::User, Operation::Active) => true,
            (Resource::Group, Operation::Rename(id)) => {
                let name = body.pointer("/Operations/0/value").and_then(|value| text(value, "displayName"));
                id.as_ref().is_none_or(|id| id == own)
                    && name.is_some_and(|name| {
                        plain(&Value::from(name)) && !perhaps_taken(seen, resource, Some(own), name)
                    })
            }
            (Resource::Group, Operation::Add(ids) | Operation::Replace(ids)) => {
                members.extend(ids.iter().cloned());
                all_known_users(seen, ids)
            }
            (Resource::Group, Operation::Remove(id)) => members.contains(id),
            _ => false,
        })
}

fn plain(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        !text.is_empty()
            && text.len() <= LONG
            && text.trim() == text
            && text.chars().all(|letter| letter.is_alphanumeric() || " .,-_'@+()&".contains(letter))
    })
}

fn plain_address(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 2 * LONG
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-_@".contains(letter))
}
