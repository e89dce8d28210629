//! `dates-contradict`

use super::{
    support::id,
    versions::{date, looks},
};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "dates-contradict",
    level: Level::Should,
    title: "The dates of a resource contradict one another",
    spec: &["rfc7643#3.1"],
    looks_at: "`meta.created` and `meta.lastModified` of every resource in a successful answer: no change before the creation, \
          no other creation than an earlier answer told, no change earlier than one that was told before.",
    why: "Clients that ask for what has changed since their last visit go by these dates. Okta does not read them.",
    breaks: &[],
    admin: "",
    example: "{\"meta\": {\"created\": \"2026-01-31T08:00:00Z\", \"lastModified\": \"2026-01-30T08:00:00Z\"}}",
    fix: "Set created once, with the clock that lastModified is set by.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(kind) = seen.kind().resource() else {
        return Vec::new();
    };
    let sighting = |name: &str, expected: String, actual: String| {
        Sighting::new(Subject::Attribute(format!("meta.{name}")), expected, actual)
    };
    let resources = seen.resources();
    // What was told before can be compared only where few are shown.
    let few = !seen.kind().is_list() || resources.len() < 10;
    for resource in resources {
        let (created, modified) = (date(resource, "created"), date(resource, "lastModified"));
        if let (Some((created, first)), Some((modified, last))) = (created, modified)
            && last < first
        {
            return vec![sighting("lastModified", format!("not before {created}"), modified.to_owned())];
        }
        let Some(id) = id(resource).filter(|_| few) else { continue };
        for look in looks(seen, kind, &id) {
            if let (Some((before, then)), Some((now, is))) = (date(look.shown, "created"), created)
                && (then - is).abs() >= SECOND
            {
                return vec![sighting("created", format!("{before}, as before"), now.to_owned())];
            }
            // What is too late in the answer to a creation is told by new-but-modified.
            let created = matches!(look.exchange.kind, Kind::Create(_));
            if let (false, Some((before, then)), Some((now, is))) =
                (created, date(look.shown, "lastModified"), modified)
                && then - is >= SECOND
            {
                return vec![sighting("lastModified", format!("not before {before}, told before"), now.to_owned())];
            }
        }
    }
    Vec::new()
}

/// Nanoseconds. Where an answer is made before the date is stored, a fraction may be cut off later, and clocks of two threads
/// differ.
const SECOND: i128 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, with, wrong},
        *,
    };
    use crate::http::Exchange;

    fn person(created: &str, modified: &str) -> Exchange {
        get("/Users/7").answers(200, with(ada_as("7"), "meta", json!({"created": created, "lastModified": modified})))
    }

    #[test]
    fn a_change_before_the_creation_fires() {
        wrong(&RULE, &[person("2026-01-31T08:00:00Z", "2026-01-31T07:59:59Z")]);
    }

    #[test]
    fn what_moves_that_should_not_fires() {
        let (first, later) = ("2026-01-31T08:00:00Z", "2026-01-31T08:00:05Z");
        wrong(&RULE, &[person(first, later), person(later, later)]);
        wrong(&RULE, &[person(first, later), person(first, first)]);
    }

    #[test]
    fn other_ways_to_write_the_same_moments_are_fine() {
        let (first, later) = ("2026-01-31T08:00:00.250Z", "2026-01-31T08:00:05Z");
        fine(&RULE, &[person(first, first), person("2026-01-31T09:00:00+01:00", later)]);
        fine(&RULE, &[person("odd", "2026-01-31T08:00:00Z")]);
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
    }
}
