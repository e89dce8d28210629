//! Queries by POST and queries of the root (RFC 7644 sections 3.4.2.1 and 3.4.3).

use axum::body::Body;
use scim_check::scim::urn;
use serde_json::{Value, json};

use crate::client::{Client, Reply, user};

/// Ten people and a group from the beginning, three roles and three entitlements; then two people and a group more.
async fn smiths() -> Client {
    let client = Client::with_fault(None);
    let jsmith = client.user("jsmith").await;
    for name in ["Smith, James", "Jensen, Babs"] {
        let mut body = user(&name.to_lowercase().replace(", ", "."));
        body["displayName"] = name.into();
        assert_eq!(client.post("/Users", &body).await.status, 201);
    }
    client.group("Smith Family", &[&jsmith]).await;
    client
}

async fn search(client: &Client, target: &str, parameters: Value) -> Reply {
    let mut message = json!({"schemas": [urn::SEARCH_REQUEST]});
    message.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
    client.post(target, &message).await
}

async fn root(client: &Client, filter: &str) -> Reply {
    let filter: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    client.get(&format!("/?filter={filter}")).await
}

fn refusal(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.json["scimType"].as_str().unwrap_or_default())
}

/// Figure 4 of section 3.4.3, which figure 5 answers with a user and a group.
#[tokio::test]
async fn the_example_of_the_rfc_finds_a_user_and_a_group() {
    let client = smiths().await;
    let found = search(
        &client,
        "/.search",
        json!({
            "attributes": ["displayName", "userName"], "filter": "displayName sw \"smith\"",
            "startIndex": 1, "count": 10
        }),
    )
    .await;
    assert_eq!((found.status, found.total()), (200, 2));
    assert_eq!(found.json["schemas"], json!([urn::LIST_RESPONSE]));
    let (person, group) = (&found.json["Resources"][0], &found.json["Resources"][1]);
    assert_eq!(person["userName"], "smith.james");
    assert_eq!((&group["displayName"], &group["schemas"]), (&json!("Smith Family"), &json!([urn::GROUP])));
    assert!(group.get("members").is_none() && group.get("meta").is_none(), "not among attributes");
}

/// Section 3.4.3: the message has the parameters of section 3.4.2, with the same meaning.
#[tokio::test]
async fn a_message_finds_what_parameters_find() {
    let client = smiths().await;
    for (query, parameters) in [
        ("", json!({})),
        ("", json!({"filter": null, "count": null, "attributes": []})),
        ("filter=active+eq+false", json!({"FILTER": "active eq false"})),
        ("startIndex=3&count=4", json!({"startIndex": 3, "count": 4})),
        ("startIndex=-3&count=-4", json!({"startIndex": -3, "count": -4})),
        (
            "sortBy=name.familyName&sortOrder=descending",
            json!({"sortBy": "name.familyName", "sortOrder": "descending"}),
        ),
        ("attributes=emails.value,title", json!({"attributes": ["emails.value", "title"]})),
        ("excludedAttributes=name,emails", json!({"excludedAttributes": ["name", "emails"]})),
    ] {
        let get = client.get(&format!("/Users?{query}")).await;
        let post = search(&client, "/Users/.search", parameters).await;
        assert_eq!((get.status, post.status), (200, 200), "{query}");
        assert_eq!(get.json, post.json, "{query}");
    }
    for (endpoint, total) in [("/Groups", 2), ("/Roles", 3), ("/Entitlements/", 3)] {
        assert_eq!(search(&client, &format!("{endpoint}/.search"), json!({})).await.total(), total, "{endpoint}");
    }
}

/// Table 9: `invalidSyntax` for the message, `invalidValue` for a value of the wrong type.
#[tokio::test]
async fn messages_are_checked() {
    let client = smiths().await;
    for (parameters, kind) in [
        (json!({"schemas": [urn::PATCH_OP]}), "invalidSyntax"),
        (json!({"schemas": null}), "invalidSyntax"),
        (json!({"startIndex": "1"}), "invalidValue"),
        (json!({"count": 1.5}), "invalidValue"),
        (json!({"filter": ["title pr"]}), "invalidValue"),
        (json!({"attributes": "userName"}), "invalidValue"),
        (json!({"attributes": ["userName", 7]}), "invalidValue"),
        (json!({"sortBy": true}), "invalidValue"),
        (json!({"sortBy": "title", "sortOrder": "sideways"}), "invalidValue"),
        (json!({"sortBy": "shoe"}), "invalidPath"),
        (json!({"filter": "shoe eq 9"}), "invalidFilter"),
        (json!({"filter": "title"}), "invalidFilter"),
        (json!({"filter": "password eq \"q7Zt2mKp\""}), "invalidFilter"),
    ] {
        for target in ["/Users/.search", "/.search"] {
            let refused = search(&client, target, parameters.clone()).await;
            assert_eq!(refusal(&refused), (400, kind), "{target} {parameters}");
        }
    }
    assert_eq!(client.post("/.search", &json!([])).await.status, 400);
    let plain = client.send("POST", "/.search", &[("content-type", "text/plain")], "{}").await;
    assert_eq!(plain.status, 415);
    let get = client.get("/Users/.search").await;
    assert_eq!((get.status, get.header("allow")), (405, "POST"));
    for nowhere in ["/Shoes/.search", "/Schemas/.search", "/Users/x/.search"] {
        assert_eq!(search(&client, nowhere, json!({})).await.status, 404, "{nowhere}");
    }
}

