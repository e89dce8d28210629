//! `create-location-missing`

use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "create-location-missing",
    level: Level::May,
    title: "A create is answered without a Location header",
    spec: &["rfc7644#3.3"],
    looks_at: "The Location header of a 201 to POST /Users and /Groups.",
    why: "RFC 7644 demands the header, but Okta uses it nowhere and its suites do not ask for it.",
    breaks: &[],
    admin: "",
    example: "HTTP/1.1 201 Created without Location",
    fix: "Send the address of the new resource in Location.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.success().filter(|_| matches!(seen.kind(), Kind::Create(_))) else {
        return Vec::new();
    };
    Sighting::when(response.status == 201 && response.header("location").is_none_or(str::is_empty), || {
        let subject = Subject::Header("location".to_owned());
        Sighting::new(subject, "the address of the new resource", "no Location header")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, created, fine, post, wrong},
        *,
    };

    #[test]
    fn a_missing_header_fires() {
        wrong(&RULE, &[post("/Users", ada()).answers(201, ada_as("7"))]);
    }

    #[test]
    fn a_header_or_another_status_is_fine() {
        fine(&RULE, &[created()]);
        fine(&RULE, &[post("/Users", ada()).answers(200, json!(null))]);
    }
}
