//! `answer-not-json`

use super::support::own_credentials;
use crate::{
    http::{Json, Kind},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "answer-not-json",
    level: Level::Must,
    title: "A success has a body that is no JSON",
    spec: &["okta-scim20#errors", "rfc7644#8.1", "rfc7644#3.1"],
    looks_at: "The body of successful answers from /Users and /Groups, those to DELETE aside.",
    why: "Okta cannot read the answer and fails, although the target did what it was asked to. A page of a web \
          site in place of the API is the usual cause: a wrong base URL.",
    breaks: &["okta"],
    admin: "... Errors reported by remote server: Invalid JSON: Unrecognized token ..., or: Unexpected character \
          ('<' (code 60))",
    example: "HTTP/1.1 200 OK with <!doctype html>...",
    fix: "Answer with JSON in UTF-8 without a byte order mark. Check the base URL.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if matches!(seen.kind(), Kind::Other | Kind::Delete(..)) || !own_credentials(&seen.exchange.request) {
        return Vec::new();
    }
    let Some(response) = seen.success().filter(|response| !response.cut) else {
        return Vec::new();
    };
    let Json::Invalid(reason) = &response.json else {
        return Vec::new();
    };
    let media = response.media_type().unwrap_or_else(|| "no media type".to_owned());
    vec![Sighting::new(Subject::Envelope("body".to_owned()), "JSON", format!("{media}; {reason}"))]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{delete, fine, get, patch, set_active, wrong},
        *,
    };

    #[test]
    fn a_web_page_fires() {
        wrong(
            &RULE,
            &[get("/Users?startIndex=1&count=2").answers_text(200, &[("Content-Type", "text/html")], "<html>")],
        );
    }

    #[test]
    fn json_no_body_and_deletes_are_fine() {
        fine(&RULE, &[get("/Users?startIndex=1&count=2").answers_text(200, &[("Content-Type", "text/html")], "{}")]);
        fine(&RULE, &[patch("/Users/7", set_active(true)).answers(204, json!(null))]);
        fine(&RULE, &[delete("/Groups/7").answers_text(200, &[], "OK")]);
        fine(&RULE, &[get("/Users/7").cut()]);
    }
}
