//! Bulk requests (RFC 7644 section 3.7).

use scim_check::scim::urn;
use scim_check::server::ServerOptions;
use serde_json::{Value, json};

use crate::client::{Client, Reply, user};

fn clean() -> Client {
    Client::with_fault(None)
}

async fn bulk(client: &Client, operations: Value) -> Reply {
    client.post("/Bulk", &json!({"schemas": [urn::BULK_REQUEST], "Operations": operations})).await
}

fn results(reply: &Reply) -> Vec<Value> {
    assert_eq!((reply.status, &reply.json["schemas"]), (200, &json!([urn::BULK_RESPONSE])), "{}", reply.text);
    reply.json["Operations"].as_array().unwrap().clone()
}

fn statuses(reply: &Reply) -> Vec<String> {
    results(reply).iter().map(|result| result["status"].as_str().unwrap().to_owned()).collect()
}

/// The id at the end of a result's location.
fn id(result: &Value) -> String {
    result["location"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

fn person(bulk_id: &str, name: &str) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": {"schemas": [urn::USER], "userName": name}})
}

fn group(bulk_id: &str, name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|member| json!({"value": member})).collect();
    let data = json!({"schemas": [urn::GROUP], "displayName": name, "members": members});
    json!({"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data})
}

fn patch(path: &str, operations: Value) -> Value {
    json!({"method": "PATCH", "path": path, "data": {"schemas": [urn::PATCH_OP], "Operations": operations}})
}

/// The first example of section 3.7.2: a person, and a group that the person belongs to.
#[tokio::test]
async fn a_group_refers_to_a_person_made_beside_it() {
    let client = clean();
    let mut tour_guides = group("ytrewq", "Tour Guides", &["bulkId:qwerty"]);
    tour_guides["data"]["members"][0]["type"] = "User".into();
    let done = bulk(&client, json!([person("qwerty", "Alice"), tour_guides])).await;
    let done = results(&done);
    let group = client.get(&format!("/Groups/{}", id(&done[1]))).await;
    assert_eq!(group.json["members"][0]["value"], json!(id(&done[0])));
    assert_eq!(
        done[1],
        json!({
            "location": group.json["meta"]["location"], "method": "POST", "bulkId": "ytrewq",
            "version": group.header("etag"), "status": "201"
        })
    );
    assert_eq!((&done[0]["bulkId"], &done[0]["status"]), (&json!("qwerty"), &json!("201")));
}

/// The second example of section 3.7.2: a manager, in the extension.
#[tokio::test]
async fn references_in_extensions_are_resolved() {
    let client = clean();
    let mut bob = person("ytrewq", "Bob");
    bob["data"][urn::ENTERPRISE_USER] = json!({"employeeNumber": "11250", "manager": {"value": "bulkId:qwerty"}});
    let done = results(&bulk(&client, json!([person("qwerty", "Alice"), bob])).await);
    let bob = client.get(&format!("/Users/{}", id(&done[1]))).await.json;
    assert_eq!(bob[urn::ENTERPRISE_USER]["manager"]["value"], json!(id(&done[0])));
}

/// The example of section 3.7.1: two groups, each a member of the other.
#[tokio::test]
async fn two_groups_may_refer_to_each_other() {
    let client = clean();
    let operations =
        json!([group("qwerty", "Group A", &["bulkId:ytrewq"]), group("ytrewq", "Group B", &["bulkId:qwerty"])]);
    let done = bulk(&client, operations).await;
    assert_eq!(statuses(&done), ["201", "201"]);
    let done = results(&done);
    let (a, b) = (id(&done[0]), id(&done[1]));
    assert_eq!((client.members(&a).await, client.members(&b).await), (vec![b.clone()], vec![a.clone()]));
    for (id, result) in [(&a, &done[0]), (&b, &done[1])] {
        let read = client.get(&format!("/Groups/{id}")).await;
        assert_eq!(read.header("etag"), result["version"], "the version after all is done");
        assert_eq!(read.json["members"][0]["type"], "Group");
    }
    let itself = results(&bulk(&client, json!([group("x", "Group C", &["bulkId:x"])])).await);
    assert_eq!(client.members(&id(&itself[0])).await, [id(&itself[0])]);
}

/// Section 3.7.1: where a circle can't be resolved it is 409, and nothing of it is left half done.
#[tokio::test]
async fn a_circle_that_fails_leaves_nothing() {
    let client = clean();
    // A is refused for its name, so that neither C, made first, nor B, which has C for a member, can be completed.
    let operations = json!([
        group("a", "", &["bulkId:b"]),
        group("b", "B", &["bulkId:c"]),
        group("c", "C", &["bulkId:a"]),
        person("u", "Alice"),
        group("d", "D", &["bulkId:u"]),
        patch("/Groups/bulkId:b", json!([{"op": "remove", "path": "members"}]))
    ]);
    let done = bulk(&client, operations).await;
    assert_eq!(statuses(&done), ["400", "409", "409", "201", "201", "409"]);
    let done = results(&done);
    assert!(done[1].get("location").is_none() && done[5].get("location").is_none());
    assert_eq!(done[2]["response"]["schemas"], json!([urn::ERROR]));
    for name in ["B", "C"] {
        assert_eq!(client.find("Groups", "displayName", name).await.total(), 0);
    }
    // The same where the server stops before the circle is closed (failOnErrors).
    let stopped = json!({
        "schemas": [urn::BULK_REQUEST], "failOnErrors": 1,
        "Operations": [
            group("a", "A", &["bulkId:b", "bulkId:bad"]), group("b", "B", &["bulkId:a"]), person("bad", "Alice")
        ]
    });
    let done = client.post("/Bulk", &stopped).await;
    assert_eq!(statuses(&done), ["409", "409"]);
    let rest: Vec<Value> = results(&done).iter().map(|result| result["bulkId"].clone()).collect();
    assert_eq!(rest, ["b", "bad"]);
    assert_eq!(client.find("Groups", "displayName", "B").await.total(), 0);
}

/// A server with a fault in PUT can't complete a circle.
#[tokio::test]
async fn what_a_fault_refuses_in_a_circle_is_taken_back() {
    let client = Client::with_fault(Some("put-not-supported"));
    let done = bulk(&client, json!([group("a", "A", &["bulkId:b"]), group("b", "B", &["bulkId:a"])])).await;
    assert_eq!(statuses(&done), ["409", "409"]);
    assert_eq!(client.find("Groups", "displayName", "A").await.total(), 0);
}

/// Section 3.7: the outcome is that of the client's order, so a creation comes before what refers to it.
#[tokio::test]
async fn references_may_come_before_what_they_refer_to() {
    let client = clean();
    let bob = client.user("bob").await;
    let crew = client.group("crew", &[&bob]).await;
    let target = format!("/Groups/{crew}");
    let operations = json!([
        patch(&target, json!([{"op": "add", "path": "members", "value": [{"value": "bulkId:u"}]}])),
        patch(&target, json!([{"op": "remove", "path": format!("members[value eq \"{bob}\"]")}])),
        patch("/Groups/bulkId:g", json!([{"op": "remove", "path": "members[value eq \"bulkId:u\"]"}])),
        group("g", "Guides", &["bulkId:u", &bob]),
        person("u", "Alice"),
        {"method": "DELETE", "path": "/Users/bulkId:v"},
        person("v", "Victor")
    ]);
    let done = bulk(&client, operations).await;
    assert_eq!(statuses(&done), ["200", "200", "200", "201", "201", "204", "201"]);
    let done = results(&done);
    assert_eq!(client.members(&crew).await, [id(&done[4])]);
    assert_eq!(client.members(&id(&done[3])).await, [bob]);
    assert_eq!(done[2]["location"], done[3]["location"]);
    assert_eq!(client.lookup("Victor").await.total(), 0);
}

/// The third example, of section 3.7.3: create, replace, change and delete, each with its version.
#[tokio::test]
async fn every_method_has_its_result() {
    let client = clean();
    let mut old = Vec::new();
    for name in ["b", "d", "e"] {
        old.push(client.post("/Users", &user(name)).await);
    }
    let path = |at: usize| format!("/Users/{}", old[at].id());
    let version = |at: usize| old[at].header("etag").to_owned();
    let mut operations = json!([
        person("qwerty", "Alice"),
        {"method": "PUT", "path": path(0), "version": version(0), "data": {"schemas": [urn::USER], "userName": "Bob"}},
        patch(&path(1), json!([
            {"op": "remove", "path": "nickName"}, {"op": "add", "path": "userName", "value": "Dave"}
        ])),
        {"method": "DELETE", "path": path(2), "version": version(2)}
    ]);
    operations[2]["version"] = version(1).into();
    let request = json!({"schemas": [urn::BULK_REQUEST], "failOnErrors": 1, "Operations": operations});
    let done = client.post("/Bulk", &request).await;
    assert_eq!(statuses(&done), ["201", "200", "200", "204"]);
    let done = results(&done);
    for (at, name) in [(0, "Alice"), (1, "Bob"), (2, "Dave")] {
        let read = client.get(&format!("/Users/{}", id(&done[at]))).await;
        assert_eq!(
            (&read.json["userName"], read.header("etag")),
            (&json!(name), done[at]["version"].as_str().unwrap())
        );
        assert!(done[at].get("response").is_none());
    }
    assert_eq!(done[3], json!({"location": old[2].header("location"), "method": "DELETE", "status": "204"}));

    // The same again, now that all is different: every operation fails and the rest is tried all the same.
    operations[0]["bulkId"] = "again".into();
    let failed = bulk(&client, operations.clone()).await;
    assert_eq!(statuses(&failed), ["409", "412", "412", "404"]);
    let failed = results(&failed);
    assert!(failed[0].get("location").is_none(), "a failed POST has none");
    for (at, result) in failed.iter().enumerate() {
        assert_eq!(result["response"]["status"], result["status"]);
        assert!(at == 0 || result["location"] == old[at - 1].header("location"));
    }
    assert_eq!(failed[0]["response"]["scimType"], "uniqueness");

    // failOnErrors: what comes after the last error that is allowed is not tried.
    for (limit, tried) in [(1, 1), (3, 3), (9, 4)] {
        let request = json!({"schemas": [urn::BULK_REQUEST], "failOnErrors": limit, "Operations": operations});
        assert_eq!(results(&client.post("/Bulk", &request).await).len(), tried);
    }
}

/// Section 3.7.3: what is wrong with one operation is the status of that one.
#[tokio::test]
async fn operations_fail_one_by_one() {
    let client = clean();
    let ada = client.user("ada").await;
    let data = json!({"schemas": [urn::USER], "userName": "x"});
    let put = |path: &str| json!({"method": "PUT", "path": path, "data": data});
    let operations = json!([
        {"method": "POST", "path": "/Users", "data": data},
        {"method": "GET", "path": format!("/Users/{ada}")},
        {"method": "POST", "path": "/Bulk", "bulkId": "1", "data": {"schemas": [urn::BULK_REQUEST]}},
        {"method": "POST", "path": "/Users/.search", "bulkId": "2", "data": {"schemas": [urn::SEARCH_REQUEST]}},
        put("/Me"),
        put("/"),
        put("/Shoes/1"),
        put("/Users"),
        put("/Users/nobody"),
        {"method": "POST", "path": format!("/Users/{ada}"), "bulkId": "3", "data": data},
        {"method": "POST", "path": "/Users", "bulkId": "4", "data": []},
        {"method": "POST", "path": "/Users", "bulkId": "5", "data": {"schemas": [urn::USER]}},
        group("6", "refers to nothing", &["bulkId:nothing"]),
        group("7", "refers to a failure", &["bulkId:5"]),
        {"method": "DELETE", "path": format!("/Users/{ada}"), "version": "\u{7}"},
        patch(&format!("/Users/{ada}"), json!([])),
        person("8", "Zoë")
    ]);
    let done = bulk(&client, operations).await;
    let expected = [
        "400", "400", "400", "400", "400", "400", "404", "405", "404", "405", "400", "400", "400", "409", "412", "400",
        "201",
    ];
    assert_eq!(statuses(&done), expected);
    for result in &results(&done)[..16] {
        assert_eq!(result["response"]["status"], result["status"]);
        assert_eq!(result["response"]["schemas"], json!([urn::ERROR]));
    }
    assert_eq!(client.lookup("Zoë").await.total(), 1);
    for kind in ["Roles", "Entitlements"] {
        let name = format!("urn:okta:scim:schemas:core:1.0:{}", if kind == "Roles" { "Role" } else { "Entitlement" });
        let data = json!({"schemas": [name], "displayName": "New", "type": "Licence"});
        let make = json!([{"method": "POST", "path": format!("/{kind}"), "bulkId": "x", "data": data}]);
        assert_eq!(statuses(&bulk(&client, make).await), ["201"], "{kind}");
    }
}

/// Section 3.7.4: both limits hold, and the answer names the one that was passed.
#[tokio::test]
async fn limits_are_told() {
    let client = clean();
    let gone = json!({"method": "DELETE", "path": "/Users/x"});
    let many = |count: usize| Value::Array(vec![gone.clone(); count]);
    assert_eq!(results(&bulk(&client, many(1000)).await).len(), 1000);
    let refused = bulk(&client, many(1001)).await;
    assert_eq!(refused.status, 413);
    assert!(refused.json["detail"].as_str().unwrap().contains("1000"));
    let sized = |size: usize| {
        let head = json!({"schemas": [urn::BULK_REQUEST], "Operations": [gone]}).to_string();
        let padding = " ".repeat(size - head.len());
        let (client, body) = (&client, head + &padding);
        async move { client.send("POST", "/Bulk", &[("content-type", "application/json")], body).await }
    };
    assert_eq!(sized(1024 * 1024).await.status, 200);
    let refused = sized(1024 * 1024 + 1).await;
    assert_eq!((refused.status, &refused.json["status"]), (413, &json!("413")));
    assert!(refused.json["detail"].as_str().unwrap().contains("1048576"));
}

#[tokio::test]
async fn requests_are_checked_as_a_whole() {
    let client = clean();
    let twice = json!([person("a", "Alice"), person("a", "Bob")]);
    let refused = bulk(&client, twice).await;
    assert_eq!((refused.status, &refused.json["scimType"]), (400, &json!("invalidValue")));
    assert_eq!(client.lookup("Alice").await.total(), 0);
    for body in [json!({}), json!({"schemas": [urn::BULK_REQUEST]}), json!([])] {
        let refused = client.post("/Bulk", &body).await;
        assert_eq!((refused.status, &refused.json["scimType"]), (400, &json!("invalidSyntax")), "{body}");
    }
    let get = client.get("/Bulk").await;
    assert_eq!((get.status, get.header("allow")), (405, "POST"));
    let plain = client.send("POST", "/Bulk", &[("content-type", "text/plain")], "{}").await;
    assert_eq!(plain.status, 415);
    let closed = Client::new(ServerOptions { token: Some("s3cret".into()), ..ServerOptions::default() });
    assert_eq!(bulk(&closed, json!([person("a", "Alice")])).await.status, 401);
}

/// Faults act on each operation as on a request of its own.
#[tokio::test]
async fn faults_act_on_operations() {
    for (fault, statuses_then) in [
        ("group-create-500", ["201", "500"]),
        ("post-200-not-201", ["200", "200"]),
        ("create-403", ["403", "409"]),
        ("create-empty-body", ["201", "201"]),
        ("id-missing", ["201", "201"]),
    ] {
        let client = Client::with_fault(Some(fault));
        let done = bulk(&client, json!([person("u", "Alice"), group("g", "Guides", &["bulkId:u"])])).await;
        assert_eq!(statuses(&done), statuses_then, "{fault}");
    }
    let client = Client::with_fault(Some("create-inactive"));
    bulk(&client, json!([person("u", "Alice")])).await;
    assert_eq!(client.lookup("Alice").await.json["Resources"][0]["active"], false);
}
