//! Where targets behave as no server should: a listener whose connections are in the hands of a case, and the reference server
//! behind it for what goes right.

use std::{
    io::{self, BufRead, BufReader, Cursor, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use socket2::SockRef;

use super::support::{
    raw::{Answer, Heard, read},
    target::{TOKEN, Target},
};

/// Nobody listens longer than this; a thread that is still at it ends with the test.
const LONG: Duration = Duration::from_secs(120);

/// A target under way.
pub struct Hostile {
    /// Its base URL.
    pub base: String,
    /// Further options of the command.
    pub options: Vec<String>,
    /// What it stands on, kept as long as it lives.
    behind: Vec<Arc<dyn Send + Sync>>,
}

/// One request in the hands of a case.
pub struct Talk<'a> {
    /// How many requests the target has heard before, on all connections.
    pub number: usize,
    /// The request.
    pub heard: Heard,
    stream: &'a TcpStream,
    real: SocketAddr,
}

/// What ends a connection.
pub fn close() -> io::Result<()> {
    Err(io::ErrorKind::ConnectionAborted.into())
}

impl Hostile {
    /// A target somewhere else.
    pub fn at(base: impl Into<String>) -> Hostile {
        Hostile { base: base.into(), options: Vec::new(), behind: Vec::new() }
    }

    /// Adds options to the command.
    pub fn with<const N: usize>(mut self, options: [&str; N]) -> Hostile {
        self.options.extend(options.map(str::to_owned));
        self
    }

    /// Keeps something alive as long as the target.
    pub fn keeping(mut self, behind: impl Send + Sync + 'static) -> Hostile {
        self.behind.push(Arc::new(behind));
        self
    }

    /// A target that does this with each connection.
    pub fn connections(act: impl Fn(&TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Hostile {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://{}/scim/v2", listener.local_addr().unwrap());
        serve(listener, move |stream| drop(act(stream)));
        Hostile::at(base)
    }

    /// A target that does this with each request; behind it is the reference server.
    pub fn requests(act: impl Fn(&mut Talk<'_>) -> io::Result<()> + Send + Sync + 'static) -> Hostile {
        let (target, real) = reference();
        let numbers = AtomicUsize::new(0);
        Hostile::connections(move |stream| talk(stream, real, &numbers, &act)).keeping(target).with(["--token", TOKEN])
    }

    /// The reference server, which dies once, at the first request of which `at` says so: its port is closed and refuses who comes, the
    /// client's connection is reset, and the port is open again.
    pub fn dying(at: impl Fn(&Heard) -> bool + Send + Sync + 'static) -> Hostile {
        let (target, real) = reference();
        let mut listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (die, dies) = mpsc::channel();
        let (say, died) = mpsc::channel();
        // Taken by the request at which it dies.
        let death = Mutex::new(Some((die, died)));
        let numbers = AtomicUsize::new(0);
        let act = Arc::new(move |stream: &TcpStream| {
            let one = |talk: &mut Talk<'_>| {
                let death = if at(&talk.heard) { death.lock().unwrap().take() } else { None };
                let Some((die, died)) = death else { return talk.pass() };
                die.send(()).unwrap();
                // Who waits for connections hears of it with the next one.
                drop(TcpStream::connect(address));
                died.recv().unwrap();
                talk.reset()
            };
            talk(stream, real, &numbers, &one)
        });
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if dies.try_recv().is_ok() {
                    drop(listener);
                    let refused = TcpStream::connect(address).unwrap_err();
                    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
                    listener = TcpListener::bind(address).unwrap();
                    say.send(()).unwrap();
                    continue;
                }
                let act = Arc::clone(&act);
                thread::spawn(move || drop(act(&stream)));
            }
        });
        Hostile::at(format!("http://{address}/scim/v2")).keeping(target).with(["--token", TOKEN])
    }

    /// The reference server, each of whose answers is changed on its way.
    pub fn spoilt(change: impl Fn(&Talk<'_>, &mut Answer) + Send + Sync + 'static) -> Hostile {
        Hostile::requests(move |talk| {
            let mut answer = talk.real();
            change(talk, &mut answer);
            talk.answer(&answer)
        })
    }

    /// A target that answers the first look as it should, and everything else with these bytes; then it ends the connection.
    pub fn bytes(answer: impl Into<Vec<u8>>) -> Hostile {
        let mut answer = answer.into();
        // Where it is HTTP, it says what it does.
        if let Some(line) = answer.windows(2).position(|two| two == b"\r\n").filter(|_| answer.starts_with(b"HTTP/1.1"))
        {
            answer.splice(line..line, *b"\r\nConnection: close");
        }
        Hostile::requests(move |talk| {
            if talk.number == 0 {
                return talk.pass();
            }
            talk.write(&answer)?;
            // Closing with unread bytes would be a reset.
            talk.stream.shutdown(Shutdown::Write)?;
            talk.silence()
        })
    }
}

/// The reference server, and where it is.
fn reference() -> (Target, SocketAddr) {
    let target = Target::new(0, &[]);
    let real = target.base().trim_start_matches("http://").split('/').next().unwrap().parse().unwrap();
    (target, real)
}

/// Puts each request of a connection into the hands of a case.
fn talk(
    stream: &TcpStream,
    real: SocketAddr,
    numbers: &AtomicUsize,
    act: &impl Fn(&mut Talk<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(heard) = read(&mut reader) {
        let number = numbers.fetch_add(1, Ordering::SeqCst);
        act(&mut Talk { number, heard, stream, real })?;
    }
    Ok(())
}

/// Takes connections until the process ends; each is served by a thread of its own.
pub fn serve(listener: TcpListener, act: impl Fn(&TcpStream) + Send + Sync + 'static) {
    let act = Arc::new(act);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let act = Arc::clone(&act);
            thread::spawn(move || act(&stream));
        }
    });
}

