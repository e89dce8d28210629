//! Reads the steps of a scenario.

use serde_json::{Map, Value};
use serde_saphyr::{Location, Spanned};

use super::{
    DataError,
    file::{AskFile, ExpectFile, GroupsFile, LinkFile, ShouldFile, StepFile, ThenFile},
    load::{DISCOVERED, Reading, person},
    model::{AtOnce, Conclusions, Expected, GroupSpec, Outside, Place, Postcondition, RawRequest, Step, Then, What},
    suggest::did_you_mean,
};
use crate::{
    http::AuthUse,
    idp::{Action, actions},
    judge::{Expect, StatusPattern},
    scim::AttrPath,
};

type People = [(String, Vec<(AttrPath, Value)>)];
type Groups = [(String, GroupSpec)];

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

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
        if file.discover {
            saved.extend(DISCOVERED.map(str::to_owned));
        }
        let name = file.name.clone();
        let when = file.when.clone();
        let pause_ms = file.pause_ms.unwrap_or(0);
        if pause_ms > LONGEST_PAUSE_MS {
            let message = format!("a pause of {pause_ms} ms");
            return Err(reading.error(at, "pause_ms", message, format!("write a number up to {LONGEST_PAUSE_MS}")));
        }
        if let Some(when) = &when {
            reading.condition(at, when)?;
        }
        let known = reading.names.len();
        // The number of the time.
        reading.names.extend(file.times.map(|_| "n".to_owned()));
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
    let all = |names: Vec<String>| names.iter().try_for_each(|name| is_person(name)).map(|()| names);
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
        (Some(_), Some(_)) => {
            Err(reading.error(at, "", "this step does two things", "one step, one thing: split it in two"))
        }
    }
}

/// Most requests that are sent at once: a target is tested, not flooded.
const AT_ONCE: usize = 8;
/// Longest silence before a step, in milliseconds.
const LONGEST_PAUSE_MS: u64 = 10_000;

/// Most times that a request is sent.
const TIMES: usize = 200;

fn at_once(
    reading: &Reading<'_>,
    at: Location,
    asks: Vec<AskFile>,
    together: Option<Spanned<ExpectFile>>,
) -> Result<AtOnce, DataError> {
    if !(2..=AT_ONCE).contains(&asks.len()) {
        let hint = format!("write {} below it, {AT_ONCE} at most", "two requests");
        return Err(reading.error(at, "at_once", "several requests are sent at once", hint));
    }
    let requests = asks.into_iter().map(|ask| request(reading, at, ask)).collect::<Result<Vec<_>, _>>()?;
    let Some(together) = together else {
        return Ok(AtOnce { requests, statuses: Vec::new(), level: None, fix: None });
    };
    let (at, file) = (together.referenced, together.value);
    let statuses = file.statuses.unwrap_or_default();
    if statuses.len() != requests.len() {
        let hint = format!("`statuses` has an entry for each of the {} requests, in any order", requests.len());
        return Err(reading.error(at, "", "what is expected of these requests together can't be read", hint));
    }
    let statuses = statuses.iter().map(|one| patterns(reading, at, one)).collect::<Result<_, _>>()?;
    let own = [file.status.is_some(), file.body.is_some(), !file.absent.is_empty(), !file.headers.is_empty()];
    if own.contains(&true) || file.within_ms.is_some() || file.should.is_some() {
        let hint = "beside `statuses` there may be `level` and `fix`; the rest belongs to the requests";
        return Err(reading.error(at, "", "this can't be expected of several requests together", hint));
    }
    Ok(AtOnce { requests, statuses, level: file.level, fix: file.fix })
}

