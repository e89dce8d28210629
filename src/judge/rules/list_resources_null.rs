//! `list-resources-null`

use serde_json::Value;

use super::{
    list_resources_missing::holds_some,
    support::{page, total},
};
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "list-resources-null",
    level: Level::Should,
    title: "An empty page has null for its resources",
    spec: &["elimity-scim#null-list", "rfc7644#3.4.2", "rfc7643#2.5"],
    looks_at: "`Resources` of a successful list or lookup: null where the page is empty. Left out it is fine.",
    why: "The standard takes null for empty, but clients walk through this array: Entra ID is reported to put a \
          connection into quarantine for it.",
    breaks: &[],
    admin: "",
    example: "{\"totalResults\": 0, \"Resources\": null}",
    fix: "Write an empty array, or leave Resources out.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.success().filter(|_| seen.lists()) else {
        return Vec::new();
    };
    let (Some(page), Some(total)) = (page(&seen.exchange.request), total(seen)) else {
        return Vec::new();
    };
    // Where there is somebody to be shown, list-resources-missing tells it.
    let empty = !holds_some(&page, total);
    Sighting::when(empty && response.member("Resources") == Some(&Value::Null), || {
        Sighting::new(Subject::Envelope("Resources".to_owned()), "[] (empty array)", "null")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, fine, list, lookup, wrong},
        *,
    };

    #[test]
    fn null_fires_and_an_array_or_nothing_does_not() {
        wrong(&RULE, &[lookup(ADA).answers(200, json!({"totalResults": 0, "Resources": null}))]);
        fine(&RULE, &[lookup(ADA).answers(200, list(0, json!([])))]);
        fine(&RULE, &[lookup(ADA).answers(200, json!({"totalResults": 0}))]);
    }
}
