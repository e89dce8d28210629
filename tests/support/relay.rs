//! A relay between a client and a server that keeps each request as its bytes were on the wire.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinHandle,
};

/// One request, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Request line and headers, without the empty line behind them.
    pub head: String,
    /// As many bytes as Content-Length says.
    pub body: Vec<u8>,
}

impl Heard {
    /// The first line.
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// Names and values of the headers as they stood.
    pub fn headers(&self) -> Vec<(&str, &str)> {
        self.head.split("\r\n").skip(1).map(|line| line.split_once(": ").expect("`Name: value`")).collect()
    }
}

#[derive(Debug, Default)]
struct Log {
    /// In the order in which they were complete.
    heard: Vec<Heard>,
    /// What connections ended with that is no request.
    rest: Vec<Vec<u8>>,
}

/// A relay on a free port of 127.0.0.1; it ends when dropped.
pub struct Relay {
    address: SocketAddr,
    log: Arc<Mutex<Log>>,
    task: JoinHandle<()>,
}

impl Relay {
    /// A relay to a server.
    pub async fn to(server: SocketAddr) -> Relay {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::<Mutex<Log>>::default();
        let shared = Arc::clone(&log);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(server).await.unwrap();
                let ((from_client, mut to_client), (mut from_server, to_server)) =
                    (client.into_split(), server.into_split());
                tokio::spawn(async move { copy(&mut from_server, &mut to_client).await });
                tokio::spawn(forward(from_client, to_server, Arc::clone(&shared)));
            }
        });
        Relay { address, log, task }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests so far.
    ///
    /// # Panics
    /// Where something else than requests was said.
    pub fn heard(&self) -> Vec<Heard> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(log.rest.is_empty(), "bytes that are no request: {:?}", log.rest);
        log.heard.clone()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn forward(mut client: OwnedReadHalf, mut server: OwnedWriteHalf, log: Arc<Mutex<Log>>) {
    let mut pending = Vec::new();
    let mut part = [0; 16 * 1024];
    while let Ok(count @ 1..) = client.read(&mut part).await {
        pending.extend_from_slice(&part[..count]);
        // Kept before the server can answer.
        while let Some(heard) = take(&mut pending) {
            log.lock().unwrap_or_else(PoisonError::into_inner).heard.push(heard);
        }
        if server.write_all(&part[..count]).await.is_err() {
            break;
        }
    }
    if !pending.is_empty() {
        log.lock().unwrap_or_else(PoisonError::into_inner).rest.push(pending);
    }
}

/// Takes one whole request from the front of what came.
fn take(pending: &mut Vec<u8>) -> Option<Heard> {
    let end = pending.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8(pending[..end].to_vec()).unwrap();
    let mut heard = Heard { head, body: Vec::new() };
    let length = heard.headers().into_iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.map_or(0, |(_, value)| value.parse::<usize>().unwrap());
    let whole = end + 4 + length;
    if pending.len() < whole {
        return None;
    }
    heard.body = pending[end + 4..whole].to_vec();
    pending.drain(..whole);
    Some(heard)
}
