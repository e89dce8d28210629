//! Imports, page by page, and what Okta concludes from them (okta-client section 12).

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Account, Okta, id::id_of, requests};
use crate::{
    http::{Heard, Resource},
    idp::Stop,
};

/// As many pages as a directory of a million has: a target whose total never ends must not keep us for ever.
const MOST_PAGES: i64 = 10_000;
/// Full pages after which a list of more people than that many pages hold is not read any further.
const MANY_PAGES: i64 = 100;
/// Pages that show less than was asked for while more should follow: after so many nothing is learned any more.
const MOST_SHORT_PAGES: usize = 100;
/// An import that would unassign more than this part of the people is stopped.
const SAFEGUARD_PERCENT: usize = 20;

/// What an import concluded. People are named as in the cast; others only count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Active users seen; Okta counts no others.
    pub scanned: usize,
    /// How often each person of the cast was seen active.
    pub seen: HashMap<String, usize>,
    /// The ids of the members with which each group of the cast was seen, each time that it was.
    pub groups: HashMap<String, Vec<Vec<String>>>,
    /// Active people whom Okta had not linked to an account.
    pub new: Vec<String>,
    /// People assigned to the app whom the list no longer shows: Okta unassigns them.
    pub removed: Vec<String>,
    /// People assigned to the app whom the list shows as inactive. Where the app is the profile source, Okta
    /// deactivates them; elsewhere it does not count them.
    pub deactivated: Vec<String>,
    /// True when so many were removed that the safeguard stops the import, and nobody is unassigned.
    pub safeguard: bool,
    /// The id under which each person of the cast was listed.
    ids: HashMap<String, String>,
}

impl Imported {
    /// True when a person was listed as active, under an id that can be used.
    pub fn shows(&self, key: &str) -> bool {
        self.seen.contains_key(key) && self.ids.contains_key(key)
    }
}

/// The stop at a list that is not read to its end.
fn endless(heard: &Heard, pages: i64, total: Option<i64>) -> Stop {
    let total = total.map_or_else(|| "without totalResults".to_owned(), |total| format!("of totalResults {total}"));
    Stop {
        exchange: heard.exchange,
        about: None,
        needed: "a list that ends".to_owned(),
        got: format!("{pages} full pages {total}, and no end"),
        console: None,
        endless: true,
    }
}

