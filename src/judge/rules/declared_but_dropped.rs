//! `declared-but-dropped`

use serde_json::Value;

use super::{
    declarations::of_the_target,
    support::{at, present, same_name, sent_and_answered},
};
use crate::{
    judge::{Level, Rule, Seen, Sighting, Subject, describe, member},
    scim::schema::{DataType, Declared},
};

pub(super) const RULE: Rule = Rule {
    id: "declared-but-dropped",
    level: Level::Should,
    title: "A value is lost though the target's schema has the attribute",
    spec: &["rfc7643#7", "rfc7644#3.3", "rfc7644#3.5.1"],
    looks_at: "The answer to a POST or PUT of ours where /Schemas was read before in the scenario: every attribute that was sent and that the target declares as writable and \
          returned by default. Of lists each sent value must be there; letter case, form and what the server adds do not count.",
    why: "A client that finds an attribute in /Schemas maps it. What it then sends is lost without a word.",
    breaks: &[],
    admin: "",
    example: "/Schemas has nickName (readWrite, default), sent \"nickName\": \"Countess\", answered without nickName",
    fix: "Store the attribute, or take it out of /Schemas.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let (Some((sent, answered)), Some(resource)) = (sent_and_answered(seen), seen.kind().resource()) else {
        return Vec::new();
    };
    let Some(declared) = of_the_target(seen, resource) else {
        return Vec::new();
    };
    let empty = Value::Object(serde_json::Map::new());
    let mut lost = Vec::new();
    missing(sent, answered, &declared.core.attributes, "", &mut lost);
    for extension in &declared.extensions {
        if let Some(parts) = member(sent, &extension.urn) {
            let have = member(answered, &extension.urn).unwrap_or(&empty);
            missing(parts, have, &extension.attributes, &format!("{}:", extension.urn), &mut lost);
        }
    }
    // What other rules and the stories look at is not told again.
    let told =
        ["displayName", "name.givenName", "name.familyName", "userName", "active", "emails", "password", "members"];
    lost.retain(|(path, ..)| !told.contains(&path.as_str()));
    lost.into_iter()
        .map(|(path, wanted, have)| {
            let actual = have.map_or_else(|| "nothing".to_owned(), |have| seen.show(answered, have));
            Sighting::new(Subject::Attribute(path), describe(wanted), actual)
        })
        .collect()
}

type Lost<'v> = (String, &'v Value, Option<&'v Value>);

fn missing<'v>(sent: &'v Value, answered: &'v Value, attributes: &[Declared], before: &str, lost: &mut Vec<Lost<'v>>) {
    for attribute in attributes.iter().filter(|one| one.writable && one.readable && one.by_default) {
        let Some(wanted) = member(sent, &attribute.name).filter(|value| present(Some(value))) else {
            continue;
        };
        let have = member(answered, &attribute.name);
        let path = format!("{before}{}", attribute.name);
        match (wanted, have) {
            (Value::Object(_), Some(have @ Value::Object(_))) if attribute.kind == DataType::Complex => {
                missing(wanted, have, &attribute.sub_attributes, &format!("{path}."), lost);
            }
            (Value::Array(values), Some(Value::Array(entries))) => {
                // The first value that is lost stands for the others.
                let kept = |value: &&Value| entries.iter().any(|entry| same(value, entry));
                lost.extend(values.iter().find(|value| !kept(value)).map(|value| (path, value, have)));
            }
            (_, have) if !present(have) => lost.push((path, wanted, have)),
            _ => {}
        }
    }
}

/// True where an entry is the one that was sent: by its value, or where it has none by having every part of it.
fn same(sent: &Value, have: &Value) -> bool {
    let texts = |one: &Value, other: &Value| match (one.as_str(), other.as_str()) {
        (Some(one), Some(other)) => same_name(one, other),
        _ => one == other,
    };
    match (at(sent, "value"), sent.as_object()) {
        (Some(value), _) => at(have, "value").is_some_and(|have| texts(value, have) || looser(value, have)),
        (None, Some(parts)) => parts.iter().all(|(name, part)| !present(Some(part)) || present(member(have, name))),
        (None, None) => texts(sent, have),
    }
}

/// Telephone numbers and the like may come back in another form: the same digits.
fn looser(one: &Value, other: &Value) -> bool {
    let digits =
        |value: &Value| value.as_str().map(|text| text.chars().filter(char::is_ascii_digit).collect::<String>());
    digits(one).filter(|digits| digits.len() > 5).is_some_and(|own| digits(other).as_ref() == Some(&own))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, fine, get, judge as told, list, post, with, wrong},
        *,
    };
    use crate::{
        http::Exchange,
        scim::schema::{ENTERPRISE_SCHEMA, USER_SCHEMA},
        scim::urn,
    };

    fn schemas() -> Exchange {
        get("/Schemas").answers(200, list(2, json!([USER_SCHEMA.to_json(), ENTERPRISE_SCHEMA.to_json()])))
    }

    fn made(name: &str, sent: Value, have: Value) -> Exchange {
        post("/Users", with(ada(), name, sent)).answers(201, with(ada_as("7"), name, have))
    }

    #[test]
    fn what_is_lost_fires() {
        let phones = json!([{"value": "1", "type": "work"}, {"value": "2"}]);
        for (name, sent, have) in [
            ("nickName", json!("Countess"), json!(null)),
            ("phoneNumbers", phones, json!([{"value": "1"}])),
            ("addresses", json!([{"locality": "London", "type": "work"}]), json!([{"type": "work"}])),
            (urn::ENTERPRISE_USER, json!({"department": "R"}), json!(null)),
            (urn::ENTERPRISE_USER, json!({"manager": {"value": "9"}}), json!({"manager": {"displayName": "x"}})),
        ] {
            wrong(&RULE, &[schemas(), made(name, sent.clone(), have.clone())]);
            fine(&RULE, &[made(name, sent, have)]);
        }
    }

    #[test]
    fn other_forms_and_what_is_not_declared_are_fine() {
        fine(&RULE, &[schemas(), made("nickName", json!("Countess"), json!("COUNTESS"))]);
        let phones = (json!([{"value": "tel:+1-555-0100"}]), json!([{"value": "+15550100", "type": "work"}]));
        fine(&RULE, &[schemas(), made("phoneNumbers", phones.0, phones.1)]);
        fine(&RULE, &[schemas(), made("shoeSize", json!(43), json!(null))]);
        assert_eq!(told(&RULE, &[schemas(), made("groups", json!([{"value": "g"}]), json!(null))]), []);
    }
}
