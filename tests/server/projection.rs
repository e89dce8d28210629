//! Which attributes come back (RFC 7644 section 3.9).

use scim_check::scim::urn;
use serde_json::{Value, json};

use crate::client::{Client, user};

const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

fn full(name: &str) -> Value {
    let mut body = user(name);
    body["schemas"] = json!([urn::USER, urn::ENTERPRISE_USER]);
    body["emails"] = json!([{"value": "a@x", "type": "work", "primary": true}, {"value": "b@x", "display": "B"}]);
    body[urn::ENTERPRISE_USER] = json!({"department": "Tours", "costCenter": "1"});
    body
}

#[tokio::test]
async fn chosen_attributes_come_with_those_that_always_come() {
    let client = Client::with_fault(None);
    let id = client.post("/Users", &full("ada")).await.id();
    let schemas = json!([urn::USER, urn::ENTERPRISE_USER]);
    for (names, rest) in [
        ("userName", json!({"userName": "ada"})),
        (" USERNAME , name.familyName", json!({"userName": "ada", "name": {"familyName": "Løvelace"}})),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName", json!({"userName": "ada"})),
        (DEPARTMENT, json!({urn::ENTERPRISE_USER: {"department": "Tours"}})),
        (urn::ENTERPRISE_USER, json!({urn::ENTERPRISE_USER: {"department": "Tours", "costCenter": "1"}})),
        ("emails.display", json!({"emails": [{"display": "B"}]})),
        ("emails.type,emails.value", json!({"emails": [{"value": "a@x", "type": "work"}, {"value": "b@x"}]})),
        ("emails.value,emails.display", json!({"emails": [{"value": "a@x"}, {"value": "b@x", "display": "B"}]})),
        ("name.middleName", json!({})),
        ("phoneNumbers,shoe,password,a b", json!({})),
        ("id,schemas", json!({})),
        ("meta.resourceType", json!({"meta": {"resourceType": "User"}})),
        // Without its URN an attribute of an extension is none.
        ("department", json!({})),
    ] {
        let mut wanted = json!({"schemas": schemas, "id": id});
        wanted.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap());
        let query: String = url::form_urlencoded::byte_serialize(names.as_bytes()).collect();
        let one = client.get(&format!("/Users/{id}?attributes={query}")).await;
        assert_eq!(one.json, wanted, "{names}");
        let list = client.get(&format!("/Users?filter=userName+eq+%22ada%22&attributes={query}")).await;
        assert_eq!(list.json["Resources"], json!([wanted]), "{names}");
    }
}

#[tokio::test]
async fn left_out_attributes_leave_the_rest() {
    let client = Client::with_fault(None);
    let whole = client.post("/Users", &full("ada")).await;
    let target = format!("/Users/{}", whole.id());
    let without = |pointers: &[(&str, &str)]| {
        let mut wanted = whole.json.clone();
        for (parent, name) in pointers {
            wanted.pointer_mut(parent).unwrap().as_object_mut().unwrap().shift_remove(*name);
        }
        wanted
    };
    let extension = format!("/{}", urn::ENTERPRISE_USER);
    for (names, wanted) in [
        ("meta", without(&[("", "meta")])),
        ("name,EMAILS", without(&[("", "name"), ("", "emails")])),
        ("emails.primary", without(&[("/emails/0", "primary")])),
        (DEPARTMENT, without(&[(&extension, "department")])),
        (urn::ENTERPRISE_USER, without(&[("", urn::ENTERPRISE_USER)])),
        ("urn:ietf:params:scim:schemas:core:2.0:User:locale", without(&[("", "locale")])),
        ("id,schemas,shoe", without(&[])),
        // Another type's attribute is not this one's.
        ("urn:ietf:params:scim:schemas:core:2.0:Group:displayName", without(&[])),
    ] {
        let reply = client.get(&format!("{target}?excludedAttributes={names}")).await;
        assert_eq!(reply.json, wanted, "{names}");
    }
}

#[tokio::test]
async fn answers_to_changes_are_chosen_from_too() {
    let client = Client::with_fault(None);
    let made = client.post("/Users?attributes=userName", &full("ada")).await;
    let wanted = |name: &str| json!({"schemas": made.json["schemas"], "id": made.id(), "userName": name});
    assert_eq!((made.status, &made.json), (201, &wanted("ada")));
    assert!(made.header("location").ends_with(&made.id()));
    let target = format!("/Users/{}", made.id());
    let put = client.put(&format!("{target}?attributes=userName"), &full("ada2")).await;
    assert_eq!((put.status, &put.json), (200, &wanted("ada2")));
    let change = || json!([{"op": "replace", "path": "userName", "value": "ada3"}]);
    let patched = client.patch(&format!("{target}?attributes=userName"), change()).await;
    assert_eq!((patched.status, &patched.json), (200, &wanted("ada3")));
    let patched = client.patch(&format!("{target}?excludedAttributes=emails,name"), change()).await;
    assert!(patched.json.get("emails").is_none() && patched.json.get("locale").is_some());
    let read = client.get(&target).await;
    assert_eq!(patched.header("etag"), read.json["meta"]["version"], "the tag is of the whole");
}

#[tokio::test]
async fn a_password_never_comes_back() {
    let client = Client::with_fault(None);
    let made = client.post("/Users?attributes=password", &full("ada")).await;
    let target = format!("/Users/{}", made.id());
    let set = json!([{"op": "add", "path": "password", "value": "s3cret-word"}]);
    let replies = [
        made,
        client.put(&target, &full("ada")).await,
        client.patch(&format!("{target}?attributes=password"), set).await,
        client.get(&target).await,
        client.get("/Users?attributes=password").await,
    ];
    for reply in replies {
        assert!(reply.status < 300, "{}", reply.text);
        assert!(!reply.text.contains("q7Zt2mKp") && !reply.text.contains("s3cret-word"));
        assert!(!reply.text.contains("\"password\""));
    }
}
