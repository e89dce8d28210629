//! `{:?}` of public types.

use std::sync::Arc;

use bytes::Bytes;
use scim_check::{
    Check,
    config::{CommandLine, Environment, Section, Settings, TokenSource},
    http::{
        AuthMode, BaseUrl, ClientOptions, Credentials, Exchange, Failure, Heard, Kind, Look, Purpose, Request,
        Response, Secrets,
    },
    idp::Dialect,
    judge::Level,
    report::Context,
    run::{Ending, Outcome, Plan, RunRecord, ScenarioRecord},
    scenario::{Library, Selection},
    server::ServerOptions,
};
use serde_json::json;

use crate::scan::{Scan, secret};

const PASSWORD: &str = "pw-9fKq2LxTz7Vd31";
const SOMEBODY: &str = "eve.who.is.not.ours@corp.example";

/// Everything that has a secret, a password or somebody in it.
fn shown() -> Vec<(&'static str, String, String)> {
    let hidden = secret("debug");
    let base_url = format!("http://h/scim?code={hidden}").replace(['"', '<', '%', '\\'], "");
    let hidden_in_url = base_url.split_once('=').unwrap().1.to_owned();
    let mut credentials = Credentials::new(&AuthMode::Basic, &format!("ada:{hidden}").into()).unwrap();
    credentials.add_header(&format!("X-Api-Key: {hidden}")).unwrap();
    credentials.set_other(&AuthMode::Basic, &format!("bob:{hidden}").into()).unwrap();
    let user = json!({"id": "7", "userName": SOMEBODY, "password": PASSWORD, "title": hidden});
    let request = Request::new(reqwest::Method::POST, "/Users")
        .query("filter", format!("userName eq \"{SOMEBODY}\""))
        .header("X-Api-Key", hidden.clone())
        .json(user.clone());
    let raw = Request {
        body: Some(scim_check::http::Body::Raw(Bytes::from(user.to_string()))),
        ..Request::new(reqwest::Method::POST, format!("/Users?filter={SOMEBODY}"))
    };
    let headers = vec![("Set-Cookie".to_owned(), hidden.clone()), ("ETag".to_owned(), SOMEBODY.to_owned())];
    let response = Response::new(201, headers, Bytes::from(user.to_string()), false);
    let exchange = Exchange {
        number: 0,
        purpose: Purpose::Spoken,
        step: None,
        kind: Kind::of(&request),
        request: request.clone(),
        answer: Ok(Arc::new(response.clone())),
        sent_after: std::time::Duration::ZERO,
        took: std::time::Duration::ZERO,
        look: Look::Only,
    };
    let everything = Selection::new(&[], true).unwrap();
    let plan = Plan::new(&Library::builtin().unwrap(), &everything, &Dialect::ALL, &[]);
    let ending = Ending { outcome: Outcome::Failed, kind: None, reason: Some(hidden.clone()) };
    let finding = scim_check::judge::Finding {
        actual: format!("{hidden} {SOMEBODY}"),
        message: hidden.clone(),
        ..scim_check::judge::Finding::of(
            scim_check::judge::Owner::Expectation,
            Level::Must,
            "x",
            scim_check::judge::Subject::Status,
        )
    };
    let scenario = ScenarioRecord {
        exchanges: vec![exchange.clone()],
        findings: vec![finding.clone()],
        ..ScenarioRecord::of(&plan.entries[0], ending)
    };
    let record = RunRecord::new("http://h/scim", "scim-check-x", Level::Must, vec![scenario.clone()]);
    let section = Section {
        base_url: Some(format!("http://ada:{hidden_in_url}@h/scim?code={hidden_in_url}").into()),
        token: Some(TokenSource::Given(hidden.clone().into())),
        ..Section::default()
    };
    let line = CommandLine { section, ..CommandLine::default() };
    let settings = Settings::resolve(&line, &Environment::default(), None).unwrap();
    let check =
        Check::new(format!("http://ada:{hidden_in_url}@h/scim")).basic("ada", &hidden).header("X-Api-Key", &hidden);
    let options = ServerOptions {
        token: Some(hidden.clone()),
        basic: Some(("ada".to_owned(), hidden.clone())),
        ..ServerOptions::default()
    };
    let mut secrets = Secrets::default();
    secrets.add(&hidden);
    let base = BaseUrl::parse(&base_url).unwrap();
    let context = Context::new(base.clone(), credentials.clone(), &record, 80);
    let heard = Heard { exchange: 0, answer: Ok(Arc::new(response.clone())) };
    let mut all: Vec<(&'static str, String)> = vec![
        ("Request", format!("{request:?} {request:#?}")),
        ("Request of bytes", format!("{raw:?} {:?}", raw.body)),
        ("Body", format!("{:?}", request.body)),
        ("Response", format!("{response:?} {response:#?}")),
        ("Json", format!("{:?}", response.json)),
        ("Heard", format!("{heard:?}")),
        ("Exchange", format!("{exchange:?}")),
        ("Credentials", format!("{credentials:?} {credentials:#?}")),
        ("Secrets", format!("{secrets:?}")),
        ("BaseUrl", format!("{base:?} {base}")),
        ("ClientOptions", format!("{:?}", ClientOptions::default())),
        ("Failure", format!("{:?}", Failure::Withheld("x".to_owned()))),
        ("CommandLine", format!("{line:?}")),
        ("Settings", format!("{settings:?} {settings:#?}")),
        ("Check", format!("{check:?} {check:#?}")),
        ("ServerOptions", format!("{options:?}")),
        ("Finding", format!("{finding:?}")),
        ("ScenarioRecord", format!("{scenario:?} {scenario:#?}")),
        ("RunRecord", format!("{record:?} {record:#?}")),
        ("Context", format!("{context:?} {context:#?}")),
    ];
    all.push(("BaseUrlError", format!("{:?}", BaseUrl::parse(&format!("http://ada:{hidden_in_url}@h/")).unwrap_err())));
    all.into_iter().map(|(name, text)| (name, text, format!("{hidden}\n{hidden_in_url}"))).collect()
}

#[test]
fn debug_shows_no_secret_no_password_and_nobody() {
    let all = shown();
    let mut scan = Scan::default();
    for hidden in all[0].2.clone().lines() {
        scan.add("a secret", hidden);
    }
    scan.add("a password", PASSWORD);
    scan.add("somebody", SOMEBODY);
    for (name, text, _) in &all {
        assert!(text.len() > 3, "{name}: {text}");
        scan.text(name, text.as_bytes());
    }
    scan.ends("Debug of the public types");
}
