//! What the clean server refuses, and how.

use axum::body::Body;
use scim_check::scim::urn;
use scim_check::server::ServerOptions;
use serde_json::json;

use crate::client::{Client, user};

fn clean() -> Client {
    Client::with_fault(None)
}

#[tokio::test]
async fn bad_requests_are_told_apart() {
    let client = clean();
    let json_type = [("content-type", "application/json")];
    let send = |method, target, headers, body: &str| {
        let (client, body) = (&client, body.to_owned());
        async move {
            let reply = client.send(method, target, headers, body).await;
            let kind = reply.json["scimType"].as_str().unwrap_or_default();
            assert_eq!(reply.json["status"], reply.status.to_string());
            assert_eq!(reply.json["schemas"], json!([urn::ERROR]));
            (reply.status, kind.to_owned())
        }
    };
    let is = |status: u16, kind: &str| (status, kind.to_owned());
    let post = |body: &str| send("POST", "/Users", &json_type, body);
    assert_eq!(post("{oops").await, is(400, "invalidSyntax"));
    assert_eq!(post("").await, is(400, "invalidSyntax"));
    assert_eq!(post("[]").await, is(400, "invalidSyntax"));
    assert_eq!(post(&"[".repeat(100_000)).await, is(400, "invalidSyntax"));
    assert_eq!(post("{}").await, is(400, "invalidValue"));
    for part in [
        r#""name": {}"#,
        r#""userName": """#,
        r#""userName": 7"#,
        r#""userName": "x", "active": "perhaps""#,
        r#""userName": "x", "emails": {"value": "y"}"#,
        r#""userName": "x", "password": """#,
    ] {
        let body = format!(r#"{{"schemas": ["{}"], {part}}}"#, urn::USER);
        assert_eq!(post(&body).await, is(400, "invalidValue"), "{part}");
    }
    let plain = [("content-type", "text/plain")];
    assert_eq!(send("POST", "/Users", &plain, "{}").await, is(415, ""));
    assert_eq!(send("POST", "/Users", &[], "{}").await, is(415, ""));
    let html = [("accept", "text/html")];
    assert_eq!(send("GET", "/Users", &html, "").await, is(406, ""));
    assert_eq!(send("GET", "/Nothing", &[], "").await, is(404, ""));
    assert_eq!(send("GET", "/Users/a/b", &[], "").await, is(404, ""));
    assert_eq!(send("GET", "/Users/%FF%2F", &[], "").await, is(404, ""));
    assert_eq!(send("DELETE", "/Users", &[], "").await, is(405, ""));
    assert_eq!(send("POST", "/Schemas", &json_type, "{}").await, is(405, ""));
    assert_eq!(send("GET", "/Me", &[], "").await, is(501, ""));
    let large = "x".repeat(4 * 1024 * 1024 + 1);
    assert_eq!(post(&large).await, is(413, ""));
}

#[tokio::test]
async fn the_token_is_asked_for() {
    let client = Client::new(ServerOptions { token: Some("s3cret".into()), ..ServerOptions::default() });
    let get = |value: &'static str| {
        let client = &client;
        async move {
            let headers = [("authorization", value)];
            client.send("GET", "/Users", &headers, Body::empty()).await
        }
    };
    for good in ["Bearer s3cret", "bearer s3cret", "BEARER  s3cret"] {
        assert_eq!(get(good).await.status, 200);
    }
    for bad in ["Bearer wrong", "Bearer ", "s3cret", "Basic s3cret", "Bearer s3cret x"] {
        let refused = get(bad).await;
        assert_eq!(refused.status, 401);
        assert!(refused.header("www-authenticate").starts_with("Bearer"));
        assert_eq!(refused.json["status"], "401");
    }
    assert_eq!(client.get("/Users").await.status, 401);
    assert_eq!(client.get("/ServiceProviderConfig").await.status, 200);
    assert_eq!(client.get("/Schemas").await.status, 401);
}

