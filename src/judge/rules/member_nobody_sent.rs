//! `member-nobody-sent`

use super::{
    history::{is_known, mentions, values},
    support::projected,
    versions::shown,
};
use crate::{
    http::{Kind, Resource},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "member-nobody-sent",
    level: Level::Should,
    title: "A new group has members that nobody put into it",
    spec: &["rfc7643#4.2", "rfc7644#3.3", "okta-scim20#groups"],
    looks_at: "The members of a group that this scenario created, in the answer to its creation and in reads by id: values that no request \
          of the scenario holds and no resource has as id.",
    why: "Whoever is in a group has what the group grants. A wrong id, that of another member or of a row in a table, gives it to \
          somebody else; Okta sees a member that it does not know.",
    breaks: &[],
    admin: "",
    example: "POST /Groups {\"members\": [{\"value\": \"7\"}]} answered {\"members\": [{\"value\": \"4711\"}]}",
    fix: "Show under value the ids of the members as /Users gives them.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let known = match seen.kind() {
        Kind::Create(Resource::Group) => true,
        Kind::Read(Resource::Group, _) => is_known(seen),
        _ => false,
    };
    let Some(group) = seen.resource().filter(|_| known && !projected(&seen.exchange.request)) else {
        return Vec::new();
    };
    let all: Vec<_> = seen.before.iter().chain(std::iter::once(seen.exchange)).collect();
    let sent = |value: &str| {
        all.iter().any(|exchange| {
            // Who has an id is a person or group of the target's, which the story judges.
            let has = |(id, _): &(String, _)| id == value;
            // A member is also named by a path: members[value eq "7"].
            shown(exchange).iter().any(has)
                || mentions(exchange, value)
                || exchange
                    .request
                    .body
                    .as_ref()
                    .is_some_and(|body| String::from_utf8_lossy(&body.bytes()).contains(value))
        })
    };
    let strange = values(group).into_iter().filter(|value| !value.is_empty() && !sent(value)).count();
    Sighting::when(strange > 0, || {
        let actual = format!("{strange} members whom no request has named");
        Sighting::new(Subject::Attribute("members".to_owned()), "members by the ids that were sent", actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{
        super::testing::{created, crew, fine, get, patch, post, with, wrong},
        *,
    };
    use crate::http::Exchange;

    fn made(sent: Value, shown: Value) -> Exchange {
        post("/Groups", crew(sent)).answers(201, with(crew(shown), "id", json!("g")))
    }

    fn read(shown: Value) -> Exchange {
        get("/Groups/g").answers(200, with(crew(shown), "id", json!("g")))
    }

    #[test]
    fn ids_out_of_nowhere_fire() {
        wrong(&RULE, &[created(), made(json!([{"value": "7"}]), json!([{"value": "4711"}]))]);
        wrong(&RULE, &[made(json!([]), json!([])), read(json!([{"value": "9"}]))]);
    }

    #[test]
    fn ids_that_were_sent_and_groups_of_others_are_fine() {
        fine(&RULE, &[created(), made(json!([{"value": "7"}]), json!([{"value": "7"}]))]);
        let add = json!([{"op": "add", "path": "members", "value": [{"value": "7"}]}]);
        let added = patch("/Groups/g", add).answers(204, json!(null));
        fine(&RULE, &[made(json!([]), json!([])), added, read(json!([{"value": "7"}]))]);
        fine(&RULE, &[read(json!([{"value": "9"}]))]);
    }
}
