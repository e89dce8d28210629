//! `ref-names-another`

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::support::{first_wrong, text};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, member};

pub(super) const RULE: Rule = Rule {
    id: "ref-names-another",
    level: Level::May,
    title: "A $ref leads to another resource than the value beside it names",
    spec: &["rfc7643#2.4", "rfc7643#4.2", "rfc7643#2.3.7"],
    looks_at: "The last part of `$ref` in a group's `members`, a person's `groups` and the manager of every resource in a \
          successful answer, held against the `value` beside it.",
    why: "Both name one resource. A client that follows the reference takes somebody else for the member.",
    breaks: &[],
    admin: "",
    example: "{\"members\": [{\"value\": \"7\", \"$ref\": \"https://x/Users/9\"}]}",
    fix: "Build $ref from value.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    first_wrong(&seen.resources(), |resource| {
        let lists =
            ["members", "groups"].into_iter().filter_map(|name| Some((name, member(resource, name)?.as_array()?)));
        let entries = lists.flat_map(|(name, list)| list.iter().map(move |entry| (name, entry)));
        let manager = member(resource, crate::scim::urn::ENTERPRISE_USER).and_then(|part| member(part, "manager"));
        let mut all = entries.chain(manager.map(|manager| ("manager", manager)));
        let (name, reference) = all.find_map(|(name, entry)| {
            let (value, reference) = (text(entry, "value")?, member(entry, "$ref")?.as_str()?);
            let path = reference.split(['?', '#']).next().unwrap_or("").trim_end_matches('/');
            let last = percent_decode_str(path.rsplit('/').next()?).decode_utf8_lossy().into_owned();
            (!path.is_empty() && !path.starts_with("urn:") && !last.eq_ignore_ascii_case(value))
                .then_some((name, reference))
        })?;
        let subject = Subject::Attribute(format!("{name}.$ref"));
        Some(Sighting::new(subject, "an address that ends in the value", seen.show(resource, &Value::from(reference))))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{crew, fine, get, with, wrong},
        *,
    };

    fn group(reference: &str) -> crate::http::Exchange {
        let members = json!([{"value": "7", "$ref": reference}, {"value": "8"}]);
        get("/Groups/g").answers(200, with(crew(members), "id", json!("g")))
    }

    #[test]
    fn another_id_fires_and_the_same_does_not() {
        wrong(&RULE, &[group("https://x/Users/9")]);
        for same in ["https://x/Users/7", "../Users/7", "/Users/%37/", ""] {
            fine(&RULE, &[group(same)]);
        }
    }
}
