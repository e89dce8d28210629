//! Answers whose frame is wrong: too long, cut off, in other codings, in no HTTP that there is.

use std::{
    io::{self, Write},
    iter,
    time::Duration,
};

use flate2::{
    Compression,
    write::{GzEncoder, ZlibEncoder},
};

use super::{
    case::Case,
    stage::{Hostile, Talk, close, head},
    support::raw::Answer,
};

/// Status line and headers of an answer with these further ones.
fn ok(headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\n{headers}\r\n").into_bytes()
}

/// An answer with these headers and this body, as they are.
fn framed(headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    [ok(headers).as_slice(), body.as_ref()].concat()
}

fn list() -> String {
    Answer::nobody().body
}

/// After the first look, says a beginning and then a piece so often, as fast as the client takes it.
fn flood(begin: Vec<u8>, piece: Vec<u8>, times: usize) -> Hostile {
    after_the_first(move |talk| {
        talk.write(&begin)?;
        talk.drip(Duration::ZERO, (0..times).map(|_| piece.clone()))
    })
}

fn after_the_first(act: impl Fn(&mut Talk<'_>) -> io::Result<()> + Send + Sync + 'static) -> Hostile {
    Hostile::requests(move |talk| if talk.number == 0 { talk.pass() } else { act(talk) })
}

/// 100 MB of spaces, packed by `pack`.
fn bomb<W: Write>(mut pack: W, finish: impl Fn(W) -> io::Result<Vec<u8>>) -> Vec<u8> {
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..100 {
        pack.write_all(&spaces).unwrap();
    }
    finish(pack).unwrap()
}

fn packed(coding: &str, body: &[u8]) -> Hostile {
    Hostile::bytes(framed(&format!("Content-Encoding: {coding}\r\nContent-Length: {}\r\n", body.len()), body))
}

pub const CASES: &[Case] = &[
    Case {
        name: "endless-headers",
        does: "sends headers without end",
        says: &["the headers are more than are read (100, of 400 kB altogether)"],
        target: || flood(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-More: and more\r\n".repeat(100), usize::MAX),
        ..Case::PLAIN
    },
    Case {
        name: "endless-header",
        does: "sends one header without end",
        says: &["the headers are more than are read (100, of 400 kB altogether)"],
        target: || flood(b"HTTP/1.1 200 OK\r\nX-More: ".to_vec(), b"x".repeat(10_000), usize::MAX),
        ..Case::PLAIN
    },
    Case {
        name: "endless-body",
        does: "sends a body without end, in chunks",
        says: &["it has more than 8388608 bytes and was cut", "An answer is too large to be read"],
        target: || {
            let piece = format!("10000\r\n{}\r\n", "x".repeat(0x10000)).into_bytes();
            flood(ok("Transfer-Encoding: chunked\r\n"), piece, usize::MAX)
        },
        ..Case::PLAIN
    },
    Case {
        name: "gigabyte",
        does: "sends a body of 1 GB and says so",
        says: &["it has more than 8388608 bytes and was cut", "An answer is too large to be read"],
        target: || flood(ok("Content-Length: 1073741824\r\n"), vec![b' '; 1 << 20], 1024),
        ..Case::PLAIN
    },
    Case {
        name: "said-gigantic",
        does: "announces a body of 16 exabytes and sends a few bytes",
        says: &["or Content-Length is too large", "A request gets no complete answer"],
        target: || Hostile::bytes(framed("Content-Length: 18446744073709551614\r\n", list())),
        ..Case::PLAIN
    },
    Case {
        name: "tiny-chunks",
        does: "sends a body in a million chunks of one byte",
        says: &["no complete answer within 2 s", "A request gets no complete answer"],
        target: || flood(ok("Transfer-Encoding: chunked\r\n"), b"1\r\n \r\n".repeat(10_000), 100),
        ..Case::PLAIN
    },
    Case {
        name: "gzip-bomb",
        does: "sends gzip that swells to a thousand times its size",
        says: &["it has more than 8388608 bytes and was cut", "An answer is too large to be read"],
        target: || packed("gzip", &bomb(GzEncoder::new(Vec::new(), Compression::fast()), GzEncoder::finish)),
        ..Case::PLAIN
    },
    Case {
        name: "deflate-bomb",
        does: "sends deflate that swells to a thousand times its size",
        says: &["it has more than 8388608 bytes and was cut", "An answer is too large to be read"],
        target: || packed("deflate", &bomb(ZlibEncoder::new(Vec::new(), Compression::fast()), ZlibEncoder::finish)),
        ..Case::PLAIN
    },
    Case {
        name: "damaged-gzip",
        does: "says that its body is gzip, and it is not",
        says: &["the compressed body is damaged: invalid gzip header"],
        target: || packed("gzip", list().as_bytes()),
        ..Case::PLAIN
    },
    Case {
        name: "coding-not-offered",
        does: "sends a coding that nobody offered",
        says: &["the body is encoded as `br`, which was not offered"],
        target: || packed("br", list().as_bytes()),
        ..Case::PLAIN
    },
    Case {
        name: "coding-twice",
        does: "packs its body twice",
        says: &["the body is encoded as `gzip, gzip`, which was not offered"],
        target: || {
            let pack = |body: &[u8]| {
                let mut pack = GzEncoder::new(Vec::new(), Compression::fast());
                pack.write_all(body).unwrap();
                pack.finish().unwrap()
            };
            packed("gzip, gzip", &pack(&pack(list().as_bytes())))
        },
        ..Case::PLAIN
    },
    Case {
        name: "length-too-short",
        does: "gives a Content-Length that is too short",
        says: &["A success has a body that is no JSON"],
        target: || Hostile::bytes(framed("Content-Length: 20\r\n", list())),
        ..Case::PLAIN
    },
    Case {
        name: "length-too-long",
        does: "gives a Content-Length that is too long",
        says: &["the connection ended before the answer did"],
        target: || Hostile::bytes(framed("Content-Length: 2000\r\n", list())),
        ..Case::PLAIN
    },
    Case {
        name: "length-no-number",
        does: "gives a Content-Length that is no number",
        says: &["Content-Length is no number, or there are two"],
        target: || Hostile::bytes(framed("Content-Length: many\r\n", list())),
        ..Case::PLAIN
    },
    Case {
        name: "length-twice",
        does: "gives two different Content-Lengths",
        says: &["Content-Length is no number, or there are two"],
        target: || Hostile::bytes(framed("Content-Length: 20\r\nContent-Length: 200\r\n", list())),
        ..Case::PLAIN
    },
    Case {
        name: "bad-chunks",
        does: "sends chunks whose length is no number",
        says: &["the chunks of the body are malformed"],
        target: || Hostile::bytes(framed("Transfer-Encoding: chunked\r\n", "many\r\n{}\r\n0\r\n\r\n")),
        ..Case::PLAIN
    },
    Case {
        name: "chunks-without-end",
        does: "ends the connection before the last chunk",
        says: &["the connection ended before the answer did"],
        target: || Hostile::bytes(framed("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n")),
        ..Case::PLAIN
    },
    Case {
        name: "length-and-chunks",
        does: "gives a Content-Length and chunks at once",
        exit: 0,
        findings: 0,
        says: &["As expected: "],
        target: || {
            Hostile::requests(|talk| {
                let answer = talk.real();
                if answer.status == 204 {
                    return talk.answer(&answer);
                }
                let chunk = format!("{:x}\r\n{}\r\n0\r\n\r\n", answer.body.len(), answer.body);
                talk.write(
                    format!("{}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}", head(&answer))
                        .as_bytes(),
                )
            })
        },
        ..Case::PLAIN
    },
    Case {
        name: "second-answer",
        does: "sends a second answer behind each one",
        exit: 0,
        findings: 0,
        says: &["As expected: "],
        target: || {
            Hostile::requests(|talk| {
                // In one piece: a second one that comes late would answer the next request, which nobody could know.
                let real = talk.real();
                talk.answer_twice(&real, &Answer::json(200, &serde_json::json!({"id": "smuggled"})))
            })
        },
        ..Case::PLAIN
    },
    Case {
        name: "http-0.9",
        does: "answers as in HTTP/0.9: a body and nothing else",
        says: &["what came is not HTTP/1.1"],
        target: || Hostile::bytes(list()),
        ..Case::PLAIN
    },
    Case {
        name: "http-2",
        does: "speaks HTTP/2 only",
        says: &["what came is not HTTP/1.1"],
        target: || Hostile::bytes(b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64".to_vec()),
        ..Case::PLAIN
    },
    Case {
        name: "http-3.0",
        does: "says that it speaks HTTP/3.0",
        says: &["what came is not HTTP/1.1"],
        target: || Hostile::bytes("HTTP/3.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
        ..Case::PLAIN
    },
    Case {
        name: "continue",
        does: "says 100 Continue and then answers",
        exit: 0,
        findings: 0,
        says: &["As expected: "],
        target: || {
            Hostile::requests(|talk| {
                talk.write(b"HTTP/1.1 100 Continue\r\n\r\n")?;
                talk.pass()
            })
        },
        ..Case::PLAIN
    },
    Case {
        name: "continue-only",
        does: "says 100 Continue and nothing more",
        says: &["no complete answer within 2 s", "A request gets no complete answer"],
        target: || {
            after_the_first(|talk| {
                talk.write(b"HTTP/1.1 100 Continue\r\n\r\n")?;
                talk.silence()
            })
        },
        ..Case::PLAIN
    },
    Case {
        name: "flood-of-1xx",
        does: "sends 1xx answers without end",
        says: &["no complete answer within 2 s", "A request gets no complete answer"],
        target: || {
            after_the_first(|talk| {
                let some = b"HTTP/1.1 102 Processing\r\n\r\n".repeat(10);
                talk.drip(Duration::from_millis(1), iter::repeat(some))
            })
        },
        ..Case::PLAIN
    },
    Case {
        name: "switching",
        does: "answers 101 Switching Protocols",
        says: &["status 101"],
        target: || {
            Hostile::bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nxx")
        },
        ..Case::PLAIN
    },
    Case {
        name: "status-999",
        does: "answers status 999",
        says: &["status 999"],
        target: || Hostile::bytes("HTTP/1.1 999 What\r\nContent-Length: 2\r\n\r\n{}"),
        ..Case::PLAIN
    },
    Case {
        name: "status-42",
        does: "answers status 42",
        says: &["the status is no number of three digits"],
        target: || Hostile::bytes("HTTP/1.1 42 What\r\nContent-Length: 2\r\n\r\n{}"),
        ..Case::PLAIN
    },
    Case {
        name: "no-content-with-body",
        does: "answers 204 with a body",
        says: &["A success has a status that SCIM does not foresee for it", "A 204 announces or brings a body"],
        target: || {
            Hostile::bytes(
                "HTTP/1.1 204 No Content\r\nContent-Type: application/scim+json\r\nContent-Length: 2\r\n\r\n{}",
            )
        },
        ..Case::PLAIN
    },
    Case {
        name: "head-with-body",
        does: "answers HEAD with a body",
        exit: 0,
        findings: 0,
        says: &["As expected: "],
        run: &["rfc7644/errors/head"],
        target: || {
            Hostile::requests(|talk| {
                if talk.heard.method != "HEAD" {
                    return talk.pass();
                }
                let answer = Answer::nobody();
                let text = format!("{}Content-Length: {}\r\n\r\n{}", head(&answer), answer.body.len(), answer.body);
                talk.write(text.as_bytes())
            })
        },
        ..Case::PLAIN
    },
    Case {
        name: "says-close",
        does: "says that it ends the connection, and keeps it open",
        exit: 0,
        findings: 0,
        says: &["As expected: "],
        target: || Hostile::spoilt(|_, answer| answer.headers.push(("Connection".to_owned(), "close".to_owned()))),
        ..Case::PLAIN
    },
    Case {
        name: "ends-at-once",
        does: "ends the connection after each answer without saying so",
        exit: 0,
        findings: 4,
        // As expected, or that it broke off and answered when it was asked again: a request may cross the end.
        says: &["5 scenarios, "],
        target: || {
            Hostile::requests(|talk| {
                talk.pass()?;
                close()
            })
        },
        ..Case::PLAIN
    },
];
