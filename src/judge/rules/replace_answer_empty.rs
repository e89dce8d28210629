//! `replace-answer-empty`

use crate::{
    http::{Json, Kind},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "replace-answer-empty",
    level: Level::Should,
    title: "A PUT is answered without the resource",
    spec: &["rfc7644#3.5.1", "okta-scim20#update"],
    looks_at: "The body of a successful answer to PUT.",
    why: "RFC 7644 and Okta both want 200 with the updated resource; only PATCH may be answered 204. That Okta \
          fails without it is not known.",
    breaks: &[],
    admin: "",
    example: "PUT /Users/7 answered 204",
    fix: "Answer PUT with 200 and the whole resource as it is now.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.success().filter(|_| matches!(seen.kind(), Kind::Replace(..))) else {
        return Vec::new();
    };
    Sighting::when(response.json == Json::Empty, || {
        let actual = format!("status {} without a body", response.status);
        Sighting::new(Subject::Envelope("body".to_owned()), "status 200 with the resource", actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, fine, patch, put, set_active, wrong},
        *,
    };

    #[test]
    fn no_content_fires() {
        wrong(&RULE, &[put("/Users/7", ada()).answers(204, json!(null))]);
    }

    #[test]
    fn a_body_or_a_patch_is_fine() {
        fine(&RULE, &[put("/Users/7", ada()).answers(200, ada_as("7"))]);
        fine(&RULE, &[patch("/Users/7", set_active(true)).answers(204, json!(null))]);
    }
}
