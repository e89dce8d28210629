//! `scim-type-wrong`

use serde_json::Value;

use super::support::has_urn;
use crate::{
    judge::{Level, Rule, Seen, Sighting, Subject, describe},
    scim::urn,
};

pub(super) const RULE: Rule = Rule {
    id: "scim-type-wrong",
    level: Level::May,
    title: "scimType of an error is no keyword of the standard, or belongs to another status",
    spec: &["rfc7644#3.12", "rfc7644#3.3", "rfc7644#7.5.2", "rfc7643#7"],
    looks_at: "The `scimType` of error bodies that name the Error schema: the keywords of RFC 7644 and of RFC 9865 with 400, \
          `uniqueness` with 409 too, `sensitive` with 403. It may be missing.",
    why: "Clients choose by the keyword what to do next. Okta does not read it.",
    breaks: &[],
    admin: "",
    example: "{\"schemas\": [\"urn:...:Error\"], \"status\": \"404\", \"scimType\": \"null\"}",
    fix: "Leave scimType out where no keyword fits, and put words for people into detail.",
    judge,
};

/// Keywords of RFC 7644 table 9 and RFC 9865 table 3.
const KEYWORDS: [&str; 13] = [
    "invalidFilter",
    "tooMany",
    "uniqueness",
    "mutability",
    "invalidSyntax",
    "invalidPath",
    "noTarget",
    "invalidValue",
    "invalidVers",
    "sensitive",
    "invalidCursor",
    "expiredCursor",
    "invalidCount",
];

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.error().filter(|response| response.value().is_some_and(|body| has_urn(body, urn::ERROR)))
    else {
        return Vec::new();
    };
    let Some(given) = response.member("scimType").filter(|given| !given.is_null()) else {
        return Vec::new();
    };
    let keyword = given.as_str().and_then(|text| KEYWORDS.iter().find(|keyword| **keyword == text));
    let subject = || Subject::Envelope("scimType".to_owned());
    match keyword {
        None => vec![Sighting::new(subject(), "a keyword of RFC 7644 section 3.12, or nothing", shown(given))],
        Some(keyword) => {
            let statuses: &[u16] = match *keyword {
                "uniqueness" => &[400, 409],
                "sensitive" => &[403],
                _ => &[400],
            };
            Sighting::when(!statuses.contains(&response.status), || {
                let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
                let expected = format!("{keyword} with status {}", statuses.join(" or "));
                Sighting::new(subject(), expected, format!("{keyword} with status {}", response.status))
            })
        }
    }
}

fn shown(given: &Value) -> String {
    match given.as_str() {
        // Sentences may speak of people.
        Some(text) if text.contains(' ') => "a text with blanks (not shown)".to_owned(),
        _ => describe(given),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{error, fine, get, with, wrong},
        *,
    };
    use crate::http::Exchange;

    fn refused(status: u16, given: Value) -> Exchange {
        let mut body = error(status);
        body["scimType"] = given;
        get("/Users/7").answers(status, body)
    }

    #[test]
    fn other_words_and_other_statuses_fire() {
        for odd in [json!("null"), json!("schemaViolated"), json!(""), json!(7), json!("the user is unknown")] {
            wrong(&RULE, &[refused(404, odd)]);
        }
        wrong(&RULE, &[refused(404, json!("uniqueness"))]);
        wrong(&RULE, &[refused(400, json!("InvalidValue"))]);
    }

    #[test]
    fn keywords_in_their_places_and_none_are_fine() {
        for (status, keyword) in [(400, "invalidValue"), (409, "uniqueness"), (400, "uniqueness"), (403, "sensitive")] {
            fine(&RULE, &[refused(status, json!(keyword))]);
        }
        fine(&RULE, &[refused(404, json!(null))]);
        fine(&RULE, &[get("/Users/7").answers(404, with(error(404), "schemas", json!([])))]);
    }
}
