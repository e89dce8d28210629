//! What the program must never do to a server, whatever that server answers: touch what is not its own, or leave behind
//! what it made.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    process::Command,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use support::{
    binary::{Desk, Ran, Running, eventually, finish, start},
    raw::{Answer, Raw},
    target::{TOKEN, Target},
};

/// Enough for an import of several pages.
const PEOPLE: usize = 500;

fn command(desk: &Desk, target: &Target, args: &[&str]) -> Command {
    let mut command = desk.command(args);
    command.args(["--base-url", target.base()]).env("SCIM_CHECK_TOKEN", TOKEN);
    command
}

fn run(desk: &Desk, target: &Target, args: &[&str]) -> Ran {
    let mut all = vec!["run"];
    all.extend(args);
    finish(command(desk, target, &all))
}

/// Whatever is wrong with the server, everybody who was there is there as before, attribute by attribute.
fn unharmed(faults: &[&str], options: &[&str]) -> Ran {
    let target = Target::new(PEOPLE, faults);
    let before = target.dump();
    assert_eq!(before["groups"].as_array().unwrap().len(), PEOPLE / 10);
    let ran = run(&Desk::new(), &target, options);
    // 3 where nobody could be put there before the stories.
    assert!(matches!(ran.code, Some(0 | 1 | 3)), "{faults:?}: {}", ran.all());
    let after = target.dump();
    if after == before {
        return ran;
    }
    for kind in ["users", "groups"] {
        let (before, after) = (before[kind].as_array().unwrap(), after[kind].as_array().unwrap());
        for one in before {
            let now = after.iter().find(|other| other["id"] == one["id"]);
            assert_eq!(now, Some(one), "{faults:?}: changed or removed");
        }
        let added: Vec<&Value> =
            after.iter().filter(|one| !before.iter().any(|other| other["id"] == one["id"])).collect();
        assert!(added.is_empty(), "{faults:?}: left behind {added:#?}");
    }
    panic!("{faults:?}: not as before")
}

#[test]
fn a_clean_server_is_as_it_was_before() {
    unharmed(&[], &["--all"]).ends(0);
}

#[test]
fn a_server_that_ignores_filters_loses_nobody() {
    let ran = unharmed(&["filter-ignored"], &[]).ends(1);
    let told = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        told.contains("Okta would now PUT a resource that is not the one it looked for; we did not send it"),
        "{told}"
    );
    // Not a word about people who are not ours.
    assert!(!ran.all().contains("corp.example"), "{}", ran.all());
}

#[test]
fn no_fault_of_lookups_leads_to_a_stranger() {
    for fault in ["filter-substring", "filter-case-sensitive", "filter-invalid-returns-all", "list-duplicates"] {
        unharmed(&[fault], &["okta/lifecycle/assign-existing", "okta/lookup/one-*", "okta/groups/push"]);
    }
    unharmed(&["filter-ignored", "put-changes-id", "patch-pathless-replaces-whole-user"], &["okta/lifecycle/unassign"]);
}

#[test]
fn no_fault_of_creations_and_ids_leads_to_a_stranger() {
    for fault in ["id-missing", "create-empty-body", "put-changes-id", "reenabled-user-new-id", "duplicate-accepted"] {
        unharmed(&[fault], &["okta/lifecycle/assign-again", "okta/groups/push-now"]);
    }
    for fault in ["username-lowercased", "id-number", "non-ascii-garbled", "group-displayname-altered"] {
        unharmed(&[fault], &["okta/lookup/*case*", "okta/lookup/non-ascii*", "okta/groups/rename"]);
    }
}

#[test]
fn lists_that_lie_do_not_lead_clean_to_a_stranger() {
    for fault in ["filter-ignored", "startindex-ignored", "list-duplicates", "page-cap-50", "totalresults-is-page-size"]
    {
        let target = Target::new(PEOPLE, &[fault]);
        let before = target.dump();
        let desk = Desk::new();
        run(&desk, &target, &["--keep", "okta/lifecycle/unassign"]);
        let ran = finish(command(&desk, &target, &["clean", "--older-than", "0s"]));
        assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.all());
        let after = target.dump();
        for one in before["users"].as_array().unwrap() {
            assert!(after["users"].as_array().unwrap().contains(one), "{fault}");
        }
        assert_eq!(after["groups"], before["groups"], "{fault}");
    }
}

