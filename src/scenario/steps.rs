//! Reads the steps of a scenario.

use serde_json::Value;
use serde_saphyr::{Location, Spanned};

use super::{
    DataError,
    ask::{at_once, request},
    file::{AskFile, LinkFile, StepFile},
    load::{DISCOVERED, NUMBER, Reading, person},
    model::{GroupSpec, Outside, Step, What},
    then::postcondition,
};
use crate::{
    idp::{Action, actions},
    scim::AttrPath,
};

type People = [(String, Vec<(AttrPath, Value)>)];
pub(super) type Groups = [(String, GroupSpec)];

/// Longest silence before a step, in milliseconds.
pub(super) const LONGEST_PAUSE_MS: u64 = 10_000;

/// Reads all steps in order; what a step saves is known to those behind it.
pub(super) fn read(
    reading: &mut Reading<'_>,
    files: Vec<Spanned<StepFile>>,
    people: &People,
    groups: &Groups,
) -> Result<Vec<Step>, DataError> {
    let people = people.to_vec();
    let mut steps: Vec<Step> = Vec::new();
    for file in files {
        let at = file.referenced;
        let mut file = file.value;
        let then = std::mem::take(&mut file.then);
        let asked = file.at_once.iter().flatten().flat_map(|ask| ask.save.keys());
        let mut saved: Vec<String> = file.save.keys().chain(asked).cloned().collect();
        let name = file.name.clone();
        let when = file.when.clone();
        let pause_ms = file.pause_ms.unwrap_or(0);
        if pause_ms > LONGEST_PAUSE_MS {
            let message = format!("a pause of {pause_ms} ms");
            return Err(reading.error(at, "pause_ms", message, format!("write a number up to {LONGEST_PAUSE_MS}")));
        }
        for name in &saved {
            reading.may_be_saved(at, name)?;
        }
        if file.discover {
            saved.extend(DISCOVERED.map(str::to_owned));
        }
        if let Some(when) = &when {
            reading.condition(at, when)?;
        }
        let known = reading.names.len();
        // The number of the time.
        reading.names.extend(file.times.map(|_| NUMBER.to_owned()));
        let what = what(reading, at, file, &people, groups)?;
        reading.names.truncate(known);
        reading.names.extend(saved);
        let then = then
            .into_iter()
            .map(|entry| postcondition(reading, entry, &people, groups))
            .collect::<Result<Vec<_>, _>>()?;
        let name = match (name, &what) {
            (Some(name), _) => name,
            (None, What::Action(action)) => action.name(),
            (None, What::Meanwhile(outside)) => outside.name(),
            (None, What::Request(request)) => format!("{} {}", request.method, request.path),
            (None, What::AtOnce(at_once)) => {
                let each = at_once.requests.iter().map(|request| format!("{} {}", request.method, request.path));
                format!("at once {}", each.collect::<Vec<_>>().join(" and "))
            }
        };
        // Findings and reports know steps by their names.
        let count =
            steps.iter().filter(|step| step.name == name || step.name.starts_with(&format!("{name} ("))).count();
        let name = match count {
            0 => name,
            1 => format!("{name} (again)"),
            count => format!("{name} ({})", count + 1),
        };
        steps.push(Step { name, when, pause_ms, what, then });
    }
    Ok(steps)
}

