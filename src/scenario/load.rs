//! Reads scenario and suite files.

use serde_json::{Map, Value};
use serde_saphyr::Location;

use super::{
    DataError,
    file::{GroupFile, ScenarioFile, SuiteFile},
    model::{GroupSpec, LevelOverride, Scenario, Suite},
    order,
    parse::parse,
    steps,
    suggest::did_you_mean,
    template::Templates,
};
use crate::{
    judge::{Level, rules, spec},
    scim::AttrPath,
};

/// Names every template may use besides people and groups.
const NAMES: [&str; 3] = ["unique", "domain", "run"];
/// Names that templates may use behind a step that discovers them.
pub(super) const DISCOVERED: [&str; 2] = ["role", "entitlement"];
/// The number of the time, where a request is sent several times.
pub(super) const NUMBER: &str = "n";
/// A file being read, for errors that point into it.
pub(super) struct Reading<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub templates: Templates,
    pub names: Vec<String>,
    /// How many of the names, from the first, are those of people and groups.
    pub cast: usize,
}

impl Reading<'_> {
    /// An error at a location, or at the first `needle` behind it.
    pub fn error(&self, at: Location, needle: &str, message: impl Into<String>, hint: impl Into<String>) -> DataError {
        let (mut line, mut column) = (at.line().max(1) as usize, at.column().max(1) as usize);
        if !needle.is_empty() {
            let found = self.text.lines().enumerate().skip(line - 1).find_map(|(number, text)| {
                text.find(needle).map(|byte| (number + 1, text[..byte].chars().count() + 1))
            });
            (line, column) = found.unwrap_or((line, column));
        }
        DataError::at(self.file, self.text, (line, column), message, hint)
    }

    /// Checks the templates in every text of a value.
    pub fn check(&self, at: Location, value: &Value) -> Result<(), DataError> {
        match value {
            Value::String(text) => {
                let names: Vec<&str> = self.names.iter().map(String::as_str).chain(NAMES).collect();
                self.templates.check(text, &names).map_err(|(message, hint)| self.error(at, text, message, hint))
            }
            Value::Array(items) => items.iter().try_for_each(|item| self.check(at, item)),
            Value::Object(members) => members.iter().try_for_each(|(name, value)| {
                self.check(at, &Value::from(name.as_str()))?;
                self.check(at, value)
            }),
            _ => Ok(()),
        }
    }

    /// Checks a name under which a step keeps a value: it can be written in a template, and hides nothing that has the name already.
    pub fn may_be_saved(&self, at: Location, name: &str) -> Result<(), DataError> {
        let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !word || !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            let hint = "names are letters, digits and `_`, and begin with no digit";
            return Err(self.error(at, name, format!("nothing can be saved under `{name}`"), hint));
        }
        if NAMES.contains(&name)
            || DISCOVERED.contains(&name)
            || name == NUMBER
            || self.names[..self.cast].iter().any(|have| have == name)
        {
            let message = format!("`{name}` is the name of something else in templates");
            return Err(self.error(at, name, message, "save it under another name"));
        }
        Ok(())
    }

    /// Checks the expression of a condition.
    pub fn condition(&self, at: Location, text: &str) -> Result<(), DataError> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).chain(NAMES).collect();
        self.templates.check_condition(text, &names).map_err(|(message, hint)| self.error(at, text, message, hint))
    }

    /// Reads attribute paths and checks the templates in their values.
    pub fn attributes(&self, at: Location, map: Map<String, Value>) -> Result<Vec<(AttrPath, Value)>, DataError> {
        map.into_iter()
            .map(|(text, value)| {
                self.check(at, &value)?;
                Ok((self.path(at, &text)?, value))
            })
            .collect()
    }

    /// Reads an attribute path.
    pub fn path(&self, at: Location, text: &str) -> Result<AttrPath, DataError> {
        text.parse().map_err(|error| {
            self.error(
                at,
                text,
                format!("`{text}` is not an attribute path: {error}"),
                "a path looks like active, name.familyName or emails[type eq \"work\"].value",
            )
        })
    }
}

