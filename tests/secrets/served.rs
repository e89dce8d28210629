//! `serve`: its log, its live page and its database, while runs and strangers speak to it.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, SET_COOKIE};
use serde_json::json;

use crate::{
    LOUD, REPORTS, STORIES,
    scan::{OWN, Scan, secret},
    support::binary::{Desk, finish, start},
};

const PASSWORD: &str = "pw-9fKq2LxTz7Vd31";

/// Reads a live page from its beginning to the end of the server; the first part of it is there when this returns.
async fn watch(client: &reqwest::Client, page: &str) -> (String, tokio::task::JoinHandle<Vec<u8>>) {
    let entrance = client.get(page).send().await.unwrap();
    let cookie = entrance.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let origin = page.split("/?").next().unwrap();
    let mut events = client.get(format!("{origin}/live/events")).header(COOKIE, &cookie).send().await.unwrap();
    assert!(events.status().is_success());
    let mut read = events.chunk().await.unwrap().unwrap_or_default().to_vec();
    let rest = tokio::spawn(async move {
        while let Ok(Some(part)) = events.chunk().await {
            read.extend_from_slice(&part);
        }
        read
    });
    (cookie, rest)
}

async fn serve(
    name: &str,
    options: &[&str],
    variables: &[(&str, &str)],
    credentials: (&[&str], &str),
    token: &str,
) -> Scan {
    let mut scan = Scan::default();
    scan.add("the server's token", token);
    scan.add("a password", PASSWORD);
    let wrong = secret("wrong");
    scan.add("a token of somebody else", &wrong);
    let desk = Desk::new();
    std::fs::create_dir(desk.path().join("reports")).unwrap();
    desk.file(&format!("{OWN}/token"), token);
    desk.file(&format!("{OWN}/pair"), format!("ada:{token}"));
    let mut command = desk.command([&["serve", "--seed", "20"][..], options].concat());
    command.envs(variables.iter().copied());
    let mut running = start(command);
    assert!(running.hears("Ctrl-C"), "{name}: it does not start");
    let told = running.said_so_far();
    let word = |label: &str| {
        let line = told.lines().find(|line| line.contains(label)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let (base, page) = (word("Base URL"), word("Live page"));
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let (cookie, events) = watch(&client, &page).await;

    let all: Vec<&str> = ["run", "--base-url", &base].into_iter().chain(STORIES).chain(REPORTS).chain(LOUD).collect();
    let ran = {
        let mut command = desk.command([&all[..], credentials.0].concat());
        command.env("SCIM_CHECK_TOKEN", credentials.1);
        tokio::task::spawn_blocking(move || finish(command)).await.unwrap()
    };
    // Snapshots of its own wait for a review.
    assert!(matches!(ran.code, Some(0 | 1)), "{name}: {}", ran.all());
    scan.command(name, &desk, &ran);
    // A stranger, and a client that says secrets wherever it can.
    let user =
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "x", "password": PASSWORD});
    for authorization in [format!("Bearer {wrong}"), format!("Basic {wrong}"), format!("Bearer {token}"), wrong.clone()]
    {
        let request = client.post(format!("{base}/Users?token={}", url_encoded(&wrong)));
        let request = request.header(AUTHORIZATION, authorization).header("X-Api-Key", wrong.clone());
        let request = request.header(COOKIE, format!("session={wrong}")).header(CONTENT_TYPE, "application/scim+json");
        let answer = request.body(user.to_string()).send().await.unwrap().text().await.unwrap();
        scan.text("an answer", answer.as_bytes());
    }
    let origin = page.split("/?").next().unwrap();
    let state = client.get(format!("{origin}/live/state")).header(COOKIE, &cookie).send().await.unwrap();
    scan.text("the state of the page", state.text().await.unwrap().as_bytes());
    running.signal("INT");
    let ran = tokio::task::spawn_blocking(move || running.wait()).await.unwrap().ends(0);
    let read = events.await.unwrap();
    assert!(read.len() > 10_000, "{name}: only {} bytes of events", read.len());
    scan.text("the events of the page", &read);
    scan.command(&format!("serve, {name}"), &desk, &ran);
    scan
}

fn url_encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_a_token() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut leaks = Scan::default();
    let token = secret("served");
    let pair = format!("ada:{token}");
    let file = format!("{OWN}/token");
    leaks.merge(serve("--token-file", &["--token-file", &file], &[], (&["--auth", "bearer"], &token), &token).await);
    let file = format!("{OWN}/pair");
    let basic = ["--basic-file", &file, "--db", "kept.db"];
    leaks.merge(serve("--basic-file", &basic, &[], (&["--auth", "basic"], &pair), &token).await);
    let variables = [("SCIM_CHECK_TOKEN", token.as_str())];
    leaks.merge(serve("a variable", &[], &variables, (&[], &token), &token).await);
    leaks.ends("serve");
}
