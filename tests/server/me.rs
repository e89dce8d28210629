//! `/Me` (RFC 7644 section 3.11), and passwords.

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use scim_check::scim::urn;
use scim_check::server::ServerOptions;
use serde_json::{Value, json};

use crate::client::{Client, Reply, user};

const CLIENT: &str = "Bearer s3cret";

fn basic(name: &str, password: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{name}:{password}")))
}

async fn send(client: &Client, credentials: &str, method: &str, target: &str, body: &Value) -> Reply {
    let headers = [(AUTHORIZATION.as_str(), credentials), (CONTENT_TYPE.as_str(), "application/scim+json")];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    client.send(method, target, &headers, body).await
}

fn patch(operations: Value) -> Value {
    json!({"schemas": [urn::PATCH_OP], "Operations": operations})
}

/// A server that asks for a token, with Ada, who has the password `q7Zt2mKp` and a role. Her id comes with it.
async fn with_ada() -> (Client, String) {
    let client = Client::new(ServerOptions { token: Some("s3cret".into()), ..ServerOptions::default() });
    let mut ada = user("ada");
    ada["roles"] = json!([{"value": "viewer"}]);
    let id = send(&client, CLIENT, "POST", "/Users", &ada).await.id();
    (client, id)
}

#[tokio::test]
async fn a_person_reads_and_changes_their_own_resource() {
    let (client, id) = with_ada().await;
    let ada = basic("Ada", "q7Zt2mKp");
    let location = format!("http://localhost/scim/v2/Users/{id}");
    let read = send(&client, &ada, "GET", "/Me", &Value::Null).await;
    assert_eq!((read.status, read.id()), (200, id.clone()));
    assert_eq!((read.header("location"), &read.json["meta"]["location"]), (location.as_str(), &json!(location)));
    let some = send(&client, &ada, "GET", "/Me/?attributes=title", &Value::Null).await;
    assert!(some.status == 200 && some.json.get("userName").is_none());

    let operations = patch(json!([{"op": "replace", "path": "title", "value": "Countess"}]));
    let changed = send(&client, &ada, "PATCH", "/Me", &operations).await;
    assert_eq!((changed.status, &changed.json["title"]), (200, &json!("Countess")));
    assert_eq!(changed.header("location"), location);
    let mut body = changed.json;
    body["name"]["familyName"] = "King".into();
    let replaced = send(&client, &ada, "PUT", "/Me", &body).await;
    assert_eq!((replaced.status, &replaced.json["name"]["familyName"]), (200, &json!("King")));
    assert_eq!(send(&client, CLIENT, "GET", &format!("/Users/{id}"), &Value::Null).await.json, replaced.json);

    // Section 3.11: the header stands in any response.
    let refused = send(&client, &ada, "PUT", "/Me", &json!({})).await;
    assert_eq!((refused.status, refused.header("location")), (400, location.as_str()));
    let gone = send(&client, &ada, "DELETE", "/Me", &Value::Null).await;
    assert_eq!((gone.status, gone.header("location")), (204, location.as_str()));
    assert_eq!(send(&client, &ada, "GET", "/Me", &Value::Null).await.status, 401);
}

