//! `success-status-odd`

use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "success-status-odd",
    level: Level::Should,
    title: "A success has a status that SCIM does not foresee for it",
    spec: &["rfc7644#3.4.1", "rfc7644#3.4.2", "rfc7644#3.5.1", "rfc7644#3.5.2", "okta-scim20#patch"],
    looks_at: "2xx to reads and lists (200), PUT (200; 204 has a rule of its own) and PATCH (200 or \
          204). Creations and deletions have rules of their own.",
    why: "Clients go by the status: 201 says that somebody new was made, 202 that nothing has happened yet, 206 that a part is missing.",
    breaks: &[],
    admin: "",
    example: "PATCH /Users/7 answered 202",
    fix: "Answer reads, lists and PUT with 200, PATCH with 200 and the resource or with 204.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.success() else {
        return Vec::new();
    };
    let expected: &[u16] = match seen.kind() {
        // A proxy that has changed the body says so by 203.
        Kind::Read(..) | Kind::List { .. } | Kind::Lookup { .. } => &[200, 203],
        Kind::Replace(..) => &[200, 204],
        Kind::Patch(..) => &[200, 204],
        _ => return Vec::new(),
    };
    Sighting::when(!expected.contains(&response.status), || {
        let words = if matches!(seen.kind(), Kind::Patch(..)) { "status 200 or 204" } else { "status 200" };
        Sighting::new(Subject::Status, words, format!("status {}", response.status))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada, ada_as, created, error, fine, get, list, lookup, patch, put, set_active, wrong},
        *,
    };

    #[test]
    fn statuses_of_other_successes_fire() {
        wrong(&RULE, &[get("/Users/7").answers(206, ada_as("7"))]);
        wrong(&RULE, &[lookup(ADA).answers(201, list(0, json!([])))]);
        wrong(&RULE, &[put("/Users/7", ada()).answers(201, ada_as("7"))]);
        wrong(&RULE, &[patch("/Users/7", set_active(true)).answers(202, json!(null))]);
    }

    #[test]
    fn usual_ones_are_fine() {
        fine(&RULE, &[created(), get("/Users/7").answers(200, ada_as("7"))]);
        fine(&RULE, &[put("/Users/7", ada()).answers(204, json!(null))]);
        fine(&RULE, &[patch("/Users/7", set_active(true)).answers(204, json!(null))]);
        fine(&RULE, &[get("/Users/7").answers(404, error(404))]);
    }
}
