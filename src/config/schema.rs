//! The JSON Schema of `scim-check.toml`, for editors: what the types of the file can't say by themselves.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::{
    keys::{self, KEYS},
    section::{Section, TokenSource},
    waiver,
};
use crate::{
    idp::Dialect,
    scenario::schema::{generator, hold},
};

/// How a URL begins.
pub(super) const URL: &str = r"^\s*[Hh][Tt][Tt][Pp][Ss]?://";

/// A preset, and settings that differ behind a `+`.
pub(super) fn dialect() -> String {
    let settings = "users=(patch|put)|groups=(patch|put)|import_groups=(on|off|true|false)|rename_groups=(on|off|true|false)\
                    |member_batch=[1-9][0-9]*";
    format!(r"^({})(\+({settings}))*$", Dialect::NAMES.join("|"))
}

/// A time, as flags take it, or a number of seconds.
pub(super) struct Time;

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "minimum": 0,
            "pattern": r"^[0-9]+\s*(ms|s|m|h|d)?$",
            "examples": ["30s", "200ms"],
        })
    }
}

/// Where a secret is: in one of two places.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
#[expect(dead_code, reason = "read by JsonSchema alone")]
enum Secret {
    /// A variable of the environment.
    Env(String),
    /// A file with the secret on one line, from the folder of this file.
    File(String),
}

impl JsonSchema for TokenSource {
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Secret::json_schema(generator)
    }
}

/// The whole file.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by JsonSchema alone")]
struct File {
    #[serde(flatten)]
    settings: Target,
    /// Servers by name, for --target NAME. What stands at the top holds for each of them, unless the target says otherwise.
    #[serde(default)]
    targets: BTreeMap<String, Target>,
    /// The target where none is chosen.
    default_target: Option<String>,
}

/// Settings of one server.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by JsonSchema alone")]
struct Target {
    #[serde(flatten)]
    settings: Section,
    /// Findings that are accepted for now: docs/waivers.md.
    #[serde(default)]
    waive: Vec<waiver::Section>,
}

/// Nothing but what it names, and of each key the flag and the variable that say the same. Notes the keys.
fn complete(table: &mut Value, path: &str, met: &mut BTreeSet<String>) {
    table["additionalProperties"] = json!(false);
    for (name, property) in table["properties"].as_object_mut().unwrap() {
        let path = format!("{path}{name}");
        let Some(key) = keys::by_path(&path) else { continue };
        let also: Vec<&str> = [key.flag, key.variable].into_iter().filter(|word| !word.is_empty()).collect();
        if !also.is_empty() {
            let description = property["description"].as_str().unwrap();
            property["description"] = json!(format!("{description} Also {}.", also.join(", ")));
        }
        met.insert(path);
    }
}

#[test]
fn the_file_under_docs_is_what_the_types_say() {
    let mut schema = generator().into_root_schema_for::<File>().to_value();
    schema["title"] = json!("scim-check.toml");
    schema["description"] = json!("Settings of scim-check: docs/configuration.md.");
    let mut met = BTreeSet::new();
    complete(&mut schema, "", &mut met);
    for (table, path) in
        [("Target", ""), ("OauthSection", "oauth."), ("PeopleSection", "people."), ("SnapshotsSection", "snapshots.")]
    {
        complete(&mut schema["definitions"][table], path, &mut met);
    }
    for key in KEYS.iter().filter(|key| !(key.flag.is_empty() && key.variable.is_empty())) {
        assert!(met.contains(key.path), "{} is nowhere in the schema", key.path);
    }
    hold("scim-check.schema.json", &schema);
}