#[tokio::test]
async fn what_others_decide_stays_as_it_is() {
    let (client, id) = with_ada().await;
    let ada = basic("ada", "q7Zt2mKp");
    for operation in [
        json!({"op": "replace", "path": "active", "value": false}),
        json!({"op": "remove", "path": "active"}),
        json!({"op": "add", "path": "roles", "value": [{"value": "administrator"}]}),
        json!({"op": "remove", "path": "roles"}),
        json!({"op": "add", "value": {"entitlements": [{"value": "everything"}]}}),
    ] {
        let refused = send(&client, &ada, "PATCH", "/Me", &patch(json!([operation]))).await;
        assert_eq!((refused.status, &refused.json["status"]), (403, &json!("403")), "{operation}");
    }
    let own = |more: Value| {
        let mut body = json!({"schemas": [urn::USER], "userName": "ada"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for more in
        [json!({"active": false}), json!({"roles": [{"value": "x"}]}), json!({"entitlements": [{"value": "x"}]})]
    {
        assert_eq!(send(&client, &ada, "PUT", "/Me", &own(more.clone())).await.status, 403, "{more}");
    }
    let read = send(&client, &ada, "GET", "/Me", &Value::Null).await.json;
    assert_eq!((&read["active"], &read["roles"]), (&json!(true), &json!([{"value": "viewer"}])));
    // What is left out is no wish, and what is the same no change. Memberships are not part of the resource.
    let kept = send(&client, &ada, "PUT", "/Me", &own(json!({"active": true, "groups": [{"value": "x"}]}))).await;
    assert_eq!((kept.status, &kept.json["roles"]), (200, &read["roles"]));
    assert!(kept.json.get("groups").is_none() && kept.json.get("title").is_none());
    // For the client of the server nothing is different.
    let off = patch(json!([{"op": "replace", "path": "active", "value": false}]));
    assert_eq!(send(&client, CLIENT, "PATCH", &format!("/Users/{id}"), &off).await.status, 200);
    assert_eq!(send(&client, &ada, "GET", "/Me", &Value::Null).await.status, 401, "who is not active can't sign in");
}

#[tokio::test]
async fn a_person_gets_no_further_than_themselves() {
    let (client, id) = with_ada().await;
    let ada = basic("ada", "q7Zt2mKp");
    let own = format!("/Users/{id}");
    for (method, target) in [
        ("GET", own.as_str()),
        ("GET", "/Users"),
        ("POST", "/Users"),
        ("GET", "/Groups"),
        ("GET", "/"),
        ("POST", "/.search"),
        ("POST", "/Users/.search"),
        ("POST", "/Bulk"),
        ("GET", "/Me/x"),
        ("GET", "/nowhere"),
    ] {
        let body = if method == "GET" { Value::Null } else { json!({}) };
        assert_eq!(send(&client, &ada, method, target, &body).await.status, 403, "{method} {target}");
    }
    for target in ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"] {
        assert_eq!(send(&client, &ada, "GET", target, &Value::Null).await.status, 200, "{target}");
    }
    assert_eq!(send(&client, &ada, "POST", "/Me", &user("eve")).await.status, 501);
    let other = send(&client, &ada, "BREW", "/Me", &Value::Null).await;
    assert_eq!((other.status, other.header("allow")), (405, "GET, PUT, PATCH, DELETE"));
}

/// Section 3.11: 501 from a server that does not offer it, here for want of a person.
#[tokio::test]
async fn a_client_is_nobody() {
    let (client, _) = with_ada().await;
    for method in ["GET", "PUT", "PATCH", "DELETE", "POST"] {
        assert_eq!(send(&client, CLIENT, method, "/Me", &Value::Null).await.status, 501);
    }
    assert_eq!(Client::with_fault(None).get("/Me").await.status, 501, "without authentication");
    assert_eq!(client.get("/Me").await.status, 401);
}

/// RFC 7643 section 5, changePassword: a new password takes the place of the old one, by PATCH and by PUT.
#[tokio::test]
async fn a_password_can_be_changed() {
    let (client, id) = with_ada().await;
    let signs_in = |password: &'static str| {
        let client = &client;
        async move { send(client, &basic("ada", password), "GET", "/Me", &Value::Null).await.status == 200 }
    };
    let target = format!("/Users/{id}");
    let change = |password: &str| patch(json!([{"op": "replace", "path": "password", "value": password}]));
    let before = send(&client, CLIENT, "GET", &target, &Value::Null).await;
    let changed = send(&client, CLIENT, "PATCH", &target, &change("second")).await;
    assert_eq!(changed.status, 200);
    assert!(!changed.text.contains("second") && changed.header("etag") != before.header("etag"));
    assert!(!signs_in("q7Zt2mKp").await && signs_in("second").await);
    // Their own password people change themselves.
    assert_eq!(send(&client, &basic("ada", "second"), "PATCH", "/Me", &change("third")).await.status, 200);
    assert!(!signs_in("second").await && signs_in("third").await);
    let mut body = json!({"schemas": [urn::USER], "userName": "ada", "password": "fourth"});
    assert_eq!(send(&client, CLIENT, "PUT", &target, &body).await.status, 200);
    assert!(!signs_in("third").await && signs_in("fourth").await);
    body.as_object_mut().unwrap().remove("password");
    assert_eq!(send(&client, CLIENT, "PUT", &target, &body).await.status, 200);
    assert!(signs_in("fourth").await, "a password that is left out stays: nobody could read it to send it back");
    let empty = send(&client, CLIENT, "PATCH", &target, &change("")).await;
    assert_eq!((empty.status, &empty.json["scimType"]), (400, &json!("invalidValue")));
}