fn what(
    reading: &Reading<'_>,
    at: Location,
    step: StepFile,
    people: &People,
    groups: &Groups,
) -> Result<What, DataError> {
    let mut found: Vec<What> = Vec::new();
    let is_person = |name: &str| person(reading, at, name, &people.to_vec());
    let is_group = |name: &str| group(reading, at, name, groups);
    let all = |names: Vec<String>| match names.is_empty() {
        true => Err(reading.error(at, "[]", "nobody is named here", "name somebody, or leave the step out")),
        false => names.iter().try_for_each(|name| is_person(name)).map(|()| names),
    };
    let mut action = |action: Action| found.push(What::Action(action));
    if step.test_credentials {
        action(Action::TestCredentials);
    }
    if step.save_connection {
        action(Action::SaveConnection);
    }
    if step.import {
        action(Action::Import);
    }
    if let Some(names) = step.assign {
        action(Action::Assign(all(names.into_vec())?));
    }
    if let Some(names) = step.unassign {
        action(Action::Unassign(all(names.into_vec())?));
    }
    if let Some(edit) = step.edit {
        is_person(&edit.user)?;
        let cleared = edit.clear.iter().map(|text| reading.path(at, text)).collect::<Result<_, _>>()?;
        action(Action::Edit(edit.user, reading.attributes(at, edit.set)?, cleared));
    }
    if let Some(name) = step.set_password {
        is_person(&name)?;
        action(Action::SetPassword(name));
    }
    if let Some(name) = step.push {
        is_group(&name)?;
        action(Action::Push(name));
    }
    if let Some(rename) = step.rename {
        is_group(&rename.group)?;
        reading.check(at, &Value::from(rename.to.as_str()))?;
        if !rename.to.contains("unique") {
            let hint = "put {{ unique }} into it, so that what a run creates can be recognised and removed";
            return Err(reading.error(
                at,
                &rename.to,
                format!("the name `{}` is not unique to a run", rename.to),
                hint,
            ));
        }
        action(Action::Rename(rename.group, rename.to));
    }
    if let Some(change) = step.add_member {
        is_group(&change.group)?;
        action(Action::AddMember(change.group, all(change.user.into_vec())?));
    }
    if let Some(change) = step.remove_member {
        is_group(&change.group)?;
        action(Action::RemoveMember(change.group, all(change.user.into_vec())?));
    }
    if let Some(name) = step.push_now {
        is_group(&name)?;
        action(Action::PushNow(name));
    }
    if let Some(name) = step.delete_group {
        is_group(&name)?;
        action(Action::DeleteGroup(name));
    }
    for (name, make) in [
        (step.unlink, Action::Unlink as fn(String) -> Action),
        (step.deactivate_push, Action::DeactivatePush),
        (step.activate_push, Action::ActivatePush),
    ] {
        if let Some(name) = name {
            is_group(&name)?;
            action(make(name));
        }
    }
    match step.link {
        Some(LinkFile::Again(name)) => {
            is_group(&name)?;
            action(Action::Link(name, None));
        }
        Some(LinkFile::To(link)) => {
            is_group(&link.group)?;
            is_group(&link.to)?;
            action(Action::Link(link.group, Some(link.to)));
        }
        None => {}
    }
    if step.discover {
        action(Action::Discover);
    }
    for (grant, make) in [(step.grant, Action::Grant as fn(_, _) -> _), (step.revoke, Action::Revoke)] {
        if let Some(grant) = grant {
            is_person(&grant.user)?;
            action(make(grant.user, grant.of));
        }
    }
    if let Some(name) = step.confirm {
        is_person(&name)?;
        action(Action::Confirm(name));
    }
    if let Some(file) = step.meanwhile {
        let outside = match (file.group, file.user, file.deactivate) {
            (Some(group), Some(people), None) => {
                is_group(&group)?;
                Outside::AddMembers(group, all(people.into_vec())?)
            }
            (None, None, Some(person)) => {
                is_person(&person)?;
                Outside::Deactivate(person)
            }
            _ => {
                let hint = "write {group: crew, user: eve} or {deactivate: ada}";
                return Err(reading.error(at, "meanwhile", "what happens meanwhile can't be read", hint));
            }
        };
        found.push(What::Meanwhile(outside));
    }
    let raw = step.request.is_some();
    let several = step.at_once.is_some();
    let belongs_to_request = (step.expect.is_some() && !several)
        || step.body.is_some()
        || step.body_raw.is_some()
        || step.path_raw.is_some()
        || step.auth.is_some()
        || step.times.is_some()
        || step.pages.is_some()
        || !(step.query.is_empty() && step.headers.is_empty() && step.save.is_empty());
    if raw && several {
        return Err(two_things(reading, at));
    }
    if let Some(asks) = step.at_once {
        found.push(What::AtOnce(Box::new(at_once(reading, at, asks, step.expect)?)));
    } else if let Some(request) = step.request {
        let ask = AskFile {
            request,
            path_raw: step.path_raw,
            query: step.query,
            headers: step.headers,
            auth: step.auth,
            body: step.body,
            body_raw: step.body_raw,
            times: step.times,
            pages: step.pages,
            save: step.save,
            expect: step.expect,
        };
        found.push(What::Request(Box::new(self::request(reading, at, ask)?)));
    }
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(_), None) if belongs_to_request && !raw => Err(reading.error(
            at,
            "",
            "`expect`, `body` and the like belong to a `request`",
            "an action is judged with `then`",
        )),
        (Some(only), None) => Ok(only),
        (None, _) => {
            let known: Vec<&str> = actions().collect();
            let hint = format!("give one of {}, meanwhile, or request", known.join(", "));
            Err(reading.error(at, "", "this step does nothing", hint))
        }
        (Some(_), Some(_)) => Err(two_things(reading, at)),
    }
}

fn two_things(reading: &Reading<'_>, at: Location) -> DataError {
    reading.error(at, "", "this step does two things", "one step, one thing: split it in two")
}

/// Checks that a name is a group of the scenario.
pub(super) fn group(reading: &Reading<'_>, at: Location, name: &str, groups: &Groups) -> Result<(), DataError> {
    if groups.iter().any(|(known, _)| known == name) {
        return Ok(());
    }
    let hint = match super::nearest(name, groups.iter().map(|(known, _)| known.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add it: `groups: {{ {name}: {{ members: [] }} }}`"),
    };
    Err(reading.error(at, name, format!("there is no group `{name}` in this scenario"), hint))
}

/// Folded YAML ends with a line break.
pub(super) fn trimmed(text: String) -> String {
    text.trim().to_owned()
}
