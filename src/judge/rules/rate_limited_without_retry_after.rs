//! `rate-limited-without-retry-after`

use serde_json::Value;

use crate::judge::{Level, Rule, Seen, Sighting, Subject, describe};

pub(super) const RULE: Rule = Rule {
    id: "rate-limited-without-retry-after",
    level: Level::Should,
    title: "Too many requests, but not how long to wait",
    spec: &["okta-concept#rate-limits", "rfc9110#10.2.3"],
    looks_at: "The Retry-After header of answers with status 429.",
    why: "Okta waits as many seconds as Retry-After says in digits. Without it, or with a date, it waits five \
          minutes and doubles that with each of ten tries. HTTP leaves the header optional and allows a date.",
    breaks: &["okta"],
    admin: "Nothing at first: the task waits for five minutes and longer, up to ten times, then fails.",
    example: "HTTP/1.1 429 Too Many Requests without Retry-After",
    fix: "Send Retry-After with whole seconds.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|response| response.status == 429) else {
        return Vec::new();
    };
    Sighting::when(response.retry_after().is_none(), || {
        let value = response.header("retry-after").map(str::trim);
        let actual = value.map_or_else(|| "no Retry-After".to_owned(), |value| describe(&Value::from(value)));
        Sighting::new(Subject::Header("retry-after".to_owned()), "whole seconds", actual)
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{ada, error, fine, post, wrong},
        *,
    };

    #[test]
    fn absence_and_a_date_fire() {
        wrong(&RULE, &[post("/Users", ada()).answers(429, error(429))]);
        let date = [("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT")];
        wrong(&RULE, &[post("/Users", ada()).answers_with(429, &date, error(429))]);
    }

    #[test]
    fn seconds_are_fine() {
        fine(&RULE, &[post("/Users", ada()).answers_with(429, &[("retry-after", "30")], error(429))]);
        fine(&RULE, &[post("/Users", ada()).answers(400, error(400))]);
    }
}
