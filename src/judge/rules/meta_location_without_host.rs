//! `meta-location-without-host`

use serde_json::Value;

use super::support::{at, first_wrong};
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "meta-location-without-host",
    level: Level::May,
    title: "meta.location is a path without a host",
    spec: &["rfc7643#3.1", "rfc7643#2.3.7"],
    looks_at: "Whether `meta.location` of a resource in a successful answer begins with `/`.",
    why: "A reference is either absolute or relative to the base URL (`Users/7`). A path from the root is neither, \
          and breaks when a proxy moves the service. Okta does not follow it.",
    breaks: &[],
    admin: "",
    example: "{\"id\": \"7\", \"meta\": {\"location\": \"/scim/v2/Users/7\"}}",
    fix: "Configure the public base URL, and put it before the path.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    first_wrong(&seen.resources(), |resource| {
        let location = at(resource, "meta.location")?.as_str()?;
        // `//host/path` has a host.
        let wrong = location.starts_with('/') && !location.starts_with("//");
        wrong.then(|| {
            let actual = seen.show(resource, &Value::from(location));
            Sighting::new(Subject::Attribute("meta.location".to_owned()), "an absolute address", actual)
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, with, wrong},
        *,
    };

    #[test]
    fn a_path_from_the_root_fires() {
        let answer = with(ada_as("7"), "meta", json!({"location": "/scim/v2/Users/7"}));
        wrong(&RULE, &[get("/Users/7").answers(200, answer)]);
    }

    #[test]
    fn absolute_addresses_and_those_relative_to_the_base_are_fine() {
        for location in ["https://x/Users/7", "Users/7", "//x/Users/7"] {
            fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "meta", json!({"location": location})))]);
        }
    }
}
