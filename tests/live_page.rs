//! The live page of the reference server: who may see it, what it is told, and what it never learns.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "live_page/browser.rs"]
mod browser;
mod support;
#[path = "live_page/wire.rs"]
mod wire;

use std::time::Instant;

use scim_check::server::{Server, ServerOptions, fault};
use serde_json::{Value, json};
use wire::{Events, authority, get, scim, send};

const TOKEN: &str = "t0ken-of-test";

async fn open_server(seed: usize) -> Server {
    Server::start(ServerOptions { seed, live_page: true, ..ServerOptions::default() }).await.unwrap()
}

async fn locked_server() -> Server {
    let options = ServerOptions { token: Some(TOKEN.to_owned()), live_page: true, ..ServerOptions::default() };
    Server::start(options).await.unwrap()
}

/// The cookie that a visit with the key gives.
async fn cookie(server: &Server) -> String {
    let url = server.page_url().unwrap();
    let entrance = get(server, &url[url.find("/?").unwrap()..], &[]).await;
    entrance.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

fn user(name: &str) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "password": "q7Zt2mKp"})
}

#[tokio::test]
async fn without_the_page_there_is_none() {
    let server = Server::start(ServerOptions::default()).await.unwrap();
    assert_eq!(server.page_url(), None);
    for target in ["/", "/live/state", "/live/events"] {
        let reply = get(&server, target, &[]).await;
        assert_eq!((reply.status, reply.header("content-type")), (404, Some("application/scim+json")), "{target}");
    }
}

#[tokio::test]
async fn every_answer_of_the_page_is_locked_down() {
    let server = open_server(3).await;
    assert_eq!(server.page_url().unwrap(), format!("http://{}/", authority(&server)));
    for (target, status) in [
        ("/", 200),
        ("/live/main.js", 200),
        ("/live/layout.css", 200),
        ("/live/state", 200),
        ("/live/resource?kind=User&id=nobody", 404),
        ("/live/nothing", 404),
    ] {
        let reply = get(&server, target, &[]).await;
        assert_eq!(reply.status, status, "{target}");
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(!policy.contains("http") && !policy.contains('*'), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{target} {name}");
        }
    }
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        assert_eq!(send(&server, method, "/live/state", &[], "{}").await.status, 405, "{method}");
    }
}

#[tokio::test]
async fn every_part_that_the_page_names_is_there() {
    let server = open_server(0).await;
    let mut unread = vec!["/".to_owned()];
    let mut read: Vec<String> = Vec::new();
    while let Some(target) = unread.pop() {
        let reply = get(&server, &target, &[]).await;
        assert_eq!(reply.status, 200, "{target}");
        assert!(!reply.body.contains("https://"), "{target} names another host");
        assert!(
            !["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"].iter().any(|w| reply.body.contains(w))
        );
        let quoted = reply.body.split('"').filter(|text| text.contains('.') && !text.contains(' '));
        let named = quoted.filter_map(|text| text.strip_prefix("./").or(text.strip_prefix("/live/")));
        let new: Vec<String> = named.map(|name| format!("/live/{name}")).filter(|name| !read.contains(name)).collect();
        unread.extend(new);
        read.push(target);
    }
    assert!(read.len() > 10, "{read:?}");
}

