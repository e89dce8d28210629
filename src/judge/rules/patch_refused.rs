//! `patch-refused`

use super::ordinary::ordinary;
use super::support::{refused, status_and_detail};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "patch-refused",
    level: Level::Must,
    title: "An ordinary PATCH is refused",
    spec: &[
        "okta-scim20#patch",
        "okta-scim20#deactivate",
        "okta-scim20#group-update",
        "okta-faq#patch",
        "rfc7644#3.5.2",
    ],
    looks_at: "The status of a PATCH in one of Okta's forms to a resource that this scenario created: 4xx (401, 403 \
          and 429 have rules of their own) or 501.",
    why: "Apps from the catalogue deactivate people and change groups by PATCH. There is no second try with \
          PUT, not even after 501: leavers keep their access.",
    breaks: &["okta"],
    admin: "Unable to update Group Push mapping target App group ...: Error while updating user group membership \
          for group ... Errors reported by remote server: ... (for a person: a failed task under Tasks, to \
          deprovision by hand)",
    example: "PATCH /Users/7 {\"op\": \"replace\", \"value\": {\"active\": false}} answered 501",
    fix: "Support Okta's forms: replace without path and an object as value; add and replace with the path \
          members; remove with members[value eq \"...\"]; an equal id inside the value.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|_| matches!(seen.kind(), Kind::Patch(..))) else {
        return Vec::new();
    };
    Sighting::when(refused(response.status) && ordinary(seen), || {
        Sighting::new(Subject::Status, "status 200 or 204", status_and_detail(seen))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{created, crew, error, fine, patch, post, set_active, with, wrong},
        *,
    };

    #[test]
    fn a_refused_deactivation_or_rename_fires() {
        wrong(&RULE, &[created(), patch("/Users/7", set_active(false)).answers(501, error(501))]);
        let rename = json!([{"op": "replace", "value": {"id": "g", "displayName": "scim-check-t1-staff"}}]);
        wrong(&RULE, &[crew_created(), patch("/Groups/g", rename).answers(400, error(400))]);
        let remove = json!([{"op": "remove", "path": "members[value eq \"7\"]"}]);
        wrong(&RULE, &[created(), crew_created(), patch("/Groups/g", remove).answers(400, error(400))]);
    }

    fn crew_created() -> crate::http::Exchange {
        post("/Groups", crew(json!([{"value": "7"}])))
            .answers(201, with(crew(json!([{"value": "7"}])), "id", json!("g")))
    }

    #[test]
    fn other_forms_and_unknown_members_may_be_refused() {
        let odd = json!([{"op": "Replace", "path": "active", "value": "False"}]);
        fine(&RULE, &[created(), patch("/Users/7", odd).answers(400, error(400))]);
        fine(&RULE, &[patch("/Users/7", set_active(false)).answers(404, error(404))]);
        let add = json!([{"op": "add", "path": "members", "value": [{"value": "nobody"}]}]);
        fine(&RULE, &[created(), crew_created(), patch("/Groups/g", add).answers(400, error(400))]);
        let remove = json!([{"op": "remove", "path": "members[value eq \"8\"]"}]);
        fine(&RULE, &[created(), crew_created(), patch("/Groups/g", remove).answers(400, error(400))]);
        fine(&RULE, &[created(), patch("/Users/7", set_active(false)).answers(204, json!(null))]);
    }
}
