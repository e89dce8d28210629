//! Versions and conditional requests (RFC 7644 section 3.14, RFC 9110 section 13.1).

use axum::body::Body;
use scim_check::scim::urn;
use serde_json::json;

use crate::client::{Client, user};

#[tokio::test]
async fn the_tag_is_the_version_in_every_answer() {
    let client = Client::with_fault(None);
    let mut body = user("ada");
    // A password that is set anew is a change, though nobody sees it.
    body.as_object_mut().unwrap().shift_remove("password");
    let made = client.post("/Users", &body).await;
    let target = format!("/Users/{}", made.id());
    let change = json!([{"op": "replace", "path": "title", "value": "x"}]);
    let replies =
        [client.get(&target).await, made, client.put(&target, &body).await, client.patch(&target, change).await];
    for reply in &replies {
        let tag = reply.header("etag");
        assert!(tag.starts_with("W/\"") && tag.ends_with('"'), "{tag}");
        assert_eq!(tag, reply.json["meta"]["version"]);
    }
    assert_eq!(replies[0].header("etag"), replies[2].header("etag"), "the same content has the same tag");
    assert_ne!(replies[0].header("etag"), replies[3].header("etag"));
    let listed = client.lookup("ada").await;
    assert_eq!(listed.json["Resources"][0]["meta"]["version"], replies[3].json["meta"]["version"]);
}

#[tokio::test]
async fn changes_with_an_old_version_are_refused_and_do_nothing() {
    let client = Client::with_fault(None);
    let made = client.post("/Users", &user("ada")).await;
    let target = format!("/Users/{}", made.id());
    let bare = made.header("etag").trim_start_matches("W/").to_owned();
    let put = json!({"schemas": [urn::USER], "userName": "ada2"}).to_string();
    let patch = json!({"schemas": [urn::PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "x"}]});
    let patch = patch.to_string();
    for (method, body) in [("PUT", &put), ("PATCH", &patch), ("DELETE", &String::new())] {
        for tags in ["W/\"old\"", "\"old\"", "W/\"old\", \"older\"", "nonsense"] {
            let headers = [("if-match", tags), ("content-type", "application/scim+json")];
            let reply = client.send(method, &target, &headers, body.clone()).await;
            assert_eq!((reply.status, &reply.json["status"]), (412, &json!("412")), "{method} {tags}");
            assert_eq!(reply.json["schemas"], json!([urn::ERROR]));
        }
    }
    assert_eq!(client.get(&target).await.json, made.json);
    let list = format!("\"old\", {bare}");
    let mut known = list.as_str();
    for (method, body, status) in [("PATCH", &patch, 200), ("PUT", &put, 200), ("DELETE", &String::new(), 204)] {
        let headers = [("if-match", known), ("content-type", "application/scim+json")];
        assert_eq!(client.send(method, &target, &headers, body.clone()).await.status, status, "{method}");
        known = "*";
    }
    let gone = client.send("DELETE", &target, &[("if-match", "*")], Body::empty()).await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let client = Client::with_fault(None);
    let made = client.post("/Users", &user("ada")).await;
    let target = format!("/Users/{}", made.id());
    let tag = made.header("etag").to_owned();
    for tags in [tag.clone(), format!("\"x\", {tag}"), "*".to_owned(), tag.trim_start_matches("W/").to_owned()] {
        let reply = client.send("GET", &target, &[("if-none-match", &tags)], Body::empty()).await;
        assert_eq!((reply.status, reply.text.as_str(), reply.header("etag")), (304, "", tag.as_str()), "{tags}");
    }
    let other = client.send("GET", &target, &[("if-none-match", "W/\"old\"")], Body::empty()).await;
    assert_eq!((other.status, other.json), (200, made.json));
    // A membership shows in the user, so it moves the user's version too.
    client.group("crew", &[&made_id(&target)]).await;
    let moved = client.send("GET", &target, &[("if-none-match", &tag)], Body::empty()).await;
    assert_eq!(moved.status, 200);
}

fn made_id(target: &str) -> String {
    target.rsplit('/').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn every_line_of_a_condition_counts_whatever_its_letters() {
    let client = Client::with_fault(None);
    let made = client.post("/Users", &user("ada")).await;
    let target = format!("/Users/{}", made.id());
    let tag = made.header("etag").to_owned();
    let foreign = client.send_bytes("DELETE", &target, &[("if-match", b"\"\xe9\"")]).await;
    assert_eq!(foreign.status, 412, "{}", foreign.text);
    let none = client.send_bytes("DELETE", &target, &[("if-none-match", b"*")]).await;
    assert_eq!(none.status, 412, "{}", none.text);
    let lines = [("if-match", b"\"other\"".as_slice()), ("if-match", tag.as_bytes())];
    assert_eq!(client.send_bytes("DELETE", &target, &lines).await.status, 204);
}

#[tokio::test]
async fn a_version_is_the_same_under_every_name_of_the_server() {
    let client = Client::with_fault(None);
    let id = client.user("ada").await;
    let group = json!({"schemas": [urn::GROUP], "displayName": "crew", "members": [{"value": id}]});
    let made = client.post("/Groups", &group).await;
    let target = format!("/Groups/{}", made.id());
    let other = client.send("GET", &target, &[("host", "127.0.0.1:1")], "").await;
    assert_eq!(other.header("etag"), made.header("etag"));
    assert_ne!(other.json["meta"]["location"], made.json["meta"]["location"]);
}
