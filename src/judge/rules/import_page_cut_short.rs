//! `import-page-cut-short`

use super::support::{OKTA_PAGE, short_page};
use crate::judge::{Level, Rule, Seen, Sighting};

pub(super) const RULE: Rule = Rule {
    id: "import-page-cut-short",
    level: Level::Should,
    title: "A page of 100 comes back short while more resources are there",
    spec: &["okta-scim20#list", "rfc7644#3.4.2.4"],
    looks_at: "Unfiltered pages asked for with count=100 that show fewer although totalResults says that more \
          follow.",
    why: "A server may cap its pages by RFC 7644. But Okta's next page begins 100 further on, whatever came: \
          all in between are never read, and who is not read counts as removed in the app.",
    breaks: &["okta"],
    admin: "Nothing: the import ends without an error, and people are missing from its count or shown as \
          removed.",
    example: "GET /Users?startIndex=1&count=100 shows 50 of 180",
    fix: "Allow pages of at least 100.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    short_page(seen).filter(|short| short.count == OKTA_PAGE).map(|short| short.sighting()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ADA, eve, fine, get, list, lookup, wrong},
        *,
    };

    #[test]
    fn a_cap_below_100_fires() {
        wrong(&RULE, &[get("/Users?startIndex=1&count=100").answers(200, list(2, json!([eve()])))]);
    }

    #[test]
    fn the_last_page_and_other_sizes_are_fine() {
        fine(&RULE, &[get("/Users?startIndex=101&count=100").answers(200, list(101, json!([eve()])))]);
        fine(&RULE, &[get("/Users?startIndex=1&count=2").answers(200, list(2, json!([eve()])))]);
        fine(&RULE, &[lookup(ADA).answers(200, list(2, json!([eve()])))]);
    }
}
