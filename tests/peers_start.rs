//! The harness for real servers: they start, they answer, they refuse a wrong token, and they are gone when dropped.

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

use support::peers::{Peer, RunningPeer, start};

#[test]
fn scim2_server_starts_and_stops() {
    starts_and_stops(Peer::Scim2Server);
}

#[test]
fn scimmy_starts_and_stops() {
    starts_and_stops(Peer::Scimmy);
}

/// Two at once, so that they have to agree on who installs, and each has to get a port of its own.
fn starts_and_stops(peer: Peer) {
    let (one, other) = thread::scope(|scope| {
        let one = scope.spawn(|| start(peer));
        let other = scope.spawn(|| start(peer));
        (one.join().expect("the first starts"), other.join().expect("the second starts"))
    });
    let (Some(one), Some(other)) = (one, other) else {
        return;
    };
    assert_ne!(one.base_url, other.base_url);

    let (status, body) = get_users(&one, &one.token);
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("urn:ietf:params:scim:api:messages:2.0:ListResponse"), "{body}");
    assert!(body.contains(r#""totalResults""#), "{body}");

    for wrong in ["wrong", &other.token] {
        let (status, body) = get_users(&one, wrong);
        assert_eq!(status, 401, "{body}");
        assert!(body.contains("urn:ietf:params:scim:api:messages:2.0:Error"), "{body}");
    }

    let gone = address(&one);
    drop(one);
    assert!(TcpStream::connect(&gone).is_err(), "{peer:?} still listens on {gone}");
    assert_eq!(get_users(&other, &other.token).0, 200, "the other one goes on");
}

/// `GET /Users` in the plainest way: the status and the body.
fn get_users(peer: &RunningPeer, token: &str) -> (u16, String) {
    let host = address(peer);
    let path = peer.base_url.trim_start_matches("http://").trim_start_matches(&host);
    let mut stream = TcpStream::connect(&host).expect("connects");
    write!(stream, "GET {path}/Users HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n")
        .expect("sends");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("has a head and a body");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("has a status");
    (status, body.to_owned())
}

/// Host and port.
fn address(peer: &RunningPeer) -> String {
    peer.base_url.split('/').nth(2).expect("has a host").to_owned()
}
