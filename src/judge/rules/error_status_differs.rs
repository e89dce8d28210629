//! `error-status-differs`

use serde_json::Value;

use crate::judge::{Level, Rule, Seen, Sighting, Subject, describe};

pub(super) const RULE: Rule = Rule {
    id: "error-status-differs",
    level: Level::Should,
    title: "The status in an error body is not that of the answer",
    spec: &["rfc7644#3.12", "okta-spec#11", "okta-spec#12"],
    looks_at: "The `status` of error bodies, as string or number, held against the HTTP status.",
    why: "RFC 7644 makes them the same. Okta goes by the HTTP status, its SPEC suite compares the one in the \
          body.",
    breaks: &[],
    admin: "",
    example: "HTTP/1.1 404 Not Found {\"schemas\": [...], \"status\": \"400\"}",
    fix: "Write the HTTP status into the body.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.error() else {
        return Vec::new();
    };
    let Some(status) = response.member("status") else {
        return Vec::new();
    };
    let same = match status {
        Value::String(text) if text.is_empty() => true,
        Value::String(text) => text.trim() == response.status.to_string(),
        Value::Number(number) => number.as_f64() == Some(f64::from(response.status)),
        // What is neither is told by error-status-not-string.
        _ => true,
    };
    Sighting::when(!same, || {
        let expected = format!("\"{}\" (string)", response.status);
        Sighting::new(Subject::Envelope("status".to_owned()), expected, describe(status))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{error, fine, get, with, wrong},
        *,
    };

    #[test]
    fn another_status_fires() {
        wrong(&RULE, &[get("/Users/7").answers(404, error(400))]);
        wrong(&RULE, &[get("/Users/7").answers(404, with(error(404), "status", json!("not found")))]);
    }

    #[test]
    fn the_same_as_number_is_fine() {
        fine(&RULE, &[get("/Users/7").answers(404, error(404))]);
        fine(&RULE, &[get("/Users/7").answers(404, with(error(404), "status", json!(404)))]);
        fine(&RULE, &[get("/Users/7").answers(404, json!({"error": "no"}))]);
    }
}
