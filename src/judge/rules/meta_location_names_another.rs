//! `meta-location-names-another`

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::support::{at, first_wrong, id};
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "meta-location-names-another",
    level: Level::Should,
    title: "meta.location names another resource",
    spec: &["rfc7643#3.1", "rfc7644#3.3"],
    looks_at: "The last part of `meta.location` of every resource in a successful answer, held against its id.",
    why: "RFC 7643 makes it the address of this resource. Okta does not follow it, but sends it back with \
          every PUT; other clients follow it.",
    breaks: &[],
    admin: "",
    example: "{\"id\": \"7\", \"meta\": {\"location\": \"https://scim.example.com/v2/Users/9\"}}",
    fix: "Build meta.location from the id.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    first_wrong(&seen.resources(), |resource| {
        let id = id(resource)?.to_ascii_lowercase();
        let location = at(resource, "meta.location")?.as_str().filter(|location| !location.contains(['?', '#']))?;
        let path = percent_decode_str(location.trim_end_matches('/')).decode_utf8_lossy().to_ascii_lowercase();
        let same = path == id || path.strip_suffix(&id).is_some_and(|rest| rest.ends_with('/'));
        (!path.is_empty() && !same).then(|| {
            let actual = seen.show(resource, &Value::from(location));
            let expected = "an address that ends in the id of the resource";
            Sighting::new(Subject::Attribute("meta.location".to_owned()), expected, actual)
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, list, with, wrong},
        *,
    };

    #[test]
    fn another_id_fires() {
        let answer = with(ada_as("7"), "meta", json!({"location": "https://x/Users/17"}));
        wrong(&RULE, &[get("/Users/7").answers(200, answer)]);
    }

    #[test]
    fn relative_and_escaped_addresses_are_fine() {
        for (id, location) in
            [("7", "Users/7"), ("a b", "https://x/Users/a%20b"), ("a/b", "/Users/a%2Fb"), ("7", "/Users/7/")]
        {
            let answer = with(ada_as(id), "meta", json!({"location": location}));
            fine(&RULE, &[get("/Users?startIndex=1&count=2").answers(200, list(1, json!([answer])))]);
        }
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "meta", json!(null)))]);
    }
}
