//! What RFC 7643 and 7644 ask of the clean server.

use axum::body::Body;
use scim_check::scim::urn;
use scim_check::server::ServerOptions;
use serde_json::{Value, json};

use crate::client::{Client, group, user};

fn clean() -> Client {
    Client::with_fault(None)
}

#[tokio::test]
async fn a_user_is_created_read_and_found() {
    let client = clean();
    let made = client.post("/Users", &user("Ada@X.example")).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.header("content-type"), "application/scim+json");
    assert_eq!(made.header("location"), made.json["meta"]["location"]);
    assert_eq!(made.header("etag"), made.json["meta"]["version"]);
    assert_eq!(made.json["userName"], "Ada@X.example");
    assert_eq!(made.json["meta"]["resourceType"], "User");
    assert_eq!(made.json["meta"]["created"], made.json["meta"]["lastModified"]);
    assert!(!made.text.contains("q7Zt2mKp") && made.json.get("password").is_none());
    let read = client.get(&format!("/Users/{}", made.id())).await;
    assert_eq!((read.status, &read.json), (200, &made.json));
    let found = client.lookup("ADA@x.EXAMPLE").await;
    assert_eq!(found.total(), 1);
    assert_eq!(found.json["Resources"][0], made.json);
    let none = client.lookup("nobody@x.example").await;
    assert_eq!((none.status, none.total()), (200, 0));
    assert_eq!(none.json["Resources"], json!([]));
}

#[tokio::test]
async fn names_with_plus_quotes_and_accents_are_found() {
    let client = clean();
    for name in ["a+b@x.example", "o\"hara\\@x.example", "zoë åström@x.example"] {
        client.user(name).await;
        assert_eq!(client.lookup(name).await.names(), [name]);
    }
}

#[tokio::test]
async fn a_user_name_is_taken_only_once() {
    let client = clean();
    let ada = client.user("ada").await;
    let bob = client.user("bob").await;
    let mut again = client.post("/Users", &user("ADA")).await;
    assert_eq!((again.status, &again.json["scimType"]), (409, &json!("uniqueness")));
    again = client.put(&format!("/Users/{bob}"), &user("Ada")).await;
    assert_eq!(again.status, 409);
    let rename = json!([{"op": "replace", "path": "userName", "value": "ADA"}]);
    again = client.patch(&format!("/Users/{bob}"), rename).await;
    assert_eq!(again.status, 409);
    assert_eq!(client.put(&format!("/Users/{ada}"), &user("ADA")).await.status, 200);
    assert_eq!(client.lookup("bob").await.total(), 1);
    client.delete(&format!("/Users/{ada}")).await;
    assert_eq!(client.post("/Users", &user("ada")).await.status, 201);
}

#[tokio::test]
async fn put_replaces_and_ignores_what_is_the_servers() {
    let client = clean();
    let id = client.user("ada").await;
    let crew = client.group("crew", &[&id]).await;
    let before = client.get(&format!("/Users/{id}")).await.json;
    assert_eq!(before["groups"][0]["value"], json!(crew));
    let same = client.put(&format!("/Users/{id}"), &before).await;
    assert_eq!(same.json, before, "an echo changes nothing");
    let body = json!({
        "schemas": [urn::USER], "id": "other", "userName": "ada", "groups": [],
        "meta": {"created": "1999-01-01T00:00:00Z"}, "nickName": null, "title": "Countess"
    });
    let after = client.put(&format!("/Users/{id}"), &body).await;
    assert_eq!(after.status, 200);
    assert_eq!(after.json["id"], json!(id));
    assert_eq!(after.json["groups"], before["groups"]);
    assert_eq!(after.json["meta"]["created"], before["meta"]["created"]);
    assert_ne!(after.json["meta"]["lastModified"], before["meta"]["lastModified"]);
    assert_eq!(after.json["active"], true);
    assert!(after.json.get("emails").is_none() && after.json.get("name").is_none());
    client.patch(&format!("/Users/{id}"), json!([{"op": "replace", "value": {"active": false}}])).await;
    let after = client.put(&format!("/Users/{id}"), &body).await;
    assert_eq!(after.json["active"], false, "nobody comes back by omission");
}

