//! `body-too-large`

use crate::{
    http::Json,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "body-too-large",
    level: Level::Should,
    title: "An answer is too large to be read",
    spec: &["okta-faq#timeout", "rfc7644#3.4.2.4"],
    looks_at: "Bodies that go on beyond the limit of --max-body (8 MiB unless told otherwise), or hold hundreds of \
          thousands of values.",
    why: "Okta asks for 100 people or groups at most, within 60 seconds. What is so large then has usually \
          ignored count, or lists whole objects where a reference would do. It was not read to the end, so it \
          could not be judged.",
    breaks: &[],
    admin: "",
    example: "GET /Groups?startIndex=1&count=100 answers 40 MB",
    fix: "Honour count, keep references short ($ref, value, display), or raise --max-body if it has to be so.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.response().filter(|response| response.cut) else {
        return Vec::new();
    };
    let actual = match &response.json {
        Json::Invalid(why) => why.clone(),
        Json::Empty | Json::Value(_) | Json::LetGo => format!("it has more than {} bytes", response.size),
    };
    vec![Sighting::new(Subject::Envelope("body".to_owned()), "a body within the limit", actual)]
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{ada_as, fine, get, wrong},
        *,
    };

    #[test]
    fn a_cut_body_fires() {
        wrong(&RULE, &[get("/Users?startIndex=1&count=100").cut()]);
    }

    #[test]
    fn a_whole_body_is_fine() {
        fine(&RULE, &[get("/Users/7").answers(200, ada_as("7"))]);
    }
}
