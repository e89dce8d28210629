//! The examples of RFC 7644 section 3.5.2, carried out on the example resources of RFC 7643 section 8.

use serde_json::{Value, json};

use super::{patch, strict_and_lenient};
use crate::scim::examples::{babs, tour_guides};
use crate::scim::path::AttrPath;
use crate::scim::schema::{GROUP, USER};
use crate::scim::{Leniency, ScimType};

const BABS: &str = "2819c223-7f76-453a-919d-413861904646";
const MANDY: &str = "902c246b-6245-4190-8e05-00816be7344a";
const JAMES: &str = "08e1d05d-121c-4561-8b96-473d93df9210";

fn user(operations: Value) -> Value {
    strict_and_lenient(&babs(), operations, &USER).unwrap()
}

fn member(id: &str, display: &str) -> Value {
    json!({"display": display, "$ref": format!("https://example.com/v2/Users/{id}"), "value": id})
}

fn members(group: &Value) -> Vec<&str> {
    group["members"].as_array().into_iter().flatten().map(|m| m["value"].as_str().unwrap()).collect()
}

fn group(operations: Value) -> Value {
    strict_and_lenient(&tour_guides(), operations, &GROUP).unwrap()
}

/// Every attribute but the ones named is as it was.
fn only(after: &Value, before: &Value, changed: &[&str]) {
    for (name, value) in before.as_object().unwrap() {
        if !changed.contains(&name.as_str()) {
            assert_eq!(&after[name], value, "{name}");
        }
    }
    for name in after.as_object().unwrap().keys() {
        assert!(before.get(name).is_some() || changed.contains(&name.as_str()), "{name} is new");
    }
}

#[test]
fn a_member_is_added_once() {
    let add = |id, display| json!([{"op": "add", "path": "members", "value": [member(id, display)]}]);
    let more = group(add(JAMES, "James Smith"));
    assert_eq!(members(&more), [BABS, MANDY, JAMES]);
    only(&more, &tour_guides(), &["members"]);
    assert_eq!(group(add(BABS, "Babs Jensen")), tour_guides(), "who is there already is not added");
}

#[test]
fn attributes_are_added_without_a_path() {
    let after = user(json!([{
        "op": "add",
        "value": {"emails": [{"value": "babs@example.org", "type": "other"}], "nickname": "Barb"}
    }]));
    assert_eq!(after["emails"].as_array().unwrap().len(), 3);
    assert_eq!(after["nickName"], "Barb");
    only(&after, &babs(), &["emails", "nickName"]);
    let known = json!([{"op": "add", "value": {
        "emails": [{"value": "babs@jensen.org", "type": "home"}], "nickname": "Babs"
    }}]);
    assert_eq!(user(known), babs(), "what is there already changes nothing");
}

#[test]
fn one_member_and_all_members_are_removed() {
    let one = group(json!([{"op": "remove", "path": format!("members[value eq \"{BABS}\"]")}]));
    assert_eq!(members(&one), [MANDY]);
    let none = group(json!([{"op": "remove", "path": "members[value eq \"nobody\"]"}]));
    assert_eq!(none, tour_guides());
    let all = group(json!([{"op": "remove", "path": "members"}]));
    assert!(all.get("members").is_none());
    only(&all, &tour_guides(), &["members"]);
}

#[test]
fn the_address_of_one_kind_and_place_is_removed() {
    let remove = |path: &str| user(json!([{"op": "remove", "path": path}]));
    let after = remove("emails[type eq \"work\" and value ew \"example.com\"]");
    assert_eq!(after["emails"], json!([{"value": "babs@jensen.org", "type": "home"}]));
    assert_eq!(remove("emails[type eq \"work\" and value ew \"example.org\"]"), babs());
    assert!(remove("emails[value co \"@\"]").get("emails").is_none(), "nothing left is unassigned");
}