#[tokio::test]
async fn an_open_page_answers_to_loopback_names_only() {
    let server = open_server(3).await;
    let port = authority(&server).split(':').nth(1).unwrap().to_owned();
    for target in ["/", "/live/state", "/live/events", "/live/main.js"] {
        for host in ["evil.example", "127.0.0.1.evil.example", "192.0.2.7", ""] {
            let reply = get(&server, target, &[("Host", host)]).await;
            assert_eq!(reply.status, 403, "{target} {host}");
            assert!(reply.body.contains("localhost"), "{}", reply.body);
        }
        for header in ["X-Forwarded-For", "X-Real-IP", "X-Forwarded-Server", "X-Original-Host", "Cf-Ray"] {
            let tunnelled = get(&server, target, &[(header, "192.0.2.7")]).await;
            assert_eq!(tunnelled.status, 403, "{target} through a tunnel that sends {header}");
        }
        let whole = format!("http://evil.example{target}");
        let hosts = [("Host", "localhost"), ("Host", "evil.example")];
        assert_eq!(get(&server, &whole, &hosts[..1]).await.status, 403, "{whole}");
        assert_eq!(get(&server, target, &hosts).await.status, 400, "{target} with two hosts");
    }
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let host = format!("{host}:{port}");
        assert_eq!(get(&server, "/live/state", &[("Host", &host)]).await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn a_server_with_credentials_shows_its_page_for_a_key_only() {
    let server = locked_server().await;
    let url = server.page_url().unwrap();
    let key = url.split("/?key=").nth(1).unwrap();
    assert!(key.len() >= 32, "{url}");
    let wrong = format!("/?key={}x", &key[..key.len() - 1]);
    for target in ["/", wrong.as_str(), "/live/state", "/live/events", "/live/main.js", "/live/resource"] {
        let reply = get(&server, target, &[]).await;
        assert_eq!(reply.status, 403, "{target}");
        assert_eq!(reply.header("set-cookie"), None);
        assert!(reply.body.contains("key"), "{}", reply.body);
    }
    assert_eq!(get(&server, &format!("/live/state?key={key}"), &[]).await.status, 403);
    let entrance = get(&server, &format!("/?key={key}"), &[]).await;
    assert_eq!((entrance.status, entrance.header("location")), (303, Some("/")));
    let set = entrance.header("set-cookie").unwrap();
    assert!(set.contains("; HttpOnly") && set.contains("; SameSite=Strict") && set.contains("; Path=/"), "{set}");
    let cookie = cookie(&server).await;
    for cookies in
        [cookie.clone(), format!("a=b; {cookie}"), format!("{}=x; {cookie}", cookie.split('=').next().unwrap())]
    {
        assert_eq!(get(&server, "/live/state", &[("Cookie", &cookies)]).await.status, 200, "{cookies}");
    }
    assert_eq!(get(&server, "/live/state", &[("Cookie", &format!("{cookie}x"))]).await.status, 403);
    // Who has the key may come through a tunnel: that is what it is for.
    let tunnelled = [("Cookie", cookie.as_str()), ("Host", "abc.tunnel.example"), ("X-Forwarded-For", "192.0.2.7")];
    assert_eq!(get(&server, "/", &tunnelled).await.status, 200);
    assert_ne!(locked_server().await.page_url().unwrap().split("key=").nth(1).unwrap(), key);
}

#[tokio::test]
async fn exchanges_arrive_as_they_happen_and_without_secrets() {
    let server = locked_server().await;
    let cookie = cookie(&server).await;
    let mut events = Events::open(&server, &[("Cookie", &cookie)]).await;
    assert_eq!(events.next().await.unwrap().name, "anew");
    let created = scim(&server, "POST", "/Users", &user("ada").to_string()).await;
    assert_eq!(created.status, 201);
    let exchange = events.exchange().await;
    assert_eq!((&exchange["n"], &exchange["method"]), (&json!(1), &json!("POST")));
    assert_eq!((&exchange["target"], &exchange["answer"]["status"]), (&json!("/scim/v2/Users"), &json!(201)));
    let sent: Value = serde_json::from_str(exchange["request"]["body"].as_str().unwrap()).unwrap();
    assert_eq!((&sent["userName"], &sent["password"]), (&json!("ada"), &json!("[masked]")));
    assert_eq!(exchange["answer"]["body"], created.body.as_str());
    assert!(exchange["request"]["headers"].as_array().unwrap().contains(&json!(["authorization", "Bearer [masked]"])));

    let path = format!("/Users/{}", created.json()["id"].as_str().unwrap());
    let change = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "password", "value": "n3w-q7Zt2mKp"}]});
    assert_eq!(scim(&server, "PATCH", &path, &change.to_string()).await.status, 200);
    scim(&server, "GET", "/Users?filter=password%20eq%20%22q7Zt2mKp%22", "").await;
    scim(&server, "POST", "/Users", "{\"password\": \"q7Zt2mKp\"").await;
    let headers = [("Cookie", "session=q7Zt2mKp"), ("Authorization", "Basic cTdadDJtS3A6cTdadDJtS3A=")];
    send(&server, "GET", "/scim/v2/Users", &headers, "").await;
    let mut all = exchange.to_string();
    for _ in 0..4 {
        all += &events.exchange().await.to_string();
    }
    for secret in ["q7Zt2mKp", "cTdadDJtS3A", TOKEN] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

