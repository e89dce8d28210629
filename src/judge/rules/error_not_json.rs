//! `error-not-json`

use crate::{
    http::Json,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "error-not-json",
    level: Level::Should,
    title: "An error has no JSON body",
    spec: &["rfc7644#3.12", "okta-scim20#errors", "okta-faq#errors"],
    looks_at: "The body of answers with status 400 and above. 502, 503 and 504 are left out: they are written by \
          proxies.",
    why: "RFC 7644 demands a JSON body. Okta shows its detail to the administrator; without one they read a \
          parser error in place of your reason.",
    breaks: &["okta"],
    admin: "... Errors reported by remote server: Invalid JSON: Unrecognized token ..., or: Unexpected character \
          ('<' (code 60))",
    example: "HTTP/1.1 401 Unauthorized with <html>...</html>, or with nothing",
    fix: "Answer every error with schemas, status and detail as JSON, also those of the framework: 401, 404 of \
          unknown paths, 405, 413, 415, 500.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.error().filter(|response| !matches!(response.status, 502..=504)) else {
        return Vec::new();
    };
    let actual = match &response.json {
        Json::Empty => "no body".to_owned(),
        Json::Invalid(reason) if !response.cut => {
            let kind = response.media_type().unwrap_or_else(|| "no media type".to_owned());
            format!("a body that is no JSON ({kind}; {reason})")
        }
        Json::Invalid(_) | Json::Value(_) | Json::LetGo => return Vec::new(),
    };
    Sighting::when(seen.exchange.request.method.as_str() != "HEAD", || {
        Sighting::new(Subject::Envelope("body".to_owned()), "an error body as JSON", actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{delete, error, fine, get, wrong},
        *,
    };

    #[test]
    fn html_and_nothing_fire() {
        wrong(&RULE, &[get("/Users/7").answers_text(404, &[("Content-Type", "text/html")], "<html>")]);
        wrong(&RULE, &[get("/Users/7").answers(404, json!(null))]);
    }

    #[test]
    fn json_and_pages_of_proxies_are_fine() {
        fine(&RULE, &[get("/Users/7").answers(404, error(404))]);
        fine(&RULE, &[get("/Users/7").answers_text(502, &[], "<html>")]);
        fine(&RULE, &[delete("/Users/7").answers(204, json!(null))]);
    }
}