#[tokio::test]
async fn deleting_takes_a_user_out_of_everything() {
    let client = clean();
    let ada = client.user("ada").await;
    let bob = client.user("bob").await;
    let crew = client.group("crew", &[&ada, &bob]).await;
    let gone = client.delete(&format!("/Users/{ada}")).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    for method in ["GET", "DELETE"] {
        let reply = client.send(method, &format!("/Users/{ada}"), &[], Body::empty()).await;
        assert_eq!(reply.status, 404);
        assert_eq!(reply.json["schemas"], json!([urn::ERROR]));
        assert_eq!(reply.json["status"], "404");
    }
    assert_eq!(client.members(&crew).await, [bob.as_str()]);
    assert_eq!(client.lookup("ada").await.total(), 0);
    client.delete(&format!("/Groups/{crew}")).await;
    let bob = client.get(&format!("/Users/{bob}")).await;
    assert_eq!(bob.status, 200);
    assert!(bob.json.get("groups").is_none());
}

#[tokio::test]
async fn members_have_all_their_parts_and_must_exist() {
    let client = clean();
    let ada = client.user("ada").await;
    let body = json!({"schemas": [urn::GROUP], "displayName": "crew", "members": [{"value": ada}]});
    let made = client.post("/Groups", &body).await;
    assert_eq!(made.status, 201);
    assert_eq!(
        made.json["members"][0],
        json!({
            "value": ada, "$ref": format!("http://localhost/scim/v2/Users/{ada}"),
            "display": "Ada Løvelace", "type": "User"
        })
    );
    for members in [json!([{"value": "nobody"}]), json!([{"display": "x"}])] {
        let body = json!({"schemas": [urn::GROUP], "displayName": "x", "members": members});
        let refused = client.post("/Groups", &body).await;
        assert_eq!((refused.status, &refused.json["scimType"]), (400, &json!("invalidValue")));
    }
    assert_eq!(client.post("/Groups", &group("crew", &[])).await.status, 201);
    assert_eq!(client.find("Groups", "displayName", "CREW").await.total(), 2);
}

#[tokio::test]
async fn lists_are_filtered_ordered_and_paged() {
    let client = Client::new(ServerOptions { seed: 250, ..ServerOptions::default() });
    let all = client.get("/Users").await;
    assert_eq!((all.total(), all.names().len()), (250, 100));
    let second = client.get("/Users?startIndex=101&count=100").await;
    assert_eq!(second.json["startIndex"], 101);
    assert_eq!(second.json["itemsPerPage"], 100);
    assert!(second.names().iter().all(|n| !all.names().contains(n)));
    assert_eq!(client.get("/Users?count=1000").await.names().len(), 250);
    for (query, length) in [
        ("count=0", 0),
        ("count=-3", 0),
        ("startIndex=0&count=2", 2),
        ("startIndex=251", 0),
        ("startIndex=99999999999", 0),
    ] {
        let page = client.get(&format!("/Users?{query}")).await;
        assert_eq!((page.status, page.total()), (200, 250), "{query}");
        assert_eq!(page.names().len(), length, "{query}");
    }
    assert_eq!(client.get("/Users?count=two").await.status, 400);
    let inactive = client.get("/Users?filter=active+eq+false&count=1000").await;
    assert_eq!(inactive.total(), 25);
    let sorted = client.get("/Users?sortBy=userName&sortOrder=descending&count=1000").await.names();
    let mut expected = sorted.clone();
    expected.sort();
    expected.reverse();
    assert_eq!(sorted, expected);
    assert_eq!(client.get("/Groups").await.total(), 25);
    for filter in ["shoe%20eq%20%22x%22", "userName%20regex%20%22x%22", "", "userName"] {
        let refused = client.get(&format!("/Users?filter={filter}")).await;
        assert_eq!((refused.status, &refused.json["scimType"]), (400, &json!("invalidFilter")));
    }
}

