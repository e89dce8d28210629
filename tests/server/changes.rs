//! PUT and PATCH over HTTP (RFC 7644 section 3.5).

use scim_check::scim::urn;
use serde_json::{Value, json};

use crate::client::{Client, Reply, user};

fn refused(reply: &Reply, kind: &str) {
    assert_eq!((reply.status, reply.json["scimType"].as_str().unwrap_or_default()), (400, kind), "{}", reply.text);
    assert_eq!(reply.json["schemas"], json!([urn::ERROR]));
    assert_eq!(reply.json["status"], "400");
}

fn op(op: &str, path: &str, value: Value) -> Value {
    json!([{"op": op, "path": path, "value": value}])
}

/// The example of section 3.5.1.
#[tokio::test]
async fn the_example_of_put_is_answered_as_shown() {
    let client = Client::with_fault(None);
    let mut before = user("bjensen");
    before["roles"] = json!([{"value": "guide"}]);
    before["title"] = json!("Tour Guide");
    let made = client.post("/Users", &before).await;
    let sent = json!({
        "schemas": [urn::USER],
        "id": made.id(),
        "userName": "bjensen",
        "externalId": "bjensen",
        "name": {
            "formatted": "Ms. Barbara J Jensen III", "familyName": "Jensen", "givenName": "Barbara",
            "middleName": "Jane"
        },
        "roles": [],
        "emails": [{"value": "bjensen@example.com"}, {"value": "babs@jensen.org"}]
    });
    let put = client.put(&format!("/Users/{}", made.id()), &sent).await;
    let mut wanted = sent.clone();
    wanted.as_object_mut().unwrap().shift_remove("roles");
    wanted["active"] = json!(true);
    wanted["meta"] = put.json["meta"].clone();
    assert_eq!((put.status, &put.json), (200, &wanted));
    assert_eq!(put.header("etag"), put.json["meta"]["version"]);
    for fixed in ["created", "location", "resourceType"] {
        assert_eq!(put.json["meta"][fixed], made.json["meta"][fixed], "{fixed}");
    }
    assert_ne!(put.json["meta"]["version"], made.json["meta"]["version"]);
}

#[tokio::test]
async fn put_follows_the_mutability_of_each_attribute() {
    let client = Client::with_fault(None);
    let id = client.user("ada").await;
    let target = format!("/Users/{id}");
    let mut body = user("ada");
    body[urn::ENTERPRISE_USER] = json!({"department": "R", "manager": {"value": "9", "displayName": "invented"}});
    let put = client.put(&target, &body).await;
    assert_eq!(put.json["schemas"], json!([urn::USER, urn::ENTERPRISE_USER]), "schemas follow what is there");
    assert_eq!(put.json[urn::ENTERPRISE_USER]["manager"], json!({"value": "9"}), "a read-only part is ignored");
    let put = client.put(&target, &user("ada")).await;
    assert_eq!(put.json["schemas"], json!([urn::USER]));
    assert!(put.json.get(urn::ENTERPRISE_USER).is_none());
    let mut body = user("ada");
    body["meta"] = json!({"resourceType": "Group", "version": "x"});
    body["schemas"] = json!([urn::USER, "urn:example:2.0:Shoe"]);
    body["urn:example:2.0:Shoe"] = json!({"size": 9});
    let put = client.put(&target, &body).await;
    assert_eq!((put.status, &put.json["meta"]["resourceType"]), (200, &json!("User")));
    assert_eq!(put.json["schemas"], json!([urn::USER]), "what is not known is passed over");
    let before = client.get(&target).await;
    for (name, value) in [
        ("userName", Value::Null),
        ("userName", json!("")),
        ("schemas", json!([])),
        ("schemas", json!([urn::GROUP])),
        ("schemas", Value::Null),
        ("emails", json!("a@x")),
    ] {
        let mut body = user("ada");
        body[name] = value;
        refused(&client.put(&target, &body).await, "invalidValue");
    }
    assert_eq!(client.get(&target).await.json, before.json);
    assert_eq!(client.put("/Users/nobody", &user("new")).await.status, 404, "PUT makes nothing");
    assert_eq!(client.lookup("new").await.total(), 0);
}

#[tokio::test]
async fn a_patch_that_fails_leaves_no_trace() {
    let client = Client::with_fault(None);
    let id = client.user("ada").await;
    client.user("bob").await;
    let target = format!("/Users/{id}");
    let before = client.get(&target).await;
    let first = json!({"op": "replace", "path": "title", "value": "Countess"});
    for (second, status) in [
        (json!({"op": "replace", "path": "shoe", "value": 9}), 400),
        (json!({"op": "remove", "path": "userName"}), 400),
        (json!({"op": "replace", "path": "userName", "value": "BOB"}), 409),
        (json!({"op": "replace", "path": "userName", "value": " "}), 400),
        (json!({"op": "add", "path": "password", "value": ""}), 400),
    ] {
        let reply = client.patch(&target, json!([first, second])).await;
        assert_eq!(reply.status, status, "{second}");
        assert_eq!(client.get(&target).await.json, before.json, "{second}");
    }
}

