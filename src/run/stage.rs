//! Makes the people and groups of a scenario: unique to the run, recognisable, complete.

use serde_json::{Map, Value, json};

use crate::{
    config::Logins,
    idp::{Cast, Grant, Group, Person, okta::Grantable, placeholder},
    scenario::{Scenario, Templates},
    scim::{AttrPath, value},
};

/// What the user says about people, for picky servers.
#[derive(Debug, Clone)]
pub struct PeopleDefaults {
    /// Domain of logins and addresses.
    pub domain: String,
    /// Whether userNames are addresses.
    pub logins: Logins,
    /// Put before the random password, so that it passes a policy.
    pub password_prefix: String,
    /// Attributes that everybody gets.
    pub attributes: Vec<(AttrPath, Value)>,
}

impl Default for PeopleDefaults {
    fn default() -> PeopleDefaults {
        PeopleDefaults {
            domain: "example.com".to_owned(),
            logins: Logins::Address,
            password_prefix: String::new(),
            attributes: Vec::new(),
        }
    }
}

/// The cast of a scenario. `random` makes what only has to differ: external ids and passwords.
///
/// # Errors
/// A template that can't be filled in.
pub(super) fn cast(scenario: &Scenario, defaults: &PeopleDefaults, unique: &str, run: &str) -> Result<Cast, String> {
    let templates = Templates::default();
    let names = json!({"unique": unique, "domain": defaults.domain, "run": run});
    let mut people = Vec::new();
    for (key, own) in &scenario.people {
        let own = own
            .iter()
            .map(|(path, value)| Ok((path.clone(), templates.value(value, &names)?)))
            .collect::<Result<Vec<_>, String>>()?;
        people.push(person(key, own, defaults, unique));
    }
    let groups = scenario
        .groups
        .iter()
        .map(|(key, group)| {
            let name = match &group.name {
                Some(name) => templates.text(name, &names)?,
                None => format!("{unique}-{key}"),
            };
            Ok(Group { key: key.clone(), name, members: group.members.clone() })
        })
        .collect::<Result<_, String>>()?;
    Ok(Cast { people, groups })
}

/// Defaults first, in the order in which Okta sends them (okta-client 5.2), then what the story says.
fn person(key: &str, own: Vec<(AttrPath, Value)>, defaults: &PeopleDefaults, unique: &str) -> Person {
    let given =
        |name: &str| own.iter().find(|(path, _)| path.to_string() == name).and_then(|(_, value)| value.as_str());
    let address = format!("{unique}-{key}@{}", defaults.domain);
    let (login, address) = match (given("userName"), defaults.logins) {
        (Some(login), _) => (login.to_owned(), login.to_owned()),
        (None, Logins::Address) => (address.clone(), address),
        (None, Logins::Name) => (format!("{unique}-{key}"), address),
    };
    let first = given("name.givenName").map_or_else(|| capitalised(key), str::to_owned);
    let last = given("name.familyName").unwrap_or("Example").to_owned();
    let path = |text: &str| -> AttrPath {
        match text.split_once('.') {
            Some((attr, sub)) => AttrPath { sub: Some(sub.to_owned()), ..AttrPath::of(attr) },
            None => AttrPath::of(text),
        }
    };
    let mut person = Person {
        key: key.to_owned(),
        attributes: vec![
            (path("userName"), json!(login)),
            (path("name.givenName"), json!(first)),
            (path("name.familyName"), json!(last)),
            (path("emails"), json!([{"primary": true, "value": address, "type": "work"}])),
            (path("displayName"), json!(format!("{first} {last}"))),
            (path("locale"), json!("en-US")),
        ],
        external_id: format!("00u{}", random(17)),
        password: format!("{}{}", defaults.password_prefix, placeholder()),
    };
    person.set(&defaults.attributes);
    person.set(&own);
    person
}

fn capitalised(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn random(length: usize) -> String {
    std::iter::repeat_with(fastrand::alphanumeric).take(length).collect()
}

/// Adds the first role and the first entitlement that were discovered.
pub(super) fn name_grantable(names: &mut Value, grantable: &[Grantable]) {
    for of in [Grant::Roles, Grant::Entitlements] {
        if let Some(first) = grantable.iter().find(|one| one.of == of) {
            names[of.name()] = json!({"id": first.id, "displayName": first.display});
            if let Some(kind) = &first.kind {
                names[of.name()]["type"] = json!(kind);
            }
        }
    }
}

/// The names that templates may use: people and groups with their attributes and ids, and what was saved.
pub(super) fn names(
    cast: &Cast,
    id: impl Fn(&str) -> Option<String>,
    saved: &Map<String, Value>,
    defaults: &PeopleDefaults,
    unique: &str,
    run: &str,
) -> Value {
    let mut names = Map::new();
    for (name, text) in [("unique", unique), ("domain", defaults.domain.as_str()), ("run", run)] {
        names.insert(name.to_owned(), json!(text));
    }
    for person in &cast.people {
        let mut attributes = json!({"externalId": person.external_id, "password": person.password});
        for (path, attribute) in &person.attributes {
            value::set(&mut attributes, path, attribute.clone());
        }
        if let Some(id) = id(&person.key) {
            attributes["id"] = json!(id);
        }
        names.insert(person.key.clone(), attributes);
    }
    for group in &cast.groups {
        let mut attributes = json!({"displayName": group.name});
        if let Some(id) = id(&group.key) {
            attributes["id"] = json!(id);
        }
        names.insert(group.key.clone(), attributes);
    }
    names.extend(saved.clone());
    Value::Object(names)
}
