//! The screen of real runs: what a finding needs to be shown again, and what the verdict counts.

use serde_json::Value;

use super::support::binary::Desk;

#[test]
fn a_lookup_that_misses_somebody_stands_behind_their_creation() {
    let ran = Desk::new()
        .run(&["run", "--embedded", "--fault", "deactivated-user-hidden-from-filter", "okta/lifecycle/assign-again"])
        .ends(1);
    let block = ran.out.split("\n\n").find(|block| block.contains("explain lookup-misses-known")).unwrap();
    assert!(block.contains("expected    the user whose userName is"), "{block}");
    let curl: Vec<&str> = block.lines().filter(|line| line.starts_with("  curl")).collect();
    let [create, lookup] = curl.as_slice() else { panic!("{block}") };
    assert!(create.starts_with("  curl -i -X POST ") && create.contains("/Users'"), "{create}");
    assert!(lookup.contains("/Users?filter=userName%20eq%20"), "{lookup}");
}

#[test]
fn the_verdict_counts_each_suite_by_itself_and_fits() {
    let selected = ["okta/lifecycle/assign", "rfc7644/filter"];
    let args = ["run", "--embedded", "--fault", "filter-ignored"];
    let ran = Desk::new().run(&[&args[..], &selected].concat()).ends(1);
    let verdict = ran.out.rsplit("\n\n").next().unwrap();
    let counts = verdict.split_once(": okta 1 must").unwrap_or_else(|| panic!("{verdict}")).1;
    assert!(counts.contains("; rfc7644 "), "{verdict}");
    assert!(verdict.lines().all(|line| line.chars().count() <= 80), "{verdict}");
    let alone = Desk::new().run(&[&args[..], &selected[..1]].concat()).ends(1);
    let verdict = alone.out.rsplit("\n\n").next().unwrap();
    assert!(verdict.contains(": 1 must; "), "{verdict}");
}

#[test]
fn a_finding_of_a_raw_request_says_what_of_the_answer_differs() {
    let ran = Desk::new()
        .run(&["run", "--embedded", "--fault", "filter-ignored", "--report", "json=-", "rfc7644/filter"])
        .ends(1);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let messages: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|one| one["message"].as_str().unwrap()).collect();
    for said in ["GET /Users does not find exactly whom it should", "GET /Users is answered 200"] {
        assert!(messages.contains(&said), "{said}: {messages:#?}");
    }
}
