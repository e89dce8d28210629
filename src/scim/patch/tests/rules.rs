//! The rules of RFC 7644 section 3.5.2 that its examples leave out.

use serde_json::{Value, json};

use super::{kind, patch, strict_and_lenient};
use crate::scim::examples::{babs, minimal, tour_guides};
use crate::scim::schema::{GROUP, USER};
use crate::scim::{Leniency, ScimType, patch::PatchError, urn};

const BABS: &str = "2819c223-7f76-453a-919d-413861904646";

fn user(operations: Value) -> Result<Value, PatchError> {
    strict_and_lenient(&babs(), operations, &USER)
}

fn group(operations: Value) -> Result<Value, PatchError> {
    strict_and_lenient(&tour_guides(), operations, &GROUP)
}

fn one(op: &str, path: &str, value: Value) -> Value {
    json!([{"op": op, "path": path, "value": value}])
}

fn primaries(list: &Value) -> Vec<bool> {
    list.as_array().unwrap().iter().map(|e| e["primary"] == true).collect()
}

#[test]
fn whoever_becomes_primary_is_so_alone() {
    let home = "emails[type eq \"home\"]";
    for operations in [
        one("add", "emails", json!([{"value": "babs@jensen.org", "type": "home", "primary": true}])),
        one("add", home, json!({"primary": true})),
        one("replace", home, json!({"value": "babs@jensen.org", "primary": true})),
        one("add", &format!("{home}.primary"), json!(true)),
        one("replace", &format!("{home}.primary"), json!(true)),
        json!([{"op": "add", "value": {"emails": [{"value": "babs@jensen.org", "primary": true}]}}]),
    ] {
        let after = user(operations.clone()).unwrap();
        assert_eq!(primaries(&after["emails"]), [false, true], "{operations}");
        assert_eq!(after["emails"][0]["value"], "bjensen@example.com", "{operations}");
    }
    let two = json!([{"value": "a", "primary": true}, {"value": "b", "primary": true}]);
    for op in ["add", "replace"] {
        assert_eq!(kind(user(one(op, "emails", two.clone()))), ScimType::InvalidValue);
    }
}

#[test]
fn what_is_added_again_changes_nothing() {
    let before = babs();
    for (path, value) in [
        ("userName", before["userName"].clone()),
        ("name", before["name"].clone()),
        ("name", json!({"givenName": "Barbara"})),
        ("emails", before["emails"].clone()),
        ("emails", before["emails"][1].clone()),
        ("emails", json!([{"value": "babs@jensen.org"}])),
        ("addresses", before["addresses"].clone()),
        ("emails[type eq \"work\"].primary", json!(true)),
        (urn::ENTERPRISE_USER, json!({"department": "Tour Operations"})),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter", json!("4130")),
        ("schemas", before["schemas"].clone()),
        ("emails", json!([])),
    ] {
        assert_eq!(user(one("add", path, value)).unwrap(), before, "{path}");
    }
    assert_eq!(group(one("add", "members", tour_guides()["members"].clone())).unwrap(), tour_guides());
    let twice = one("add", "phoneNumbers", json!([{"value": "1", "type": "fax"}, {"value": "1", "type": "fax"}]));
    assert_eq!(user(twice).unwrap()["phoneNumbers"].as_array().unwrap().len(), 3);
}

#[test]
fn complex_attributes_are_merged() {
    for op in ["add", "replace"] {
        let after = user(one(op, "name", json!({"givenName": "Babs", "middleName": null}))).unwrap();
        assert_eq!(after["name"]["givenName"], "Babs");
        assert_eq!(after["name"]["familyName"], "Jensen");
        assert!(after["name"].get("middleName").is_none());
        let after = user(one(op, urn::ENTERPRISE_USER, json!({"department": "R", "shoe": 9}))).unwrap();
        assert_eq!(after[urn::ENTERPRISE_USER]["department"], "R");
        assert_eq!(after[urn::ENTERPRISE_USER]["costCenter"], "4130");
        assert!(after[urn::ENTERPRISE_USER].get("shoe").is_none());
    }
}

