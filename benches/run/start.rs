//! From the start of a program to the first request on the wire.

use std::{
    io::{Read, Write},
    net::TcpListener,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::measured::{self, TOKEN, measure, milliseconds, ours};

/// How often each is started, in turn.
const TIMES: usize = 41;

/// The least that a program with the same HTTP client does: one request.
pub fn minimal(url: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        let _ = client.get(url).bearer_auth(TOKEN).send().await;
    });
}

pub fn print() {
    println!("## Start\n\n| | CPU, memory |\n|---|---|");
    for args in [&["--version"][..], &["list", "okta/lifecycle"], &["run", "--dry-run", "okta/lifecycle/assign"]] {
        println!("| scim-check {} | {} |", args.join(" "), measure(&ours(args), TIMES).cell());
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    let mut bare = Command::new(std::env::current_exe().unwrap());
    bare.args(["first", &base]);
    let mut run = ours(&["run", "--base-url", &base, "okta/connect/test-credentials"]);
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..measured::times(TIMES) {
        for (command, times) in [&mut bare, &mut run].into_iter().zip(&mut times) {
            times.push(until_asked(&listener, command));
        }
    }
    let [bare, run] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    println!(
        "\nUntil the first request is on the wire: {} with the least that can be done with reqwest, {} with `scim-check run`: {} more.",
        milliseconds(bare),
        milliseconds(run),
        milliseconds(run.saturating_sub(bare))
    );
}

/// Starts a program, and waits for its first request. The answer refuses it, so that it ends.
fn until_asked(listener: &TcpListener, command: &mut Command) -> Duration {
    let began = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let read = stream.read(&mut [0; 4096]).unwrap();
    let took = began.elapsed();
    assert!(read > 0);
    stream.write_all(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    drop(stream);
    child.wait().unwrap();
    took
}
