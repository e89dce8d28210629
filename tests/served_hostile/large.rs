//! Bodies and answers that are large, many of them at once.

use std::{
    io::Write,
    net::{Shutdown, TcpStream},
    thread,
    time::Duration,
};

use serde_json::json;

use super::{
    child::Child,
    served::{TOKEN, read},
    support::binary::Desk,
};

/// What is tried, for the page.
pub const ROWS: &[(&str, &str)] = &[
    ("64 bodies of 5 MB at once, with their length or in chunks", "413 each; less than 400 MB of memory in all"),
    ("24 bodies of 4 MB of JSON at once, as crowded as they are read", "400 each; less than 400 MB of memory in all"),
    ("64 bodies of 4 MB that stop short of their end", "small ones are served meanwhile"),
    ("a filter that all of 20,000 people fit, sorted", "a page of them; less than 400 MB of memory"),
];

/// Bytes of memory that no client makes the server use, beyond what it is given to keep.
const MEMORY: u64 = 400 << 20;

fn head(frame: &str) -> Vec<u8> {
    format!(
        "POST /scim/v2/Users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: \
         application/json\r\n{frame}\r\n\r\n"
    )
    .into_bytes()
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let mut out = head("Transfer-Encoding: chunked");
    for chunk in body.chunks(100_000) {
        out.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        out.extend_from_slice(chunk);
        out.extend(b"\r\n");
    }
    out.extend(b"0\r\n\r\n");
    out
}

fn with_length(body: &[u8]) -> Vec<u8> {
    [head(&format!("Content-Length: {}", body.len())), body.to_vec()].concat()
}

/// What all of so many clients get who send that at once.
fn all_get(child: &Child, clients: usize, bytes: &[u8], comes: &str) {
    thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                let mut stream = TcpStream::connect(child.authority()).unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
                // The server may have heard enough before the end.
                let _ = stream.write_all(bytes);
                assert_eq!(read(&mut stream).to_string(), comes);
            });
        }
    });
}

fn is_within(child: &Child, what: &str) {
    let Some((_, most)) = child.memory() else { return };
    assert!(most < MEMORY, "{what}: {} MB", most >> 20);
}

#[test]
fn large_bodies_are_refused_and_crowded_ones_wait_for_each_other() {
    let desk = Desk::new();
    let child = Child::start(&desk, &[]);
    let large = vec![b' '; 5 << 20];
    all_get(&child, 64, &with_length(&large), "413");
    all_get(&child, 64, &chunked(&large), "413");
    is_within(&child, "bodies of 5 MB");
    let mut crowded = b"{\"userName\":[".to_vec();
    crowded.extend(br#"{"":0},"#.repeat(99_990));
    crowded.extend(b"0]}");
    crowded.resize(4 << 20, b' ');
    all_get(&child, 16, &with_length(&crowded), "400 invalidValue");
    all_get(&child, 8, &chunked(&crowded), "400 invalidValue");
    is_within(&child, "crowded bodies");

    let part = [head("Content-Length: 4000000"), vec![b' '; 3 << 20]].concat();
    let unfinished: Vec<_> = (0..64).map(|_| TcpStream::connect(child.authority()).unwrap()).collect();
    thread::scope(|scope| {
        for stream in &unfinished {
            let part = &part;
            scope.spawn(move || {
                let mut stream = stream;
                // Whoever has no place among the large ones waits, until the test ends the connection.
                let _ = stream.write_all(part);
            });
        }
        let mut client = child.connect();
        for number in 0..20 {
            let schemas = [scim_check::scim::urn::USER];
            client.post("/Users", &json!({"schemas": schemas, "userName": format!("person-{number}")})).expect(201);
        }
        unfinished.iter().for_each(|stream| stream.shutdown(Shutdown::Both).unwrap());
    });
    is_within(&child, "bodies that do not end");
    child.stop();
}

#[test]
fn a_query_that_finds_everybody_is_a_page() {
    let desk = Desk::new();
    let child = Child::start(&desk, &["--seed", "20000", "--no-page"]);
    for query in ["filter=userName%20pr", "sortBy=userName", "filter=meta.created%20pr&sortBy=name.familyName"] {
        let list = child.connect().get(&format!("/Users?count=1000&{query}")).expect(200).json;
        assert_eq!(
            (list["totalResults"].as_u64(), list["itemsPerPage"].as_u64()),
            (Some(20_000), Some(1_000)),
            "{query}"
        );
        is_within(&child, query);
    }
    child.stop();
}
