//! `lookup-finds-others`

use serde_json::Value;

use super::support::{garbled, same_name, text, top_attribute};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "lookup-finds-others",
    level: Level::Must,
    title: "A lookup finds people or groups that it was not asked for",
    spec: &["rfc7644#3.4.2.2", "okta-scim20#lookup", "okta-faq#filter"],
    looks_at: "The attribute in the filter `attribute eq \"value\"`, in every resource of the answer, compared \
          without regard to case.",
    why: "Okta trusts its filter. If the answer holds somebody else, Okta adopts that stranger's account for \
          the person it is about to assign, and overwrites it.",
    breaks: &["okta"],
    admin: "Nothing: the assignment succeeds, linked to somebody else's account.",
    example: "GET /Users?filter=userName eq \"ada@example.com\" answers with all people",
    fix: "Apply the filter: Okta needs eq on userName, and on displayName of groups. Never answer with everybody; an error \
          is safer, but then nobody can be assigned.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Kind::Lookup { attribute, value, .. } = seen.kind() else {
        return Vec::new();
    };
    let Some(name) = top_attribute(attribute) else {
        return Vec::new();
    };
    let resources = seen.resources();
    let differs =
        |resource: &&&Value| text(resource, name).is_some_and(|have| !same_name(value, have) && !garbled(value, have));
    let others = resources.iter().filter(differs).count();
    Sighting::when(others > 0, || {
        let actual = format!("{others} of {} resources have another {name}", resources.len());
        Sighting::new(Subject::Found, format!("only resources whose {name} is the one in the filter"), actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada_as, eve, fine, get, list, lookup, wrong},
        *,
    };

    #[test]
    fn a_stranger_fires() {
        wrong(&RULE, &[lookup(ADA).answers(200, list(1, json!([eve()])))]);
        wrong(&RULE, &[lookup(ADA).answers(200, list(2, json!([ada_as("7"), eve()])))]);
    }

    #[test]
    fn the_person_in_any_case_is_fine() {
        fine(&RULE, &[lookup(&ADA.to_uppercase()).answers(200, list(1, json!([ada_as("7")])))]);
        fine(&RULE, &[lookup(ADA).answers(200, list(0, json!([])))]);
        // A page of everything, and a filter on what can't be compared.
        fine(&RULE, &[get("/Users?startIndex=1&count=2").answers(200, list(1, json!([eve()])))]);
        fine(&RULE, &[get("/Users?filter=emails.value eq \"x@y\"").answers(200, list(1, json!([eve()])))]);
    }
}
