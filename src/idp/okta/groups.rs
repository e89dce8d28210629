//! Group push (okta-client section 13).

use std::num::NonZeroUsize;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    Account, Okta, Pushed,
    id::{id_of, instead_of_id},
    requests,
};
use crate::{
    http::{Heard, Request, Resource},
    idp::{
        Group, Stop, Verb,
        stop::{Trouble, accepted, object},
    },
    scim::urn,
};

impl Okta<'_> {
    /// 13.1. The name is looked up where Okta has not listed the app's groups.
    pub(super) async fn push(&mut self, key: &str) -> Result<(), Stop> {
        let Some(group) = self.cast.group(key).cloned() else {
            return Ok(());
        };
        let known = if self.dialect.import_groups { None } else { self.find_group(key, &group.name).await?.1 };
        let members = self.members(&group.members);
        let id = match known {
            Some(id) => id,
            None => self.create_group(key, &group.name, &members).await?,
        };
        self.pushed.insert(key.to_owned(), Pushed { id: id.clone(), name: group.name.clone(), active: true });
        match self.dialect.groups {
            // The same members once more: adding a present member must be harmless.
            Verb::Patch => self.add_in_batches(key, &id, &members).await,
            Verb::Put => {
                self.read_group(key, &id).await?;
                self.put_group(key, &id, &group.name, members).await
            }
        }
    }

    /// 13.2.
    pub(super) async fn rename(&mut self, key: &str, name: &str) -> Result<(), Stop> {
        let Some(id) = self.rename_belief(key, name) else {
            return Ok(());
        };
        match self.dialect.groups {
            Verb::Patch => {
                self.read_group(key, &id).await?;
                self.patch_name(key, &id).await
            }
            Verb::Put => {
                self.read_group(key, &id).await?;
                let read = self.read_group(key, &id).await?;
                self.put_group(key, &id, name, server_members(&read)).await
            }
        }
    }

    fn rename_belief(&mut self, key: &str, name: &str) -> Option<String> {
        self.cast.group_mut(key)?.name = name.to_owned();
        let renames = self.dialect.rename_groups;
        let pushed = self.pushed.get_mut(key).filter(|pushed| pushed.active && renames)?;
        pushed.name = name.to_owned();
        Some(pushed.id.clone())
    }

    /// 13.3.
    pub(super) async fn add_members(&mut self, key: &str, people: &[String]) -> Result<(), Stop> {
        if let Some(group) = self.cast.group_mut(key) {
            group.members.extend(people.iter().cloned());
        }
        let added = self.members(people);
        let Some(pushed) = self.active_push(key) else {
            return Ok(());
        };
        match self.dialect.groups {
            Verb::Patch => {
                let id = &pushed.id;
                self.read_group(key, id).await?;
                self.patch_name(key, id).await?;
                self.add_in_batches(key, id, &added).await
            }
            Verb::Put => self.put_change(key, pushed, added).await,
        }
    }

    /// 13.4.
    pub(super) async fn remove_members(&mut self, key: &str, people: &[String]) -> Result<(), Stop> {
        if let Some(group) = self.cast.group_mut(key) {
            group.members.retain(|member| !people.contains(member));
        }
        // Who has lost the app may still be in the group.
        let removed = self.entries(people, |_| true);
        let Some(pushed) = self.active_push(key) else {
            return Ok(());
        };
        match self.dialect.groups {
            Verb::Patch => {
                let id = &pushed.id;
                self.read_group(key, id).await?;
                self.patch_name(key, id).await?;
                for part in removed.chunks(self.batch()) {
                    let operations = part.iter().map(|member| {
                        let path = format!("members[value eq {}]", member["value"]);
                        json!({"op": "remove", "path": path})
                    });
                    self.patch_group(key, id, operations.collect()).await?;
                }
                Ok(())
            }
            Verb::Put => self.put_change(key, pushed, Vec::new()).await,
        }
    }

    /// 13.5.
    pub(super) async fn push_now(&mut self, key: &str) -> Result<(), Stop> {
        let Some(Pushed { id, name, .. }) = self.active_push(key) else {
            return Ok(());
        };
        match self.dialect.groups {
            Verb::Patch => {
                let members = self.believed_members(key);
                // Where the list has to be split, the rest is added (inferred: no source shows it).
                let (first, rest) = members.split_at(members.len().min(self.batch()));
                self.read_group(key, &id).await?;
                self.patch_name(key, &id).await?;
                let operation = json!({"op": "replace", "path": "members", "value": first});
                self.patch_group(key, &id, vec![operation]).await?;
                self.add_in_batches(key, &id, rest).await
            }
            Verb::Put => {
                let members = self.read_twice(key, &id).await?;
                self.put_group(key, &id, &name, members).await?;
                self.put_exactly(key, &id, &name).await
            }
        }
    }

    /// What somebody else would send to add people to a pushed group, in the verb that the app uses; it changes
    /// nothing of what Okta believes. `None` where the group was not pushed.
    pub fn outside_change(&self, key: &str, ids: &[String]) -> Option<Request> {
        let Pushed { id, name, .. } = self.pushed.get(key)?;
        let added: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
        let request = match self.dialect.groups {
            Verb::Patch => requests::patch(Resource::Group, id, vec![add(&added)]),
            Verb::Put => {
                let members = [self.believed_members(key), added].concat();
                let body = json!({"schemas": [urn::GROUP], "id": id, "displayName": name, "members": members});
                requests::replace(Resource::Group, id, body)
            }
        };
        Some(request.about(key))
    }

    /// 13.6. The people stay.
    pub(super) async fn delete_group(&mut self, key: &str) -> Result<(), Stop> {
        let Some(Pushed { id, .. }) = self.pushed.remove(key) else {
            return Ok(());
        };
        self.read_group(key, &id).await?;
        let heard = self.line.say(requests::delete(Resource::Group, &id).about(key)).await;
        accepted(&heard).map_err(|trouble| trouble.stop(&heard, key, None))?;
        Ok(())
    }

    /// After somebody came back, every pushed group they belong to is refreshed, all at once (okta-client 9.2, PUT
    /// kind). The first trouble is told.
    pub(super) async fn refresh_groups_of(&self, people: &[String]) -> Result<(), Stop> {
        let of_them = |group: &&Group| group.members.iter().any(|member| people.contains(member));
        let groups = self.cast.groups.iter().filter(of_them);
        let refreshes = groups.filter_map(|group| Some((group.key.as_str(), self.active_push(&group.key)?)));
        let results = join_all(refreshes.map(|(key, pushed)| self.put_change(key, pushed, Vec::new()))).await;
        results.into_iter().collect()
    }

    /// A change of members in the PUT kind: the server's list with who joins, then Okta's exact list.
    async fn put_change(&self, key: &str, pushed: Pushed, joining: Vec<Value>) -> Result<(), Stop> {
        let Pushed { id, name, .. } = pushed;
        let mut members = self.read_twice(key, &id).await?;
        members.extend(joining);
        self.put_group(key, &id, &name, members).await?;
        self.read_group(key, &id).await?;
        self.put_exactly(key, &id, &name).await
    }

    /// A group whose push is under way.
    fn active_push(&self, key: &str) -> Option<Pushed> {
        self.pushed.get(key).filter(|pushed| pushed.active).cloned()
    }

    /// Most members that go into one PATCH.
    fn batch(&self) -> usize {
        self.dialect.member_batch.map_or(usize::MAX, NonZeroUsize::get)
    }

    /// Adds members; where there are none, nothing is sent.
    pub(super) async fn add_in_batches(&self, key: &str, id: &str, members: &[Value]) -> Result<(), Stop> {
        for part in members.chunks(self.batch()) {
            self.patch_group(key, id, vec![add(part)]).await?;
        }
        Ok(())
    }

    /// The id of the first group of that name, and the answer that shows it.
    pub(super) async fn find_group(&self, key: &str, name: &str) -> Result<(Heard, Option<String>), Stop> {
        let heard = self.line.say(requests::lookup(Resource::Group, name).about(key)).await;
        if heard.answer.as_ref().is_ok_and(|response| response.status == 404) {
            return Ok((heard, None));
        }
        let found = self.list(&heard, key, None)?;
        let id = found.first().and_then(|group| id_of(group.get("id")));
        Ok((heard, id))
    }

    /// `schemas`, `displayName`, `members`: never an externalId (okta-client 13.0).
    async fn create_group(&self, key: &str, name: &str, members: &[Value]) -> Result<String, Stop> {
        let body = json!({"schemas": [urn::GROUP], "displayName": name, "members": members});
        let heard = self.line.say(requests::create(Resource::Group, body).about(key)).await;
        let stop = |trouble: Trouble| trouble.stop(&heard, key, None);
        let response = object(&heard).map_err(stop)?;
        id_of(response.member("id")).ok_or_else(|| {
            let got = instead_of_id(response.member("id"));
            stop(Trouble::lacks("an `id` in the answer", got, "the created group has no id"))
        })
    }

    pub(super) async fn read_group(&self, key: &str, id: &str) -> Result<Value, Stop> {
        let heard = self.line.say(requests::read(Resource::Group, id).about(key)).await;
        let response = object(&heard).map_err(|trouble| trouble.stop(&heard, key, Some(&self.updating(key))))?;
        Ok(response.value().cloned().unwrap_or_default())
    }

    /// Two GETs; answers the members as the server has them.
    pub(super) async fn read_twice(&self, key: &str, id: &str) -> Result<Vec<Value>, Stop> {
        self.read_group(key, id).await?;
        Ok(server_members(&self.read_group(key, id).await?))
    }

    /// The unchanged name goes along with every membership change, the id inside `value` (okta-client 13.2).
    pub(super) async fn patch_name(&self, key: &str, id: &str) -> Result<(), Stop> {
        let name = self.pushed.get(key).map_or("", |group| group.name.as_str());
        let operation = json!({"op": "replace", "value": {"id": id, "displayName": name}});
        self.patch_group(key, id, vec![operation]).await
    }

    async fn patch_group(&self, key: &str, id: &str, operations: Vec<Value>) -> Result<(), Stop> {
        self.change(key, requests::patch(Resource::Group, id, operations)).await
    }

    async fn put_exactly(&self, key: &str, id: &str, name: &str) -> Result<(), Stop> {
        self.put_group(key, id, name, self.believed_members(key)).await
    }

    /// `schemas`, `id`, `displayName`, `members`; `meta` is not echoed (okta-client 13.8).
    pub(super) async fn put_group(&self, key: &str, id: &str, name: &str, members: Vec<Value>) -> Result<(), Stop> {
        let body = json!({"schemas": [urn::GROUP], "id": id, "displayName": name, "members": members});
        self.change(key, requests::replace(Resource::Group, id, body)).await
    }

    async fn change(&self, key: &str, request: Request) -> Result<(), Stop> {
        let heard = self.line.say(request.about(key)).await;
        accepted(&heard).map_err(|trouble| trouble.stop(&heard, key, Some(&self.updating(key))))?;
        Ok(())
    }

    fn believed_members(&self, key: &str) -> Vec<Value> {
        self.cast.group(key).map(|group| self.members(&group.members)).unwrap_or_default()
    }

    /// Only people to whom the app is assigned are sent (okta-client 13.0); never `type` or `$ref`.
    pub(super) fn members(&self, people: &[String]) -> Vec<Value> {
        self.entries(people, |account| account.assigned)
    }

    /// People as entries of a group.
    fn entries(&self, people: &[String], fits: impl Fn(&Account) -> bool) -> Vec<Value> {
        people
            .iter()
            .filter_map(|key| Some((self.accounts.get(key).filter(|account| fits(account))?, self.cast.person(key)?)))
            .map(|(account, person)| json!({"value": account.id, "display": person.user_name()}))
            .collect()
    }

    fn updating(&self, key: &str) -> String {
        let name = self.cast.group(key).map_or(key, |group| group.name.as_str());
        format!(
            "Unable to update Group Push mapping target App group {name}: \
             Error while updating user group membership for group {name}"
        )
    }
}

fn add(members: &[Value]) -> Value {
    json!({"op": "add", "path": "members", "value": members})
}

/// Members as Okta sends back what it read: value and display, null where there was none.
fn server_members(group: &Value) -> Vec<Value> {
    let members = group.get("members").and_then(Value::as_array);
    members
        .into_iter()
        .flatten()
        .map(|member| {
            let display = member.get("display").cloned().unwrap_or(Value::Null);
            json!({"value": member["value"], "display": display})
        })
        .collect()
}
