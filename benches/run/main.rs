//! What a run costs, and what it costs beyond the time of the target.
//!
//! `cargo bench --bench run` prints the tables of docs/performance.md; `-- --quick` tries everything once, with little. All traffic stays on
//! 127.0.0.1, and each part ends by itself.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

mod hurl;
mod measured;
#[path = "../../tests/support/peers.rs"]
mod peers;
mod relay;
mod scale;
mod start;
mod wall;

use measured::{Server, measure, milliseconds};
use relay::Relay;

/// A hundred and fifty requests or so.
const SELECTED: [&str; 3] = ["okta/lifecycle", "--dialect", "okta-catalogue"];
/// How often each command is run; the middle counts.
const TIMES: usize = 15;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("count") => return measured::count(&args[1..]),
        Some("first") => return start::minimal(&args[1]),
        _ => {}
    }
    start::print();
    own_cost();
    wall::print();
    scale::print();
}

/// What of the time is ours, beside other programs that send requests of the same kind.
fn own_cost() {
    let folder = tempfile::tempdir().unwrap();
    println!("\n## Own cost\n\n| | requests | CPU, memory | CPU a request |\n|---|---|---|---|");
    let server = Server::start(250, &[]);
    let relay = Relay::to(&server.base);
    let row = |name: &str, command: &std::process::Command, often: usize| {
        measured::measure(command, 1);
        let before = relay.requests();
        let taken = measure(command, often);
        let requests = (relay.requests() - before) / measured::times(often);
        let each = taken.cpu.as_secs_f64() * 1e6 / requests.max(1) as f64;
        println!("| {name} | {requests} | {} | {each:.0} us |", taken.cell());
    };
    let mut ours = measured::ours(&["run", "--base-url", &relay.base, "--report", "json=r.json"]);
    row("scim-check run, with a JSON report", ours.args(SELECTED).current_dir(folder.path()), TIMES);
    if let Some(mut peer) = peers::scim2_cli() {
        peer.env("SCIM_CLI_HEADERS", format!("Authorization: Bearer {}", measured::TOKEN));
        row("scim2-cli test (PyPI)", peer.args(["--url", &relay.base, "test"]), 3);
    }
    if let Some(program) = std::env::var_os("HURL") {
        measure(server.run(folder.path(), &["--exchanges"]).args(SELECTED), 1);
        let report = std::fs::read_to_string(folder.path().join("r.json")).unwrap();
        let file = hurl::file(folder.path(), &relay.base, &serde_json::from_str(&report).unwrap());
        let mut command = std::process::Command::new(program);
        row("hurl, the same requests; it looks at the status", command.arg("--no-output").arg(file), TIMES);
    }
    let whole = measure(&server.run(folder.path(), &["okta"]), 5);
    println!("\nThe whole suite `okta`: {}, {} from start to end.", whole.cell(), milliseconds(whole.wall));
}
