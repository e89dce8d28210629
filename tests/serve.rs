//! `scim-check serve`, started as a user starts it.
#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "support/binary.rs"]
mod binary;

use std::time::Duration;

use binary::{Desk, Ran, Running, start};
use reqwest::{Client, Response, StatusCode, header};
use serde_json::{Value, json};

const TOKEN: &str = "a-token-for-serve";

/// The server under way, and where it is.
struct Serving {
    running: Running,
    base: String,
}

impl Serving {
    fn new(desk: &Desk, variables: &[(&str, &str)], options: &[&str]) -> Serving {
        let mut command = desk.command(["serve"].iter().chain(options));
        command.envs(variables.iter().copied());
        let mut running = start(command);
        assert!(running.hears("Ctrl-C"), "it does not start: {:?}", running.wait());
        let told = running.said_so_far();
        let line = told.lines().find(|line| line.contains("Base URL")).unwrap();
        Serving { base: line.split_whitespace().last().unwrap().to_owned(), running }
    }

    fn stop(self) -> Ran {
        self.running.signal("INT");
        self.running.wait().ends(0)
    }

    async fn get(&self, target: &str) -> Response {
        client().get(format!("{}{target}", self.base)).bearer_auth(TOKEN).send().await.unwrap()
    }

    async fn create(&self, user_name: &str) -> Value {
        let user = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user_name});
        let request = client().post(format!("{}/Users", self.base)).bearer_auth(TOKEN);
        let request = request.header(header::CONTENT_TYPE, "application/scim+json").body(user.to_string());
        read(request.send().await.unwrap()).await
    }
}

fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().tls_danger_accept_invalid_certs(true).build().unwrap()
}

async fn read(answer: Response) -> Value {
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

/// The findings of a run, without what differs from run to run.
fn verdict(ran: &Ran) -> Value {
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let mut findings: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let words = ["level", "claim", "scenario", "dialect", "subject"].map(|key| finding[key].to_string());
            words.join(" ")
        })
        .collect();
    findings.sort();
    json!({"summary": report["summary"]["scenarios"], "findings": findings})
}

#[test]
fn a_run_says_the_same_of_every_way_to_serve() {
    let desk = Desk::new();
    let token = [("SCIM_CHECK_TOKEN", TOKEN)];
    let judge = |target: &[&str], code: i32| {
        let args = [["run", "--report", "json=-"].as_slice(), target].concat();
        verdict(&desk.run_with(&token, &args).ends(code))
    };
    for faults in [[].as_slice(), &["--fault", "filter-case-sensitive", "--fault", "create-location-missing"]] {
        let code = i32::from(!faults.is_empty());
        let embedded = judge(&[["--embedded"].as_slice(), faults].concat(), code);
        assert!(embedded["summary"].is_object() && embedded["findings"].is_array(), "{embedded}");
        let file = format!("{}.db", faults.len());
        for manner in [[].as_slice(), &["--strict"], &["--tls-self-signed"], &["--db", &file]] {
            // As many others as the embedded server has.
            let options = [["--seed", "250"].as_slice(), manner, faults].concat();
            let serving = Serving::new(&desk, &token, &options);
            let served = judge(&["--base-url", &serving.base, "--insecure"], code);
            assert_eq!(embedded, served, "{options:?}");
            serving.stop();
        }
    }
}

#[tokio::test]
async fn it_tells_where_it_is_and_ends_when_asked() {
    let desk = Desk::new();
    let serving = Serving::new(&desk, &[], &["--seed", "30"]);
    let list = read(serving.get("/Groups").await).await;
    assert_eq!(list["totalResults"], 3);
    let base = serving.base.clone();
    let ran = serving.stop();
    assert_eq!(ran.out, format!("{base}\n"), "a script finds the port on standard output");
    assert!(ran.err.contains("30 people, 3 groups") && ran.err.contains("Credentials  none"), "{}", ran.err);
    assert!(client().get(format!("{base}/Users")).send().await.is_err());
}

/// The screen in docs/server.md is the one that comes.
#[test]
fn the_docs_show_what_is_shown() {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/server.md")).unwrap();
    let screen = docs.split("```\n").nth(1).unwrap();
    let (command, screen) = screen.split_once('\n').unwrap();
    assert_eq!(command, "$ scim-check serve --port 8642 --seed 250");
    let desk = Desk::new();
    let serving = Serving::new(&desk, &[], &["--seed", "250"]);
    let port = serving.base.rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
    let ran = serving.stop();
    assert_eq!(ran.err.replace(&port, "8642"), screen);
}

#[tokio::test]
async fn a_file_keeps_the_directory() {
    let desk = Desk::new();
    let serving = Serving::new(&desk, &[], &["--db", "people.db", "--seed", "20"]);
    let user = serving.create("ada@example.com").await;
    let target = format!("/Users/{}", user["id"].as_str().unwrap());
    serving.running.signal("KILL");
    assert_eq!(serving.running.wait().code, None);

    let serving = Serving::new(&desk, &[], &["--db", "people.db", "--seed", "500"]);
    assert_eq!(read(serving.get(&target).await).await["meta"]["version"], user["meta"]["version"]);
    assert_eq!(read(serving.get("/Users").await).await["totalResults"], 21);
    let second = desk.run(&["serve", "--db", "people.db"]).ends(3);
    assert!(second.err.starts_with("error: ") && second.err.contains("people.db"), "{}", second.err);
    let ran = serving.stop();
    assert!(ran.err.contains("the 29 resources of people.db (--seed adds nothing to it)"), "{}", ran.err);
}

