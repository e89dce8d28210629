//! `read-differs-from-write`

use serde_json::Value;

use super::{
    history::values,
    support::{at, filled, id, present, projected, same_name, same_text},
    versions::may_change,
};
use crate::{
    http::{Exchange, Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject, describe, member},
};

pub(super) const RULE: Rule = Rule {
    id: "read-differs-from-write",
    level: Level::Should,
    title: "A read shows something else than the write before it was answered with",
    spec: &["rfc7644#3.3", "rfc7644#3.5.1", "rfc7644#3.4.1", "okta-spec#7", "okta-crud#6"],
    looks_at: "The first read by id after a POST, PUT or PATCH of this scenario that answered with the resource, attribute by \
          attribute; after an answer without one, the texts that were sent. Memberships, `meta` and what only repeats others (`display`, `$ref`) \
          do not count, nor does letter case of what was sent.",
    why: "The answer to a write is the resource as stored, says RFC 7644. Who believes an echo does not see that a value was \
          lost; Okta sees it with the next import, and takes the old value over.",
    breaks: &[],
    admin: "",
    example: "POST answered {\"id\": \"7\", \"externalId\": \"00u1\"}, then GET /Users/7 answered {\"id\": \"7\"}",
    fix: "Answer a write with what a read would show: load the resource again instead of echoing the request.",
    judge,
};

/// Attributes that every server which keeps them keeps as texts or truth values.
const TEXTS: [&str; 8] = [
    "displayName",
    "externalId",
    "title",
    "nickName",
    "userType",
    "name.givenName",
    "name.familyName",
    "name.middleName",
];

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let (Kind::Read(kind, own), Some(read)) = (seen.kind(), seen.resource()) else {
        return Vec::new();
    };
    if projected(&seen.exchange.request) || id(read).as_deref() != Some(own.as_str()) {
        return Vec::new();
    }
    let about = |exchange: &Exchange| match &exchange.kind {
        Kind::Create(resource) => {
            resource == kind
                && exchange.success().and_then(|answer| id(answer.value()?)).as_deref() == Some(own.as_str())
        }
        Kind::Read(resource, id) => resource == kind && id == own && exchange.success().is_some(),
        _ => may_change(exchange, *kind, own),
    };
    // What was told once is not told again: only the first read after a write is judged.
    let Some(write) = seen.before.iter().rev().find(|exchange| about(exchange)) else {
        return Vec::new();
    };
    let at = seen.before.iter().rposition(|exchange| std::ptr::eq(exchange, write)).unwrap_or_default();
    let meanwhile = seen.before[at + 1..].iter().any(|exchange| exchange.kind.writes());
    // Of requests at once another one may have come last.
    let raced = write.request.lane > 0 && !matches!(write.kind, Kind::Create(_));
    let Some(answer) = write.success().filter(|_| write.kind.writes() && !meanwhile && !raced) else {
        return Vec::new();
    };
    let shown = answer.value().filter(|shown| id(shown).as_deref() == Some(own.as_str()) && !projected(&write.request));
    let found = match (shown, &write.kind) {
        (Some(shown), _) => {
            let left_out = write.request.body_json().map(|sent| left_out(sent, shown, read)).unwrap_or_default();
            differences(*kind, shown, read).into_iter().chain(left_out).collect()
        }
        (None, Kind::Replace(..)) if answer.value().is_none() => {
            write.request.body_json().map(|sent| unlike_sent(sent, read)).unwrap_or_default()
        }
        (None, _) => Vec::new(),
    };
    let sighting = |(path, expected, actual): (String, String, Option<&Value>)| {
        let actual = actual.map_or_else(|| "nothing".to_owned(), |actual| seen.show(read, actual));
        Sighting::new(Subject::Attribute(path), expected, actual)
    };
    found.into_iter().map(sighting).collect()
}

type Difference<'v> = (String, String, Option<&'v Value>);

