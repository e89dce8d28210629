//! `read-only-written`

use serde_json::Value;

use super::{
    declarations::of_the_target,
    history::values,
    support::{sent_and_answered, text},
};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject, member},
};

pub(super) const RULE: Rule = Rule {
    id: "read-only-written",
    level: Level::Should,
    title: "An attribute is taken from the client though the target's schema says that it is read-only",
    spec: &["rfc7643#7", "rfc7643#2.2", "rfc7644#3.3"],
    looks_at: "The answer to a POST of ours where /Schemas was read before in the scenario: texts and members that were sent and came back, \
          and that the target declares as readOnly.",
    why: "Clients that build their mappings from /Schemas offer no such attribute for writing, and those that write it all the same \
          change what nobody should.",
    breaks: &[],
    admin: "",
    example: "/Schemas has title (readOnly), sent \"title\": \"Countess\", answered \"title\": \"Countess\"",
    fix: "Say readWrite of what clients may write, or take it from nobody.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let (Some((sent, answered)), Kind::Create(resource)) = (sent_and_answered(seen), seen.kind()) else {
        return Vec::new();
    };
    let Some(declared) = of_the_target(seen, *resource) else {
        return Vec::new();
    };
    // Its keys a server may take once from the client; others it may come to by itself: a full name, a default.
    let exempt = [
        "id",
        "meta",
        "schemas",
        "groups",
        "userName",
        "externalId",
        "displayName",
        "locale",
        "preferredLanguage",
        "timezone",
    ];
    let read_only = declared.core.attributes.iter().filter(|one| !one.writable && one.readable);
    let mut sightings = Vec::new();
    for attribute in read_only.filter(|one| !exempt.iter().any(|name| name.eq_ignore_ascii_case(&one.name))) {
        let name = attribute.name.as_str();
        let same = match member(sent, name) {
            Some(Value::String(wanted)) => text(answered, name) == Some(wanted),
            Some(Value::Array(wanted)) if !wanted.is_empty() && name.eq_ignore_ascii_case("members") => {
                let (mut wanted, mut have) = (values(sent), values(answered));
                wanted.sort();
                have.sort();
                wanted == have
            }
            _ => false,
        };
        if same {
            let subject = Subject::Attribute(name.to_owned());
            sightings.push(Sighting::new(subject, "a value of the server's own, or none", "the value that was sent"));
        }
    }
    sightings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, fine, get, list, post, with, wrong},
        *,
    };
    use crate::{http::Exchange, scim::urn};

    fn schemas(mutability: &str) -> Exchange {
        let attributes = json!([{"name": "title", "type": "string", "mutability": mutability}]);
        let schema = json!({"id": urn::USER, "attributes": attributes});
        get("/Schemas").answers(200, list(1, json!([schema])))
    }

    fn made(title: Value) -> Exchange {
        post("/Users", with(ada(), "title", json!("Countess"))).answers(201, with(ada_as("7"), "title", title))
    }

    #[test]
    fn a_read_only_value_that_is_taken_fires() {
        wrong(&RULE, &[schemas("readOnly"), made(json!("Countess"))]);
        fine(&RULE, &[schemas("readOnly"), made(json!(null))]);
        fine(&RULE, &[schemas("readOnly"), made(json!("Member"))]);
        fine(&RULE, &[schemas("readWrite"), made(json!("Countess"))]);
        fine(&RULE, &[made(json!("Countess"))]);
    }
}
