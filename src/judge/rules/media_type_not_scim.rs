//! `media-type-not-scim`

use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "media-type-not-scim",
    level: Level::May,
    title: "An answer is called application/json though SCIM's own type was asked for",
    spec: &["rfc7644#3.1", "rfc7644#8.1"],
    looks_at: "The Content-Type of answers with a JSON body to requests that accept application/scim+json and not \
          application/json. What is called neither has a rule of its own.",
    why: "RFC 7644 recommends application/scim+json. Every client we know reads both.",
    breaks: &[],
    admin: "",
    example: "GET /Users with Accept: application/scim+json answered Content-Type: application/json",
    fix: "Send Content-Type: application/scim+json, unless the client asks for application/json.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let accepts = seen.exchange.request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("accept"));
    let accepts: Vec<String> = accepts.map(|(_, value)| value.to_ascii_lowercase()).collect();
    let asked = |what: &str| accepts.iter().any(|value| value.contains(what));
    let Some(response) = seen.response().filter(|response| response.value().is_some()) else {
        return Vec::new();
    };
    let plain = response.media_type().as_deref() == Some("application/json");
    let open = asked("application/json") || asked("*/*");
    Sighting::when(plain && asked("application/scim+json") && !open, || {
        Sighting::new(Subject::Header("content-type".to_owned()), "application/scim+json", "application/json")
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{ada_as, fine, get, wrong},
        *,
    };
    use crate::http::Exchange;

    fn typed(accept: &str, value: &str) -> Exchange {
        get("/Users/7").header("Accept", accept).answers_with(200, &[("Content-Type", value)], ada_as("7"))
    }

    #[test]
    fn the_plain_type_for_who_asks_for_scim_fires() {
        wrong(&RULE, &[typed("application/scim+json", "application/json; charset=utf-8")]);
    }

    #[test]
    fn scim_and_whoever_takes_both_are_fine() {
        fine(&RULE, &[typed("application/scim+json", "application/scim+json")]);
        fine(&RULE, &[typed("application/scim+json, application/json", "application/json")]);
        fine(&RULE, &[get("/Users/7").answers_with(200, &[("Content-Type", "application/json")], ada_as("7"))]);
    }
}
