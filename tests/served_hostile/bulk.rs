//! Bulk requests that are too many, too large, or lead round in a circle. What fails is told of each operation, in an answer of 200.

use serde_json::{Value, json};

use super::case::{Case, Sends, Sends::*, case};

fn message(operations: &Value) -> Vec<u8> {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations})
        .to_string()
        .into_bytes()
}

const fn bulk(body: fn() -> Vec<u8>) -> Sends {
    Made("POST", "/Bulk", body)
}

/// A request with one operation.
macro_rules! one {
    ($($operation:tt)*) => {
        bulk(|| message(&json!([$($operation)*])))
    };
}

/// A group with the groups that were made under these names.
fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|member| json!({"value": format!("bulkId:{member}")})).collect();
    let data =
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name, "members": members});
    json!({"method": "POST", "path": "/Groups", "bulkId": name, "data": data})
}

pub const CASES: &[Case] = &[
    case("an empty object", Json("POST", "/Bulk", "{}"), "400 invalidSyntax"),
    case("an object for the operations", bulk(|| message(&json!({}))), "400 invalidSyntax"),
    case("an operation that is a number", one!(1), "200"),
    case(
        "1,001 operations",
        bulk(|| message(&vec![json!({"method": "DELETE", "path": "/Users/nobody"}); 1001].into())),
        "413",
    ),
    case(
        "more than 1 MB",
        bulk(|| message(&json!([{"method": "POST", "path": "/Users", "data": {"title": "x".repeat(1 << 20)}}]))),
        "413",
    ),
    case(
        "1,000 operations that fail",
        bulk(|| message(&vec![json!({"method": "DELETE", "path": "/Users/nobody"}); 1000].into())),
        "200",
    ),
    case(
        "a failOnErrors of -1",
        Json(
            "POST",
            "/Bulk",
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"failOnErrors":-1,"Operations":[]}"#,
        ),
        "400 invalidValue",
    ),
    case(
        "a failOnErrors of 1.5",
        Json(
            "POST",
            "/Bulk",
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"failOnErrors":1.5,"Operations":[]}"#,
        ),
        "400 invalidValue",
    ),
    case("an operation without a method", one!({"path": "/Users"}), "200"),
    case("a method that nobody knows", one!({"method": "BREW", "path": "/Users"}), "200"),
    case("a bulk request within", one!({"method": "POST", "path": "/Bulk", "bulkId": "a", "data": {}}), "200"),
    case("a path out of the server", one!({"method": "DELETE", "path": "/../../Users/x"}), "200"),
    case("a path to another host", one!({"method": "DELETE", "path": "https://evil.example/Users/x"}), "200"),
    case("a bulkId that nobody has", bulk(|| message(&json!([group("a", &["nobody"])]))), "200"),
    case(
        "one bulkId twice",
        bulk(|| message(&json!([group("a", &["nobody"]), group("a", &["nobody"])]))),
        "400 invalidValue",
    ),
    case("a circle of 300 groups with one member who does not exist", bulk(circle), "200"),
    case("a group of 500 that were not made", bulk(star), "200"),
];

/// Each group has the next, and the last the first and somebody who does not exist: none of them can be made.
fn circle() -> Vec<u8> {
    let name = |number: usize| format!("circle-{}", number % 300);
    let mut groups: Vec<Value> = (0..300).map(|number| group(&name(number), &[&name(number + 1)])).collect();
    groups[299]["data"]["members"].as_array_mut().unwrap().push(json!({"value": "nobody"}));
    message(&groups.into())
}

/// One group that can't be made, and five hundred that all need it and each other.
fn star() -> Vec<u8> {
    let mut groups = vec![group("center", &["nobody"])];
    let names: Vec<String> = (0..20).map(|number| format!("ray-{number}")).collect();
    groups.extend((20..500).map(|number| group(&format!("ray-{number}"), &["center", "ray-0", "ray-1"])));
    groups.extend(names.iter().map(|name| group(name, &["center", "ray-2", "ray-3"])));
    message(&groups.into())
}
