//! HTTP in its plainest form: every header is the test's own, and 1.0 has no chunks.

use std::time::Duration;

use scim_check::server::Server;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long an answer may take before a test fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// One answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

/// Host and port of a server.
pub fn authority(server: &Server) -> String {
    server.base_url().split('/').nth(2).unwrap().to_owned()
}

/// Sends a request with these headers; a Host of the server's own comes with it unless they have one.
pub async fn send(server: &Server, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut stream = open(server, method, target, headers, body).await;
    let mut bytes = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.unwrap().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Reply { status: head.split(' ').nth(1).unwrap().parse().unwrap(), head: head.to_owned(), body: body.to_owned() }
}

pub async fn get(server: &Server, target: &str, headers: &[(&str, &str)]) -> Reply {
    send(server, "GET", target, headers, "").await
}

/// Sends SCIM with a token and a body.
pub async fn scim(server: &Server, method: &str, path: &str, body: &str) -> Reply {
    let headers = [("Content-Type", "application/scim+json"), ("Authorization", "Bearer t0ken-of-test")];
    send(server, method, &format!("/scim/v2{path}"), &headers, body).await
}

pub async fn open(server: &Server, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(authority(server)).await.unwrap();
    let mut head = format!("{method} {target} HTTP/1.0\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "Host") {
        head += &format!("Host: {}\r\n", authority(server));
    }
    for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
        head += &format!("{name}: {value}\r\n");
    }
    // A server that refuses may close before it has read everything.
    let _ = stream.write_all(format!("{head}\r\n{body}").as_bytes()).await;
    stream
}

/// A stream of events that is read as it comes.
pub struct Events {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// One event.
#[derive(Debug, PartialEq)]
pub struct Event {
    pub id: String,
    pub name: String,
    pub data: String,
}

impl Events {
    pub async fn open(server: &Server, headers: &[(&str, &str)]) -> Events {
        let mut events = Events { stream: open(server, "GET", "/live/events", headers, "").await, unread: Vec::new() };
        let head = events.until(b"\r\n\r\n").await.unwrap();
        assert!(head.contains(" 200 ") && head.contains("content-type: text/event-stream"), "{head}");
        events
    }

    /// The next event; `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<Event> {
        let text = self.until(b"\n\n").await?;
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.unwrap_or_default().to_owned()
        };
        Some(Event { id: field("id"), name: field("event"), data: field("data") })
    }

    /// The exchange that comes next.
    pub async fn exchange(&mut self) -> Value {
        let event = self.next().await.unwrap();
        assert_eq!(event.name, "exchange", "{event:?}");
        serde_json::from_str(&event.data).unwrap()
    }

    async fn until(&mut self, end: &[u8]) -> Option<String> {
        loop {
            if let Some(at) = self.unread.windows(end.len()).position(|window| window == end) {
                let text = self.unread.drain(..at + end.len()).collect();
                return Some(String::from_utf8(text).unwrap());
            }
            let read = timeout(PATIENCE, self.stream.read_buf(&mut self.unread)).await.unwrap().unwrap();
            if read == 0 {
                return None;
            }
        }
    }
}
