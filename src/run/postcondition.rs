//! Postconditions: reads the target back and compares.

use std::collections::HashMap;

use serde_json::Value;

use super::{conversation::Conversation, verdict::Unmet};
use crate::{
    http::{Exchange, Failure, Heard, Purpose, Request, Resource, is_ours},
    idp::{
        Cast,
        okta::{self, Imported},
    },
    judge::{Sighting, Subject, contains, describe, in_words, member, type_name},
    scenario::{Conclusions, Expected, Postcondition, Then},
    scim::{AttrPath, value},
};

/// What a story knows when it looks back.
pub(super) struct Memory<'a> {
    pub cast: &'a Cast,
    /// Ids of people and groups, by name.
    pub ids: &'a HashMap<String, String>,
    /// What was last seen of each, before this step.
    pub last: &'a HashMap<String, Value>,
    /// What the last import concluded.
    pub imported: Option<&'a Imported>,
    /// Whether imports show groups.
    pub imports_groups: bool,
}

/// Checks one postcondition; answers everything that does not hold.
pub(super) async fn check<'t>(
    conversation: &Conversation,
    memory: &Memory<'_>,
    index: usize,
    then: &'t Then,
    lookup: &str,
) -> Vec<Unmet<'t>> {
    let unmet = |part: &str, about: &str, exchange: Option<usize>, sighting: Sighting, message: String| Unmet {
        claim: format!("then[{index}].{part}"),
        cause: format!("then|{part}"),
        about: Some(about.to_owned()),
        exchange,
        sighting,
        message,
        level: then.level,
        fix: then.fix.as_deref(),
    };
    match &then.check {
        Postcondition::User(name, expected) => {
            let (heard, found) = match read(conversation, memory, Resource::User, name).await {
                Ok(read) => read,
                Err(Some((exchange, sighting))) => {
                    let message = format!("{name} can't be read");
                    return vec![unmet("read", name, Some(exchange), sighting, message)];
                }
                Err(None) => return Vec::new(),
            };
            attributes(memory, &conversation.marker, name, expected, &found)
                .into_iter()
                .map(|(path, sighting)| {
                    let message = format!("{name}'s `{path}` is not what it should be");
                    unmet(&path, name, Some(heard.exchange), sighting, message)
                })
                .collect()
        }
        Postcondition::Group(name, members, expected) => {
            let (heard, found) = match read(conversation, memory, Resource::Group, name).await {
                Ok(read) => read,
                Err(Some((exchange, sighting))) => {
                    let message = format!("the group {name} can't be read");
                    return vec![unmet("read", name, Some(exchange), sighting, message)];
                }
                Err(None) => return Vec::new(),
            };
            let mut wrong = attributes(memory, &conversation.marker, name, expected, &found);
            wrong.extend(members.as_ref().and_then(|wanted| self::members(memory, wanted, &found)));
            wrong
                .into_iter()
                .map(|(path, sighting)| {
                    let message = format!("the group {name} has not the `{path}` it should have");
                    unmet(&path, name, Some(heard.exchange), sighting, message)
                })
                .collect()
        }
        Postcondition::Lookup(name, finds) => {
            let heard = conversation.exchange(lookup_request(memory, name, lookup), Purpose::Check).await;
            let message = format!("the userName filter for {name} does not find what it should");
            let message = if name.contains("{{") { message.replace(name, "this login") } else { message };
            found(memory, finds, &heard)
                .into_iter()
                .map(|sighting| unmet("finds", who(memory, name), Some(heard.exchange), sighting, message.clone()))
                .collect()
        }
        Postcondition::Gone(name) => {
            let Some(id) = memory.ids.get(name) else {
                return Vec::new();
            };
            let resource = if memory.cast.group(name).is_some() { Resource::Group } else { Resource::User };
            let heard = conversation.exchange(okta::read(resource, id).about(name), Purpose::Check).await;
            let status = heard.answer.as_ref().map(|response| response.status);
            if matches!(status, Ok(404 | 410) | Err(Failure::NotSent(_))) {
                return Vec::new();
            }
            let actual = status.map_or_else(|failure| failure.to_string(), |status| format!("status {status}"));
            let sighting = Sighting::new(Subject::Status, "status 404", actual);
            vec![unmet("gone", name, Some(heard.exchange), sighting, format!("{name} is still there"))]
        }
        Postcondition::Imported(wanted) => imported(memory, wanted)
            .into_iter()
            .map(|(part, sighting)| {
                let message = "the import does not conclude what it should".to_owned();
                unmet(part, "the import", None, sighting, message)
            })
            .collect(),
    }
}

