//! `no-answer`

use crate::{
    http::Failure,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "no-answer",
    level: Level::Must,
    title: "A request gets no complete answer",
    spec: &["okta-faq#timeout", "rfc9110#15"],
    looks_at: "Requests that time out, whose connection fails or breaks, or whose answer is no HTTP. A body of more \
          than a megabyte may be cut off.",
    why: "Okta closes the connection after 60 seconds and gives the task up; what became of the change it does \
          not know.",
    breaks: &["okta"],
    admin: "A failed task under Tasks: ... timed out, or: connection refused (the words depend on where it \
          failed); Retry Selected runs it again.",
    example: "PATCH /Groups/7 and then silence",
    fix: "Answer within a few seconds; do slow work after the answer. Look for locks, crashes of the process \
          and proxies that close early.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let failure = match seen.failure() {
        Some(_) if seen.exchange.cut_off() => None,
        Some(failure @ (Failure::TimedOut(_) | Failure::Broken(_) | Failure::NoConnection(_) | Failure::Tls(_))) => {
            Some(failure)
        }
        Some(Failure::Unsendable(_) | Failure::Withheld(_) | Failure::NotSent(_) | Failure::NoToken(_)) | None => None,
    };
    failure.map(|failure| Sighting::new(Subject::Status, "an answer", failure.to_string())).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, created, fine, patch, post, put, wrong},
        *,
    };

    #[test]
    fn silence_fires() {
        let limit = std::time::Duration::from_secs(60);
        let sighting = wrong(&RULE, &[patch("/Groups/7", json!([])).fails(Failure::TimedOut(limit))]);
        assert_eq!(sighting.actual, "no complete answer within 60 s");
    }

    #[test]
    fn what_we_did_not_send_is_fine() {
        fine(&RULE, &[put("/Users/7", ada()).fails(Failure::Withheld("not ours".to_owned()))]);
        let large = json!({"x": "x".repeat(1 << 20)});
        fine(&RULE, &[post("/Users", large).fails(Failure::Broken("closed".to_owned()))]);
        fine(&RULE, &[created()]);
    }
}
