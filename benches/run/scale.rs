//! Large directories, large groups, many scenarios.

use std::{fs, time::Instant};

use serde_json::{Value, json};

use crate::measured::{Server, TOKEN, measure, milliseconds, ours, quick};

/// Scenarios of the user's own.
const SCENARIOS: usize = 10_000;

pub fn print() {
    println!("\n## Scale\n\n| people | import, in pages of 100: CPU, memory | from start to end |\n|---|---|---|");
    let folder = tempfile::tempdir().unwrap();
    for people in [1_000, 10_000, 100_000].into_iter().take(if quick() { 1 } else { 3 }) {
        let server = Server::start(people, &[]);
        let taken = measure(&server.run(folder.path(), &["okta/import/everybody@okta-catalogue"]), 3);
        println!("| {people} | {} | {} |", taken.cell(), milliseconds(taken.wall));
    }
    groups();
    scenarios();
}

/// What the reference server takes for groups of a thousand and of ten thousand.
fn groups() {
    println!("\n| a group, reference server | 1,000 members | 10,000 members | times as long |\n|---|---|---|---|");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = Server::start(10_000, &[]);
    let _ = rustls::crypto::ring::default_provider().install_default();
    runtime.block_on(async {
        let client = Asking {
            client: reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap(),
            base: server.base.clone(),
        };
        let mut ids = Vec::new();
        while ids.len() < 10_000 {
            let page = client
                .ask("GET", &format!("/Users?attributes=id&count=200&startIndex={}", ids.len() + 1), None)
                .await
                .1;
            ids.extend(page["Resources"].as_array().unwrap().iter().map(|user| json!({"value": user["id"]})));
        }
        let small = client.operations(&ids[..1_000]).await;
        let large = client.operations(&ids).await;
        for ((name, small), (_, large)) in small.into_iter().zip(large) {
            println!("| {name} | {small:.1} ms | {large:.1} ms | {:.1} |", large / small);
        }
    });
}

struct Asking {
    client: reqwest::Client,
    base: String,
}

impl Asking {
    /// Asks, and answers how long it took in milliseconds, and what came.
    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> (f64, Value) {
        let mut request =
            self.client.request(method.parse().unwrap(), format!("{}{path}", self.base)).bearer_auth(TOKEN);
        if let Some(body) = body {
            request = request.header("Content-Type", "application/scim+json").body(body.to_string());
        }
        let began = Instant::now();
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{method} {path}: {}", answer.status());
        let body = answer.bytes().await.unwrap();
        (began.elapsed().as_secs_f64() * 1000.0, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn operations(&self, members: &[Value]) -> Vec<(&'static str, f64)> {
        let group = |members: &[Value]| json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": format!("crowd {}", members.len()), "members": members});
        let patch = |op: &str, value: &[Value]| {
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                   "Operations": [{"op": op, "path": "members", "value": value}]})
        };
        let (half, reversed) = (&members[..members.len() / 2], members.iter().rev().cloned().collect::<Vec<_>>());
        let mut all = Vec::new();
        let (time, made) = self.ask("POST", "/Groups", Some(&group(members))).await;
        all.push(("POST", time));
        let path = format!("/Groups/{}", made["id"].as_str().unwrap());
        for (name, method, body) in [
            ("GET", "GET", None),
            ("PUT, in another order", "PUT", Some(group(&reversed))),
            ("PATCH: remove one", "PATCH", Some(patch("remove", &members[..1]))),
            ("PATCH: add one", "PATCH", Some(patch("add", &members[..1]))),
            ("PATCH: remove half", "PATCH", Some(patch("remove", half))),
            ("PATCH: add all", "PATCH", Some(patch("add", members))),
            ("PATCH: replace by half", "PATCH", Some(patch("replace", half))),
        ] {
            all.push((name, self.ask(method, &path, body.as_ref()).await.0));
        }
        self.ask("DELETE", &path, None).await;
        all
    }
}

/// How long many scenarios of the user's own keep one of them waiting.
fn scenarios() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/okta/lifecycle/unassign.yaml")).unwrap();
    fs::create_dir(folder.path().join("own")).unwrap();
    for number in 0..SCENARIOS {
        fs::write(folder.path().join(format!("own/s{number}.yaml")), &text).unwrap();
    }
    let mut command = ours(&["run", "--dry-run", "--scenarios", ".", "own/s1"]);
    let taken = measure(command.current_dir(folder.path()), 3);
    println!(
        "\nOne of {SCENARIOS} scenarios of the user's own, `--dry-run`: {} from start to end, {}.",
        milliseconds(taken.wall),
        taken.cell()
    );
}
