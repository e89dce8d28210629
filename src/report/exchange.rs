//! What of an exchange reports show: nothing secret, and of people who are not ours only names and counts.

use serde_json::Value;

use super::Context;
use crate::http::{Exchange, Failure, Json, Response};

/// Headers of answers that are shown; the others may hold what is not ours to show.
pub const SHOWN: [&str; 9] = [
    "content-type",
    "content-length",
    "location",
    "etag",
    "www-authenticate",
    "retry-after",
    "allow",
    "content-location",
    "content-encoding",
];

/// What is shown of the body of an answer.
pub(super) enum Content {
    /// There is none.
    Empty,
    /// JSON.
    Json(Value),
    /// So many bytes of JSON that were not kept.
    LetGo(usize),
    /// So many bytes of something else, which can't be searched for people who are not ours.
    Other(usize),
}

/// The body of an answer.
pub(super) fn content(response: &Response, context: &Context, marker: &str) -> Content {
    match &response.json {
        Json::Value(value) => Content::Json(context.body(value, marker)),
        Json::Invalid(_) => Content::Other(response.size),
        Json::LetGo => Content::LetGo(response.size),
        Json::Empty => Content::Empty,
    }
}

/// The headers of an answer that are shown, in its order.
pub(super) fn answer_headers(response: &Response, context: &Context, marker: &str) -> Vec<(String, String)> {
    let shown = |name: &str| SHOWN.contains(&name.to_ascii_lowercase().as_str());
    let all = response.headers.iter().filter(|(name, _)| shown(name));
    all.map(|(name, value)| (name.clone(), context.text(value, marker))).collect()
}

/// The headers that a request writes out, in its order.
pub(super) fn own_headers(exchange: &Exchange, context: &Context, marker: &str) -> Vec<(String, String)> {
    let all = exchange.request.headers.iter();
    all.map(|(name, value)| (name.clone(), context.text(value, marker))).collect()
}

/// True where a request went out, or some of it.
pub(super) fn sent(failure: &Failure) -> bool {
    !matches!(failure, Failure::Withheld(_) | Failure::NotSent(_) | Failure::NoToken(_) | Failure::Unsendable(_))
}