#[tokio::test]
async fn attributes_can_be_chosen() {
    let client = clean();
    let id = client.user("ada").await;
    let some = client.get(&format!("/Users/{id}?attributes=name.givenName,USERNAME,emails.value,shoe,password")).await;
    assert_eq!(
        some.json,
        json!({
            "schemas": [urn::USER], "id": id, "name": {"givenName": "Ada"}, "userName": "ada",
            "emails": [{"value": "ada"}]
        })
    );
    let fewer = client.get(&format!("/Users/{id}?excludedAttributes=name.givenName,id,emails")).await.json;
    assert_eq!(fewer["name"], json!({"familyName": "Løvelace"}));
    assert!(fewer.get("emails").is_none() && fewer["id"] == json!(id));
    let list = client.get("/Groups?excludedAttributes=members").await;
    assert!(list.json["Resources"][0].get("members").is_none());
}

#[tokio::test]
async fn entity_tags_guard_changes() {
    let client = clean();
    let made = client.post("/Users", &user("ada")).await;
    let target = format!("/Users/{}", made.id());
    let tag = made.header("etag").to_owned();
    let known = client.send("GET", &target, &[("if-none-match", &tag)], Body::empty()).await;
    assert_eq!((known.status, known.text.as_str()), (304, ""));
    let body = json!({"schemas": [urn::USER], "userName": "ada2"}).to_string();
    let headers = |tag| [("if-match", tag), ("content-type", "application/json")];
    let stale = client.send("PUT", &target, &headers("W/\"old\""), body.clone()).await;
    assert_eq!(stale.status, 412);
    let fresh = client.send("PUT", &target, &headers(&tag), body).await;
    assert_eq!(fresh.status, 200);
    assert_ne!(fresh.header("etag"), tag);
    let stale = client.send("DELETE", &target, &[("if-match", &tag)], Body::empty()).await;
    assert_eq!(stale.status, 412);
}

#[tokio::test]
async fn patches_that_change_nothing_leave_the_time_of_change() {
    let client = clean();
    let ada = client.user("ada").await;
    let crew = client.group("crew", &[&ada]).await;
    let before = client.get(&format!("/Groups/{crew}")).await.json;
    let add = json!([{"op": "add", "path": "members", "value": [{"value": ada, "display": "x"}]}]);
    let after = client.patch(&format!("/Groups/{crew}"), add).await;
    assert_eq!((after.status, after.json), (200, before));
}

#[tokio::test]
async fn discovery_tells_what_is_served() {
    let client = clean();
    let config = client.get("/ServiceProviderConfig").await.json;
    assert_eq!(config["patch"]["supported"], true);
    assert_eq!(config["bulk"], json!({"supported": true, "maxOperations": 1000, "maxPayloadSize": 1_048_576}));
    assert_eq!(config["changePassword"]["supported"], true);
    assert_eq!(client.get("/ServiceProviderConfig/").await.json, config);
    for endpoint in ["/ResourceTypes", "/Schemas"] {
        let list = client.get(endpoint).await;
        assert_eq!(list.json["schemas"], json!([urn::LIST_RESPONSE]));
        for entry in list.json["Resources"].as_array().unwrap() {
            let id = entry["id"].as_str().unwrap();
            let one = client.get(&format!("{endpoint}/{id}")).await;
            assert_eq!((one.status, &one.json), (200, entry));
            let slash = client.get(&format!("{endpoint}/{id}/")).await;
            assert_eq!((slash.status, &slash.json), (200, entry));
        }
    }
    assert_eq!(client.get("/Schemas/urn:none").await.status, 404);
    assert_eq!(client.get("/Schemas?filter=id+pr").await.status, 403);
}

#[tokio::test]
async fn the_same_people_are_there_every_time() {
    let list = |client: Client| async move { client.get("/Users").await.json };
    let first: Value = list(clean()).await;
    assert_eq!(first, list(clean()).await);
    assert!(first["Resources"][0]["userName"].as_str().unwrap().ends_with("1@corp.example"));
    assert_eq!(first["Resources"][9]["active"], false);
}
