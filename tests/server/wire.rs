//! Methods, paths and media types (RFC 7644 sections 3.1, 3.2 and 3.8).

use axum::body::Body;
use scim_check::scim::urn;
use serde_json::json;

use crate::client::{Client, user};

#[tokio::test]
async fn methods_that_an_endpoint_lacks_are_named_with_those_it_has() {
    let client = Client::with_fault(None);
    let one = format!("/Users/{}", client.user("ada").await);
    for (target, allow, refused) in [
        ("/Users", "GET, POST", &["PUT", "PATCH", "DELETE", "OPTIONS", "BREW"][..]),
        ("/Groups/", "GET, POST", &["PUT", "DELETE"]),
        (&one, "GET, PUT, PATCH, DELETE", &["POST", "OPTIONS", "BREW"]),
        ("/Users/nobody", "GET, PUT, PATCH, DELETE", &["POST"]),
        ("/ServiceProviderConfig", "GET", &["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
        ("/Schemas", "GET", &["POST", "DELETE"]),
        ("/ResourceTypes/User", "GET", &["PUT", "DELETE"]),
        ("/Me", "GET, PUT, PATCH, DELETE", &["OPTIONS", "BREW"]),
    ] {
        for method in refused {
            let reply = client.send(method, target, &[("content-type", "application/json")], "{}").await;
            assert_eq!((reply.status, reply.header("allow")), (405, allow), "{method} {target}");
            assert_eq!(reply.header("content-type"), "application/scim+json");
            assert_eq!(reply.json["schemas"], json!([urn::ERROR]), "{method} {target}");
        }
    }
    for (target, allow) in [("/Bulk", "POST"), ("/.search", "POST"), ("/Users/.search", "POST"), ("/", "GET")] {
        let reply = client.send("PUT", target, &[("content-type", "application/json")], "{}").await;
        assert_eq!((reply.status, reply.header("allow")), (405, allow), "{target}");
    }
    // A HEAD asks for the headers of a GET (RFC 9110 section 9.3.2); the connection leaves the body out.
    let (head, get) = (client.send("HEAD", &one, &[], "").await, client.get(&one).await);
    assert_eq!((head.status, head.header("etag")), (200, get.header("etag")));
}

#[tokio::test]
async fn paths_are_decoded_and_may_end_in_a_slash() {
    let client = Client::with_fault(None);
    let made = client.post("/Users/", &user("ada")).await;
    assert_eq!(made.status, 201);
    let id = made.id();
    let encoded: String = id.bytes().map(|b| format!("%{b:02X}")).collect();
    for target in [format!("/Users/{id}/"), format!("/Users/{encoded}"), format!("/%55sers/{id}")] {
        let reply = client.get(&target).await;
        assert_eq!((reply.status, &reply.json), (200, &made.json), "{target}");
    }
    for target in [
        "/Users/a%2Fb".to_owned(),
        "/Users/%".to_owned(),
        "/Users/%00".to_owned(),
        format!("/Users/{id}/x"),
        format!("/users/{id}"),
        format!("/Groups/{id}"),
        format!("/Users/{}", id.to_uppercase().replace(char::is_numeric, "0")),
        "/Users/..".to_owned(),
        "/Users/2819c223".to_owned(),
    ] {
        let reply = client.get(&target).await;
        assert_eq!((reply.status, &reply.json["schemas"]), (404, &json!([urn::ERROR])), "{target}");
    }
}

#[tokio::test]
async fn media_types_may_carry_parameters() {
    let client = Client::with_fault(None);
    let mut number = 0;
    for (sent, status) in [
        ("application/scim+json", 201),
        ("application/scim+json; charset=utf-8", 201),
        ("application/scim+json;charset=UTF-8", 201),
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ("Application/SCIM+JSON", 201),
        ("text/plain", 415),
        ("application/xml", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/jsonp", 415),
        ("", 415),
    ] {
        number += 1;
        let headers = [("content-type", sent)];
        let reply = client.send("POST", "/Users", &headers, user(&format!("u{number}")).to_string()).await;
        assert_eq!((reply.status, reply.header("content-type")), (status, "application/scim+json"), "{sent}");
    }
    let id = client.user("ada").await;
    for method in ["PUT", "PATCH"] {
        let reply = client.send(method, &format!("/Users/{id}"), &[("content-type", "text/plain")], "{}").await;
        assert_eq!(reply.status, 415, "{method}");
    }
    for (wanted, status) in [
        ("application/scim+json", 200),
        ("application/json", 200),
        ("application/scim+json;q=0.9, text/html", 200),
        ("*/*", 200),
        ("application/*", 200),
        ("", 200),
        ("text/html", 406),
        ("application/xml, image/png", 406),
    ] {
        let reply = client.send("GET", &format!("/Users/{id}"), &[("accept", wanted)], Body::empty()).await;
        assert_eq!((reply.status, reply.header("content-type")), (status, "application/scim+json"), "{wanted}");
    }
}
