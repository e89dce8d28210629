//! Every fault can be seen, and the clean server does not show it.

mod groups;
mod lists;
mod people;
mod time;
mod wire;

use std::{collections::BTreeSet, fs, path::Path};

use scim_check::server::fault::FAULTS;

use crate::client::Client;

async fn shows(name: &str, client: &Client) -> Option<bool> {
    let seen = match people::shows(name, client).await {
        None => groups::shows(name, client).await,
        seen => seen,
    };
    let seen = match seen {
        None => lists::shows(name, client).await,
        seen => seen,
    };
    let seen = match seen {
        None => time::shows(name, client).await,
        seen => seen,
    };
    match seen {
        None => wire::shows(name, client).await,
        seen => seen,
    }
}

/// Faults that a table of a suite shows; its own test holds that the suite is quiet about the clean server.
fn in_tables() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults");
    let tables = fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let mut names = BTreeSet::new();
    for line in tables.collect::<String>().lines() {
        // Before the fault stands the scenario, where the table is of one suite.
        let (pair, found) = line.split_once(':').unwrap();
        if !matches!(found.trim(), "" | "nothing") {
            names.extend(pair.rsplit(' ').next().map(str::to_owned));
        }
    }
    names
}

#[tokio::test]
async fn each_fault_is_seen_and_only_where_it_is() {
    let in_tables = in_tables();
    for fault in FAULTS {
        let token = (fault.area == "auth").then_some("s3cret");
        let faulty = Client::with_token(Some(fault.name), token);
        let Some(seen) = shows(fault.name, &faulty).await else {
            assert!(in_tables.contains(fault.name), "nothing looks for {fault:?}");
            continue;
        };
        assert!(seen, "{fault:?} can't be seen");
        let clean = Client::with_token(None, token);
        assert_eq!(shows(fault.name, &clean).await, Some(false), "{fault:?} without cause");
    }
}

#[test]
fn there_are_as_many_as_promised() {
    assert!(FAULTS.len() >= 200, "{}", FAULTS.len());
}
