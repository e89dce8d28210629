//! What a run takes beyond the answers of a target that is slow.

use std::{fs, time::Duration};

use serde_json::Value;

use crate::measured::{Server, measure, quick};

/// What the target takes for an answer.
const LATENCY: &str = "20ms";

pub fn print() {
    println!("\n## Time, with a target that takes {LATENCY} for an answer\n");
    println!("| | `--jobs` | answers, sum | longest scenario | run | times the answers |\n|---|---|---|---|---|---|");
    let server = Server::start(250, &["--latency", LATENCY]);
    let folder = tempfile::tempdir().unwrap();
    let all = [("okta/lifecycle", 1), ("okta/lifecycle", 4), ("okta/lifecycle", 8), ("okta", 1), ("okta", 4)];
    for (suite, jobs) in all.into_iter().take(if quick() { 1 } else { all.len() }) {
        let command = server.run(folder.path(), &[suite, "--exchanges", "--jobs", &jobs.to_string()]);
        let taken = measure(&command, 1);
        let report: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("r.json")).unwrap()).unwrap();
        let exchanges = report["exchanges"].as_array().unwrap();
        let sum: f64 = exchanges.iter().filter_map(|exchange| exchange["timing_ms"]["total"].as_f64()).sum::<f64>();
        let of = |scenario: &Value| scenario["duration_ms"].as_f64().unwrap();
        let scenarios = report["scenarios"].as_array().unwrap();
        let longest = scenarios.iter().filter(|scenario| !is_alone(scenario)).map(of).fold(0.0, f64::max);
        let alone: f64 = scenarios.iter().filter(|scenario| is_alone(scenario)).map(of).sum();
        // What runs alone runs one after the other; nothing of `okta` does.
        let bound = if jobs == 1 { sum } else { alone + longest.max((sum - alone) / f64::from(jobs)) };
        let wall = taken.wall.as_secs_f64() * 1000.0;
        let seconds =
            |milliseconds: f64| format!("{:.2} s", Duration::from_secs_f64(milliseconds / 1000.0).as_secs_f64());
        println!(
            "| {suite}, {} requests | {jobs} | {} | {} | {} | {:.2} |",
            exchanges.len(),
            seconds(sum),
            seconds(longest),
            seconds(wall),
            wall / bound
        );
    }
}

/// Whether nothing runs beside a scenario.
fn is_alone(scenario: &Value) -> bool {
    let path = format!("{}/scenarios/{}.yaml", env!("CARGO_MANIFEST_DIR"), scenario["id"].as_str().unwrap());
    fs::read_to_string(path).unwrap().lines().any(|line| line == "alone: true")
}
