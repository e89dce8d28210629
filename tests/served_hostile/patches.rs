//! PATCH with operations, paths and values that lead nowhere.

use serde_json::{Value, json};

use super::case::{Case, Sends::*, case};

fn message(operations: &Value) -> Vec<u8> {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
        .to_string()
        .into_bytes()
}

macro_rules! user {
    ($($operation:tt)*) => {
        Patched("/Users/{user}", || message(&json!([$($operation)*])))
    };
}

macro_rules! group {
    ($($operation:tt)*) => {
        Patched("/Groups/{group}", || message(&json!([$($operation)*])))
    };
}

/// A PATCH with a made body.
#[allow(non_snake_case, reason = "it stands among the kinds of requests")]
const fn Patched(target: &'static str, body: fn() -> Vec<u8>) -> super::case::Sends {
    Made("PATCH", target, body)
}

pub const CASES: &[Case] = &[
    case("an empty object", Json("PATCH", "/Users/{user}", "{}"), "400 invalidSyntax"),
    case("a list", Json("PATCH", "/Users/{user}", "[]"), "400 invalidSyntax"),
    case("no operations", user!(), "400 invalidSyntax"),
    case(
        "an object for the operations",
        Patched("/Users/{user}", || message(&json!({"op": "add"}))),
        "400 invalidSyntax",
    ),
    case("an operation that is a text", user!("replace"), "400 invalidSyntax"),
    case("an operation without op", user!({"path": "title", "value": "x"}), "400 invalidSyntax"),
    case("an op that nobody knows", user!({"op": "destroy", "path": "title"}), "400 invalidSyntax"),
    case("an op that is a number", user!({"op": 1, "path": "title"}), "400 invalidSyntax"),
    case("an op in a list", user!({"op": ["add"], "path": "title", "value": "x"}), "400 invalidSyntax"),
    case("a path that is a number", user!({"op": "add", "path": 1, "value": "x"}), "400 invalidPath"),
    case("an empty path", user!({"op": "add", "path": "", "value": "x"}), "400 invalidValue"),
    case("a path of brackets", user!({"op": "add", "path": "[[[", "value": "x"}), "400 invalidPath"),
    case("a path of 100 kB", user!({"op": "add", "path": "x".repeat(100_000), "value": "x"}), "400 invalidPath"),
    case("a path of 50,000 dots", user!({"op": "add", "path": "a.".repeat(50_000), "value": "x"}), "400 invalidPath"),
    case(
        "a path of 50,000 brackets",
        user!({"op": "add", "path": "emails[".repeat(50_000), "value": "x"}),
        "400 invalidPath",
    ),
    case(
        "a path with a filter of 50,000 parentheses",
        user!({"op": "add", "path": format!("emails[{}", "(".repeat(50_000)), "value": "x"}),
        "400 invalidPath",
    ),
    case(
        "a path that does not end",
        user!({"op": "replace", "path": "emails[type eq \"work\"", "value": "x"}),
        "400 invalidPath",
    ),
    case(
        "a path with a broken filter",
        user!({"op": "replace", "path": "emails[type like 1].value", "value": "x"}),
        "400 invalidPath",
    ),
    case(
        "a path that filters what has one value",
        user!({"op": "replace", "path": "userName[value eq \"a\"]", "value": "x"}),
        "400 invalidPath",
    ),
    case("a path to an unknown attribute", user!({"op": "add", "path": "shoeSize", "value": 1}), "400 invalidPath"),
    case("the path __proto__", user!({"op": "add", "path": "__proto__.admin", "value": true}), "400 invalidPath"),
    case("a path with NUL", user!({"op": "add", "path": "title\0", "value": "x"}), "400 invalidPath"),
    case("a path of JSON Pointer", user!({"op": "add", "path": "/title", "value": "x"}), "400 invalidPath"),
    case("a path to half a URN", user!({"op": "add", "path": "urn:", "value": "x"}), "400 invalidPath"),
    case("the id", user!({"op": "replace", "path": "id", "value": "x"}), "400 mutability"),
    case("the groups of a user", user!({"op": "add", "path": "groups", "value": [{"value": "x"}]}), "400 mutability"),
    case("a userName that is taken away", user!({"op": "remove", "path": "userName"}), "400 mutability"),
    case("a userName of null", user!({"op": "replace", "path": "userName", "value": null}), "400 mutability"),
    case("an add without a value", user!({"op": "add", "path": "title"}), "400 invalidValue"),
    case("a remove without a path", user!({"op": "remove"}), "400 noTarget"),
    case(
        "a value that is a list of lists",
        user!({"op": "add", "path": "emails", "value": [[[[]]]]}),
        "400 invalidValue",
    ),
    case("a number for active", user!({"op": "replace", "path": "active", "value": 7}), "400 invalidValue"),
    case("a text without a path", user!({"op": "replace", "value": "x"}), "400 invalidValue"),
    case(
        "a good operation before a bad one",
        user!({"op": "replace", "path": "title", "value": "x"}, {"op": "add", "path": "[", "value": "x"}),
        "400 invalidPath",
    ),
    case("40,000 operations, the last of them bad", Patched("/Users/{user}", many), "400 invalidPath"),
    case("500,000 operations", Patched("/Users/{user}", || [b"[".as_slice(), &b"{},".repeat(500_000)].concat()), "413"),
    case("10,000 members who do not exist", Patched("/Groups/{group}", strangers), "400 invalidValue"),
    case(
        "a group that is its own member, by a number",
        group!({"op": "add", "path": "members", "value": [{"value": 1}]}),
        "400 invalidValue",
    ),
    case("members of null", group!({"op": "add", "path": "members", "value": [null]}), "200"),
    case("a member without a value", group!({"op": "add", "path": "members", "value": [{}]}), "200"),
    case("a member who is a text", group!({"op": "add", "path": "members", "value": "everybody"}), "400 invalidValue"),
];

fn many() -> Vec<u8> {
    let mut operations = vec![json!({"op": "replace", "path": "title", "value": "x"}); 40_000];
    operations.push(json!({"op": "add", "path": "[", "value": "x"}));
    message(&operations.into())
}

fn strangers() -> Vec<u8> {
    let members: Vec<Value> = (0..10_000).map(|number| json!({"value": format!("nobody-{number}")})).collect();
    message(&json!([{"op": "add", "path": "members", "value": members}]))
}
