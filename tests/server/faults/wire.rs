//! Faults of credentials, media types, error bodies and HTTP.

use std::time::{Duration, Instant};

use axum::body::Body;
use scim_check::scim::urn;
use serde_json::{Value, json};

use crate::client::{Client, Reply, user};

const TOKEN: &str = "Bearer s3cret";

async fn with_token(client: &Client, token: &str) -> Reply {
    let headers = [("authorization", token)];
    client.send("GET", "/Users", &headers, Body::empty()).await
}

pub async fn shows(name: &str, client: &Client) -> Option<bool> {
    let list = client.get("/Users").await;
    let missing = client.get("/Users/nobody").await;
    Some(match name {
        "unauthenticated-access" => list.status == 200,
        "token-not-verified" => {
            let wrong = with_token(client, "Bearer wrong").await.status;
            wrong == 200 && list.status == 401
        }
        "unauthorized-403-for-bad-token" => {
            let good = with_token(client, TOKEN).await.status;
            good == 200 && with_token(client, "Bearer wrong").await.status == 403
        }
        "unauthorized-500" => {
            let good = with_token(client, TOKEN).await.status;
            good == 200 && list.status == 500
        }
        "www-authenticate-missing" => list.status == 401 && list.header("www-authenticate").is_empty(),
        "scim-json-rejected" => {
            let plain = [("content-type", "application/json")];
            let body = user("bob").to_string();
            let other = client.send("POST", "/Users", &plain, body).await;
            other.status == 201 && client.post("/Users", &user("ada")).await.status == 415
        }
        "accept-refused" => {
            let plain = [("accept", "application/json")];
            let other = client.send("GET", "/Users", &plain, Body::empty()).await;
            other.status == 200 && list.status == 406
        }
        "media-type-text-plain" => list.header("content-type") == "text/plain" && list.json.is_object(),
        "any-path-served" => client.get("/elsewhere/Users").await.total() == list.total(),
        "slow-answers" => {
            let start = Instant::now();
            client.get("/Users?count=1").await;
            start.elapsed() >= Duration::from_millis(300)
        }
        "not-json-body" => list.status == 200 && list.json == Value::Null && !list.text.is_empty(),
        "html-answers" => missing.status == 200 && missing.header("content-type") == "text/html",
        "redirect-everything" => list.status == 301 && list.header("location").ends_with("/api/scim/v2/Users"),
        "error-not-scim-body" => missing.status == 404 && missing.json == Value::Null,
        "error-schema-missing" => missing.json.get("schemas").is_none(),
        "error-status-number" => missing.json["status"] == 404,
        "error-detail-missing" => missing.json.get("detail").is_none(),
        "error-nested" => missing.json["error"]["schemas"] == json!([urn::ERROR]),
        "error-status-missing" => missing.json.get("status").is_none(),
        "error-status-differs" => missing.status == 404 && missing.json["status"] == "500",
        _ => return None,
    })
}
