//! `extension-flattened`

use serde_json::Value;

use super::support::{present, sent_and_answered};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, member};

pub(super) const RULE: Rule = Rule {
    id: "extension-flattened",
    level: Level::Should,
    title: "Attributes of an extension come back outside of it",
    spec: &["rfc7643#3.3"],
    looks_at: "The answer to a POST or PUT of ours with an object under a URN: where that object is missing, its attributes at the \
          top of the resource.",
    why: "RFC 7643 keeps them in an object under the URN. Okta and others look for department there and find none.",
    breaks: &[],
    admin: "",
    example: "sent {\"urn:...:enterprise:2.0:User\": {\"department\": \"R\"}}, answered {\"department\": \"R\"}",
    fix: "Return the attributes of an extension in an object whose name is its URN.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some((sent, answered)) = sent_and_answered(seen) else {
        return Vec::new();
    };
    let extension = |(name, value): &(&String, &Value)| {
        let urn = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
        // Core attributes belong at the top, wherever they were sent.
        let core = name.to_ascii_lowercase().starts_with("urn:ietf:params:scim:schemas:core:");
        urn && !core && value.is_object() && !present(member(answered, name))
    };
    let missing = sent.as_object().into_iter().flatten().filter(extension);
    let flat = missing.flat_map(|(urn, parts)| {
        let outside = parts.as_object().into_iter().flatten().filter(|(name, value)| {
            present(Some(value)) && member(sent, name).is_none() && member(answered, name) == Some(value)
        });
        outside.map(move |(name, _)| (urn, name))
    });
    let sighting = |(urn, name): (&String, &String)| {
        let subject = Subject::Attribute(format!("{urn}:{name}"));
        Sighting::new(subject, format!("{name} in an object under {urn}"), format!("{name} at the top of the resource"))
    };
    flat.map(sighting).take(1).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, fine, post, with, wrong},
        *,
    };
    use crate::scim::urn;

    #[test]
    fn attributes_that_left_their_object_fire() {
        let sent = || with(ada(), urn::ENTERPRISE_USER, json!({"department": "R"}));
        wrong(&RULE, &[post("/Users", sent()).answers(201, with(ada_as("7"), "department", json!("R")))]);
        let whole = with(ada_as("7"), urn::ENTERPRISE_USER, json!({"department": "R"}));
        fine(&RULE, &[post("/Users", sent()).answers(201, whole)]);
        fine(&RULE, &[post("/Users", sent()).answers(201, ada_as("7"))]);
    }
}
