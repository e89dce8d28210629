//! `media-type-refused`

use super::support::{own_credentials, status_and_detail};
use crate::{
    http::{Kind, Request},
    judge::{Level, Rule, Seen, Sighting, Subject},
};

const SCIM: &str = "application/scim+json";

pub(super) const RULE: Rule = Rule {
    id: "media-type-refused",
    level: Level::Must,
    title: "The media type application/scim+json is refused",
    spec: &["rfc7644#3.1", "rfc7644#3.8"],
    looks_at: "Requests that accept or carry application/scim+json, answered 406 or 415.",
    why: "It is SCIM's own media type, and the one that Okta's client sends with every request.",
    breaks: &["okta"],
    admin: "Every task fails: Error while ... user ...: Not Acceptable, or Unsupported Media Type.",
    example: "POST /Users with Content-Type: application/scim+json; charset=utf-8 answered 415",
    fix: "Accept application/scim+json, with and without charset, in Accept and in Content-Type, as you accept \
          application/json.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let request = &seen.exchange.request;
    let Some(response) = seen.response().filter(|_| own_credentials(request) && *seen.kind() != Kind::Other) else {
        return Vec::new();
    };
    let header = match response.status {
        406 => "accept",
        415 => "content-type",
        _ => return Vec::new(),
    };
    Sighting::when(names_scim(request, header), || {
        let expected = format!("{SCIM} in {header} to be served");
        Sighting::new(Subject::Header(header.to_owned()), expected, status_and_detail(seen))
    })
}

fn names_scim(request: &Request, header: &str) -> bool {
    let found = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(header));
    found.is_some_and(|(_, value)| value.to_ascii_lowercase().contains(SCIM))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada, error, fine, get, post, wrong},
        *,
    };

    #[test]
    fn a_refusal_of_the_media_type_fires() {
        wrong(&RULE, &[post("/Users", ada()).header("Content-Type", "application/scim+json").answers(415, error(415))]);
        wrong(&RULE, &[get("/Users/7").header("Accept", "application/scim+json").answers(406, json!(null))]);
    }

    #[test]
    fn other_types_and_other_refusals_are_fine() {
        fine(&RULE, &[post("/Users", ada()).header("Content-Type", "text/plain").answers(415, error(415))]);
        fine(&RULE, &[post("/Users", ada()).header("Content-Type", "application/scim+json").answers(400, error(400))]);
    }
}
