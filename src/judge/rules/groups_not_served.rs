//! `groups-not-served`

use super::support::{own_credentials, status_and_detail};
use crate::{
    http::{Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "groups-not-served",
    level: Level::Must,
    title: "There are no groups on this server",
    spec: &["okta-scim20#groups", "rfc7644#3.2"],
    looks_at: "Lists and creations on /Groups answered 404, 405 or 501, and lookups answered 404 without a SCIM error body.",
    why: "Where an administrator pushes a group, or the app imports groups, every such task fails.",
    breaks: &["okta"],
    admin: "Push Groups shows an error for every group.",
    example: "GET /Groups?startIndex=1&count=100 answered 404",
    fix: "Serve /Groups. If your app has no groups, and its guide tells administrators not to push any, leave them \
          out here with --off groups.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|_| own_credentials(&seen.exchange.request)) else {
        return Vec::new();
    };
    let absent = match seen.kind() {
        Kind::List { resource: Resource::Group, .. } | Kind::Create(Resource::Group) => {
            matches!(response.status, 404 | 405 | 501)
        }
        // A SCIM error is one way to say that nobody has this name.
        Kind::Lookup { resource: Resource::Group, .. } => response.status == 404 && response.detail().is_none(),
        _ => false,
    };
    Sighting::when(absent, || {
        Sighting::new(Subject::Envelope("/Groups".to_owned()), "an answer about groups", status_and_detail(seen))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{crew, error, fine, get, list, post, wrong},
        *,
    };

    #[test]
    fn absent_groups_fire() {
        wrong(&RULE, &[get("/Groups?startIndex=1&count=100").answers_text(404, &[], "Not Found")]);
        wrong(&RULE, &[post("/Groups", crew(json!([]))).answers(501, error(501))]);
        wrong(&RULE, &[get(r#"/Groups?filter=displayName eq "x""#).answers_text(404, &[], "Not Found")]);
    }

    #[test]
    fn groups_that_are_served_are_fine() {
        fine(&RULE, &[get("/Groups?startIndex=1&count=100").answers(200, list(0, json!([])))]);
        fine(&RULE, &[get(r#"/Groups?filter=displayName eq "x""#).answers(404, error(404))]);
        fine(&RULE, &[get("/Groups/7").answers(404, error(404))]);
        fine(&RULE, &[get("/Users?startIndex=1&count=100").answers(404, error(404))]);
    }
}
