//! Where in an answer the subject of a finding is.

use serde_json::Value;

use crate::judge::{Finding, Subject, describe};

/// One step into a JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Into a member of an object, by its name as it stands there.
    Key(String),
    /// Into an element of an array.
    Index(usize),
}

/// A place in a JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The way to it from the root.
    pub(super) at: Vec<Step>,
    /// What is missing there; `None` where the value itself is meant.
    pub(super) missing: Option<String>,
}

/// The places in the body of an answer, as it is shown, that a finding is about; none where that can't be told for sure.
pub(super) fn places(finding: &Finding, body: &Value) -> Vec<Place> {
    match &finding.subject {
        Subject::Status | Subject::Header(_) => Vec::new(),
        Subject::Found => found(body),
        Subject::Envelope(name) if name == "order" => found(body),
        Subject::Envelope(name) if name == "body" => vec![Place { at: Vec::new(), missing: None }],
        Subject::Envelope(name) => one(candidates(body, &segments(name), Vec::new()), finding, body),
        Subject::Attribute(path) => {
            let resources = member(body, "Resources").and_then(|(key, value)| Some((key, value.as_array()?)));
            let all = match resources {
                Some((key, items)) => items
                    .iter()
                    .enumerate()
                    .flat_map(|(at, item)| {
                        candidates(item, &segments(path), vec![Step::Key(key.to_owned()), Step::Index(at)])
                    })
                    .collect(),
                None => candidates(body, &segments(path), Vec::new()),
            };
            one(all, finding, body)
        }
    }
}

/// Those whom a list shows: by the name of each, and where it has none as a whole.
fn found(body: &Value) -> Vec<Place> {
    let Some((key, value)) = member(body, "Resources") else {
        return Vec::new();
    };
    let list = vec![Step::Key(key.to_owned())];
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    if items.is_empty() {
        return vec![Place { at: list, missing: None }];
    }
    let shown = |(at, item): (usize, &Value)| {
        let mut place = list.clone();
        place.push(Step::Index(at));
        let name = member(item, "userName").or_else(|| member(item, "displayName"));
        place.extend(name.map(|(key, _)| Step::Key(key.to_owned())));
        Place { at: place, missing: None }
    };
    items.iter().enumerate().map(shown).collect()
}

/// Of several places the one that is as the finding says; several, or none, are not marked.
fn one(all: Vec<Place>, finding: &Finding, body: &Value) -> Vec<Place> {
    let (mut there, missing): (Vec<Place>, Vec<Place>) = all.into_iter().partition(|place| place.missing.is_none());
    let nothing = ["nothing", "nobody"].iter().any(|word| finding.actual.starts_with(word));
    if let (true, Some(first)) = (nothing, missing.into_iter().next()) {
        return vec![first];
    }
    if there.len() > 1 {
        // Of several that are wrong in one way a rule shows the first: `"x" (string); 2 more of 3 likewise`.
        let first = finding.actual.rsplit_once("; ").map_or(finding.actual.as_str(), |(first, _)| first);
        let as_told = |value: &Value| [finding.actual.as_str(), first].contains(&describe(value).as_str());
        let fits = |place: &Place| value_at(body, &place.at).is_some_and(as_told);
        there = there.into_iter().find(fits).into_iter().collect();
    }
    there
}

/// Every place that a path may mean: in an array, one in each element.
fn candidates(value: &Value, path: &[String], at: Vec<Step>) -> Vec<Place> {
    let Some((first, rest)) = path.split_first() else {
        return vec![Place { at, missing: None }];
    };
    match value {
        Value::Array(items) => {
            let wanted = if first == "first" { Some(0) } else { first.parse::<usize>().ok() };
            let elements = items.iter().enumerate().filter(|(index, _)| wanted.is_none_or(|one| one == *index));
            let path = if wanted.is_some() { rest } else { path };
            elements
                .flat_map(|(index, item)| candidates(item, path, [at.as_slice(), &[Step::Index(index)]].concat()))
                .collect()
        }
        Value::Object(members) => {
            // Somebody who is not ours: only the names of the attributes are there.
            if let Some(names) = members.get("[not ours]").and_then(Value::as_array) {
                let has = names.iter().any(|name| name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(first)));
                return vec![Place { at, missing: (!has).then(|| path.join(".")) }];
            }
            match member(value, first) {
                Some((key, inner)) => candidates(inner, rest, [at.as_slice(), &[Step::Key(key.to_owned())]].concat()),
                None => vec![Place { at, missing: Some(path.join(".")) }],
            }
        }
        _ => vec![Place { at, missing: None }],
    }
}

