//! The server in the test's process, and a client that takes every answer apart.

use std::{
    fmt,
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    thread,
    time::Duration,
};

use scim_check::{
    scim::urn,
    server::{Server, ServerOptions},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::wire::Connection;

/// The token that it asks for.
pub const TOKEN: &str = "served-token-8a9b0c1d2e3f";
/// How long it waits for a client where a test is to see the end of it.
pub const PATIENCE: Duration = Duration::from_secs(2);
/// No answer takes longer, on a machine that is busy with other things.
const LIMIT: Duration = Duration::from_secs(30);

/// The server, with some people and groups.
pub struct Served {
    // Dropped before the runtime that it lives in.
    server: Option<Server>,
    runtime: Runtime,
    authority: String,
    user: String,
    group: String,
}

/// What a client sees.
#[derive(Debug, Default)]
pub struct Came {
    /// `None` where the connection ended without an answer.
    pub status: Option<u16>,
    head: String,
    body: String,
}

impl Served {
    /// `patience` is how long it waits for a client; less than it does otherwise, where a test is to see the end of it.
    pub fn new(patience: Option<Duration>) -> Served {
        Served::late(patience, Duration::ZERO)
    }

    /// One that waits so long before each answer.
    pub fn late(patience: Option<Duration>, latency: Duration) -> Served {
        let options = ServerOptions {
            token: Some(TOKEN.to_owned()),
            seed: 20,
            live_page: true,
            patience,
            latency,
            ..ServerOptions::default()
        };
        // More than one worker: requests are to meet.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
        let server = runtime.block_on(Server::start(options)).unwrap();
        let authority = server.base_url().split('/').nth(2).unwrap().to_owned();
        let first = |kind: &str| server.dump()[kind][0]["id"].as_str().unwrap().to_owned();
        let (user, group) = (first("users"), first("groups"));
        Served { server: Some(server), runtime, authority, user, group }
    }

    pub fn authority(&self) -> &str {
        &self.authority
    }

    pub fn base(&self) -> &str {
        self.server.as_ref().unwrap().base_url()
    }

    /// Everything that is stored.
    pub fn dump(&self) -> Value {
        self.server.as_ref().unwrap().dump()
    }

    /// A well-behaved client with the token.
    pub fn connect(&self) -> Connection {
        let mut client = Connection::to(self.base()).unwrap();
        client.credentials = Some(format!("Bearer {TOKEN}"));
        client
    }

    /// Somebody else is served.
    pub fn answers_others(&self) {
        self.connect().get(&format!("/Users/{}", self.user)).expect(200);
    }

    /// Puts what there is in place of its names in braces.
    pub fn fill(&self, bytes: &[u8]) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
        let values =
            [("{user}", &*self.user), ("{group}", &self.group), ("{host}", &self.authority), ("{token}", TOKEN)];
        values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value)).into_bytes()
    }

    /// Sends bytes and waits for the first answer, or for the end of the connection.
    pub fn send(&self, bytes: &[u8], half: bool) -> Came {
        let mut stream = TcpStream::connect(&self.authority).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.set_write_timeout(Some(LIMIT)).unwrap();
        let mut writer = stream.try_clone().unwrap();
        thread::scope(|scope| {
            scope.spawn(move || {
                // The server may have heard enough before the end.
                let _ = writer.write_all(bytes);
                if half {
                    let _ = writer.shutdown(Shutdown::Write);
                }
            });
            let came = read(&mut stream);
            // The writer may still be at it.
            let _ = stream.shutdown(Shutdown::Both);
            came
        })
    }

    /// The live page has all that came, as events of one line each, and its own files are as they were.
    pub fn page_has_kept_them(&self) {
        let entrance = self.server.as_ref().unwrap().page_url().unwrap();
        let key = entrance.split_once("key=").unwrap().1;
        let port = self.authority.rsplit(':').next().unwrap();
        let ask = |target: &str| {
            let cookie = format!("Cookie: scim-check-live-{port}={key}");
            format!("GET {target} HTTP/1.1\r\nHost: {}\r\n{cookie}\r\n\r\n", self.authority).into_bytes()
        };
        let page = self.send(&ask("/"), false);
        assert_eq!(page.status, Some(200));
        assert!(page.body.contains("<title>") && page.head.contains("content-security-policy: default-src 'none'"));
        let mut stream = TcpStream::connect(&self.authority).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.write_all(&ask("/live/events")).unwrap();
        let (mut seen, mut events) = (Vec::new(), 0);
        let mut part = vec![0; 1 << 16];
        while events < 100 {
            let count = stream.read(&mut part).unwrap();
            assert!(count > 0, "the stream ends after {events} events");
            seen.extend_from_slice(&part[..count]);
            let whole = seen.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            for line in String::from_utf8(seen.drain(..whole).collect()).unwrap().lines() {
                let Some(data) = line.strip_prefix("data: {") else { continue };
                let event: Value = serde_json::from_str(&format!("{{{data}")).unwrap();
                assert!(event["n"].is_u64(), "{event}");
                events += 1;
            }
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop());
        }
    }
}

/// Reads one answer with the length that it gives, or to the end of the connection.
pub fn read(stream: &mut TcpStream) -> Came {
    let (mut bytes, mut part) = (Vec::new(), [0; 16384]);
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
            if status == Some(100) {
                let rest = body.as_bytes().to_vec();
                bytes = rest;
                if !bytes.is_empty() {
                    continue;
                }
            } else if body.len() >= length {
                return Came { status, head: head.to_owned(), body: body[..length].to_owned() };
            }
        }
        match stream.read(&mut part) {
            Ok(count @ 1..) => bytes.extend_from_slice(&part[..count]),
            Ok(0) => break,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => panic!("no answer"),
            _ => break,
        }
    }
    assert!(bytes.is_empty(), "half an answer: {}", String::from_utf8_lossy(&bytes));
    Came::default()
}

impl fmt::Display for Came {
    /// Status and `scimType`; of an error that is not as SCIM has it, that.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(status) = self.status else { return write!(out, "the connection ends") };
        write!(out, "{status}")?;
        if status < 400 {
            return Ok(());
        }
        if self.body.is_empty() {
            return write!(out, ", without a body");
        }
        if self.head.contains("content-type: text/plain") {
            return write!(out, ", as text");
        }
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let told = body["detail"].as_str().is_some_and(|detail| !detail.is_empty());
        let right =
            body["schemas"] == json!([urn::ERROR]) && body["status"].as_str() == Some(&status.to_string()) && told;
        if !right || !self.head.contains("content-type: application/scim+json") {
            return write!(out, ", not as SCIM has it: {}", self.body);
        }
        match body["scimType"].as_str() {
            Some(kind) => write!(out, " {kind}"),
            None => Ok(()),
        }
    }
}
