//! `id-shared`

use super::{history::known, support::id};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "id-shared",
    level: Level::May,
    title: "A new resource gets an id that another one has or had",
    spec: &["rfc7643#3.1"],
    looks_at: "The id in the answer to a create, held against those of everything that this scenario created before, of the \
          other type and deleted since too.",
    why: "RFC 7643 makes an id unique over all resources of the target, and forbids to give it away again. Okta keeps people and \
          groups apart by the endpoint; a client that does not, takes a group for a person.",
    breaks: &[],
    admin: "",
    example: "POST /Users answered with id 7, then POST /Groups answered with id 7",
    fix: "Draw ids of all types from one source, such as UUIDs, or put the type into them.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let (Kind::Create(kind), Some(own)) = (seen.kind(), seen.resource().and_then(id)) else {
        return Vec::new();
    };
    let other = known(seen).into_iter().find(|have| have.id == own && have.resource != *kind);
    let gone = seen.before.iter().any(|exchange| {
        matches!(&exchange.kind, Kind::Delete(resource, id) if resource == kind && *id == own)
            && exchange.success().is_some()
    });
    // Somebody who is put back under the same name was not deleted for good.
    let back = seen.before.iter().any(|exchange| {
        let same = |one: Option<&serde_json::Value>| one.and_then(|one| one.get(kind.name_attribute()).cloned());
        let (then, now) = (same(exchange.request.body_json()), same(seen.exchange.request.body_json()));
        matches!(&exchange.kind, Kind::Create(resource) if resource == kind) && then.is_some() && then == now
    });
    let actual = match other {
        Some(other) => format!("{own}, which is the id of a {}", other.resource.name()),
        None if gone && !back => format!("{own}, which was the id of one that was deleted"),
        None => return Vec::new(),
    };
    vec![Sighting::new(Subject::Attribute("id".to_owned()), "an id of its own", actual)]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, created, crew, delete, fine, post, with, wrong},
        *,
    };

    #[test]
    fn an_id_of_the_other_type_or_of_a_leaver_fires() {
        let group = with(crew(json!([])), "id", json!("7"));
        wrong(&RULE, &[created(), post("/Groups", crew(json!([]))).answers(201, group)]);
        let bob = with(ada(), "userName", json!("scim-check-t1-bob@example.com"));
        let gone = delete("/Users/7").answers(204, json!(null));
        wrong(&RULE, &[created(), gone, post("/Users", bob).answers(201, ada_as("7"))]);
    }

    #[test]
    fn new_ids_and_somebody_who_is_back_are_fine() {
        let group = with(crew(json!([])), "id", json!("8"));
        fine(&RULE, &[created(), post("/Groups", crew(json!([]))).answers(201, group)]);
        fine(&RULE, &[created(), delete("/Users/7").answers(204, json!(null)), created()]);
    }
}
