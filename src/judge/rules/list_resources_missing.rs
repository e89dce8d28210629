//! `list-resources-missing`

use serde_json::Value;

use super::support::{Page, page, total};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, type_name};

pub(super) const RULE: Rule = Rule {
    id: "list-resources-missing",
    level: Level::Must,
    title: "A list answer counts resources but shows none",
    spec: &["rfc7644#3.4.2", "okta-scim20#lists"],
    looks_at: "`Resources` of a successful list or lookup whose totalResults says that the page asked for is not \
          empty.",
    why: "Okta takes the id of a person from Resources. A lookup that counts one and shows none can be neither \
          linked nor created; an import loses everybody on the page.",
    breaks: &["okta"],
    admin: "Automatic provisioning of user ... to app ... failed: Error while verifying if user ... exists: ... \
          Errors reported by remote server: ...",
    example: "{\"totalResults\": 1, \"startIndex\": 1, \"itemsPerPage\": 0, \"Resources\": []}",
    fix: "Fill Resources, or do not count what the caller may not see.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.success().filter(|_| seen.lists()) else {
        return Vec::new();
    };
    let (Some(page), Some(total)) = (page(&seen.exchange.request), total(seen)) else {
        return Vec::new();
    };
    Sighting::when(holds_some(&page, total) && response.resources().is_empty(), || {
        let expected = format!("an array of resources from position {} of {total}", page.start);
        let actual = match response.member("Resources") {
            None => "no Resources".to_owned(),
            Some(Value::Array(_)) => "[] (empty array)".to_owned(),
            Some(other) => type_name(other).to_owned(),
        };
        Sighting::new(Subject::Envelope("Resources".to_owned()), expected, actual)
    })
}

/// True where the page asked for holds somebody.
pub(super) fn holds_some(page: &Page, total: i64) -> bool {
    total > 0 && page.start <= total && page.count != Some(0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada_as, fine, get, list, lookup, with, wrong},
        *,
    };

    #[test]
    fn a_counted_person_who_is_not_shown_fires() {
        wrong(&RULE, &[lookup(ADA).answers(200, list(1, json!([])))]);
        wrong(&RULE, &[lookup(ADA).answers(200, with(list(1, json!([])), "Resources", json!(null)))]);
    }

    #[test]
    fn pages_that_must_be_empty_are_fine() {
        fine(&RULE, &[get("/Users?startIndex=9&count=2").answers(200, list(8, json!([])))]);
        fine(&RULE, &[get("/Users?count=0").answers(200, list(8, json!([])))]);
        fine(&RULE, &[get("/Users?count=-1").answers(200, list(8, json!([])))]);
        fine(&RULE, &[lookup(ADA).answers(200, list(0, json!([])))]);
        fine(&RULE, &[lookup(ADA).answers(200, list(1, json!([ada_as("7")])))]);
    }
}
