//! Bodies that are no text, no JSON, or not the JSON that is due.

use super::{case::Case, lists::change, stage::Hostile};

/// After the first look, answers with this body.
fn body(bytes: impl Into<Vec<u8>>) -> Hostile {
    of_type("application/scim+json", bytes)
}

fn of_type(media: &str, bytes: impl Into<Vec<u8>>) -> Hostile {
    let bytes = bytes.into();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\r\n", bytes.len());
    Hostile::bytes([head.into_bytes(), bytes].concat())
}

const LIST: &str =
    r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}"#;

fn utf16(text: &str) -> Vec<u8> {
    let marked = format!("\u{feff}{text}");
    marked.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

macro_rules! body {
    ($name:literal, $does:literal, $says:expr, $body:expr) => {
        Case { name: $name, does: $does, says: $says, target: || body($body), ..Case::PLAIN }
    };
}

pub const CASES: &[Case] = &[
    body!(
        "not-utf8",
        "sends bytes that are no UTF-8",
        &["invalid unicode code point", "A success has a body that is no JSON"],
        b"{\"totalResults\":0,\"x\":\"\xff\xfe\xc3\x28\"}".to_vec()
    ),
    body!(
        "bom",
        "sends a byte order mark before the JSON",
        &["application/scim+json; expected value", "A success has a body that is no JSON"],
        format!("\u{feff}{LIST}")
    ),
    body!(
        "utf16",
        "sends UTF-16",
        &["application/scim+json; expected value", "A success has a body that is no JSON"],
        utf16(LIST)
    ),
    Case {
        name: "latin1",
        does: "sends Latin-1 and says so",
        says: &["invalid unicode code point", "A success has a body that is no JSON"],
        target: || {
            of_type(
                "application/scim+json; charset=iso-8859-1",
                b"{\"totalResults\":0,\"Resources\":[],\"x\":\"J\xf6rg\"}".to_vec(),
            )
        },
        ..Case::PLAIN
    },
    body!(
        "nul",
        "sends NUL bytes",
        &["application/scim+json; expected value", "A success has a body that is no JSON"],
        vec![0; 100]
    ),
    body!(
        "nul-in-json",
        "has NUL within the JSON",
        &["application/scim+json; expected value", "A success has a body that is no JSON"],
        LIST.replace(':', ":\0")
    ),
    body!(
        "terminal",
        "sends escape sequences instead of JSON",
        &["application/scim+json; expected value", "A success has a body that is no JSON"],
        "\u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}[31m\u{202e}"
    ),
    body!(
        "html",
        "sends a page of HTML as JSON",
        &["application/scim+json; expected value", "A success has a body that is no JSON"],
        "<!doctype html><script>alert(1)</script>"
    ),
    body!(
        "truncated",
        "sends JSON that is cut off",
        &["EOF while parsing a value", "A success has a body that is no JSON"],
        &LIST[..LIST.len() - 3]
    ),
    body!(
        "more-behind",
        "sends JSON with more behind it",
        &["trailing characters", "A success has a body that is no JSON"],
        format!("{LIST}{LIST}")
    ),
    Case {
        name: "duplicate-keys",
        does: "has every member twice",
        exit: 3,
        says: &["totalResults twice in one object", "An object in an answer has a name twice"],
        target: || {
            body(
                r#"{"totalResults":1,"totalResults":0,"Resources":[{}],"Resources":[],"schemas":[],"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}"#,
            )
        },
        ..Case::PLAIN
    },
    body!(
        "1e400",
        "has a number that no computer knows",
        &["number out of range", "A success has a body that is no JSON"],
        LIST.replace(":0", ":1e400")
    ),
    body!(
        "deep",
        "nests JSON 100,000 deep",
        &["recursion limit exceeded", "A success has a body that is no JSON"],
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))
    ),
    body!(
        "deep-objects",
        "nests objects 100,000 deep",
        &["bytes with more values than are read", "An answer is too large to be read"],
        format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000))
    ),
    body!(
        "deep-enough",
        "nests JSON as deep as it is read",
        &["A list answer has no totalResults"],
        format!("{{\"Resources\":{}{}}}", "[".repeat(120), "]".repeat(120))
    ),
    body!("null", "answers null", &["a body that is null", "A list answer has no totalResults"], "null"),
    body!("number", "answers a number", &["a body that is integer", "A list answer has no totalResults"], "42"),
    body!("string", "answers a text", &["a body that is string", "A list answer has no totalResults"], "\"fine\""),
    body!("true", "answers true", &["a body that is boolean", "A list answer has no totalResults"], "true"),
    body!(
        "array",
        "answers a list where an object is due",
        &["a body that is array", "A list answer has no totalResults"],
        "[{\"id\":\"1\"},{\"id\":\"2\"}]"
    ),
    body!("empty", "answers an empty body", &["A list or a resource is answered without a body"], ""),
    body!("empty-object", "answers an empty object", &["A list answer has no totalResults"], "{}"),
    body!(
        "spaces",
        "sends a megabyte of spaces",
        &["EOF while parsing a value", "A success has a body that is no JSON"],
        " ".repeat(1 << 20)
    ),
    Case {
        name: "padded",
        does: "pads each answer with 1 MB",
        exit: 0,
        says: &["bytes, after as much as is kept of a scenario", "An answer is too large to be read"],
        target: || {
            Hostile::spoilt(|talk, answer| {
                if talk.number > 0 {
                    change(answer, |body| body["nickName"] = "x".repeat(1_000_000).into());
                }
            })
        },
        ..Case::PLAIN
    },
    body!(
        "crowded",
        "sends a million empty lists",
        &["it has 3000017 bytes with more values than are read"],
        format!("{{\"Resources\":[{}0]}}", "[],".repeat(1_000_000))
    ),
    body!(
        "tiny-objects",
        "sends 200,000 tiny objects as people",
        &["bytes with more values than are read"],
        format!("{{\"schemas\":[\"x\"],\"totalResults\":200000,\"Resources\":[{}0]}}", "{\"\":0},".repeat(200_000))
    ),
    body!(
        "fewer-tiny-objects",
        "sends 15,000 tiny objects as people",
        &["A resource has no id"],
        format!("{{\"schemas\":[\"x\"],\"totalResults\":2,\"Resources\":[{}0]}}", "{\"\":0},".repeat(15_000))
    ),
    Case {
        findings: 6,
        ..body!(
            "many-people",
            "lists 5,000 people where two are asked for",
            &["A list answer shows one resource twice"],
            format!("{{\"totalResults\":0,\"Resources\":[{}{{}}]}}", "{\"id\":1},".repeat(4_999))
        )
    },
    body!(
        "names-of-a-megabyte",
        "has members with names of a megabyte",
        &["A list answer has no totalResults"],
        format!("{{\"{}\":1,\"schemas\":[\"{}\"]}}", "n".repeat(1 << 20), "s".repeat(1 << 20))
    ),
    Case {
        name: "escapes",
        does: "says 600 KB of escapes of escapes, which goes into the report (`--exchanges`)",
        says: &["A list answer has no totalResults"],
        target: || {
            body(format!("{{\"detail\":\"{}\"}}", "%25252541&amp;amp;lt;\\\\\\\\u0041".repeat(20_000)))
                .with(["--exchanges"])
        },
        ..Case::PLAIN
    },
    body!(
        "odd-types",
        "has the wrong type everywhere",
        &["A list answer has a number that is no JSON integer"],
        r#"{"schemas":{"a":[1]},"totalResults":[],"Resources":{"id":1},"startIndex":"x","itemsPerPage":{},"detail":[],"status":{},"scimType":7}"#
    ),
];
