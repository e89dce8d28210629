//! `list-total-missing`

use crate::judge::{Level, Rule, Seen, Sighting, Subject, type_name};

pub(super) const RULE: Rule = Rule {
    id: "list-total-missing",
    level: Level::Must,
    title: "A list answer has no totalResults",
    spec: &["rfc7644#3.4.2", "okta-scim20#lists", "okta-spec#1"],
    looks_at: "The `totalResults` of a successful list or lookup; a JSON body that is no object has none.",
    why: "Okta decides by totalResults whether somebody was found and how many pages an import has. Without it \
          neither works.",
    breaks: &["okta"],
    admin: "Automatic provisioning of user ... to app ... failed: Error while verifying if user ... exists: ... \
          Errors reported by remote server: ...",
    example: "{\"Resources\": [...]}",
    fix: "Answer lists with an object that has schemas, totalResults, startIndex, itemsPerPage and Resources.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.success().filter(|_| seen.lists()) else {
        return Vec::new();
    };
    let Some(body) = response.value() else {
        return Vec::new();
    };
    let cursor = seen.exchange.request.query.iter().any(|(name, _)| name.eq_ignore_ascii_case("cursor"));
    let missing = response.member("totalResults").is_none_or(serde_json::Value::is_null);
    Sighting::when(missing && !cursor, || {
        let actual =
            if body.is_object() { "nothing".to_owned() } else { format!("a body that is {}", type_name(body)) };
        Sighting::new(Subject::Envelope("totalResults".to_owned()), "a JSON integer", actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada_as, eve, fine, get, lookup, wrong},
        *,
    };

    #[test]
    fn absence_and_a_bare_array_fire() {
        wrong(&RULE, &[lookup(ADA).answers(200, json!({"Resources": []}))]);
        wrong(&RULE, &[get("/Users?startIndex=1&count=2").answers(200, json!([eve()]))]);
    }

    #[test]
    fn zero_is_fine_and_so_are_other_answers() {
        fine(&RULE, &[lookup(ADA).answers(200, json!({"totalresults": 0}))]);
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
    }
}