#[test]
fn members_are_exchanged_in_one_request() {
    let swap = group(json!([
        {"op": "remove", "path": format!("members[value eq\"{BABS}\"]")},
        {"op": "add", "path": "members", "value": [member(JAMES, "James Smith")]}
    ]));
    assert_eq!(members(&swap), [MANDY, JAMES]);
    let both = json!([member(BABS, "Babs Jensen"), member(JAMES, "James Smith")]);
    let anew = group(json!([
        {"op": "remove", "path": "members"},
        {"op": "add", "path": "members", "value": both}
    ]));
    let replaced = group(json!([{"op": "replace", "path": "members", "value": both}]));
    assert_eq!(members(&anew), [BABS, JAMES]);
    assert_eq!(anew["members"], replaced["members"]);
    only(&replaced, &tour_guides(), &["members"]);
}

#[test]
fn the_work_address_is_replaced_as_a_whole() {
    let address = json!({
        "type": "work", "streetAddress": "911 Universal City Plaza", "locality": "Hollywood", "region": "CA",
        "postalCode": "91608", "country": "US",
        "formatted": "911 Universal City Plaza\nHollywood, CA 91608 US", "primary": true
    });
    let after = user(json!([{"op": "replace", "path": "addresses[type eq \"work\"]", "value": address}]));
    assert_eq!(after["addresses"], json!([address, babs()["addresses"][1]]));
    let mut home = address.clone();
    home["type"] = json!("home");
    let after = user(json!([{"op": "replace", "path": "addresses[type eq \"home\"]", "value": home}]));
    assert_eq!(after["addresses"][1], home);
    assert_eq!(after["addresses"][0]["primary"], false, "the new primary one takes that from the old");
    only(&after, &babs(), &["addresses"]);
}

#[test]
fn one_street_is_replaced() {
    let path = "addresses[type eq \"work\"].streetAddress";
    let after = user(json!([{"op": "replace", "path": path, "value": "1010 Broadway Ave"}]));
    let mut expected = babs();
    expected["addresses"][0]["streetAddress"] = json!("1010 Broadway Ave");
    assert_eq!(after, expected);
}

#[test]
fn attributes_are_replaced_without_a_path() {
    let emails = json!([
        {"value": "bjensen@example.com", "type": "work", "primary": true},
        {"value": "babs@jensen.example", "type": "home"}
    ]);
    let after = user(json!([{"op": "replace", "value": {"emails": emails, "nickname": "Barb"}}]));
    assert_eq!((&after["emails"], &after["nickName"]), (&emails, &json!("Barb")));
    only(&after, &babs(), &["emails", "nickName"]);
}

/// Figure 8, and the notations of section 3.10.
#[test]
fn the_example_paths_lead_where_they_should() {
    for (path, wanted) in [
        ("members", 2),
        ("members[value eq \"2819c223-7f76-453a-919d-413861904646\"]", 1),
        ("members[value eq\n       \"2819c223-7f76-453a-919d-413861904646\"].display", 1),
    ] {
        let path: AttrPath = path.parse().unwrap();
        let group = tour_guides();
        let found = crate::scim::value::get(&group, &path);
        let count = found.first().and_then(|f| f.as_array()).map_or(found.len(), Vec::len);
        assert_eq!(count, wanted, "{path}");
    }
    for (path, value) in [
        ("name.familyName", json!("Jensen")),
        ("userName", json!("bjensen@example.com")),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName", json!("bjensen@example.com")),
        ("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", json!("Barbara")),
        ("URN:ietf:params:scim:schemas:CORE:2.0:USER:NAME.GIVENNAME", json!("Barbara")),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber", json!("701984")),
        ("addresses[type eq \"work\"]", babs()["addresses"][0].clone()),
    ] {
        let read: AttrPath = path.parse().unwrap();
        assert_eq!(crate::scim::value::get(&babs(), &read), [&value], "{path}");
    }
    let far: AttrPath = "urn:ietf:params:scim:schemas:exampleCo:2.0:hr:age".parse().unwrap();
    assert_eq!((far.urn.as_deref(), far.attr.as_str()), (Some("urn:ietf:params:scim:schemas:exampleCo:2.0:hr"), "age"));
    // The last path of figure 8 names a part that members do not have.
    let operation =
        json!([{"op": "replace", "path": format!("members[value eq \"{BABS}\"].displayName"), "value": "B"}]);
    let refused = patch(&tour_guides(), operation, &GROUP, Leniency::STRICT).unwrap_err();
    assert_eq!(refused.scim_type, ScimType::InvalidPath);
}
