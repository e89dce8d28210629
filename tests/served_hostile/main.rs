//! Clients that do what no client should: nothing of it crashes the reference server, hangs it, fills its memory, or makes it lose
//! or repeat what it has answered. One table, [`all`], says what each sends and what comes; with what the other files here try it is also
//! docs/robustness-server.md.
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test served_hostile the_page` writes the page anew.
//! `HOSTILE=part-of-a-line` runs some of the table.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bodies;
mod bulk;
mod case;
mod child;
mod crowd;
mod frames;
mod killed;
mod large;
mod media;
mod page;
mod patches;
mod paths;
mod queries;
mod races;
mod served;
mod slow;
#[path = "../support/mod.rs"]
mod support;
#[path = "../database/wire.rs"]
mod wire;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use case::Case;
use served::Served;

/// How many clients send at once: some wait until the server gives up on them.
const AT_ONCE: usize = 8;

/// The table: what it is about, and the cases.
fn all() -> Vec<(&'static str, &'static [Case])> {
    vec![
        ("Frames", frames::CASES),
        ("Paths", paths::CASES),
        ("Media types and credentials", media::CASES),
        ("Bodies", bodies::CASES),
        ("Queries", queries::CASES),
        ("PATCH", patches::CASES),
        ("Bulk", bulk::CASES),
    ]
}

/// Each case gets its answer, the server then answers somebody else, and in the end everything is as it was.
#[test]
fn every_request_is_answered_as_the_table_says() {
    let wanted = std::env::var("HOSTILE").unwrap_or_default();
    let tables = all();
    let cases: Vec<&Case> =
        tables.iter().flat_map(|(_, cases)| *cases).filter(|case| case.does.contains(&wanted)).collect();
    let served = Served::new(Some(served::PATIENCE));
    let before = served.dump();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let came = catch_unwind(AssertUnwindSafe(|| case.came(&served)));
                    let said = came.unwrap_or_else(|_| "no answer".to_owned());
                    if said != case.comes {
                        wrong.lock().unwrap().push(format!("{}: {said}, and not {}", case.does, case.comes));
                    }
                    served.answers_others();
                }
            });
        }
    });
    println!("{} requests in {:?}", cases.len(), began.elapsed());
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} are wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(served.dump() == before, "something was changed");
    served.page_has_kept_them();
}