#[test]
fn clean_spares_who_only_looks_like_ours() {
    let target = Target::new(0, &[]);
    let desk = Desk::new();
    // Somebody whose name begins as ours do, and is not one of ours.
    let user =
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "scim-check-fan@corp.example"});
    target.create("Users", &user);
    let before = target.dump();
    finish(command(&desk, &target, &["clean", "--older-than", "0s"])).ends(0).prints("0 removed");
    assert_eq!(target.dump(), before);
}

/// A run against a slow server that has created something, and goes on.
fn under_way(desk: &Desk, target: &Target, created: usize) -> Running {
    let running = start(command(desk, target, &["run", "okta/lifecycle", "--jobs", "4"]));
    eventually("something is created", || target.marked().len() >= created);
    running
}

#[test]
fn an_interrupted_run_removes_what_it_made() {
    for (signal, created) in [("INT", 1), ("TERM", 3), ("INT", 6)] {
        let target = Target::new(20, &["slow-answers"]);
        let before = target.dump();
        let desk = Desk::new();
        let running = under_way(&desk, &target, created);
        running.signal(signal);
        let ran = running.wait().ends(130).says("interrupted");
        assert!(ran.out.contains("Interrupted"), "{}", ran.all());
        assert_eq!(target.dump(), before, "{signal} after {created}");
    }
}

#[test]
fn an_interruption_before_anything_was_made_ends_too() {
    let silent = Raw::silent();
    let desk = Desk::new();
    let running = start(desk.command(["run", "--base-url", &silent.base()]));
    eventually("the first request is there", || !silent.heard().is_empty());
    // Who starts programs in the background may have them ignore INT.
    running.signal("TERM");
    let ran = running.wait();
    assert!(matches!(ran.code, None | Some(130)), "{:?}", ran.code);
}

#[test]
fn a_second_interruption_leaves_at_once_and_clean_does_the_rest() {
    let target = Target::new(20, &["slow-answers"]);
    let before = target.dump();
    let desk = Desk::new();
    let mut running = under_way(&desk, &target, 4);
    running.signal("INT");
    // The second one counts once the first was heard.
    assert!(running.hears("interrupted"));
    let began = Instant::now();
    running.signal("INT");
    let ran = running.wait().ends(130).says("scim-check clean");
    assert!(began.elapsed() < Duration::from_millis(1500), "{:?}", began.elapsed());
    assert!(!ran.out.contains("As expected"));
    assert!(!target.marked().is_empty(), "nothing was left to prove");
    finish(command(&desk, &target, &["clean", "--older-than", "0s"])).ends(0);
    assert_eq!(target.dump(), before);
}

#[test]
fn a_killed_run_leaves_only_what_clean_removes() {
    let target = Target::new(20, &["slow-answers"]);
    let before = target.dump();
    let desk = Desk::new();
    let running = under_way(&desk, &target, 4);
    running.signal("KILL");
    assert_eq!(running.wait().code, None);
    // Requests that were under way are answered yet.
    let added = || {
        let dump = target.dump();
        ["users", "groups"]
            .iter()
            .map(|kind| dump[kind].as_array().unwrap().len() - before[kind].as_array().unwrap().len())
            .sum::<usize>()
    };
    let settled = Instant::now();
    eventually("the last answers", || settled.elapsed() > Duration::from_millis(400));
    assert_eq!(added(), target.marked().len(), "something without a marker was left");
    assert!(added() >= 4);
    finish(command(&desk, &target, &["clean", "--older-than", "0s"])).ends(0);
    assert_eq!(target.dump(), before);
}

#[test]
fn what_was_made_is_deleted_once() {
    let target = Target::new(PEOPLE, &[]);
    let desk = Desk::new();
    run(&desk, &target, &["okta", "okta-qa", "--exchanges", "--report", "json=r.json"]).ends(0);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(desk.path().join("r.json")).unwrap()).unwrap();
    let (mut made, mut deleted) = (Vec::new(), Vec::new());
    for exchange in report["exchanges"].as_array().unwrap() {
        let (request, answer) = (&exchange["request"], &exchange["response"]);
        let path = request["target"].as_str().unwrap();
        match request["method"].as_str().unwrap() {
            "POST" if answer["status"] == 201 => {
                made.push(format!("{path}/{}", answer["body"]["id"].as_str().unwrap()));
            }
            "DELETE" => deleted.push(path.to_owned()),
            _ => {}
        }
    }
    made.sort();
    deleted.sort();
    assert!(made.len() > 300, "{} were made", made.len());
    assert_eq!(made, deleted);
}

