//! `location-headers-differ`

use percent_encoding::percent_decode_str;

use super::support::{at, id, text};
use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "location-headers-differ",
    level: Level::Should,
    title: "A header gives another address than meta.location",
    spec: &["rfc7643#3.1", "rfc7644#3.3"],
    looks_at: "The Location header of a create and the Content-Location header of an answer with one resource, held against \
          its `meta.location`. Relative forms and queries are no difference.",
    why: "RFC 7643 and RFC 7644 make them one address. Okta follows neither.",
    breaks: &[],
    admin: "",
    example: "Location: https://x/Users/9 beside {\"id\": \"7\", \"meta\": {\"location\": \"https://x/Users/7\"}}",
    fix: "Build both from the id of the resource.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let (Some(response), Some(resource)) = (seen.success(), seen.resource()) else {
        return Vec::new();
    };
    if at(resource, "meta").is_none() {
        return Vec::new();
    }
    let Some(own) = text(resource, "meta.location") else {
        return Vec::new();
    };
    // An address of another resource is told by meta-location-names-another.
    let last = own
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .map(|last| percent_decode_str(last).decode_utf8_lossy().to_lowercase());
    if id(resource).is_some_and(|id| last != Some(id.to_lowercase())) {
        return Vec::new();
    }
    let names: &[&str] =
        if matches!(seen.kind(), Kind::Create(_)) { &["location", "content-location"] } else { &["content-location"] };
    let differs = |name: &&str| {
        let value = response.header(name).filter(|value| !value.is_empty() && !same_address(value, own))?;
        let actual = if crate::http::is_ours(resource, seen.marker) { value } else { "another address" };
        Some(Sighting::new(Subject::Header((*name).to_owned()), own, actual))
    };
    names.iter().filter_map(differs).collect()
}

/// True where two addresses are one, or one is the end of the other, as a relative one is.
pub(super) fn same_address(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        let text = text.split(['?', '#']).next().unwrap_or("").trim_end_matches('/').to_ascii_lowercase();
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let (one, other) = (plain(one), plain(other));
    let ends = |long: &str, short: &str| {
        let short = short.trim_start_matches("..").trim_start_matches('/');
        !short.contains("://") && long.strip_suffix(short).is_some_and(|rest| rest.ends_with('/'))
    };
    one == other || ends(&one, &other) || ends(&other, &one)
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{ada, ada_as, created, fine, get, post, wrong},
        *,
    };

    #[test]
    fn another_address_fires() {
        let headers = [("Location", "https://x/Users/9")];
        wrong(&RULE, &[post("/Users", ada()).answers_with(201, &headers, ada_as("7"))]);
        let headers = [("Content-Location", "https://y/Users/7")];
        wrong(&RULE, &[get("/Users/7").answers_with(200, &headers, ada_as("7"))]);
    }

    #[test]
    fn the_same_in_another_form_is_fine() {
        fine(&RULE, &[created()]);
        for same in ["/Users/7", "Users/7", "../Users/7", "https://x/Users/7/", "https://X/Users/%37?a=b"] {
            let headers = [("Content-Location", same)];
            fine(&RULE, &[get("/Users/7").answers_with(200, &headers, ada_as("7"))]);
        }
    }
}
