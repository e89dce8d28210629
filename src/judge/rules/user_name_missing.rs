//! `user-name-missing`

use serde_json::Value;

use super::support::{first_wrong, looks_like_resource, projected};
use crate::{
    http::Resource,
    judge::{Level, Rule, Seen, Sighting, Subject, member},
};

pub(super) const RULE: Rule = Rule {
    id: "user-name-missing",
    level: Level::Should,
    title: "A person has no userName",
    spec: &["rfc7643#4.1.1", "okta-spec#1", "okta-spec#2", "okta-scim20#list"],
    looks_at: "The `userName` of every whole person in a successful answer.",
    why: "RFC 7643 requires it, and Okta's SPEC suite wants it in lists and reads. An import cannot match a \
          person without it.",
    breaks: &[],
    admin: "",
    example: "{\"id\": \"7\", \"name\": {\"familyName\": \"Lovelace\"}}",
    fix: "Return userName with every person.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if seen.kind().resource() != Some(Resource::User) || projected(&seen.exchange.request) {
        return Vec::new();
    }
    let mut resources = seen.resources();
    resources.retain(|resource| looks_like_resource(resource));
    first_wrong(&resources, |resource| {
        let name = member(resource, "userName");
        let wrong = name.and_then(Value::as_str).is_none_or(str::is_empty);
        wrong.then(|| {
            let actual = name.map_or_else(|| "nothing".to_owned(), |name| seen.show(resource, name));
            Sighting::new(Subject::Attribute("userName".to_owned()), "a non-empty string", actual)
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada_as, crew, eve, fine, get, list, lookup, with, wrong},
        *,
    };

    #[test]
    fn a_person_without_name_fires() {
        wrong(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "userName", json!(null)))]);
        wrong(&RULE, &[lookup(ADA).answers(200, list(1, json!([with(eve(), "userName", json!(""))])))]);
    }

    #[test]
    fn groups_and_selected_attributes_are_fine() {
        fine(&RULE, &[get("/Groups/7").answers(200, with(crew(json!([])), "id", json!("7")))]);
        let bare = with(ada_as("7"), "userName", json!(null));
        fine(&RULE, &[get("/Users/7?attributes=active").answers(200, bare)]);
    }
}
