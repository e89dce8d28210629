//! `value-type-wrong`

use super::declarations::{sightings, standard};
use crate::{
    judge::{Level, Rule, Seen, Sighting},
    scim::schema::{Deviation, DeviationKind},
};

pub(super) const RULE: Rule = Rule {
    id: "value-type-wrong",
    level: Level::Should,
    title: "An attribute has another JSON type than its schema says",
    spec: &["rfc7643#2.3", "rfc7643#4.1", "rfc7643#4.2", "rfc7643#4.3", "rfc7643#3.1"],
    looks_at: "The attributes of RFC 7643 in every resource of a successful answer, with their parts and those of the \
          enterprise extension, `externalId` and `meta`. `null` is no value. `id`, `active`, `schemas` and what \
          should be an array have rules of their own.",
    why: "Clients read a text where the schema says text and an object where it says object; what is something \
          else is lost or ends the import.",
    breaks: &[],
    admin: "",
    example: "{\"name\": \"Ada Lovelace\", \"emails\": [{\"value\": \"a@x\", \"primary\": \"true\"}]}",
    fix: "Write the attribute in the type of RFC 7643 section 8.7.1.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(resource) = seen.kind().resource() else {
        return Vec::new();
    };
    let told_elsewhere = |deviation: &Deviation<'_>| {
        let ids = ["members.value", "groups.value"].contains(&deviation.path.as_str());
        let number = deviation.value.is_some_and(serde_json::Value::is_number);
        ["active", "password"].contains(&deviation.path.as_str()) || (ids && number)
    };
    sightings(seen, standard(resource), |deviation| {
        matches!(deviation.fault, DeviationKind::Type(_) | DeviationKind::List) && !told_elsewhere(deviation)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{
        super::testing::{ADA, ada_as, eve, fine, get, judge as told, list, with, wrong},
        *,
    };
    use crate::scim::urn;

    #[test]
    fn other_types_fire_each_at_its_path() {
        let odd = [
            ("name", json!("Ada"), "name"),
            ("displayName", json!(["Ada"]), "displayName"),
            ("emails", json!([{"value": ADA, "primary": "true"}]), "emails.primary"),
            ("externalId", json!(7), "externalId"),
            ("meta", json!({"version": 3}), "meta.version"),
            (
                urn::ENTERPRISE_USER,
                json!({"manager": "7"}),
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
            ),
        ];
        for (name, value, path) in odd {
            let answer = with(ada_as("7"), name, value);
            assert_eq!(wrong(&RULE, &[get("/Users/7").answers(200, answer)]).subject.word(), path);
        }
    }

    #[test]
    fn of_many_the_first_is_told() {
        let one = || with(eve(), "title", json!(1));
        let seen = told(&RULE, &[get("/Users?startIndex=1&count=2").answers(200, list(2, json!([one(), one()])))]);
        assert!(seen.len() == 1 && seen[0].actual.ends_with("1 more likewise"), "{seen:?}");
    }

    #[test]
    fn right_types_null_and_strange_attributes_are_fine() {
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
        let mut answer = with(ada_as("7"), "title", json!(""));
        answer["nickName"] = Value::Null;
        answer["shoeSize"] = json!(43);
        fine(&RULE, &[get("/Users/7").answers(200, answer)]);
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "active", json!("true")))]);
    }
}
