//! `scim-check snapshots`: what is chosen, and hints that can be typed as they stand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use support::binary::Desk;

/// A desk where three scenarios wait, in two folders.
fn waiting() -> Desk {
    let desk = Desk::new();
    let scenarios = ["okta/lookup/stranger", "okta/lookup/upper-case", "okta/connect/test-credentials"];
    desk.run(&[&["run", "--embedded", "--snapshots", "my snaps"][..], &scenarios].concat()).ends(1);
    desk
}

#[test]
fn a_folder_means_everything_below_it() {
    let desk = waiting();
    let snaps = ["--snapshots", "my snaps"];
    let out = desk.run(&[&["snapshots", "accept", "okta/lookup"][..], &snaps].concat()).ends(0).out;
    assert!(out.contains("okta/lookup/stranger\n") && out.contains("okta/lookup/upper-case@"), "{out}");
    assert!(!out.contains("okta/connect"), "{out}");
    desk.run(&[&["snapshots", "accept", "okta/look"][..], &snaps].concat()).ends(2).says("nothing waits");
    desk.run(&[&["snapshots", "reject", "okta/connect/"][..], &snaps].concat()).ends(0).prints("1 rejected");
}

#[test]
fn without_names_all_is_offered() {
    for command in ["accept", "reject"] {
        let ran = Desk::new().run(&["snapshots", command]).ends(2);
        assert!(ran.err.contains("okta/lookup, or say --all"), "{}", ran.err);
    }
}

#[test]
fn hints_name_the_folder_where_it_was_typed() {
    let desk = waiting();
    let hint = "hint: scim-check snapshots review --snapshots 'my snaps'\n";
    desk.run(&["snapshots", "status", "--snapshots", "my snaps"]).ends(1).says(hint);
    desk.run(&["snapshots", "review", "--snapshots", "my snaps"]).ends(2).says("accept --all --snapshots 'my snaps',");
    desk.run(&["snapshots", "accept", "xyz", "--snapshots", "my snaps"])
        .ends(2)
        .says("`scim-check snapshots status --snapshots 'my snaps'` shows");
    // With the folder from the configuration there is nothing to add.
    desk.file("scim-check.toml", "[snapshots]\nfolder = \"my snaps\"\n[targets.a.snapshots]\nfolder = \"others\"\n");
    desk.run(&["snapshots", "status"]).ends(1).says("hint: scim-check snapshots review\n");
    desk.run(&["snapshots", "accept", "xyz"]).ends(2).says("`scim-check snapshots status` shows");
    // A target may have a folder of its own.
    desk.run(&["snapshots", "status", "--target", "a"]).ends(2).says("others");
    std::fs::rename(desk.path().join("my snaps"), desk.path().join("others")).unwrap();
    desk.run(&["snapshots", "status", "--target", "a"]).ends(1).says("hint: scim-check snapshots review --target a\n");
}
