//! `list-numbers-not-integers`

use crate::judge::{Level, Rule, Seen, Sighting, Subject, describe};

pub(super) const RULE: Rule = Rule {
    id: "list-numbers-not-integers",
    level: Level::Must,
    title: "A list answer has a number that is no JSON integer",
    spec: &["okta-scim20#lists", "rfc7644#3.4.2"],
    looks_at: "`totalResults`, `startIndex` and `itemsPerPage` of a successful list or lookup, where they are \
          there.",
    why: "Okta reads these three as integers. A server that wrote \"startIndex\": \"1\" made provisioning stop \
          right after the lookup, with no reason given.",
    breaks: &["okta"],
    admin: "Automatic provisioning of user ... to app ... failed: Error while verifying if user ... exists, with \
          an empty reason behind it.",
    example: "{\"totalResults\": \"1\", \"startIndex\": \"1\", \"itemsPerPage\": \"1\"}",
    fix: "Write the three as JSON numbers without quotes and without a fraction.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.success().filter(|_| seen.lists()) else {
        return Vec::new();
    };
    let number = |name: &&str| {
        let value = response.member(name).filter(|value| !value.is_null())?;
        // 2.0 is the same number as 2.
        let integer = value.as_f64().is_some_and(|number| number.fract() == 0.0);
        (!integer).then(|| Sighting::new(Subject::Envelope((*name).to_owned()), "a JSON integer", describe(value)))
    };
    ["totalResults", "startIndex", "itemsPerPage"].iter().filter_map(number).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, fine, list, lookup, with, wrong},
        *,
    };

    #[test]
    fn strings_and_fractions_fire() {
        let answer = with(list(0, json!([])), "startIndex", json!("1"));
        assert_eq!(wrong(&RULE, &[lookup(ADA).answers(200, answer)]).actual, "\"1\" (string)");
        wrong(&RULE, &[lookup(ADA).answers(200, with(list(0, json!([])), "totalResults", json!(0.5)))]);
    }

    #[test]
    fn integers_and_absence_are_fine() {
        fine(&RULE, &[lookup(ADA).answers(200, with(list(0, json!([])), "startIndex", json!(null)))]);
        fine(&RULE, &[lookup(ADA).answers(200, with(list(0, json!([])), "totalResults", json!(2.0)))]);
    }
}
