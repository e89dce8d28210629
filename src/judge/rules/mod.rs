//! The rules, one small file each.

use super::Rule;

mod activation_not_shown;
mod active_missing;
mod active_not_boolean;
mod allow_missing;
mod announced_but_refused;
mod answer_differs_from_sent;
mod answer_not_json;
mod attribute_name_case;
mod attribute_undeclared;
mod authentication_schemes_missing;
mod body_too_large;
mod change_shown_late;
mod charset_not_utf8;
mod conflict_after_empty_lookup;
mod core_schema_misdeclared;
mod create_answer_empty;
mod create_location_missing;
mod create_refused;
mod create_status_not_201;
mod created_inactive;
mod dates_contradict;
mod deactivation_not_shown;
mod declarations;
mod declared_but_dropped;
mod definitions;
mod delete_status_not_204;
mod discovery;
mod discovery_entry_differs;
mod discovery_meta_missing;
mod discovery_not_a_list;
mod discovery_query_heeded;
mod discovery_writable;
mod duplicate_accepted;
mod duplicate_not_409;
mod email_label_changed;
mod endpoint_not_served;
mod entry_not_object;
mod entry_without_value;
mod error_as_success;
mod error_detail_missing;
mod error_not_json;
mod error_schema_missing;
mod error_status_differs;
mod error_status_missing;
mod error_status_not_string;
mod etag_differs;
mod etag_malformed;
mod extension_flattened;
mod extension_not_in_schemas;
mod groups_not_served;
mod history;
mod id_differs_from_url;
mod id_missing;
mod id_not_string;
mod id_reserved;
mod id_shared;
mod import_page_cut_short;
mod inner_workings_shown;
mod items_per_page_not_returned;
mod json_name_twice;
mod known_resource_not_found;
mod last_modified_moved_by_read;
mod last_modified_stale;
mod list_differs_from_read;
mod list_numbers_not_integers;
mod list_refused;
mod list_resource_twice;
mod list_resources_missing;
mod list_resources_null;
mod list_schema_missing;
mod list_total_missing;
mod list_total_too_small;
mod location_headers_differ;
mod lookup_finds_others;
mod lookup_finds_several;
mod lookup_miss_not_200;
mod lookup_misses_known;
mod lookup_refused;
mod media_type_not_json;
mod media_type_not_scim;
mod media_type_refused;
mod member_nobody_sent;
mod member_twice;
mod member_type_wrong;
mod meta_incomplete;
mod meta_location_elsewhere;
mod meta_location_names_another;
mod meta_location_without_host;
mod more_than_max_results;
mod multi_valued_not_array;
mod new_but_modified;
mod no_answer;
mod no_content_with_body;
mod not_as_declared;
mod ordinary;
mod own_credentials_refused;
mod page_longer_than_asked;
mod page_repeats_resources;
mod page_shorter_than_asked;
mod password_returned;
mod patch_refused;
mod primary_twice;
mod publicly_cacheable;
mod rate_limited_without_retry_after;
mod read_differs_from_write;
mod read_only_written;
mod read_refused;
mod redirect;
mod ref_names_another;
mod refusal_not_401;
mod replace_answer_empty;
mod replace_refused;
mod resource_schemas_missing;
mod resource_type_incomplete;
mod resource_type_wrong;
mod schema_incomplete;
mod schema_not_served;
mod schema_vague;
mod schemas_urn_foreign;
mod schemas_urn_twice;
mod scim_type_wrong;
mod secret_shown;
mod server_error;
mod server_error_on_odd_request;
mod service_config_incomplete;
mod start_index_differs;
mod success_status_odd;
mod success_without_body;
mod support;
#[cfg(test)]
mod testing;
mod text_garbled;
mod user_name_case_changed;
mod user_name_changed;
mod user_name_missing;
mod value_format_wrong;
mod value_twice;
mod value_type_wrong;
mod versions;
mod works_unannounced;
mod wrong_credentials_accepted;
mod www_authenticate_missing;

