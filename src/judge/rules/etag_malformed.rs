//! `etag-malformed`

use crate::judge::{Level, Rule, Seen, Sighting, Subject, describe};

pub(super) const RULE: Rule = Rule {
    id: "etag-malformed",
    level: Level::May,
    title: "The ETag header is no entity tag",
    spec: &["rfc9110#8.8.3", "rfc7644#3.14"],
    looks_at: "The ETag header of every answer: a text in quotes, with W/ in front or not.",
    why: "HTTP clients and proxies pass over what has another form, and conditions with it never hold. Okta sends no conditions.",
    breaks: &[],
    admin: "",
    example: "ETag: 3",
    fix: "Put the tag in quotes: ETag: W/\"3\".",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(tag) = seen.response().and_then(|response| response.header("etag")) else {
        return Vec::new();
    };
    let inner = tag.trim().strip_prefix("W/").unwrap_or(tag.trim());
    let quoted = inner.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let sound = quoted
        .is_some_and(|inner| inner.chars().all(|letter| letter != '"' && !letter.is_ascii_control() && letter != ' '));
    Sighting::when(!sound, || {
        Sighting::new(Subject::Header("etag".to_owned()), "W/\"...\" or \"...\"", describe(&tag.into()))
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{ada_as, fine, get, wrong},
        *,
    };

    #[test]
    fn bare_and_half_quoted_tags_fire() {
        for tag in ["3", "w/\"3\"", "\"3", "W/ \"3\"", "\"\"3\"\"", "W/3", ""] {
            wrong(&RULE, &[get("/Users/7").answers_with(200, &[("ETag", tag)], ada_as("7"))]);
        }
    }

    #[test]
    fn quoted_tags_and_none_are_fine() {
        for tag in ["\"3\"", "W/\"a250\"", "\"\"", "W/\"ß\""] {
            fine(&RULE, &[get("/Users/7").answers_with(200, &[("ETag", tag)], ada_as("7"))]);
        }
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
    }
}