fn request(reading: &Reading<'_>, at: Location, file: AskFile) -> Result<RawRequest, DataError> {
    if file.pages.is_some_and(|pages| pages == 0 || times_or_saves(&file)) {
        let hint = "write a number from 1 on; a list that is read in pages is sent as often as it takes, and nothing of it is saved";
        return Err(reading.error(at, "pages", "pages that can't be read", hint));
    }
    let (method, path) = match file.request.split_once(' ') {
        Some((method, path)) => (method, path.trim()),
        None => (file.request.as_str(), ""),
    };
    if !METHODS.contains(&method) {
        let hint = did_you_mean(method, METHODS);
        return Err(reading.error(at, &file.request, format!("unknown HTTP method `{method}`"), hint));
    }
    let (path, path_raw) = match (path, file.path_raw) {
        ("", Some(raw)) => (raw, true),
        (path, None) if path.starts_with('/') => (path.to_owned(), false),
        (_, Some(_)) => {
            return Err(reading.error(at, "path_raw", "a path and a `path_raw`", "give one of them"));
        }
        _ => {
            let hint = "write method and path in one line: `request: GET /Users`";
            return Err(reading.error(at, &file.request, "the path of a request begins with `/`", hint));
        }
    };
    if !path_raw && path.contains('?') {
        let hint = "put parameters under `query`, which escapes their values, or use `path_raw`";
        return Err(reading.error(at, &file.request, "the path of a request holds a `?`", hint));
    }
    let auth = match file.auth.as_deref() {
        None | Some("ours") => AuthUse::Ours,
        Some("none") => AuthUse::None,
        Some("lower_case") => AuthUse::LowerCase,
        Some("wrong") => AuthUse::Wrong,
        Some("other") => AuthUse::Other,
        Some(other) => {
            let hint = did_you_mean(other, ["ours", "none", "lower_case", "wrong", "other"]);
            return Err(reading.error(at, other, format!("`auth` can't be `{other}`"), hint));
        }
    };
    if file.body.is_some() && file.body_raw.is_some() {
        return Err(reading.error(at, "body_raw", "a `body` and a `body_raw`", "give one of them"));
    }
    let times = file.times.unwrap_or(1);
    if !(1..=TIMES).contains(&times) {
        let message = format!("a request can't be sent {times} times");
        return Err(reading.error(at, "times", message, format!("write a number up to {TIMES}")));
    }
    reading.check(at, &Value::from(path.as_str()))?;
    for value in file.body.iter() {
        reading.check(at, value)?;
    }
    for text in file.body_raw.iter() {
        reading.check(at, &Value::from(text.as_str()))?;
    }
    let expect = match file.expect {
        Some(expect) => self::expect(reading, expect)?,
        None => Expect::default(),
    };
    Ok(RawRequest {
        method: method.to_owned(),
        path,
        path_raw,
        query: texts(reading, at, file.query)?,
        headers: texts(reading, at, file.headers)?,
        auth,
        body: file.body,
        body_raw: file.body_raw,
        times,
        pages: file.pages,
        save: places(reading, at, file.save)?,
        expect,
    })
}

fn texts(reading: &Reading<'_>, at: Location, map: Map<String, Value>) -> Result<Vec<(String, String)>, DataError> {
    map.into_iter()
        .map(|(name, value)| {
            let text = match value {
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                _ => {
                    return Err(reading.error(at, &name, format!("`{name}` must be a text"), "quote it"));
                }
            };
            reading.check(at, &Value::from(text.as_str()))?;
            Ok((name, text))
        })
        .collect()
}

fn places(reading: &Reading<'_>, at: Location, map: Map<String, Value>) -> Result<Vec<(String, Place)>, DataError> {
    map.into_iter()
        .map(|(name, value)| {
            let place = match &value {
                Value::String(text) if text.is_empty() || text.starts_with('/') => Place::Pointer(text.clone()),
                Value::String(text) => Place::Path(reading.path(at, text)?),
                Value::Object(members) if members.len() == 1 && members.contains_key("header") => {
                    Place::Header(members["header"].as_str().unwrap_or_default().to_owned())
                }
                _ => {
                    let hint = "write a pointer (/id), an attribute path, or {header: ETag}";
                    return Err(reading.error(at, &name, format!("where `{name}` stands can't be read"), hint));
                }
            };
            Ok((name, place))
        })
        .collect()
}

fn expect(reading: &Reading<'_>, file: Spanned<ExpectFile>) -> Result<Expect, DataError> {
    let at = file.referenced;
    let showing = super::showing::read(reading, at, &file.value)?;
    let ExpectFile { status, statuses, body, absent, headers, within_ms, or, should, level, fix, .. } = file.value;
    if statuses.is_some() {
        let hint = "one request has a `status`; `statuses` goes with `at_once`";
        return Err(reading.error(at, "statuses", "`statuses` of one request", hint));
    }
    let should = should.map(|should| answer(reading, at, *should).map(Box::new)).transpose()?;
    let expect = answer(reading, at, ShouldFile { status, body, absent, headers, fix })?;
    let or = or.map(|or| answer(reading, at, *or).map(Box::new)).transpose()?;
    if or.as_ref().is_some_and(|or| or.status.is_empty()) {
        return Err(reading.error(at, "or:", "`or` without a status", "say by which status it is known"));
    }
    let expect = Expect { within_ms, showing, or, should, level, ..expect };
    expect.check().map_err(|error| {
        reading.error(
            at,
            "matches",
            error.to_string(),
            "how they are written: https://docs.rs/regex-lite/latest/regex_lite/#syntax",
        )
    })?;
    Ok(expect)
}

fn times_or_saves(file: &AskFile) -> bool {
    file.times.is_some() || !file.save.is_empty()
}

fn patterns(reading: &Reading<'_>, at: Location, value: &Value) -> Result<Vec<StatusPattern>, DataError> {
    Expect::statuses(value)
        .map_err(|error| reading.error(at, "status", error.to_string(), "for example `status: [200, 204]`"))
}

/// What is expected of an answer itself.
fn answer(reading: &Reading<'_>, at: Location, file: ShouldFile) -> Result<Expect, DataError> {
    let status = match &file.status {
        Some(value) => patterns(reading, at, value)?,
        None => Vec::new(),
    };
    let absent = file.absent.iter().map(|text| reading.path(at, text)).collect::<Result<_, _>>()?;
    for value in file.body.iter().chain(file.headers.values()) {
        reading.check(at, value)?;
    }
    let headers = file.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    Ok(Expect { status, body: file.body, absent, headers, fix: file.fix.map(trimmed), ..Expect::default() })
}