impl Talk<'_> {
    /// Says something, as it is.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Says something piece by piece, with pauses, until the client has enough.
    pub fn drip(&mut self, pause: Duration, pieces: impl IntoIterator<Item = Vec<u8>>) -> io::Result<()> {
        for piece in pieces {
            self.write(&piece)?;
            thread::sleep(pause);
        }
        close()
    }

    /// Answers as the reference server does.
    pub fn pass(&mut self) -> io::Result<()> {
        let answer = self.real();
        self.answer(&answer)
    }

    /// Answers as it should be done.
    pub fn answer(&mut self, answer: &Answer) -> io::Result<()> {
        self.write(written(answer).as_bytes())
    }

    /// Answers twice, in one piece.
    pub fn answer_twice(&mut self, first: &Answer, second: &Answer) -> io::Result<()> {
        self.write(format!("{}{}", written(first), written(second)).as_bytes())
    }

    /// Says nothing for as long as the client waits.
    pub fn silence(&mut self) -> io::Result<()> {
        self.stream.set_read_timeout(Some(LONG))?;
        let mut waits = self.stream;
        io::copy(&mut waits, &mut io::sink())?;
        close()
    }

    /// What the reference server answers.
    pub fn real(&self) -> Answer {
        let mut real = TcpStream::connect(self.real).unwrap();
        let mut text = format!("{} {} HTTP/1.1\r\n", self.heard.method, self.heard.target);
        for (name, value) in self.heard.headers.iter().filter(|(name, _)| !hop(name)) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        let length = match self.heard.header("content-length") {
            Some(_) => format!("Content-Length: {}\r\n", self.heard.body.len()),
            None => String::new(),
        };
        write!(real, "{text}{length}Connection: close\r\n\r\n{}", self.heard.body).unwrap();
        let mut bytes = Vec::new();
        real.read_to_end(&mut bytes).unwrap();
        parse(&bytes)
    }

    /// Ends the connection with a reset.
    pub fn reset(&mut self) -> io::Result<()> {
        reset(self.stream)
    }
}

/// Makes closing a connection a reset, and closes it.
pub fn reset(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).set_linger(Some(Duration::ZERO))?;
    close()
}

/// An answer as it should be.
fn written(answer: &Answer) -> String {
    let mut text = head(answer);
    if answer.status != 204 {
        text.push_str(&format!("Content-Length: {}\r\n", answer.body.len()));
    }
    format!("{text}\r\n{}", answer.body)
}

/// Status line and headers of an answer, without Content-Length.
pub fn head(answer: &Answer) -> String {
    let headers: String = answer.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {} Answer\r\n{headers}", answer.status)
}

fn hop(name: &str) -> bool {
    ["connection", "accept-encoding", "content-length"].iter().any(|hop| name.eq_ignore_ascii_case(hop))
}

fn parse(bytes: &[u8]) -> Answer {
    let mut lines = Cursor::new(bytes);
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1).unwrap().parse().unwrap();
    let mut headers = Vec::new();
    loop {
        line.clear();
        lines.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        if !["content-length", "connection"].contains(&name.to_ascii_lowercase().as_str()) {
            headers.push((name.to_owned(), value.to_owned()));
        }
    }
    let body = String::from_utf8(bytes[lines.position() as usize..].to_vec()).unwrap();
    Answer { status, headers, body }
}