#[tokio::test]
async fn a_reader_resumes_where_it_was_or_starts_anew() {
    let server = open_server(0).await;
    for name in ["a", "b", "c"] {
        scim(&server, "POST", "/Users", &user(name).to_string()).await;
    }
    let mut first = Events::open(&server, &[]).await;
    assert_eq!(first.next().await.unwrap().name, "anew");
    let id = first.next().await.unwrap().id;
    let mut resumed = Events::open(&server, &[("Last-Event-ID", &id)]).await;
    assert_eq!(resumed.exchange().await["n"], 2);
    for unknown in ["someone-1", "1", "", "x-99"] {
        let mut stranger = Events::open(&server, &[("Last-Event-ID", unknown)]).await;
        assert_eq!(stranger.next().await.unwrap().name, "anew", "{unknown}");
        assert_eq!(stranger.exchange().await["n"], 1);
    }
}

#[tokio::test]
async fn a_reader_that_lags_starts_anew() {
    let server = open_server(0).await;
    let mut events = Events::open(&server, &[]).await;
    assert_eq!(events.next().await.unwrap().name, "anew");
    // More than the sockets hold and the ring on top.
    let body = "x".repeat(70_000);
    for _ in 0..1000 {
        scim(&server, "POST", "/Users", &body).await;
    }
    let mut last = 0;
    let mut gaps = 0;
    while last < 1000 {
        let event = events.next().await.unwrap();
        if event.name == "anew" {
            gaps += 1;
            continue;
        }
        let number = event.id.split('-').nth(1).unwrap().parse().unwrap();
        assert!(number == last + 1 || gaps == 1, "{number} after {last}");
        last = number;
    }
    assert_eq!(gaps, 1);
}

#[tokio::test]
async fn what_is_kept_is_bounded() {
    let server = open_server(0).await;
    // Twice what the ring holds, some of it larger than what is kept of a body.
    for number in 0..1000 {
        scim(&server, "GET", &format!("/Users/{number}"), "").await;
    }
    let mut events = Events::open(&server, &[]).await;
    assert_eq!(events.next().await.unwrap().name, "anew");
    let oldest = events.exchange().await;
    assert_eq!((&oldest["n"], &oldest["target"]), (&json!(501), &json!("/scim/v2/Users/500")));

    let mut large = user("large");
    large["nickName"] = "ä".repeat(50_000).into();
    let text = large.to_string();
    scim(&server, "POST", "/Users", &text).await;
    let far = scim(&server, "POST", "/Users", &" ".repeat(5 * 1024 * 1024)).await;
    assert_eq!(far.status, 413);
    let mut kept = Vec::new();
    for _ in 0..501 {
        kept.push(events.exchange().await);
    }
    let (cut, refused) = (&kept[499], &kept[500]);
    assert_eq!((&cut["request"]["cut"], &cut["request"]["length"]), (&json!(true), &json!(text.len())));
    let length = cut["request"]["body"].as_str().unwrap().len();
    assert!((65_000..=65_536).contains(&length), "{length}");
    assert_eq!(refused["answer"]["status"], 413);
    assert!(refused["request"]["body"].as_str().unwrap().len() <= 65_536);
}

#[tokio::test]
async fn markup_stays_inside_of_json() {
    let server = open_server(0).await;
    let name = "</script><img src=x onerror=alert(1)>\u{2028}";
    scim(&server, "POST", "/Users", &user(name).to_string()).await;
    let state = get(&server, "/live/state?search=ONERROR", &[]).await;
    assert_eq!(state.header("content-type"), Some("application/json"));
    assert_eq!(state.json()["shown"][0]["name"], name);
    let mut events = Events::open(&server, &[]).await;
    events.next().await.unwrap();
    assert!(events.exchange().await["request"]["body"].as_str().unwrap().contains("<img"));
}

