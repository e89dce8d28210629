//! People: testing the credentials, assigning, editing, unassigning (okta-client sections 4 to 11).

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    Account, Okta,
    id::{id_of, instead_of_id},
    requests,
};
use crate::{
    http::{Heard, Request, Resource},
    idp::{
        Person, Stop, Verb,
        cast::add_schema,
        stop::{Trouble, accepted, object},
    },
    scim::{path::AttrPath, value},
};

impl Okta<'_> {
    pub(super) async fn test_credentials(&mut self) -> Result<(), Stop> {
        let heard = self.line.say(requests::credentials_test()).await;
        self.list(&heard, "the app", Some("Error authenticating"))?;
        Ok(())
    }

    pub(super) async fn save_connection(&mut self) -> Result<(), Stop> {
        self.test_credentials().await?;
        if self.dialect.import_groups {
            let heard = self.line.say(requests::page(Resource::Group, 1, requests::PAGE)).await;
            self.list(&heard, "the app", None)?;
        }
        Ok(())
    }

    /// Several people are handled at once (okta-client 2.4); all are tried, the first trouble is told.
    pub(super) async fn assign(&mut self, people: &[String]) -> Result<(), Stop> {
        let known: Vec<&Person> = people.iter().filter_map(|key| self.cast.person(key)).collect();
        let results = join_all(known.iter().map(|person| self.assign_one(person))).await;
        let mut stopped = None;
        let mut returned = Vec::new();
        for (key, result) in people.iter().zip(results) {
            match result {
                Ok((account, reactivated)) => {
                    self.accounts.insert(key.clone(), account);
                    if reactivated {
                        returned.push(key.clone());
                    }
                }
                Err(stop) => stopped = stopped.or(Some(stop)),
            }
        }
        if let Some(stop) = stopped {
            return Err(stop);
        }
        if self.dialect.groups == Verb::Put {
            self.refresh_groups_of(&returned).await?;
        }
        Ok(())
    }

    /// Answers the account and whether it had been inactive.
    async fn assign_one(&self, person: &Person) -> Result<(Account, bool), Stop> {
        let Some(found) = self.find_user(person).await? else {
            return Ok((self.create_user(person).await?, false));
        };
        let (found, id) = found;
        let inactive = found.get("active").and_then(Value::as_bool) == Some(false);
        match (self.dialect.users, inactive) {
            (Verb::Patch, true) => {
                self.patch_user(person, &id, json!({"active": true})).await?;
                let mut echo = self.read_user(person, &id).await?;
                self.overwrite(&mut echo, person);
                echo["active"] = json!(true);
                self.replace_user(person, &id, echo).await?;
            }
            (Verb::Put, true) => {
                let mut echo = self.read_user(person, &id).await?;
                echo["active"] = json!(true);
                self.replace_user(person, &id, echo).await?;
                let mut echo = self.read_user(person, &id).await?;
                self.overwrite(&mut echo, person);
                echo["active"] = json!(true);
                // Not an echo: this PUT says `groups: []` whatever groups there are (okta-client section 7).
                echo["groups"] = json!([]);
                self.replace_user(person, &id, echo).await?;
            }
            (verb, false) => {
                let mut echo = self.read_user(person, &id).await?;
                self.overwrite(&mut echo, person);
                if verb == Verb::Put {
                    // As above; inferred here.
                    echo["groups"] = json!([]);
                }
                self.replace_user(person, &id, echo).await?;
            }
        }
        Ok((Account { id, assigned: true }, inactive))
    }

    /// A changed login travels alone; the other attributes follow in a second GET and PUT (okta-client 7).
    pub(super) async fn edit(
        &mut self,
        user: &str,
        changes: &[(AttrPath, Value)],
        cleared: &[AttrPath],
    ) -> Result<(), Stop> {
        let (login, others): (Vec<_>, Vec<_>) =
            changes.iter().cloned().partition(|(path, _)| path.is_plain("userName"));
        for (part, cleared) in [(login, &[][..]), (others, cleared)] {
            if part.is_empty() && cleared.is_empty() {
                continue;
            }
            if let Some(person) = self.cast.person_mut(user) {
                person.set(&part);
                person.attributes.retain(|(path, _)| !cleared.contains(path));
            }
            let (Some(person), Some(account)) = (self.cast.person(user), self.accounts.get(user)) else {
                continue;
            };
            let mut echo = self.read_user(person, &account.id).await?;
            for (path, new) in &part {
                set_mapped(&mut echo, path, new);
            }
            for path in cleared {
                value::remove(&mut echo, path);
            }
            self.replace_user(person, &account.id, echo).await?;
        }
        Ok(())
    }

    pub(super) async fn unassign(&mut self, people: &[String]) -> Result<(), Stop> {
        let results = join_all(people.iter().map(|key| self.unassign_one(key))).await;
        for (key, result) in people.iter().zip(&results) {
            if let (Ok(()), Some(account)) = (result, self.accounts.get_mut(key)) {
                account.assigned = false;
            }
        }
        results.into_iter().collect()
    }

    async fn unassign_one(&self, key: &str) -> Result<(), Stop> {
        let (Some(person), Some(account)) = (self.cast.person(key), self.accounts.get(key)) else {
            return Ok(());
        };
        match self.dialect.users {
            Verb::Patch => self.patch_user(person, &account.id, json!({"active": false})).await,
            Verb::Put => {
                let mut echo = self.read_user(person, &account.id).await?;
                echo["active"] = json!(false);
                self.replace_user(person, &account.id, echo).await
            }
        }
    }

    /// Inferred: no document or recording shows the bodies (okta-client section 11).
    pub(super) async fn set_password(&mut self, user: &str) -> Result<(), Stop> {
        if let Some(person) = self.cast.person_mut(user) {
            person.change_password();
        }
        let (Some(person), Some(account)) = (self.cast.person(user), self.accounts.get(user)) else {
            return Ok(());
        };
        let password = person.password.clone();
        match self.dialect.users {
            Verb::Patch => self.patch_user(person, &account.id, json!({"password": password})).await,
            Verb::Put => {
                let mut echo = self.read_user(person, &account.id).await?;
                echo["password"] = json!(password);
                self.replace_user(person, &account.id, echo).await
            }
        }
    }

    /// What somebody else would send to deactivate a person whom the app shows as `stored`; it changes nothing of
    /// what Okta believes.
    pub fn outside_deactivation(&self, id: &str, mut stored: Value) -> Request {
        match self.dialect.users {
            Verb::Patch => {
                let operation = json!({"op": "replace", "value": {"active": false}});
                requests::patch(Resource::User, id, vec![operation])
            }
            Verb::Put => {
                stored["active"] = json!(false);
                requests::replace(Resource::User, id, stored)
            }
        }
    }

    /// The first of those whom the lookup finds, and its id.
    async fn find_user(&self, person: &Person) -> Result<Option<(Value, String)>, Stop> {
        let name = person.user_name();
        let heard = self.line.say(requests::lookup(Resource::User, name).about(&person.key)).await;
        // 404 is taken as "no such user" (okta-client 5.1).
        if heard.answer.as_ref().is_ok_and(|response| response.status == 404) {
            return Ok(None);
        }
        let operation = format!("{}Error while verifying if user {name} exists", prefix(name));
        let Some(found) = self.list(&heard, &person.key, Some(&operation))?.into_iter().next() else {
            return Ok(None);
        };
        let id = id_of(found.get("id")).ok_or_else(|| {
            let got = instead_of_id(found.get("id"));
            Trouble::lacks("an `id` of the person found", got, "the user found has no id").stop(
                &heard,
                &person.key,
                Some(&operation),
            )
        })?;
        Ok(Some((found, id)))
    }

    async fn create_user(&self, person: &Person) -> Result<Account, Stop> {
        let name = person.user_name();
        let request = requests::create(Resource::User, person.creation()).about(&person.key);
        let heard = self.line.say(request).await;
        let operation = format!("{}Error while creating user {name}", prefix(name));
        let stop = |trouble: Trouble| trouble.stop(&heard, &person.key, Some(&operation));
        let response = accepted(&heard).map_err(stop)?;
        if response.body.is_empty() {
            return Err(stop(Trouble::lacks(
                "the created user in the answer",
                "an empty body",
                "Create new user returned empty user.",
            )));
        }
        let response = object(&heard).map_err(stop)?;
        match id_of(response.member("id")) {
            Some(id) => Ok(Account { id, assigned: true }),
            None => {
                let got = instead_of_id(response.member("id"));
                Err(stop(Trouble::lacks("an `id` in the answer", got, "the created user has no id")))
            }
        }
    }

    async fn read_user(&self, person: &Person, id: &str) -> Result<Value, Stop> {
        let heard = self.line.say(requests::read(Resource::User, id).about(&person.key)).await;
        let response = object(&heard).map_err(|trouble| trouble.stop(&heard, &person.key, Some(&pushing(person))))?;
        Ok(response.value().cloned().unwrap_or_default())
    }

    async fn replace_user(&self, person: &Person, id: &str, echo: Value) -> Result<(), Stop> {
        let request = requests::replace(Resource::User, id, with_schemas(echo)).about(&person.key);
        let heard = self.line.say(request).await;
        accepted(&heard).map_err(|trouble| trouble.stop(&heard, &person.key, Some(&pushing(person))))?;
        Ok(())
    }

    /// One operation, no path, an object as value (okta-client section 8).
    async fn patch_user(&self, person: &Person, id: &str, change: Value) -> Result<(), Stop> {
        let operation = json!({"op": "replace", "value": change});
        let request = requests::patch(Resource::User, id, vec![operation]).about(&person.key);
        let heard = self.line.say(request).await;
        accepted(&heard).map_err(|trouble| trouble.stop(&heard, &person.key, Some(&pushing(person))))?;
        Ok(())
    }

    /// Overwrites the mapped attributes of what was read; what is not mapped goes back as it came.
    fn overwrite(&self, echo: &mut Value, person: &Person) {
        for (path, new) in person.attributes.iter().filter(|(path, _)| !path.is_plain("active")) {
            set_mapped(echo, path, new);
        }
        echo["externalId"] = json!(person.external_id);
    }

    /// The resources of a list answer. `totalResults` and its like must be integers (okta-client section 12).
    pub(super) fn list(&self, heard: &Heard, about: &str, operation: Option<&str>) -> Result<Vec<Value>, Stop> {
        let stop = |trouble: Trouble| trouble.stop(heard, about, operation);
        let response = object(heard).map_err(stop)?;
        for name in ["totalResults", "startIndex", "itemsPerPage"] {
            if let Some(value) = response.member(name).filter(|value| !value.is_null())
                && !whole(value)
            {
                let got = crate::idp::okta::import::kind_of(value);
                // Okta's error text is empty here (okta-client section 12).
                return Err(stop(Trouble::lacks(&format!("`{name}` as an integer"), got, "(no reason is shown)")));
            }
        }
        Ok(response.resources().to_vec())
    }
}

