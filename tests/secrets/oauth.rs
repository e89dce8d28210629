//! What an authorization server is told, and what it may say about it.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use crate::{
    LOUD, REPORTS, STORIES,
    echo::{Echo, Manner},
    scan::{OWN, Scan, forms, secret},
    support::{
        binary::{Desk, finish},
        raw::{Answer, Heard, Raw, closed_port},
    },
};

/// Everything that the request to a token endpoint has in it.
fn echoed(heard: &Heard) -> String {
    let form = url::form_urlencoded::parse(heard.body.as_bytes());
    let mut all: Vec<String> = form.flat_map(|(_, value)| forms(&value)).collect();
    all.push(heard.body.clone());
    if let Some(basic) = heard.header("authorization").and_then(|value| value.strip_prefix("Basic ")) {
        all.push(basic.to_owned());
        let pair = String::from_utf8(STANDARD.decode(basic).unwrap()).unwrap();
        let password = pair.split_once(':').unwrap().1;
        all.push(percent_encoding::percent_decode_str(password).decode_utf8_lossy().into_owned());
        all.push(pair);
    }
    all.join(" ")
}

/// How a token endpoint fails.
type Fails = fn(&str) -> Answer;

fn failures() -> Vec<(&'static str, Fails)> {
    vec![
        ("invalid_client", |said| {
            Answer::json(401, &json!({"error": "invalid_client", "error_description": said, "error_uri": said}))
        }),
        ("an error that is the secret", |said| Answer::json(400, &json!({"error": said, "error_description": said}))),
        ("a long description", |said| {
            let said = format!("{}{said}", "a".repeat(185));
            Answer::json(500, &json!({"error": "server_error", "error_description": said}))
        }),
        ("html", |said| Answer { status: 200, headers: Vec::new(), body: format!("<html>{said}</html>") }),
        ("no token", |said| Answer::json(200, &json!({"token": said, "token_type": said}))),
        ("another type", |said| Answer::json(200, &json!({"access_token": said, "token_type": said}))),
        ("an unusable token", |said| {
            Answer::json(200, &json!({"access_token": format!("{said}\n"), "expires_in": said}))
        }),
        ("a redirect", |said| {
            Answer::json(302, &json!({})).header("Location", &format!("http://h/{}", said.replace(['\n', '\r'], "")))
        }),
    ]
}

fn args<'a>(base: &'a str, url: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    let target = ["--base-url", base, "--oauth-token-url", url, "--oauth-client-id", "check"];
    [&["run"][..], rest, &target].concat()
}

#[test]
fn a_token_endpoint_that_echoes() {
    let mut leaks = Scan::default();
    let target = Echo::new(Manner::Keeps);
    for (name, fails) in failures() {
        let (client, refresh) = (secret("client"), secret("refresh"));
        let mut scan = Scan::default();
        scan.add("the client's secret", &client);
        scan.add("the refresh token", &refresh);
        let authority = Raw::new(move |heard| Some(fails(&echoed(heard))));
        let url = format!("{}/token", authority.origin());
        let desk = Desk::new();
        desk.file(&format!("{OWN}/client"), &client);
        desk.file(&format!("{OWN}/refresh"), &refresh);
        let (client_file, refresh_file) = (format!("{OWN}/client"), format!("{OWN}/refresh"));
        let files = ["--oauth-client-secret-file", &client_file, "--oauth-refresh-token-file", &refresh_file];
        let variables =
            [("SCIM_CHECK_OAUTH_CLIENT_SECRET", client.as_str()), ("SCIM_CHECK_OAUTH_REFRESH_TOKEN", refresh.as_str())];
        for (variables, options) in [(&variables[..1], &[][..]), (&variables[..], &[]), (&[], &files[..])] {
            let base = target.base();
            let ran = desk.run_with(variables, &args(&base, &url, options));
            assert_ne!(ran.code, Some(0), "{name}: {}", ran.all());
            scan.command(name, &desk, &ran);
            let config = [&["config", "--json"][..], &args(&base, &url, options)[1..]].concat();
            let ran = desk.run_with(variables, &config);
            scan.command("config", &desk, &ran);
        }
        assert!(!authority.heard().is_empty(), "{name}");
        leaks.merge(scan);
    }
    leaks.ends("a token endpoint that echoes");
}

