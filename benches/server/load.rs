//! A closed loop of requests over a few connections.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Operation;
use crate::target::Target;

/// How long an operation is measured, after a fifth of that to warm up.
pub const SPAN: Duration = Duration::from_secs(4);
/// Connections that ask at the same time.
const CONNECTIONS: usize = 8;

/// What was measured.
pub struct Figures {
    /// The answer times, shortest first.
    times: Vec<Duration>,
    span: Duration,
}

impl Figures {
    /// Answers in a second.
    pub fn rate(&self) -> f64 {
        self.times.len() as f64 / self.span.as_secs_f64()
    }

    /// The time within which 99 of 100 answers came.
    fn p99(&self) -> Duration {
        self.times.get(self.times.len() * 99 / 100).copied().unwrap_or_default()
    }

    pub fn cell(&self) -> String {
        format!("{:.0}/s, {:.2} ms", self.rate(), self.p99().as_secs_f64() * 1000.0)
    }
}

/// Measures an operation.
pub async fn run(target: &Target, operation: Operation, people: &[(String, String)]) -> Figures {
    drive(target, operation, people, SPAN / 5, 0).await;
    drive(target, operation, people, SPAN, 1).await
}

async fn drive(
    target: &Target,
    operation: Operation,
    people: &[(String, String)],
    span: Duration,
    round: usize,
) -> Figures {
    let began = Instant::now();
    let lines = (0..CONNECTIONS).map(|line| async move {
        let mut connection = Connection::default();
        let mut times = Vec::new();
        let mut turn = 0;
        while began.elapsed() < span {
            // Each line goes through the directory with a stride of its own.
            let (id, user_name) = &people[(line * 7919 + turn * 31) % people.len()];
            let (request, due) = match operation {
                Operation::Read => (target.request("GET", &format!("/Users/{id}"), ""), 200..=200),
                Operation::Lookup => {
                    let target_path = format!("/Users?filter=userName+eq+%22{user_name}%22");
                    (target.request("GET", &target_path, ""), 200..=200)
                }
                Operation::Create => (target.create(&format!("new.{round}.{line}.{turn}@corp.example")), 201..=201),
                Operation::PatchActive => {
                    let body = format!(
                        r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{"op":"replace","value":{{"active":{}}}}}]}}"#,
                        turn % 2 == 0
                    );
                    (target.request("PATCH", &format!("/Users/{id}"), &body), 200..=204)
                }
            };
            let sent = Instant::now();
            let (status, body) = connection.exchange(target, &request).await;
            times.push(sent.elapsed());
            assert!(due.contains(&status), "{operation:?}: {status} {}", String::from_utf8_lossy(&body));
            turn += 1;
        }
        times
    });
    let mut times: Vec<Duration> = futures_util::future::join_all(lines).await.into_iter().flatten().collect();
    let span = began.elapsed();
    times.sort();
    Figures { times, span }
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
