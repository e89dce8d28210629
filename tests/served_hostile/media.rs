//! Bodies of other types and codings, and credentials of wild kinds.

use super::case::{Case, Sends::*, case};

macro_rules! authorized {
    ($headers:literal) => {
        Headers(concat!("Host: {host}\r\nAuthorization: Bearer {token}\r\n", $headers))
    };
}

macro_rules! credentials {
    ($lines:literal) => {
        Text(concat!("GET /scim/v2/Users HTTP/1.1\r\nHost: {host}\r\n", $lines, "\r\n"))
    };
}

pub const CASES: &[Case] = &[
    case("JSON without a Content-Type", authorized!(""), "415"),
    case("JSON as text", authorized!("Content-Type: text/plain\r\n"), "415"),
    case("JSON as a form", authorized!("Content-Type: application/x-www-form-urlencoded\r\n"), "415"),
    case("JSON as parts of a form", authorized!("Content-Type: multipart/form-data; boundary=x\r\n"), "415"),
    case("JSON as XML", authorized!("Content-Type: application/xml\r\n"), "415"),
    case("a Content-Type of nothing", authorized!("Content-Type: \r\n"), "415"),
    case("a Content-Type of signs", authorized!("Content-Type: ;;;///\r\n"), "415"),
    case("two Content-Types", authorized!("Content-Type: text/plain\r\nContent-Type: application/json\r\n"), "415"),
    case(
        "a body that says it is gzip",
        authorized!("Content-Type: application/json\r\nContent-Encoding: gzip\r\n"),
        "415",
    ),
    case("a body that says it is br", authorized!("Content-Type: application/json\r\nContent-Encoding: br\r\n"), "415"),
    case("JSON, and HTML is to come", authorized!("Content-Type: application/json\r\nAccept: text/html\r\n"), "406"),
    case("no credentials", credentials!(""), "401"),
    case("credentials of nothing", credentials!("Authorization: \r\n"), "401"),
    case("a scheme without credentials", credentials!("Authorization: Bearer\r\n"), "401"),
    case("a token without a scheme", credentials!("Authorization: {token}\r\n"), "401"),
    case("a token with more behind it", credentials!("Authorization: Bearer {token} x\r\n"), "401"),
    case("two tokens in one line", credentials!("Authorization: Bearer {token}, Bearer x\r\n"), "401"),
    case(
        "two lines of credentials",
        credentials!("Authorization: Bearer {token}\r\nAuthorization: Bearer x\r\n"),
        "401",
    ),
    case("a token in quotes", credentials!("Authorization: Bearer \"{token}\"\r\n"), "401"),
    case("Basic without base64", credentials!("Authorization: Basic !!!\r\n"), "401"),
    case("Basic without a colon", credentials!("Authorization: Basic bm9ib2R5\r\n"), "401"),
    case("Basic that is no UTF-8", credentials!("Authorization: Basic //46//4=\r\n"), "401"),
    case("Basic of empty name and password", credentials!("Authorization: Basic Og==\r\n"), "401"),
    case("Digest", credentials!("Authorization: Digest username=\"\\\"\", uri=\"/\"\r\n"), "401"),
    case("Negotiate", credentials!("Authorization: Negotiate TlRMTVNTUAABAAAA\r\n"), "401"),
    case(
        "credentials that are no UTF-8",
        Bytes(|| b"GET /scim/v2/Users HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \xff\xfe\r\n\r\n".to_vec()),
        "401",
    ),
    case(
        "a token of 50 kB",
        Bytes(|| {
            [
                b"GET /scim/v2/Users HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ".as_slice(),
                &b"x".repeat(50_000),
                b"\r\n\r\n",
            ]
            .concat()
        }),
        "401",
    ),
    case(
        "the token in the target",
        Text("GET /scim/v2/Users?access_token={token} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        "401",
    ),
    case(
        "a body without end and without credentials",
        Text("POST /scim/v2/Users HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4000000\r\n\r\n"),
        "401",
    ),
];