#[tokio::test]
async fn credentials_are_asked_for() {
    let desk = Desk::new();
    desk.file("token", format!("{TOKEN}\n"));
    desk.file("basic", "okta:s3cret:with:colons\n");
    let serving = Serving::new(&desk, &[], &["--token-file", "token", "--basic-file", "basic"]);
    let users = format!("{}/Users", serving.base);
    assert_eq!(serving.get("/Users").await.status(), StatusCode::OK);
    let basic = client().get(&users).basic_auth("okta", Some("s3cret:with:colons")).send().await.unwrap();
    assert_eq!(basic.status(), StatusCode::OK);
    for wrong in [
        client().get(&users),
        client().get(&users).bearer_auth("another"),
        client().get(&users).basic_auth("okta", Some("another")),
        client().get(&users).basic_auth("another", Some("s3cret:with:colons")),
        client().get(&users).header("Authorization", TOKEN),
    ] {
        let answer = wrong.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        let schemes: Vec<&str> =
            answer.headers().get_all("www-authenticate").iter().map(|value| value.to_str().unwrap()).collect();
        assert!(schemes.len() == 2 && schemes[0].starts_with("Bearer") && schemes[1].starts_with("Basic"));
        assert_eq!(read(answer).await["status"], "401");
    }
    let config = read(client().get(format!("{}/ServiceProviderConfig", serving.base)).send().await.unwrap()).await;
    let kinds: Vec<&Value> =
        config["authenticationSchemes"].as_array().unwrap().iter().map(|scheme| &scheme["type"]).collect();
    assert_eq!(kinds, ["oauthbearertoken", "httpbasic"]);
    let ran = serving.stop();
    assert!(!ran.all().contains(TOKEN) && !ran.all().contains("s3cret"), "{}", ran.all());
}

#[tokio::test]
async fn a_person_signs_in_with_their_own_password() {
    let desk = Desk::new();
    let serving = Serving::new(&desk, &[("SCIM_CHECK_TOKEN", TOKEN)], &[]);
    let user = serving.create("ada@example.com").await;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "add", "path": "password", "value": "Korrekt Pferd"}],
    });
    let request = client().patch(format!("{}/Users/{}", serving.base, user["id"].as_str().unwrap()));
    let request = request.bearer_auth(TOKEN).header(header::CONTENT_TYPE, "application/scim+json");
    let patched = read(request.body(body.to_string()).send().await.unwrap()).await;
    assert!(patched.get("password").is_none(), "{patched}");
    let ask = |password: &'static str| {
        client().get(format!("{}/Users", serving.base)).basic_auth("ADA@example.com", Some(password)).send()
    };
    assert_eq!(ask("Korrekt Pferd").await.unwrap().status(), StatusCode::FORBIDDEN, "others are not theirs");
    assert_eq!(ask("korrekt pferd").await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "remove", "path": "active"}],
    });
    let request = client().patch(format!("{}/Users/{}", serving.base, user["id"].as_str().unwrap()));
    let request = request.bearer_auth(TOKEN).header(header::CONTENT_TYPE, "application/scim+json");
    assert_eq!(request.body(body.to_string()).send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(ask("Korrekt Pferd").await.unwrap().status(), StatusCode::UNAUTHORIZED, "not active any more");
    serving.stop();
}

#[tokio::test]
async fn latency_and_limit_hold() {
    let desk = Desk::new();
    let serving = Serving::new(&desk, &[], &["--rate-limit", "3/s"]);
    let mut refused = 0;
    // Two seconds may begin while these are under way, but not four.
    for answer in futures_util::future::join_all((0..12).map(|_| serving.get("/Users"))).await {
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(answer.headers()["retry-after"], "1");
            assert_eq!(read(answer).await["status"], "429");
            refused += 1;
        }
    }
    assert!((3..=9).contains(&refused), "{refused} of 12 were refused");
    serving.stop();

    let serving = Serving::new(&desk, &[], &["--latency", "120ms"]);
    let began = std::time::Instant::now();
    serving.get("/Users").await;
    assert!(began.elapsed() >= Duration::from_millis(120));
    serving.stop();
}

#[tokio::test]
async fn a_tunnel_s_address_is_used_when_named_and_only_then() {
    let desk = Desk::new();
    let public = "https://scim.example.com/scim/v2";
    let serving = Serving::new(&desk, &[], &["--public-url", public]);
    let user = serving.create("ada@example.com").await;
    assert!(user["meta"]["location"].as_str().unwrap().starts_with(&format!("{public}/Users/")), "{user}");
    serving.stop();

    let serving = Serving::new(&desk, &[], &[]);
    let request = client().get(format!("{}/Schemas", serving.base)).header("Host", "evil.example.com");
    let list = request.send().await.unwrap().text().await.unwrap();
    assert!(!list.contains("evil") && list.contains(&serving.base), "{list}");
    serving.stop();
}

