//! The JSON Schema of scenario files and of `suite.yaml`, for editors: what the types of the files can't say by themselves.

mod generator;

pub(crate) use generator::{generator, hold};
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::{
    ask::METHODS,
    file::{LinkTo, ScenarioFile, SuiteFile},
};
use crate::idp::actions;

/// `GET /Users`: method and path, or the method alone beside a `path_raw`.
pub(super) fn request() -> String {
    format!(r"^({})(\s+/[^?]*)?$", METHODS.join("|"))
}

/// A step is one action, one request, or several at once.
pub(super) fn one_action(step: &mut Schema) {
    one_of(step, actions().chain(["meanwhile", "request", "at_once"]));
}

/// A reading is of one thing.
pub(super) fn one_reading(then: &mut Schema) {
    one_of(then, ["user", "lookup", "group", "gone", "imported"]);
}

/// What is changed behind Okta's back is one thing.
pub(super) fn one_change(outside: &mut Schema) {
    let other = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), json!(false))).collect::<Value>();
    outside.insert(
        "oneOf".to_owned(),
        json!([
            {"required": ["group", "user"], "properties": other(&["deactivate"])},
            {"required": ["deactivate"], "properties": other(&["group", "user"])},
        ]),
    );
}

fn one_of<'w>(schema: &mut Schema, words: impl IntoIterator<Item = &'w str>) {
    let each: Vec<Value> = words.into_iter().map(|word| json!({"required": [word]})).collect();
    schema.insert("oneOf".to_owned(), json!(each));
}

/// A status, or several that will do.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by JsonSchema alone")]
pub(super) enum Statuses {
    One(Status),
    Several(#[schemars(length(min = 1))] Vec<Status>),
}

/// A number, or a class of them.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by JsonSchema alone")]
pub(super) enum Status {
    Number(#[schemars(range(min = 100, max = 599))] u16),
    Class(#[schemars(regex(pattern = "^[1-5]xx$"))] String),
}

/// Where a value that is kept comes from.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by JsonSchema alone")]
pub(super) enum Saved {
    /// A JSON pointer, or an attribute path.
    At(String),
    Of(Part),
}

/// A part of an answer that is not its body.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
#[expect(dead_code, reason = "read by JsonSchema alone")]
pub(super) enum Part {
    /// A header.
    Header(String),
    /// Whether the status is this.
    Status(Statuses),
}

/// A group that was unlinked, or a group and the one that it is linked to.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by JsonSchema alone")]
pub(super) enum Link {
    Again(String),
    To(LinkTo),
}

#[test]
fn the_file_under_docs_is_what_the_types_say() {
    let mut generator = generator();
    let scenario = generator.subschema_for::<ScenarioFile>();
    let suite = generator.subschema_for::<SuiteFile>();
    hold(
        "scenario.schema.json",
        &json!({
            "$schema": generator.settings().meta_schema,
            "title": "A scenario of scim-check, or a suite.yaml",
            "description": "docs/scenarios.md",
            "type": "object",
            "if": {"required": ["steps"]},
            "then": scenario,
            "else": suite,
            "definitions": generator.take_definitions(true),
        }),
    );
}
