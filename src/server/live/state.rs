//! The directory as it is: counts, the people or groups that match a search, and one resource in full.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::server::BASE_PATH;
use crate::server::app::App;
use crate::server::call::Kind;
use crate::server::store::{Entry, Store, members};
use crate::server::view;

/// How many resources are shown at most.
const SHOWN: usize = 200;

/// Answers `GET /live/state?search=&kind=`: the latest change first.
pub(super) fn overview(app: &App, origin: &str, query: Option<&str>) -> Response {
    let kind = kind(query);
    let search = parameter(query, "search").to_lowercase();
    let store = app.store();
    let mut active = 0;
    let mut found: Vec<(Timestamp, usize, &str)> = Vec::new();
    for (number, id) in store.ids(kind).enumerate() {
        let Some(entry) = store.get(kind, id) else { continue };
        active += usize::from(is_active(entry));
        if matches(entry, search.trim()) {
            found.push((entry.modified, number, id));
        }
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    let shown: Vec<Value> = found.iter().take(SHOWN).filter_map(|(.., id)| summary(&store, kind, id)).collect();
    let counts: Vec<Value> =
        Kind::ALL.map(|kind| json!({"kind": kind.schema().name, "total": store.count(kind)})).into();
    json_answer(&json!({
        "base_path": BASE_PATH,
        "origin": origin,
        "credentials": app.access.asks(),
        "counts": counts,
        "kind": kind.schema().name,
        "active": active,
        "matching": found.len(),
        "shown": shown,
    }))
}

/// Answers `GET /live/resource?kind=&id=` with the resource as clients see it.
pub(super) fn resource(app: &App, origin: &str, query: Option<&str>) -> Response {
    let base = format!("{origin}{BASE_PATH}");
    match view::of(&app.store(), kind(query), &parameter(query, "id"), &base) {
        Some(resource) => json_answer(&resource),
        None => (StatusCode::NOT_FOUND, "It is not there any more.\n").into_response(),
    }
}

fn json_answer(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

fn parameter(query: Option<&str>, name: &str) -> String {
    let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.into_iter().find(|(own, _)| own == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn kind(query: Option<&str>) -> Kind {
    let name = parameter(query, "kind");
    Kind::ALL.into_iter().find(|kind| kind.schema().name == name).unwrap_or(Kind::User)
}

/// Read off the text: parsing a hundred thousand people would take too long, and nothing else in it can look like this.
fn is_active(entry: &Entry) -> bool {
    entry.json.contains(r#""active":true"#)
}

/// Whether a text in lower case stands in one of the attributes by which people and groups are known.
fn matches(entry: &Entry, search: &str) -> bool {
    if search.is_empty() {
        return true;
    }
    // What is not in the text is in no attribute, unless JSON writes it otherwise.
    let plain = !search.contains(['"', '\\']) && !search.contains(char::is_control);
    if plain && !entry.json.to_lowercase().contains(search) {
        return false;
    }
    let resource = entry.resource();
    let holds = |value: &Value| value.as_str().is_some_and(|text| text.to_lowercase().contains(search));
    let named = ["userName", "displayName", "externalId", "id"];
    named.iter().any(|name| resource.get(name).is_some_and(holds))
        || emails(&resource).any(|email| holds(&email["value"]))
}

fn emails(resource: &Value) -> impl Iterator<Item = &Value> {
    resource.get("emails").and_then(Value::as_array).into_iter().flatten()
}

fn summary(store: &Store, kind: Kind, id: &str) -> Option<Value> {
    let entry = store.get(kind, id)?;
    let resource = entry.resource();
    Some(json!({
        "id": id,
        "name": resource.get(kind.name_attribute()),
        "display": resource.get("displayName"),
        "email": emails(&resource).next().map(|email| &email["value"]),
        "active": resource.get("active"),
        "members": (kind == Kind::Group).then(|| members(&resource).count()),
        "modified": entry.modified.to_string(),
        "changed": entry.modified != entry.created,
    }))
}
