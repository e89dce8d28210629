//! `page-shorter-than-asked`

use super::support::{OKTA_PAGE, short_page};
use crate::judge::{Level, Rule, Seen, Sighting};

pub(super) const RULE: Rule = Rule {
    id: "page-shorter-than-asked",
    level: Level::May,
    title: "A page comes back shorter than asked for while more resources are there",
    spec: &["rfc7644#3.4.2.4"],
    looks_at: "Unfiltered pages asked for with a count other than 100 that show fewer although totalResults says \
          that more follow.",
    why: "RFC 7644 allows it, and Okta pages by 100, for which there is a rule of its own. A client that steps \
          by its own count would miss people.",
    breaks: &[],
    admin: "",
    example: "GET /Users?startIndex=1&count=50 shows 20 of 180",
    fix: "Give as many as were asked for, at least up to 100.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    short_page(seen).filter(|short| short.count != OKTA_PAGE).map(|short| short.sighting()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{eve, fine, get, list, wrong},
        *,
    };

    #[test]
    fn one_of_two_fires() {
        wrong(&RULE, &[get("/Users?startIndex=1&count=2").answers(200, list(2, json!([eve()])))]);
    }

    #[test]
    fn the_last_page_and_oktas_size_are_fine() {
        fine(&RULE, &[get("/Users?startIndex=2&count=2").answers(200, list(2, json!([eve()])))]);
        fine(&RULE, &[get("/Users?startIndex=1&count=100").answers(200, list(2, json!([eve()])))]);
        fine(&RULE, &[get("/Users").answers(200, list(2, json!([eve()])))]);
    }
}
