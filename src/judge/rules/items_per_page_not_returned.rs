//! `items-per-page-not-returned`

use serde_json::Value;

use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "items-per-page-not-returned",
    level: Level::May,
    title: "itemsPerPage is not the number of resources in the answer",
    spec: &["rfc7644#3.4.2"],
    looks_at: "`itemsPerPage` of a list of people or groups, held against the number of its Resources.",
    why: "RFC 7644 makes it the number returned; many servers repeat the count that was asked for. Okta accepts that.",
    breaks: &[],
    admin: "",
    example: "{\"totalResults\": 0, \"itemsPerPage\": 100, \"Resources\": []}",
    fix: "Set itemsPerPage to the length of Resources.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    // The list of resource types that RFC 7643 shows has another number (figure 9).
    let (true, Some(response), Some(_)) = (seen.lists(), seen.success(), seen.kind().resource()) else {
        return Vec::new();
    };
    let shown = response.resources().len();
    let Some(said) = response.member("itemsPerPage").and_then(Value::as_u64) else {
        return Vec::new();
    };
    Sighting::when(said != shown as u64, || {
        let subject = Subject::Envelope("itemsPerPage".to_owned());
        Sighting::new(subject, format!("{shown} (integer)"), format!("{said} (integer)"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, list, with, wrong},
        *,
    };

    #[test]
    fn the_count_asked_for_fires() {
        let answer = with(list(1, json!([ada_as("7")])), "itemsPerPage", json!(100));
        wrong(&RULE, &[get("/Users?startIndex=1&count=100").answers(200, answer)]);
    }

    #[test]
    fn the_number_returned_and_none_at_all_are_fine() {
        let answer = with(list(1, json!([ada_as("7")])), "itemsPerPage", json!(1));
        fine(&RULE, &[get("/Users?startIndex=1&count=100").answers(200, answer)]);
        let answer = with(list(1, json!([ada_as("7")])), "itemsPerPage", json!(null));
        fine(&RULE, &[get("/Users?startIndex=1&count=100").answers(200, answer)]);
    }
}