#[test]
fn who_can_not_be_deleted_is_deactivated_and_told() {
    let target = Target::new(20, &["delete-refused"]);
    let desk = Desk::new();
    let ran = run(&desk, &target, &["okta/lifecycle/assign", "okta/lifecycle/edit", "--report", "json=r.json"]).ends(0);
    let left = target.marked();
    assert!(!left.is_empty());
    let report: Value = serde_json::from_str(&std::fs::read_to_string(desk.path().join("r.json")).unwrap()).unwrap();
    assert_eq!(report["leftovers"].as_array().unwrap().len(), left.len());
    for name in &left {
        assert!(ran.out.contains(name.as_str()), "{name} is not told:\n{}", ran.out);
    }
    assert!(ran.out.contains("deactivated instead (DELETE was answered 405)"), "{}", ran.out);
    let users = target.dump()["users"].as_array().unwrap().clone();
    let ours = users.iter().filter(|user| user["userName"].as_str().unwrap().contains("scim-check-"));
    for user in ours {
        assert_eq!(user["active"], json!(false), "{user:#}");
    }
    // Nothing of it is clean's fault either, but it did not do what it was asked to.
    finish(command(&desk, &target, &["clean", "--older-than", "0s"])).ends(1).prints("left over: User");
}

#[test]
fn a_scenario_can_not_change_what_is_not_ours() {
    let target = Target::new(20, &[]);
    let before = target.dump();
    let stranger = before["users"][0]["id"].as_str().unwrap();
    let group = before["groups"][0]["id"].as_str().unwrap();
    let user =
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "taken.over@corp.example"});
    let patch = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                       "Operations": [{"op": "replace", "path": "active", "value": false}]});
    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
                      "Operations": [{"method": "DELETE", "path": format!("/Users/{stranger}")}]});
    let steps: Vec<(String, String)> = vec![
        (format!("DELETE /Users/{stranger}"), String::new()),
        (format!("DELETE /Groups/{group}"), String::new()),
        (format!("PUT /Users/{stranger}"), format!("body: {user}")),
        (format!("PATCH /Users/{stranger}"), format!("body: {patch}")),
        (format!("PATCH /users/{stranger}"), format!("body: {patch}")),
        (format!("PATCH /Users/{stranger}/"), format!("body: {patch}")),
        (format!("DELETE /Users/{{{{ ada.id }}}}/../{stranger}"), String::new()),
        (format!("DELETE /Groups/../Users/{stranger}"), String::new()),
        (format!("DELETE /Users/%2e%2e/Users/{stranger}"), String::new()),
        ("DELETE /Users".to_owned(), String::new()),
        ("POST /Users".to_owned(), format!("body: {user}")),
        ("POST /Users".to_owned(), format!("body_raw: '{user}'")),
        ("POST /Bulk".to_owned(), format!("body: {bulk}")),
        ("'POST /Bulk#/.search'".to_owned(), "body: {}".to_owned()),
        (format!("POST /Users/{stranger}/.search"), "body: {}".to_owned()),
        ("POST /Bulk/../Bulk/.search".to_owned(), "body: {}".to_owned()),
        (format!("GET /Users/{stranger}"), "headers: { X-HTTP-Method-Override: DELETE }".to_owned()),
    ];
    let desk = Desk::new();
    for (at, (request, rest)) in steps.iter().enumerate() {
        desk.file(
            &format!("own/mine/s{at:02}.yaml"),
            format!(
                "title: T\nwhy: W\nspec: [rfc7644#3.3]\nlevel: must\npeople: {{ ada: {{}} }}\ngiven: {{ users: [ada] }}\n\
                 steps:\n  - request: {request}\n    {rest}\n"
            ),
        );
    }
    let raw = [format!("/Users/{stranger}"), format!("/Users/../Users/{stranger}"), format!("/Users/{stranger}?x=1")];
    for (at, path) in raw.iter().enumerate() {
        desk.file(
            &format!("own/mine/r{at}.yaml"),
            format!(
                "title: T\nwhy: W\nspec: [rfc7644#3.3]\nlevel: must\nsteps:\n  - request: DELETE\n    path_raw: {path}\n"
            ),
        );
    }
    let ran = run(&desk, &target, &["--scenarios", "own", "--report", "json=r.json", "--exchanges"]);
    assert_eq!(target.dump(), before, "{}", ran.all());
    let report: Value = serde_json::from_str(&std::fs::read_to_string(desk.path().join("r.json")).unwrap()).unwrap();
    let spoken: Vec<&Value> =
        report["exchanges"].as_array().unwrap().iter().filter(|one| one["purpose"] == "spoken").collect();
    assert_eq!(spoken.len(), steps.len() + raw.len());
    for exchange in spoken {
        assert_eq!(exchange["response"]["sent"], false, "{exchange:#}");
    }
    // A scenario that was not allowed to do what it says did not pass.
    assert_ne!(ran.code, Some(0), "{}", ran.out);
}

