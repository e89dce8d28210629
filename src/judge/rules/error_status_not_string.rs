//! `error-status-not-string`

use crate::judge::{Level, Rule, Seen, Sighting, Subject, describe};

pub(super) const RULE: Rule = Rule {
    id: "error-status-not-string",
    level: Level::May,
    title: "The status in an error body is no string",
    spec: &["rfc7644#3.12", "okta-scim20#errors"],
    looks_at: "The `status` of error bodies, where it is there.",
    why: "RFC 7644 makes it a string (a MUST there). Okta's own samples show a number, and its suites compare \
          loosely.",
    breaks: &[],
    admin: "",
    example: "{\"schemas\": [...], \"status\": 404}",
    fix: "Write it in quotes: \"status\": \"404\".",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.error() else {
        return Vec::new();
    };
    let Some(status) = response.member("status").filter(|status| !status.is_null() && !status.is_string()) else {
        return Vec::new();
    };
    let expected = format!("\"{}\" (string)", response.status);
    vec![Sighting::new(Subject::Envelope("status".to_owned()), expected, describe(status))]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, error, fine, get, with, wrong},
        *,
    };

    #[test]
    fn a_number_fires() {
        wrong(&RULE, &[get("/Users/7").answers(404, with(error(404), "status", json!(404)))]);
    }

    #[test]
    fn a_string_and_absence_are_fine() {
        fine(&RULE, &[get("/Users/7").answers(404, error(404))]);
        fine(&RULE, &[get("/Users/7").answers(404, with(error(404), "status", json!(null)))]);
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "status", json!(3)))]);
    }
}