/// Reads a `suite.yaml`.
///
/// # Errors
/// What can't be read, or names a rule that there is not.
pub fn load_suite(id: &str, file: &str, text: &str) -> Result<Suite, DataError> {
    let parsed: SuiteFile = parse(file, text)?;
    let reading = Reading { file, text, templates: Templates::default(), names: Vec::new(), cast: 0 };
    let mut levels: Vec<LevelOverride> = Vec::new();
    for entry in parsed.levels {
        let at = entry.referenced;
        let entry = entry.value;
        let level = match entry.level.as_str() {
            "off" => None,
            text => Some(text.parse::<Level>().map_err(|_| {
                reading.error(at, text, format!("`{text}` is not a level"), "write must, should, may or off")
            })?),
        };
        for rule in entry.rule.into_vec() {
            if rules::by_id(&rule).is_none() {
                let hint = did_you_mean(&rule, rules::RULES.iter().map(|rule| rule.id));
                return Err(reading.error(at, &rule, format!("there is no rule `{rule}`"), hint));
            }
            if levels.iter().any(|have| have.rule == rule) {
                let message = format!("`{rule}` has two levels");
                return Err(reading.error(at, &rule, message, "leave one of them out"));
            }
            levels.push(LevelOverride { rule, level, reason: entry.reason.clone() });
        }
    }
    Ok(Suite { id: id.to_owned(), title: parsed.title, why: parsed.why, order: parsed.order, levels })
}

/// Reads a scenario; `id` is its path without ending.
///
/// # Errors
/// What can't be read, drawn at file, line and column.
pub fn load_scenario(id: &str, file: &str, text: &str) -> Result<Scenario, DataError> {
    let parsed: ScenarioFile = parse(file, text)?;
    let start = parsed.steps.first().map_or(Location::UNKNOWN, |step| step.referenced);
    let names: Vec<String> = parsed.people.keys().chain(parsed.groups.keys()).cloned().collect();
    let cast = names.len();
    let mut reading = Reading { file, text, templates: Templates::default(), names, cast };
    let top = Location::UNKNOWN;
    for name in &reading.names {
        if NAMES.iter().chain(&DISCOVERED).chain([&NUMBER]).any(|reserved| reserved == name)
            || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            let hint = "names are letters, digits and `_`, and not unique, domain, run, role, entitlement or n";
            return Err(reading.error(top, name, format!("`{name}` can't be the name of a person or group"), hint));
        }
    }
    for key in &parsed.spec {
        if spec::source(&key.value).is_none() {
            let known = spec::known();
            let hint = super::nearest(&key.value, known.iter().map(String::as_str)).map_or_else(
                || "sources look like rfc7644#3.5.2, okta-scim20#deactivate or okta-qa#C9292".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(reading.error(key.referenced, "", format!("the source `{}` is not known", key.value), hint));
        }
    }
    let people = people(&reading, parsed.people)?;
    let groups = groups(&reading, parsed.groups, &people)?;
    let (given, given_groups) = match parsed.given {
        Some(given) => {
            for name in &given.value.users {
                person(&reading, given.referenced, name, &people)?;
            }
            for name in &given.value.groups {
                steps::group(&reading, given.referenced, name, &groups)?;
            }
            (given.value.users, given.value.groups)
        }
        None => Default::default(),
    };
    let one_dialect = match &parsed.dialects {
        None => false,
        Some(word) if word.value == "one" => true,
        Some(word) => {
            let message = format!("`dialects` can't be `{}`", word.value);
            return Err(reading.error(word.referenced, "", message, "write `dialects: one`, or leave it out for all"));
        }
    };
    if parsed.steps.is_empty() {
        return Err(reading.error(
            start,
            "steps",
            "a scenario needs at least one step",
            "add one below `steps`: `- assign: ada`",
        ));
    }
    let places: Vec<Location> = parsed.steps.iter().map(|step| step.referenced).collect();
    let steps = steps::read(&mut reading, parsed.steps, &people, &groups)?;
    if let Some((index, message, hint)) = order::too_early(&steps, &given_groups) {
        return Err(reading.error(places[index], "", message, hint));
    }
    for (name, group) in groups.iter().filter(|(name, _)| given_groups.contains(name)) {
        if let Some(member) = group.members.iter().find(|member| !given.contains(member)) {
            let message = format!("the group {name} is there before the scenario, and its member {member} is not");
            return Err(reading.error(start, name, message, format!("add {member} to `given: {{ users: [...] }}`")));
        }
    }
    let scenario = Scenario {
        id: id.to_owned(),
        suite: id.split('/').next().unwrap_or(id).to_owned(),
        file: file.to_owned(),
        title: parsed.title,
        why: parsed.why.trim().to_owned(),
        fix: parsed.fix.trim().to_owned(),
        admin: parsed.admin.trim().to_owned(),
        spec: parsed.spec.into_iter().map(|key| key.value).collect(),
        level: parsed.level,
        people,
        groups,
        given,
        given_groups,
        alone: parsed.alone,
        still: parsed.still,
        app: parsed.app,
        needs: parsed.needs,
        one_dialect,
        steps,
    };
    if scenario.still && scenario.alone {
        return Err(reading.error(
            start,
            "still",
            "`still` beside `alone`",
            "leave out `still`: nothing at all runs beside it",
        ));
    }
    if scenario.still && scenario.listing(scenario.app.import_groups.unwrap_or(true)).is_none() {
        let hint = "leave it out, or let a step import, link, or ask for GET /Users or GET /Groups without a filter";
        return Err(reading.error(start, "still", "`still`, and no step lists everybody", hint));
    }
    Ok(scenario)
}