fn postcondition(
    reading: &Reading<'_>,
    file: Spanned<ThenFile>,
    people: &[(String, Vec<(AttrPath, Value)>)],
    groups: &Groups,
) -> Result<Then, DataError> {
    let at = file.referenced;
    let file = file.value;
    let expected = Expected {
        is: reading.attributes(at, file.is)?,
        absent: file.absent.iter().map(|text| reading.path(at, text)).collect::<Result<_, _>>()?,
        same: file.same.iter().map(|text| reading.path(at, text)).collect::<Result<_, _>>()?,
    };
    let people = people.to_vec();
    let is_person = |name: &String| person(reading, at, name, &people);
    let words = [&file.user, &file.lookup, &file.group, &file.gone];
    let given = words.iter().filter(|word| word.is_some()).count() + usize::from(file.imported.is_some());
    if given != 1 {
        let hint = "give one of user, lookup, group, gone, imported";
        return Err(reading.error(at, "", "a postcondition looks at one thing", hint));
    }
    let reads = file.user.is_some() || file.group.is_some();
    let looks = !(expected.is.is_empty() && expected.absent.is_empty() && expected.same.is_empty());
    let stray = [
        ("finds", file.finds.is_some() && file.lookup.is_none()),
        ("members", file.members.is_some() && file.group.is_none()),
        ("is", looks && !reads),
        ("groups", file.groups.is_some() && file.imported.is_none()),
        ("new", file.new.is_some() && file.imported.is_none()),
        ("removed", file.removed.is_some() && file.imported.is_none()),
        ("deactivated", file.deactivated.is_some() && file.imported.is_none()),
        ("safeguard", file.safeguard.is_some() && file.imported.is_none()),
    ];
    if let Some((word, _)) = stray.into_iter().find(|(_, stray)| *stray) {
        let hint = "`is`, `absent` and `same` go with user or group, `members` with group, `finds` with lookup, \
                    `groups`, `new`, `removed`, `deactivated` and `safeguard` with imported";
        return Err(reading.error(at, "", format!("`{word}` does not belong to this postcondition"), hint));
    }
    if reads && !looks && file.members.is_none() {
        let hint = "say what to expect: `is: { active: true }`, `same: [id]` or `members: [ada]`";
        return Err(reading.error(at, "", "this postcondition expects nothing", hint));
    }
    let check = if let Some(name) = file.user {
        is_person(&name)?;
        Postcondition::User(name, expected)
    } else if let Some(name) = file.lookup {
        reading.check(at, &Value::from(name.as_str()))?;
        if !name.contains("{{") {
            is_person(&name)?;
        }
        let finds = file.finds.ok_or_else(|| {
            reading.error(at, "lookup", "`lookup` without `finds`", "write `finds: [ada]`, or `finds: []` for nobody")
        })?;
        finds.iter().try_for_each(is_person)?;
        Postcondition::Lookup(name, finds)
    } else if let Some(name) = file.group {
        group(reading, at, &name, groups)?;
        file.members.iter().flatten().try_for_each(is_person)?;
        Postcondition::Group(name, file.members, expected)
    } else if let Some(name) = file.gone {
        if !people.iter().any(|(known, _)| *known == name) {
            group(reading, at, &name, groups)?;
        }
        Postcondition::Gone(name)
    } else {
        let counted = file.imported.unwrap_or_default();
        let groups = imported_groups(reading, at, file.groups, &is_person, groups)?;
        let (new, removed, deactivated) = (file.new, file.removed, file.deactivated);
        let named = [&new, &removed, &deactivated].into_iter().flatten().flatten();
        counted.iter().chain(named).try_for_each(is_person)?;
        Postcondition::Imported(Conclusions { counted, groups, new, removed, deactivated, safeguard: file.safeguard })
    };
    Ok(Then { check, level: file.level, fix: file.fix.map(trimmed) })
}

type ImportedGroups = Vec<(String, Option<Vec<String>>)>;

/// The groups that an import must see, with their members where they are given.
fn imported_groups(
    reading: &Reading<'_>,
    at: Location,
    file: Option<GroupsFile>,
    is_person: &impl Fn(&String) -> Result<(), DataError>,
    known: &Groups,
) -> Result<ImportedGroups, DataError> {
    let wanted: Vec<(String, Option<Value>)> = match file {
        None => Vec::new(),
        Some(GroupsFile::Names(names)) => names.into_iter().map(|name| (name, None)).collect(),
        Some(GroupsFile::Members(map)) => map.into_iter().map(|(name, members)| (name, Some(members))).collect(),
    };
    wanted
        .into_iter()
        .map(|(name, members)| {
            group(reading, at, &name, known)?;
            let members: Option<Vec<String>> = members.map(serde_json::from_value).transpose().map_err(|_| {
                reading.error(at, &name, format!("the members of `{name}` can't be read"), "write { crew: [ada, bob] }")
            })?;
            members.iter().flatten().try_for_each(is_person)?;
            Ok((name, members))
        })
        .collect()
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
fn trimmed(text: String) -> String {
    text.trim().to_owned()
}
