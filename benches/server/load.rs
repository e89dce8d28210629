//! A closed loop of requests over a few connections.

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::target::Target;
use crate::{Operation, quick};

/// How long a round is measured.
pub fn span() -> Duration {
    Duration::from_millis(if quick() { 100 } else { 2_000 })
}
/// Connections that ask at the same time.
const CONNECTIONS: usize = 8;

/// What was measured in a round.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Answers in a second.
    pub rate: f64,
    /// The time within which 99 of 100 answers came.
    pub p99: Duration,
}

impl Figures {
    /// The middle of each figure over some rounds.
    pub fn median(rounds: &[Figures]) -> Option<Figures> {
        let mut rates: Vec<f64> = rounds.iter().map(|round| round.rate).collect();
        let mut times: Vec<Duration> = rounds.iter().map(|round| round.p99).collect();
        rates.sort_by(f64::total_cmp);
        times.sort();
        Some(Figures { rate: *rates.get(rates.len() / 2)?, p99: *times.get(times.len() / 2)? })
    }

    pub fn cell(&self) -> String {
        format!("{:.0}/s, {:.2} ms", self.rate, self.p99.as_secs_f64() * 1000.0)
    }
}

/// Measures an operation for [`span`]. The directory is as large afterwards as before.
pub async fn round(target: &Target, operation: Operation, people: &[(String, String)], number: usize) -> Figures {
    let began = Instant::now();
    let lines = (0..CONNECTIONS).map(|line| drive(target, operation, people, began, number * CONNECTIONS + line));
    let (times, made): (Vec<_>, Vec<_>) = futures_util::future::join_all(lines).await.into_iter().unzip();
    let span = began.elapsed();
    let mut connection = Connection::default();
    for id in made.concat() {
        let (status, _) = connection.exchange(target, &target.request("DELETE", &format!("/Users/{id}"), "")).await;
        assert_eq!(status, 204);
    }
    let mut times = times.concat();
    times.sort();
    Figures {
        rate: times.len() as f64 / span.as_secs_f64(),
        p99: times.get(times.len() * 99 / 100).copied().unwrap_or_default(),
    }
}

/// Asks on one connection until the span is over: the answer times, and the ids of those who were created.
async fn drive(
    target: &Target,
    operation: Operation,
    people: &[(String, String)],
    began: Instant,
    line: usize,
) -> (Vec<Duration>, Vec<String>) {
    let mut connection = Connection::default();
    let (mut times, mut made) = (Vec::new(), Vec::new());
    while began.elapsed() < span() {
        let turn = times.len();
        // Each line goes through the directory with a stride of its own.
        let (id, user_name) = &people[(line * 7919 + turn * 31) % people.len()];
        let (request, due) = match operation {
            Operation::Read => (target.request("GET", &format!("/Users/{id}"), ""), 200..=200),
            Operation::Lookup => {
                (target.request("GET", &format!("/Users?filter=userName+eq+%22{user_name}%22"), ""), 200..=200)
            }
            Operation::Create => (target.create(&format!("new.{line}.{turn}@corp.example")), 201..=201),
            Operation::PatchActive => {
                let body = serde_json::json!({
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations": [{"op": "replace", "value": {"active": turn.is_multiple_of(2)}}],
                });
                (target.request("PATCH", &format!("/Users/{id}"), &body.to_string()), 200..=204)
            }
        };
        let sent = Instant::now();
        let (status, body) = connection.exchange(target, &request).await;
        times.push(sent.elapsed());
        assert!(due.contains(&status), "{operation:?}: {status} {}", String::from_utf8_lossy(&body));
        if operation == Operation::Create {
            let user: Value = serde_json::from_slice(&body).unwrap();
            made.push(user["id"].as_str().unwrap().to_owned());
        }
    }
    (times, made)
}

/// A connection that is kept where the server keeps it.
#[derive(Default)]
pub struct Connection {
    stream: Option<TcpStream>,
    read: Vec<u8>,
}

impl Connection {
    /// Sends a request and reads the whole answer: status and body.
    pub async fn exchange(&mut self, target: &Target, request: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(target.address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                stream
            }
        };
        stream.write_all(request).await.unwrap();
        self.read.clear();
        let head = loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            assert!(stream.read_buf(&mut self.read).await.unwrap() > 0, "the server closed before its answer");
        };
        let text = String::from_utf8_lossy(&self.read[..head]).to_ascii_lowercase();
        let status = text.split_whitespace().nth(1).unwrap().parse().unwrap();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
        let kept = text.starts_with("http/1.1") && !text.contains("connection: close");
        match length {
            Some(length) => {
                while self.read.len() < head + length {
                    assert!(stream.read_buf(&mut self.read).await.unwrap() > 0, "the answer broke off");
                }
            }
            None if kept => {}
            None => {
                stream.read_to_end(&mut self.read).await.unwrap();
            }
        }
        self.stream = kept.then_some(stream);
        (status, self.read[head..].to_vec())
    }
}
