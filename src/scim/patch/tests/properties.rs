//! Properties that hold of every PATCH.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ada, patch};
use crate::scim::examples::{babs, tour_guides};
use crate::scim::schema::{GROUP, ResourceSchema, USER};
use crate::scim::{Leniency, conform, urn};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i8>().prop_map(Value::from),
        proptest::sample::select(vec!["", "work", "True", "a", "1"]).prop_map(Value::from),
    ];
    let key = proptest::sample::select(vec![
        "value",
        "type",
        "primary",
        "active",
        "emails",
        "name.givenName",
        "members",
        "id",
        "name",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "x",
    ]);
    leaf.prop_recursive(3, 12, 3, move |inner| {
        let pairs = proptest::collection::vec((key.clone(), inner.clone()), 0..3);
        prop_oneof![
            proptest::collection::vec(inner, 0..3).prop_map(Value::from),
            pairs.prop_map(|p| p.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}

fn any_path() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "userName",
        "active",
        "name",
        "name.givenName",
        "emails",
        "emails.value",
        "emails[type eq \"work\"]",
        "emails[type eq \"other\"].value",
        "emails[not (value pr)].primary",
        "addresses[type pr]",
        "password",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        "schemas",
        "id",
        "name[a pr]",
        "displayName",
        "members",
        "members.value",
        "members[display pr]",
        "members[value eq \"a\"].display",
    ])
}

/// The attributes that clients can change, as a PUT would take them.
fn of_the_client(resource: &Value, schema: &ResourceSchema) -> Value {
    let body = resource.as_object().cloned().unwrap_or_default();
    conform(&body, schema, Leniency::STRICT).unwrap_or_else(|wrong| panic!("{wrong}: {resource}"))
}

/// What came out of a PATCH is in the shape of the schema: what a PUT of it would store is what is there.
fn is_sound(before: &Value, after: &Value, schema: &ResourceSchema) -> Result<(), TestCaseError> {
    let mut stored = after.clone();
    for name in ["id", "meta", "groups"] {
        prop_assert_eq!(after.get(name), before.get(name));
        stored.as_object_mut().unwrap().shift_remove(name);
    }
    if let Some(manager) = stored.pointer_mut("/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager") {
        manager.as_object_mut().unwrap().shift_remove("displayName");
    }
    prop_assert_eq!(of_the_client(after, schema), stored);
    let urns = after["schemas"].as_array().unwrap();
    prop_assert_eq!(urns.contains(&json!(urn::ENTERPRISE_USER)), after.get(urn::ENTERPRISE_USER).is_some());
    Ok(())
}

fn operation() -> impl Strategy<Value = Value> {
    let op = proptest::sample::select(vec!["add", "Remove", "replace"]);
    (op, proptest::option::of(any_path()), any_json())
        .prop_map(|(op, path, value)| json!({"op": op, "path": path, "value": value}))
}

/// A path at which the full user has nothing, and a value for it.
fn vacant() -> impl Strategy<Value = (&'static str, Value)> {
    let email = |value: &str, kind: &str| json!([{"value": value, "type": kind}]);
    proptest::sample::select(vec![
        ("externalId", json!("x")),
        ("roles", json!([{"value": "guide"}, {"value": "lead", "primary": true}])),
        ("entitlements", email("crane", "e")),
        ("x509Certificates", json!([{"value": "AAAA"}])),
        ("emails[type eq \"other\"].value", json!("o@x")),
        ("phoneNumbers[type eq \"fax\" and value eq \"1\"]", json!({"display": "one"})),
    ])
}

proptest! {
    #[test]
    fn no_operation_panics_and_what_comes_out_fits_the_schema(
        resource in any_json(),
        operations in proptest::collection::vec(operation(), 1..4),
    ) {
        let operations = Value::from(operations);
        for (before, schema) in [(ada(), &USER), (babs(), &USER), (tour_guides(), &GROUP)] {
            if let Ok(after) = patch(&before, operations.clone(), schema, Leniency::LENIENT) {
                is_sound(&before, &after, schema)?;
            }
        }
        let _ = patch(&resource, operations, &USER, Leniency::LENIENT);
    }

    #[test]
    fn what_is_added_and_removed_again_leaves_no_trace((path, value) in vacant()) {
        let mut before = babs();
        before.as_object_mut().unwrap().shift_remove("externalId");
        let run = |resource: &Value, operation: Value| patch(resource, json!([operation]), &USER, Leniency::STRICT).unwrap();
        let after = run(&before, json!({"op": "add", "path": path, "value": value}));
        prop_assert_ne!(&after, &before);
        is_sound(&before, &after, &USER)?;
        let end = path.find(']').map_or(path, |end| &path[..=end]);
        prop_assert_eq!(run(&after, json!({"op": "remove", "path": end})), before);
    }

    #[test]
    fn the_same_operation_twice_is_once(operation in operation()) {
        // What a filter selects it need not select any more afterwards.
        if operation["path"].as_str().is_some_and(|path| path.contains('[')) {
            return Ok(());
        }
        let list = json!([operation]);
        if let Ok(once) = patch(&babs(), list.clone(), &USER, Leniency::LENIENT) {
            prop_assert_eq!(patch(&once, list, &USER, Leniency::LENIENT), Ok(once));
        }
    }
}
