//! Targets that do what no server should: nothing of it crashes the program, hangs it, fills the memory, acts on a terminal or makes
//! the report lie. One table, [`all`], says what each does and what the user sees; it is also docs/robustness.md.
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test hostile` writes the page anew.
//! `HOSTILE=part-of-a-name` runs some of them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod acting;
mod case;
mod connections;
mod framing;
mod headers;
mod ids;
mod json;
mod lists;
mod page;
mod refusals;
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod tls;
mod watch;

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use case::Case;
use watch::{Needed, watch};

/// What a run does whatever the target is.
const COMMAND: &[&str] = &["--timeout", "2s", "--settle", "0", "--patience", "0", "--yes"];

/// How many run at once: most wait for a time-out.
const AT_ONCE: usize = 6;

/// The table: what it is about, and the cases.
fn all() -> Vec<(&'static str, &'static [Case])> {
    vec![
        ("Connections", connections::CASES),
        ("Frames", framing::CASES),
        ("Lists", lists::CASES),
        ("Bodies", json::CASES),
        ("Ids", ids::CASES),
        ("Headers", headers::CASES),
        ("Refusals", refusals::CASES),
        ("TLS", tls::CASES),
    ]
}

#[test]
fn every_behaviour_ends_as_the_table_says() {
    let wanted = std::env::var("HOSTILE").unwrap_or_default();
    let tables = all();
    let cases: Vec<&Case> = tables
        .iter()
        .flat_map(|(_, cases)| *cases)
        .filter(|case| wanted.split(',').any(|part| case.name.contains(part)))
        .collect();
    let (next, seen) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let result = std::panic::catch_unwind(|| watch(case)).unwrap_or_else(|_| Err("panic".to_owned()));
                    seen.lock().unwrap().push((case, result));
                }
            });
        }
    });
    let seen = seen.into_inner().unwrap();
    let wrong: Vec<String> = seen
        .iter()
        .filter_map(|(case, result)| Some(format!("=== {}: {}", case.name, result.as_ref().err()?)))
        .collect();
    let needed: Vec<(&str, Needed)> =
        seen.iter().filter_map(|(case, result)| Some((case.name, *result.as_ref().ok()?))).collect();
    let most = needed.iter().max_by_key(|(_, needed)| needed.memory);
    let longest = needed.iter().max_by_key(|(_, needed)| needed.time);
    println!("{} behaviours in {:?}; most memory {most:?}; longest {longest:?}", seen.len(), began.elapsed());
    assert!(wrong.is_empty(), "{} are wrong\n{}", wrong.len(), wrong.join("\n"));
}
