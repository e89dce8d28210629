//! `secret-shown`

use serde_json::Value;

use super::support::{operations_values, present};
use crate::{
    http::Exchange,
    judge::{Level, Rule, Seen, Sighting, Subject, member},
};

pub(super) const RULE: Rule = Rule {
    id: "secret-shown",
    level: Level::Must,
    title: "An answer gives away a password or its hash",
    spec: &["rfc7643#7", "rfc7643#9.2", "rfc7644#7.5.2"],
    looks_at: "Every JSON body: the passwords that this scenario has sent, texts in the forms of password hashes, and members \
          called password hash or salt. The `password` of a person has a rule of its own.",
    why: "Whoever can read the directory, a log or an error message can try the hash at leisure, or use the password.",
    breaks: &["okta"],
    admin: "Nothing: it is in the app's answers.",
    example: "{\"detail\": \"invalid value q7Zt2mKp for password\"}",
    fix: "Keep what belongs to a password out of the resource, and values out of error messages.",
    judge,
};

/// How texts of known ways to hash begin.
const HASHES: [&str; 13] = [
    "$2a$",
    "$2b$",
    "$2y$",
    "$argon2",
    "$scrypt$",
    "$pbkdf2",
    "pbkdf2_sha",
    "$6$",
    "$5$",
    "$1$",
    "{SSHA",
    "{SHA",
    "{bcrypt}",
];

/// Names of members that only speak of passwords; without separators, in lower case.
const NAMES: [&str; 7] = [
    "passwordhash",
    "hashedpassword",
    "passwordsalt",
    "passwordencrypted",
    "encryptedpassword",
    "passwdhash",
    "pwhash",
];

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(body) = seen.response().and_then(|response| response.value()) else {
        return Vec::new();
    };
    let all = seen.before.iter().chain(std::iter::once(seen.exchange));
    let sent: Vec<&str> = all.flat_map(passwords).filter(|password| password.len() >= 8).collect();
    let found = find(body, "", &sent);
    found
        .into_iter()
        .map(|(path, what)| Sighting::new(Subject::Envelope(path), "nothing of the kind", what))
        .take(1)
        .collect()
}

/// The passwords that a request sets.
fn passwords(exchange: &Exchange) -> Vec<&str> {
    let Some(body) = exchange.request.body_json() else {
        return Vec::new();
    };
    let own = member(body, "password").and_then(Value::as_str);
    own.into_iter().chain(operations_values(body, "password").into_iter().filter_map(Value::as_str)).collect()
}

fn find(value: &Value, path: &str, sent: &[&str]) -> Option<(String, &'static str)> {
    match value {
        Value::String(text) if sent.iter().any(|password| text.contains(password)) => {
            Some((path.to_owned(), "the password that was sent (not shown)"))
        }
        Value::String(text) if HASHES.iter().any(|start| text.starts_with(start)) && text.len() > 20 => {
            Some((path.to_owned(), "a text in the form of a password hash (not shown)"))
        }
        Value::Array(items) => items.iter().find_map(|item| find(item, path, sent)),
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let plain: String =
                name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if NAMES.contains(&plain.as_str()) && present(Some(value)) {
                return Some((path, "a value (not shown)"));
            }
            // The password of a person is told by password-returned.
            if plain == "password" { None } else { find(value, &path, sent) }
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, ada_as, created, error, fine, get, patch, post, with, wrong},
        *,
    };

    #[test]
    fn passwords_in_errors_and_hashes_anywhere_fire() {
        let echo = with(error(400), "detail", json!("q7Zt2mKp is no good password"));
        wrong(&RULE, &[post("/Users", ada()).answers(400, echo.clone())]);
        let set = json!([{"op": "replace", "path": "password", "value": "q7Zt2mKp"}]);
        wrong(&RULE, &[patch("/Users/7", set).answers(400, echo)]);
        for (name, value) in
            [("urn:x", json!({"hash": "$2b$12$abcdefghijklmnopqrstuv"})), ("password_hash", json!("x"))]
        {
            wrong(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), name, value))]);
        }
    }

    #[test]
    fn what_belongs_to_no_password_is_fine() {
        fine(&RULE, &[created(), get("/Users/7").answers(200, ada_as("7"))]);
        fine(
            &RULE,
            &[get("/Users/7").answers(200, with(ada_as("7"), "password", json!("$2b$12$abcdefghijklmnopqrstuv")))],
        );
        fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "nickName", json!("$6$")))]);
        let schema = json!({"id": "urn:x", "attributes": [{"name": "passwordHash"}]});
        fine(&RULE, &[get("/Schemas/urn:x").answers(200, schema)]);
    }
}
