//! `discovery-query-heeded`

use serde_json::Value;

use super::{
    discovery::{Document, entries, read, whole_before},
    support::text,
};
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "discovery-query-heeded",
    level: Level::Should,
    title: "A query changes what the target says of itself",
    spec: &["rfc7644#4"],
    looks_at: "GET requests of /Schemas, /ResourceTypes and /ServiceProviderConfig with filter, sortBy, sortOrder, startIndex or count, answered with a \
          success: whether all entries are there that the whole document, read before in the scenario, has.",
    why: "RFC 7644 has these parameters ignored, and a filter refused with 403: a client that sends them to everything must not take a part \
          for the whole.",
    breaks: &[],
    admin: "",
    example: "GET /Schemas?startIndex=2&count=1 answered with one schema of three",
    fix: "Answer these endpoints with everything, whatever the query says, and 403 to a filter.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some((document, None)) = read(seen.exchange) else {
        return Vec::new();
    };
    let asks = |wanted: &str| seen.exchange.request.query.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let queried = ["filter", "sortBy", "sortOrder", "startIndex", "count"].iter().any(|name| asks(name));
    let selected = asks("attributes") || asks("excludedAttributes");
    let Some(whole) = whole_before(seen, document).filter(|_| queried && !selected) else {
        return Vec::new();
    };
    let (before, now) = (entries(whole), entries(seen.exchange));
    let same = match document {
        Document::Config => before.first().map(|config| names(config)) == now.first().map(|config| names(config)),
        _ => before.iter().all(|entry| now.iter().any(|have| key(have) == key(entry))),
    };
    Sighting::when(!same, || {
        let (expected, actual) = match document {
            Document::Config => ("the whole configuration".to_owned(), "a part of it, or something else".to_owned()),
            _ => (format!("all {} entries", before.len()), format!("{} entries", now.len())),
        };
        Sighting::new(Subject::Envelope("Resources".to_owned()), expected, actual)
    })
}

fn key(entry: &Value) -> Option<&str> {
    text(entry, "id").or_else(|| text(entry, "name"))
}

fn names(config: &Value) -> Vec<&String> {
    let mut names: Vec<&String> = config.as_object().into_iter().flat_map(|members| members.keys()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{error, fine, get, list, wrong},
        *,
    };
    use crate::http::Exchange;

    fn all() -> Exchange {
        get("/Schemas").answers(200, list(2, json!([{"id": "urn:a"}, {"id": "urn:b"}])))
    }

    #[test]
    fn a_part_fires() {
        wrong(&RULE, &[all(), get("/Schemas?count=1").answers(200, list(2, json!([{"id": "urn:b"}])))]);
        wrong(&RULE, &[all(), get("/Schemas?filter=id pr").answers(200, list(0, json!([])))]);
        let config = |body| get("/ServiceProviderConfig").answers(200, body);
        let asked = get("/ServiceProviderConfig?startIndex=2").answers(200, json!({"patch": 1}));
        wrong(&RULE, &[config(json!({"patch": 1, "bulk": 2})), asked]);
    }

    #[test]
    fn everything_and_refusals_are_fine() {
        fine(&RULE, &[all(), get("/Schemas?count=1").answers(200, list(2, json!([{"id": "urn:b"}, {"id": "urn:a"}])))]);
        fine(&RULE, &[all(), get("/Schemas?filter=id pr").answers(403, error(403))]);
        fine(&RULE, &[get("/Schemas?count=1").answers(200, list(2, json!([])))]);
    }
}
