//! `replace-refused`

use super::ordinary::ordinary;
use super::support::{refused, status_and_detail};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "replace-refused",
    level: Level::Must,
    title: "An ordinary PUT is refused",
    spec: &["okta-scim20#update", "okta-scim20#group-update", "okta-wire#echo-put", "rfc7644#3.5.1"],
    looks_at: "The status of a PUT to a resource that this scenario created, with values that are plain or that the \
          target gave itself: 4xx (401, 403 and 429 have rules of their own) or 501.",
    why: "Every change of a profile, and for apps made in the App Integration Wizard also deactivation and \
          groups, is a PUT of what Okta read before. If it is refused nothing in the app changes any more.",
    breaks: &["okta"],
    admin: "Automatic profile push of user ... to app ... failed: Error while trying to push profile update for \
          ...: ... Errors reported by remote server: ...",
    example: "PUT /Users/7 answered 405, or 400 because of \"meta\"",
    fix: "Support PUT. Ignore read-only parts of the body (id, meta, groups), and do not take the own name of \
          the resource for a conflict.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|_| matches!(seen.kind(), Kind::Replace(..))) else {
        return Vec::new();
    };
    Sighting::when(refused(response.status) && ordinary(seen), || {
        Sighting::new(Subject::Status, "status 200", status_and_detail(seen))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, created, delete, error, fine, get, post, put, with, wrong},
        *,
    };

    #[test]
    fn a_refused_echo_fires() {
        let read = || get("/Users/7").answers(200, with(ada_as("7"), "costCentre", json!(3)));
        let echo = || put("/Users/7", with(ada_as("7"), "costCentre", json!(3)));
        wrong(&RULE, &[created(), read(), echo().answers(400, error(400))]);
        wrong(&RULE, &[created(), echo_of_ada().answers(409, error(409))]);
        // Not given by the target: it may refuse it.
        fine(&RULE, &[created(), echo().answers(400, error(400))]);
    }

    fn echo_of_ada() -> super::super::testing::Asked {
        put("/Users/7", ada_as("7"))
    }

    #[test]
    fn unknown_ids_taken_names_and_other_ids_may_be_refused() {
        fine(&RULE, &[echo_of_ada().answers(404, error(404))]);
        fine(&RULE, &[created(), delete("/Users/7").answers(204, json!(null)), echo_of_ada().answers(404, error(404))]);
        fine(&RULE, &[created(), put("/Users/7", ada_as("9")).answers(400, error(400))]);
        let bob = with(ada(), "userName", json!("scim-check-t1-bob@example.com"));
        let bob = post("/Users", bob).answers(201, ada_as("8"));
        let rename = with(ada_as("7"), "userName", json!("scim-check-t1-bob@example.com"));
        fine(&RULE, &[created(), bob, put("/Users/7", rename).answers(409, error(409))]);
        fine(&RULE, &[created(), echo_of_ada().header("If-Match", "x").answers(412, error(412))]);
    }
}
