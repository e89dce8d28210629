//! `resource-type-wrong`

use super::support::{at, first_wrong};
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "resource-type-wrong",
    level: Level::Should,
    title: "meta.resourceType is not the type of the resource",
    spec: &["rfc7643#3.1", "rfc7644#3.3.1"],
    looks_at: "`meta.resourceType` of every resource in a successful answer below /Users and /Groups, letter case included.",
    why: "RFC 7644 makes it the name of the resource type behind the endpoint. Clients that read several types at once tell \
          people from groups by it.",
    breaks: &[],
    admin: "",
    example: "GET /Users/7 answered {\"meta\": {\"resourceType\": \"user\"}}",
    fix: "Write User below /Users and Group below /Groups.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(kind) = seen.kind().resource() else {
        return Vec::new();
    };
    first_wrong(&seen.resources(), |resource| {
        let have = at(resource, "meta.resourceType").filter(|have| !have.is_null())?;
        let subject = Subject::Attribute("meta.resourceType".to_owned());
        let expected = format!("\"{}\" (string)", kind.name());
        (have != kind.name()).then(|| Sighting::new(subject, expected, seen.show(resource, have)))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, crew, fine, get, with, wrong},
        *,
    };

    #[test]
    fn another_name_fires() {
        for odd in [json!("user"), json!("Users"), json!("Group"), json!(1)] {
            wrong(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "meta", json!({"resourceType": odd})))]);
        }
    }

    #[test]
    fn the_name_and_none_are_fine() {
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "meta", json!({})))]);
        let group = with(with(crew(json!([])), "id", json!("g")), "meta", json!({"resourceType": "Group"}));
        fine(&RULE, &[get("/Groups/g").answers(200, group)]);
    }
}
