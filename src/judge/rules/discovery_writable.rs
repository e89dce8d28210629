//! `discovery-writable`

use super::{discovery::document, support::lets_in};
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "discovery-writable",
    level: Level::Should,
    title: "A write to /ServiceProviderConfig, /ResourceTypes or /Schemas succeeds",
    spec: &["rfc7643#5", "rfc7643#6", "rfc7643#7", "rfc9110#9.1", "rfc7644#3.2"],
    looks_at: "POST, PUT, PATCH and DELETE of these endpoints: 2xx. 405 is the usual refusal; 403, 404 and 501 will do.",
    why: "What the target says of itself can't be changed by clients. A success without effect misleads whoever sends it; one with effect changes it for all \
          others.",
    breaks: &[],
    admin: "",
    example: "PUT /ServiceProviderConfig answered 200",
    fix: "Answer 405 with Allow: GET.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let request = &seen.exchange.request;
    let writes = matches!(request.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE");
    let Some(response) = seen.success().filter(|response| writes && lets_in(response)) else {
        return Vec::new();
    };
    // A query by POST reads.
    let search = request.path.ends_with("/.search");
    Sighting::when(!search && document(request).is_some(), || {
        Sighting::new(Subject::Status, "status 405, 403, 404 or 501", format!("status {}", response.status))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{delete, error, fine, get, post, put, wrong},
        *,
    };

    #[test]
    fn successes_fire() {
        wrong(&RULE, &[put("/ServiceProviderConfig", json!({})).answers(200, json!({}))]);
        wrong(&RULE, &[post("/Schemas", json!({})).answers(201, json!({}))]);
        wrong(&RULE, &[delete("/ResourceTypes/User").answers(204, json!(null))]);
    }

    #[test]
    fn refusals_reads_and_queries_are_fine() {
        fine(&RULE, &[put("/ServiceProviderConfig", json!({})).answers(405, error(405))]);
        fine(&RULE, &[get("/Schemas").answers(200, json!({}))]);
        fine(&RULE, &[post("/Schemas/.search", json!({})).answers(200, json!({}))]);
        fine(&RULE, &[put("/Users/7", json!({})).answers(200, json!({}))]);
    }
}