/// In what an import does not conclude what it should.
fn imported(memory: &Memory<'_>, wanted: &Conclusions) -> Vec<(&'static str, Sighting)> {
    let none = Imported::default();
    let have = memory.imported.unwrap_or(&none);
    let mut unmet = Vec::new();
    let wrong: Vec<String> = memory
        .cast
        .people
        .iter()
        .filter_map(|person| {
            let times = have.seen.get(&person.key).copied().unwrap_or(0);
            let due = usize::from(wanted.counted.contains(&person.key));
            (times != due).then(|| format!("{} {}", person.key, counted(times)))
        })
        .collect();
    if !wrong.is_empty() {
        let mut actual = wrong.join(", ");
        if !have.removed.is_empty() {
            let end = if have.safeguard { "the safeguard of 20 % stops the import" } else { "Okta unassigns them" };
            actual = format!("{actual}; taken for removed: {}, and {end}", list(&have.removed));
        }
        let sighting = Sighting::new(Subject::Found, format!("each once: {}", list(&wanted.counted)), actual);
        unmet.push(("imported", sighting));
    }
    // An app that does not import groups sees none.
    if memory.imports_groups {
        unmet.extend(
            wanted.groups.iter().filter_map(|(group, members)| imported_group(memory, have, group, members.as_deref())),
        );
    }
    let lists = [
        ("new", &wanted.new, &have.new),
        ("removed", &wanted.removed, &have.removed),
        ("deactivated", &wanted.deactivated, &have.deactivated),
    ];
    for (part, wanted, have) in lists {
        let Some(wanted) = wanted else { continue };
        let (wanted, have) = (sorted(wanted), sorted(have));
        if wanted != have {
            let told = |names: &[String]| format!("{part}: {}", list(names));
            unmet.push((part, Sighting::new(Subject::Found, told(&wanted), told(&have))));
        }
    }
    if let Some(stopped) = wanted.safeguard.filter(|stopped| *stopped != have.safeguard) {
        let told = |stopped: bool| if stopped { "stopped by the safeguard" } else { "not stopped" };
        unmet.push(("safeguard", Sighting::new(Subject::Found, told(stopped), told(have.safeguard))));
    }
    unmet
}

/// How an import does not see a group as it should.
fn imported_group(
    memory: &Memory<'_>,
    have: &Imported,
    group: &str,
    wanted: Option<&[String]>,
) -> Option<(&'static str, Sighting)> {
    let seen = have.groups.get(group).map_or(&[][..], Vec::as_slice);
    let (subject, expected, actual) = match (seen, wanted) {
        ([ids], Some(wanted)) => {
            // Who is in it twice is told by a rule.
            let mut have = sorted(&ids.iter().map(|id| name_of(memory, id)).collect::<Vec<_>>());
            have.dedup();
            let wanted = sorted(wanted);
            if wanted == have {
                return None;
            }
            (Subject::Attribute("members".to_owned()), only(&wanted), list(&have))
        }
        ([_], None) => return None,
        (seen, _) => (Subject::Found, format!("{group} once"), format!("{group} {} times", seen.len())),
    };
    Some(("groups", Sighting::new(subject, expected, actual)))
}

/// The story's name for an id.
fn name_of(memory: &Memory<'_>, id: &String) -> String {
    let known = memory.ids.iter().find(|(_, have)| *have == id).map(|(name, _)| name.clone());
    known.unwrap_or_else(|| "somebody else".to_owned())
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort();
    names
}

fn counted(times: usize) -> String {
    match times {
        0 => "is not counted as active".to_owned(),
        1 => "is counted as active".to_owned(),
        times => format!("is counted {times} times"),
    }
}

/// `Err(None)` where the id is not known, which another finding has told already.
async fn read(
    conversation: &Conversation,
    memory: &Memory<'_>,
    resource: Resource,
    name: &str,
) -> Result<(Heard, Value), Option<(usize, Sighting)>> {
    let id = memory.ids.get(name).ok_or(None)?;
    let heard = conversation.exchange(okta::read(resource, id).about(name), Purpose::Check).await;
    let trouble = |actual: String| Some((heard.exchange, Sighting::new(Subject::Status, "status 200", actual)));
    match &heard.answer {
        Ok(response) if response.is_success() => match response.value().filter(|value| value.is_object()) {
            Some(value) => {
                let value = value.clone();
                Ok((heard, value))
            }
            None => Err(trouble("no JSON object".to_owned())),
        },
        Ok(response) => Err(trouble(format!("status {}", response.status))),
        // What was not sent says nothing of the target.
        Err(Failure::NotSent(_)) => Err(None),
        Err(failure) => Err(trouble(failure.to_string())),
    }
}

