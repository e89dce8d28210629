//! `id-reserved`

use serde_json::Value;

use super::support::{first_wrong, id};
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "id-reserved",
    level: Level::Should,
    title: "An id holds the word bulkId",
    spec: &["rfc7643#3.1", "rfc7644#3.7.2"],
    looks_at: "The id of every resource in a successful answer.",
    why: "In a bulk request bulkId:... stands for a resource that is still to be made. RFC 7643 keeps the word for that.",
    breaks: &[],
    admin: "",
    example: "{\"id\": \"bulkId:7\"}",
    fix: "Draw ids that can't hold the word, and replace references to bulkIds before anything is stored.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    first_wrong(&seen.resources(), |resource| {
        let id = id(resource).filter(|id| id.contains("bulkId"))?;
        let actual = seen.show(resource, &Value::from(id));
        Some(Sighting::new(Subject::Attribute("id".to_owned()), "an id without bulkId", actual))
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{ada_as, fine, get, wrong},
        *,
    };

    #[test]
    fn the_reserved_word_fires_and_others_do_not() {
        wrong(&RULE, &[get("/Users/7").answers(200, ada_as("bulkId:7"))]);
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("bulk-7"))]);
    }
}
