//! `page-longer-than-asked`

use super::support::page;
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "page-longer-than-asked",
    level: Level::Should,
    title: "A page shows more resources than were asked for",
    spec: &["rfc7644#3.4.2.4"],
    looks_at: "The number of Resources of a list or lookup, held against `count`.",
    why: "RFC 7644 forbids it (a MUST there). Okta reads what it gets, but it asks for the next 100 all the \
          same and sees everybody beyond them twice.",
    breaks: &[],
    admin: "",
    example: "GET /Users?startIndex=1&count=2 shows 50",
    fix: "Honour count.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    // What a server says of itself has no pages (RFC 7644 section 4).
    let discovery =
        ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"].contains(&seen.exchange.request.path.as_str());
    let Some(response) = seen.success().filter(|_| seen.lists() && !discovery) else {
        return Vec::new();
    };
    let Some(count) = page(&seen.exchange.request).and_then(|page| page.count) else {
        return Vec::new();
    };
    let shown = response.resources().len();
    Sighting::when(i64::try_from(shown).is_ok_and(|shown| shown > count), || {
        Sighting::new(
            Subject::Envelope("Resources".to_owned()),
            format!("at most {count} resources"),
            shown.to_string(),
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, eve, fine, get, list, wrong},
        *,
    };

    #[test]
    fn two_where_one_was_asked_for_fire() {
        wrong(&RULE, &[get("/Users?startIndex=1&count=1").answers(200, list(2, json!([eve(), ada_as("7")])))]);
    }

    #[test]
    fn as_many_as_asked_for_are_fine() {
        fine(&RULE, &[get("/Users?startIndex=1&count=2").answers(200, list(2, json!([eve(), ada_as("7")])))]);
        fine(&RULE, &[get("/Users").answers(200, list(2, json!([eve(), ada_as("7")])))]);
    }
}