/// Section 3.4.2.1: the root stands for everything, narrowed down by `meta.resourceType`.
#[tokio::test]
async fn the_root_is_about_all_resource_types() {
    let client = smiths().await;
    for target in ["", "/"] {
        let all = client.get(target).await;
        assert_eq!((all.status, all.total()), (200, 13 + 2 + 3 + 3));
    }
    let types = |reply: Reply| -> Vec<String> {
        let all = reply.json["Resources"].as_array().unwrap().clone();
        all.iter().map(|r| r["meta"]["resourceType"].as_str().unwrap().to_owned()).collect()
    };
    let roles = root(&client, "meta.resourceType eq \"Role\"").await;
    assert_eq!(types(roles), ["Role"; 3]);
    let both = root(&client, "(meta.resourceType eq \"Group\") or (meta.resourceType eq \"Entitlement\")").await;
    assert_eq!(types(both), ["Group", "Group", "Entitlement", "Entitlement", "Entitlement"]);
    let page = client.get("/?startIndex=13&count=3").await;
    assert_eq!((page.total(), page.json["startIndex"].clone()), (21, json!(13)));
    assert_eq!(types(page), ["User", "Group", "Group"]);
    let refused = client.send("POST", "/", &[], Body::empty()).await;
    assert_eq!((refused.status, refused.header("allow")), (405, "GET"));
}

/// Section 3.4.2.1: an attribute that is not part of a resource type is one without a value there.
#[tokio::test]
async fn what_one_type_lacks_has_no_value_there() {
    let client = smiths().await;
    assert_eq!(root(&client, "userName eq \"JSMITH\"").await.names(), ["jsmith"]);
    let jsmith = client.lookup("jsmith").await.json["Resources"][0]["id"].clone();
    let either = format!("members.value eq {jsmith} or userName sw \"smith\"");
    assert_eq!(root(&client, &either).await.names(), ["smith.james", "Smith Family"]);
    assert_eq!(root(&client, "members pr").await.total(), 2);
    // Without a value nothing is equal, and everything is different.
    assert_eq!(root(&client, "not (userName pr)").await.total(), 8);
    assert_eq!(root(&client, "members.value ne \"x\"").await.total(), 21);
    // The same name in another schema is another attribute.
    let full = format!("{}:displayName sw \"Smith\"", urn::GROUP);
    assert_eq!(root(&client, &full).await.names(), ["Smith Family"]);
    assert_eq!(refusal(&root(&client, "shoe pr").await), (400, "invalidFilter"));
    let id = root(&client, &format!("id eq {jsmith}")).await;
    assert_eq!(id.names(), ["jsmith"]);
}

/// Section 3.4.2.3: what has no value comes last, first when descending.
#[tokio::test]
async fn a_mixed_list_has_one_order() {
    let client = smiths().await;
    let sorted = |order: &'static str| {
        let client = &client;
        async move {
            let filter = "displayName sw \"smith\" or userName eq \"jsmith\" or displayName eq \"Viewer\"";
            let parameters = json!({"filter": filter, "sortBy": "userName", "sortOrder": order});
            search(client, "/.search", parameters).await.names()
        }
    };
    assert_eq!(sorted("ascending").await, ["jsmith", "smith.james", "Smith Family", "Viewer"]);
    assert_eq!(sorted("descending").await, ["Smith Family", "Viewer", "smith.james", "jsmith"]);
    let by_name = client.get("/?sortBy=displayName&count=1000").await;
    let names: Vec<String> = by_name.json["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["displayName"].as_str().unwrap().to_lowercase())
        .collect();
    assert!(names.len() == 21 && names.is_sorted());
}
