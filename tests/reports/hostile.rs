//! A run against a target that tries everything: one record for all formats, with what could act in any of them wherever a text comes from
//! outside.

use std::{collections::HashMap, sync::Arc, time::Duration};

use bytes::Bytes;
use jiff::{Timestamp, civil::date};
use reqwest::Method;
use scim_check::{
    http::{
        AuthMode, AuthUse, BaseUrl, Body, Credentials, Exchange, Failure, Kind, Look, Purpose, Request, Resource,
        Response, Secrets,
    },
    judge::{Finding, Level, Owner, Subject},
    report::Context,
    run::{Ending, Leftover, Outcome, RunRecord, ScenarioRecord, SkipKind, StaleWaiver, StepRecord, Waived},
};
use serde_json::json;

/// The token, which the target echoes.
pub const TOKEN: &str = "hush/Tok&en+<1>\"=";
/// A password, likewise.
pub const PASSWORD: &str = "pa55 `w|rd` & hush";
/// Somebody who is not ours.
pub const STRANGER: &str = "eve@corp.example";
/// By what our people are known.
pub const MARKER: &str = "scim-check-20261122101501abcd";

/// What could act: escape sequences, bidi controls, NUL, line ends, noncharacters, the ends of CDATA, comments, scripts and code, markup,
/// mentions, links, templates, formulas, commands to CI systems, other people and secrets.
pub fn nasty() -> String {
    format!("{} {STRANGER}", ours())
}

/// The same without other people, for texts that are the user's own.
pub fn ours() -> String {
    [
        "\u{1b}[31mred\u{7}\u{0}\u{9b}2J",
        "\u{202e}desrever\u{2066}\u{200b}",
        "\u{feff}\u{fffe}\u{ffff}\u{1fffe}\u{fdd0}\u{85}\u{2028}",
        "]]>",
        "</script>",
        "--> <!-- </details> <img src=x onerror=alert(1)>",
        "&amp; & ' \" ` `` ``` ~~~ | \\| \\",
        "\n::error::boom\r\n## heading\n\n- item\n  ...\n---\nnot ok 1 - #TODO",
        " ::stop-commands::x ##[group]x ##vso[task.complete]x %0A%25",
        "=cmd|'/C calc'!A0",
        "@octocat #1 GH-1 deadbeef [link](javascript:alert(1)) https://evil.example www.evil.example mailto:a@evil.example",
        "{0} {{7*7}} ${HOME} $(id) é 漢 🙂",
        TOKEN,
        PASSWORD,
    ]
    .join(" ")
}

fn finding(id: &str, level: Level, owner: Owner, at: (&ScenarioRecord, usize)) -> Finding {
    let (scenario, exchange) = at;
    let claim = match &owner {
        Owner::Rule(rule) => format!("rule:{rule}"),
        other => format!("{}/{}", other.word(), nasty()),
    };
    Finding {
        id: id.to_owned(),
        about: Some("ada".to_owned()),
        scenario: scenario.id.clone(),
        dialect: scenario.dialect.clone(),
        step: Some(0),
        step_name: format!("unassign {}", nasty()),
        exchange: Some(exchange),
        kind: "User deactivate".to_owned(),
        message: format!("Something is wrong: {}", nasty()),
        expected: format!("expected {}", nasty()),
        actual: format!("actual {}", nasty()),
        breaks: vec!["okta".to_owned(), ours()],
        admin: nasty(),
        fix: format!("fix {}", ours()),
        spec: vec!["rfc7644#3.5.2".to_owned()],
        seen_by: vec![nasty()],
        ..Finding::of(owner, level, &claim, Subject::Attribute(format!("active {}", nasty())))
    }
}

fn exchange(number: usize, purpose: Purpose, request: Request, answer: Result<Response, Failure>) -> Exchange {
    Exchange {
        number,
        purpose,
        step: Some(0),
        kind: Kind::of(&request),
        request,
        answer: answer.map(Arc::new),
        sent_after: Duration::from_millis(10 * number as u64),
        took: Duration::from_micros(4200),
        look: Look::Only,
    }
}

