//! `authentication-schemes-missing`

use serde_json::Value;

use super::{
    discovery::{Document, entries, read},
    support::projected,
};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, describe, member};

pub(super) const RULE: Rule = Rule {
    id: "authentication-schemes-missing",
    level: Level::Should,
    title: "The configuration does not say how to authenticate",
    spec: &["rfc7643#5", "rfc7643#2.5"],
    looks_at: "`authenticationSchemes` in a GET of /ServiceProviderConfig answered with a success: an array with something in it.",
    why: "RFC 7643 requires it, so that clients find out how to sign in. For client certificates it has no word; there the list may be empty.",
    breaks: &[],
    admin: "",
    example: "{\"patch\": {\"supported\": true}, ...} without authenticationSchemes",
    fix: "List the scheme that your token belongs to: {\"type\": \"oauthbearertoken\", \"name\": ..., \"description\": ...}.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if read(seen.exchange) != Some((Document::Config, None)) || projected(&seen.exchange.request) {
        return Vec::new();
    }
    let schemes = entries(seen.exchange).first().map(|config| member(config, "authenticationSchemes"));
    let Some(schemes) = schemes else {
        return Vec::new();
    };
    let filled = schemes.and_then(Value::as_array).is_some_and(|schemes| !schemes.is_empty());
    Sighting::when(!filled, || {
        let actual = schemes.map_or_else(|| "nothing".to_owned(), describe);
        Sighting::new(Subject::Envelope("authenticationSchemes".to_owned()), "an array with a scheme", actual)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{fine, get, wrong},
        *,
    };

    #[test]
    fn none_fires_and_one_does_not() {
        for odd in [json!({}), json!({"authenticationSchemes": []}), json!({"authenticationSchemes": "oauth2"})] {
            wrong(&RULE, &[get("/ServiceProviderConfig").answers(200, odd)]);
        }
        fine(&RULE, &[get("/ServiceProviderConfig").answers(200, json!({"authenticationSchemes": [{"type": "x"}]}))]);
        fine(&RULE, &[get("/ServiceProviderConfig").answers(401, json!({}))]);
    }
}
