//! What a clean stop and a new start keep.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use scim_check::server::{ServerOptions, fault};
use serde_json::{Value, json};

use super::wire::{group, user};
use super::{Running, files, kept_in};

fn basic(user: &str, password: &str) -> Option<String> {
    Some(format!("Basic {}", BASE64.encode(format!("{user}:{password}"))))
}

#[test]
fn a_restart_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.db");
    let options = ServerOptions { basic: Some(("okta".to_owned(), "hush".to_owned())), seed: 20, ..kept_in(&path) };
    let running = Running::start(options.clone());
    assert_eq!(running.server.restored(), None, "the file is new");
    let mut client = running.connect();
    client.credentials = basic("okta", "hush");
    let mut ada = user("ada@corp.example");
    ada["password"] = "Korrekt Pferd".into();
    ada["phoneNumbers"] = json!([{"value": "+1-202-555-0101", "type": "work"}]);
    let ada = client.post("/Users", &ada).expect(201).id();
    let bob = client.post("/Users", &user("bob@corp.example")).expect(201).id();
    let carl = client.post("/Users", &user("carl@corp.example")).expect(201).id();
    let inner = client.post("/Groups", &group("Inner", &[&ada, &carl])).expect(201).id();
    let outer = client.post("/Groups", &group("Outer", &[&inner, &bob])).expect(201).id();
    let rename = json!({"op": "replace", "path": "userName", "value": "robert@corp.example"});
    client.patch(&format!("/Users/{bob}"), rename).expect(200);
    client.delete(&format!("/Users/{carl}")).expect(204);

    let shown = [
        format!("/Users/{ada}"),
        format!("/Users/{bob}"),
        format!("/Groups/{inner}"),
        format!("/Groups/{outer}"),
        "/Users?count=100".to_owned(),
        "/Groups?count=100".to_owned(),
        "/Roles".to_owned(),
        "/Entitlements".to_owned(),
    ];
    let before: Vec<_> = shown.iter().map(|target| client.get(target).expect(200)).collect();
    let dump = running.dump();
    running.stop();
    assert_eq!(files(folder.path()), ["people.db"], "after a clean stop the file is whole by itself");

    // Other people who are to be there at the start come into a new file only.
    let running = Running::start(ServerOptions { seed: 50, ..options });
    let stored = 20 + 2 + 2 + 2 + 3 + 3;
    assert_eq!(running.server.restored(), Some(stored));
    assert_eq!(running.dump(), dump);
    let mut client = running.connect();
    client.credentials = basic("okta", "hush");
    for (target, before) in shown.iter().zip(&before) {
        assert_eq!(client.get(target), *before, "{target}");
    }
    assert!(before[0].etag.starts_with("W/"), "resources have a version");
    client.get(&format!("/Users/{carl}")).expect(404);
    let found = client.get("/Users?filter=externalId%20eq%20%22hr-ada@corp.example%22").expect(200);
    assert_eq!(found.json["Resources"][0]["id"], json!(ada));
    client.post("/Users", &user("Robert@corp.example")).expect(409);

    client.credentials = basic("ada@corp.example", "Korrekt Pferd");
    client.get("/Users").expect(403);
    client.credentials = basic("ada@corp.example", "korrekt pferd");
    client.get("/Users").expect(401);

    client.credentials = basic("okta", "hush");
    let dora = client.post("/Users", &user("dora@corp.example")).expect(201).id();
    let list = client.get("/Users?count=100").expect(200).json;
    assert_eq!(list["Resources"].as_array().unwrap().last().unwrap()["id"], json!(dora), "the newest comes last");
    running.stop();
}

#[test]
fn a_number_is_not_given_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.db");
    let numeric = fault::by_name("id-number").unwrap();
    let options = ServerOptions { faults: vec![numeric], ..kept_in(&path) };
    let mut seen: Vec<Value> = Vec::new();
    for round in 0..3 {
        let running = Running::start(options.clone());
        let mut client = running.connect();
        let made = client.post("/Users", &user(&format!("person{round}"))).expect(201);
        let id = made.json["id"].clone();
        assert!(id.is_u64(), "the fault is on: {}", made.json);
        assert!(!seen.contains(&id), "{id} was somebody else's");
        client.delete(&format!("/Users/{id}")).expect(204);
        seen.push(id);
        running.stop();
    }
}

#[test]
fn what_faults_do_to_the_store_is_kept_too() {
    let folder = tempfile::tempdir().unwrap();
    let named = |name: &str| fault::by_name(name).unwrap_or_else(|| panic!("no fault {name}"));
    for name in ["duplicate-accepted", "put-changes-id"] {
        let path = folder.path().join(name);
        let options = ServerOptions { faults: vec![named(name)], ..kept_in(&path) };
        let running = Running::start(options.clone());
        let mut client = running.connect();
        let made = client.post("/Users", &user("ada")).expect(201).id();
        let _ = client.post("/Users", &user("ada"));
        client.post("/Groups", &group("Team", &[&made])).expect(201);
        client.ask("PUT", &format!("/Users/{made}"), Some(&user("adele"))).unwrap().expect(200);
        let dump = running.dump();
        running.stop();
        let running = Running::start(options);
        assert_eq!(running.dump(), dump, "{name}");
        running.stop();
    }
}
