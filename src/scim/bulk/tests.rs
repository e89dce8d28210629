use serde_json::json;

use super::*;
use crate::scim::ScimType;

fn read(operations: Value) -> Vec<BulkOperation> {
    let body = json!({"schemas": [urn::BULK_REQUEST], "Operations": operations});
    parse(body.as_object().unwrap()).unwrap().operations
}

fn group(bulk_id: &str, member: &str) -> Value {
    json!({"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": {"members": [{"value": member}]}})
}

#[test]
fn references_are_found_where_they_may_stand() {
    let data = json!({
        "description": "see \"bulkId:nobody\" and x/bulkId:nobody",
        "urn:x": {"manager": {"value": "bulkId:a", "$ref": "../Users/bulkId:b"}},
        "Operations": [{"path": "members[value eq \"bulkId:c\" or value eq \"bulkId:a\"]", "value": ["bulkId:d"]}]
    });
    let operation = BulkOperation {
        path: vec!["Users".to_owned(), "bulkId:e".to_owned()],
        data: Some(data.clone()),
        ..BulkOperation::default()
    };
    assert_eq!(references::of(&operation), ["e", "a", "b", "c", "a", "d"]);
    let ids = |id: &str| Some(if id == "a" { "longer than a" } else { "7" });
    assert_eq!(
        resolve(&data, &ids),
        json!({
            "description": "see \"bulkId:nobody\" and x/bulkId:nobody",
            "urn:x": {"manager": {"value": "longer than a", "$ref": "../Users/7"}},
            "Operations": [{"path": "members[value eq \"7\" or value eq \"longer than a\"]", "value": ["7"]}]
        })
    );
}

#[test]
fn what_is_not_known_yet_is_left_out() {
    let data = json!({
        "displayName": "Group A", "manager": {"value": "bulkId:late"},
        "members": [{"type": "Group", "value": "bulkId:late"}, {"type": "User", "value": "bulkId:there"}, "bulkId:late"]
    });
    let ids = |id: &str| (id == "there").then_some("1");
    assert_eq!(
        resolve(&data, &ids),
        json!({"displayName": "Group A", "manager": {}, "members": [{"type": "User", "value": "1"}]})
    );
}

#[test]
fn operations_are_linked_by_their_places() {
    let operations = read(json!([group("a", "bulkId:b"), group("b", "7"), group("c", "bulkId:b")]));
    let depends: Vec<&[usize]> = operations.iter().map(|o| o.depends.as_slice()).collect();
    assert_eq!(depends, [&[1][..], &[], &[1]]);
    // Only a POST creates something to refer to.
    let operations = read(json!([
        {"method": "DELETE", "path": "/Users/7", "bulkId": "gone"}, group("a", "bulkId:gone"), group("b", "bulkId:x")
    ]));
    assert!(operations[0].flaw.is_none());
    for at in [1, 2] {
        assert_eq!(operations[at].flaw.as_ref().unwrap().scim_type, Some(ScimType::InvalidValue));
    }
}

#[test]
fn the_order_is_the_clients_as_far_as_it_can_be() {
    use Step::{Complete, Perform};
    assert_eq!(plan(&[&[], &[], &[0]]), [Perform(0), Perform(1), Perform(2)]);
    assert_eq!(plan(&[&[3], &[], &[0], &[]]), [Perform(3), Perform(0), Perform(1), Perform(2)]);
    assert_eq!(plan(&[&[1], &[0], &[0]]), [Perform(1), Perform(0), Complete(1), Perform(2)]);
    assert_eq!(plan(&[&[0]]), [Perform(0), Complete(0)]);
    assert_eq!(plan(&[&[1], &[2], &[0, 1]]), [Perform(2), Perform(1), Perform(0), Complete(2)]);
    let chain: Vec<Vec<usize>> = (0..50_000).map(|at| vec![at + 1]).chain([vec![]]).collect();
    let chain: Vec<&[usize]> = chain.iter().map(Vec::as_slice).collect();
    assert_eq!(plan(&chain).first(), Some(&Perform(50_000)));
}

#[test]
fn a_flaw_is_a_matter_of_one_operation() {
    let operations = read(json!([
        7, {}, {"method": "GET", "path": "/Users/1"}, {"method": "POST", "path": "/Users", "data": {}},
        {"method": "PUT", "path": "/Users/1"}, {"method": "DELETE"}, {"method": "DELETE", "path": 7},
        {"method": "DELETE", "path": "/Users/1", "version": 7}, {"METHOD": "DELETE", "path": "/Users/a%2Fb/"}
    ]));
    let (last, flawed) = operations.split_last().unwrap();
    for operation in flawed {
        assert_eq!(operation.flaw.as_ref().unwrap().scim_type, Some(ScimType::InvalidSyntax), "{operation:?}");
    }
    assert_eq!((last.flaw.as_ref(), last.path.as_slice()), (None, &["Users".to_owned(), "a/b".to_owned()][..]));
}

#[test]
fn messages_are_checked() {
    let delete = json!([{"method": "DELETE", "path": "/Users/1", "bulkId": "a"}]);
    let twice = json!([delete[0], delete[0]]);
    for (body, kind) in [
        (json!({"Operations": delete}), ScimType::InvalidSyntax),
        (json!({"schemas": [urn::BULK_REQUEST]}), ScimType::InvalidSyntax),
        (json!({"schemas": [urn::BULK_REQUEST], "Operations": []}), ScimType::InvalidSyntax),
        (json!({"schemas": [urn::BULK_REQUEST], "Operations": twice}), ScimType::InvalidValue),
        (json!({"schemas": [urn::BULK_REQUEST], "Operations": delete, "failOnErrors": 0}), ScimType::InvalidValue),
        (json!({"schemas": [urn::BULK_REQUEST], "Operations": delete, "failOnErrors": "1"}), ScimType::InvalidValue),
    ] {
        assert_eq!(parse(body.as_object().unwrap()).unwrap_err().scim_type, Some(kind), "{body}");
    }
}