fn attributes(
    memory: &Memory<'_>,
    marker: &str,
    name: &str,
    expected: &Expected,
    found: &Value,
) -> Vec<(String, Sighting)> {
    // A target that answers with somebody else's data does not make it ours to show.
    let show = |value: &Value| {
        if is_ours(found, marker) { describe(value) } else { format!("{} (not ours)", type_name(value)) }
    };
    let mut wrong = Vec::new();
    for (path, wanted) in &expected.is {
        let values = value::get(found, path);
        let fits = values.iter().any(|value| contains(wanted, Some(value)).is_empty());
        let nothing = values.is_empty() && contains(wanted, None).is_empty();
        if !fits && !nothing {
            wrong.push(sighting(path, in_words(wanted), &values, &show));
        }
    }
    for path in &expected.absent {
        let values = value::get(found, path);
        if values.iter().any(|value| !contains(&Value::Null, Some(value)).is_empty()) {
            wrong.push((path.to_string(), Sighting::new(attribute(path), "no value", "a value")));
        }
    }
    let before = memory.last.get(name);
    for path in &expected.same {
        let Some(before) = before.map(|before| value::get(before, path)) else {
            continue;
        };
        let values = value::get(found, path);
        if before != values {
            let wanted = before.first().map_or_else(|| "nothing".to_owned(), |value| show(value));
            wrong.push(sighting(path, format!("{wanted}, as before"), &values, &show));
        }
    }
    wrong
}

fn sighting(
    path: &AttrPath,
    expected: String,
    values: &[&Value],
    show: &impl Fn(&Value) -> String,
) -> (String, Sighting) {
    let actual = match values {
        [] => "nothing".to_owned(),
        [only] => show(only),
        many => many.iter().map(|value| show(value)).collect::<Vec<_>>().join(", "),
    };
    (path.to_string(), Sighting::new(attribute(path), expected, actual))
}

/// `emails[type eq "work"].value` and `emails` are told as one: the attribute a person would name.
fn attribute(path: &AttrPath) -> Subject {
    let plain = AttrPath { filter: None, ..path.clone() };
    Subject::Attribute(if path.filter.is_some() { path.attr.clone() } else { plain.to_string() })
}

fn members(memory: &Memory<'_>, wanted: &[String], found: &Value) -> Option<(String, Sighting)> {
    let empty = Vec::new();
    let entries = member(found, "members").and_then(Value::as_array).unwrap_or(&empty);
    let ids: Vec<String> = entries
        .iter()
        .map(|entry| match &entry["value"] {
            Value::String(id) => id.clone(),
            other => other.to_string(),
        })
        .collect();
    let mut have: Vec<String> = ids.iter().map(|id| name_of(memory, id)).collect();
    let mut want = wanted.to_vec();
    have.sort();
    want.sort();
    let fits = have == want;
    (!fits).then(|| {
        let subject = Subject::Attribute("members".to_owned());
        ("members".to_owned(), Sighting::new(subject, only(&want), list(&have)))
    })
}

fn only(names: &[String]) -> String {
    if names.is_empty() { "nobody".to_owned() } else { format!("exactly {}", names.join(", ")) }
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}

fn who<'a>(memory: &'a Memory<'_>, name: &'a str) -> &'a str {
    if memory.cast.person(name).is_some() { name } else { "the login" }
}

fn lookup_request(memory: &Memory<'_>, name: &str, rendered: &str) -> Request {
    let login = memory.cast.person(name).map_or(rendered, |person| person.user_name());
    okta::lookup(Resource::User, login).about(who(memory, name))
}

fn found(memory: &Memory<'_>, wanted: &[String], heard: &Heard) -> Option<Sighting> {
    let response = match &heard.answer {
        Ok(response) => response,
        Err(Failure::NotSent(_)) => return None,
        Err(failure) => return Some(Sighting::new(Subject::Status, "an answer", failure.to_string())),
    };
    let none = Vec::new();
    let resources = match response.status {
        200 => response.resources(),
        // Okta takes 404 for "nobody"; a rule tells what is odd about it.
        404 => &none,
        status => return Some(Sighting::new(Subject::Status, "status 200", format!("status {status}"))),
    };
    let mut have: Vec<String> = Vec::new();
    let mut others = 0;
    for resource in resources {
        let id = member(resource, "id").map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        let login = member(resource, "userName").and_then(Value::as_str).unwrap_or("");
        let known = memory.cast.people.iter().find(|person| {
            memory.ids.get(&person.key).is_some_and(|have| Some(have) == id.as_ref())
                || person.user_name().eq_ignore_ascii_case(login)
        });
        match known {
            Some(person) => have.push(person.key.clone()),
            None => others += 1,
        }
    }
    let mut want = wanted.to_vec();
    want.sort();
    have.sort();
    if have == want && others == 0 {
        return None;
    }
    let mut actual = list(&have);
    if others > 0 {
        actual = if have.is_empty() { format!("{others} others") } else { format!("{actual} and {others} others") };
    }
    Some(Sighting::new(Subject::Found, list(&want), actual))
}

/// What was last seen of each person and group, brought up to date with new exchanges.
pub(super) fn remember(last: &mut HashMap<String, Value>, exchanges: &[Exchange]) {
    for exchange in exchanges {
        let (Some(about), Some(response)) = (&exchange.request.about, exchange.success()) else {
            continue;
        };
        if exchange.kind.is_list() {
            continue;
        }
        if let Some(value) = response.value().filter(|value| value.is_object()) {
            last.insert(about.clone(), value.clone());
        }
    }
}
