//! `lookup-misses-known`

use serde_json::Value;

use super::history::{Known, known};
use super::support::{id, own_credentials, same_name, text, top_attribute};
use crate::{
    http::{Exchange, Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "lookup-misses-known",
    level: Level::Must,
    title: "A lookup does not find somebody who is there",
    spec: &["okta-scim20#lookup", "okta-scim20#deactivate", "rfc7644#3.4.2.2", "rfc7643#4.1.1"],
    looks_at: "Lookups by userName or displayName that find nobody, after this scenario gave the name to a person or \
          group and did not take it back or delete them. A userName has no case.",
    why: "Okta creates whom its lookup does not find: the creation ends in a conflict, or there are two of them. \
          Filters often hide the inactive, mind the case, or decode the value wrongly.",
    breaks: &["okta"],
    admin: "Automatic provisioning of user ... to app ... failed: Error while creating user ...: Conflict. \
          Errors reported by remote server: ... (or nothing: there are two accounts)",
    example: "GET /Users?filter=userName eq \"ada@example.com\" answered totalResults 0 while ada@example.com is there",
    fix: "Let the filter find everybody who has the name, inactive people too, whatever its case and letters.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Kind::Lookup { resource, attribute, value } = seen.kind() else {
        return Vec::new();
    };
    let by_name =
        top_attribute(attribute).is_some_and(|attribute| attribute.eq_ignore_ascii_case(resource.name_attribute()));
    if !by_name || !found_nobody(seen.exchange) || !own_credentials(&seen.exchange.request) {
        return Vec::new();
    }
    let named = |name: &str| match resource {
        // Another normal form of the same letters is another text to most servers.
        Resource::User => name.trim().to_lowercase() == value.trim().to_lowercase(),
        Resource::Group => name == value,
    };
    let known = known(seen);
    let missed = known.iter().any(|have| {
        have.resource == *resource && have.name.as_deref().is_some_and(named) && !stored_otherwise(seen, have)
    });
    Sighting::when(missed, || {
        let noun = resource.name().to_lowercase();
        let expected =
            format!("the {noun} whose {} is {value}, whom this scenario created before", resource.name_attribute());
        Sighting::new(Subject::Found, expected, "nobody")
    })
}

/// True when the target last showed another name than it was sent, which another rule tells.
fn stored_otherwise(seen: &Seen<'_>, known: &Known) -> bool {
    let shown = seen.before.iter().rev().find_map(|exchange| {
        let whole = exchange.kind.resource() == Some(known.resource) && !exchange.kind.is_list();
        let answered = exchange.success().and_then(|response| response.value()).filter(|_| whole)?;
        text(answered, known.resource.name_attribute()).filter(|_| id(answered).as_ref() == Some(&known.id))
    });
    shown.is_some_and(|shown| known.name.as_deref().is_none_or(|name| !same_name(name, shown)))
}

/// True when a lookup was answered and nobody was found.
pub(super) fn found_nobody(lookup: &Exchange) -> bool {
    match lookup.response() {
        Some(response) if response.is_success() => {
            response.resources().is_empty() && response.member("totalResults").and_then(Value::as_f64) == Some(0.0)
        }
        Some(response) => response.status == 404,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, ada, ada_as, created, delete, error, fine, list, lookup, post, put, with, wrong},
        *,
    };

    #[test]
    fn nobody_where_somebody_is_fires() {
        wrong(&RULE, &[created(), lookup(ADA).answers(200, list(0, json!([])))]);
        wrong(&RULE, &[created(), lookup(&ADA.to_uppercase()).answers(404, error(404))]);
    }

    #[test]
    fn who_is_found_renamed_deleted_or_unknown_is_fine() {
        let nobody = || lookup(ADA).answers(200, list(0, json!([])));
        fine(&RULE, &[created(), lookup(ADA).answers(200, list(1, json!([ada_as("7")])))]);
        fine(&RULE, &[nobody()]);
        fine(&RULE, &[created(), delete("/Users/7").answers(204, json!(null)), nobody()]);
        let renamed = with(ada(), "userName", json!("scim-check-t1-countess@example.com"));
        fine(&RULE, &[created(), put("/Users/7", renamed).answers(200, ada_as("7")), nobody()]);
        fine(&RULE, &[created(), lookup(ADA).answers(500, error(500))]);
        let altered = with(ada_as("7"), "userName", json!("scim-check-t1-other@example.com"));
        fine(&RULE, &[post("/Users", ada()).answers(201, altered), nobody()]);
    }
}