type People = Vec<(String, Vec<(AttrPath, Value)>)>;

fn people(reading: &Reading<'_>, map: Map<String, Value>) -> Result<People, DataError> {
    let top = Location::UNKNOWN;
    map.into_iter()
        .map(|(name, value)| {
            let attributes = match value {
                Value::Null => Map::new(),
                Value::Object(members) => members,
                _ => {
                    let message = format!("`{name}` is not a person");
                    return Err(reading.error(
                        top,
                        &name,
                        message,
                        "write attribute paths and values: {name.givenName: Ada}",
                    ));
                }
            };
            let attributes = reading.attributes(top, attributes)?;
            let login = attributes.iter().find(|(path, _)| path.is_plain("userName"));
            if let Some((_, Value::String(login))) = login
                && !login.contains("unique")
            {
                let message = format!("the userName `{login}` is not unique to a run");
                let hint = "put {{ unique }} into it, so that what a run creates can be recognised and removed";
                return Err(reading.error(top, login, message, hint));
            }
            Ok((name, attributes))
        })
        .collect()
}

fn groups(
    reading: &Reading<'_>,
    map: Map<String, Value>,
    people: &People,
) -> Result<Vec<(String, GroupSpec)>, DataError> {
    let top = Location::UNKNOWN;
    map.into_iter()
        .map(|(name, value)| {
            let value = if value.is_null() { Value::Object(Map::new()) } else { value };
            let wrong = |why: &str| {
                reading.error(top, &name, format!("`{name}` is not a group: {why}"), "write {members: [ada, bob]}")
            };
            // A list would be taken for the parts of a group in their order.
            if !value.is_object() {
                return Err(wrong("a mapping belongs here"));
            }
            let group: GroupFile = serde_json::from_value(value).map_err(|error| wrong(&error.to_string()))?;
            for member in &group.members {
                person(reading, top, member, people)?;
            }
            if let Some(given) = &group.name {
                reading.check(top, &Value::from(given.as_str()))?;
                if !given.contains("unique") {
                    let hint = "put {{ unique }} into it, so that what a run creates can be recognised and removed";
                    return Err(reading.error(
                        top,
                        given,
                        format!("the group name `{given}` is not unique to a run"),
                        hint,
                    ));
                }
            }
            Ok((name, GroupSpec { name: group.name, members: group.members }))
        })
        .collect()
}

/// Checks that a name is a person of the scenario.
pub(super) fn person(reading: &Reading<'_>, at: Location, name: &str, people: &People) -> Result<(), DataError> {
    if people.iter().any(|(known, _)| known == name) {
        return Ok(());
    }
    let hint = match super::nearest(name, people.iter().map(|(known, _)| known.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add it: `people: {{ {name}: {{}} }}`"),
    };
    Err(reading.error(at, name, format!("there is no person `{name}` in this scenario"), hint))
}
