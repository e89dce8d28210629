//! The requests of Okta's client, with its headers (okta-client 2.1) and query order (2.3).

use reqwest::Method;
use serde_json::{Value, json};

use crate::http::{Request, Resource, segment};
use crate::scim::urn;

const USER_AGENT: &str = "Okta SCIM Client 1.0.0";
const CONTENT_TYPE: &str = "application/scim+json; charset=utf-8";
/// Size of the pages of an import, and of every lookup (okta-client 5.1, 12).
pub const PAGE: i64 = 100;

/// A request with the headers of all; `content_type` is there where Okta sends one. Its place is that of the samples
/// behind okta-client 2.1: before User-Agent. What the client adds follows User-Agent.
fn request(method: Method, path: String, content_type: Option<&str>) -> Request {
    let request =
        Request::new(method, path).header("Accept", "application/scim+json").header("Accept-Charset", "utf-8");
    let request = match content_type {
        Some(value) => request.header("Content-Type", value),
        None => request,
    };
    request
        .header("User-Agent", USER_AGENT)
        .header("Connection", "Keep-Alive")
        .header("Accept-Encoding", "gzip,deflate")
}

/// GET of anything below the base URL.
pub fn get(path: &str) -> Request {
    request(Method::GET, path.to_owned(), None)
}

/// GET of a resource by id.
pub fn read(resource: Resource, id: &str) -> Request {
    get(&format!("/{}/{}", resource.endpoint(), segment(id)))
}

/// A request with a body.
fn write(method: Method, path: String, body: Value) -> Request {
    request(method, path, Some(CONTENT_TYPE)).json(body)
}

/// POST of a new resource.
pub fn create(resource: Resource, body: Value) -> Request {
    write(Method::POST, format!("/{}", resource.endpoint()), body)
}

/// PUT of a whole resource.
pub fn replace(resource: Resource, id: &str, body: Value) -> Request {
    write(Method::PUT, format!("/{}/{}", resource.endpoint(), segment(id)), body)
}

/// PATCH with the operations given.
pub fn patch(resource: Resource, id: &str, operations: Vec<Value>) -> Request {
    let body = json!({"schemas": [urn::PATCH_OP], "Operations": operations});
    write(Method::PATCH, format!("/{}/{}", resource.endpoint(), segment(id)), body)
}

/// DELETE. Okta sends the Content-Type here too, though there is no body (okta-client 2.1).
pub fn delete(resource: Resource, id: &str) -> Request {
    request(Method::DELETE, format!("/{}/{}", resource.endpoint(), segment(id)), Some(CONTENT_TYPE))
}

/// The lookup by `attribute eq "value"`: filter, startIndex, count.
pub fn lookup(resource: Resource, value: &str) -> Request {
    let filter = format!("{} eq {}", resource.name_attribute(), Value::from(value));
    get(&format!("/{}", resource.endpoint()))
        .query("filter", filter)
        .query("startIndex", "1")
        .query("count", PAGE.to_string())
}

/// One page of a list.
pub fn page(resource: Resource, start: i64, count: i64) -> Request {
    get(&format!("/{}", resource.endpoint())).query("startIndex", start.to_string()).query("count", count.to_string())
}

/// The one request behind "Test API Credentials" (okta-client section 4).
pub fn credentials_test() -> Request {
    page(Resource::User, 1, 2)
}
