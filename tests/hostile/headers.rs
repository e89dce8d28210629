//! Headers that are broken, doubled, huge, or say what they should not.

use serde_json::json;

use super::{
    case::Case,
    stage::{Hostile, head},
    support::raw::Answer,
};

/// The reference server with these lines among the headers of its answers.
fn lines(more: impl Into<Vec<u8>>) -> Hostile {
    let more = more.into();
    Hostile::requests(move |talk| {
        let answer = talk.real();
        let length =
            if answer.status == 204 { String::new() } else { format!("Content-Length: {}\r\n", answer.body.len()) };
        let begin = format!("{}{length}", head(&answer));
        talk.write(&[begin.as_bytes(), &more, b"\r\n", answer.body.as_bytes()].concat())
    })
}

/// The reference server with another value of a header.
fn header(name: &'static str, value: impl Into<String>) -> Hostile {
    let value = value.into();
    Hostile::spoilt(move |talk, answer| {
        if talk.number > 0 {
            answer.headers.retain(|(have, _)| !have.eq_ignore_ascii_case(name));
            answer.headers.push((name.to_owned(), value.clone()));
        }
    })
}

macro_rules! header {
    ($name:literal, $does:literal, $exit:literal, $says:expr, $target:expr) => {
        Case { name: $name, does: $does, exit: $exit, says: $says, target: || $target, ..Case::PLAIN }
    };
}

pub const CASES: &[Case] = &[
    header!(
        "header-without-colon",
        "sends a header without a colon",
        3,
        &["a header is malformed"],
        lines("nonsense\r\n")
    ),
    header!(
        "header-with-space",
        "sends a header with a space in its name",
        3,
        &["a header is malformed"],
        lines("X Y: 1\r\n")
    ),
    header!("header-folded", "folds a header over two lines", 0, &["As expected: "], lines("X-Long: a\r\n b\r\n")),
    header!("header-nul", "sends NUL in a header", 3, &["a header is malformed"], lines("X-Nul: a\0b\r\n")),
    header!(
        "header-return",
        "sends a lone carriage return in a header",
        3,
        &["a header is malformed"],
        lines("X-Return: a\rX-Evil: b\r\n")
    ),
    header!(
        "header-latin1",
        "sends bytes that are no UTF-8 in a header",
        0,
        &["As expected: "],
        lines(b"X-Name: J\xf6rg\r\n".to_vec())
    ),
    header!("header-empty-name", "sends a header without a name", 3, &["a header is malformed"], lines(": 1\r\n")),
    header!(
        "headers-200",
        "sends 200 headers",
        3,
        &["the headers are more than are read (100, of 400 kB altogether)"],
        lines("X-More: 1\r\n".repeat(200))
    ),
    header!(
        "header-100k",
        "sends a header of 100 kB",
        0,
        &["As expected: "],
        lines(format!("X-Long: {}\r\n", "x".repeat(100_000)))
    ),
    header!(
        "header-escapes",
        "sends escape sequences in the headers that reports show",
        3,
        &["a header is malformed"],
        lines("ETag: \u{1b}[31m\r\n")
    ),
    header!(
        "type-twice",
        "sends Content-Type twice, and differently",
        0,
        &["As expected: "],
        lines("Content-Type: text/html\r\n")
    ),
    header!(
        "type-garbage",
        "sends garbage as Content-Type",
        0,
        &["As expected: "],
        header("Content-Type", "\u{202e};;;=<script>")
    ),
    header!(
        "type-100k",
        "sends a Content-Type of 100 kB",
        0,
        &["As expected: "],
        header("Content-Type", "x".repeat(100_000))
    ),
    header!(
        "location-elsewhere",
        "says that what it created is on another host",
        0,
        &["A header gives another address than meta.location", "http://evil.example/\\u{202e}"],
        header("Location", "http://evil.example/\u{202e}")
    ),
    header!(
        "location-script",
        "says that what it created is at javascript:",
        0,
        &["A header gives another address than meta.location"],
        header("Location", "javascript:alert(1)")
    ),
    Case {
        name: "cookies",
        does: "sets cookies, and refuses who sends one back",
        exit: 0,
        findings: 0,
        says: &["As expected: "],
        target: || {
            Hostile::requests(|talk| {
                if talk.heard.header("cookie").is_some() {
                    return talk.answer(&Answer::json(400, &json!({"detail": "a cookie came back"})));
                }
                let mut answer = talk.real();
                answer.headers.push(("Set-Cookie".to_owned(), "session=1; Path=/".to_owned()));
                talk.answer(&answer)
            })
        },
        ..Case::PLAIN
    },
];
