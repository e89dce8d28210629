//! `delete-status-not-204`

use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "delete-status-not-204",
    level: Level::May,
    title: "A delete is answered with a success other than 204",
    spec: &["rfc7644#3.6", "okta-scim20#group-delete"],
    looks_at: "The status of a successful DELETE.",
    why: "RFC 7644 and Okta name 204. Okta deletes groups only, never people; that another success troubles it \
          is not known.",
    breaks: &[],
    admin: "",
    example: "DELETE /Groups/7 answered 200",
    fix: "Answer 204 without a body.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.success().filter(|_| matches!(seen.kind(), Kind::Delete(..))) else {
        return Vec::new();
    };
    Sighting::when(response.status != 204, || {
        Sighting::new(Subject::Status, "status 204", format!("status {}", response.status))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{delete, error, fine, wrong},
        *,
    };

    #[test]
    fn ok_fires() {
        wrong(&RULE, &[delete("/Groups/7").answers(200, json!({}))]);
    }

    #[test]
    fn no_content_and_refusals_are_fine() {
        fine(&RULE, &[delete("/Groups/7").answers(204, json!(null))]);
        fine(&RULE, &[delete("/Users/7").answers(501, error(501))]);
    }
}