/// Every rule there is, by what it is about. A new rule is one file and its name here.
pub static RULES: &[&Rule] = &[
    // Transport
    &no_answer::RULE,
    &redirect::RULE,
    &server_error::RULE,
    &server_error_on_odd_request::RULE,
    &rate_limited_without_retry_after::RULE,
    &body_too_large::RULE,
    &answer_not_json::RULE,
    &success_without_body::RULE,
    &media_type_not_json::RULE,
    &media_type_refused::RULE,
    &charset_not_utf8::RULE,
    &media_type_not_scim::RULE,
    &no_content_with_body::RULE,
    &allow_missing::RULE,
    &publicly_cacheable::RULE,
    &json_name_twice::RULE,
    // Credentials
    &wrong_credentials_accepted::RULE,
    &refusal_not_401::RULE,
    &www_authenticate_missing::RULE,
    &own_credentials_refused::RULE,
    // Error bodies
    &error_not_json::RULE,
    &error_schema_missing::RULE,
    &error_status_missing::RULE,
    &error_status_not_string::RULE,
    &error_status_differs::RULE,
    &error_detail_missing::RULE,
    &error_as_success::RULE,
    &scim_type_wrong::RULE,
    &inner_workings_shown::RULE,
    // Lists
    &list_schema_missing::RULE,
    &list_differs_from_read::RULE,
    &list_numbers_not_integers::RULE,
    &list_total_missing::RULE,
    &list_resources_missing::RULE,
    &list_resources_null::RULE,
    &list_total_too_small::RULE,
    &items_per_page_not_returned::RULE,
    &list_resource_twice::RULE,
    &page_repeats_resources::RULE,
    &import_page_cut_short::RULE,
    &page_shorter_than_asked::RULE,
    &page_longer_than_asked::RULE,
    &groups_not_served::RULE,
    &list_refused::RULE,
    &start_index_differs::RULE,
    &more_than_max_results::RULE,
    // Lookups
    &lookup_finds_others::RULE,
    &lookup_finds_several::RULE,
    &lookup_misses_known::RULE,
    &lookup_miss_not_200::RULE,
    &lookup_refused::RULE,
    // Create
    &create_refused::RULE,
    &create_status_not_201::RULE,
    &create_answer_empty::RULE,
    &create_location_missing::RULE,
    &created_inactive::RULE,
    &conflict_after_empty_lookup::RULE,
    &duplicate_accepted::RULE,
    &duplicate_not_409::RULE,
    // Read, update and delete
    &change_shown_late::RULE,
    &known_resource_not_found::RULE,
    &read_only_written::RULE,
    &read_refused::RULE,
    &replace_refused::RULE,
    &replace_answer_empty::RULE,
    &patch_refused::RULE,
    &deactivation_not_shown::RULE,
    &activation_not_shown::RULE,
    &delete_status_not_204::RULE,
    &read_differs_from_write::RULE,
    &success_status_odd::RULE,
    // Resources
    &resource_schemas_missing::RULE,
    &id_missing::RULE,
    &id_not_string::RULE,
    &id_differs_from_url::RULE,
    &user_name_missing::RULE,
    &user_name_case_changed::RULE,
    &user_name_changed::RULE,
    &answer_differs_from_sent::RULE,
    &text_garbled::RULE,
    &active_missing::RULE,
    &active_not_boolean::RULE,
    &password_returned::RULE,
    &multi_valued_not_array::RULE,
    &member_twice::RULE,
    &meta_location_names_another::RULE,
    &meta_location_without_host::RULE,
    &extension_not_in_schemas::RULE,
    &extension_flattened::RULE,
    &schemas_urn_twice::RULE,
    &schemas_urn_foreign::RULE,
    &id_shared::RULE,
    &id_reserved::RULE,
    &entry_not_object::RULE,
    &value_type_wrong::RULE,
    &value_format_wrong::RULE,
    &entry_without_value::RULE,
    &primary_twice::RULE,
    &value_twice::RULE,
    &member_nobody_sent::RULE,
    &ref_names_another::RULE,
    &secret_shown::RULE,
    &meta_incomplete::RULE,
    &resource_type_wrong::RULE,
    &dates_contradict::RULE,
    &new_but_modified::RULE,
    &last_modified_stale::RULE,
    &last_modified_moved_by_read::RULE,
    &location_headers_differ::RULE,
    &meta_location_elsewhere::RULE,
    &etag_differs::RULE,
    &etag_malformed::RULE,
    &attribute_name_case::RULE,
    &declared_but_dropped::RULE,
    &email_label_changed::RULE,
    &member_type_wrong::RULE,
    // What the target says of itself
    &service_config_incomplete::RULE,
    &authentication_schemes_missing::RULE,
    &resource_type_incomplete::RULE,
    &schema_incomplete::RULE,
    &schema_vague::RULE,
    &core_schema_misdeclared::RULE,
    &schema_not_served::RULE,
    &endpoint_not_served::RULE,
    &discovery_not_a_list::RULE,
    &discovery_entry_differs::RULE,
    &discovery_query_heeded::RULE,
    &discovery_writable::RULE,
    &discovery_meta_missing::RULE,
    &attribute_undeclared::RULE,
    &not_as_declared::RULE,
    &announced_but_refused::RULE,
    &works_unannounced::RULE,
];

