//! `id-missing`

use super::support::{first_wrong, present};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject, describe, member, type_name},
};

pub(super) const RULE: Rule = Rule {
    id: "id-missing",
    level: Level::Must,
    title: "A resource has no id",
    spec: &["rfc7643#3.1", "okta-scim20#create", "okta-spec#6", "okta-prepare#id"],
    looks_at: "The `id` of the resource in a successful answer to a create, read or write with a body, and of every \
          resource of a list.",
    why: "From the create or the lookup on Okta addresses a person or group by this id only. Without it Okta \
          can never update or deactivate them.",
    breaks: &["okta"],
    admin: "A failed task under Tasks; how Okta words it here is not documented.",
    example: "{\"userName\": \"ada@example.com\", \"active\": true}",
    fix: "Return a non-empty string as id with every resource, never changed and never given to another.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let sighting = |actual: String| Sighting::new(Subject::Attribute("id".to_owned()), "a non-empty string", actual);
    let whole = matches!(seen.kind(), Kind::Create(_) | Kind::Read(..) | Kind::Replace(..));
    if let Some(body) = seen.success().and_then(|response| response.value()).filter(|body| whole && !body.is_object()) {
        return vec![sighting(format!("a body that is {}", type_name(body)))];
    }
    let mut resources = seen.resources();
    match seen.kind() {
        Kind::Delete(..) => return Vec::new(),
        // A few words in place of no body are no resource.
        Kind::Patch(resource, ..) => resources.retain(|body| present(member(body, resource.name_attribute()))),
        _ => {}
    }
    first_wrong(&resources, |resource| {
        let id = member(resource, "id");
        (!present(id)).then(|| sighting(id.map_or_else(|| "nothing".to_owned(), describe)))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{
            ADA, ada, ada_as, created, delete, error, eve, fine, get, list, lookup, patch, post, set_active, with,
            wrong,
        },
        *,
    };

    #[test]
    fn no_id_fires() {
        wrong(&RULE, &[post("/Users", ada()).answers(201, with(ada_as("7"), "id", json!(null)))]);
        wrong(&RULE, &[lookup(ADA).answers(200, list(1, json!([with(eve(), "id", json!(""))])))]);
        wrong(&RULE, &[get("/Users/7").answers(200, json!([ada_as("7")]))]);
    }

    #[test]
    fn an_id_or_no_body_is_fine() {
        fine(&RULE, &[created()]);
        fine(&RULE, &[patch("/Users/7", set_active(false)).answers(204, json!(null))]);
        fine(&RULE, &[patch("/Users/7", set_active(false)).answers(200, json!({"message": "done"}))]);
        fine(&RULE, &[post("/Users", ada()).answers(400, error(400))]);
        fine(&RULE, &[delete("/Users/7").answers(200, json!({"message": "gone"}))]);
    }
}
