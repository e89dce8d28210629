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
    let all =
        [("okta/lifecycle", 1), ("okta/lifecycle", 4), ("okta/lifecycle", 8), ("okta", 1), ("okta", 4), ("okta", 8)];
    for (suite, jobs) in all.into_iter().take(if quick() { 1 } else { all.len() }) {
        let command = server.run(folder.path(), &[suite, "--exchanges", "--jobs", &jobs.to_string()]);
        let taken = measure(&command, 1);
        let report: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("r.json")).unwrap()).unwrap();
        let exchanges = report["exchanges"].as_array().unwrap();
        let sum: f64 = exchanges.iter().filter_map(|exchange| exchange["timing_ms"]["total"].as_f64()).sum::<f64>();
        let scenarios = report["scenarios"].as_array().unwrap();
        let longest = scenarios.iter().filter_map(|scenario| scenario["duration_ms"].as_f64()).fold(0.0, f64::max);
        let bound = longest.max(sum / f64::from(jobs));
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
