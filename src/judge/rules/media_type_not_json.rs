//! `media-type-not-json`

use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "media-type-not-json",
    level: Level::May,
    title: "A JSON body is not called JSON",
    spec: &["rfc7644#3.1", "rfc7644#8.1"],
    looks_at: "The Content-Type of answers with a JSON body: application/scim+json, application/json, text/json and \
          everything that ends in +json will do.",
    why: "RFC 7644 names application/scim+json. Okta's own samples show text/json and text/html, and its \
          suites never ask.",
    breaks: &[],
    admin: "",
    example: "HTTP/1.1 200 OK with Content-Type: text/html and a JSON body",
    fix: "Send Content-Type: application/scim+json.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|response| response.is_success() || response.status >= 400) else {
        return Vec::new();
    };
    if response.value().is_none() {
        return Vec::new();
    }
    let media = response.media_type();
    let json = media
        .as_deref()
        .is_some_and(|media| matches!(media, "application/json" | "text/json") || media.ends_with("+json"));
    Sighting::when(!json, || {
        let actual = media.unwrap_or_else(|| "no Content-Type".to_owned());
        Sighting::new(Subject::Header("content-type".to_owned()), "application/scim+json", actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, error, fine, get, patch, set_active, wrong},
        *,
    };

    #[test]
    fn html_and_nothing_fire() {
        wrong(&RULE, &[get("/Users/7").answers_with(200, &[("Content-Type", "text/html")], ada_as("7"))]);
        wrong(&RULE, &[get("/Users/7").answers_with(404, &[], error(404))]);
    }

    #[test]
    fn json_with_parameters_is_fine() {
        let headers = [("content-type", "Application/JSON; charset=utf-8")];
        fine(&RULE, &[get("/Users/7").answers_with(200, &headers, ada_as("7"))]);
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
        fine(&RULE, &[patch("/Users/7", set_active(true)).answers_with(204, &[], json!(null))]);
    }
}
