//! Linking a group to one that the app has, unlinking, and pausing a push (okta-client 13.6 and 13.7).

use super::{Okta, Pushed, id::id_of};
use crate::{
    http::Resource,
    idp::{Stop, Verb},
};

impl Okta<'_> {
    /// 13.7, inferred as a whole: no recording shows it. The group takes Okta's name where the app is set up so, Okta's
    /// members join it, and those who were in it stay.
    pub(super) async fn link(&mut self, key: &str, to: Option<&str>) -> Result<(), Stop> {
        let Some(group) = self.cast.group(key).cloned() else {
            return Ok(());
        };
        let other = to.and_then(|to| self.cast.group(to)).map(|other| &other.name);
        let there = other.or_else(|| self.left.get(key)).unwrap_or(&group.name).clone();
        let id = self.find_existing(key, &there).await?;
        let name = if self.dialect.rename_groups { group.name.clone() } else { there };
        self.pushed.insert(key.to_owned(), Pushed { id: id.clone(), name: name.clone(), active: true });
        let members = self.members(&group.members);
        match self.dialect.groups {
            Verb::Patch => {
                self.read_group(key, &id).await?;
                self.patch_name(key, &id).await?;
                self.add_in_batches(key, &id, &members).await
            }
            Verb::Put => {
                let mut all = self.read_twice(key, &id).await?;
                let joining = members.into_iter().filter(|new| all.iter().all(|have| have["value"] != new["value"]));
                all.extend(joining.collect::<Vec<_>>());
                self.put_group(key, &id, &name, all).await
            }
        }
    }

    /// The group comes from the list that Okta imports groups with, or from a lookup by name. Without it there is nothing
    /// to link: the administrator does not find it.
    async fn find_existing(&self, key: &str, name: &str) -> Result<String, Stop> {
        let (heard, found) = if self.dialect.import_groups {
            let mut found = None;
            let last = self.each_page(Resource::Group, |groups| {
                let named = groups.iter().find(|group| group["displayName"].as_str() == Some(name));
                found = found.take().or_else(|| named.and_then(|group| id_of(group.get("id"))));
            });
            (last.await?, found)
        } else {
            let (heard, found) = self.find_group(key, name).await?;
            (heard, found)
        };
        match (heard, found) {
            (_, Some(id)) => Ok(id),
            (heard, None) => Err(Stop {
                exchange: heard.exchange,
                about: Some(key.to_owned()),
                needed: format!("the group \"{name}\", which the app has"),
                got: "no such group".to_owned(),
                console: None,
                endless: false,
            }),
        }
    }

    /// Nothing is sent: the group and its members stay.
    pub(super) fn unlink(&mut self, key: &str) -> Result<(), Stop> {
        if let Some(pushed) = self.pushed.remove(key) {
            self.left.insert(key.to_owned(), pushed.name);
        }
        Ok(())
    }

    /// Nothing is sent, and nothing will be until the push is active again.
    pub(super) fn deactivate_push(&mut self, key: &str) -> Result<(), Stop> {
        if let Some(group) = self.pushed.get_mut(key) {
            group.active = false;
        }
        Ok(())
    }

    /// What changed meanwhile arrives at once: the whole membership, as with "Push now" (inferred: Okta's test plan asks
    /// for the result, and no recording shows the requests).
    pub(super) async fn activate_push(&mut self, key: &str) -> Result<(), Stop> {
        let name = self.cast.group(key).map(|group| group.name.clone());
        if let (Some(group), Some(name)) = (self.pushed.get_mut(key), name) {
            group.active = true;
            if self.dialect.rename_groups {
                group.name = name;
            }
        }
        self.push_now(key).await
    }
}