#[test]
fn tokens_that_are_issued() {
    let mut leaks = Scan::default();
    for manner in [Manner::Keeps, Manner::Refuses, Manner::Rambles, Manner::LocksOut] {
        let (client, access, refresh) = (secret("client"), secret("access"), secret("refresh"));
        let next = secret("next");
        let mut scan = Scan::default();
        for (name, one) in [("client", &client), ("access", &access), ("refresh", &refresh), ("next refresh", &next)] {
            scan.add(name, one);
        }
        let (token, replaced) = (access.clone(), next.clone());
        let authority = Raw::new(move |_| {
            let body = json!({"access_token": token, "token_type": "Bearer", "refresh_token": replaced});
            Some(Answer::json(200, &body))
        });
        let url = format!("{}/token", authority.origin());
        let target = Echo::new(manner);
        let desk = Desk::new();
        std::fs::create_dir(desk.path().join("reports")).unwrap();
        desk.file(&format!("{OWN}/refresh"), &refresh);
        let base = target.base();
        let all: Vec<&str> = STORIES.into_iter().chain(REPORTS).chain(LOUD).collect();
        let variables = [("SCIM_CHECK_OAUTH_CLIENT_SECRET", client.as_str())];
        // The new refresh token is kept where the old one was, and nowhere else.
        let file = format!("{OWN}/refresh");
        let rotating = [&all[..], &["--oauth-refresh-token-file", &file]].concat();
        for options in [&all, &rotating] {
            let ran = desk.run_with(&variables, &args(&base, &url, options));
            scan.command(&format!("{manner:?}"), &desk, &ran);
        }
        for more in [&["--dry-run"][..], &[]] {
            let clean = [&["clean", "--older-than", "0s"], more, &args(&base, &url, &[])[1..]].concat();
            let ran = desk.run_with(&variables, &clean);
            scan.command("clean", &desk, &ran);
        }
        assert!(std::fs::read_to_string(desk.path().join(&file)).unwrap().starts_with(&next));
        leaks.merge(scan);
    }
    leaks.ends("tokens that are issued");
}

#[test]
fn token_endpoints_that_are_not_there() {
    let mut scan = Scan::default();
    let client = secret("client");
    scan.add("the client's secret", &client);
    let in_url = "hushXv20kq7dLmPz93";
    scan.add("a password in the token URL", in_url);
    let desk = Desk::new();
    let closed = format!("http://127.0.0.1:{}/t?code={in_url}", closed_port());
    let plain = Raw::new(|_| Some(Answer::nobody()));
    let tls = format!("https://127.0.0.1:{}/t?code={in_url}", plain.port());
    for url in [
        closed,
        tls,
        format!("http://ada:{in_url}@127.0.0.1:9/t"),
        format!("ada:{in_url}@h"),
        format!("http://[{in_url}]/"),
        format!("http://h:{in_url}/"),
        format!("http://example.invalid/t?code={in_url}"),
    ] {
        for command in [&["run", "--timeout", "2s"][..], &["clean"], &["config"], &["config", "--json"]] {
            let more = ["--base-url", "http://127.0.0.1:9/", "--oauth-token-url", &url, "--oauth-client-id", "check"];
            let mut process = desk.command([command, &more].concat());
            process.env("SCIM_CHECK_OAUTH_CLIENT_SECRET", &client);
            let ran = finish(process);
            scan.command(&format!("{command:?} {url}"), &desk, &ran);
        }
    }
    scan.ends("token endpoints that are not there");
}
