//! A thousand connections that want nothing.

use std::{fs, io::Write, net::TcpStream};

use super::{child::Child, support::binary::Desk};

/// What is tried, for the page.
pub const ROWS: &[(&str, &str)] = &[(
    "1,000 connections that say nothing, or half a head",
    "others are answered at once; a connection takes 64 kB of memory at most",
)];

/// Bytes of memory for a connection at most.
const EACH: u64 = 64 << 10;

/// As many connections as are tried; fewer where the system lets a process have fewer descriptors.
fn most() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    // Both processes need some for themselves.
    soft.unwrap_or(256).saturating_sub(100).min(1_000)
}

#[test]
fn a_thousand_idle_connections_keep_nobody_waiting() {
    let desk = Desk::new();
    let child = Child::start(&desk, &["--seed", "50"]);
    child.connect().get("/Users").expect(200);
    let before = child.memory();
    let count = most();
    let idle: Vec<TcpStream> = (0..count)
        .map(|number| {
            let mut stream = TcpStream::connect(child.authority()).unwrap();
            if number % 2 == 1 {
                stream.write_all(b"GET /scim/v2/Users HTTP/1.1\r\nHost: localhost\r\nX-More: ").unwrap();
            }
            stream
        })
        .collect();
    for _ in 0..20 {
        child.connect().get("/Users").expect(200);
    }
    let after = child.memory();
    if let (Some((before, _)), Some((after, _))) = (before, after) {
        let grown = after.saturating_sub(before);
        println!("{count} idle connections: {} kB", grown >> 10);
        assert!(grown < EACH * count as u64, "{count} idle connections take {} MB", grown >> 20);
    }
    assert!(idle.iter().all(|stream| stream.peer_addr().is_ok()));
    child.stop();
}
