mod examples;
mod properties;
mod rules;

use serde_json::json;

use super::*;
use crate::scim::schema::{GROUP, USER};
use crate::scim::urn::ENTERPRISE_USER;

fn body(operations: Value) -> Map<String, Value> {
    Map::from_iter([("schemas".to_owned(), json!([urn::PATCH_OP])), ("Operations".to_owned(), operations)])
}

fn patch(
    resource: &Value,
    operations: Value,
    schema: &ResourceSchema,
    leniency: Leniency,
) -> Result<Value, PatchError> {
    let operations = parse(&body(operations), leniency)?;
    let mut copy = resource.clone();
    apply(&mut copy, &operations, schema, leniency)?;
    Ok(copy)
}

/// What comes out where every leniency agrees with the letter.
fn strict_and_lenient(before: &Value, operations: Value, schema: &ResourceSchema) -> Result<Value, PatchError> {
    let strict = patch(before, operations.clone(), schema, Leniency::STRICT);
    assert_eq!(patch(before, operations, schema, Leniency::LENIENT), strict);
    strict
}

fn user(operations: Value) -> Result<Value, PatchError> {
    patch(&ada(), operations, &USER, Leniency::LENIENT)
}

fn strict(operations: Value) -> Result<Value, PatchError> {
    patch(&ada(), operations, &USER, Leniency::STRICT)
}

fn kind(result: Result<Value, PatchError>) -> ScimType {
    result.unwrap_err().scim_type
}

fn ada() -> Value {
    json!({
        "schemas": [urn::USER],
        "id": "1",
        "userName": "ada",
        "name": {"givenName": "Ada", "familyName": "L"},
        "active": true,
        "emails": [
            {"value": "w@x", "type": "work", "primary": true},
            {"value": "h@x", "type": "home"}
        ],
        "addresses": [{"type": "work", "streetAddress": "1 Road", "country": "GB"}]
    })
}

fn group(operations: Value) -> Result<Value, PatchError> {
    let crew = json!({
        "schemas": [urn::GROUP],
        "id": "g",
        "displayName": "Crew",
        "members": [{"value": "a", "display": "A", "type": "User"}, {"value": "b"}]
    });
    patch(&crew, operations, &GROUP, Leniency::LENIENT)
}

