//! Filtering, sorting and paging over HTTP (RFC 7644 section 3.4.2).

use scim_check::scim::urn;
use scim_check::server::ServerOptions;
use serde_json::{Value, json};

use crate::client::Client;

fn empty() -> Client {
    Client::new(ServerOptions::default())
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Makes users of these attributes and a name.
async fn make(client: &Client, users: &[(&str, Value)]) {
    for (name, attributes) in users {
        let mut body = json!({"schemas": [urn::USER], "userName": name});
        body.as_object_mut().unwrap().extend(attributes.as_object().cloned().unwrap_or_default());
        let made = client.post("/Users", &body).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
}

async fn sorted(client: &Client, query: &str) -> Vec<String> {
    let reply = client.get(&format!("/Users?{query}")).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.text);
    reply.names()
}

#[tokio::test]
async fn sorting_follows_the_attribute() {
    let client = empty();
    let email = |primary: &str, other: &str| json!({"emails": [{"value": other}, {"value": primary, "primary": true}]});
    make(
        &client,
        &[
            ("c", json!({"title": "b", "name": {"givenName": "Zoe"}, "externalId": "b"})),
            ("B", json!({"title": "A", "name": {"givenName": "adam"}, "externalId": "B"})),
            ("a", email("1@x", "9@x")),
            ("d", email("2@x", "0@x")),
        ],
    )
    .await;
    for (query, wanted) in [
        ("sortBy=userName", ["a", "B", "c", "d"]),
        ("sortBy=USERNAME&sortOrder=Ascending", ["a", "B", "c", "d"]),
        ("sortBy=userName&sortOrder=descending", ["d", "c", "B", "a"]),
        // What has no value comes last, and first the other way round.
        ("sortBy=title", ["B", "c", "a", "d"]),
        ("sortBy=title&sortOrder=descending", ["a", "d", "c", "B"]),
        ("sortBy=name.givenName", ["B", "c", "a", "d"]),
        // externalId is case-exact.
        ("sortBy=externalId", ["B", "c", "a", "d"]),
        // Of several values the primary one counts.
        ("sortBy=emails", ["a", "d", "c", "B"]),
        ("sortBy=emails.value", ["a", "d", "c", "B"]),
        ("sortBy=meta.created", ["c", "B", "a", "d"]),
        ("sortBy=urn:ietf:params:scim:schemas:core:2.0:User:userName", ["a", "B", "c", "d"]),
        // Without sortBy its order means nothing.
        ("sortOrder=descending", ["c", "B", "a", "d"]),
    ] {
        assert_eq!(sorted(&client, query).await, wanted, "{query}");
    }
    assert_eq!(sorted(&client, "sortBy=userName&startIndex=2&count=2").await, ["B", "c"]);
    assert_eq!(sorted(&client, "sortBy=userName&filter=title+pr").await, ["B", "c"]);
    for (query, kind) in [
        ("sortBy=shoe", "invalidPath"),
        ("sortBy=name", "invalidPath"),
        ("sortBy=a b", "invalidPath"),
        ("sortBy=userName&sortOrder=up", "invalidValue"),
    ] {
        let refused = client.get(&format!("/Users?{}", query.replace(' ', "+"))).await;
        assert_eq!((refused.status, &refused.json["scimType"]), (400, &json!(kind)), "{query}");
    }
}

#[tokio::test]
async fn pages_have_bounds() {
    let client = Client::new(ServerOptions { seed: 1100, ..ServerOptions::default() });
    let config = client.get("/ServiceProviderConfig").await.json;
    assert_eq!(config["filter"]["maxResults"], 1000);
    for (query, start, items) in [
        ("", 1, 100),
        ("count=1000", 1, 1000),
        ("count=5000", 1, 1000),
        ("count=9223372036854775807", 1, 1000),
        ("count=0", 1, 0),
        ("count=-1", 1, 0),
        ("startIndex=-9&count=1", 1, 1),
        ("startIndex=1100&count=10", 1100, 1),
        ("startIndex=1101&count=10", 1101, 0),
        ("filter=userName+pr&count=0", 1, 0),
        ("filter=userName+pr&startIndex=1100", 1100, 1),
        ("STARTINDEX=3&Count=2", 3, 2),
    ] {
        let page = client.get(&format!("/Users?{query}")).await;
        assert_eq!((page.status, page.total()), (200, 1100), "{query}");
        assert_eq!(page.json["startIndex"], start, "{query}");
        assert_eq!(page.json["itemsPerPage"], items, "{query}");
        assert_eq!(page.json["Resources"].as_array().unwrap().len(), items, "{query}");
        assert_eq!(page.json["schemas"], json!([urn::LIST_RESPONSE]));
    }
    for query in ["count=", "startIndex=one", "count=1.5"] {
        let refused = client.get(&format!("/Users?{query}")).await;
        assert_eq!((refused.status, &refused.json["scimType"]), (400, &json!("invalidValue")), "{query}");
    }
}

#[tokio::test]
async fn filters_reach_every_kind_of_attribute() {
    let client = empty();
    let extension = json!({urn::ENTERPRISE_USER: {"department": "Tours", "manager": {"value": "7"}}});
    make(
        &client,
        &[
            ("ada", json!({"name": {"givenName": "Ada"}, "active": false})),
            ("bob", json!({"emails": [{"value": "b@x", "type": "work"}]})),
            ("eve", extension),
        ],
    )
    .await;
    let bob = client.lookup("bob").await.json["Resources"][0]["id"].as_str().unwrap().to_owned();
    client.group("crew", &[&bob]).await;
    for (filter, wanted) in [
        ("active eq false", vec!["ada"]),
        ("active eq \"False\"", vec!["ada"]),
        ("name.givenName sw \"a\"", vec!["ada"]),
        ("emails[type eq \"work\" and value eq \"B@x\"]", vec!["bob"]),
        ("groups.display eq \"Crew\"", vec!["bob"]),
        ("groups pr", vec!["bob"]),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"tours\"", vec!["eve"]),
        ("schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"", vec!["eve"]),
        ("not (name pr) and not (groups pr)", vec!["eve"]),
        ("meta.created le \"2000-01-01T00:00:00+14:00\"", vec![]),
        ("meta.resourceType eq \"User\" and userName ne \"bob\"", vec!["ada", "eve"]),
        ("userName eq \"ADA\" or userName eq \"EVE\"", vec!["ada", "eve"]),
        ("id eq \"nobody\"", vec![]),
        ("name eq null", vec!["bob", "eve"]),
    ] {
        let found = client.get(&format!("/Users?filter={}", encoded(filter))).await;
        assert_eq!(found.names(), wanted, "{filter}");
        assert_eq!(found.total(), i64::try_from(wanted.len()).unwrap(), "{filter}");
    }
    let by_id = client.get(&format!("/Users?filter={}", encoded(&format!("id eq \"{bob}\"")))).await;
    assert_eq!(by_id.names(), ["bob"]);
    let by_member = client.get(&format!("/Groups?filter={}", encoded(&format!("members.value eq \"{bob}\"")))).await;
    assert_eq!(by_member.names(), ["crew"]);
    for filter in [
        "active gt true",
        "userName eq 7",
        "meta.created gt \"yesterday\"",
        "shoe pr",
        "not (shoe pr)",
        "password eq \"x\"",
        "userName eq",
        "userName eq \"x\" and",
        "userName eq 'x'",
        "(userName pr",
        "members pr",
    ] {
        let refused = client.get(&format!("/Users?filter={}", encoded(filter))).await;
        assert_eq!((refused.status, &refused.json["scimType"]), (400, &json!("invalidFilter")), "{filter}");
        assert_eq!(refused.json["schemas"], json!([urn::ERROR]));
        assert!(refused.json["detail"].as_str().is_some_and(|d| !d.is_empty()));
    }
}
