//! `create-status-not-201`

use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "create-status-not-201",
    level: Level::Should,
    title: "A resource was created, but not answered with 201",
    spec: &["rfc7644#3.3", "okta-scim20#create", "okta-spec#6"],
    looks_at: "The status of a successful POST to /Users and /Groups.",
    why: "RFC 7644 fixes 201 for a creation. Okta's client takes another 2xx, but Okta's SPEC suite, which a \
          vendor must pass for the catalogue, asserts 201.",
    breaks: &[],
    admin: "",
    example: "HTTP/1.1 200 OK",
    fix: "Answer POST with 201, a Location header and the whole resource.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let (Kind::Create(_), Some(response)) = (seen.kind(), seen.success()) else {
        return Vec::new();
    };
    Sighting::when(response.status != 201, || {
        Sighting::new(Subject::Status, "status 201", format!("status {}", response.status))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, created, error, fine, post, put, wrong},
        *,
    };

    #[test]
    fn ok_fires() {
        wrong(&RULE, &[post("/Users", ada()).answers(200, ada_as("7"))]);
    }

    #[test]
    fn created_refused_and_replaced_are_fine() {
        fine(&RULE, &[created()]);
        fine(&RULE, &[post("/Users", ada()).answers(409, error(409))]);
        fine(&RULE, &[put("/Users/7", ada()).answers(200, json!(null))]);
    }
}
