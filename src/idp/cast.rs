//! The people and groups of a story, as the identity provider's directory has them.

use serde_json::{Value, json};

use crate::scim::{path::AttrPath, urn, value};

/// A person in the identity provider's directory.
#[derive(Clone)]
pub struct Person {
    /// The scenario's name for them.
    pub key: String,
    /// Mapped attributes in the order in which they are sent; `userName` first.
    pub attributes: Vec<(AttrPath, Value)>,
    /// Okta's own user id: 20 characters beginning `00u`, stable for life (okta-client 5.2).
    pub external_id: String,
    /// The random password that goes with every creation.
    pub password: String,
}

/// By name: they have a password.
impl std::fmt::Debug for Person {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Person {:?}", self.key)
    }
}

impl Person {
    /// Their login.
    pub fn user_name(&self) -> &str {
        let attribute = self.attributes.iter().find(|(path, _)| path.is_plain("userName"));
        attribute.and_then(|(_, value)| value.as_str()).unwrap_or("")
    }

    /// Gives them another random password, which passes the same policy: only the random part of it changes,
    /// eight letters and digits at the end (okta-client 5.2).
    pub fn change_password(&mut self) {
        let kept = self.password.chars().count().saturating_sub(8);
        let fixed: String = self.password.chars().take(kept).collect();
        self.password = fixed + &placeholder();
    }

    /// Changes mapped attributes.
    pub fn set(&mut self, changes: &[(AttrPath, Value)]) {
        for (path, value) in changes {
            match self.attributes.iter_mut().find(|(have, _)| have == path) {
                Some((_, old)) => *old = value.clone(),
                None => self.attributes.push((path.clone(), value.clone())),
            }
        }
    }

    /// The body of `POST /Users`, keys in Okta's order (okta-client 5.2). `active` is what the directory says,
    /// true unless the story says otherwise.
    pub fn creation(&self) -> Value {
        let mut body = json!({"schemas": [urn::USER]});
        let mut active = json!(true);
        for (path, attribute) in &self.attributes {
            if path.is_plain("active") {
                active = attribute.clone();
                continue;
            }
            value::set(&mut body, path, attribute.clone());
            add_schema(&mut body, path);
        }
        body["externalId"] = json!(self.external_id);
        body["groups"] = json!([]);
        body["password"] = json!(self.password);
        body["active"] = active;
        body
    }
}

/// A password as Okta makes one up: eight letters and digits. A policy may want of each kind one; chance must not decide whether a
/// target that has such a policy passes.
pub fn placeholder() -> String {
    let mut letters = vec![fastrand::uppercase(), fastrand::lowercase(), fastrand::digit(10)];
    letters.extend(std::iter::repeat_with(fastrand::alphanumeric).take(5));
    fastrand::shuffle(&mut letters);
    letters.into_iter().collect()
}

/// An extension's URN stands in `schemas` as soon as one of its attributes has a value.
pub(super) fn add_schema(body: &mut Value, path: &AttrPath) {
    if let (Some(urn), Some(schemas)) = (&path.urn, body.get_mut("schemas").and_then(Value::as_array_mut))
        && !schemas.iter().any(|have| have.as_str() == Some(urn))
    {
        schemas.push(json!(urn));
    }
}

/// A group in the identity provider's directory.
#[derive(Debug, Clone)]
pub struct Group {
    /// The scenario's name for it.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Names of its members, people of the same cast.
    pub members: Vec<String>,
}

/// Everybody in a story.
#[derive(Debug, Clone, Default)]
pub struct Cast {
    /// People in the order in which the scenario names them.
    pub people: Vec<Person>,
    /// Groups likewise.
    pub groups: Vec<Group>,
}

impl Cast {
    /// A person by the scenario's name.
    pub fn person(&self, key: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.key == key)
    }

    /// A person by the scenario's name, to be changed.
    pub fn person_mut(&mut self, key: &str) -> Option<&mut Person> {
        self.people.iter_mut().find(|person| person.key == key)
    }

    /// A group by the scenario's name.
    pub fn group(&self, key: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.key == key)
    }

    /// A group by the scenario's name, to be changed.
    pub fn group_mut(&mut self, key: &str) -> Option<&mut Group> {
        self.groups.iter_mut().find(|group| group.key == key)
    }
}
