//! Okta's dialogues with the clean server (the replay scripts of its client).

use scim_check::scim::urn;
use serde_json::{Value, json};

use crate::client::{Client, group, user};

fn clean() -> Client {
    Client::with_fault(None)
}

fn active(value: bool) -> Value {
    json!([{"op": "replace", "value": {"active": value}}])
}

fn name(id: &str, name: &str) -> Value {
    json!([{"op": "replace", "value": {"id": id, "displayName": name}}])
}

fn entry(id: &str) -> Value {
    json!({"value": id, "display": "somebody"})
}

#[tokio::test]
async fn test_and_save() {
    let client = clean();
    let test = client.get("/Users?startIndex=1&count=2").await;
    assert_eq!((test.status, test.names().len()), (200, 2));
    assert_eq!(client.get("/Groups?startIndex=1&count=100").await.status, 200);
}

#[tokio::test]
async fn assign_edit_unassign_reassign_by_patch() {
    let client = clean();
    assert_eq!(client.lookup("ada@x.example").await.total(), 0);
    let made = client.post("/Users", &user("ada@x.example")).await;
    assert_eq!(made.status, 201);
    let target = format!("/Users/{}", made.id());

    let mut read = client.get(&target).await.json;
    read["name"]["familyName"] = json!("King");
    let pushed = client.put(&target, &read).await;
    assert_eq!((pushed.status, &pushed.json["name"]["familyName"]), (200, &json!("King")));

    let off = client.patch(&target, active(false)).await;
    assert_eq!((off.status, &off.json["active"]), (200, &json!(false)));
    let found = client.lookup("ada@x.example").await;
    assert_eq!(found.json["Resources"][0]["active"], false);
    assert_eq!(found.json["Resources"][0]["id"], json!(made.id()));

    assert_eq!(client.patch(&target, active(true)).await.status, 200);
    let read = client.get(&target).await.json;
    let back = client.put(&target, &read).await;
    assert_eq!((back.status, &back.json["active"]), (200, &json!(true)));
    let password = json!([{"op": "replace", "value": {"password": "n3w"}}]);
    let changed = client.patch(&target, password).await;
    assert!(changed.status == 200 && !changed.text.contains("n3w"));
}

#[tokio::test]
async fn unassign_and_reassign_by_put_keep_the_groups() {
    let client = clean();
    let id = client.user("ada").await;
    let crew = client.group("crew", &[&id]).await;
    let target = format!("/Users/{id}");
    for (value, groups) in [(false, None), (true, None), (true, Some(json!([])))] {
        let mut read = client.get(&target).await.json;
        read["active"] = json!(value);
        if let Some(groups) = groups {
            read["groups"] = groups;
        }
        let put = client.put(&target, &read).await;
        assert_eq!((put.status, &put.json["active"]), (200, &json!(value)));
        assert_eq!(put.json["groups"][0]["value"], json!(crew));
    }
    let mut read = client.get(&target).await.json;
    read["userName"] = json!("ada.king");
    assert_eq!(client.put(&target, &read).await.json["userName"], "ada.king");
    assert_eq!(client.lookup("ada").await.total(), 0);
    assert_eq!(client.lookup("ada.king").await.total(), 1);
}

#[tokio::test]
async fn import_pages_through_everybody() {
    let client = Client::new(scim_check::server::ServerOptions { seed: 230, ..Default::default() });
    let mut seen = std::collections::BTreeSet::new();
    let mut start = 1;
    loop {
        let page = client.get(&format!("/Users?startIndex={start}&count=100")).await;
        seen.extend(page.names());
        start += 100;
        if start > page.total() {
            break;
        }
    }
    assert_eq!(seen.len(), 230);
}

#[tokio::test]
async fn groups_are_pushed_by_patch() {
    let client = clean();
    let (ada, bob) = (client.user("ada").await, client.user("bob").await);
    let made = client.post("/Groups", &group("crew", &[&ada])).await;
    assert_eq!(made.status, 201);
    let id = made.id();
    let target = format!("/Groups/{id}");
    let add = |member: &str| json!([{"op": "add", "path": "members", "value": [entry(member)]}]);
    assert_eq!(client.patch(&target, add(&ada)).await.status, 200);
    assert_eq!(client.members(&id).await, [ada.as_str()]);

    let renamed = client.patch(&target, name(&id, "staff")).await;
    assert_eq!((renamed.status, &renamed.json["displayName"]), (200, &json!("staff")));
    assert_eq!(client.patch(&target, add(&bob)).await.status, 200);
    assert_eq!(client.members(&id).await, [ada.as_str(), bob.as_str()]);
    let filter = format!("members[value eq \"{ada}\"]");
    let remove = json!([{"op": "remove", "path": filter}]);
    assert_eq!(client.patch(&target, remove).await.status, 200);
    assert_eq!(client.members(&id).await, [bob.as_str()]);
    for list in [vec![entry(&ada)], vec![]] {
        let expected = list.len();
        let replace = json!([{"op": "replace", "path": "members", "value": list}]);
        assert_eq!(client.patch(&target, replace).await.status, 200);
        assert_eq!(client.members(&id).await.len(), expected);
    }
    assert_eq!(client.delete(&target).await.status, 204);
    assert_eq!(client.get(&target).await.status, 404);
    assert_eq!(client.get(&format!("/Users/{ada}")).await.status, 200);
}

#[tokio::test]
async fn groups_are_pushed_by_put() {
    let client = clean();
    let (ada, bob) = (client.user("ada").await, client.user("bob").await);
    assert_eq!(client.find("Groups", "displayName", "crew").await.total(), 0);
    let id = client.group("crew", &[&ada]).await;
    let target = format!("/Groups/{id}");
    let put = |name: &str, members: Vec<Value>| json!({"schemas": [urn::GROUP], "id": id, "displayName": name, "members": members});
    for (name, members) in [
        ("crew", vec![entry(&ada)]),
        ("staff", vec![entry(&ada)]),
        ("staff", vec![entry(&ada), json!({"value": bob, "display": null})]),
        ("staff", vec![entry(&bob)]),
        ("staff", vec![]),
    ] {
        let expected = members.len();
        let done = client.put(&target, &put(name, members)).await;
        assert_eq!((done.status, &done.json["displayName"]), (200, &json!(name)));
        assert_eq!(client.members(&id).await.len(), expected);
    }
}
