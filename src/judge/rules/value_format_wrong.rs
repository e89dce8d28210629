//! `value-format-wrong`

use super::declarations::{sightings, standard};
use crate::{
    judge::{Level, Rule, Seen, Sighting},
    scim::schema::DeviationKind,
};

pub(super) const RULE: Rule = Rule {
    id: "value-format-wrong",
    level: Level::Should,
    title: "A date, a reference or a certificate is not written as RFC 7643 says",
    spec: &["rfc7643#2.3.5", "rfc7643#2.3.6", "rfc7643#2.3.7"],
    looks_at: "`meta.created` and `meta.lastModified`, addresses such as `profileUrl`, `$ref` and `meta.location`, and \
          certificates in every resource of a successful answer. A date may be without an offset.",
    why: "Clients parse these. A date with a blank in the middle, or a count of seconds in quotes, is an error to them; \
          Okta passes them by.",
    breaks: &[],
    admin: "",
    example: "{\"meta\": {\"lastModified\": \"2026-01-31 08:00:00\"}}",
    fix: "Write dates as 2026-01-31T08:00:00Z, addresses as URIs without blanks, certificates in base64.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(resource) = seen.kind().resource() else {
        return Vec::new();
    };
    sightings(seen, standard(resource), |deviation| matches!(deviation.fault, DeviationKind::Format(_)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, with, wrong},
        *,
    };

    #[test]
    fn dates_and_addresses_of_another_form_fire() {
        for meta in [
            json!({"created": "2026-01-31 08:00:00"}),
            json!({"lastModified": "1769846400"}),
            json!({"lastModified": "2026-01-31"}),
            json!({"location": "https://x/Users/a b"}),
        ] {
            wrong(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "meta", meta))]);
        }
    }

    #[test]
    fn every_lawful_form_is_fine() {
        for date in ["2026-01-31T08:00:00", "2026-01-31T08:00:00.123456789+01:00", "2026-01-31T24:00:00Z"] {
            let meta = json!({"created": date, "location": "Users/7"});
            fine(&RULE, &[get("/Users/7").answers(200, with(ada_as("7"), "meta", meta))]);
        }
    }
}