/// True for a whole number, also one that is written with a fraction of zero.
fn whole(value: &Value) -> bool {
    value.is_i64()
        || value.is_u64()
        || value.as_f64().is_some_and(|number| number.fract() == 0.0 && number.abs() < 1e15)
}

/// Writes a mapped attribute into an echo. `emails` is one mapped value, the primary address: the entry that
/// the server has is changed in place, so that what else it holds goes back as it came.
fn set_mapped(echo: &mut Value, path: &AttrPath, new: &Value) {
    let is_emails = path.attr.eq_ignore_ascii_case("emails");
    let address = if path.filter.is_some() { Some(new) } else { new.get(0).and_then(|entry| entry.get("value")) };
    if is_emails
        && let Some(address) = address
        && let Some(entries) = echo.get_mut("emails").and_then(Value::as_array_mut)
        && let Some(primary) = entries.iter_mut().find(|entry| entry["primary"] == json!(true))
    {
        primary["value"] = address.clone();
        return;
    }
    value::set(echo, path, new.clone());
    add_schema(echo, path);
}

/// An echo with the schema named. The keys keep the order of what was read: in the samples that Okta publishes, a PUT
/// has the order of the answer to the GET before it, which is not the same in all of them.
fn with_schemas(echo: Value) -> Value {
    match echo {
        // Every recorded PUT names the schema; that one ever left it out because the target did is not known.
        Value::Object(members) if !members.contains_key("schemas") => {
            let first = ("schemas".to_owned(), json!([crate::scim::urn::USER]));
            std::iter::once(first).chain(members).collect()
        }
        other => other,
    }
}

fn prefix(name: &str) -> String {
    format!("Automatic provisioning of user {name} to app failed: ")
}

fn pushing(person: &Person) -> String {
    let name = person.user_name();
    format!("Automatic profile push of {name} to app failed: Error while trying to push profile update for {name}")
}
