//! Connections that fail, break off, or say nothing.

use std::{
    io::{self, Write},
    iter,
    time::Duration,
};

use super::{
    case::Case,
    stage::{Hostile, close, head, reset},
    support::raw::{Answer, closed_port},
};

const SECOND: Duration = Duration::from_secs(1);

/// As many bytes as the client cares for, one a second.
fn drops(text: &'static [u8], rest: u8) -> impl Iterator<Item = Vec<u8>> {
    text.iter().copied().chain(iter::repeat(rest)).map(|byte| vec![byte])
}

/// Half an answer.
fn half() -> String {
    let answer = Answer::nobody();
    format!("{}Content-Length: {}\r\n\r\n{}", head(&answer), answer.body.len(), &answer.body[..answer.body.len() / 2])
}

/// A look into the request, without taking it: closing then resets the connection.
fn peek(stream: &std::net::TcpStream) -> io::Result<()> {
    stream.peek(&mut [0; 16]).map(drop)
}

pub const CASES: &[Case] = &[
    Case {
        name: "refused",
        does: "refuses the connection",
        exit: 3,
        says: &["no connection to 127.0.0.1", "Connection refused", "hint: is the server running? `--wait 30s`"],
        target: || Hostile::at(format!("http://127.0.0.1:{}/scim/v2", closed_port())),
        ..Case::PLAIN
    },
    Case {
        name: "no-such-name",
        does: "has a name that no DNS server knows",
        exit: 3,
        says: &["no connection to scim.hostile.invalid"],
        target: || Hostile::at("http://scim.hostile.invalid/scim/v2").with(["--token", "some-token"]),
        ..Case::PLAIN
    },
    Case {
        name: "reset-before",
        does: "resets the connection before it has read the request",
        exit: 3,
        says: &["Connection reset by peer"],
        target: || {
            Hostile::connections(|stream| {
                peek(stream)?;
                reset(stream)
            })
        },
        ..Case::PLAIN
    },
    Case {
        name: "reset-during",
        does: "resets the connection in the middle of an answer",
        exit: 1,
        says: &["Connection reset by peer"],
        target: || {
            Hostile::requests(|talk| {
                if talk.number == 0 {
                    return talk.pass();
                }
                talk.write(half().as_bytes())?;
                talk.reset()
            })
        },
        ..Case::PLAIN
    },
    Case {
        name: "reset-after",
        does: "resets the connection after each answer, which it said it would keep",
        exit: 1,
        says: &["the answer broke off: Connection reset by peer"],
        findings: 4,
        target: || {
            Hostile::requests(|talk| {
                talk.pass()?;
                // The client has read the answer once it sends the next request, or has gone.
                std::thread::sleep(Duration::from_millis(200));
                talk.reset()
            })
            // Beside others it is up to chance how many of them lose a request.
            .with(["--jobs", "1"])
        },
        ..Case::PLAIN
    },
    Case {
        name: "silent",
        does: "accepts connections and says nothing",
        exit: 3,
        says: &["no complete answer within 2 s", "hint: is the server overloaded?"],
        target: || Hostile::requests(|talk| talk.silence()),
        ..Case::PLAIN
    },
    Case {
        name: "silent-later",
        does: "answers the first look and then says nothing",
        exit: 1,
        says: &["no complete answer within 2 s", "A request gets no complete answer"],
        target: || Hostile::requests(|talk| if talk.number == 0 { talk.pass() } else { talk.silence() }),
        ..Case::PLAIN
    },
    Case {
        name: "slow-headers",
        does: "sends headers, one byte a second",
        exit: 3,
        says: &["no complete answer within 2 s", "hint: is the server overloaded?"],
        target: || Hostile::requests(|talk| talk.drip(SECOND, drops(b"HTTP/1.1 200 OK\r\nX-Slow: ", b'x'))),
        ..Case::PLAIN
    },
    Case {
        name: "slow-body",
        does: "sends a body, one byte a second",
        exit: 1,
        says: &["no complete answer within 2 s", "A request gets no complete answer"],
        target: || {
            Hostile::requests(|talk| {
                if talk.number == 0 {
                    return talk.pass();
                }
                talk.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\nContent-Length: 900\r\n\r\n")?;
                talk.drip(SECOND, drops(b"{", b' '))
            })
        },
        ..Case::PLAIN
    },
    Case {
        name: "dies-and-returns",
        does: "dies in mid-run and comes back on the same port",
        exit: 0,
        says: &["The target broke off or was busy, and answered when the scenario was repeated"],
        run: &["okta/lifecycle/assign@okta-catalogue", "okta/connect/test-credentials"],
        target: || Hostile::dying(|heard| heard.method == "POST" && heard.body.contains("-ada@")),
        ..Case::PLAIN
    },
    Case {
        name: "not-http",
        does: "speaks SSH",
        exit: 3,
        says: &["hint: is this an HTTP server?"],
        target: || {
            Hostile::connections(|mut stream| {
                stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n")?;
                peek(stream)?;
                close()
            })
        },
        ..Case::PLAIN
    },
];