#[tokio::test]
async fn a_persona_is_its_faults() {
    let desk = Desk::new();
    let serving = Serving::new(&desk, &[], &["--persona", "flask-beta"]);
    let answer = serving.get("/Users?filter=userName+eq+%22nobody%22").await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(answer.headers()["content-type"], "text/plain");
    assert_eq!(serving.get("/Groups").await.status(), StatusCode::NOT_FOUND);
    let ran = serving.stop();
    for fault in ["lookup-miss-404", "error-not-scim-body", "patch-wants-user", "groups-missing"] {
        assert!(ran.err.contains(fault), "{}", ran.err);
    }
    desk.run(&["run", "--embedded", "--persona", "flask-beta", "okta/groups"]).ends(1);
}

/// However many connections wait, others are served, and the end comes when it is asked for.
#[tokio::test]
async fn silent_connections_keep_nobody_waiting() {
    let desk = Desk::new();
    let serving = Serving::new(&desk, &[], &["--tls-self-signed"]);
    let port: u16 = serving.base.split(':').nth(2).unwrap().split('/').next().unwrap().parse().unwrap();
    let silent: Vec<_> = (0..300).map(|_| std::net::TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    assert_eq!(serving.get("/Users").await.status(), StatusCode::OK);
    serving.stop();
    drop(silent);
}

/// A query that keeps the server busy for a long time does not keep it from ending.
#[tokio::test]
async fn a_busy_server_ends_when_asked() {
    let desk = Desk::new();
    let serving = Serving::new(&desk, &[], &["--seed", "20000"]);
    let filter = format!("{}id pr", "title co \"q\" or ".repeat(400));
    let filter: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    let query = || tokio::spawn(client().get(format!("{}/Users?filter={filter}", serving.base)).send());
    let probe = || client().get(&serving.base).timeout(Duration::from_millis(300)).send();
    let mut busy = query();
    // A machine may answer one before anybody can notice: then another is under way.
    for _ in 0..20 {
        if probe().await.is_err() {
            break;
        }
        if busy.is_finished() {
            busy = query();
        }
    }
    serving.stop();
    busy.abort();
}

#[test]
fn what_can_t_be_served_is_told() {
    let desk = Desk::new();
    let empty = desk.file("empty", "");
    let no_colon = desk.file("no-colon", "okta\n");
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let text = empty.display().to_string();
    for (options, code, words) in [
        (vec!["--port", &port], 3, vec!["can't listen on 127.0.0.1:", "another --port"]),
        (vec!["--port", "70000"], 2, vec!["70000"]),
        (vec!["--bind", "0.0.0.0"], 2, vec!["needs credentials", "--token-file"]),
        (vec!["--bind", "nowhere"], 2, vec!["nowhere"]),
        (vec!["--token-file", "nothing"], 2, vec!["nothing", "--token-file"]),
        (vec!["--token-file", &text], 2, vec!["holds no token"]),
        (vec!["--basic-file", no_colon.to_str().unwrap()], 2, vec!["user:password"]),
        (vec!["--tls-cert", "a.pem"], 2, vec!["--tls-key"]),
        (vec!["--tls-cert", &text, "--tls-key", &text], 2, vec!["holds no PEM certificate"]),
        (vec!["--fault", "filtr-ignored"], 2, vec!["did you mean `filter-ignored`?"]),
        (vec!["--persona", "nobody"], 2, vec!["no persona `nobody`", "flask-beta"]),
        (vec!["--rate-limit", "0/s"], 2, vec!["10/s"]),
        (vec!["--latency", "soon"], 2, vec!["200ms"]),
        (vec!["--latency", "200"], 2, vec!["200ms"]),
        (vec!["--latency", "2m"], 2, vec!["60s"]),
        (vec!["--seed", "many"], 2, vec!["1000000"]),
        (vec!["--public-url", "ftp://example.com"], 2, vec!["hint: "]),
        (vec!["--public-url", "https://example.com/scim/v2?a=b"], 2, vec!["has a query"]),
    ] {
        let ran = desk.run(&[["serve"].as_slice(), &options].concat()).ends(code);
        assert!(ran.err.starts_with("error: ") && ran.err.contains("\nhint: "), "{options:?}: {}", ran.err);
        for word in words {
            assert!(ran.err.contains(word), "{options:?}: `{word}` is not in {}", ran.err);
        }
        assert_eq!(ran.err.lines().count(), 2, "{options:?}: {}", ran.err);
    }
}

#[test]
fn faults_and_personas_are_listed() {
    let ran = Desk::new().run(&["serve", "--list-faults"]).ends(0);
    for word in ["filter-ignored", "Personas", "flask-beta", "patch-wants-user"] {
        assert!(ran.out.contains(word), "{word}: {}", ran.out);
    }
}