#[test]
fn removing_the_last_value_unassigns() {
    let remove = |path: &str| one("remove", path, Value::Null);
    for path in ["ims", "ims[type eq \"aim\"]", "ims[value pr]", "nickName"] {
        let after = user(remove(path)).unwrap();
        assert!(after.get(path.split('[').next().unwrap()).is_none(), "{path}");
    }
    let both = json!([{"op": "remove", "path": "ims.value"}, {"op": "remove", "path": "ims.type"}]);
    assert!(user(both).unwrap().get("ims").is_none());
    let parts = ["formatted", "familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix"];
    let parts: Value = parts.iter().map(|p| json!({"op": "remove", "path": format!("name.{p}")})).collect();
    assert!(user(parts).unwrap().get("name").is_none());
    let parts = ["employeeNumber", "costCenter", "organization", "division", "department", "manager"];
    let path = |part| format!("{}:{part}", urn::ENTERPRISE_USER);
    let parts: Value = parts.iter().map(|p| json!({"op": "remove", "path": path(p)})).collect();
    let after = user(parts).unwrap();
    assert!(after.get(urn::ENTERPRISE_USER).is_none());
    assert_eq!(after["schemas"], json!([urn::USER]));
}

#[test]
fn an_extension_comes_and_goes_as_a_whole() {
    for path in [urn::ENTERPRISE_USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user"] {
        let gone = user(json!([{"op": "remove", "path": path}])).unwrap();
        assert!(gone.get(urn::ENTERPRISE_USER).is_none());
        assert_eq!(gone["schemas"], json!([urn::USER]));
        let back = one("add", path, json!({"department": "R", "manager": {"value": "9", "displayName": "X"}}));
        let back = strict_and_lenient(&minimal(), back, &USER).unwrap();
        assert_eq!(back["schemas"], json!([urn::USER, urn::ENTERPRISE_USER]));
        assert_eq!(back[urn::ENTERPRISE_USER], json!({"department": "R", "manager": {"value": "9"}}));
    }
    let inside = json!([{"op": "add", "value": {urn::ENTERPRISE_USER: {"division": "D"}}}]);
    let after = strict_and_lenient(&minimal(), inside, &USER).unwrap();
    assert_eq!(after[urn::ENTERPRISE_USER], json!({"division": "D"}));
}

#[test]
fn what_the_server_owns_is_refused_by_path_and_passed_over_in_a_value() {
    for (path, value) in [
        ("id", json!("other")),
        ("meta", json!({"created": "2000-01-01T00:00:00Z"})),
        ("meta.lastModified", json!("2000-01-01T00:00:00Z")),
        ("groups", json!([{"value": "g"}])),
        ("groups[value eq \"g\"].display", json!("x")),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName", json!("x")),
    ] {
        for op in ["add", "replace", "remove"] {
            let refused = user(json!([{"op": op, "path": path, "value": value}]));
            assert_eq!(kind(refused), ScimType::Mutability, "{op} {path}");
        }
    }
    let echo = babs();
    for op in ["add", "replace"] {
        assert_eq!(user(json!([{"op": op, "value": echo}])).unwrap(), babs(), "an echo changes nothing");
        let mut other = json!({"meta": {"created": "x"}, "groups": [], "nickName": "B"});
        assert_eq!(user(json!([{"op": op, "value": other}])).unwrap()["meta"], babs()["meta"]);
        other["id"] = json!("other");
        assert_eq!(kind(user(json!([{"op": op, "value": other}]))), ScimType::Mutability);
    }
}

#[test]
fn schemas_follow_the_content_and_can_not_lie() {
    assert_eq!(kind(user(one("remove", "schemas", Value::Null))), ScimType::Mutability);
    assert_eq!(kind(user(one("replace", "schemas", json!([urn::ENTERPRISE_USER])))), ScimType::Mutability);
    for wrong in [json!(["urn:example:2.0:Shoe"]), json!([7]), json!({})] {
        assert_eq!(kind(user(one("add", "schemas", wrong))), ScimType::InvalidValue);
    }
    let ahead = strict_and_lenient(&minimal(), one("add", "schemas", json!([urn::ENTERPRISE_USER])), &USER).unwrap();
    assert_eq!(ahead, minimal(), "without values there is no extension");
}