/// What goes to and fro in the first scenario: a creation with a password, a change, a read of somebody who is not ours, an answer that is
/// no JSON, one that broke off, a request that was withheld, and one that somebody else's credentials are in.
fn exchanges() -> Vec<Exchange> {
    let name = format!("{MARKER}-001-ada@example.com");
    let json_type = || ("Content-Type".to_owned(), "application/scim+json".to_owned());
    let created =
        json!({"id": nasty(), "userName": name, "displayName": nasty(), "password": PASSWORD, "active": true});
    let create = Request::new(Method::POST, "/Users")
        .header("Content-Type", "application/scim+json")
        .header("User-Agent", "Okta SCIM Client 1.0.0")
        .json(json!({"userName": name, "password": PASSWORD, "active": true}));
    let deactivate = Request::new(Method::PATCH, "/Users/7")
        .header("Content-Type", "application/scim+json")
        .json(json!({"Operations": [{"op": "replace", "value": {"active": false, "nickName": ours()}}]}));
    let lookup = Request::new(Method::GET, "/Users").query("filter", format!("userName eq \"{name}\" {TOKEN}"));
    let mut raw = Request::new(Method::POST, "/Users").header("Content-Type", ours());
    raw.body = Some(Body::Raw(Bytes::from(format!("not json {TOKEN} {PASSWORD} \u{1b}[2J"))));
    raw.auth = AuthUse::Wrong;
    let answer = |status, headers, body: String| Ok(Response::new(status, headers, Bytes::from(body), false));
    let echo = vec![
        json_type(),
        ("Location".to_owned(), format!("https://evil.example/{}", nasty())),
        ("X-Stranger".to_owned(), STRANGER.to_owned()),
    ];
    let strangers = json!({"totalResults": 1, "Resources": [{"id": "9", "userName": STRANGER, "title": nasty()}]});
    let broken = Failure::Broken(nasty());
    let withheld = Failure::Withheld(nasty());
    vec![
        exchange(0, Purpose::Spoken, create, answer(201, echo, created.to_string())),
        exchange(1, Purpose::Spoken, deactivate.clone(), answer(200, vec![json_type()], created.to_string())),
        exchange(2, Purpose::Check, lookup, answer(200, vec![json_type()], strangers.to_string())),
        exchange(3, Purpose::Spoken, raw, answer(302, vec![("Location".to_owned(), nasty())], nasty())),
        exchange(4, Purpose::Cleanup, Request::new(Method::DELETE, "/Users/7"), Err(broken)),
        exchange(5, Purpose::Cleanup, deactivate, Err(withheld)),
    ]
}

fn scenario(id: &str, dialect: Option<&str>, outcome: Outcome) -> ScenarioRecord {
    let ending = Ending { outcome, kind: None, reason: None };
    ScenarioRecord {
        id: id.to_owned(),
        file: format!("scenarios/{id}.yaml"),
        suite: id.split('/').next().unwrap().to_owned(),
        suite_title: "What Okta does".to_owned(),
        title: "Unassigning a person deactivates them".to_owned(),
        spec: Vec::new(),
        dialect: dialect.map(str::to_owned),
        outcome,
        kind: None,
        reason: None,
        spared: ending,
        started_at: "2026-11-22T10:15:02.5Z".parse().unwrap(),
        duration: Duration::from_millis(31),
        steps: Vec::new(),
        exchanges: Vec::new(),
        passwords: Secrets::default(),
        findings: Vec::new(),
        leftovers: Vec::new(),
        first: 0,
        unique: format!("{MARKER}-001"),
    }
}

