//! Answers and people for the tests of this folder.

use reqwest::Method;
use serde_json::{Value, json};

use super::Own;
use crate::{
    http::{Request, Resource, Response},
    scim::urn,
};

pub(super) fn get(path: &str) -> Request {
    Request::new(Method::GET, path)
}

pub(super) fn answer(body: Value) -> Response {
    Response::new(200, Vec::new(), body.to_string().into(), false)
}

pub(super) fn user(id: &str, name: &str) -> Value {
    json!({"schemas": [urn::USER], "id": id, "userName": name})
}

/// Somebody who is shown with what is given.
pub(super) fn own(key: &str, given: Value) -> Own {
    let mut shown = given.clone();
    shown["id"] = json!(key);
    shown["schemas"] = json!([urn::USER]);
    let name = given["userName"].as_str().unwrap_or_default().to_owned();
    Own {
        key: key.to_owned(),
        resource: Resource::User,
        id: Some(key.to_owned()),
        name,
        sent: given,
        shown: Some(shown),
    }
}