#[tokio::test]
async fn refused_patches_say_why() {
    let client = Client::with_fault(None);
    let ada = client.user("ada").await;
    let crew = client.group("crew", &[&ada]).await;
    let (user, group) = (format!("/Users/{ada}"), format!("/Groups/{crew}"));
    let member = format!("members[value eq \"{ada}\"]");
    for (target, operations, kind) in [
        (&user, json!([{"op": "remove"}]), "noTarget"),
        (&user, json!([{"op": "replace", "path": "emails[type eq", "value": 1}]), "invalidPath"),
        (&user, op("replace", "shoe", json!(1)), "invalidPath"),
        (&user, op("replace", "emails[shoe eq \"x\"].value", json!("x")), "invalidFilter"),
        (&user, op("replace", "emails[value co \"nothing like it\"].value", json!("x")), "noTarget"),
        (&user, op("replace", "active", json!("perhaps")), "invalidValue"),
        (&user, op("replace", "groups", json!([])), "mutability"),
        (&user, op("replace", "id", json!("x")), "mutability"),
        (&user, op("replace", "meta.created", json!("x")), "mutability"),
        (&user, op("remove", "schemas", Value::Null), "mutability"),
        (&user, json!([{"op": "copy", "path": "title"}]), "invalidSyntax"),
        (&user, json!([]), "invalidSyntax"),
        (&user, json!({}), "invalidSyntax"),
        (&group, op("remove", "displayName", Value::Null), "mutability"),
        (&group, op("replace", &format!("{member}.value"), json!("x")), "mutability"),
        (&group, op("replace", &format!("{member}.$ref"), json!("x")), "mutability"),
        (&group, op("add", "members", json!([{"value": "stranger"}])), "invalidValue"),
        (&group, op("replace", "members", json!([{"value": "stranger"}])), "invalidValue"),
        (&group, op("replace", "members[value eq \"stranger\"].display", json!("x")), "noTarget"),
        (&group, op("add", "members", json!([{"value": ada, "type": "Group"}])), ""),
    ] {
        let reply = client.patch(target, operations.clone()).await;
        if kind.is_empty() {
            assert_eq!(reply.status, 200, "who is a member already stays as they are");
        } else {
            refused(&reply, kind);
        }
        assert_eq!(client.members(&crew).await, [ada.as_str()], "{operations}");
    }
    let no_schemas = client.write("PATCH", &user, &json!({"Operations": op("replace", "title", json!("x"))})).await;
    refused(&no_schemas, "invalidSyntax");
    assert_eq!(client.patch("/Users/nobody", op("replace", "title", json!("x"))).await.status, 404);
}

#[tokio::test]
async fn a_patch_without_effect_leaves_version_and_time() {
    let client = Client::with_fault(None);
    let ada = client.user("ada").await;
    let target = format!("/Users/{ada}");
    let before = client.get(&target).await;
    for operations in [
        op("add", "displayName", before.json["displayName"].clone()),
        op("add", "emails", before.json["emails"].clone()),
        op("replace", "name", json!({"givenName": "Ada"})),
        op("remove", "phoneNumbers[type eq \"fax\"]", Value::Null),
        op("remove", "nickName", Value::Null),
        json!([{"op": "replace", "value": before.json}]),
        json!([{"op": "replace", "path": "title", "value": "x"}, {"op": "remove", "path": "title"}]),
    ] {
        let reply = client.patch(&target, operations.clone()).await;
        assert_eq!((reply.status, &reply.json), (200, &before.json), "{operations}");
        assert_eq!(reply.header("etag"), before.header("etag"), "{operations}");
    }
    let changed = client.patch(&target, op("replace", "displayName", json!("A."))).await;
    assert_ne!(changed.json["meta"]["lastModified"], before.json["meta"]["lastModified"]);
    assert_eq!(changed.json["meta"]["created"], before.json["meta"]["created"]);
}

#[tokio::test]
async fn membership_shows_on_both_sides() {
    let client = Client::with_fault(None);
    let (ada, bob) = (client.user("ada").await, client.user("bob").await);
    let crew = client.group("crew", &[&ada]).await;
    let staff = client.group("staff", &[&ada, &bob]).await;
    let body = json!({"schemas": [urn::GROUP], "displayName": "all", "members": [{"value": crew, "type": "Group"}]});
    let all = client.post("/Groups", &body).await;
    assert_eq!(all.json["members"][0]["type"], "Group");
    assert!(all.json["members"][0]["$ref"].as_str().is_some_and(|r| r.ends_with(&format!("/Groups/{crew}"))));
    let groups = |id: String| {
        let client = &client;
        async move {
            let user = client.get(&format!("/Users/{id}")).await.json;
            let list = user["groups"].as_array().cloned().unwrap_or_default();
            list.iter().map(|g| g["display"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        }
    };
    assert_eq!(groups(ada.clone()).await, ["crew", "staff"]);
    client.patch(&format!("/Groups/{crew}"), op("replace", "displayName", json!("team"))).await;
    assert_eq!(groups(ada.clone()).await, ["team", "staff"]);
    client.patch(&format!("/Groups/{crew}"), op("add", "members", json!([{"value": bob}, {"value": bob}]))).await;
    assert_eq!(client.members(&crew).await, [ada.as_str(), bob.as_str()]);
    assert_eq!(groups(bob.clone()).await, ["team", "staff"]);
    let path = format!("members[value eq \"{bob}\"]");
    client.patch(&format!("/Groups/{staff}"), json!([{"op": "remove", "path": path}])).await;
    assert_eq!(groups(bob.clone()).await, ["team"]);
    client.delete(&format!("/Users/{ada}")).await;
    assert_eq!(client.members(&crew).await, [bob.as_str()]);
    assert!(client.get(&format!("/Groups/{staff}")).await.json.get("members").is_none());
    client.delete(&format!("/Groups/{crew}")).await;
    assert!(groups(bob.clone()).await.is_empty());
    assert!(client.members(&all.id()).await.is_empty(), "a group leaves the groups that it was in");
}
