//! `docs/robustness.md`, written from the table.

use std::{collections::HashSet, fmt::Write};

use super::{all, support::page::hold, watch::MEMORY};

const PAGE: &str = "docs/robustness.md";

fn page() -> String {
    let tables = all();
    let count: usize = tables.iter().map(|(_, cases)| cases.len()).sum();
    let mut out = format!(
        "# Robustness\n\nNothing that a target does crashes `scim-check`, hangs it, fills the memory, acts on a terminal or a page, or makes the \
         report lie. This\npage is written from the table of `tests/hostile`: {count} behaviours, each played by a server of its own, over \
         which the program is run. Each\nof those runs ends in time, with the exit code and the words that stand here, with no more than {} MB \
         of memory, and without a character that\ncould act on a terminal.\n\n\
         What is read of an answer is bounded: 100 headers of 400 kB altogether, a body of `--max-body` (8 MiB), packed or not, while its \
         values\ntake no more than three times that much memory, and as much time as `--timeout` says (2 s here). Of longer lists the first pages are judged. \
         Four\nscenarios at once may hold four large bodies: with 8 MB in every answer 260 MB were seen; `--jobs 1` or a smaller `--max-body` takes less. \
         Redirects are not\nfollowed, cookies are not kept, and an id is used only where it fits into a URL.\n",
        MEMORY >> 20
    );
    for (about, cases) in tables {
        let _ = write!(out, "\n## {about}\n\n| the target | exit code | what you see |\n| --- | --- | --- |\n");
        for case in cases {
            let says = case.says[0].trim_end_matches([':', ' ']).replace('|', "\\|");
            let code = if says.contains('`') { format!("`` {says} ``") } else { format!("`{says}`") };
            let _ = writeln!(out, "| {} | {} | {code} |", case.does.replace('|', "\\|"), case.exit);
        }
    }
    out
}

#[test]
fn the_page_is_the_table() {
    hold(PAGE, &page(), "--test hostile the_page");
}

#[test]
fn every_behaviour_is_told_once() {
    let tables = all();
    let cases = || tables.iter().flat_map(|(_, cases)| *cases);
    let names: HashSet<&str> = cases().map(|case| case.name).collect();
    assert_eq!(names.len(), cases().count());
    assert!(cases().all(|case| !case.does.is_empty() && !case.says.is_empty()));
}
