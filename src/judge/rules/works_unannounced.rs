//! `works-unannounced`

use super::{
    discovery::supports,
    support::{projected, text},
};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "works-unannounced",
    level: Level::May,
    title: "A feature works that is said not to be supported",
    spec: &["rfc7643#5", "rfc7644#4"],
    looks_at: "Successful PATCH and bulk requests, and reads by id that come with an ETag and a meta.version, where /ServiceProviderConfig, read before in the \
          scenario, says supported: false.",
    why: "Nothing is broken; but clients that read the configuration go without what they could have.",
    breaks: &[],
    admin: "",
    example: "{\"patch\": {\"supported\": false}} and PATCH /Users/7 answered 204",
    fix: "Say supported: true for what works.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let request = &seen.exchange.request;
    let Some(response) = seen.success() else {
        return Vec::new();
    };
    let feature = match seen.kind() {
        Kind::Patch(..) => "patch",
        // Frameworks put an ETag on everything; with a version it is SCIM's.
        Kind::Read(..) if response.header("etag").is_some() && !projected(request) && versioned(seen) => "etag",
        Kind::Other if request.method.as_str() == "POST" && request.path == "/Bulk" => "bulk",
        _ => return Vec::new(),
    };
    Sighting::when(supports(seen, feature) == Some(false), || {
        let subject = if feature == "etag" { Subject::Header("etag".to_owned()) } else { Subject::Status };
        let actual =
            if feature == "etag" { "an ETag header".to_owned() } else { format!("status {}", response.status) };
        Sighting::new(subject, format!("{feature}.supported: true, since it works"), actual)
    })
}

fn versioned(seen: &Seen<'_>) -> bool {
    seen.resource().is_some_and(|resource| text(resource, "meta.version").is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{
        super::testing::{ada_as, fine, get, patch, set_active, with, wrong},
        *,
    };
    use crate::http::Exchange;

    fn config(supported: Value) -> Exchange {
        let body = json!({"patch": {"supported": supported}, "etag": {"supported": supported}});
        get("/ServiceProviderConfig").answers(200, body)
    }

    #[test]
    fn what_works_all_the_same_fires() {
        let change = || patch("/Users/7", set_active(true)).answers(204, json!(null));
        wrong(&RULE, &[config(json!(false)), change()]);
        fine(&RULE, &[config(json!(true)), change()]);
        fine(&RULE, &[config(json!(null)), change()]);
        let version = with(ada_as("7"), "meta", json!({"version": "\"1\""}));
        let tagged = || get("/Users/7").answers_with(200, &[("ETag", "\"1\"")], version.clone());
        fine(&RULE, &[config(json!(false)), get("/Users/7").answers_with(200, &[("ETag", "\"1\"")], ada_as("7"))]);
        wrong(&RULE, &[config(json!(false)), tagged()]);
        fine(&RULE, &[tagged()]);
    }
}
