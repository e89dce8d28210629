//! `www-authenticate-missing`

use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "www-authenticate-missing",
    level: Level::May,
    title: "A 401 does not say how to authenticate",
    spec: &["rfc9110#11.6.1", "rfc7644#2"],
    looks_at: "The WWW-Authenticate header of answers with status 401.",
    why: "HTTP demands it. No identity provider reads it.",
    breaks: &[],
    admin: "",
    example: "HTTP/1.1 401 Unauthorized without WWW-Authenticate",
    fix: "Send WWW-Authenticate: Bearer with every 401.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|response| response.status == 401) else {
        return Vec::new();
    };
    Sighting::when(response.header("www-authenticate").is_none_or(|value| value.trim().is_empty()), || {
        let subject = Subject::Header("www-authenticate".to_owned());
        Sighting::new(subject, "a scheme such as Bearer", "no WWW-Authenticate")
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{error, fine, get, wrong},
        *,
    };

    #[test]
    fn absence_fires() {
        wrong(&RULE, &[get("/Users/7").answers(401, error(401))]);
    }

    #[test]
    fn a_challenge_is_fine() {
        fine(&RULE, &[get("/Users/7").answers_with(401, &[("WWW-Authenticate", "Bearer")], error(401))]);
        fine(&RULE, &[get("/Users/7").answers(403, error(403))]);
    }
}
