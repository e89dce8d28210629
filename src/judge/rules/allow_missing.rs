//! `allow-missing`

use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "allow-missing",
    level: Level::May,
    title: "A 405 does not say what is allowed",
    spec: &["rfc9110#15.5.6"],
    looks_at: "The Allow header of answers with status 405.",
    why: "HTTP demands it. No SCIM client is known to read it.",
    breaks: &[],
    admin: "",
    example: "PUT /ServiceProviderConfig answered 405 without Allow",
    fix: "Send Allow with the methods of the endpoint: Allow: GET.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|response| response.status == 405) else {
        return Vec::new();
    };
    Sighting::when(response.header("allow").is_none(), || {
        Sighting::new(Subject::Header("allow".to_owned()), "the methods of the endpoint", "no Allow header")
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{delete, error, fine, wrong},
        *,
    };

    #[test]
    fn a_405_without_the_header_fires() {
        wrong(&RULE, &[delete("/Schemas/x").answers(405, error(405))]);
        fine(&RULE, &[delete("/Schemas/x").answers_with(405, &[("Allow", "GET")], error(405))]);
        fine(&RULE, &[delete("/Schemas/x").answers(501, error(501))]);
    }
}
