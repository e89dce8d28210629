//! What decides how a job ends: `--repeat`, `--shard`, `--max-findings`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use scim_check::{
    judge::{Flaky, Level},
    run::{ExitCode, Halt, Marker, PeopleDefaults, RunOptions, RunRecord, Runner},
};
use serde_json::Value;
use support::{
    binary::{Desk, Ran},
    runs::client,
    suite::{TOKEN, plan, server},
    tamper::Tamper,
};

const PART: &str = "okta/lifecycle";
/// A fault in the deactivation, which two findings tell.
const FAULT: [&str; 4] = ["--fault", "patch-active-noop-200", "--settle", "0"];

fn run(desk: &Desk, args: &[&str]) -> Ran {
    desk.run(&[&["run", "--embedded"], args].concat())
}

fn report(desk: &Desk, args: &[&str]) -> Value {
    serde_json::from_str(&run(desk, &[args, &["--report", "json=-"]].concat()).out).unwrap()
}

/// Three runs of a story, one scenario at a time; the deactivations of the given numbers are answered 500.
async fn three_runs(broken: &'static [usize]) -> RunRecord {
    let server = server(0, false).await;
    let seen = AtomicUsize::new(0);
    let deactivates = move |_: usize, request: &scim_check::http::Request| {
        request.method == "PATCH" && broken.contains(&seen.fetch_add(1, Ordering::Relaxed))
    };
    let tamper = Tamper::new(client(server.base_url(), TOKEN), deactivates, |status, _| *status = 500);
    let options = RunOptions {
        jobs: 1,
        keep: false,
        fail_on: Level::Must,
        people: PeopleDefaults::default(),
        patience: Duration::ZERO,
        settle: Duration::ZERO,
        marker: Marker::new(),
        own_snapshots: Arc::default(),
    };
    let runner = Runner::new(Arc::new(tamper), server.base_url(), Arc::new(Halt::default()), options);
    let record = runner.run_repeatedly(&plan("okta/lifecycle/unassign@okta-catalogue"), 3, |_| {}).await;
    server.stop().await;
    record
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_found_every_time_is_told_as_flaky() {
    let well = three_runs(&[]).await;
    assert_eq!((well.exit_code(), well.runs, well.findings().count()), (ExitCode::Ok, 3, 0));
    let once = three_runs(&[1]).await;
    assert_eq!(once.exit_code(), ExitCode::Findings);
    assert!(
        once.roots().all(|finding| finding.flaky == Some(Flaky { seen: 1, runs: 3 })),
        "{:?}",
        once.findings().next()
    );
    let always = three_runs(&[0, 1, 2]).await;
    assert!(always.roots().count() > 0 && always.findings().all(|finding| finding.flaky.is_none()));
}

#[test]
fn a_repeated_run_is_told_as_one() {
    let desk = Desk::new();
    run(&desk, &["--repeat", "3", PART]).ends(0).prints("exchanges, 3 times in ");
    let told = report(&desk, &["--repeat", "2", PART, FAULT[0], FAULT[1], FAULT[2], FAULT[3]]);
    assert_eq!((&told["runs"], &told["exit_code"]), (&Value::from(2), &Value::from(1)));
    assert!(told["findings"].as_array().unwrap().iter().all(|finding| finding["flaky"].is_null()));
    run(&desk, &["--repeat", "0", PART]).ends(2).says("--repeat");
}

#[test]
fn the_parts_of_a_run_are_the_whole() {
    let desk = Desk::new();
    let names = |report: &Value| -> Vec<String> {
        let all = report["scenarios"].as_array().unwrap().iter();
        all.map(|scenario| format!("{}@{}", scenario["id"], scenario["dialect"])).collect()
    };
    let whole: BTreeSet<String> = names(&report(&desk, &[PART])).into_iter().collect();
    let parts: Vec<String> =
        ["1/4", "2/4", "3/4", "4/4"].iter().flat_map(|part| names(&report(&desk, &[PART, "--shard", part]))).collect();
    assert_eq!(parts.len(), whole.len());
    assert_eq!(parts.into_iter().collect::<BTreeSet<_>>(), whole);
    for wrong in ["0/4", "5/4", "1", "a/b", "1/0"] {
        run(&desk, &["--shard", wrong, PART]).ends(2).says("--shard");
    }
    run(&desk, &["--shard", "3/9", "okta/lifecycle/unassign"]).ends(4).says("nothing is in part 3 of 9");
}

#[test]
fn so_many_findings_are_let_pass() {
    let desk = Desk::new();
    let broken = [&[PART][..], &FAULT].concat();
    let count = report(&desk, &broken)["summary"]["findings"]["must"].as_u64().unwrap();
    let allowed = |more: i64| (i64::try_from(count).unwrap() + more).to_string();
    let run = |most: &str| run(&desk, &[&broken[..], &["--max-findings", most]].concat());
    run(&allowed(0)).ends(0).prints("No more than --max-findings");
    run("0").ends(1);
    // What is let pass is told as before.
    run("9").ends(0).prints("must  A deactivated person");
    if count > 1 {
        run(&allowed(-1)).ends(1);
    }
}
