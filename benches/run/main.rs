//! What a run costs, and what it costs beyond the time of the target.
//!
//! `cargo bench --bench run` prints the tables of docs/performance.md. All traffic stays on 127.0.0.1, and each part ends by itself.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

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
    let row = |name: &str, command: &std::process::Command, times: usize| {
        measured::measure(command, 1);
        let before = relay.requests();
        let taken = measure(command, times);
        let requests = (relay.requests() - before) / times;
        let each = taken.cpu.as_secs_f64() * 1e6 / requests.max(1) as f64;
        println!("| {name} | {requests} | {} | {each:.0} us |", taken.cell());
    };
    let mut ours = measured::ours(&["run", "--base-url", &relay.base, "--report", "json=r.json"]);
    row("scim-check run, with a JSON report", ours.args(SELECTED).current_dir(folder.path()), TIMES);
    if let Some(mut peer) = peers::scim2_cli() {
        peer.env("SCIM_CLI_HEADERS", format!("Authorization: Bearer {}", measured::TOKEN));
        row("scim2-cli test (PyPI)", peer.args(["--url", &relay.base, "test"]), 3);
    }
    if let Some(hurl) = std::env::var_os("HURL") {
        let file = relay::hurl_file(folder.path(), &relay.base, 150);
        let mut command = std::process::Command::new(hurl);
        row("hurl, its requests without anything to judge", command.arg("--no-output").arg(file), TIMES);
    }
    let whole = measure(&server.run(folder.path(), &["okta"]), 5);
    println!("\nThe whole suite `okta`: {}, {} from start to end.", whole.cell(), milliseconds(whole.wall));
}
