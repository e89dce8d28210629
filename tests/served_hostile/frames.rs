//! What is no HTTP, or HTTP of two meanings.

use super::case::{Case, Sends::*, case};

const MEGABYTES: usize = 10 << 20;

/// A GET of a list with these bytes among its headers.
fn with(header: &[u8]) -> Vec<u8> {
    let head = b"GET /scim/v2/Users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer served-token-8a9b0c1d2e3f\r\n";
    [head, header, b"\r\n"].concat()
}

/// A POST of somebody new, with this in place of Content-Length.
macro_rules! post {
    ($frame:literal) => {
        concat!(
            "POST /scim/v2/Users HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n",
            "Content-Type: application/scim+json\r\n",
            $frame
        )
    };
}

/// A GET of a list whose first line ends so.
macro_rules! get {
    ($rest:literal) => {
        concat!("GET ", $rest, "Host: {host}\r\nAuthorization: Bearer {token}\r\n\r\n")
    };
}

pub const CASES: &[Case] = &[
    case("a TLS handshake", Bytes(|| b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".repeat(9)), "400, without a body"),
    case("the greeting of SSH", Text("SSH-2.0-OpenSSH_9.6\r\n"), "400, without a body"),
    case("zeros", Bytes(|| vec![0; 4096]), "400, without a body"),
    case("a request of HTTP/0.9", Text("GET /scim/v2/Users\r\n"), "400, without a body"),
    case("the preface of HTTP/2", Text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "the connection ends"),
    case("HTTP/3.0 as version", Text(get!("/scim/v2/Users HTTP/3.0\r\n")), "400, without a body"),
    case("a line without a target", Text("GET HTTP/1.1\r\n\r\n"), "400, without a body"),
    case("a line with a space too many", Text(get!("/scim/v2/Users  HTTP/1.1\r\n")), "400, without a body"),
    case("an escape sequence as method", Text("\u{1b}[2J / HTTP/1.1\r\n\r\n"), "400, without a body"),
    case("a method of 10 MB", Bytes(|| b"G".repeat(MEGABYTES)), "431, without a body"),
    case("a line of 10 MB", Bytes(|| [b"GET /".as_slice(), &b"x".repeat(MEGABYTES)].concat()), "431, without a body"),
    case(
        "a target of 60 kB",
        Bytes(|| {
            format!("GET /{} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {{token}}\r\n\r\n", "x".repeat(60_000))
                .into_bytes()
        }),
        "404",
    ),
    case("headers of 10 MB", Bytes(|| with(&b"X-More: and more\r\n".repeat(MEGABYTES / 18))), "431, without a body"),
    case(
        "a header of 10 MB",
        Bytes(|| with(&[b"X-More: ".as_slice(), &b"x".repeat(MEGABYTES), b"\r\n"].concat())),
        "431, without a body",
    ),
    case("101 headers", Bytes(|| with(&b"X-More: 1\r\n".repeat(101))), "431, without a body"),
    case("a header without a colon", Bytes(|| with(b"X-More\r\n")), "400, without a body"),
    case("a header without a name", Bytes(|| with(b": more\r\n")), "400, without a body"),
    case("a space in the name of a header", Bytes(|| with(b"X More: 1\r\n")), "400, without a body"),
    case("a control byte in the name of a header", Bytes(|| with(b"X\x1bMore: 1\r\n")), "400, without a body"),
    case("NUL in a header", Bytes(|| with(b"X-More: a\0b\r\n")), "400, without a body"),
    case("a lone carriage return in a header", Bytes(|| with(b"X-More: a\rb\r\n")), "400, without a body"),
    case("an escape sequence in a header", Bytes(|| with(b"X-More: \x1b[2J\r\n")), "400, without a body"),
    case("a header over two lines", Bytes(|| with(b"X-More: a\r\n b\r\n")), "400, without a body"),
    case("a header that is no UTF-8", Bytes(|| with(b"X-More: \xff\xfe\r\n")), "200"),
    case("no Host", Text("GET /scim/v2/Users HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\r\n"), "400"),
    case("two Hosts", Bytes(|| with(b"Host: evil.example\r\n")), "400"),
    case("a Host that is none", Text("GET /scim/v2/Users HTTP/1.1\r\nHost: a b<c>\r\n\r\n"), "401"),
    case("a target with another host", Text(get!("http://evil.example/scim/v2/Users HTTP/1.1\r\n")), "200"),
    case("a target with another scheme", Text(get!("ftp://evil.example/scim/v2/Users HTTP/1.1\r\n")), "200"),
    case("a host and port as target", Text(get!("evil.example:443 HTTP/1.1\r\n")), "404"),
    case("CONNECT", Text("CONNECT evil.example:443 HTTP/1.1\r\nHost: {host}\r\n\r\n"), "401"),
    case("OPTIONS of *", Text("OPTIONS * HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"), "404"),
    case(
        "TRACE",
        Text("TRACE /scim/v2/Users HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"),
        "405",
    ),
    case(
        "get in small letters",
        Text("get /scim/v2/Users HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"),
        "405",
    ),
    case(
        "a target that is no UTF-8",
        Bytes(|| b"GET /scim/v2/Users/\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n".to_vec()),
        "400, without a body",
    ),
    case("NUL in the target", Text(get!("/scim/v2/Users/a\0b HTTP/1.1\r\n")), "400, without a body"),
    case("markup in the target", Text(get!("/scim/v2/Users/<script> HTTP/1.1\r\n")), "400, without a body"),
    case(
        "an upgrade to HTTP/2",
        Bytes(|| with(b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n")),
        "200",
    ),
    case(
        "an upgrade to a web socket",
        Bytes(|| with(b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAA\r\n")),
        "200",
    ),
    case(
        "two different Content-Lengths",
        Text(post!("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x")),
        "400, without a body",
    ),
    case("two Content-Lengths in one line", Text(post!("Content-Length: 2, 3\r\n\r\n{}x")), "400, without a body"),
    case("a Content-Length of -1", Text(post!("Content-Length: -1\r\n\r\n{}")), "400, without a body"),
    case("a Content-Length of +2", Text(post!("Content-Length: +2\r\n\r\n{}")), "400, without a body"),
    case(
        "a Content-Length of 30 digits",
        Text(post!("Content-Length: 999999999999999999999999999999\r\n\r\n{}")),
        "400, without a body",
    ),
    case("a Content-Length of 16 exabytes", Text(post!("Content-Length: 18446744073709551613\r\n\r\n{}")), "413"),
    case("a Content-Length that is no number", Text(post!("Content-Length: two\r\n\r\n{}")), "400, without a body"),
    case(
        "a Content-Length and chunks at once",
        Text(post!("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")),
        "400 invalidValue",
    ),
    case(
        "a coding of the message that nobody knows",
        Text(post!("Transfer-Encoding: brotli\r\n\r\n{}")),
        "400, without a body",
    ),
    case(
        "chunks that are packed",
        Text(post!("Transfer-Encoding: chunked, gzip\r\n\r\n2\r\n{}\r\n0\r\n\r\n")),
        "400, without a body",
    ),
    case(
        "chunks in HTTP/1.0",
        Text("POST /scim/v2/Users HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
        "400, without a body",
    ),
    case(
        "a chunk whose length is no number",
        Text(post!("Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n")),
        "400 invalidSyntax",
    ),
    case(
        "a chunk whose length is negative",
        Text(post!("Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n")),
        "400 invalidSyntax",
    ),
    case(
        "a chunk of 2^80 bytes",
        Text(post!("Transfer-Encoding: chunked\r\n\r\n100000000000000000000\r\n{}\r\n0\r\n\r\n")),
        "400 invalidSyntax",
    ),
    case(
        "a chunk that is longer than it says",
        Text(post!("Transfer-Encoding: chunked\r\n\r\n2\r\n{}{}{}\r\n0\r\n\r\n")),
        "400 invalidSyntax",
    ),
    case(
        "a chunk with an extension of 1 MB",
        Bytes(|| [post!("Transfer-Encoding: chunked\r\n\r\n2;").as_bytes(), &b"x".repeat(1 << 20)].concat()),
        "400 invalidSyntax",
    ),
    case(
        "trailers of 1 MB",
        Bytes(|| {
            [post!("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n").as_bytes(), &b"X-More: 1\r\n".repeat(100_000)]
                .concat()
        }),
        "400 invalidSyntax",
    ),
    case("chunks without end", Text(post!("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")), "408"),
    case("a body that is shorter than its Content-Length", Text(post!("Content-Length: 3\r\n\r\n{}")), "408"),
    case("a body that is shorter, and the end", Half(post!("Content-Length: 3\r\n\r\n{}")), "400 invalidSyntax"),
    case(
        "a body that is longer than its Content-Length",
        Text(post!("Content-Length: 2\r\n\r\n{}{}{}{}{}")),
        "400 invalidValue",
    ),
    case(
        "Expect: 100-continue and then nothing",
        Text(post!("Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")),
        "408",
    ),
    case("Expect: 100-continue without a body", Bytes(|| with(b"Expect: 100-continue\r\n")), "200"),
    case("Expect: a miracle", Bytes(|| with(b"Expect: a-miracle\r\n")), "200"),
    case("half a head, and the end", Half("GET /scim/v2/Users HTTP/1.1\r\nHost: "), "the connection ends"),
    case("half a head, and nothing more", Text("GET /scim/v2/Users HTTP/1.1\r\nHost: "), "the connection ends"),
    case("nothing", Text(""), "the connection ends"),
    case("a thousand requests at once", Bytes(|| with(b"").repeat(1000)), "200"),
];
