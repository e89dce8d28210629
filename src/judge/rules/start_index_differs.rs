//! `start-index-differs`

use serde_json::Value;

use super::support::{page, total};
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "start-index-differs",
    level: Level::Should,
    title: "A page says that it begins elsewhere than it was asked to",
    spec: &["rfc7644#3.4.2", "rfc7644#3.4.2.4"],
    looks_at: "`startIndex` of a list answer that shows some, but not all resources, held against the startIndex of the request; less than 1 \
          counts as 1.",
    why: "RFC 7644 makes it the position of the first resource of the page, counted from 1. Clients that go on from there \
          read pages twice or leave some out.",
    breaks: &[],
    admin: "",
    example: "GET /Users?startIndex=101&count=100 answered {\"startIndex\": 1, \"totalResults\": 250, ...}",
    fix: "Answer with the position of the first resource, counted from 1.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let (true, Some(response)) = (seen.kind().is_list(), seen.success()) else {
        return Vec::new();
    };
    let (Some(asked), Some(total)) = (page(&seen.exchange.request), total(seen)) else {
        return Vec::new();
    };
    let shown = i64::try_from(response.resources().len()).unwrap_or(i64::MAX);
    let Some(said) = response.member("startIndex").and_then(Value::as_i64) else {
        return Vec::new();
    };
    let partial = shown > 0 && shown < total && asked.start <= total;
    Sighting::when(partial && said != asked.start, || {
        let subject = Subject::Envelope("startIndex".to_owned());
        Sighting::new(subject, format!("{} (integer)", asked.start), format!("{said} (integer)"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{eve, fine, get, list, with, wrong},
        *,
    };
    use crate::http::Exchange;

    fn answered(query: &str, start: i64, total: i64) -> Exchange {
        get(&format!("/Users?{query}")).answers(200, with(list(total, json!([eve()])), "startIndex", json!(start)))
    }

    #[test]
    fn another_position_fires() {
        wrong(&RULE, &[answered("startIndex=3&count=1", 1, 9)]);
        wrong(&RULE, &[answered("startIndex=1&count=1", 0, 9)]);
        wrong(&RULE, &[answered("startIndex=0&count=1", 0, 9)]);
    }

    #[test]
    fn the_position_and_whole_lists_are_fine() {
        fine(&RULE, &[answered("startIndex=3&count=1", 3, 9)]);
        fine(&RULE, &[answered("count=1", 1, 9)]);
        fine(&RULE, &[answered("count=1", 0, 1)]);
        fine(&RULE, &[answered("startIndex=12&count=1", 1, 9)]);
        fine(&RULE, &[get("/Users?startIndex=3&count=1").answers(200, list(9, json!([])))]);
    }
}