/// The parts of a path: the URN of a schema is one, and what stands in brackets is left out.
fn segments(path: &str) -> Vec<String> {
    let (urn, rest) = match path.rfind(':').filter(|_| path.to_ascii_lowercase().starts_with("urn:")) {
        // A name of a type ends the URN of a schema: `...:2.0:User`, `...:2.0:User:manager`, `...:2.0:User.manager`.
        Some(at) if path[at + 1..].starts_with(|letter: char| letter.is_lowercase()) => (&path[..at], &path[at + 1..]),
        Some(at) => path[at..].find('.').map_or((path, ""), |dot| (&path[..at + dot], &path[at + dot + 1..])),
        None => ("", path),
    };
    let mut parts: Vec<String> = if urn.is_empty() { Vec::new() } else { vec![urn.to_owned()] };
    let mut depth = 0;
    let mut part = String::new();
    for character in rest.chars() {
        match character {
            '[' => depth += 1,
            ']' => depth -= 1,
            '.' if depth == 0 => parts.push(std::mem::take(&mut part)),
            other if depth == 0 => part.push(other),
            _ => {}
        }
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts
}

fn member<'v>(value: &'v Value, name: &str) -> Option<(&'v str, &'v Value)> {
    let found = value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some((found.0.as_str(), found.1))
}

fn value_at<'v>(value: &'v Value, at: &[Step]) -> Option<&'v Value> {
    at.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::judge::{Level, Owner};

    fn finding(subject: Subject, actual: &str) -> Finding {
        Finding {
            exchange: Some(0),
            actual: actual.to_owned(),
            ..Finding::of(Owner::Expectation, Level::Must, "", subject)
        }
    }

    fn marked(subject: Subject, actual: &str, body: Value) -> String {
        let mut out = Vec::new();
        for place in places(&finding(subject, actual), &body) {
            let mut path = String::new();
            for step in &place.at {
                match step {
                    Step::Key(key) => path.push_str(&format!("/{key}")),
                    Step::Index(index) => path.push_str(&format!("/{index}")),
                }
            }
            out.push(format!("{path}{}", place.missing.map(|name| format!(" lacks {name}")).unwrap_or_default()));
        }
        out.join(", ")
    }

    fn attribute(path: &str) -> Subject {
        Subject::Attribute(path.to_owned())
    }

    #[test]
    fn an_attribute_is_found_whatever_its_case() {
        let ada = json!({"ID": "7", "name": {"familyName": "L"}, "emails": [{"value": "a"}, {"value": "b"}]});
        assert_eq!(marked(attribute("id"), "\"7\" (string)", ada.clone()), "/ID");
        assert_eq!(marked(attribute("name.familyName"), "x", ada.clone()), "/name/familyName");
        assert_eq!(marked(attribute("name.givenName"), "nothing", ada.clone()), "/name lacks givenName");
        assert_eq!(
            marked(attribute("emails[type eq \"work\"].value"), "\"b\" (string)", ada.clone()),
            "/emails/1/value"
        );
        assert_eq!(marked(attribute("emails"), "another", ada), "/emails");
    }

    #[test]
    fn urns_are_one_part() {
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let ada = json!({urn: {"department": "x", "manager": {"value": "7"}}});
        let place = |path: &str| marked(attribute(path), "x", ada.clone());
        assert_eq!(place(urn), format!("/{urn}"));
        assert_eq!(place(&format!("{urn}:department")), format!("/{urn}/department"));
        assert_eq!(place(&format!("{urn}.manager.value")), format!("/{urn}/manager/value"));
    }

    #[test]
    fn what_is_not_sure_is_not_marked() {
        let list = json!({"Resources": [{"active": true}, {"active": "true"}, {"[not ours]": ["id"]}]});
        assert_eq!(marked(attribute("active"), "\"true\" (string)", list.clone()), "/Resources/1/active");
        assert_eq!(marked(attribute("active"), "false (boolean)", list.clone()), "");
        assert_eq!(marked(attribute("active"), "nothing", list.clone()), "/Resources/2 lacks active");
        assert_eq!(marked(Subject::Envelope("time".to_owned()), "3 s", list.clone()), "");
        assert_eq!(marked(Subject::Found, "", list), "/Resources/0, /Resources/1, /Resources/2");
        assert_eq!(marked(Subject::Found, "", json!({"resources": []})), "/resources");
    }
}
