//! `schema-not-served`

use serde_json::Value;

use super::{
    discovery::{Document, entries, plain, read, whole_before},
    support::text,
};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, member};

pub(super) const RULE: Rule = Rule {
    id: "schema-not-served",
    level: Level::Should,
    title: "A resource type names a schema that /Schemas does not have",
    spec: &["rfc7643#6", "rfc7644#4"],
    looks_at: "`schema` and `schemaExtensions.schema` of the entries of /ResourceTypes, held against the ids at /Schemas, where the scenario reads \
          both. Letter case is no difference.",
    why: "A client that meets the type looks its attributes up there, and finds none.",
    breaks: &[],
    admin: "",
    example: "/ResourceTypes has {\"name\": \"User\", \"schema\": \"urn:...:core:2.0:User\"}, /Schemas only a group's",
    fix: "Serve every schema that a resource type names, under the very same URN.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let (types, schemas) = match read(seen.exchange) {
        Some((Document::Types, None)) if plain(&seen.exchange.request) => {
            (Some(seen.exchange), whole_before(seen, Document::Schemas))
        }
        Some((Document::Schemas, None)) if plain(&seen.exchange.request) => {
            (whole_before(seen, Document::Types), Some(seen.exchange))
        }
        _ => return Vec::new(),
    };
    let (Some(types), Some(schemas)) = (types, schemas) else {
        return Vec::new();
    };
    let served: Vec<&str> = entries(schemas).into_iter().filter_map(|schema| text(schema, "id")).collect();
    let named = |entry: &Value| -> Vec<String> {
        let extensions = member(entry, "schemaExtensions").and_then(Value::as_array).into_iter().flatten();
        text(entry, "schema")
            .into_iter()
            .chain(extensions.filter_map(|one| text(one, "schema")))
            .map(str::to_owned)
            .collect()
    };
    let mut lacking = entries(types)
        .into_iter()
        .flat_map(named)
        .filter(|urn| !served.iter().any(|own| own.eq_ignore_ascii_case(urn)));
    lacking.next().map_or_else(Vec::new, |urn| {
        let actual = match lacking.count() {
            0 => "no such schema".to_owned(),
            more => format!("no such schema; {more} more likewise"),
        };
        vec![Sighting::new(Subject::Envelope("schema".to_owned()), format!("{urn} at /Schemas"), actual)]
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{fine, get, list, wrong},
        *,
    };
    use crate::{http::Exchange, scim::urn};

    fn types() -> Exchange {
        let user = json!({"name": "User", "schema": urn::USER, "schemaExtensions": [{"schema": urn::ENTERPRISE_USER}]});
        get("/ResourceTypes").answers(200, list(1, json!([user])))
    }

    fn schemas(ids: &[&str]) -> Exchange {
        let all: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        get("/Schemas").answers(200, list(1, json!(all)))
    }

    #[test]
    fn a_schema_that_is_nowhere_fires() {
        wrong(&RULE, &[types(), schemas(&[urn::USER])]);
        wrong(&RULE, &[schemas(&[urn::GROUP]), types()]);
        fine(&RULE, &[types(), schemas(&[urn::USER, urn::ENTERPRISE_USER])]);
        fine(&RULE, &[types()]);
        fine(&RULE, &[schemas(&[])]);
    }
}
