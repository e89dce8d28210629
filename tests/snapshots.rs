//! The built-in snapshots are what the reference server answers.
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test snapshots` records them anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{collections::BTreeSet, fs, path::Path};

use scim_check::{
    idp::Dialect,
    run::{Plan, dialogue},
    scenario::{Library, SNAPSHOTS, Selection},
    snapshot::{builtin, file, read},
};

fn paths(folder: &Path, out: &mut BTreeSet<String>, root: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            paths(&path, out, root);
        } else {
            out.insert(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn built_in_snapshots_are_what_the_reference_server_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    let library = Library::builtin().unwrap();
    let mut plan = Plan::new(&library, &Selection::new(&[], true).unwrap(), &Dialect::ALL, &[]);
    // Of what Okta says. Where a standard leaves a choice, a snapshot would take one for the only right one.
    plan.entries.retain(|planned| planned.scenario.suite.starts_with("okta"));
    let record = support::runs::against_reference(&plan, &[]).await;
    let recording = std::env::var_os("SCIM_CHECK_RECORD").is_some();
    let mut expected = BTreeSet::new();
    let mut different = Vec::new();
    for (planned, scenario) in plan.entries.iter().zip(&record.scenarios) {
        let name = format!("{}.snap", planned.name());
        let text = file(&dialogue(planned, scenario, &record));
        let path = root.join(&name);
        if recording {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &text).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            different.push(name.clone());
        }
        if !recording {
            assert!(builtin(SNAPSHOTS, &planned.name()).is_some(), "{name} is not found among the built-in ones");
        }
        // What we write, we read; and so does insta.
        let again = read(&text).unwrap();
        assert_eq!(file(&again), text, "{name}");
        let snapshot = insta::Snapshot::from_file(&path).unwrap();
        assert_eq!(snapshot.metadata().description(), Some(planned.scenario.title.as_str()));
        expected.insert(name);
    }
    let mut there = BTreeSet::new();
    paths(&root, &mut there, &root);
    let orphans: Vec<_> = there.difference(&expected).collect();
    assert!(orphans.is_empty(), "snapshots without a scenario: {orphans:?}");
    assert!(different.is_empty(), "differ from what the reference server answers: {different:#?}");
}
