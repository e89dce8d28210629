//! A small client over the router.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use scim_check::scim::urn;
use scim_check::server::{ServerOptions, fault, router};
use serde_json::{Value, json};
use tower::ServiceExt;

pub struct Client {
    router: Router,
}

#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn id(&self) -> String {
        self.json["id"].as_str().unwrap_or_default().to_owned()
    }

    pub fn total(&self) -> i64 {
        self.json["totalResults"].as_i64().unwrap_or(-1)
    }

    pub fn names(&self) -> Vec<String> {
        let all = self.json["Resources"].as_array().cloned().unwrap_or_default();
        let name = |r: &Value| {
            let name = r.get("userName").or(r.get("displayName"));
            name.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        all.iter().map(name).collect()
    }
}

impl Client {
    pub fn new(options: ServerOptions) -> Client {
        Client { router: router(options) }
    }

    /// A server with ten other people and one group, and with one fault or none.
    pub fn with_fault(name: Option<&str>) -> Client {
        Client::with_token(name, None)
    }

    /// As [`Client::with_fault`]; the server asks for a token, which this client does not send by itself.
    pub fn with_token(name: Option<&str>, token: Option<&str>) -> Client {
        Client::new(ServerOptions {
            faults: name.map(|n| fault::by_name(n).unwrap_or_else(|| panic!("no fault {n}"))).into_iter().collect(),
            seed: 10,
            token: token.map(str::to_owned),
            ..ServerOptions::default()
        })
    }

    /// Sends headers as they are, and no body.
    pub async fn send_bytes(&self, method: &str, target: &str, headers: &[(&str, &[u8])]) -> Reply {
        let mut request = Request::builder().method(method).uri(format!("/scim/v2{target}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.answer(request.body(Body::empty()).unwrap()).await
    }

    pub async fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        let mut request = Request::builder().method(method).uri(format!("/scim/v2{target}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.answer(request.body(body.into()).unwrap()).await
    }

    async fn answer(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Reply {
            status: parts.status.as_u16(),
            headers: parts.headers,
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub async fn get(&self, target: &str) -> Reply {
        let accept = [(header::ACCEPT.as_str(), "application/scim+json")];
        self.send("GET", target, &accept, Body::empty()).await
    }

    pub async fn write(&self, method: &str, target: &str, body: &Value) -> Reply {
        let headers = [
            (header::ACCEPT.as_str(), "application/scim+json"),
            (header::CONTENT_TYPE.as_str(), "application/scim+json; charset=utf-8"),
        ];
        self.send(method, target, &headers, body.to_string()).await
    }

    pub async fn post(&self, target: &str, body: &Value) -> Reply {
        self.write("POST", target, body).await
    }

    pub async fn put(&self, target: &str, body: &Value) -> Reply {
        self.write("PUT", target, body).await
    }

    pub async fn patch(&self, target: &str, operations: Value) -> Reply {
        let body = json!({"schemas": [urn::PATCH_OP], "Operations": operations});
        self.write("PATCH", target, &body).await
    }

    pub async fn delete(&self, target: &str) -> Reply {
        self.send("DELETE", target, &[], Body::empty()).await
    }

    /// Finds by the name, as Okta does.
    pub async fn find(&self, endpoint: &str, attribute: &str, name: &str) -> Reply {
        let filter = format!("{attribute} eq {}", Value::from(name));
        let encoded: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let target = format!("/{endpoint}?filter={encoded}&startIndex=1&count=100");
        self.get(&target).await
    }

    pub async fn lookup(&self, name: &str) -> Reply {
        self.find("Users", "userName", name).await
    }

    /// Makes a user and gives its id.
    pub async fn user(&self, name: &str) -> String {
        self.post("/Users", &user(name)).await.id()
    }

    /// Makes a group and gives its id.
    pub async fn group(&self, name: &str, members: &[&str]) -> String {
        self.post("/Groups", &group(name, members)).await.id()
    }

    /// The ids of a group's members.
    pub async fn members(&self, id: &str) -> Vec<String> {
        let group = self.get(&format!("/Groups/{id}")).await.json;
        let members = group["members"].as_array().cloned().unwrap_or_default();
        let id = |m: &Value| m["value"].as_str().unwrap_or_default().to_owned();
        members.iter().map(id).collect()
    }
}

/// The body of Okta's POST of a user.
pub fn user(name: &str) -> Value {
    json!({
        "schemas": [urn::USER],
        "userName": name,
        "name": {"givenName": "Ada", "familyName": "Løvelace"},
        "emails": [{"primary": true, "value": name, "type": "work"}],
        "displayName": "Ada Løvelace",
        "locale": "en-US",
        "externalId": "00u4k2v9tQ7bXrLmP5d7",
        "groups": [],
        "password": "q7Zt2mKp",
        "active": true
    })
}

/// The body of Okta's POST of a group.
pub fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({"value": id, "display": "somebody"})).collect();
    json!({"schemas": [urn::GROUP], "displayName": name, "members": members})
}
