//! Faults of time.

use serde_json::{Value, json};

use crate::client::{Client, user};

/// What the first three who look at a path see of an attribute.
async fn looks(client: &Client, path: &str, pointer: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(client.get(path).await.json.pointer(pointer).cloned().unwrap_or_default());
    }
    seen
}

pub async fn shows(name: &str, client: &Client) -> Option<bool> {
    Some(match name {
        "create-readable-late" | "reads-lag" => {
            let new = client.post("/Users", &user("late")).await.json;
            let path = format!("/Users/{}", new["id"].as_str().unwrap());
            let created = looks(client, &path, "/userName").await == [Value::Null, Value::Null, "late".into()];
            client.post("/Users", &user("listed")).await;
            let lookup = "/Users?filter=userName%20eq%20%22listed%22";
            let listed = looks(client, lookup, "/totalResults").await == [json!(0), json!(0), json!(1)];
            let change = json!([{"op": "replace", "value": {"active": false}}]);
            client.patch(&path, change).await;
            let changed = looks(client, &path, "/active").await;
            let lags = changed == [json!(true), json!(true), json!(false)];
            let at_once = changed == [json!(false), json!(false), json!(false)];
            created && listed && if name == "reads-lag" { lags } else { at_once }
        }
        "rate-limited" => {
            let mut limited = Vec::new();
            for at in 0..80 {
                let reply = client.post("/Users", &user(&format!("u{at}"))).await;
                if reply.status == 429 && reply.header("retry-after") == "1" {
                    limited.push(at);
                }
            }
            // Who has looked for other faults has written too.
            limited.len() == 2 && limited[1] - limited[0] == 40
        }
        _ => return None,
    })
}
