//! `discovery-meta-missing`

use super::{
    discovery::{Document, entries, read},
    support::{at, present, projected},
};
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "discovery-meta-missing",
    level: Level::May,
    title: "A schema, resource type or the configuration has no meta",
    spec: &["rfc7643#3.1", "rfc7643#8.5", "rfc7643#8.6", "rfc7643#8.7"],
    looks_at: "`meta.resourceType` and `meta.location` in successful answers of /Schemas, /ResourceTypes and /ServiceProviderConfig.",
    why: "The examples of RFC 7643 have them, and some connectors go by them. The text exempts these documents, so that they may be missing.",
    breaks: &[],
    admin: "",
    example: "{\"id\": \"User\", \"name\": \"User\", \"endpoint\": \"/Users\", \"schema\": \"urn:...\"}",
    fix: "Add meta with resourceType (Schema, ResourceType, ServiceProviderConfig) and location.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let Some((document, _)) = read(seen.exchange).filter(|_| !projected(&seen.exchange.request)) else {
        return Vec::new();
    };
    let name = match document {
        Document::Config => "ServiceProviderConfig",
        Document::Types => "ResourceType",
        Document::Schemas => "Schema",
    };
    let entries = entries(seen.exchange);
    let location = entries.iter().filter(|entry| !present(at(entry, "meta.location"))).count();
    let kind = entries.iter().filter(|entry| at(entry, "meta.resourceType").is_none_or(|kind| kind != name)).count();
    let told = |path: &str, expected: String, count: usize| {
        let actual = format!("missing or another in {count} of {}", entries.len());
        (count > 0).then(|| Sighting::new(Subject::Envelope(path.to_owned()), expected, actual))
    };
    let kind = told("meta.resourceType", format!("\"{name}\" (string)"), kind);
    kind.into_iter().chain(told("meta.location", "the address".to_owned(), location)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{error, fine, get, list, wrong},
        *,
    };

    #[test]
    fn no_meta_fires_and_a_whole_one_does_not() {
        wrong(&RULE, &[get("/Schemas").answers(200, list(1, json!([{"id": "urn:x"}])))]);
        let meta = json!({"meta": {"resourceType": "ResourceType", "location": "https://x/ResourceTypes/User"}});
        fine(&RULE, &[get("/ResourceTypes/User").answers(200, meta.clone())]);
        wrong(&RULE, &[get("/ServiceProviderConfig").answers(200, meta)]);
        fine(&RULE, &[get("/Schemas").answers(404, error(404))]);
    }
}
