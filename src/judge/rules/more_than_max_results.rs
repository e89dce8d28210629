//! `more-than-max-results`

use serde_json::Value;

use super::discovery::{config_before, supports};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject, member},
};

pub(super) const RULE: Rule = Rule {
    id: "more-than-max-results",
    level: Level::Should,
    title: "A filter finds more resources at once than the announced maximum",
    spec: &["rfc7643#5"],
    looks_at: "The number of Resources in the answer to a filter, held against `filter.maxResults` of /ServiceProviderConfig, read before in the \
          scenario; 0 and filter.supported: false promise nothing.",
    why: "A client makes room for as many as the configuration says.",
    breaks: &[],
    admin: "",
    example: "{\"filter\": {\"supported\": true, \"maxResults\": 100}} and a page of 250",
    fix: "Cut pages at the announced maximum, or announce what you allow.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let filtered = matches!(seen.kind(), Kind::Lookup { .. } | Kind::List { filtered: true, .. });
    let Some(response) = seen.success().filter(|_| filtered && supports(seen, "filter") == Some(true)) else {
        return Vec::new();
    };
    let most = config_before(seen).and_then(|config| member(member(config, "filter")?, "maxResults")?.as_u64());
    let Some(most) = most.filter(|most| *most > 0) else {
        return Vec::new();
    };
    let shown = response.member("Resources").and_then(Value::as_array).map_or(0, Vec::len) as u64;
    Sighting::when(shown > most, || {
        let subject = Subject::Envelope("Resources".to_owned());
        Sighting::new(subject, format!("at most {most}, as filter.maxResults says"), format!("{shown} resources"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{eve, fine, get, list, wrong},
        *,
    };
    use crate::http::Exchange;

    fn config(most: u64) -> Exchange {
        get("/ServiceProviderConfig").answers(200, json!({"filter": {"supported": true, "maxResults": most}}))
    }

    #[test]
    fn a_longer_page_fires() {
        let page = || get("/Users?filter=userName pr").answers(200, list(2, json!([eve(), eve()])));
        wrong(&RULE, &[config(1), page()]);
        fine(&RULE, &[config(2), page()]);
        fine(&RULE, &[config(0), page()]);
        fine(&RULE, &[page()]);
        fine(&RULE, &[config(1), get("/Users?count=2").answers(200, list(2, json!([eve(), eve()])))]);
    }
}
