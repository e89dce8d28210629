//! `list-total-too-small`

use super::support::{page, total};
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "list-total-too-small",
    level: Level::Must,
    title: "A list answer counts fewer resources than it shows",
    spec: &["rfc7644#3.4.2", "rfc7644#3.4.2.4", "okta-scim20#list"],
    looks_at: "totalResults of a successful list or lookup, held against the number of Resources and the position \
          of the first.",
    why: "Okta asks for page after page until totalResults is reached. With too small a number the import ends \
          early, and who was not read counts as removed in the app.",
    breaks: &["okta"],
    admin: "Nothing: the import ends early without an error, and people are missing from its count.",
    example: "{\"totalResults\": 2, \"startIndex\": 101, \"itemsPerPage\": 2, \"Resources\": [...]}",
    fix: "Let totalResults count all matches, not those of the page.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.success().filter(|_| seen.lists()) else {
        return Vec::new();
    };
    let (Some(page), Some(total)) = (page(&seen.exchange.request), total(seen)) else {
        return Vec::new();
    };
    let Ok(shown) = i64::try_from(response.resources().len()) else {
        return Vec::new();
    };
    // What the answer says of itself goes before what was asked for.
    let start = response.member("startIndex").and_then(serde_json::Value::as_i64).unwrap_or(page.start).max(1);
    let least = (start - 1).saturating_add(shown);
    // Resources beyond the end are another defect: there the total is right and the page is wrong.
    let beyond = page.start > 1 && page.start > total;
    // More than was asked for is another one, too: such a page has not begun where it was asked to.
    let longer = page.count.is_some_and(|count| shown > count);
    Sighting::when(shown > 0 && total < least && !beyond && !longer, || {
        let expected = format!("at least {least} ({shown} resources from position {start})");
        Sighting::new(Subject::Envelope("totalResults".to_owned()), expected, total.to_string())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada_as, eve, fine, get, list, lookup, with, wrong},
        *,
    };

    #[test]
    fn the_size_of_the_page_as_total_fires() {
        wrong(&RULE, &[lookup(ADA).answers(200, list(0, json!([ada_as("7")])))]);
        let second = with(list(3, json!([eve(), ada_as("7")])), "startIndex", json!(3));
        wrong(&RULE, &[get("/Users?startIndex=3&count=2").answers(200, second)]);
    }

    #[test]
    fn a_total_that_covers_the_page_is_fine() {
        let second = with(list(4, json!([eve(), ada_as("7")])), "startIndex", json!(3));
        fine(&RULE, &[get("/Users?startIndex=3&count=2").answers(200, second)]);
        fine(&RULE, &[get("/Users?startIndex=9&count=2").answers(200, list(8, json!([])))]);
        let again = with(list(1, json!([ada_as("7")])), "startIndex", json!(9));
        fine(&RULE, &[get("/Users?startIndex=9&count=2").answers(200, again)]);
    }
}
