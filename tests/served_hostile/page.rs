//! `docs/robustness-server.md`, written from the table and from what the other tests here try.

use std::{collections::HashSet, fmt::Write};

use super::{all, crowd, killed, large, races, slow, support::page::hold};

const PAGE: &str = "docs/robustness-server.md";

fn page() -> String {
    let tables = all();
    let count: usize = tables.iter().map(|(_, cases)| cases.len()).sum();
    let mut out = format!(
        "# Robustness of the reference server\n\nNothing that a client does crashes the [reference server](server.md), hangs it, fills its \
         memory, or makes it lose or repeat what it has\nanswered. This page is written from the tests of `tests/served_hostile`: {count} \
         requests that no client should send, each with what comes, after\nwhich the server answers somebody else and everything is stored as \
         it was; and what happens under slow clients, crowds, large bodies, races and kills.\nWhat targets do to `scim-check` itself is in \
         [robustness.md](robustness.md).\n\n\
         Errors come as SCIM has them, with the `scimType` that stands here. Where what came is no HTTP, the answer has no body, and the \
         connection ends.\nA client has 30 seconds to send a head, to send a body, and to take in a part of an answer; the tests make it 2. \
         What is said of memory holds\nbeside what the server is given to keep.\n"
    );
    for (about, rows) in [
        ("Slow clients", slow::ROWS),
        ("Crowds", crowd::ROWS),
        ("Large bodies", large::ROWS),
        ("Races", races::ROWS),
        ("Kills", killed::ROWS),
    ] {
        let _ = write!(out, "\n## {about}\n\n| what happens | what comes of it |\n| --- | --- |\n");
        for (what, comes) in rows {
            let _ = writeln!(out, "| {what} | {comes} |");
        }
    }
    for (about, cases) in tables {
        let _ = write!(out, "\n## {about}\n\n| the client sends | what comes |\n| --- | --- |\n");
        for case in cases {
            let _ = writeln!(out, "| {} | {} |", case.does.replace('|', "\\|"), case.comes);
        }
    }
    out
}

#[test]
fn the_page_is_the_table() {
    hold(PAGE, &page(), "--test served_hostile the_page");
}

/// Never an error of the server, and each line once in its table.
#[test]
fn no_case_is_the_server_s_fault() {
    for (about, cases) in all() {
        let told: HashSet<&str> = cases.iter().map(|case| case.does).collect();
        assert_eq!(told.len(), cases.len(), "{about}");
        assert!(cases.iter().all(|case| !case.comes.starts_with('5')), "{about}");
    }
}
