//! What is there before a story, and what somebody does in the app meanwhile.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    conversation::Conversation,
    teller::{LIMITED, limited},
};
use crate::{
    http::{Purpose, Request, Resource},
    idp::{
        Cast,
        okta::{self, Okta},
    },
    scenario::{Outside, Scenario},
    scim::urn,
};

/// Creates the people and groups that are there before the story.
pub(super) async fn prepare(
    scenario: &Scenario,
    cast: &Cast,
    conversation: &Conversation,
    ids: &mut HashMap<String, String>,
) -> Result<(), String> {
    conversation.enter_step(None);
    for person in scenario.given.iter().filter_map(|key| cast.person(key)) {
        let id = place(conversation, Resource::User, &person.key, person.creation()).await?;
        ids.insert(person.key.clone(), id);
    }
    for group in scenario.given_groups.iter().filter_map(|key| cast.group(key)) {
        let members: Vec<Value> =
            group.members.iter().filter_map(|key| Some(json!({"value": ids.get(key)?}))).collect();
        let body = json!({"schemas": [urn::GROUP], "displayName": group.name, "members": members});
        let id = place(conversation, Resource::Group, &group.key, body).await?;
        ids.insert(group.key.clone(), id);
    }
    Ok(())
}

/// Creates one resource before the story; answers its id.
async fn place(conversation: &Conversation, resource: Resource, key: &str, mut body: Value) -> Result<String, String> {
    let mut heard = conversation.exchange(okta::create(resource, body.clone()).about(key), Purpose::Setup).await;
    // Whether Okta's placeholder passes a policy for passwords is the business of the stories that assign.
    if heard.answer.as_ref().is_ok_and(|response| matches!(response.status, 400 | 422))
        && body.as_object_mut().is_some_and(|body| body.shift_remove("password").is_some())
    {
        heard = conversation.exchange(okta::create(resource, body).about(key), Purpose::Setup).await;
    }
    let trouble = |what: String| format!("{key}, there before the scenario, could not be created: {what}");
    let response = heard.answer.map_err(|failure| trouble(failure.to_string()))?;
    if !response.is_success() {
        return Err(trouble(format!("status {}", response.status)));
    }
    let shown = response.member("id");
    let id = okta::id_of(shown).ok_or_else(|| match shown {
        None => trouble("the answer has no id".to_owned()),
        Some(_) => trouble(format!("the answer has no id that can be used: {}", okta::instead_of_id(shown))),
    })?;
    if !conversation.ledger.holds(resource, &id) {
        let why = match conversation.read(|exchanges| limited(&exchanges[heard.exchange..])) {
            true => LIMITED,
            false => "what was created can't be read back under its id",
        };
        return Err(trouble(why.to_owned()));
    }
    Ok(id)
}

/// Does in the app what somebody does there, in the verb that the identity provider's app uses.
pub(super) async fn change_outside(
    conversation: &Conversation,
    okta: &Okta<'_>,
    outside: &Outside,
    ids: &HashMap<String, String>,
) -> Result<(), String> {
    let (about, request) = match outside {
        Outside::AddMembers(group, people) => {
            let id = |key: &String| ids.get(key).cloned().ok_or_else(|| format!("{key} has no account in the app yet"));
            let added = people.iter().map(id).collect::<Result<Vec<_>, _>>()?;
            let request = okta.outside_change(group, &added).ok_or_else(|| format!("{group} was not pushed yet"))?;
            (group, request)
        }
        Outside::Deactivate(person) => {
            let id = ids.get(person).ok_or_else(|| format!("{person} has no account in the app yet"))?;
            let stored = ask(conversation, person, okta::read(Resource::User, id)).await?;
            (person, okta.outside_deactivation(id, stored))
        }
    };
    ask(conversation, about, request).await.map(|_| ())
}

/// Sends what prepares the ground; answers the body.
async fn ask(conversation: &Conversation, about: &str, request: Request) -> Result<Value, String> {
    let heard = conversation.exchange(request.about(about), Purpose::Setup).await;
    match heard.answer {
        Ok(response) if response.is_success() => Ok(response.value().cloned().unwrap_or_default()),
        Ok(response) => Err(format!("{about} could not be changed in the app: status {}", response.status)),
        Err(failure) => Err(format!("{about} could not be changed in the app: {failure}")),
    }
}