/// Looks a rule up by its ID.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{testing::*, *};
    use crate::http::{AuthUse, Exchange};

    #[test]
    fn every_rule_explains_itself() {
        let mut ids = HashSet::new();
        for rule in RULES {
            assert!(ids.insert(rule.id), "{} is there twice", rule.id);
            assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
            assert!(!rule.spec.is_empty(), "{} has no source", rule.id);
            for key in rule.spec {
                assert!(crate::judge::spec::source(key).is_some(), "{}: unknown source {key}", rule.id);
            }
            for text in [rule.title, rule.looks_at, rule.why, rule.example, rule.fix] {
                assert!(!text.is_empty(), "{} lacks a text", rule.id);
            }
            assert!(!rule.title.ends_with('.'), "{}: the title is no sentence with a full stop", rule.id);
            assert_eq!(rule.admin.is_empty(), rule.breaks.is_empty(), "{}: who breaks, and what is seen?", rule.id);
        }
    }

    /// Every sighting in a dialogue, as `rule: actual`.
    fn sweep(dialogue: &[Exchange]) -> Vec<String> {
        let mut seen = Vec::new();
        for length in 1..=dialogue.len() {
            for rule in RULES {
                let sightings = judge(rule, &dialogue[..length]);
                seen.extend(sightings.iter().map(|sighting| format!("{}: {}", rule.id, sighting.actual)));
            }
        }
        seen
    }

    const JSON: (&str, &str) = ("Content-Type", "application/scim+json");

    fn crew_as(members: Value) -> Value {
        with(with(crew(members), "id", json!("g")), "meta", meta("Group", "g"))
    }

    fn grant() -> Exchange {
        post("/Groups", crew(json!([{"value": "7", "display": ADA}]))).answers_with(
            201,
            &[JSON, ("Location", "https://x/Groups/g")],
            crew_as(json!([{"value": "7"}])),
        )
    }

    #[test]
    fn a_good_server_hears_nothing_from_the_catalogue_app() {
        let gone = || with(ada_as("7"), "active", json!(false));
        let denied = [JSON, ("WWW-Authenticate", "Bearer")];
        let rename = json!([{"op": "replace", "value": {"id": "g", "displayName": "scim-check-t1-crew"}}]);
        let add = json!([{"op": "add", "path": "members", "value": [{"value": "7", "display": ADA}]}]);
        let remove = json!([{"op": "remove", "path": "members[value eq \"7\"]"}]);
        let dialogue = [
            get("/Users?startIndex=1&count=2").auth(AuthUse::Wrong).answers_with(401, &denied, error(401)),
            get("/Users?startIndex=1&count=2").answers(
                200,
                list(3, json!([eve(), with(with(eve(), "id", json!("e2")), "meta", meta("User", "e2"))])),
            ),
            get("/Groups?startIndex=1&count=100").answers(200, list(0, json!([]))),
            lookup(ADA).answers(200, list(0, json!([]))),
            created(),
            post("/Users", ada()).answers(409, error(409)),
            get("/Users/7").answers(200, ada_as("7")),
            put("/Users/7", ada_as("7")).answers(200, ada_as("7")),
            grant(),
            patch("/Groups/g", add).answers(204, json!(null)),
            get("/Groups/g").answers(200, crew_as(json!([{"value": "7"}]))),
            patch("/Groups/g", rename).answers(200, with(crew_as(json!([])), "members", json!(null))),
            patch("/Groups/g", remove).answers(204, json!(null)),
            patch("/Users/7", set_active(false)).answers(200, gone()),
            get("/Users/7").answers(200, gone()),
            lookup(ADA).answers(200, list(1, json!([gone()]))),
            patch("/Users/7", set_active(true)).answers(204, json!(null)),
            delete("/Groups/g").answers(204, json!(null)),
            get("/Groups/g").answers(404, error(404)),
            get("/Users/00919288221112222").answers(404, error(404)),
        ];
        assert_eq!(sweep(&dialogue), Vec::<String>::new());
    }

    #[test]
    fn a_good_server_hears_nothing_from_an_app_of_the_wizard() {
        let gone = || with(ada_as("7"), "active", json!(false));
        let filter = "/Groups?filter=displayName eq \"scim-check-t1-crew\"&startIndex=1&count=100";
        let dialogue = [
            lookup(ADA).answers(200, list(0, json!([]))),
            created(),
            get(filter).answers(200, list(0, json!([]))),
            grant(),
            get("/Groups/g").answers(200, crew_as(json!([{"value": "7"}]))),
            put("/Groups/g", crew_as(json!([{"value": "7", "display": ADA}])))
                .answers(200, crew_as(json!([{"value": "7"}]))),
            get("/Users/7").answers(200, ada_as("7")),
            put("/Users/7", gone()).answers(200, gone()),
            lookup(ADA).answers(200, list(1, json!([gone()]))),
            get("/Users/7").answers(200, gone()),
            put("/Users/7", ada_as("7")).answers(200, ada_as("7")),
            get("/Users/7").answers(200, ada_as("7")),
            get("/Users?startIndex=1&count=100").answers(200, list(1, json!([ada_as("7")]))),
        ];
        assert_eq!(sweep(&dialogue), Vec::<String>::new());
    }

    #[test]
    fn of_strangers_no_rule_shows_a_value() {
        let stranger = || {
            json!({
                "schemas": "hush", "id": 4711, "userName": "hush@corp.example", "displayName": "hush", "active": "hush",
                "emails": "hush", "roles": "hush", "name": {"familyName": "hush"}, "password": "hush",
                "members": [{"value": "hush"}, {"value": "hush"}], "meta": {"location": "https://x/hush"}
            })
        };
        let unnamed = || with(with(stranger(), "userName", json!(["hush"])), "id", json!(["hush"]));
        let dialogue = [
            lookup(ADA).answers(200, list(1, json!([stranger(), stranger(), unnamed()]))),
            post("/Users", ada()).answers(200, stranger()),
            get("/Users/7").answers(200, stranger()),
            put("/Users/7", ada()).answers(200, stranger()),
            put("/Users/7", with(ada(), "active", json!(false))).answers(200, unnamed()),
            get("/Groups/7").answers(200, stranger()),
            post("/Users", ada()).answers(200, stranger()),
        ];
        let seen = sweep(&dialogue);
        assert!(seen.len() > 30, "{seen:#?}");
        for line in seen {
            assert!(!line.contains("hush") && !line.contains("4711"), "{line}");
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let word = prop_oneof![
            Just("id"),
            Just("userName"),
            Just("schemas"),
            Just("Resources"),
            Just("totalResults"),
            Just("startIndex"),
            Just("active"),
            Just("emails"),
            Just("members"),
            Just("value"),
            Just("meta"),
            Just("location"),
            Just("password"),
            Just("name"),
            Just("familyName"),
            Just("status"),
            Just("detail"),
            Just("displayName"),
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
            Just(json!("scim-check-t1-ada@example.com")),
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((word.clone(), inner), 0..6).prop_map(|members| {
                    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_answer_makes_a_rule_panic(
            sent in any_json(), body in any_json(), status in 200u16..600, start in any::<i64>(),
        ) {
            let whose = |body: &Value| with(json!({"Resources": body.clone(), "totalResults": 1}), "x", json!(1));
            let target = format!("/Users?startIndex={start}&count=100");
            let dialogue = [
                lookup(ADA).answers(status, whose(&body)),
                get(&target).answers(status, body.clone()),
                post("/Users", sent.clone()).answers(status, body.clone()),
                get("/Users/7").answers(status, body.clone()),
                put("/Users/7", sent.clone()).answers(status, body.clone()),
                patch("/Groups/7", sent.clone()).answers(status, body.clone()),
                put("/Groups/7", sent).answers(status, body.clone()),
                delete("/Groups/7").answers(status, body),
            ];
            sweep(&dialogue);
        }
    }
}
