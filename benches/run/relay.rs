//! Counts the requests that a program sends to a server.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// What every request has once, in the line that begins it.
const MARK: &[u8] = b" HTTP/1.1\r\n";

/// Between a program and a server.
pub struct Relay {
    pub base: String,
    requests: Arc<AtomicUsize>,
}

impl Relay {
    /// One on a free port. Its threads end with this program.
    pub fn to(base: &str) -> Relay {
        let url = url::Url::parse(base).unwrap();
        let behind = url.socket_addrs(|| None).unwrap()[0];
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}{}", listener.local_addr().unwrap(), url.path());
        let requests = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&requests);
        thread::spawn(move || {
            for client in listener.incoming().map(Result::unwrap) {
                let server = TcpStream::connect(behind).unwrap();
                for stream in [&client, &server] {
                    stream.set_nodelay(true).unwrap();
                }
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let counted = Arc::clone(&counted);
                let count = move |marks| {
                    counted.fetch_add(marks, Ordering::SeqCst);
                };
                thread::spawn(move || pass(from, to, count));
                thread::spawn(move || pass(server, client, |_| {}));
            }
        });
        Relay { base, requests }
    }

    /// How many requests came so far.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Hands on what comes, until an end. A mark that is cut by the end of a part is found with the next one.
fn pass(mut from: TcpStream, mut to: TcpStream, count: impl Fn(usize)) {
    let mut part = vec![0; 64 * 1024];
    let mut tail: Vec<u8> = Vec::new();
    while let Ok(length) = from.read(&mut part) {
        if length == 0 || to.write_all(&part[..length]).is_err() {
            break;
        }
        tail.extend_from_slice(&part[..length]);
        count(tail.windows(MARK.len()).filter(|window| *window == MARK).count());
        tail.drain(..tail.len().saturating_sub(MARK.len() - 1));
    }
    let _ = to.shutdown(Shutdown::Write);
}