#[test]
fn no_path_leads_to_another_host() {
    let other = Raw::new(|_| Some(Answer::nobody()));
    let away = other.base().trim_start_matches("http://").to_owned();
    let target = Target::new(3, &[]);
    let desk = Desk::new();
    desk.file(
        "own/mine/away.yaml",
        format!("title: T\nwhy: W\nspec: [rfc7644#3.3]\nlevel: must\nsteps:\n  - request: GET\n    path_raw: \"@{away}/x\"\n"),
    );
    let ran = run(&desk, &target, &["--scenarios", "own"]);
    assert_eq!(other.connections(), 0, "{}", ran.all());
}

#[test]
fn a_repeated_scenario_does_not_meet_what_its_first_telling_left() {
    let target = Target::new(20, &["delete-refused", "family-name-dropped"]);
    let desk = Desk::new();
    let verdict = |jobs: &str| {
        let ran = run(&desk, &target, &["okta/lifecycle", "--jobs", jobs]);
        assert_eq!(ran.code, Some(1), "{}", ran.all());
        assert!(!ran.out.contains("could not be carried out"), "{}", ran.out);
    };
    verdict("1");
    verdict("4");
}

#[test]
fn the_token_never_follows_a_redirect() {
    let other = Raw::new(|_| Some(Answer::nobody()));
    let elsewhere = other.base();
    let first = std::sync::atomic::AtomicBool::new(true);
    let redirecting = Raw::new(move |heard| {
        if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            return Some(Answer::nobody());
        }
        let path = heard.target.trim_start_matches("/scim/v2");
        let answer = Answer { status: 307, headers: Vec::new(), body: String::new() };
        Some(answer.header("Location", &format!("{elsewhere}{path}")))
    });
    let desk = Desk::new();
    let variables = [("SCIM_CHECK_TOKEN", TOKEN)];
    let ran =
        desk.run_with(&variables, &["run", "--base-url", &redirecting.base(), "okta/connect", "okta/lifecycle/assign"]);
    assert!(matches!(ran.code, Some(1)), "{}", ran.all());
    assert!(redirecting.heard().len() > 3);
    assert_eq!(other.connections(), 0);
}

#[test]
fn without_consent_nothing_is_sent_to_another_machine() {
    // Everything for other machines goes through this.
    let proxy = Raw::new(|_| Some(Answer::nobody()));
    let origin = proxy.origin();
    let desk = Desk::new();
    let variables = [("HTTP_PROXY", origin.as_str()), ("http_proxy", origin.as_str()), ("SCIM_CHECK_TOKEN", TOKEN)];
    let base = "http://scim.example.invalid/scim/v2";
    for args in [&["run", "--base-url", base][..], &["clean", "--base-url", base]] {
        desk.run_with(&variables, args).ends(2).says("consent is needed").says("--yes");
    }
    assert_eq!(proxy.connections(), 0);
    desk.file("scim-check.toml", "yes = true\n");
    desk.run_with(&variables, &["run", "--base-url", base, "okta/connect/test-credentials"]).ends(0);
    assert!(proxy.connections() > 0);
}
