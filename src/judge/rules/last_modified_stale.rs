//! `last-modified-stale`

use std::time::Duration;

use serde_json::Value;

use super::{
    support::present,
    versions::{date, looks, may_change, shown},
};
use crate::{
    http::Exchange,
    judge::{Level, Rule, Seen, Sighting, Subject, member},
    scim::moment::fraction_digits,
};

pub(super) const RULE: Rule = Rule {
    id: "last-modified-stale",
    level: Level::Should,
    title: "meta.lastModified does not move with a change",
    spec: &["rfc7643#3.1"],
    looks_at: "`meta.lastModified` of a resource that a PUT or PATCH of the scenario has visibly changed, held against what was told before \
          the change, where more time has passed than the date can tell. Memberships that a person shows do not count.",
    why: "RFC 7643 makes it the time of the last change. Clients that ask for what has changed since their last visit miss \
          the change. Okta does not read it.",
    breaks: &[],
    admin: "",
    example: "{\"displayName\": \"Augusta\", \"meta\": {\"lastModified\": \"2026-01-31T08:00:00Z\"}} before and after",
    fix: "Set lastModified whenever the resource changes, its members included.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(kind) = seen.kind().resource() else {
        return Vec::new();
    };
    let now = shown(seen.exchange);
    let [(own, resource)] = now.as_slice() else {
        return Vec::new();
    };
    let Some((text, instant)) = date(resource, "lastModified") else {
        return Vec::new();
    };
    let all: Vec<_> = seen.before.iter().chain(std::iter::once(seen.exchange)).collect();
    let looks = looks(seen, kind, own);
    let stale = looks.iter().any(|look| {
        let write = all[look.at + 1..].iter().find(|exchange| may_change(exchange, kind, own));
        let same = date(look.shown, "lastModified").is_some_and(|(_, before)| before == instant);
        let passed = |write: &Exchange| {
            let answered = look.exchange.sent_after + look.exchange.took;
            write.sent_after.saturating_sub(answered)
        };
        let told = |write: &&&Exchange| write.success().is_some() && passed(write) > granularity(text);
        same && write.filter(told).is_some() && differ(look.shown, resource)
    });
    Sighting::when(stale, || {
        let subject = Subject::Attribute("meta.lastModified".to_owned());
        Sighting::new(subject, "a later time than before the change", format!("{text}, as before the change"))
    })
}

/// Twice the step in which a date moves. A fraction of zeros may be written by a clock of seconds.
fn granularity(text: &str) -> Duration {
    let digits = fraction_digits(text);
    let zeros = text.split_once('.').is_none_or(|(_, rest)| rest.bytes().take(digits).all(|digit| digit == b'0'));
    match digits {
        _ if zeros => Duration::from_millis(1050),
        1 => Duration::from_millis(200),
        2 => Duration::from_millis(20),
        _ => Duration::from_millis(2),
    }
}

/// True where two looks at a resource differ in what both show, but for what others can move. What one of them leaves out
/// says nothing: lists may show less.
fn differ(one: &Value, other: &Value) -> bool {
    let moved = |name: &str| ["meta", "groups", "schemas"].iter().any(|own| own.eq_ignore_ascii_case(name));
    one.as_object().into_iter().flatten().filter(|(name, value)| !moved(name) && present(Some(value))).any(
        |(name, value)| {
            member(other, name).filter(|other| present(Some(other))).is_some_and(|other| sorted(value) != sorted(other))
        },
    )
}

/// Lists have no order here, nor have the members of an object.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(sorted).collect();
            items.sort_by_key(Value::to_string);
            Value::from(items)
        }
        Value::Object(parts) => {
            let mut parts: Vec<(&String, Value)> = parts.iter().map(|(name, part)| (name, sorted(part))).collect();
            parts.sort_by_key(|(name, _)| name.as_str());
            parts.into_iter().map(|(name, part)| (name.clone(), part)).collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, fine, get, put, with, wrong},
        *,
    };

    fn told(name: &str, date: &str) -> Value {
        with(with(ada_as("7"), "displayName", json!(name)), "meta", json!({"lastModified": date}))
    }

    fn after(milliseconds: u64, exchange: Exchange) -> Exchange {
        Exchange { sent_after: Duration::from_millis(milliseconds), ..exchange }
    }

    fn dialogue(pause: u64, before: &str, now: &str, name: &str) -> [Exchange; 3] {
        let change = put("/Users/7", with(ada(), "displayName", json!(name)));
        [
            get("/Users/7").answers(200, told("Ada", before)),
            after(pause, change.answers(204, json!(null))),
            after(pause, get("/Users/7").answers(200, told(name, now))),
        ]
    }

    const DATE: &str = "2026-01-31T08:00:00Z";
    const FINE: &str = "2026-01-31T08:00:00.125Z";

    #[test]
    fn a_date_that_stays_fires() {
        wrong(&RULE, &dialogue(1100, DATE, DATE, "Augusta"));
        wrong(&RULE, &dialogue(5, FINE, FINE, "Augusta"));
        wrong(&RULE, &dialogue(1100, "2026-01-31T08:00:00.000Z", DATE, "Augusta"));
    }

    #[test]
    fn what_the_clock_can_not_tell_and_no_change_at_all_are_fine() {
        fine(&RULE, &dialogue(900, DATE, DATE, "Augusta"));
        fine(&RULE, &dialogue(900, "2026-01-31T08:00:00.000Z", "2026-01-31T08:00:00.000Z", "Augusta"));
        fine(&RULE, &dialogue(1, FINE, FINE, "Augusta"));
        fine(&RULE, &dialogue(1100, DATE, DATE, "Ada"));
        fine(&RULE, &dialogue(1100, DATE, "2026-01-31T08:00:01Z", "Augusta"));
        let mut less = dialogue(1100, DATE, DATE, "Ada");
        less[2] = after(1200, get("/Users/7").answers(200, with(told("Ada", DATE), "emails", json!(null))));
        fine(&RULE, &less);
    }
}