#[tokio::test]
async fn the_state_counts_finds_and_sorts() {
    let server = open_server(0).await;
    let mut person = user("Zoë@example.com");
    person["emails"] = json!([{"value": "mail@corp.example", "type": "work"}]);
    person["externalId"] = "00uABC".into();
    person["active"] = false.into();
    let zoe = scim(&server, "POST", "/Users", &person.to_string()).await.json();
    scim(&server, "POST", "/Users", &user("bob").to_string()).await;
    let id = zoe["id"].as_str().unwrap();
    let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Crew",
        "members": [{"value": id}]});
    scim(&server, "POST", "/Groups", &group.to_string()).await;

    let state = get(&server, "/live/state", &[]).await.json();
    let counts = [("User", 2), ("Group", 1), ("Role", 3), ("Entitlement", 3)];
    assert_eq!(state["counts"], json!(counts.map(|(kind, total)| json!({"kind": kind, "total": total}))));
    assert_eq!((&state["active"], &state["matching"]), (&json!(1), &json!(2)));
    assert_eq!(state["shown"][0]["name"], "bob", "the latest comes first: {state}");
    person["title"] = "Dr".into();
    scim(&server, "PUT", &format!("/Users/{id}"), &person.to_string()).await;
    let changed = get(&server, "/live/state", &[]).await.json();
    assert_eq!(changed["shown"][0]["id"], id, "a change moves it up: {changed}");

    for search in ["zO%C3%AB", "CORP.example", "00uabc", id] {
        let found = get(&server, &format!("/live/state?search={search}"), &[]).await.json();
        assert_eq!((&found["matching"], &found["shown"][0]["id"]), (&json!(1), &json!(id)), "{search}");
    }
    assert_eq!(get(&server, "/live/state?search=nobody", &[]).await.json()["matching"], 0);
    let groups = get(&server, "/live/state?kind=Group", &[]).await.json();
    assert_eq!((&groups["shown"][0]["name"], &groups["shown"][0]["members"]), (&json!("Crew"), &json!(1)));
    let whole = get(&server, &format!("/live/resource?kind=User&id={id}"), &[]).await.json();
    assert_eq!((&whole["userName"], &whole["groups"][0]["display"]), (&json!("Zoë@example.com"), &json!("Crew")));
}

#[tokio::test]
async fn a_large_directory_is_no_burden() {
    let server = open_server(20_000).await;
    let clock = Instant::now();
    let state = get(&server, "/live/state?search=nora", &[]).await.json();
    println!("the state of 20,000 people, searched: {:?}", clock.elapsed());
    assert_eq!(state["counts"][0]["total"], 20_000);
    assert!(state["matching"].as_u64().unwrap() > 200, "{}", state["matching"]);
    assert_eq!(state["shown"].as_array().unwrap().len(), 200);
}

#[tokio::test]
async fn an_open_page_does_not_hold_up_the_stop() {
    let server = open_server(0).await;
    let mut events = Events::open(&server, &[]).await;
    events.next().await.unwrap();
    let clock = Instant::now();
    server.stop().await;
    println!("the stop with an open page: {:?}", clock.elapsed());
    // Where the stop has to be forced, after a second, the stream is left behind.
    assert_eq!(events.next().await, None, "the stream ends");
}

#[tokio::test]
async fn a_client_that_goes_away_is_seen() {
    let faults = vec![fault::by_name("slow-answers").unwrap()];
    let server = Server::start(ServerOptions { faults, live_page: true, ..ServerOptions::default() }).await.unwrap();
    let mut events = Events::open(&server, &[]).await;
    events.next().await.unwrap();
    drop(wire::open(&server, "GET", "/scim/v2/Users", &[], "").await);
    let exchange = events.exchange().await;
    assert_eq!((&exchange["target"], &exchange["answer"]), (&json!("/scim/v2/Users"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_shows_what_happens() {
    browser::look().await;
}
