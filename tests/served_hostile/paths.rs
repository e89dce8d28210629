//! Paths that lead elsewhere: never to a file, never to another resource.

use super::case::{Case, Sends::*, case};

macro_rules! whole {
    ($target:literal) => {
        Text(concat!("GET ", $target, " HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"))
    };
}

pub const CASES: &[Case] = &[
    case("`/scim/v2/../../etc/passwd`", whole!("/scim/v2/../../etc/passwd"), "404"),
    case("`/etc/passwd`", whole!("/etc/passwd"), "404"),
    case("`//etc/passwd`", whole!("//etc/passwd"), "404"),
    case("`/scim/v2/../v2/Users`", Get("/../v2/Users"), "404"),
    case("`/scim/v2/./Users`", Get("/./Users"), "404"),
    case("`/scim/v2/%2e%2e/v2/Users`", Get("/%2e%2e/v2/Users"), "404"),
    case("`/scim/v2/%2e%2e%2f%2e%2e%2fetc%2fpasswd`", Get("/%2e%2e%2f%2e%2e%2fetc%2fpasswd"), "404"),
    case("`/scim/v2\\..\\..\\etc\\passwd`", Get("\\..\\..\\etc\\passwd"), "404"),
    case("`/scim/v2/Users/%5c..%5cGroups`", Get("/Users/%5c..%5cGroups"), "404"),
    case("`/scim/v2%2fUsers`", whole!("/scim/v2%2fUsers"), "404"),
    case("`/scim/v2Users`", whole!("/scim/v2Users"), "404"),
    case("`/SCIM/V2/Users`", whole!("/SCIM/V2/Users"), "404"),
    case("`/scim/v1/Users`", whole!("/scim/v1/Users"), "404"),
    case("`/users` in small letters", Get("/users"), "404"),
    case("`/Users/..`", Get("/Users/.."), "404"),
    case("`/Users/%2e%2e`", Get("/Users/%2e%2e"), "404"),
    case("`/Users/%2e%2e/Groups`", Get("/Users/%2e%2e/Groups"), "404"),
    case("`/Users/../Groups`, to be deleted", Json("DELETE", "/Users/../Groups/{group}", ""), "404"),
    case("an id with an encoded slash", Get("/Users/x%2F{user}"), "404"),
    case("an id that is a path, encoded", Get("/Groups/%2e%2e%2fUsers%2f{user}"), "404"),
    case("the id of a user as that of a group", Get("/Groups/{user}"), "404"),
    case("the id of a group as that of a user, to be deleted", Json("DELETE", "/Users/{group}", ""), "404"),
    case("an id with NUL behind it", Get("/Users/{user}%00"), "404"),
    case("an id with a line end behind it", Get("/Users/{user}%0d%0aX-Evil:%201"), "404"),
    case("an id with a space behind it", Get("/Users/{user}%20"), "404"),
    case("an id with `;v=1` behind it", Get("/Users/{user};v=1"), "404"),
    case("an id with a path behind it", Get("/Users/{user}/emails"), "404"),
    case("an id in brackets", Get("/Users/[{user}]"), "404"),
    case("an id with quotes", Get("/Users/%22%20or%20%221%22=%221"), "404"),
    case("an id with SQL in it", Get("/Users/x';DROP%20TABLE%20resource;--"), "404"),
    case("an id with markup", Get("/Users/%3Cscript%3Ealert(1)%3C/script%3E"), "404"),
    case("an id with an escape sequence", Get("/Users/%1b%5b2J"), "404"),
    case("an id that is no UTF-8", Get("/Users/%ff%fe"), "404"),
    case("an id in overlong UTF-8", Get("/Users/%c0%ae%c0%ae%c0%af"), "404"),
    case("an id that broken escapes begin", Get("/Users/%"), "404"),
    case("an id with broken escapes", Get("/Users/%zz%1"), "404"),
    case("an id of 50 kB", Bytes(long_id), "404"),
    case("20,000 slashes", Bytes(slashes), "404"),
    case("`/Users/.search` with GET", Get("/Users/.search"), "405"),
    case("`/Me/..`", Get("/Me/.."), "404"),
    case("an unknown schema", Get("/Schemas/..%2f..%2fetc%2fpasswd"), "404"),
    case("a slash at the end", Get("/Users/{user}/"), "200"),
    case("two slashes in a row", Get("//Users//{user}"), "200"),
    case("a part of the page without its key", whole!("/live/state?kind=User"), "403, as text"),
    case("`/live/../scim/v2/Users`", whole!("/live/../scim/v2/Users"), "403, as text"),
];

fn request(target: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: {{host}}\r\nAuthorization: Bearer {{token}}\r\n\r\n").into_bytes()
}

fn long_id() -> Vec<u8> {
    request(&format!("/scim/v2/Users/{}", "x".repeat(50_000)))
}

fn slashes() -> Vec<u8> {
    request(&format!("/scim/v2/Users{}x/y", "/".repeat(20_000)))
}
