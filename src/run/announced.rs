//! What a target announces in `/ResourceTypes`: roles and entitlements are asked for only where they are there.

use reqwest::Method;
use serde_json::Value;

use super::conversation::Conversation;
use crate::{
    http::{Purpose, Request, Response},
    judge::member,
    scenario::{Need, Scenario},
};

/// Why a scenario is skipped; `None` where the target announces all that it needs, or can't be asked.
pub(super) async fn lacking(scenario: &Scenario, conversation: &Conversation) -> Option<String> {
    let needs: Vec<(Need, &str)> =
        scenario.needs.iter().filter_map(|need| Some((*need, need.announced_by()?))).collect();
    if needs.is_empty() {
        return None;
    }
    let request = Request::new(Method::GET, "/ResourceTypes").header("Accept", "application/scim+json");
    // A target that does not answer, or fails, is told of by the steps.
    let answer = conversation.exchange(request, Purpose::Setup).await.answer.ok()?;
    if answer.status >= 500 {
        return None;
    }
    needs.iter().find(|(_, schema)| !announces(&answer, schema)).map(|(need, schema)| {
        let why = match answer.is_success() {
            true => format!("names no resource type with the schema {schema}"),
            false => format!("is answered {}", answer.status),
        };
        format!("the target announces no {}: /ResourceTypes {why}", need.word())
    })
}

fn announces(answer: &Response, schema: &str) -> bool {
    // Okta's guide once showed a bare array.
    let bare = answer.value().and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut types = answer.resources().iter().chain(bare).filter(|_| answer.is_success());
    let names =
        |of: &Value| member(of, "schema").and_then(Value::as_str).is_some_and(|urn| urn.eq_ignore_ascii_case(schema));
    types.any(names)
}
