//! `announced-but-refused`

use super::{
    discovery::supports,
    history::is_known,
    support::{own_credentials, projected, status_and_detail},
};
use crate::{
    http::{Kind, Request},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "announced-but-refused",
    level: Level::Should,
    title: "A feature that is announced does not work",
    spec: &["rfc7643#5", "rfc7644#4"],
    looks_at: "Requests that use what /ServiceProviderConfig, read before in the scenario, calls supported: a PATCH of what the scenario \
          created, filters, sortBy, /Bulk. 404, 405 and 501 say that it is not there; for sortBy by a common attribute 400 does, too. With etag, \
          whether a person or group read by id comes with an ETag.",
    why: "Clients read the configuration to find out what they may do, and do it. A filter that is refused as such (400 invalidFilter) is \
          lawful: nobody has to know all of them.",
    breaks: &[],
    admin: "",
    example: "{\"patch\": {\"supported\": true}} and PATCH /Users/7 answered 501",
    fix: "Say supported: false for what you do not have, or add it.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let request = &seen.exchange.request;
    let Some(response) = seen.response().filter(|_| own_credentials(request)) else {
        return Vec::new();
    };
    let gone = |more: &[u16]| matches!(response.status, 405 | 501) || more.contains(&response.status);
    let feature = match seen.kind() {
        Kind::Patch(..) if is_known(seen) && gone(&[404]) => "patch",
        _ if request.method.as_str() == "POST" && request.path == "/Bulk" && gone(&[404]) => "bulk",
        Kind::Lookup { .. } if gone(&[]) => "filter",
        Kind::List { filtered: true, .. } if gone(&[]) => "filter",
        _ if sorts_plainly(request) && gone(&[400]) => "sort",
        Kind::Read(..) if response.status == 200 && !projected(request) && response.header("etag").is_none() => "etag",
        _ => return Vec::new(),
    };
    Sighting::when(supports(seen, feature) == Some(true), || {
        if feature == "etag" {
            let subject = Subject::Header("etag".to_owned());
            return Sighting::new(subject, "an ETag header, since etag.supported is true", "no ETag header");
        }
        let expected = format!("a success, since {feature}.supported is true");
        Sighting::new(Subject::Status, expected, status_and_detail(seen))
    })
}

/// A sort by an attribute that everybody has, and nothing else that could be refused.
fn sorts_plainly(request: &Request) -> bool {
    let value =
        |name: &str| request.query.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let known = ["id", "userName", "displayName", "name.familyName", "meta.created", "meta.lastModified"];
    request.method.as_str() == "GET"
        && value("filter").is_none()
        && value("sortBy").is_some_and(|by| known.iter().any(|own| own.eq_ignore_ascii_case(by)))
        && value("sortOrder").is_none_or(|order| matches!(order.as_str(), "ascending" | "descending"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{
        super::testing::{ADA, ada_as, created, error, fine, get, lookup, patch, post, set_active, wrong},
        *,
    };
    use crate::http::Exchange;

    fn config(supported: Value) -> Exchange {
        let body = json!({"patch": {"supported": supported}, "filter": {"supported": supported}, "sort": {"supported": supported},
            "bulk": {"supported": supported}, "etag": {"supported": supported}});
        get("/ServiceProviderConfig").answers(200, body)
    }

    fn refused() -> Vec<Vec<Exchange>> {
        vec![
            vec![created(), patch("/Users/7", set_active(true)).answers(501, error(501))],
            vec![lookup(ADA).answers(501, error(501))],
            vec![get("/Users?sortBy=userName").answers(400, error(400))],
            vec![post("/Bulk", json!({})).answers(404, error(404))],
            vec![get("/Users/7").answers(200, ada_as("7"))],
        ]
    }

    #[test]
    fn what_is_promised_and_refused_fires() {
        for dialogue in refused() {
            let dialogue: Vec<Exchange> = std::iter::once(config(json!(true))).chain(dialogue).collect();
            wrong(&RULE, &dialogue);
        }
    }

    #[test]
    fn what_nobody_promised_is_fine() {
        for dialogue in refused() {
            fine(&RULE, &dialogue);
            let dialogue: Vec<Exchange> = std::iter::once(config(json!(false))).chain(dialogue).collect();
            fine(&RULE, &dialogue);
        }
        fine(&RULE, &[config(json!(true)), lookup(ADA).answers(400, error(400))]);
        fine(&RULE, &[config(json!(true)), patch("/Users/8", set_active(true)).answers(404, error(404))]);
    }
}
