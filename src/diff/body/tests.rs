use super::*;
use crate::diff::read::Report;

/// Compares two answers to one request; `ada` and `true` were sent.
fn differences(target: &str, before: Value, after: Value) -> Vec<(String, Change)> {
    let exchange = |body: &Value| -> Exchange {
        serde_json::from_value(json!({"n": 1, "scenario": "s", "request": {"method": "GET", "target": target},
            "response": {"status": 200, "headers": {}, "body": body}}))
        .unwrap()
    };
    let (before, after) = (exchange(&before), exchange(&after));
    let volatile = Volatile::of(&Report::default());
    let side = |exchange| Side { exchange, volatile: &volatile, unique: "scim-check-20261122101501abcd-007" };
    let sent: HashSet<String> = [json!("ada"), json!("[run]-ada")].iter().map(Value::to_string).collect();
    let all = compare(side(&before), side(&after), &sent);
    all.into_iter().map(|one| (one.path, one.change)).collect()
}

fn single(before: Value, after: Value) -> Vec<(String, Change)> {
    differences("/Users/7", before, after)
}

fn told(path: &str, change: Change) -> Vec<(String, Change)> {
    vec![(path.to_owned(), change)]
}

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const FILTER: &str = "/Users?filter=userName%20sw%20%22scim-check-20261122101501abcd-007%22";

fn list(total: u64, resources: Value) -> Value {
    json!({"schemas": [LIST], "totalResults": total, "Resources": resources})
}

fn ada(more: Value) -> Value {
    let mut ada = json!({"id": "1", "userName": "scim-check-20261122101501abcd-007-ada"});
    more.as_object().into_iter().flatten().for_each(|(name, value)| ada[name] = value.clone());
    ada
}

fn stranger() -> Value {
    json!({"[not ours]": ["id", "userName"]})
}

#[test]
fn what_differs_by_nature_or_means_the_same_is_no_difference() {
    let one = json!({"id": "1", "nickName": null, "roles": [], "meta": {"created": "2026-11-22T10:15:01Z", "version": "a",
        "location": "http://a/Users/1"}, "emails": [{"type": "work"}, {"type": "home"}], "serial": 7});
    let other = json!({"id": "2", "meta": {"created": "2026-11-23T10:15:01Z", "version": "b",
        "location": "http://b/Users/2"}, "emails": [{"type": "home"}, {"type": "work"}], "serial": 8});
    assert_eq!(single(one, other), []);
}

#[test]
fn presence_type_and_what_was_sent_are_differences() {
    assert_eq!(single(json!({"a": {"b": 1}}), json!({"a": {}})), told("a.b", Change::Gone));
    assert_eq!(single(json!({}), json!({"a": {"b": 1}})), told("a", Change::Appeared));
    assert_eq!(single(json!({"active": true}), json!({"active": "true"})), told("active", Change::Type));
    assert_eq!(single(json!({"id": 1}), json!({"id": "1"})), told("id", Change::Type));
    assert_eq!(single(json!({"active": true}), json!({"active": false})), told("active", Change::Value));
    assert_eq!(single(json!({"userName": "ada"}), json!({"userName": "ADA"})), told("userName", Change::Value));
    assert_eq!(single(json!({"cookie": "x"}), json!({"cookie": "y"})), []);
    let email = |value: &str| json!({"emails": [{"type": "home", "value": "h"}, {"type": "work", "value": value}]});
    assert_eq!(single(email("ada"), email("eve")), told("emails[work].value", Change::Value));
}

#[test]
fn messages_are_compared_by_value_and_their_texts_without_numbers() {
    let error = |kind: &str, line: u32| {
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "scimType": kind,
               "detail": format!("bad line {line}")})
    };
    assert_eq!(single(error("invalidValue", 1), error("invalidValue", 2)), []);
    assert_eq!(single(error("invalidValue", 1), error("uniqueness", 1)), told("scimType", Change::Value));
}

#[test]
fn who_else_is_there_is_no_difference_where_everybody_was_asked_for() {
    let (one, other) = (list(3, json!([stranger(), ada(json!({}))])), list(9, json!([stranger(), stranger()])));
    assert_eq!(differences("/Users?count=2", one, other), []);
    // People of another scenario of the run.
    let bob = json!({"userName": "scim-check-20261122101501abcd-008-bob", "active": true});
    assert_eq!(differences("/Users", list(1, json!([bob])), list(0, json!([]))), []);
}

#[test]
fn others_among_those_who_were_asked_for_are_a_difference() {
    let (one, other) = (list(1, json!([ada(json!({}))])), list(9, json!([ada(json!({})), stranger()])));
    assert_eq!(differences(FILTER, one.clone(), other), told("Resources", Change::Appeared));
    let none = list(0, json!([]));
    let wanted = vec![("totalResults".to_owned(), Change::Value), ("Resources".to_owned(), Change::Gone)];
    assert_eq!(differences(FILTER, one, none), wanted);
}

#[test]
fn an_attribute_has_one_path_in_lists_and_alone() {
    let (one, other) = (list(1, json!([ada(json!({"active": true}))])), list(1, json!([ada(json!({}))])));
    assert_eq!(differences(FILTER, one, other), told("active", Change::Gone));
    assert_eq!(single(ada(json!({"active": true})), ada(json!({}))), told("active", Change::Gone));
}

#[test]
fn what_a_server_says_of_itself_is_compared_by_value() {
    let schema =
        |case: bool| json!({"id": "urn:x", "attributes": [{"name": "title", "caseExact": case, "type": "string"}]});
    let wanted = told("attributes[title].caseExact", Change::Value);
    assert_eq!(differences("/Schemas/urn:x", schema(true), schema(false)), wanted);
    let config = |most: u32| json!({"filter": {"maxResults": most}});
    let wanted = told("filter.maxResults", Change::Value);
    assert_eq!(differences("/ServiceProviderConfig", config(100), config(200)), wanted);
}

#[test]
fn large_lists_take_no_time_to_speak_of() {
    let many = |from: u32| list(50_000, (from..from + 50_000).map(|n| json!(n.to_string())).collect());
    assert!(differences("/Schemas", many(0), many(100_000)).len() >= 50_000);
}

#[test]
fn values_without_a_type_have_the_path_of_their_attribute_in_both_directions() {
    let (bare, typed) = (json!({"value": "1"}), json!({"value": "1", "type": "User", "$ref": "http://h/Users/1"}));
    let group = |members: Value| json!({"id": "1", "displayName": "crew", "members": members});
    let twice = || group(json!([bare, typed]));
    let once = || group(json!([typed]));
    for (before, after, change) in [(twice(), once(), Change::Gone), (once(), twice(), Change::Appeared)] {
        assert_eq!(single(before, after), told("members", change));
    }
    let all = single(group(json!([bare])), once());
    assert!(all.iter().all(|(path, _)| path.starts_with("members[User].")), "{all:?}");
    assert_eq!(all.len(), 2);
}