impl Okta<'_> {
    pub(super) async fn import(&mut self) -> Result<(), Stop> {
        let mut imported = Imported::default();
        let mut inactive = HashSet::new();
        self.each_page(Resource::User, |users| {
            for user in users {
                self.count(user, &mut imported, &mut inactive);
            }
        })
        .await?;
        if self.dialect.import_groups {
            self.each_page(Resource::Group, |groups| {
                for group in groups {
                    self.count_group(group, &mut imported);
                }
            })
            .await?;
        }
        self.conclude(&mut imported, &inactive);
        if !imported.safeguard {
            self.accounts.retain(|key, _| !imported.removed.contains(key));
        }
        self.imported = Some(imported);
        Ok(())
    }

    /// Asks for page after page, 100 further each time however many came, while `totalResults` says that there is more;
    /// answers the last page.
    pub(super) async fn each_page(&self, resource: Resource, mut take: impl FnMut(&[Value])) -> Result<Heard, Stop> {
        let mut firsts = HashSet::new();
        let mut start = 1;
        let mut short = 0;
        loop {
            let heard = self.line.say(requests::page(resource, start, requests::PAGE)).await;
            let listed = self.list(&heard, "the import", None)?;
            take(&listed);
            // A target that shows the same pages for ever must not keep us for ever.
            let first = listed.first().and_then(|one| id_of(one.get("id")));
            if first.is_some_and(|first| !firsts.insert(first)) {
                return Ok(heard);
            }
            let answer = heard.answer.as_ref().ok();
            let total = answer.and_then(|response| response.member("totalResults").and_then(Value::as_i64));
            start += requests::PAGE;
            short += usize::from(listed.len() < requests::PAGE as usize);
            if listed.is_empty() || short > MOST_SHORT_PAGES || total.is_none_or(|total| start > total) {
                return Ok(heard);
            }
            let pages = start / requests::PAGE;
            let beyond = pages >= MANY_PAGES && total.is_some_and(|total| total / requests::PAGE > MOST_PAGES);
            if beyond || pages >= MOST_PAGES {
                return Err(endless(&heard, pages, total));
            }
        }
    }

    /// Okta takes id, name and members of groups from the list (okta-client section 12).
    fn count_group(&self, group: &Value, imported: &mut Imported) {
        let id = id_of(group.get("id"));
        let name = group["displayName"].as_str();
        let known = |key: &String| self.pushed.get(key).is_some_and(|pushed| Some(&pushed.id) == id.as_ref());
        let ours = self.cast.groups.iter().find(|ours| known(&ours.key) || Some(ours.name.as_str()) == name);
        if let Some(ours) = ours {
            let members = group["members"].as_array().into_iter().flatten();
            let ids = members.filter_map(|member| id_of(member.get("value"))).collect();
            imported.groups.entry(ours.key.clone()).or_default().push(ids);
        }
    }

    fn count(&self, user: &Value, imported: &mut Imported, inactive: &mut HashSet<String>) {
        let is_active = user.get("active").and_then(Value::as_bool) != Some(false);
        imported.scanned += usize::from(is_active);
        let id = id_of(user.get("id"));
        let name = user["userName"].as_str().unwrap_or("");
        let known = |key: &String| self.accounts.get(key).is_some_and(|account| Some(&account.id) == id.as_ref());
        let person = self
            .cast
            .people
            .iter()
            .find(|person| known(&person.key) || person.user_name().eq_ignore_ascii_case(name))
            .map(|person| person.key.clone());
        let Some(key) = person else { return };
        if is_active {
            *imported.seen.entry(key.clone()).or_default() += 1;
        } else {
            inactive.insert(key.clone());
        }
        // Who is listed twice is the account that Okta knows.
        let own = known(&key);
        match id {
            Some(id) if own => drop(imported.ids.insert(key, id)),
            Some(id) => drop(imported.ids.entry(key).or_insert(id)),
            None => {}
        }
    }

    fn conclude(&self, imported: &mut Imported, inactive: &HashSet<String>) {
        let assigned = |key: &String| self.accounts.get(key).is_some_and(|account| account.assigned);
        for person in &self.cast.people {
            let key = &person.key;
            let seen = imported.seen.contains_key(key);
            // Okta knows an account by its id: under another one it is somebody new, and the old one is gone.
            let account = self.accounts.get(key);
            let moved = account.zip(imported.ids.get(key)).is_some_and(|(account, id)| account.id != *id);
            if seen && (account.is_none() || moved) {
                imported.new.push(key.clone());
            }
            if assigned(key) && (!seen || moved) {
                let there = inactive.contains(key) && !moved;
                let list = if there { &mut imported.deactivated } else { &mut imported.removed };
                list.push(key.clone());
            }
        }
        let all = self.cast.people.iter().filter(|person| assigned(&person.key)).count();
        imported.safeguard = imported.removed.len() * 100 > all * SAFEGUARD_PERCENT;
    }

    /// The administrator confirms somebody whom an import showed: Okta knows the account from then on, and says nothing.
    pub(super) fn confirm(&mut self, user: &str) -> Result<(), Stop> {
        if let Some(id) = self.imported.as_ref().and_then(|imported| imported.ids.get(user)) {
            self.accounts.insert(user.to_owned(), Account { id: id.clone(), assigned: true });
        }
        Ok(())
    }
}

/// The type of a JSON value that was to be an integer.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Number(_) => "a number that is no integer",
        _ => "something else",
    }
}
