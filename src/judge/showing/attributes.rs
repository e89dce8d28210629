//! Which attributes resources have in an answer.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Ours, Own, Showing};
use crate::{
    judge::{Sighting, Subject, describe, oracle::Declared},
    scim::{AttrPath, value},
};

/// What is not asked for by name and may be there all the same.
const ALWAYS: [&str; 3] = ["schemas", "id", "meta"];

/// Everything in which the attributes of what is shown are not as expected.
pub(super) fn judge(showing: &Showing, shown: &[&Value], ours: &Ours<'_>) -> Vec<Sighting> {
    let mut sightings = Vec::new();
    let own: Vec<(&Own, &Value)> = shown.iter().filter_map(|resource| Some((ours.who(resource)?, *resource))).collect();
    for path in &showing.shows {
        let without: Vec<String> =
            own.iter().filter(|(_, shown)| !has(shown, path)).map(|(own, _)| own.key.clone()).collect();
        if !without.is_empty() {
            let actual = format!("no value for {}", without.join(", "));
            sightings.push(Sighting::new(subject(path), format!("a value of {path}"), actual));
        }
    }
    for path in showing.hides.iter().filter(|path| !ours.declared.always(path)) {
        let with = shown.iter().filter(|resource| has(resource, path)).count();
        if with > 0 {
            let actual = format!("a value in {with} of {} resources", shown.len());
            sightings.push(Sighting::new(subject(path), format!("no {path}"), actual));
        }
    }
    if let Some(wanted) = &showing.shows_only {
        let more: BTreeSet<String> =
            shown.iter().flat_map(|resource| others(resource, wanted, ours.declared)).collect();
        if !more.is_empty() {
            let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
            let expected = format!("nothing but {} and what is always returned", wanted.join(", "));
            let actual = format!("also {}", more.into_iter().collect::<Vec<_>>().join(", "));
            sightings.push(Sighting::new(Subject::Envelope("attributes".to_owned()), expected, actual));
        }
    }
    if showing.as_read {
        for (own, listed) in own {
            sightings.extend(own.shown.iter().flat_map(|read| unlike(own, read, listed, ours.declared)));
        }
    }
    sightings
}

fn subject(path: &AttrPath) -> Subject {
    Subject::Envelope(path.to_string())
}

/// True when there is a value: an empty text is one.
fn has(resource: &Value, path: &AttrPath) -> bool {
    value::get(resource, path).into_iter().any(assigned)
}

/// `null`, `[]` and what holds nothing else are no value (RFC 7643 2.5).
fn assigned(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(assigned),
        Value::Object(parts) => parts.values().any(assigned),
        _ => true,
    }
}

/// The attributes of a resource that nobody asked for.
fn others(resource: &Value, wanted: &[AttrPath], declared: &Declared) -> Vec<String> {
    let mut out = Vec::new();
    for (name, value) in resource.as_object().into_iter().flatten().filter(|(_, value)| assigned(value)) {
        let extension = name.contains(':');
        let path = |sub: Option<&String>| match extension {
            true => AttrPath { urn: Some(name.clone()), attr: sub.cloned().unwrap_or_default(), ..AttrPath::default() },
            false => AttrPath { sub: sub.cloned(), ..AttrPath::of(name.as_str()) },
        };
        let here: Vec<&AttrPath> = wanted
            .iter()
            .filter(|path| match extension {
                true => path.urn.as_deref().is_some_and(|urn| urn.eq_ignore_ascii_case(name)),
                false => path.attr.eq_ignore_ascii_case(name),
            })
            .collect();
        if ALWAYS.iter().any(|always| always.eq_ignore_ascii_case(name)) || declared.always(&path(None)) {
            continue;
        }
        if here.is_empty() {
            out.push(name.clone());
            continue;
        }
        let whole = |path: &&AttrPath| if extension { path.attr.is_empty() } else { path.sub.is_none() };
        if here.iter().any(whole) {
            continue;
        }
        let parts = |value: &Value| match value {
            Value::Object(parts) => names(parts),
            _ => Vec::new(),
        };
        let subs: Vec<String> = match value {
            Value::Array(values) => values.iter().flat_map(parts).collect(),
            single => parts(single),
        };
        let asked = |sub: &String| {
            here.iter().any(|path| {
                let name = if extension { Some(&path.attr) } else { path.sub.as_ref() };
                name.is_some_and(|name| name.eq_ignore_ascii_case(sub))
            })
        };
        out.extend(
            subs.into_iter()
                .filter(|sub| !asked(sub) && !declared.always(&path(Some(sub))))
                .map(|sub| path(Some(&sub)).to_string()),
        );
    }
    out
}

fn names(parts: &Map<String, Value>) -> Vec<String> {
    parts.iter().filter(|(_, value)| assigned(value)).map(|(name, _)| name.clone()).collect()
}