/// The record: a scenario of each outcome, findings of each level and owner, waived, following and stale ones.
pub fn record() -> RunRecord {
    let rule = |id: &str| Owner::Rule(id.to_owned());
    let mut failed = scenario("okta/lifecycle/unassign", Some("okta-aiw"), Outcome::Failed);
    failed.exchanges = exchanges();
    failed.passwords.add(PASSWORD);
    failed.steps =
        vec![StepRecord { name: format!("unassign {}", nasty()), outcome: Outcome::Failed, exchanges: 0..6 }];
    failed.leftovers = vec![Leftover {
        resource: Resource::User,
        id: Some(nasty()),
        name: format!("{MARKER}-001-ada {}", nasty()),
        state: nasty(),
    }];
    failed.reason = Some(nasty());
    let root = finding("c0ffee01", Level::Must, rule("deactivation-not-shown"), (&failed, 1));
    let next = Finding {
        follows_from: Some("c0ffee01".to_owned()),
        ..finding("c0ffee02", Level::Must, Owner::Expectation, (&failed, 2))
    };
    let mut waived = finding("c0ffee03", Level::Must, rule("media-type-not-json"), (&failed, 0));
    waived.waived = true;
    let snapshot = finding("c0ffee04", Level::Should, Owner::Snapshot, (&failed, 3));
    failed.findings = vec![root, next, waived, snapshot];

    let mut raw = scenario("rfc7644/errors/unknown", None, Outcome::Passed);
    raw.first = 6;
    raw.findings = vec![
        finding("c0ffee05", Level::Should, rule("error-schema-missing"), (&raw, 0)),
        finding("c0ffee06", Level::May, rule(&ours()), (&raw, 0)),
    ];
    let mut accepted = scenario("okta/lifecycle/assign", Some("okta-aiw"), Outcome::Passed);
    let mut known = finding("c0ffee07", Level::Must, Owner::Expectation, (&accepted, 0));
    known.waived = true;
    accepted.findings = vec![known];
    // What it follows from is waived there, not here.
    let mut here = scenario("okta/lifecycle/edit", Some("okta-aiw"), Outcome::Failed);
    here.findings = vec![Finding {
        follows_from: Some("c0ffee07".to_owned()),
        ..finding("c0ffee08", Level::Must, Owner::Expectation, (&here, 0))
    }];
    let error = ScenarioRecord {
        reason: Some(nasty()),
        ..scenario("okta/groups/push", Some("okta-catalogue"), Outcome::Error)
    };
    let skipped = ScenarioRecord {
        reason: Some(nasty()),
        kind: Some(SkipKind::Declined),
        ..scenario("okta/groups/rename", Some("okta-catalogue"), Outcome::Skipped)
    };
    // The user's own, whose names are nobody's to foresee.
    let mut own = scenario("mine/story", None, Outcome::Passed);
    (own.id, own.suite, own.title) = (format!("mine/{}", ours().replace('/', "_")), format!("mine {}", ours()), ours());
    own.file = format!("checks/{}", ours());

    let reason = |until| Waived { reason: format!("known {}", ours()), until };
    let stale = StaleWaiver {
        file: format!("scim-check {}.toml", ours()),
        lines: (14, 19),
        rule: Some("media-type-*".to_owned()),
        scenario: None,
        why: format!("what it accepts no longer occurs {}", ours()),
    };
    let scenarios = vec![failed, raw, accepted, here, error, skipped, own];
    let waived = [("c0ffee03".to_owned(), reason(Some(date(2026, 12, 31)))), ("c0ffee07".to_owned(), reason(None))];
    RunRecord {
        started_at: "2026-11-22T10:15:01Z".parse::<Timestamp>().unwrap(),
        duration: Duration::from_millis(812),
        waived: HashMap::from(waived),
        stale_waivers: vec![stale],
        ..RunRecord::new("https://scim.example.com/scim/v2", MARKER, Level::Must, scenarios)
    }
}

/// What the writers need besides.
pub fn context() -> Context {
    let credentials = Credentials::new(&AuthMode::Bearer, &TOKEN.to_owned().into()).unwrap();
    let mut secrets = credentials.secrets();
    secrets.add(PASSWORD);
    let base = BaseUrl::parse("https://scim.example.com/scim/v2").unwrap();
    Context { base, credentials, secrets, width: 80, embedded: false, scenarios: None }
}
