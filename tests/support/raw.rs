//! A listener of few words: keeps each request as it came, and answers as it is told.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

/// One request as it came.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    pub method: String,
    pub target: String,
    /// Names and values as they stood on the wire.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Heard {
    /// The value of a header, its name in any letter case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The names of the headers in order.
    pub fn names(&self) -> Vec<&str> {
        self.headers.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// One answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn json(status: u16, body: &Value) -> Answer {
        let headers = vec![("Content-Type".to_owned(), "application/scim+json".to_owned())];
        Answer { status, headers, body: body.to_string() }
    }

    /// A list of nobody.
    pub fn nobody() -> Answer {
        Answer::json(
            200,
            &json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0,
                    "startIndex": 1, "itemsPerPage": 0, "Resources": []}),
        )
    }

    pub fn header(mut self, name: &str, value: &str) -> Answer {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

type Respond = dyn Fn(&Heard) -> Option<Answer> + Send + Sync;

/// A listener on a free port of 127.0.0.1.
pub struct Raw {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
    connections: Arc<Mutex<usize>>,
    scheme: &'static str,
}

impl Raw {
    /// Answers each request with what `respond` makes of it; `None` closes the connection without a word.
    pub fn new(respond: impl Fn(&Heard) -> Option<Answer> + Send + Sync + 'static) -> Raw {
        Raw::start(TcpListener::bind(("127.0.0.1", 0)).unwrap(), None, Arc::new(respond))
    }

    /// The same on a listener that is there already.
    pub fn on(listener: TcpListener, respond: impl Fn(&Heard) -> Option<Answer> + Send + Sync + 'static) -> Raw {
        Raw::start(listener, None, Arc::new(respond))
    }

    /// The same over TLS.
    pub fn tls(config: ServerConfig, respond: impl Fn(&Heard) -> Option<Answer> + Send + Sync + 'static) -> Raw {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        Raw::start(listener, Some(Arc::new(config)), Arc::new(respond))
    }

    /// Takes connections and never says anything.
    pub fn silent() -> Raw {
        Raw::new(|_| {
            // Longer than any test waits; the thread ends with the test.
            thread::park_timeout(Duration::from_secs(120));
            None
        })
    }

    fn start(listener: TcpListener, tls: Option<Arc<ServerConfig>>, respond: Arc<Respond>) -> Raw {
        let address = listener.local_addr().unwrap();
        let heard = Arc::<Mutex<Vec<Heard>>>::default();
        let connections = Arc::<Mutex<usize>>::default();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let raw = Raw { address, heard: Arc::clone(&heard), connections: Arc::clone(&connections), scheme };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                *connections.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                let (heard, respond, tls) = (Arc::clone(&heard), Arc::clone(&respond), tls.clone());
                thread::spawn(move || match tls {
                    None => serve(stream, &heard, &*respond),
                    Some(config) => {
                        let Ok(rest) = stream.try_clone() else { return };
                        if let Ok(connection) = ServerConnection::new(config) {
                            serve(StreamOwned::new(connection, stream), &heard, &*respond);
                        }
                        close_in_peace(rest);
                    }
                });
            }
        });
        raw
    }

    /// `http://127.0.0.1:PORT`
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// A base URL on it.
    pub fn base(&self) -> String {
        format!("{}/scim/v2", self.origin())
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What it has heard so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many connections were made to it.
    pub fn connections(&self) -> usize {
        *self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // The thread that accepts sees one more connection; it ends with the process.
        let _ = TcpStream::connect(self.address).map(|stream| stream.shutdown(Shutdown::Both));
    }
}

/// Lets the other side read what was said last: closing with unread bytes would reset the connection, and an
/// alert of TLS would be lost.
fn close_in_peace(mut stream: TcpStream) {
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
}

fn serve<S: Read + Write>(stream: S, heard: &Mutex<Vec<Heard>>, respond: &Respond) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream) {
        heard.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        let Some(answer) = respond(&request) else { return };
        let mut text = format!("HTTP/1.1 {} Answer\r\n", answer.status);
        for (name, value) in &answer.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if answer.status != 204 {
            text.push_str(&format!("Content-Length: {}\r\n", answer.body.len()));
        }
        text.push_str("\r\n");
        text.push_str(&answer.body);
        let sent = stream.get_mut().write_all(text.as_bytes()).and_then(|()| stream.get_mut().flush());
        if sent.is_err() {
            return;
        }
    }
}

/// Reads one request; `None` where there is no more.
pub fn read(stream: &mut impl BufRead) -> Option<Heard> {
    let mut line = String::new();
    stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let mut heard = Heard { method: words.next()?.to_owned(), target: words.next()?.to_owned(), ..Heard::default() };
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let line = line.trim_end_matches(['\r', '\n']);
        let Some((name, value)) = line.split_once(':') else { break };
        heard.headers.push((name.to_owned(), value.trim_start().to_owned()));
    }
    let length = heard.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    heard.body = String::from_utf8(body).ok()?;
    Some(heard)
}

/// A port on which nobody listens.
pub fn closed_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
