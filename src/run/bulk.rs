//! What a bulk request asks for, and what its answer says was created or deleted: a bulk request must not get round the guard
//! or the ledger.

use percent_encoding::percent_decode_str;
use reqwest::Method;
use serde_json::{Map, Value};

use crate::{
    http::{Request, Resource, Response},
    idp::okta,
    judge::member,
};

/// One operation of a bulk request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operation<'a> {
    /// The method as written.
    pub method: &'a str,
    /// The path as written.
    pub path: &'a str,
    /// The client's name for what it creates.
    pub bulk_id: Option<&'a str>,
    /// The body.
    pub data: Option<&'a Value>,
}

impl<'a> Operation<'a> {
    /// The resource type, and the id where there is one; `None` for any other path.
    pub fn target(&self) -> Option<(Resource, Option<String>)> {
        let mut parts = self.path.strip_prefix('/')?.split('/');
        let resource = match parts.next()? {
            "Users" => Resource::User,
            "Groups" => Resource::Group,
            _ => return None,
        };
        let id = parts.next().map(|id| percent_decode_str(id).decode_utf8_lossy().into_owned());
        (parts.next().is_none() && id.as_deref() != Some("")).then_some((resource, id))
    }

    /// The resource type that a POST creates.
    pub fn creates(&self) -> Option<Resource> {
        match self.target() {
            Some((resource, None)) if self.method.eq_ignore_ascii_case("POST") => Some(resource),
            _ => None,
        }
    }

    /// The name that is asked for.
    fn name(&self, resource: Resource) -> Option<&'a str> {
        member(self.data?, resource.name_attribute())?.as_str()
    }
}

/// True for a request to the bulk endpoint.
pub(super) fn is_bulk(request: &Request) -> bool {
    request.method == Method::POST && request.path == "/Bulk"
}

/// The operations of a bulk request; `None` where it can be read in two ways, as a body that is no JSON of ours can.
pub(super) fn operations(request: &Request) -> Option<Vec<Operation<'_>>> {
    let body = request.body_json()?.as_object()?;
    only(body, "Operations")?.as_array()?.iter().map(operation).collect()
}

fn operation(value: &Value) -> Option<Operation<'_>> {
    let members = value.as_object()?;
    let text = |name: &str| match only(members, name) {
        None if !has(members, name) => Some(""),
        found => found?.as_str(),
    };
    Some(Operation {
        method: text("method")?,
        path: text("path")?,
        bulk_id: Some(text("bulkId")?).filter(|id| !id.is_empty()),
        data: if has(members, "data") { Some(only(members, "data")?) } else { None },
    })
}

fn has(members: &Map<String, Value>, name: &str) -> bool {
    members.keys().any(|key| key.eq_ignore_ascii_case(name))
}

/// The member of that name in any letter case, if there is exactly one.
fn only<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let mut found = members.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    let (_, value) = found.next()?;
    found.next().is_none().then_some(value)
}

/// What became of an operation that creates or deletes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Done {
    pub resource: Resource,
    /// The name asked for, of what was created.
    pub name: String,
    /// Its id, if it is known.
    pub id: Option<String>,
    /// What the answer says of it; `None` where it says nothing.
    pub status: Option<u16>,
}

/// What became of the creations in a bulk request. `None` as answer is one that did not come.
pub(super) fn created(request: &Request, response: Option<&Response>) -> Vec<Done> {
    let operations = operations(request).unwrap_or_default();
    let creates = operations.iter().enumerate().filter_map(|(at, one)| Some((at, one, one.creates()?)));
    creates
        .map(|(at, one, resource)| {
            let result = response.and_then(|response| result(response, at, operations.len(), one.bulk_id));
            Done {
                resource,
                name: one.name(resource).unwrap_or("(without a name)").to_owned(),
                id: result.and_then(id_of),
                status: result.and_then(status_of),
            }
        })
        .collect()
}

/// The people and groups that a bulk request has deleted, by what its answer says.
pub(super) fn deleted(request: &Request, response: &Response) -> Vec<(Resource, String)> {
    let operations = operations(request).unwrap_or_default();
    let gone = operations.iter().enumerate().filter(|(_, one)| one.method.eq_ignore_ascii_case("DELETE"));
    gone.filter_map(|(at, one)| {
        let result = result(response, at, operations.len(), one.bulk_id)?;
        let (resource, id) = one.target()?;
        status_of(result).filter(|status| status / 100 == 2).and(Some((resource, id?)))
    })
    .collect()
}

/// The result of one operation: by its `bulkId`, else by its place.
fn result<'a>(response: &'a Response, at: usize, of: usize, bulk_id: Option<&str>) -> Option<&'a Value> {
    let results = member(response.value()?, "Operations")?.as_array()?;
    let same = |result: &&Value| bulk_id.is_some() && member(result, "bulkId").and_then(Value::as_str) == bulk_id;
    results.iter().find(same).or_else(|| results.get(at).filter(|_| results.len() == of))
}

/// RFC 7644 3.7.3 shows a string, and tells of an object with a `code`.
fn status_of(result: &Value) -> Option<u16> {
    let status = member(result, "status")?;
    let status = member(status, "code").unwrap_or(status);
    status.as_str().map_or_else(|| status.as_u64()?.try_into().ok(), |text| text.parse().ok())
}

fn id_of(result: &Value) -> Option<String> {
    let body = member(result, "response").and_then(|body| okta::id_of(member(body, "id")));
    body.or_else(|| {
        let location = member(result, "location")?.as_str()?;
        let last = location.trim_end_matches('/').rsplit('/').next()?;
        Some(percent_decode_str(last).decode_utf8_lossy().into_owned()).filter(|id| !id.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bulk(operations: Value) -> Request {
        Request::new(Method::POST, "/Bulk").json(json!({ "Operations": operations }))
    }

    #[test]
    fn results_are_found_by_bulk_id_and_in_either_form() {
        let request = bulk(json!([
            {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"userName": "ada"}},
            {"method": "POST", "path": "/Groups", "bulkId": "b", "data": {"displayName": "crew"}},
            {"method": "DELETE", "path": "/Users/9"}
        ]));
        let body = json!({"Operations": [
            {"bulkId": "b", "location": "https://x/Groups/g%207", "status": {"code": "201"}},
            {"bulkId": "a", "location": "https://x/Users/1", "status": "409"},
            {"method": "DELETE", "status": 204}
        ]});
        let answer = Response::new(200, Vec::new(), body.to_string().into(), false);
        let found: Vec<_> =
            created(&request, Some(&answer)).into_iter().map(|done| (done.name, done.id, done.status)).collect();
        assert_eq!(
            found,
            [("ada".into(), Some("1".into()), Some(409)), ("crew".into(), Some("g 7".into()), Some(201))]
        );
        assert_eq!(deleted(&request, &answer), [(Resource::User, "9".to_owned())]);
        assert_eq!(created(&request, None)[0].status, None);
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_understood() {
        assert!(operations(&bulk(json!([{"path": "/Users/1", "Path": "/Users/2", "method": "DELETE"}]))).is_none());
        assert!(operations(&bulk(json!([{"path": 7, "method": "DELETE"}]))).is_none());
        assert!(operations(&bulk(json!([{"method": "DELETE"}]))).is_some());
    }
}
