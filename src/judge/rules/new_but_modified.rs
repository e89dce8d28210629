//! `new-but-modified`

use super::versions::date;
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "new-but-modified",
    level: Level::May,
    title: "A new resource counts as changed since its creation",
    spec: &["rfc7643#3.1"],
    looks_at: "`meta.lastModified` in the answer to a create, where it is a second or more after `meta.created`.",
    why: "RFC 7643 makes the two the same until somebody changes the resource. A gap of seconds mostly means two clocks, \
          or two time zones.",
    breaks: &[],
    admin: "",
    example: "{\"meta\": {\"created\": \"2026-01-31T08:00:00Z\", \"lastModified\": \"2026-01-31T09:00:00Z\"}}",
    fix: "Write one and the same moment into both when a resource is created.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(resource) = seen.resource().filter(|_| matches!(seen.kind(), Kind::Create(_))) else {
        return Vec::new();
    };
    let (Some((created, first)), Some((modified, last))) = (date(resource, "created"), date(resource, "lastModified"))
    else {
        return Vec::new();
    };
    Sighting::when(last - first >= 1_000_000_000, || {
        Sighting::new(Subject::Attribute("meta.lastModified".to_owned()), created, modified)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, fine, get, post, with, wrong},
        *,
    };

    fn meta(created: &str, modified: &str) -> serde_json::Value {
        with(ada_as("7"), "meta", json!({"created": created, "lastModified": modified}))
    }

    #[test]
    fn a_gap_of_an_hour_fires_and_one_of_milliseconds_does_not() {
        let odd = meta("2026-01-31T08:00:00Z", "2026-01-31T09:00:00Z");
        wrong(&RULE, &[post("/Users", ada()).answers(201, odd.clone())]);
        fine(&RULE, &[get("/Users/7").answers(200, odd)]);
        let near = meta("2026-01-31T08:00:00.100Z", "2026-01-31T09:00:00.350+01:00");
        fine(&RULE, &[post("/Users", ada()).answers(201, near)]);
    }
}
