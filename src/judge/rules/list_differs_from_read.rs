//! `list-differs-from-read`

use super::{
    read_differs_from_write::differences,
    versions::{looks, may_change, shown},
};
use crate::{
    http::{Exchange, Kind, Resource, is_ours},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "list-differs-from-read",
    level: Level::Should,
    title: "A list shows a resource otherwise than a read by its id",
    spec: &["rfc7644#3.4.2", "rfc7644#3.4.1", "okta-concept#import"],
    looks_at: "Resources of ours in lists and lookups that ask for no attributes, held against the read by id before, where nothing was written to \
          them in between. Memberships, `meta` and what only repeats others do not count.",
    why: "An import reads lists. What a list leaves out is empty in Okta after the next import, though the app has it.",
    breaks: &[],
    admin: "",
    example: "GET /Users/7 shows two emails, the same person in GET /Users one",
    fix: "Build the resources of a list as you build those that are read by id.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(kind) = seen.kind().resource().filter(|_| seen.kind().is_list()) else {
        return Vec::new();
    };
    let mut sightings: Vec<Sighting> = Vec::new();
    for (own, listed) in shown(seen.exchange) {
        if !is_ours(listed, seen.marker) {
            continue;
        }
        let all = looks(seen, kind, &own);
        let read = all.iter().rev().find(|look| matches!(look.exchange.kind, Kind::Read(..)));
        let Some(read) = read.filter(|look| seen.before[look.at..].iter().all(|one| !touches(one, kind, &own))) else {
            continue;
        };
        // Lists may leave members out for the sake of their size; the stories tell of it.
        let found = differences(kind, read.shown, listed).into_iter().filter(|(path, ..)| path != "members");
        for (path, expected, actual) in found {
            let subject = Subject::Attribute(path);
            if sightings.iter().any(|have| have.subject == subject) {
                continue;
            }
            let actual = actual.map_or_else(|| "nothing".to_owned(), |actual| seen.show(listed, actual));
            sightings.push(Sighting::new(subject, expected, actual));
        }
    }
    sightings
}

/// True where an exchange may have changed the resource; requests that are no single write may have changed anything.
fn touches(exchange: &Exchange, kind: Resource, own: &str) -> bool {
    let safe = matches!(exchange.request.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    may_change(exchange, kind, own) || (exchange.kind == Kind::Other && !safe)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada_as, created, fine, get, list, lookup, patch, set_active, with, wrong},
        *,
    };

    fn read() -> Exchange {
        get("/Users/7").answers(200, with(ada_as("7"), "title", json!("Countess")))
    }

    #[test]
    fn what_a_list_leaves_out_or_shows_otherwise_fires() {
        for title in [json!(null), json!("Analyst")] {
            let listed = list(1, json!([with(ada_as("7"), "title", title)]));
            let sighting = wrong(&RULE, &[created(), read(), lookup(ADA).answers(200, listed.clone())]);
            assert_eq!(sighting.subject.word(), "title");
            wrong(&RULE, &[created(), read(), get("/Users?startIndex=1&count=100").answers(200, listed)]);
        }
    }

    #[test]
    fn after_a_change_and_without_a_read_nothing_is_known() {
        let listed = || lookup(ADA).answers(200, list(1, json!([ada_as("7")])));
        fine(&RULE, &[created(), listed()]);
        fine(&RULE, &[created(), read(), patch("/Users/7", set_active(false)).answers(204, json!(null)), listed()]);
        fine(
            &RULE,
            &[created(), read(), get("/Users?attributes=userName").answers(200, list(1, json!([ada_as("7")])))],
        );
    }
}
