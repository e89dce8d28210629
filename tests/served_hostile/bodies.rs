//! Bodies that are no JSON, or JSON of no resource.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

use super::case::{Case, Sends::*, case};

macro_rules! post {
    ($body:expr) => {
        Json("POST", "/Users", $body)
    };
}

macro_rules! made {
    ($body:expr) => {
        Made("POST", "/Users", $body)
    };
}

/// Somebody new, with this behind the name.
macro_rules! user {
    ($more:literal) => {
        concat!(r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"new""#, $more)
    };
}

pub const CASES: &[Case] = &[
    case("no body", post!(""), "400 invalidSyntax"),
    case("spaces", made!(|| vec![b' '; 1 << 20]), "400 invalidSyntax"),
    case("JSON that is cut off", post!(user!(r#","active":tr"#)), "400 invalidSyntax"),
    case("JSON with more behind it", post!(user!("}{}")), "400 invalidSyntax"),
    case("a comma too many", post!(user!(",}")), "400 invalidSyntax"),
    case("a comment", post!(user!("/* */}")), "400 invalidSyntax"),
    case("NaN", post!(user!(r#","title":NaN}"#)), "400 invalidSyntax"),
    case("a number that no computer knows", post!(user!(r#","title":1e400}"#)), "400 invalidSyntax"),
    case("one name twice in an object", post!(user!(r#","userName":"other"}"#)), "400 invalidSyntax"),
    case(
        "one name twice deep in an object",
        post!(user!(r#","name":{"givenName":"a","givenName":"b"}}"#)),
        "400 invalidSyntax",
    ),
    case("one name twice, in other letters", post!(user!(r#","USERNAME":"other"}"#)), "400 invalidSyntax"),
    case("one name twice, once escaped", post!(user!(r#","user\u004eame":"other"}"#)), "400 invalidSyntax"),
    case("bytes that are no UTF-8", made!(|| b"{\"userName\":\"\xff\xfe\"}".to_vec()), "400 invalidSyntax"),
    case("half a character of UTF-16", post!(user!(r#","title":"\ud800"}"#)), "400 invalidSyntax"),
    case("a byte order mark", made!(|| b"\xef\xbb\xbf{\"userName\":\"new\"}".to_vec()), "400 invalidSyntax"),
    case(
        "UTF-16",
        made!(|| "{\"userName\":\"new\"}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        "400 invalidSyntax",
    ),
    case("NUL bytes", made!(|| vec![0; 1000]), "400 invalidSyntax"),
    case("NUL within a text", made!(|| b"{\"userName\":\"a\0b\"}".to_vec()), "400 invalidSyntax"),
    case("lists 100,000 deep", made!(|| b"[".repeat(100_000)), "400 invalidSyntax"),
    case("objects 100,000 deep", made!(|| br#"{"name":"#.repeat(100_000)), "400 invalidSyntax"),
    case("lists as deep as they are read", made!(|| deep(120)), "400 invalidValue"),
    case("null", post!("null"), "400 invalidSyntax"),
    case("a number", post!("1"), "400 invalidSyntax"),
    case("a text", post!("\"new\""), "400 invalidSyntax"),
    case("a list", post!("[{}]"), "400 invalidSyntax"),
    case("an empty object", post!("{}"), "400 invalidValue"),
    case("a million empty lists", made!(|| list(b"[]", 1_000_000)), "413"),
    case("a hundred thousand objects", made!(|| list(br#"{"":0}"#, 110_000)), "413"),
    case("4 MB and a byte", made!(|| vec![b' '; (4 << 20) + 1]), "413"),
    case("gzip", made!(gzip), "400 invalidSyntax"),
    case("a form", post!("userName=new"), "400 invalidSyntax"),
    case("XML", post!("<user><userName>new</userName></user>"), "400 invalidSyntax"),
    case("a text for schemas", post!(r#"{"schemas":"x","userName":"new"}"#), "400 invalidValue"),
    case(
        "the schema of a group",
        post!(r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"userName":"new"}"#),
        "400 invalidValue",
    ),
    case(
        "a userName of spaces",
        post!(r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"  "}"#),
        "400 invalidValue",
    ),
    case(
        "a userName that is an object",
        post!(r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":{"x":1}}"#),
        "400 invalidValue",
    ),
    case("a number for active", post!(user!(r#","active":7}"#)), "400 invalidValue"),
    case("a text for emails", post!(user!(r#","emails":"x"}"#)), "400 invalidValue"),
    case("a list of lists for emails", post!(user!(r#","emails":[[[]]]}"#)), "400 invalidValue"),
    case(
        "two primary emails",
        post!(user!(r#","emails":[{"value":"a@b.example","primary":true},{"value":"c@b.example","primary":true}]}"#)),
        "400 invalidValue",
    ),
    case(
        "a member who does not exist",
        Json(
            "POST",
            "/Groups",
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"new","members":[{"value":"<nobody>"}]}"#,
        ),
        "400 invalidValue",
    ),
    case("a PUT of nothing", Json("PUT", "/Users/{user}", "{}"), "400 invalidValue"),
    case("a PUT of nobody", Json("PUT", "/Users/nobody", r#"{"userName":"new"}"#), "404"),
    case("a PUT of a list", Json("PUT", "/Users/{user}", "[]"), "400 invalidSyntax"),
    case(
        "an If-Match of a megabyte's beginning",
        Text(
            "PUT /scim/v2/Users/{user} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nIf-Match: W/\"\"\"\"\", ,,, W/\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        ),
        "412",
    ),
    case("a GET with a body", Json("GET", "/Users/{user}", "{oops"), "200"),
];

fn deep(levels: usize) -> Vec<u8> {
    format!(
        r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"new","name":{}{}}}"#,
        "[".repeat(levels),
        "]".repeat(levels)
    )
    .into_bytes()
}

fn list(element: &[u8], count: usize) -> Vec<u8> {
    let mut elements = vec![element; count].join(&b',');
    elements.insert(0, b'[');
    elements.push(b']');
    elements
}

fn gzip() -> Vec<u8> {
    let mut pack = GzEncoder::new(Vec::new(), Compression::fast());
    pack.write_all(br#"{"userName":"new"}"#).unwrap();
    pack.finish().unwrap()
}
