//! `conflict-after-empty-lookup`

use super::support::{own_credentials, same_name, text, top_attribute};
use super::{
    history::{mentions, unique_texts},
    lookup_misses_known::found_nobody,
};
use crate::{
    http::{Exchange, Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "conflict-after-empty-lookup",
    level: Level::Must,
    title: "A person exists whom the lookup did not find",
    spec: &["okta-scim20#lookup", "okta-scim20#deactivate", "okta-wire#reassign"],
    looks_at: "A 409 to POST /Users after the last lookup of that userName found nobody and nothing in between \
          created them.",
    why: "Okta creates whom its lookup does not find. If the filter hides somebody, as it often hides the \
          inactive, that person can never be assigned again.",
    breaks: &["okta"],
    admin: "Automatic provisioning of user ... to app ... failed: Error while creating user ...: Conflict. \
          Errors reported by remote server: ...",
    example: "GET /Users?filter=userName eq \"ada@example.com\" answered totalResults 0, then POST answered 409",
    fix: "Let the userName filter find everybody whose name is taken, inactive people too.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let (Kind::Create(Resource::User), Some(409)) = (seen.kind(), seen.response().map(|response| response.status))
    else {
        return Vec::new();
    };
    let Some(body) = seen.exchange.request.body_json() else {
        return Vec::new();
    };
    let Some(name) = text(body, "userName") else {
        return Vec::new();
    };
    let asks = |exchange: &Exchange| match &exchange.kind {
        Kind::Lookup { resource: Resource::User, attribute, value } => {
            same_name(name, value)
                && top_attribute(attribute).is_some_and(|attribute| attribute.eq_ignore_ascii_case("userName"))
        }
        _ => false,
    };
    let Some(at) = seen.before.iter().rposition(asks) else {
        return Vec::new();
    };
    let own = own_credentials(&seen.exchange.request) && own_credentials(&seen.before[at].request);
    // A group's members carry userNames too.
    let writes_user = |exchange: &Exchange| exchange.kind.writes() && exchange.kind.resource() == Some(Resource::User);
    // Who was named since may have come into being since, unless the target said no.
    let named_since = seen.before[at + 1..].iter().any(|exchange| {
        let refused = exchange.response().is_some_and(|response| (400..500).contains(&response.status));
        writes_user(exchange) && !refused && mentions(exchange, name)
    });
    // The conflict may be about another text that has to be unique.
    let names_another = |exchange: &Exchange| {
        let theirs = exchange.request.body_json().and_then(|body| text(body, "userName"));
        writes_user(exchange) && theirs.is_none_or(|theirs| !same_name(name, theirs))
    };
    let other_text = unique_texts(body)
        .into_iter()
        .any(|wanted| seen.before.iter().any(|exchange| names_another(exchange) && mentions(exchange, wanted)));
    Sighting::when(own && found_nobody(&seen.before[at]) && !named_since && !other_text, || {
        let actual = "the lookup found nobody, then the create was answered 409";
        Sighting::new(Subject::Found, "the person whose name is taken", actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{
            ADA, ada, ada_as, created, crew, error, fine, list, lookup, patch, post, set_active, with, wrong,
        },
        *,
    };

    fn nobody() -> Exchange {
        lookup(ADA).answers(200, list(0, json!([])))
    }

    fn conflict() -> Exchange {
        post("/Users", ada()).answers(409, error(409))
    }

    #[test]
    fn a_hidden_person_fires() {
        let gone = patch("/Users/7", set_active(false)).answers(204, json!(null));
        let members = json!([{"value": "7", "display": ADA}]);
        let push = post("/Groups", crew(members.clone())).answers(201, with(crew(members), "id", json!("g")));
        wrong(&RULE, &[created(), push, gone, nobody(), conflict()]);
    }

    #[test]
    fn a_person_who_was_found_or_created_since_is_fine() {
        fine(&RULE, &[lookup(ADA).answers(200, list(1, json!([ada_as("7")]))), conflict()]);
        fine(&RULE, &[nobody(), created(), conflict()]);
        fine(&RULE, &[nobody(), post("/Users", ada()).answers(500, error(500)), conflict()]);
        fine(&RULE, &[conflict()]);
        // Another person has the same address.
        let twin = with(ada(), "userName", json!("scim-check-t1-twin@example.com"));
        fine(&RULE, &[post("/Users", twin).answers(201, ada_as("8")), nobody(), conflict()]);
    }
}
