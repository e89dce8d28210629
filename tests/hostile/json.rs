//! Bodies that are no text, no JSON, or not the JSON that is due.

use super::{case::Case, stage::Hostile};

/// After the first look, answers with this body.
fn body(bytes: impl Into<Vec<u8>>) -> Hostile {
    of_type("application/scim+json", bytes)
}

fn of_type(media: &str, bytes: impl Into<Vec<u8>>) -> Hostile {
    let bytes = bytes.into();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\r\n", bytes.len());
    Hostile::bytes([head.into_bytes(), bytes].concat())
}

const LIST: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}"#;

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
    body!("not-utf8", "sends bytes that are no UTF-8", &["?"], b"{\"totalResults\":0,\"x\":\"\xff\xfe\xc3\x28\"}".to_vec()),
    body!("bom", "sends a byte order mark before the JSON", &["?"], format!("\u{feff}{LIST}")),
    body!("utf16", "sends UTF-16", &["?"], utf16(LIST)),
    Case { name: "latin1", does: "sends Latin-1 and says so", says: &["?"], target: || of_type("application/scim+json; charset=iso-8859-1", b"{\"totalResults\":0,\"Resources\":[],\"x\":\"J\xf6rg\"}".to_vec()), ..Case::PLAIN },
    body!("nul", "sends NUL bytes", &["?"], vec![0; 100]),
    body!("nul-in-json", "has NUL within the JSON", &["?"], LIST.replace(':', ":\0")),
    body!("terminal", "sends escape sequences instead of JSON", &["?"], "\u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}[31m\u{202e}"),
    body!("html", "sends a page of HTML as JSON", &["?"], "<!doctype html><script>alert(1)</script>"),
    body!("truncated", "sends JSON that is cut off", &["?"], &LIST[..LIST.len() - 3]),
    body!("more-behind", "sends JSON with more behind it", &["?"], format!("{LIST}{LIST}")),
    body!("duplicate-keys", "has every member twice", &["?"], r#"{"totalResults":1,"totalResults":0,"Resources":[{}],"Resources":[],"schemas":[],"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}"#),
    body!("1e400", "has a number that no computer knows", &["?"], LIST.replace(":0", ":1e400")),
    body!("deep", "nests JSON 100,000 deep", &["?"], format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))),
    body!("deep-objects", "nests objects 100,000 deep", &["?"], format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000))),
    body!("deep-enough", "nests JSON as deep as it is read", &["?"], format!("{{\"Resources\":{}{}}}", "[".repeat(120), "]".repeat(120))),
    body!("null", "answers null", &["?"], "null"),
    body!("number", "answers a number", &["?"], "42"),
    body!("string", "answers a text", &["?"], "\"fine\""),
    body!("true", "answers true", &["?"], "true"),
    body!("array", "answers a list where an object is due", &["?"], "[{\"id\":\"1\"},{\"id\":\"2\"}]"),
    body!("empty", "answers an empty body", &["?"], ""),
    body!("empty-object", "answers an empty object", &["?"], "{}"),
    body!("spaces", "sends a megabyte of spaces", &["?"], " ".repeat(1 << 20)),
    body!("crowded", "sends a million empty lists", &["?"], format!("{{\"Resources\":[{}0]}}", "[],".repeat(1_000_000))),
    body!("many-people", "lists 20,000 people where two are asked for", &["?"], format!("{{\"totalResults\":0,\"Resources\":[{}{{}}]}}", "{\"id\":1},".repeat(19_999))),
    body!("names-of-a-megabyte", "has members with names of a megabyte", &["?"], format!("{{\"{}\":1,\"schemas\":[\"{}\"]}}", "n".repeat(1 << 20), "s".repeat(1 << 20))),
    body!("odd-types", "has the wrong type everywhere", &["?"], r#"{"schemas":{"a":[1]},"totalResults":[],"Resources":{"id":1},"startIndex":"x","itemsPerPage":{},"detail":[],"status":{},"scimType":7}"#),
];
