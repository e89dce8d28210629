//! `password-returned`

use super::support::{first_wrong, present};
use crate::{
    http::Resource,
    judge::{Level, Rule, Seen, Sighting, Subject, member, type_name},
};

pub(super) const RULE: Rule = Rule {
    id: "password-returned",
    level: Level::Must,
    title: "A person is shown with a password",
    spec: &["rfc7643#4.1.1", "rfc7643#7", "okta-scim20#update"],
    looks_at: "The `password` of every person in a successful answer.",
    why: "RFC 7643 forbids it. Whoever can read the directory can read it; and Okta sends back what it reads, \
          so that even asterisks become the new password.",
    breaks: &["okta"],
    admin: "Nothing: the next profile push sends the password back, and it is set.",
    example: "{\"id\": \"7\", \"userName\": \"ada@example.com\", \"password\": \"...\"}",
    fix: "Never return password, masked or not.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if seen.kind().resource() != Some(Resource::User) {
        return Vec::new();
    }
    first_wrong(&seen.resources(), |resource| {
        let password = member(resource, "password").filter(|password| present(Some(password)))?;
        // Its value is nobody's business, whoever the person is.
        let actual = format!("a {} (not shown)", type_name(password));
        Some(Sighting::new(Subject::Attribute("password".to_owned()), "no password", actual))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, created, eve, fine, get, list, post, with, wrong},
        *,
    };

    #[test]
    fn an_echoed_password_fires() {
        wrong(&RULE, &[post("/Users", ada()).answers(201, with(ada(), "id", json!("7")))]);
        wrong(
            &RULE,
            &[get("/Users?startIndex=1&count=2").answers(200, list(1, json!([with(eve(), "Password", json!("*"))])))],
        );
    }

    #[test]
    fn none_and_an_empty_one_are_fine() {
        fine(&RULE, &[created()]);
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "password", json!("")))]);
    }
}
