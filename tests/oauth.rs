//! OAuth 2: access tokens from an authorization server that the tests start; what it hears, and what nobody hears.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    collections::HashMap,
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use support::{
    binary::{Desk, Ran},
    raw::{Answer, Heard, Raw, closed_port},
    target::{TOKEN, Target},
};

const SECRET: &str = "hush-cl1ent/secret+1";
const REFRESH: &str = "hush-refresh-0";
/// One request, of Okta's.
const TEST: &str = "okta/connect/test-credentials";

/// An authorization server; `answer` says what it makes of its nth request, from 0.
fn authority(answer: impl Fn(usize, &Heard) -> Answer + Send + Sync + 'static) -> Raw {
    let asked = AtomicUsize::new(0);
    Raw::new(move |heard| Some(answer(asked.fetch_add(1, Ordering::SeqCst), heard)))
}

fn token(token: &str, more: &Value) -> Answer {
    let mut body = json!({"access_token": token, "token_type": "bearer"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Answer::json(200, &body)
}

/// A target that takes what `takes` says of the bearer token.
fn target(takes: impl Fn(&str) -> bool + Send + Sync + 'static) -> Raw {
    Raw::new(move |heard| {
        let bearer = heard.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or("");
        Some(if takes(bearer) { Answer::nobody() } else { Answer::json(401, &json!({"status": "401"})) })
    })
}

fn form(heard: &Heard) -> HashMap<String, String> {
    url::form_urlencoded::parse(heard.body.as_bytes()).into_owned().collect()
}

/// Client credentials, by flags and environment.
fn run(authority: &Raw, base: &str, options: &[&str]) -> Ran {
    let url = format!("{}/token", authority.origin());
    let mut args = vec!["run", "--base-url", base, "--oauth-token-url", &url, "--oauth-client-id", "check"];
    args.extend(options);
    Desk::new().run_with(&[("SCIM_CHECK_OAUTH_CLIENT_SECRET", SECRET)], &args)
}

#[test]
fn client_credentials_go_by_the_header_and_one_token_serves_all() {
    let authority = authority(|_, _| token(TOKEN, &json!({"expires_in": 3600})));
    let target = Target::new(3, &[]);
    run(&authority, target.base(), &["okta/lifecycle", "--jobs", "4", "--oauth-scope", "scim.write scim.read"]).ends(0);
    let heard = authority.heard();
    assert_eq!(heard.len(), 1);
    assert_eq!((heard[0].method.as_str(), heard[0].target.as_str()), ("POST", "/token"));
    assert_eq!(heard[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    // RFC 6749 section 2.3.1: the parts are encoded before they are joined.
    let basic = format!("Basic {}", STANDARD.encode("check:hush-cl1ent%2Fsecret%2B1"));
    assert_eq!(heard[0].header("authorization"), Some(basic.as_str()));
    let expected = [("grant_type", "client_credentials"), ("scope", "scim.write scim.read")];
    assert_eq!(form(&heard[0]), expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[test]
fn a_fetched_token_stands_where_okta_puts_it() {
    let authority = authority(|_, _| token("t", &json!({})));
    let target = target(|_| true);
    run(&authority, &target.base(), &[TEST, "--header", "X-Tenant: acme"]).ends(0);
    let expected = [
        "Accept",
        "Accept-Charset",
        "User-Agent",
        "Authorization",
        "X-Tenant",
        "Host",
        "Connection",
        "Accept-Encoding",
    ];
    for heard in target.heard() {
        assert_eq!(heard.names(), expected);
    }
}

#[test]
fn who_wants_the_client_in_the_form_gets_it_there() {
    let authority = authority(|at, heard| match heard.header("authorization") {
        Some(_) => Answer::json(400, &json!({"error": "invalid_client"})),
        None => token(&format!("t{at}"), &json!({"expires_in": 0})),
    });
    let target = target(|_| true);
    run(&authority, &target.base(), &[TEST]).ends(0);
    let heard = authority.heard();
    assert!(heard[0].header("authorization").is_some());
    // Learned once.
    for one in &heard[1..] {
        assert_eq!(one.header("authorization"), None);
        assert_eq!((form(one)["client_id"].as_str(), form(one)["client_secret"].as_str()), ("check", SECRET));
    }
    // A token that lasts for no time is used once.
    assert_eq!(heard.len() - 1, target.heard().len());
    assert_eq!(target.heard()[1].header("authorization"), Some("Bearer t2"));
}

#[test]
fn a_refresh_token_is_replaced_and_kept() {
    let authority = authority(|at, heard| {
        assert_eq!(form(heard)["grant_type"], "refresh_token");
        let fits = form(heard)["refresh_token"] == format!("hush-refresh-{at}");
        let next = format!("hush-refresh-{}", at + 1);
        match fits {
            true => token("t", &json!({"expires_in": "0", "refresh_token": next})),
            false => Answer::json(400, &json!({"error": "invalid_grant"})),
        }
    });
    let target = target(|token| token == "t");
    let desk = Desk::new();
    desk.file("refresh", format!("{REFRESH}\n"));
    let oauth = format!("[oauth]\ntoken_url = \"{}/t\"\nclient_id = \"check\"\n", authority.origin());
    desk.file("scim-check.toml", format!("{oauth}refresh_token = {{ file = \"refresh\" }}\n"));
    let base = target.base();
    desk.run(&["run", "--base-url", &base, TEST]).ends(0);
    // A public client names itself in the form.
    assert_eq!(
        (authority.heard()[0].header("authorization"), form(&authority.heard()[0])["client_id"].as_str()),
        (None, "check")
    );
    let asked = authority.heard().len();
    assert!(asked > 1);
    assert_eq!(fs::read_to_string(desk.path().join("refresh")).unwrap(), format!("hush-refresh-{asked}\n"));
    assert!(!desk.path().join("refresh.new").exists());
    desk.run(&["run", "--base-url", &base, TEST]).ends(0);

    // From a variable it can't be kept, and that is said.
    desk.file("scim-check.toml", format!("{oauth}refresh_token = {{ env = \"MINE\" }}\n"));
    let now = format!("hush-refresh-{}", authority.heard().len());
    let ran = desk.run_with(&[("MINE", &now)], &["run", "--base-url", &base, TEST]).ends(0).says("notice: ");
    assert!(ran.err.contains("replaced the refresh token") && !ran.all().contains("hush"), "{}", ran.err);
}

#[test]
fn a_refused_token_is_renewed_once_by_all_together() {
    let authority = authority(|at, _| token(&format!("t{at}"), &json!({})));
    // The first look is let in, and then the token has ended.
    let taken = AtomicUsize::new(0);
    let target = target(move |token| token == "t1" || (token == "t0" && taken.fetch_add(1, Ordering::SeqCst) == 0));
    run(&authority, &target.base(), &["--jobs", "8", "okta/connect", "okta/import/inactive", "okta/lookup/stranger"]);
    assert_eq!(authority.heard().len(), 2);
    let heard = target.heard();
    assert!(heard.iter().filter(|one| one.header("authorization") == Some("Bearer t1")).count() > 2, "{heard:#?}");
}

#[test]
fn a_target_that_refuses_every_token_is_believed() {
    let authority = authority(|at, _| token(&format!("t{at}"), &json!({})));
    let target = target(|_| false);
    let ran = run(&authority, &target.base(), &[TEST]).ends(3).says("refuses the credentials (status 401)");
    assert!(ran.err.contains("hint: ") && ran.err.contains("scope"), "{}", ran.err);
    assert_eq!((authority.heard().len(), target.heard().len()), (2, 2));
}

/// One clear message, no secret in it, and nothing for the target.
fn no_token(authority: &Raw, options: &[&str], words: &[&str]) {
    let target = target(|_| true);
    let ran = run(authority, &target.base(), options).ends(3);
    assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);
    assert!(ran.err.starts_with("error: no access token: ") && ran.err.contains("\nhint: "), "{}", ran.err);
    for word in words {
        assert!(ran.err.contains(word), "`{word}` is not in {}", ran.err);
    }
    assert!(!ran.all().contains("hush") && target.heard().is_empty(), "{}", ran.all());
}

#[test]
fn what_a_token_endpoint_says_no_with_is_told() {
    let refuses = |status: u16, body: Value| authority(move |_, _| Answer::json(status, &body));
    let said = json!({"error": "invalid_client", "error_description": format!("no\u{1b} {SECRET} here")});
    no_token(&refuses(401, said), &[], &["status 401: invalid_client (no [secret] here)", "client secret"]);
    no_token(&refuses(400, json!({"error": "invalid_scope"})), &[], &["invalid_scope", "check the scope"]);
    no_token(&refuses(400, json!({"error": "unsupported_grant_type"})), &[], &["client_credentials"]);
    no_token(&refuses(404, json!("nothing")), &[], &["status 404", "check the token URL"]);
    no_token(&refuses(200, json!({"token": "x"})), &[], &["no `access_token`"]);
    no_token(&refuses(200, json!({"access_token": "x\ny"})), &[], &["no HTTP header"]);
    no_token(&refuses(200, json!({"access_token": "x", "token_type": "mac"})), &[], &["Bearer"]);
    no_token(&refuses(200, json!({"access_token": "x".repeat(70_000)})), &[], &["more than 64 KiB"]);
    let elsewhere = Raw::new(|_| Some(Answer::nobody()));
    let to = elsewhere.origin();
    let moved = authority(move |_, _| Answer::json(307, &json!({})).header("Location", &to));
    no_token(&moved, &[], &["status 307", "redirects are not followed"]);
    assert!(elsewhere.heard().is_empty());
    no_token(&Raw::silent(), &["--timeout", "300ms"], &["does not answer in time"]);
    let base = format!("http://127.0.0.1:{}/", closed_port());
    let nowhere = ["run", "--base-url", &base, "--oauth-token-url", &base, "--oauth-client-id", "check"];
    let ran = Desk::new().run_with(&[("SCIM_CHECK_OAUTH_CLIENT_SECRET", SECRET)], &nowhere).ends(3);
    assert!(ran.err.contains("no access token: the token endpoint 127.0.0.1:"), "{}", ran.err);
}

#[test]
fn where_tokens_end_in_the_middle_the_run_ends_and_the_target_is_not_blamed() {
    let authority = authority(|at, _| match at {
        0..=6 => token(TOKEN, &json!({"expires_in": 0})),
        _ => Answer::json(400, &json!({"error": "invalid_grant", "error_description": "revoked"})),
    });
    let target = Target::new(3, &[]);
    let ran = run(&authority, target.base(), &["okta/lifecycle", "--jobs", "1", "-v"]).ends(3);
    assert!(ran.out.contains("no access token: ") && ran.out.contains("invalid_grant (revoked)"), "{}", ran.out);
    assert!(!ran.out.contains("must "), "{}", ran.out);
}

#[test]
fn no_secret_of_oauth_appears_in_any_output() {
    let authority = authority(|at, _| {
        token(&format!("hush-access-{at}"), &json!({"expires_in": 0, "refresh_token": format!("hush-refresh-{at}")}))
    });
    // The target says all of it back.
    let issued = Arc::new(AtomicUsize::new(0));
    let echo = Raw::new(move |heard| {
        issued.fetch_add(1, Ordering::SeqCst);
        let said = format!("{} {SECRET} {REFRESH}", heard.header("authorization").unwrap_or(""));
        Some(match (heard.method.as_str(), heard.target.contains("count=2")) {
            ("GET", true) => Answer::nobody().header("X-Said", &said),
            _ => Answer::json(400, &json!({"detail": said, "status": "400"})).header("WWW-Authenticate", &said),
        })
    });
    let desk = Desk::new();
    desk.file("refresh", REFRESH);
    let (url, base) = (format!("{}/token", authority.origin()), echo.base());
    let mut args = vec!["run", "--base-url", &base, "--oauth-token-url", &url, "--oauth-client-id", "check"];
    args.extend(["--oauth-refresh-token-file", "refresh", "-vv", "--report", "json=report.json", "--exchanges"]);
    let ran = desk.run_with(&[("SCIM_CHECK_OAUTH_CLIENT_SECRET", SECRET)], &args).ends(1);
    let report = fs::read_to_string(desk.path().join("report.json")).unwrap();
    let said = format!("{}{report}", ran.all());
    assert!(said.contains("[secret]") && said.contains("Authorization: Bearer $SCIM_CHECK_TOKEN"), "{said}");
    let basic = STANDARD.encode("check:hush-cl1ent%2Fsecret%2B1");
    for secret in ["hush", basic.as_str()] {
        let place = said.find(secret).unwrap_or(0);
        assert!(!said.contains(secret), "{secret}: {}", &said[place.saturating_sub(200)..place + 100]);
    }
}

#[test]
fn flags_win_over_the_environment_and_the_environment_over_the_file() {
    let authority = authority(|_, _| token("from-oauth", &json!({"expires_in": 3600})));
    let target = target(|_| true);
    let desk = Desk::new();
    let oauth = format!("[oauth]\ntoken_url = \"{}/t\"\nclient_id = \"check\"\n", authority.origin());
    desk.file("scim-check.toml", format!("{oauth}client_secret = {{ env = \"MINE\" }}\n"));
    let base = target.base();
    let sent = |variables: &[(&str, &str)], options: &[&str]| {
        let mut all = vec![("MINE", SECRET)];
        all.extend(variables);
        let mut args = vec!["run", "--base-url", &base, TEST];
        args.extend(options);
        desk.run_with(&all, &args).ends(0);
        target.heard().last().unwrap().header("authorization").unwrap().to_owned()
    };
    assert_eq!(sent(&[], &[]), "Bearer from-oauth");
    assert_eq!(sent(&[("SCIM_CHECK_TOKEN", "from-environment")], &[]), "Bearer from-environment");
    assert_eq!(sent(&[], &["--token", "from-flag"]), "Bearer from-flag");
    assert_eq!(sent(&[], &["--header", "Authorization: Token own"]), "Token own");
    let url = format!("{}/t", authority.origin());
    assert_eq!(sent(&[("SCIM_CHECK_TOKEN", "x")], &["--oauth-token-url", &url]), "Bearer from-oauth");
}
