//! `active-missing`

use super::support::{first_wrong, looks_like_resource, projected};
use crate::{
    http::{Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject, member},
};

pub(super) const RULE: Rule = Rule {
    id: "active-missing",
    level: Level::Should,
    title: "A person is shown without `active`",
    spec: &["okta-spec#1", "okta-spec#2", "okta-spec#6"],
    looks_at: "The `active` of people of this run in answers to lists, lookups, create, read and replace.",
    why: "RFC 7643 leaves it optional. Okta's SPEC suite wants it in steps 1, 2 and 6, and without it nobody \
          can see whether a leaver was deactivated.",
    breaks: &[],
    admin: "",
    example: "{\"id\": \"7\", \"userName\": \"ada@example.com\"}",
    fix: "Return active with every person.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let user = seen.kind().resource() == Some(Resource::User)
        && (seen.kind().is_list() || matches!(seen.kind(), Kind::Create(_) | Kind::Read(..) | Kind::Replace(..)));
    if !user || projected(&seen.exchange.request) {
        return Vec::new();
    }
    let mut resources = seen.our_resources();
    resources.retain(|resource| looks_like_resource(resource));
    first_wrong(&resources, |resource| {
        let missing = member(resource, "active").is_none_or(serde_json::Value::is_null);
        missing.then(|| Sighting::new(Subject::Attribute("active".to_owned()), "true or false (boolean)", "nothing"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, eve, fine, get, post, with, wrong},
        *,
    };

    #[test]
    fn absence_fires() {
        wrong(&RULE, &[post("/Users", ada()).answers(201, with(ada_as("7"), "active", json!(null)))]);
    }

    #[test]
    fn false_and_selected_attributes_are_fine() {
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "active", json!(false)))]);
        let bare = with(ada_as("7"), "active", json!(null));
        fine(&RULE, &[get("/Users/7?attributes=userName").answers(200, bare)]);
        fine(&RULE, &[get("/Users/eve-1").answers(200, with(eve(), "active", json!(null)))]);
    }
}
