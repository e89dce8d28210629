//! `page-repeats-resources`

use std::collections::HashSet;

use super::support::{id, page};
use crate::{
    http::{Exchange, Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "page-repeats-resources",
    level: Level::Must,
    title: "A page of a list repeats resources of an earlier page",
    spec: &["okta-scim20#list", "rfc7644#3.4.2.4"],
    looks_at: "Unfiltered pages of one list in one scenario whose ranges do not overlap, while totalResults stays \
          the same and nothing was written.",
    why: "RFC 7644 promises no order. But Okta imports page by page: where pages overlap others are skipped, \
          and who is skipped counts as removed in the app. An ignored startIndex has the same effect.",
    breaks: &["okta"],
    admin: "Nothing: the import ends without an error, and people are missing from its count or shown as \
          removed.",
    example: "GET /Users?startIndex=101&count=100 shows people that startIndex=1 showed already",
    fix: "Order lists by something that never changes, such as the id, and honour startIndex (counted from 1).",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(here) = unfiltered(seen.exchange) else {
        return Vec::new();
    };
    let own: HashSet<String> = ids(seen.exchange).collect();
    let (mut repeated, mut looked) = (0, 0);
    for earlier in seen.before.iter().rev() {
        if earlier.kind.writes() {
            break;
        }
        let Some(there) = unfiltered(earlier).filter(|there| there.resource == here.resource) else {
            continue;
        };
        let apart = there.end <= here.start || here.end <= there.start;
        if apart && there.total == here.total {
            repeated = repeated.max(ids(earlier).filter(|id| own.contains(id)).count());
            looked += 1;
        }
        // Pages that repeat one another are near: looking through all of a large directory would cost more than it tells.
        if repeated > 0 || looked == NEAR {
            break;
        }
    }
    Sighting::when(repeated > 0, || {
        let actual = format!("{repeated} of {} resources were on an earlier page", own.len());
        Sighting::new(Subject::Found, "resources that no earlier page showed", actual)
    })
}

struct Part {
    resource: Resource,
    start: i64,
    /// The position behind the last one asked for or shown.
    end: i64,
    total: i64,
}

/// So many earlier pages are looked at.
const NEAR: usize = 10;

fn ids(exchange: &Exchange) -> impl Iterator<Item = String> {
    exchange.success().into_iter().flat_map(|response| response.resources().iter().filter_map(id))
}

fn unfiltered(exchange: &Exchange) -> Option<Part> {
    let Kind::List { resource, filtered: false, .. } = exchange.kind else {
        return None;
    };
    let response = exchange.success()?;
    let asked = page(&exchange.request)?;
    let shown = i64::try_from(response.resources().len()).ok()?;
    Some(Part {
        resource,
        start: asked.start,
        end: asked.start.saturating_add(shown.max(asked.count?)),
        total: response.member("totalResults")?.as_i64()?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, created, eve, fine, get, list, wrong},
        *,
    };

    #[test]
    fn an_ignored_start_fires() {
        let page =
            |start: &str| get(&format!("/Users?startIndex={start}&count=1")).answers(200, list(2, json!([eve()])));
        wrong(&RULE, &[page("1"), page("2")]);
    }

    #[test]
    fn other_people_or_a_changed_directory_are_fine() {
        let first = || get("/Users?startIndex=1&count=1").answers(200, list(2, json!([eve()])));
        let second = |total, who| get("/Users?startIndex=2&count=1").answers(200, list(total, json!([who])));
        fine(&RULE, &[first(), second(2, ada_as("7"))]);
        fine(&RULE, &[first(), second(3, eve())]);
        fine(&RULE, &[first(), created(), second(2, eve())]);
        // The same page again, and a page that was longer than asked for.
        fine(&RULE, &[first(), first()]);
        let long = get("/Users?startIndex=1&count=1").answers(200, list(2, json!([ada_as("7"), eve()])));
        fine(&RULE, &[long, second(2, eve())]);
    }
}