/// Whatever is sent, the server answers, never with a failure of its own.
#[tokio::test]
async fn nothing_breaks_the_server() {
    let client = clean();
    let mut rng = fastrand::Rng::with_seed(7);
    let pieces = [
        "/Users",
        "/Groups",
        "/Schemas",
        "/a",
        "/%00",
        "/%ff",
        "?",
        "&",
        "filter=",
        "userName%20eq",
        "%22a%22",
        "count=",
        "startIndex=",
        "-1",
        "99999999999999999999",
        "sortBy=",
        "emails",
        "attributes=",
        "id",
        "[",
        "%5B",
        "(",
        ".",
    ];
    let values = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"schemas\"",
        "null",
        "\"members\"",
        "\"value\"",
        "1",
        "\"Operations\"",
        "\"op\"",
        "\"add\"",
        "\"path\"",
        "\"urn:ietf:params:scim:schemas:core:2.0:User\"",
        "\"userName\"",
    ];
    for _ in 0..3000 {
        let pick = |rng: &mut fastrand::Rng, from: &[&str], most| -> String {
            (0..rng.usize(0..most)).map(|_| from[rng.usize(..from.len())]).collect()
        };
        let method = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "BREW"][rng.usize(..7)];
        let target = pick(&mut rng, &pieces, 8);
        if format!("/scim/v2{target}").parse::<axum::http::Uri>().is_err() {
            continue;
        }
        let body = pick(&mut rng, &values, 20);
        let headers = [("content-type", "application/json")];
        let reply = client.send(method, &target, &headers, body.clone()).await;
        assert_ne!(reply.status, 500, "{method} {target} {body}");
    }
}

#[tokio::test]
async fn nobody_becomes_active_because_active_is_left_out() {
    let client = Client::with_fault(None);
    let made = client.post("/Users", &user("ada")).await;
    let target = format!("/Users/{}", made.id());
    let mut left_out = user("ada");
    left_out.as_object_mut().unwrap().shift_remove("active");
    for (change, active) in [
        (json!({"op": "replace", "path": "active", "value": false}), json!(false)),
        (json!({"op": "remove", "path": "active"}), json!(null)),
        (json!({"op": "replace", "path": "active", "value": true}), json!(true)),
    ] {
        client.patch(&target, json!([change])).await;
        assert_eq!(client.get(&target).await.json["active"], active, "{change}");
        client.put(&target, &left_out).await;
        assert_eq!(client.get(&target).await.json["active"], active, "{change}, and a PUT without it");
    }
}

#[tokio::test]
async fn a_filter_has_a_length_at_most() {
    let client = Client::with_fault(None);
    let filter = format!("{}id pr", "id pr or ".repeat(1000));
    let search = json!({"schemas": [urn::SEARCH_REQUEST], "filter": filter});
    let reply = client.post("/Users/.search", &search).await;
    assert_eq!((reply.status, &reply.json["scimType"]), (400, &json!("invalidFilter")), "{}", reply.text);
}

/// Without credentials a body is not even waited for.
#[tokio::test]
async fn strangers_are_refused_by_the_head_of_their_request() {
    let client = Client::new(ServerOptions { token: Some("s3cret".into()), ..ServerOptions::default() });
    let never = Body::from_stream(futures_util::stream::pending::<Result<&'static [u8], std::io::Error>>());
    let reply = client.send("POST", "/Users", &[("content-type", "application/scim+json")], never).await;
    assert_eq!(reply.status, 401, "{}", reply.text);
    let broken = futures_util::stream::iter([Ok(b"{".as_slice()), Err(std::io::Error::other("gone"))]);
    let headers = [("content-type", "application/scim+json"), ("authorization", "Bearer s3cret")];
    let reply = client.send("POST", "/Users", &headers, Body::from_stream(broken)).await;
    assert_eq!((reply.status, &reply.json["scimType"]), (400, &json!("invalidSyntax")), "{}", reply.text);
    let large = client.send("POST", "/Users", &headers, vec![b' '; 5 * 1024 * 1024]).await;
    assert_eq!(large.status, 413, "{}", large.text);
}
