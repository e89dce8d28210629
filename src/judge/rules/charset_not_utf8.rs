//! `charset-not-utf8`

use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "charset-not-utf8",
    level: Level::Should,
    title: "An answer says that it is written in another encoding than UTF-8",
    spec: &["rfc7644#3.8", "rfc7644#3.1"],
    looks_at: "The `charset` in the Content-Type of answers with a JSON body.",
    why: "SCIM is UTF-8. A client that believes the header reads every letter beyond ASCII wrongly, and Okta brings the broken \
          names home with the next import.",
    breaks: &[],
    admin: "",
    example: "Content-Type: application/scim+json; charset=iso-8859-1",
    fix: "Write UTF-8, and leave charset out or say utf-8.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|response| response.value().is_some()) else {
        return Vec::new();
    };
    let Some(charset) = response.header("content-type").and_then(charset) else {
        return Vec::new();
    };
    // ASCII is a part of UTF-8.
    let sound = ["utf-8", "utf8", "us-ascii"].iter().any(|own| own.eq_ignore_ascii_case(&charset));
    Sighting::when(!sound, || {
        Sighting::new(Subject::Header("content-type".to_owned()), "charset=utf-8, or none", charset)
    })
}

fn charset(value: &str) -> Option<String> {
    let parameters = value.split(';').skip(1).filter_map(|part| part.split_once('='));
    let mut found = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    found.next().map(|(_, value)| value.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{ada_as, fine, get, wrong},
        *,
    };
    use crate::http::Exchange;

    fn typed(value: &str) -> Exchange {
        get("/Users/7").answers_with(200, &[("Content-Type", value)], ada_as("7"))
    }

    #[test]
    fn another_encoding_fires() {
        wrong(&RULE, &[typed("application/scim+json; charset=ISO-8859-1")]);
        wrong(&RULE, &[typed("application/json;v=1;Charset=\"utf-16\"")]);
    }

    #[test]
    fn utf_8_and_none_are_fine() {
        for value in
            ["application/scim+json", "application/scim+json; charset=\"UTF-8\"", "application/json;charset=utf8"]
        {
            fine(&RULE, &[typed(value)]);
        }
    }
}
