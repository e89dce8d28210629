//! Redirects, refusals in the middle, limits and crashes.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::json;

use super::{
    case::Case,
    stage::Hostile,
    support::raw::{Answer, Raw},
};

fn error(status: u16) -> Answer {
    let schema = "urn:ietf:params:scim:api:messages:2.0:Error";
    Answer::json(status, &json!({"schemas": [schema], "status": status.to_string(), "detail": "no"}))
}

/// Answers from the second request on with this status and these headers.
fn refuses(status: u16, headers: &'static [(&'static str, &'static str)]) -> Hostile {
    Hostile::requests(move |talk| {
        if talk.number == 0 {
            return talk.pass();
        }
        let mut answer = error(status);
        answer.headers.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        talk.answer(&answer)
    })
}

/// Redirects everything to another server of ours, which must hear nothing.
fn elsewhere() -> Hostile {
    let other = Raw::new(|_| Some(Answer::nobody()));
    let to = format!("{}/scim/v2/Users", other.origin().replace("127.0.0.1", "localhost"));
    let other = Arc::new(other);
    let heard = Arc::clone(&other);
    Hostile::requests(move |talk| {
        if talk.number == 0 {
            return talk.pass();
        }
        // Whoever follows is told apart by another status.
        let status = if heard.connections() > 0 { 500 } else { 307 };
        talk.answer(&error(status).header("Location", &to))
    })
    .keeping(other)
}

macro_rules! refusal {
    ($name:literal, $does:literal, $exit:literal, $says:expr, $target:expr) => {
        Case { name: $name, does: $does, exit: $exit, says: $says, target: || $target, ..Case::PLAIN }
    };
}

pub const CASES: &[Case] = &[
    refusal!(
        "redirect-loop",
        "redirects each request to itself",
        1,
        &["A request is redirected"],
        Hostile::requests(|talk| {
            let to = talk.heard.target.clone();
            if talk.number == 0 { talk.pass() } else { talk.answer(&error(302).header("Location", &to)) }
        })
    ),
    refusal!(
        "redirect-first",
        "redirects the first look",
        3,
        &["/Users is redirected (status 301)"],
        Hostile::requests(
            |talk| talk.answer(&Answer { body: String::new(), ..error(301) }.header("Location", "/login"))
        )
    ),
    refusal!("redirect-elsewhere", "redirects to another host", 1, &["A request is redirected"], elsewhere()),
    refusal!(
        "redirect-file",
        "redirects to file:///etc/passwd",
        1,
        &["A request is redirected"],
        refuses(302, &[("Location", "file:///etc/passwd")])
    ),
    refusal!(
        "redirect-nowhere",
        "redirects without saying where to",
        1,
        &["A request is redirected"],
        refuses(302, &[])
    ),
    refusal!("not-modified", "answers 304 to everything", 1, &["status 304"], refuses(304, &[])),
    refusal!(
        "401-in-the-middle",
        "refuses the credentials in the middle of a run",
        1,
        &["An ordinary request with our credentials is refused as not allowed"],
        Hostile::requests(|talk| { if talk.number < 6 { talk.pass() } else { talk.answer(&error(401)) } })
    ),
    refusal!(
        "401-first",
        "refuses the credentials at once",
        3,
        &["the target refuses the credentials (status 401)", "hint: check the token"],
        Hostile::requests(|talk| talk.answer(&error(401)))
    ),
    refusal!(
        "429-without",
        "answers 429 to everything, without Retry-After",
        3,
        &["Too many requests, but not how long to wait", "no Retry-After in whole seconds"],
        refuses(429, &[])
    ),
    refusal!(
        "429-negative",
        "answers 429 with a Retry-After of -1",
        3,
        &["Too many requests, but not how long to wait", "no Retry-After in whole seconds"],
        refuses(429, &[("Retry-After", "-1")])
    ),
    refusal!(
        "429-absurd",
        "answers 429 with a Retry-After of 300 years",
        3,
        &["the target limits the rate of requests (status 429, Retry-After 9999999999)"],
        refuses(429, &[("Retry-After", "9999999999")])
    ),
    refusal!(
        "429-beyond",
        "answers 429 with a Retry-After of 30 digits",
        3,
        &["Retry-After of more seconds than can be counted"],
        refuses(429, &[("Retry-After", "999999999999999999999999999999")])
    ),
    refusal!(
        "429-date",
        "answers 429 with a date as Retry-After",
        3,
        &["Too many requests, but not how long to wait", "no Retry-After in whole seconds"],
        refuses(429, &[("Retry-After", "Fri, 31 Dec 2999 23:59:59 GMT")])
    ),
    refusal!(
        "429-zero",
        "answers 429 with a Retry-After of 0 to everything",
        1,
        &["Too Many Requests"],
        refuses(429, &[("Retry-After", "0")])
    ),
    Case {
        never: &["can't be read"],
        ..refusal!(
            "429-again",
            "answers 429 to whoever reads a person once more",
            3,
            &["the target limits the rate of requests (status 429): what came of"],
            {
                let read = Mutex::new(HashSet::new());
                Hostile::requests(move |talk| {
                    let again = talk.heard.method == "GET"
                        && talk.heard.target.contains("/Users/")
                        && !read.lock().unwrap().insert(talk.heard.target.clone());
                    if again { talk.answer(&error(429)) } else { talk.pass() }
                })
            }
        )
    },
    refusal!(
        "5xx-in-turn",
        "answers 500, 501, 502, 503 and 504 in turn",
        1,
        &["A request as Okta makes it ends in a server error"],
        {
            let turn = AtomicUsize::new(0);
            Hostile::requests(move |talk| {
                if talk.number == 0 {
                    return talk.pass();
                }
                let status = 500 + turn.fetch_add(1, Ordering::SeqCst) % 5;
                talk.answer(&error(status as u16))
            })
        }
    ),
    refusal!(
        "500-first",
        "answers 500 to the first look",
        1,
        &["A request as Okta makes it ends in a server error"],
        Hostile::requests(|talk| talk.answer(&error(500)))
    ),
    refusal!(
        "503-for-ever",
        "answers 503 and a page of HTML",
        3,
        &["the target is not ready: /Users answers status 503", "`--wait 30s` waits for it"],
        Hostile::requests(|talk| {
            let page = Answer { body: "<html>try later</html>".to_owned(), ..error(503) };
            talk.answer(&page.header("Retry-After", "3600"))
        })
    ),
    refusal!(
        "error-as-success",
        "answers errors with status 200",
        1,
        &["An error is answered with the status of a success"],
        Hostile::requests(|talk| {
            if talk.number == 0 { talk.pass() } else { talk.answer(&Answer { status: 200, ..error(500) }) }
        })
    ),
];