/// In which attributes one of ours is shown otherwise than when it is read by id.
fn unlike(own: &Own, read: &Value, listed: &Value, declared: &Declared) -> Vec<Sighting> {
    let (Some(read), Some(listed)) = (read.as_object(), listed.as_object()) else { return Vec::new() };
    let names: BTreeSet<&String> = read.keys().chain(listed.keys()).collect();
    let wrong = names.into_iter().filter(|name| !declared.hidden(&AttrPath::of(name.as_str()))).filter_map(|name| {
        let at =
            |object: &Map<String, Value>| value::member(object, name).map(|(_, value)| value.clone()).filter(assigned);
        let (by_id, here) = (at(read), at(listed));
        let same = match (&by_id, &here) {
            // Less may be said there of versions and dates.
            (Some(Value::Object(by_id)), Some(Value::Object(here))) if name.eq_ignore_ascii_case("meta") => {
                by_id.iter().all(|(part, value)| here.get(part).is_none_or(|here| same(here, value)))
            }
            (Some(by_id), Some(here)) => same(by_id, here),
            (None, None) => true,
            _ => false,
        };
        let told = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), describe);
        let who = &own.key;
        let expected = format!("{} for {who}, as when it is read by id", told(&by_id));
        let sighting = || Sighting::new(Subject::Envelope(name.clone()), expected, told(&here));
        (!same).then(|| sighting().as_told_by("list-differs-from-read"))
    });
    wrong.collect()
}

/// Equal but for the order of several values, and for what is no value.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            let within =
                |some: &[Value], all: &[Value]| some.iter().all(|one| all.iter().any(|other| same(one, other)));
            left.len() == right.len() && within(left, right) && within(right, left)
        }
        (Value::Object(left), Value::Object(right)) => {
            let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            let at =
                |object: &Map<String, Value>, name: &str| object.get(name).filter(|value| assigned(value)).cloned();
            names.into_iter().all(|name| match (at(left, name), at(right, name)) {
                (Some(left), Some(right)) => same(&left, &right),
                (left, right) => left == right,
            })
        }
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{answer, get, own};
    use super::*;
    use crate::scim::urn;

    fn paths(texts: &[&str]) -> Vec<AttrPath> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn told(showing: Showing, shown: Value) -> Vec<String> {
        let all = [own("ada", json!({"userName": "a", "emails": [{"value": "x", "type": "work"}], "title": "T"}))];
        let declared =
            Declared::read(&json!([{"id": urn::USER, "attributes": [{"name": "groups", "returned": "always"}]}]));
        let ours = Ours { own: &all, declared: &declared };
        let sightings = showing.judge(&get("/Users/ada"), &[&answer(shown)], &ours);
        sightings.into_iter().map(|sighting| format!("{}: {}", sighting.subject.word(), sighting.actual)).collect()
    }

    #[test]
    fn what_was_not_asked_for_is_told_by_its_name() {
        let ada = json!({"id": "ada", "userName": "a", "name": {"givenName": "A", "familyName": "B"}, "title": null,
            "groups": [{"value": "7"}], "urn:x:y:2.0:User": {"department": "R", "costCenter": "C"}});
        let only = |texts: &[&str]| Showing { shows_only: Some(paths(texts)), ..Showing::default() };
        let all = &[
            "userName",
            "name.givenName",
            "NAME.familyName",
            "urn:x:y:2.0:User:department",
            "urn:x:y:2.0:User:costCenter",
        ];
        assert_eq!(told(only(all), ada.clone()), Vec::<String>::new());
        let some = only(&["userName", "name.givenName", "urn:x:y:2.0:User:department"]);
        assert_eq!(told(some, ada.clone()), ["attributes: also name.familyName, urn:x:y:2.0:User:costCenter"]);
        assert_eq!(told(only(&["userName"]), ada), ["attributes: also name, urn:x:y:2.0:User"]);
    }

    #[test]
    fn what_should_be_there_or_not_is_told() {
        let ada = json!({"id": "ada", "userName": "a", "emails": [], "groups": [{"value": "7"}]});
        let shows = Showing { shows: paths(&["userName", "emails.value"]), ..Showing::default() };
        assert_eq!(told(shows, ada.clone()), ["emails.value: no value for ada"]);
        let hides = Showing { hides: paths(&["userName", "emails", "groups"]), ..Showing::default() };
        assert_eq!(told(hides, ada), ["userName: a value in 1 of 1 resources"]);
    }

    #[test]
    fn what_differs_from_the_read_by_id_is_told() {
        let as_read = || Showing { as_read: true, ..Showing::default() };
        let schemas = json!([urn::USER]);
        let ada = json!({"id": "ada", "schemas": schemas, "userName": "a", "emails": [{"type": "work", "value": "x"}], "title": "T", "nickName": null});
        assert_eq!(told(as_read(), ada), Vec::<String>::new());
        let ada = json!({"id": "ada", "schemas": schemas, "userName": "a", "emails": [], "title": "U"});
        assert_eq!(told(as_read(), ada), ["emails: nothing", "title: \"U\" (string)"]);
    }
}
