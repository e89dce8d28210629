//! `error-as-success`

use super::support::has_urn;
use crate::{
    judge::{Level, Rule, Seen, Sighting, Subject},
    scim::urn,
};

pub(super) const RULE: Rule = Rule {
    id: "error-as-success",
    level: Level::Must,
    title: "An error is answered with the status of a success",
    spec: &["rfc7644#3.12", "rfc9110#15", "okta-scim20#errors"],
    looks_at: "Answers with a status of 2xx whose body names the Error schema.",
    why: "Okta goes by the HTTP status: it takes the task for done, and nobody hears of the error.",
    breaks: &["okta"],
    admin: "Nothing, or that an id is missing: the task counts as done.",
    example: "HTTP/1.1 200 OK {\"schemas\": [\"urn:...:api:messages:2.0:Error\"], \"status\": \"404\"}",
    fix: "Send the status of the error body as HTTP status.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.success() else {
        return Vec::new();
    };
    let error = response.value().is_some_and(|body| has_urn(body, urn::ERROR));
    Sighting::when(error, || {
        let actual = format!("status {} with an error body", response.status);
        Sighting::new(Subject::Status, "a status of 400 or above with an error body", actual)
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{ada, ada_as, error, fine, get, post, wrong},
        *,
    };

    #[test]
    fn an_error_in_the_clothes_of_a_success_fires() {
        wrong(&RULE, &[post("/Users", ada()).answers(200, error(409))]);
        fine(&RULE, &[get("/Users/7").answers(404, error(404))]);
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
    }
}