fn members(result: Result<Value, PatchError>) -> Vec<String> {
    let out = result.unwrap();
    let list = out["members"].as_array().cloned().unwrap_or_default();
    list.iter().map(|m| m["value"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_okta_sends_works() {
    let out = user(json!([{"op": "replace", "value": {"active": false}}])).unwrap();
    assert_eq!(out["active"], false);
    assert_eq!(out["name"], ada()["name"]);
    let renamed = group(json!([{"op": "replace", "value": {"id": "g", "displayName": "Staff"}}])).unwrap();
    assert_eq!(renamed["displayName"], "Staff");
    assert_eq!(renamed["members"].as_array().unwrap().len(), 2);
    let wrong_id = json!([{"op": "replace", "value": {"id": "h", "displayName": "Staff"}}]);
    assert_eq!(kind(group(wrong_id)), ScimType::Mutability);
}

#[test]
fn members_are_added_removed_and_replaced() {
    let add = |value| json!([{"op": "add", "path": "members", "value": value}]);
    assert_eq!(members(group(add(json!([{"value": "a", "display": "other"}, {"value": "c"}])))), ["a", "b", "c"]);
    assert_eq!(members(group(add(json!({"value": "c"})))), ["a", "b", "c"]);
    let remove = |path: &str| json!([{"op": "remove", "path": path}]);
    assert_eq!(members(group(remove("members[value eq \"a\"]"))), ["b"]);
    assert_eq!(members(group(remove("members[value eq\"z\"]"))), ["a", "b"]);
    assert!(group(remove("members")).unwrap().get("members").is_none());
    let replace = |value| json!([{"op": "replace", "path": "members", "value": value}]);
    assert_eq!(members(group(replace(json!([{"value": "z"}])))), ["z"]);
    assert!(members(group(replace(json!([])))).is_empty());
    let by_value = json!([{"op": "Remove", "path": "members", "value": [{"value": "b"}]}]);
    assert_eq!(members(group(by_value)), ["a"]);
    let both = json!([
        {"op": "remove", "path": "members[value eq \"a\"]"},
        {"op": "add", "path": "members", "value": [{"value": "c"}]}
    ]);
    assert_eq!(members(group(both)), ["b", "c"]);
    let change = json!([{"op": "replace", "path": "members[value eq \"a\"].value", "value": "q"}]);
    assert_eq!(kind(group(change)), ScimType::Mutability);
}

#[test]
fn values_without_path_are_merged() {
    let out = user(json!([{"op": "add", "value": {
        "emails": [{"value": "babs@jensen.org", "type": "home"}],
        "nickname": "Babs", "shoe": 9, "meta": {"created": "x"}
    }}]))
    .unwrap();
    assert_eq!(out["emails"].as_array().unwrap().len(), 3);
    assert_eq!(out["nickName"], "Babs");
    assert!(out.get("shoe").is_none() && out.get("meta").is_none());
    let out = user(json!([{"op": "replace", "value": {
        "name.givenName": "Augusta",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "R",
        "emails[type eq \"work\"].value": "new@x"
    }}]))
    .unwrap();
    assert_eq!(out["name"], json!({"givenName": "Augusta", "familyName": "L"}));
    assert_eq!(out[ENTERPRISE_USER]["department"], "R");
    assert_eq!(out["schemas"], json!([urn::USER, ENTERPRISE_USER]));
    assert_eq!(out["emails"][0]["value"], "new@x");
}

#[test]
fn value_paths_write_selected_elements() {
    let out = user(json!([{"op": "replace", "path": "addresses[type eq \"work\"].streetAddress",
        "value": "1010 Broadway Ave"}]))
    .unwrap();
    assert_eq!(out["addresses"][0]["streetAddress"], "1010 Broadway Ave");
    assert_eq!(out["addresses"][0]["country"], "GB");
    let out = user(json!([{"op": "replace", "path": "addresses[type eq \"work\"]",
        "value": {"type": "work", "locality": "Hollywood", "primary": true}}]))
    .unwrap();
    assert_eq!(out["addresses"], json!([{"type": "work", "locality": "Hollywood", "primary": true}]));
    let other = json!([{"op": "Replace", "path": "emails[type eq \"other\"].value", "value": "o@x"}]);
    assert_eq!(user(other.clone()).unwrap()["emails"][2], json!({"type": "other", "value": "o@x"}));
    let lower = json!([{"op": "replace", "path": "emails[type eq \"other\"].value", "value": "o@x"}]);
    assert_eq!(kind(strict(lower)), ScimType::NoTarget);
}

#[test]
fn a_new_primary_takes_over() {
    let out = user(json!([{"op": "add", "path": "emails",
        "value": [{"value": "n@x", "type": "other", "primary": true}]}]))
    .unwrap();
    assert_eq!(out["emails"][0]["primary"], false);
    assert_eq!(out["emails"][2]["primary"], true);
    let out = user(json!([{"op": "replace", "path": "emails[type eq \"home\"].primary",
        "value": "True"}]))
    .unwrap();
    assert_eq!(out["emails"][0]["primary"], false);
    assert_eq!(out["emails"][1]["primary"], true);
}

#[test]
fn removals_unassign() {
    let out = user(json!([
        {"op": "remove", "path": "emails[type eq \"work\" and value ew \"x\"]"},
        {"op": "remove", "path": "emails[type eq \"home\"]"},
        {"op": "remove", "path": "name.givenName"},
        {"op": "replace", "path": "addresses", "value": null},
        {"op": "remove", "path": "title"}
    ]))
    .unwrap();
    assert_eq!(out["name"], json!({"familyName": "L"}));
    assert!(out.get("emails").is_none() && out.get("addresses").is_none());
}

#[test]
fn the_extension_comes_and_goes() {
    let path = format!("{ENTERPRISE_USER}:department");
    let out = user(json!([{"op": "add", "path": path, "value": "R"}])).unwrap();
    assert_eq!(out["schemas"], json!([urn::USER, ENTERPRISE_USER]));
    let back = patch(&out, json!([{"op": "remove", "path": path}]), &USER, Leniency::LENIENT).unwrap();
    assert_eq!(back, ada());
    let whole = json!([{"op": "add", "path": ENTERPRISE_USER,
        "value": {"costCenter": "7", "manager": "9"}}]);
    assert_eq!(user(whole).unwrap()[ENTERPRISE_USER], json!({"costCenter": "7", "manager": {"value": "9"}}));
}

#[test]
fn refusals_carry_the_right_keyword() {
    for (operation, wanted) in [
        (json!({"op": "remove"}), ScimType::NoTarget),
        (json!({"op": "remove", "path": "userName"}), ScimType::Mutability),
        (json!({"op": "replace", "path": "groups", "value": []}), ScimType::Mutability),
        (json!({"op": "replace", "path": "meta.created", "value": "x"}), ScimType::Mutability),
        (json!({"op": "replace", "path": "id", "value": "2"}), ScimType::Mutability),
        (json!({"op": "replace", "path": "shoe", "value": 1}), ScimType::InvalidPath),
        (json!({"op": "replace", "path": "a b", "value": 1}), ScimType::InvalidPath),
        (json!({"op": "replace", "path": 7, "value": 1}), ScimType::InvalidPath),
        (json!({"op": "replace", "path": "active"}), ScimType::InvalidValue),
        (json!({"op": "replace", "path": "active", "value": "perhaps"}), ScimType::InvalidValue),
        (json!({"op": "add", "value": "x"}), ScimType::InvalidValue),
        (json!({"op": "move", "path": "title"}), ScimType::InvalidSyntax),
        (json!("remove"), ScimType::InvalidSyntax),
    ] {
        assert_eq!(kind(user(json!([operation]))), wanted, "{operation}");
    }
    assert_eq!(kind(user(json!([]))), ScimType::InvalidSyntax);
    let capital = json!([{"op": "Replace", "path": "title", "value": "x"}]);
    assert_eq!(kind(strict(capital)), ScimType::InvalidSyntax);
}

#[test]
fn a_failing_operation_undoes_the_others() {
    let mut resource = ada();
    let operations = parse(
        &body(json!([
            {"op": "replace", "path": "title", "value": "Countess"},
            {"op": "remove", "path": "userName"}
        ])),
        Leniency::LENIENT,
    )
    .unwrap();
    assert!(apply(&mut resource, &operations, &USER, Leniency::LENIENT).is_err());
    assert_eq!(resource, ada());
}
