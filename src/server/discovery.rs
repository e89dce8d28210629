//! What the server can do: `/ServiceProviderConfig`, `/ResourceTypes`, `/Schemas` (RFC 7644 section 4).

use serde_json::{Value, json};

use super::auth::Access;
use super::bulk::{MAX_OPERATIONS, MAX_PAYLOAD_SIZE};
use super::call::{Answer, Call, Kind};
use super::list::MAX_COUNT;
use crate::scim::schema::{ResourceSchema, Schema};
use crate::scim::{ScimError, list_response, urn};

/// Answers a GET of one of the endpoints, or of one entry.
pub(super) fn read(call: &Call, path: &[&str], access: &Access) -> Result<Answer, ScimError> {
    if call.parameter("filter").is_some() {
        return Err(ScimError::forbidden("this endpoint takes no filter"));
    }
    let entries: Vec<Value> = match path.first() {
        Some(&"ServiceProviderConfig") => {
            let body = located(config(access), call, "/ServiceProviderConfig", None);
            return match path {
                [_] => Ok(Answer::json(200, body)),
                _ => Err(ScimError::not_found("there is no such endpoint")),
            };
        }
        Some(&"ResourceTypes") => Kind::ALL.map(|kind| kind.schema().to_json()).into(),
        _ => Kind::ALL.iter().flat_map(|kind| schemas(kind.schema())).map(Schema::to_json).collect(),
    };
    let endpoint = format!("/{}", path.first().unwrap_or(&""));
    let mut entries = entries.into_iter().map(|entry| {
        let id = entry["id"].as_str().map(str::to_owned);
        located(entry, call, &endpoint, id.as_deref())
    });
    match path {
        [_] => {
            let all: Vec<Value> = entries.collect();
            Ok(Answer::json(200, list_response(all.len(), 1, all)))
        }
        [_, id] => entries
            .find(|e| e["id"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(id)))
            .map(|entry| Answer::json(200, entry))
            .ok_or_else(|| ScimError::not_found(format!("there is no {id} here"))),
        _ => Err(ScimError::not_found("there is no such endpoint")),
    }
}

fn located(mut entry: Value, call: &Call, endpoint: &str, id: Option<&str>) -> Value {
    let location = match id {
        Some(id) => format!("{}{endpoint}/{id}", call.base),
        None => format!("{}{endpoint}", call.base),
    };
    entry["meta"]["location"] = location.into();
    entry
}

/// The schemas of a resource type.
fn schemas(of: &'static ResourceSchema) -> impl Iterator<Item = &'static Schema> {
    std::iter::once(of.core).chain(of.extensions.iter().copied())
}

fn config(access: &Access) -> Value {
    let mut schemes = Vec::new();
    if access.token.is_some() {
        schemes.push(json!({
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A fixed token in the Authorization header",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }));
    }
    if access.basic.is_some() {
        schemes.push(json!({
            "type": "httpbasic",
            "name": "HTTP Basic",
            "description": "A user name and a password in the Authorization header",
            "specUri": "https://www.rfc-editor.org/info/rfc7617",
            "primary": access.token.is_none(),
        }));
    }
    json!({
        "schemas": [urn::SERVICE_PROVIDER_CONFIG],
        "patch": {"supported": true},
        "bulk": {"supported": true, "maxOperations": MAX_OPERATIONS, "maxPayloadSize": MAX_PAYLOAD_SIZE},
        "filter": {"supported": true, "maxResults": MAX_COUNT},
        "changePassword": {"supported": true},
        "sort": {"supported": true},
        "etag": {"supported": true},
        "authenticationSchemes": schemes,
        "meta": {"resourceType": "ServiceProviderConfig"},
    })
}
