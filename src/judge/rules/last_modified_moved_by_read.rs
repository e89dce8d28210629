//! `last-modified-moved-by-read`

use super::{
    history::is_known,
    versions::{date, looks, may_change},
};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject, member},
};

pub(super) const RULE: Rule = Rule {
    id: "last-modified-moved-by-read",
    level: Level::May,
    title: "meta.lastModified moves though nothing was changed",
    spec: &["rfc7643#3.1"],
    looks_at: "`meta.lastModified` in two reads by id of a resource that this scenario created, without a write to anything between \
          them.",
    why: "To read is not to change: clients that ask for what has changed get everybody, again and again. Something else at the target may have \
          changed the resource.",
    breaks: &[],
    admin: "",
    example: "GET /Users/7 twice: 2026-01-31T08:00:00Z, then 2026-01-31T08:00:07Z",
    fix: "Set lastModified when something is stored, not when it is shown.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let (Kind::Read(kind, id), Some(resource)) = (seen.kind(), seen.resource()) else {
        return Vec::new();
    };
    let known = is_known(seen) && member(resource, "id").and_then(|own| own.as_str()) == Some(id.as_str());
    let Some((text, now)) = date(resource, "lastModified").filter(|_| known) else {
        return Vec::new();
    };
    let reads = looks(seen, *kind, id);
    let before = reads.iter().rev().find(|look| matches!(look.exchange.kind, Kind::Read(..)));
    let moved = before.filter(|look| {
        let between = &seen.before[look.at + 1..];
        let quiet = between.iter().all(|exchange| !exchange.kind.writes() && !may_change(exchange, *kind, id));
        // What was written right before may still be settling.
        let settled = look.at > 0 && !seen.before[look.at - 1].kind.writes();
        quiet && settled && date(look.shown, "lastModified").is_some_and(|(_, then)| now > then)
    });
    moved.map_or_else(Vec::new, |look| {
        let then = date(look.shown, "lastModified").map_or("", |(text, _)| text);
        let subject = Subject::Attribute("meta.lastModified".to_owned());
        vec![Sighting::new(subject, format!("{then}, as in the read before"), text)]
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, created, fine, get, put, with, wrong},
        *,
    };
    use crate::http::Exchange;

    fn read(date: &str) -> Exchange {
        get("/Users/7").answers(200, with(ada_as("7"), "meta", json!({"lastModified": date})))
    }

    const EARLY: &str = "2026-01-31T08:00:00Z";
    const LATE: &str = "2026-01-31T08:00:07Z";

    #[test]
    fn a_read_that_touches_fires() {
        wrong(&RULE, &[created(), read(EARLY), read(EARLY), read(LATE)]);
    }

    #[test]
    fn the_first_reads_writes_and_strangers_are_fine() {
        fine(&RULE, &[created(), read(EARLY), read(LATE)]);
        let change = || put("/Users/7", ada()).answers(200, ada_as("7"));
        fine(&RULE, &[created(), read(EARLY), read(EARLY), change(), read(LATE)]);
        fine(&RULE, &[read(EARLY), read(EARLY), read(LATE)]);
        fine(&RULE, &[created(), read(EARLY), read(EARLY), read(EARLY)]);
    }
}