/// Attributes that the answer to a write had otherwise than the read.
pub(super) fn differences<'v>(kind: Resource, shown: &Value, read: &'v Value) -> Vec<Difference<'v>> {
    // The last one may have rules of its own, which tell better what is wrong.
    let aside = ["id", "schemas", "meta", "groups", "password", "userName", "active"];
    let mut found = Vec::new();
    for (name, value) in shown.as_object().into_iter().flatten() {
        if aside.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            continue;
        }
        let have = member(read, name);
        if kind == Resource::Group && name.eq_ignore_ascii_case("members") {
            let (mut then, mut now) = (values(shown), values(read));
            then.sort();
            now.sort();
            // Where a read leaves members out, that is another matter.
            if have.is_some_and(Value::is_array) && then != now {
                found.push(("members".to_owned(), format!("{} members", then.len()), have));
            }
            continue;
        }
        if !alike(value, have) {
            found.push((name.clone(), describe(value), have));
        }
    }
    found
}

/// Texts that were sent and stored, and that the answer to the write did not have.
fn left_out<'v>(sent: &Value, shown: &Value, read: &'v Value) -> Vec<Difference<'v>> {
    let absent = |path: &&str| present(at(sent, path)) && !present(at(shown, path)) && at(read, path) == at(sent, path);
    let paths = TEXTS.iter().copied().filter(|path| absent(path));
    paths.map(|path| (path.to_owned(), "nothing, as in the answer to the write".to_owned(), at(read, path))).collect()
}

fn alike(one: &Value, other: Option<&Value>) -> bool {
    let Some(other) = other.filter(|other| present(Some(other))) else {
        return !filled(one);
    };
    match (one, other) {
        (Value::String(one), Value::String(other)) => same_text(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().all(|entry| other.iter().any(|have| alike(entry, Some(have))))
        }
        (Value::Object(parts), Value::Object(_)) => parts.iter().all(|(name, part)| {
            let repeats = ["display", "$ref", "displayName", "primary", "formatted", "type"];
            repeats.iter().any(|own| own.eq_ignore_ascii_case(name)) || alike(part, member(other, name))
        }),
        _ => one == other,
    }
}

/// Texts of a PUT without an answer that the read shows otherwise.
fn unlike_sent<'v>(sent: &Value, read: &'v Value) -> Vec<Difference<'v>> {
    let text = |path: &&str| {
        let (sent, have) = (at(sent, path)?.as_str()?, at(read, path)?);
        let same = have.as_str().is_some_and(|have| same_name(sent, have));
        (!same && present(Some(have))).then(|| ((*path).to_owned(), describe(&Value::from(sent)), Some(have)))
    };
    TEXTS.iter().filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, created, crew, fine, get, post, put, with, wrong},
        *,
    };

    fn read(body: Value) -> Exchange {
        get("/Users/7").answers(200, body)
    }

    #[test]
    fn what_an_echo_hides_fires() {
        wrong(&RULE, &[created(), read(with(ada_as("7"), "externalId", json!(null)))]);
        wrong(&RULE, &[created(), read(with(ada_as("7"), "emails", json!([])))]);
        let change = put("/Users/7", with(ada(), "displayName", json!("Augusta"))).answers(204, json!(null));
        wrong(&RULE, &[change, read(ada_as("7"))]);
        let group = |members| with(crew(members), "id", json!("g"));
        let made = post("/Groups", crew(json!([{"value": "7"}]))).answers(201, group(json!([{"value": "7"}])));
        wrong(&RULE, &[made, get("/Groups/g").answers(200, group(json!([])))]);
    }

    #[test]
    fn the_same_in_another_form_is_fine() {
        fine(&RULE, &[created(), read(ada_as("7"))]);
        let mut other = with(
            ada_as("7"),
            "emails",
            json!([{"value": "scim-check-t1-ada@example.com", "type": "work",
            "primary": true, "display": "x"}]),
        );
        other["nickName"] = json!("Countess");
        fine(&RULE, &[created(), read(other)]);
        fine(&RULE, &[put("/Users/7", ada()).answers(204, json!(null)), read(ada_as("7"))]);
    }

    #[test]
    fn later_reads_writes_between_and_selections_are_fine() {
        let odd = || with(ada_as("7"), "externalId", json!(null));
        fine(&RULE, &[created(), read(odd()), read(odd())]);
        let change = put("/Users/7", ada()).answers(500, json!(null));
        fine(&RULE, &[created(), change, read(odd())]);
        fine(&RULE, &[created(), get("/Users/7?attributes=userName").answers(200, odd())]);
        fine(&RULE, &[read(odd())]);
    }
}
