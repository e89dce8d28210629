//! Faults that show in lists and lookups. The servers hold ten others, the tenth of them inactive.

use scim_check::scim::urn;
use scim_check::server::{ServerOptions, fault};
use serde_json::json;

use crate::client::Client;

pub async fn shows(name: &str, client: &Client) -> Option<bool> {
    client.user("Zoë+1@x.example").await;
    let list = client.get("/Users?startIndex=3&count=4").await;
    Some(match name {
        "filter-ignored" => client.lookup("nobody").await.total() == 11,
        "filter-500" => client.lookup("nobody").await.status == 500,
        "filter-invalid-returns-all" => {
            let found = client.get("/Users?filter=shoe+eq+%22x%22").await;
            found.status == 200 && found.total() == 11
        }
        "filter-plus-sign" => client.lookup("Zoë+1@x.example").await.total() == 0,
        "filter-non-ascii" => client.lookup("Zoë+1@x.example").await.status == 400,
        "filter-substring" => client.lookup("corp.example").await.total() == 10,
        "filter-case-sensitive" => {
            let exact = client.lookup("Zoë+1@x.example").await.total();
            exact == 1 && client.lookup("ZOË+1@X.example").await.total() == 0
        }
        "lookup-miss-404" => client.lookup("nobody").await.status == 404,
        "deactivated-user-hidden-from-filter" => {
            let all = client.get("/Users").await;
            let inactive = all.names()[9].clone();
            client.lookup(&inactive).await.total() == 0
        }
        "list-schema-missing" => list.json.get("schemas").is_none(),
        "list-numbers-as-strings" => {
            list.json["totalResults"] == "11" && list.json["startIndex"] == "3" && list.json["itemsPerPage"] == "4"
        }
        "list-resources-missing" => list.total() == 11 && list.json.get("Resources").is_none(),
        "list-resources-null" => {
            let empty = client.lookup("nobody").await;
            empty.total() == 0 && empty.json.get("Resources") == Some(&serde_json::Value::Null)
        }
        "list-total-missing" => list.json.get("totalResults").is_none(),
        "list-empty-body" => list.status == 200 && list.text.is_empty(),
        "page-one-short" => list.names().len() == 3,
        "filter-finds-twins" => client.lookup("Zoë+1@x.example").await.total() == 2,
        "list-hides-inactive" => list.total() == 10,
        "list-ids-differ" => {
            let id = list.json["Resources"][0]["id"].as_str().unwrap_or_default().to_owned();
            client.get(&format!("/Users/{id}")).await.status == 404
        }
        "list-duplicates" => list.names().len() == 8,
        "totalresults-is-page-size" => list.total() == 4,
        "startindex-ignored" => {
            let first = client.get("/Users?count=4").await;
            first.names() == list.names()
        }
        "page-cap-50" => {
            let options = ServerOptions { seed: 120, ..ServerOptions::default() };
            // The same server as the one given, with more people in it.
            let capped = client.get("/Users?count=1000").await;
            let faulty = is_faulty(client).await;
            let many = Client::new(ServerOptions {
                faults: fault::by_name(name).filter(|_| faulty).into_iter().collect(),
                ..options
            });
            let page = many.get("/Users?count=100").await;
            capped.total() == 11 && page.total() == 120 && page.names().len() == 50
        }
        "list-misses-scim-users" => {
            let all = client.get("/Users").await.total();
            all == 10 && client.lookup("Zoë+1@x.example").await.total() == 1
        }
        "test-count-2-500" => client.get("/Users?startIndex=1&count=2").await.status == 500,
        _ => return None,
    })
}

/// Whether the client speaks to a server that caps its pages: fills it up and looks.
async fn is_faulty(client: &Client) -> bool {
    for number in 0..50 {
        let body = json!({"schemas": [urn::USER], "userName": format!("filler{number}")});
        client.post("/Users", &body).await;
    }
    client.get("/Users").await.names().len() == 50
}
