//! JSON Schemas of the files that people write, made of the types that read them.
//!
//! They are for editors and lie under `docs/`; `SCIM_CHECK_RECORD=1 cargo test --lib schema` writes them anew.

use std::{env, fs, path::Path};

use schemars::{
    Schema, SchemaGenerator,
    generate::{GenTransform, SchemaSettings},
    transform::{RestrictFormats, Transform, transform_subschemas},
};
use serde_json::{Map, Value, json};

/// What makes the schema of one file, in the draft that editors know best.
pub(crate) fn generator() -> SchemaGenerator {
    let settings = SchemaSettings::draft07().with(|settings| {
        let plain: [Box<dyn GenTransform>; 2] = [Box::new(Plain), Box::new(RestrictFormats::default())];
        settings.transforms.splice(0..0, plain);
    });
    settings.into_generator()
}

/// Says what a person writes: a member that may be left out is left out and not null, and a default that says nothing is not told.
#[derive(Debug, Clone)]
struct Plain;

impl Transform for Plain {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.values_mut().filter_map(Value::as_object_mut).for_each(without_null);
        }
        transform_subschemas(self, schema);
    }
}

fn without_null(property: &mut Map<String, Value>) {
    let null = json!("null");
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|one| *one != null);
        if let [one] = &types[..] {
            property["type"] = one.clone();
        }
    }
    if property.contains_key("type")
        && let Some(Value::Array(words)) = property.get_mut("enum")
    {
        words.retain(|word| !word.is_null());
    }
    if let Some(Value::Array(forms)) = property.get_mut("anyOf") {
        forms.retain(|form| form["type"] != null);
        if let [Value::Object(one)] = &forms[..] {
            let one = one.clone();
            property.remove("anyOf");
            property.extend(one);
        }
    }
    let says = |value: &Value| match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    };
    if property.get("default").is_some_and(|default| !says(default)) {
        property.shift_remove("default");
    }
}

/// Holds a file under `docs/` against the schema that the types give, or writes it.
pub(crate) fn hold(name: &str, schema: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    let text = serde_json::to_string_pretty(schema).unwrap() + "\n";
    if env::var_os("SCIM_CHECK_RECORD").is_some() {
        fs::write(path, text).unwrap();
        return;
    }
    let have = fs::read_to_string(path).unwrap();
    assert!(have == text, "docs/{name} is not what the types say: SCIM_CHECK_RECORD=1 cargo test --lib schema");
}
