//! Answers in the codings that Okta's client offers: they are read, and no more of them than the client has room for.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use flate2::{
    Compression,
    read::{DeflateEncoder, GzEncoder, ZlibEncoder},
};
use scim_check::{
    http::{BaseUrl, Client, ClientOptions, Credentials, Failure, Request, Response, Transport},
    idp::okta,
};
use serde_json::{Value, json};

/// Bytes of a body that the client reads.
const ROOM: usize = 100_000;

/// What comes of one answer with this coding and body, and the request that it answered.
async fn answered(coding: &str, body: Vec<u8>) -> (Result<Response, Failure>, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let base = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut part = [0; 4096];
        while !request.ends_with(b"\r\n\r\n") {
            let count = stream.read(&mut part).unwrap();
            request.extend_from_slice(&part[..count]);
        }
        stream.write_all(&[head.as_bytes(), &body].concat()).unwrap();
        String::from_utf8(request).unwrap()
    });
    let options = ClientOptions { max_body: ROOM, ..ClientOptions::default() };
    let client = Client::new(BaseUrl::parse(&base).unwrap(), Credentials::none(), &options).unwrap();
    let request: Request = okta::credentials_test();
    (client.send(&request).await, server.join().unwrap())
}

fn codings(text: &[u8]) -> [(&'static str, Vec<u8>); 3] {
    let level = Compression::best();
    let all = |mut reader: Box<dyn Read + '_>| {
        let mut out = Vec::new();
        reader.read_to_end(&mut out).unwrap();
        out
    };
    [
        ("gzip", all(Box::new(GzEncoder::new(text, level)))),
        ("deflate", all(Box::new(ZlibEncoder::new(text, level)))),
        ("deflate", all(Box::new(DeflateEncoder::new(text, level)))),
    ]
}

#[tokio::test]
async fn compressed_answers_are_offered_and_read() {
    let list = json!({"totalResults": 0, "Resources": []});
    for (coding, body) in codings(list.to_string().as_bytes()) {
        let (answer, request) = answered(coding, body).await;
        assert!(request.contains("\r\nAccept-Encoding: gzip,deflate\r\n"), "{request}");
        assert_eq!(answer.unwrap().value(), Some(&list), "{coding}");
    }
}

#[tokio::test]
async fn an_answer_that_swells_is_cut() {
    let list = Value::from(" ".repeat(50_000_000)).to_string();
    for (coding, body) in codings(list.as_bytes()) {
        assert!(body.len() < ROOM);
        let answer = answered(coding, body).await.0.unwrap();
        assert_eq!((answer.size, answer.cut), (ROOM, true), "{coding}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_what_it_says_is_broken() {
    let (answer, _) = answered("gzip", b"{\"totalResults\": 0}".to_vec()).await;
    assert!(matches!(answer, Err(Failure::Broken(why)) if why.contains("damaged")));
}
