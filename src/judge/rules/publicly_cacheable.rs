//! `publicly-cacheable`

use crate::{
    http::Kind,
    judge::{Level, Rule, Seen, Sighting, Subject},
};

pub(super) const RULE: Rule = Rule {
    id: "publicly-cacheable",
    level: Level::May,
    title: "People and groups may be kept by shared caches",
    spec: &["rfc7644#7.5", "rfc9110#15"],
    looks_at: "The word `public` in the Cache-Control header of successful answers below /Users and /Groups.",
    why: "A proxy may then give somebody's data to whoever asks next, without asking you for leave. No standard of SCIM speaks of it.",
    breaks: &[],
    admin: "",
    example: "GET /Users answered Cache-Control: public, max-age=600",
    fix: "Send Cache-Control: no-store, or none at all.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some(response) = seen.success().filter(|_| !matches!(seen.kind(), Kind::Other)) else {
        return Vec::new();
    };
    let control = response.header("cache-control").unwrap_or("");
    let public = control.split(',').any(|word| word.trim().eq_ignore_ascii_case("public"));
    Sighting::when(public, || Sighting::new(Subject::Header("cache-control".to_owned()), "not public", control))
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{ada_as, fine, get, wrong},
        *,
    };

    #[test]
    fn the_word_fires_for_people_only() {
        let headers = [("Cache-Control", "max-age=60, Public")];
        wrong(&RULE, &[get("/Users/7").answers_with(200, &headers, ada_as("7"))]);
        fine(&RULE, &[get("/Schemas").answers_with(200, &headers, ada_as("7"))]);
        fine(&RULE, &[get("/Users/7").answers_with(200, &[("Cache-Control", "private")], ada_as("7"))]);
    }
}
