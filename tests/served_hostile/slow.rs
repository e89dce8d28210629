//! Clients that take their time. They are let go after a while, and meanwhile the others are served.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use scim_check::scim::urn;
use serde_json::json;

use super::served::{PATIENCE, Served, TOKEN, read};

/// What is tried, for the page.
pub const ROWS: &[(&str, &str)] = &[
    ("a head that comes byte by byte", "the connection ends after 30 seconds"),
    ("a body that comes byte by byte", "408 after 30 seconds, and the connection ends"),
    ("a connection on which nothing comes, at first or after an answer", "it ends after 30 seconds"),
    ("a client that asks and asks and reads no answer", "the connection ends once nothing has moved for 30 seconds"),
    ("other clients meanwhile", "are answered at once"),
    ("16 bodies of 100 KB at once, where `--latency` holds back each answer", "none waits for the others"),
];

/// How long a byte keeps the next one waiting.
const PAUSE: Duration = Duration::from_millis(100);
/// When at the latest each of them is let go here, on a machine that is busy with other things.
const LATEST: Duration = Duration::from_secs(20);

fn open(served: &Served) -> TcpStream {
    let stream = TcpStream::connect(served.authority()).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(PAUSE)).unwrap();
    stream
}

/// Sends bytes one by one until an answer comes or the connection ends; that takes as long as the server's patience.
fn drip(served: &Served, begin: &str, byte: u8) -> String {
    let mut stream = open(served);
    stream.write_all(begin.as_bytes()).unwrap();
    let began = Instant::now();
    loop {
        assert!(began.elapsed() < LATEST, "nobody lets it go");
        // Once the server has answered or gone it may fail.
        let _ = stream.write_all(&[byte]);
        match stream.peek(&mut [0]) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            _ => break,
        }
    }
    assert!(began.elapsed() >= PATIENCE - PAUSE, "it was let go too soon");
    let came = read(&mut stream).to_string();
    assert!(ends(&mut stream), "the connection stays open");
    came
}

/// Whether the server ends the connection.
fn ends(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(LATEST)).unwrap();
    match stream.read(&mut [0; 1024]) {
        Ok(count) => count == 0,
        Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
    }
}

#[test]
fn large_bodies_do_not_wait_for_answers_that_are_held_back() {
    let (latency, clients) = (PATIENCE / 4, 16);
    let served = Served::late(Some(PATIENCE), latency);
    let title = "x".repeat(100_000);
    let began = Instant::now();
    thread::scope(|scope| {
        for at in 0..clients {
            let (served, title) = (&served, &title);
            scope.spawn(move || {
                let mut client = served.connect();
                let name = format!("late-{at}@example.com");
                client.post("/Users", &json!({"schemas": [urn::USER], "userName": name, "title": title})).expect(201);
            });
        }
    });
    assert!(began.elapsed() < latency * clients / 2, "they wait for each other: {:?}", began.elapsed());
}

#[test]
fn slow_clients_are_let_go_and_others_are_served() {
    let served = Served::new(Some(PATIENCE));
    let head = format!("GET /scim/v2/Users?count=20 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n");
    let post = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: \
         application/json\r\nContent-Length: 100000\r\n\r\n"
    );
    thread::scope(|scope| {
        let heads: Vec<_> =
            (0..20).map(|_| scope.spawn(|| drip(&served, "GET /scim/v2/Users HTTP/1.1\r\nX: ", b'x'))).collect();
        let bodies: Vec<_> = (0..20).map(|_| scope.spawn(|| drip(&served, &post, b' '))).collect();
        let idle = scope.spawn(|| {
            let mut stream = open(&served);
            assert!(ends(&mut stream), "an idle connection stays open");
        });
        let after = scope.spawn(|| {
            let mut stream = open(&served);
            stream.set_read_timeout(Some(LATEST)).unwrap();
            stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
            assert_eq!(read(&mut stream).to_string(), "200");
            assert!(ends(&mut stream), "a connection that is idle after an answer stays open");
        });
        let deaf = scope.spawn(|| {
            let mut stream = TcpStream::connect(served.authority()).unwrap();
            stream.set_write_timeout(Some(LATEST)).unwrap();
            let requests = format!("{head}\r\n").repeat(100);
            let error = (0..100_000).find_map(|_| stream.write_all(requests.as_bytes()).err()).unwrap();
            let waits = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
            assert!(!waits, "nobody lets a client go that reads nothing");
        });
        let mut answered = 0;
        while !heads.iter().chain(&bodies).all(thread::ScopedJoinHandle::is_finished) {
            served.answers_others();
            answered += 1;
        }
        assert!(answered > 5, "{answered} answers beside slow clients");
        for head in heads {
            assert_eq!(head.join().unwrap(), "the connection ends");
        }
        for body in bodies {
            assert_eq!(body.join().unwrap(), "408");
        }
        for one in [idle, after, deaf] {
            one.join().unwrap();
        }
    });
}