#[test]
fn parts_of_a_member_do_not_change_but_members_come_and_go() {
    let entry = format!("members[value eq \"{BABS}\"]");
    for (op, path, value) in [
        ("replace", format!("{entry}.value"), json!("other")),
        ("add", format!("{entry}.value"), json!("other")),
        ("replace", format!("{entry}.$ref"), json!("https://example.com/other")),
        ("add", format!("{entry}.type"), json!("Group")),
        ("remove", format!("{entry}.value"), Value::Null),
        ("replace", format!("{entry}.value"), Value::Null),
        ("replace", "members.value".to_owned(), json!("other")),
        ("remove", "members.$ref".to_owned(), Value::Null),
        ("add", entry.clone(), json!({"value": "other"})),
    ] {
        assert_eq!(kind(group(one(op, &path, value))), ScimType::Mutability, "{op} {path}");
    }
    let same = group(one("replace", &format!("{entry}.value"), json!(BABS))).unwrap();
    assert_eq!(same, tour_guides());
    let shown = group(one("replace", &format!("{entry}.display"), json!("Babs"))).unwrap();
    assert_eq!(shown["members"][0]["display"], "Babs");
    let other = group(one("replace", &entry, json!({"value": "other"}))).unwrap();
    assert_eq!(other["members"][0], json!({"value": "other"}), "one value in place of another");
}

#[test]
fn nobody_becomes_a_member_by_a_replace_that_finds_nobody() {
    for leniency in [Leniency::STRICT, Leniency::LENIENT] {
        let replace = one("replace", "members[value eq \"stranger\"].display", json!("S"));
        assert_eq!(kind(patch(&tour_guides(), replace, &GROUP, leniency)), ScimType::NoTarget);
    }
}

#[test]
fn a_filter_compares_as_the_schema_says() {
    let remove = |text: &str| json!([{"op": "remove", "path": format!("photos[value sw \"{text}\"]")}]);
    assert_eq!(user(remove("HTTPS://")).unwrap(), babs());
    assert!(user(remove("https://")).unwrap().get("photos").is_none());
    let refused = user(json!([{"op": "remove", "path": "emails[shoe eq \"x\"]"}]));
    assert_eq!(kind(refused), ScimType::InvalidFilter);
    assert_eq!(kind(user(json!([{"op": "remove", "path": "emails[primary gt true]"}]))), ScimType::InvalidFilter);
    assert_eq!(kind(user(json!([{"op": "remove", "path": "name[givenName pr]"}]))), ScimType::InvalidPath);
}

#[test]
fn what_is_required_stays() {
    for (operations, schema) in [
        (json!([{"op": "remove", "path": "userName"}]), &USER),
        (json!([{"op": "replace", "path": "userName", "value": null}]), &USER),
        (json!([{"op": "replace", "value": {"userName": null}}]), &USER),
        (json!([{"op": "remove", "path": "displayName"}]), &GROUP),
    ] {
        let before = if schema.name == "User" { babs() } else { tour_guides() };
        assert_eq!(kind(strict_and_lenient(&before, operations.clone(), schema)), ScimType::Mutability, "{operations}");
    }
}

#[test]
fn operations_build_on_one_another_and_fail_together() {
    let chain = json!([
        {"op": "add", "path": "emails", "value": [{"value": "n@x", "type": "other"}]},
        {"op": "replace", "path": "emails[type eq \"other\"].value", "value": "m@x"},
        {"op": "remove", "path": "emails[value ne \"m@x\"]"}
    ]);
    assert_eq!(user(chain).unwrap()["emails"], json!([{"value": "m@x", "type": "other"}]));
    for last in [
        json!({"op": "remove", "path": "userName"}),
        json!({"op": "replace", "path": "shoe", "value": 1}),
        json!({"op": "replace", "path": "active", "value": "perhaps"}),
    ] {
        let mut resource = babs();
        let list = json!([{"op": "remove", "path": "emails"}, {"op": "add", "path": "title", "value": "T"}, last]);
        let list = super::parse(&super::body(list), Leniency::LENIENT).unwrap();
        assert!(super::apply(&mut resource, &list, &USER, Leniency::LENIENT).is_err());
        assert_eq!(resource, babs());
    }
}

#[test]
fn core_attributes_may_stand_under_their_urn() {
    let operation = json!([{"op": "replace", "value": {urn::USER: {"nickName": "B"}}}]);
    assert_eq!(user(operation).unwrap()["nickName"], "B");
}
