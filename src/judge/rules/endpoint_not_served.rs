//! `endpoint-not-served`

use super::{
    discovery::{Document, told_before},
    support::{own_credentials, text},
};
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "endpoint-not-served",
    level: Level::Should,
    title: "An announced endpoint does not exist",
    spec: &["rfc7643#6", "rfc7644#4"],
    looks_at: "GET requests without a filter of an endpoint that /ResourceTypes, read before in the scenario, names: 404, 410 and 5xx but 501. Any other answer shows that \
          it is there.",
    why: "Clients find what they provision through /ResourceTypes. Okta does so for roles and entitlements.",
    breaks: &[],
    admin: "",
    example: "/ResourceTypes has {\"name\": \"Group\", \"endpoint\": \"/Groups\"}, and GET /Groups is answered 404",
    fix: "Serve the endpoint, or take the type out of /ResourceTypes.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let request = &seen.exchange.request;
    let Some(response) = seen.response().filter(|_| request.method.as_str() == "GET" && own_credentials(request))
    else {
        return Vec::new();
    };
    // Who fails at a filter, or misses somebody, is there.
    let pages = |name: &str| ["count", "startIndex"].iter().any(|own| own.eq_ignore_ascii_case(name));
    if !request.query.iter().all(|(name, _)| pages(name)) || request.path.contains("filter=") {
        return Vec::new();
    }
    let path = request.path.split('?').next().unwrap_or("").trim_matches('/');
    // Who answers 404 to a filter may mean that it finds nobody.
    let filtered = request.target().contains("filter=");
    let gone = !filtered && matches!(response.status, 404 | 410 | 500 | 502..=599);
    let endpoint = |one: &&str| !one.is_empty() && one.trim_matches('/') == path;
    let named = gone
        && told_before(seen, Document::Types)
            .iter()
            .filter_map(|entry| text(entry, "endpoint"))
            .any(|one| endpoint(&one));
    Sighting::when(named, || {
        let expected = format!("an endpoint, since /ResourceTypes names /{path}");
        Sighting::new(Subject::Status, expected, format!("status {}", response.status))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{error, fine, get, list, wrong},
        *,
    };
    use crate::http::Exchange;

    fn types() -> Exchange {
        let all = json!([{"name": "Device", "endpoint": "/Devices"}, {"name": "Group", "endpoint": "Groups"}]);
        get("/ResourceTypes").answers(200, list(2, all))
    }

    #[test]
    fn an_endpoint_that_is_only_announced_fires() {
        wrong(&RULE, &[types(), get("/Devices?count=1").answers(404, error(404))]);
        wrong(&RULE, &[types(), get("/Groups").answers(500, error(500))]);
    }

    #[test]
    fn any_other_answer_shows_that_it_is_there() {
        for status in [400, 401, 403, 405, 501] {
            fine(&RULE, &[types(), get("/Devices").answers(status, error(status))]);
        }
        fine(&RULE, &[types(), get("/Users").answers(404, error(404))]);
        fine(&RULE, &[get("/Devices").answers(404, error(404))]);
        fine(&RULE, &[types(), get("/Groups?filter=id pr").answers(404, error(404))]);
        fine(&RULE, &[types(), get("/Groups/7").answers(404, error(404))]);
    }
}
