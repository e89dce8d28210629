//! Faults that show on users.

use scim_check::scim::urn;
use serde_json::{Value, json};

use crate::client::{Client, Reply, user};

const NAME: &str = "Ada@X.example";

fn active(value: bool) -> Value {
    json!([{"op": "replace", "value": {"active": value}}])
}

/// Makes a user by POST, changes what was read and puts it back.
async fn put_back(client: &Client, change: impl FnOnce(&mut Value)) -> (Reply, Reply) {
    let made = client.post("/Users", &user(NAME)).await;
    let target = format!("/Users/{}", made.id());
    let mut body = made.json;
    change(&mut body);
    let put = client.put(&target, &body).await;
    (put, client.get(&target).await)
}

pub async fn shows(name: &str, client: &Client) -> Option<bool> {
    let body = user(NAME);
    let made = || client.post("/Users", &body);
    Some(match name {
        "post-200-not-201" => made().await.status == 200,
        "create-empty-body" => {
            let made = made().await;
            made.status == 201 && made.text.is_empty()
        }
        "create-location-missing" => made().await.header("location").is_empty(),
        "id-missing" => made().await.json.get("id").is_none(),
        "post-duplicate-400" => {
            made().await;
            made().await.status == 400
        }
        "post-duplicate-500" => {
            made().await;
            made().await.status == 500
        }
        "duplicate-accepted" => {
            made().await;
            made().await.status == 201 && client.lookup(NAME).await.total() == 2
        }
        "create-403" => made().await.status == 403,
        "put-204" => put_back(client, |_| ()).await.0.status == 204,
        "username-missing" => made().await.json.get("userName").is_none(),
        "meta-location-without-host" => {
            let location = made().await.json["meta"]["location"].clone();
            location.as_str().is_some_and(|location| location.starts_with("/scim/v2/Users/"))
        }
        "create-inactive" => made().await.json["active"] == false,
        "username-from-email" => {
            let mut body = body.clone();
            body["emails"] = json!([{"value": "other@x.example"}]);
            client.post("/Users", &body).await.json["userName"] == "other@x.example"
        }
        "more-attributes-refused" => {
            let mut body = body.clone();
            body["title"] = json!("Countess");
            let refused = client.post("/Users", &body).await.status == 400;
            refused && made().await.status == 201
        }
        "if-match-always-412" => {
            let target = format!("/Users/{}", made().await.id());
            let tag = client.get(&target).await.json["meta"]["version"].as_str().unwrap().to_owned();
            let headers = [("Content-Type", "application/scim+json"), ("If-Match", tag.as_str())];
            client.send("PUT", &target, &headers, body.to_string()).await.status == 412
        }
        "discovery-resourcetype-id-missing" => {
            let types = client.get("/ResourceTypes").await.json;
            types["Resources"].as_array().unwrap().iter().all(|one| one.get("id").is_none())
        }
        "put-null-refused" => {
            let refused = put_back(client, |u| u["title"] = json!(null)).await.0.status == 400;
            refused && client.put("/Users/1", &body).await.status == 404
        }
        "put-roles-ignored" => {
            let (put, read) = put_back(client, |u| u["roles"] = json!([{"value": "chair"}])).await;
            put.status == 200 && read.json.get("roles").is_none()
        }
        "put-empty-list-ignored" => {
            let mut body = body.clone();
            body["phoneNumbers"] = json!([{"value": "1"}]);
            let made = client.post("/Users", &body).await;
            let target = format!("/Users/{}", made.id());
            let mut emptied = made.json;
            emptied["phoneNumbers"] = json!([]);
            client.put(&target, &emptied).await;
            client.get(&target).await.json["phoneNumbers"][0]["value"] == "1"
        }
        "password-placeholder-rejected" => made().await.status == 400,
        "concurrent-create-500" => {
            let (one, two) = (user("one"), user("two"));
            let (a, b) = tokio::join!(client.post("/Users", &one), client.post("/Users", &two));
            let later = made().await.status;
            later == 201 && [a.status, b.status].contains(&500)
        }
        "put-not-supported" => put_back(client, |_| ()).await.0.status == 501,
        "put-active-false-ignored" => {
            let (put, read) = put_back(client, |u| u["active"] = json!(false)).await;
            put.status == 200 && read.json["active"] == true
        }
        "put-active-true-ignored" => {
            let id = client.user(NAME).await;
            let target = format!("/Users/{id}");
            client.patch(&target, active(false)).await;
            let put = client.put(&target, &user(NAME)).await;
            put.status == 200 && put.json["active"] == false
        }
        "put-is-merge" => {
            let body = json!({"schemas": [urn::USER], "userName": NAME});
            let (_, read) = put_back(client, |u| *u = body).await;
            read.json.get("emails").is_some()
        }
        "put-rejects-read-only" => put_back(client, |_| ()).await.0.status == 400,
        "put-ignored" => {
            let (put, read) = put_back(client, |u| u["displayName"] = json!("New")).await;
            put.status == 200 && read.json["displayName"] != "New"
        }
        "put-username-refused" => {
            let (put, _) = put_back(client, |u| u["userName"] = json!("new")).await;
            put.status == 400
        }
        "put-changes-id" => {
            let (put, read) = put_back(client, |_| ()).await;
            let moved = client.get(&format!("/Users/{}", put.id())).await;
            read.status == 404 && moved.status == 200
        }
        "user-groups-writable" => {
            let id = client.user(NAME).await;
            let crew = client.group("crew", &[&id]).await;
            client.put(&format!("/Users/{id}"), &user(NAME)).await;
            client.members(&crew).await.is_empty()
        }
        "patch-users-not-implemented" => deactivated(client).await.0.status == 501,
        "patch-users-500" => deactivated(client).await.0.status == 500,
        "patch-wants-user" => {
            let (patched, read) = deactivated(client).await;
            patched.status == 200 && patched.text.is_empty() && read.json["active"] == true
        }
        "patch-active-noop-200" => {
            let (patched, read) = deactivated(client).await;
            patched.status == 200 && read.json["active"] == true
        }
        "patch-pathless-replaces-whole-user" => {
            let (_, read) = deactivated(client).await;
            read.json["active"] == false && read.json.get("emails").is_none()
        }
        "patch-returns-stale" => {
            let (patched, read) = deactivated(client).await;
            patched.json["active"] == true && read.json["active"] == false
        }
        "reactivate-patch-fails" => reactivated(client).await.0.status == 400,
        "reenabled-user-new-id" => {
            let (patched, read) = reactivated(client).await;
            let found = client.lookup(NAME).await;
            read.status == 404 && found.json["Resources"][0]["id"] == patched.json["id"]
        }
        "deactivate-deletes" => {
            let (patched, read) = deactivated(client).await;
            patched.status == 200 && read.status == 404
        }
        "id-number" => {
            let made = made().await;
            let id = &made.json["id"];
            let read = client.get(&format!("/Users/{id}")).await;
            let members = json!([{"value": id}]);
            let body = json!({"schemas": [urn::GROUP], "displayName": "x", "members": members});
            let group = client.post("/Groups", &body).await;
            id.is_u64() && read.status == 200 && group.json["members"][0]["value"] == *id
        }
        "resource-schemas-missing" => made().await.json.get("schemas").is_none(),
        "username-lowercased" => made().await.json["userName"] == "ada@x.example",
        "family-name-dropped" => made().await.json["name"].get("familyName").is_none(),
        "display-name-dropped" => made().await.json.get("displayName").is_none(),
        "externalid-dropped" => made().await.json.get("externalId").is_none(),
        "emails-dropped" => made().await.json.get("emails").is_none(),
        "emails-as-object" => made().await.json["emails"].is_object(),
        "active-as-string" => made().await.json["active"] == "true",
        "active-missing" => made().await.json.get("active").is_none(),
        "password-returned" => {
            let id = made().await.id();
            let read = client.get(&format!("/Users/{id}")).await;
            read.json["password"] == "q7Zt2mKp"
        }
        "non-ascii-garbled" => made().await.json["displayName"] == "Ada L?velace",
        "meta-location-wrong-id" => {
            let made = made().await;
            let location = made.json["meta"]["location"].as_str().unwrap_or_default();
            !location.ends_with(&made.id())
        }
        "meta-lastmodified-stale" => {
            let (_, read) = deactivated(client).await;
            read.json["meta"]["lastModified"] == read.json["meta"]["created"]
        }
        "delete-200" => {
            let id = client.user(NAME).await;
            client.delete(&format!("/Users/{id}")).await.status == 200
        }
        "delete-refused" => {
            let id = client.user(NAME).await;
            client.delete(&format!("/Users/{id}")).await.status == 405
        }
        "delete-missing-204" => client.delete("/Users/nobody").await.status == 204,
        _ => return None,
    })
}

/// The answer to Okta's deactivation, and the user afterwards.
async fn deactivated(client: &Client) -> (Reply, Reply) {
    let target = format!("/Users/{}", client.user(NAME).await);
    let patched = client.patch(&target, active(false)).await;
    (patched, client.get(&target).await)
}

async fn reactivated(client: &Client) -> (Reply, Reply) {
    let target = format!("/Users/{}", client.user(NAME).await);
    client.patch(&target, active(false)).await;
    let patched = client.patch(&target, active(true)).await;
    (patched, client.get(&target).await)
}
