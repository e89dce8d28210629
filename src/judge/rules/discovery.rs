//! The documents by which a target describes itself, as a dialogue shows them.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::{
    http::{Exchange, Request},
    judge::{Seen, member},
};

/// One of the endpoints of RFC 7644 section 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Document {
    /// `/ServiceProviderConfig`
    Config,
    /// `/ResourceTypes`
    Types,
    /// `/Schemas`
    Schemas,
}

/// Which document a request is about, whatever its method, and which entry of it.
pub(super) fn document(request: &Request) -> Option<(Document, Option<String>)> {
    let path = request.path.split('?').next().unwrap_or("");
    let mut parts = path.trim_matches('/').split('/');
    let document = match parts.next()? {
        "ServiceProviderConfig" => Document::Config,
        "ResourceTypes" => Document::Types,
        "Schemas" => Document::Schemas,
        _ => return None,
    };
    let id = parts.next().map(|id| percent_decode_str(id).decode_utf8_lossy().into_owned());
    parts.next().is_none().then_some((document, id))
}

/// True when nothing in the request asks for less than the whole document.
pub(super) fn plain(request: &Request) -> bool {
    request.query.is_empty() && !request.path.contains('?')
}

/// The document that a successful GET has read, and which entry of it.
pub(super) fn read(exchange: &Exchange) -> Option<(Document, Option<String>)> {
    let json = exchange.request.method.as_str() == "GET" && exchange.success()?.value().is_some();
    document(&exchange.request).filter(|_| json)
}

/// What a document holds: the entries of a list, of a bare array, or the one that was read.
pub(super) fn entries(exchange: &Exchange) -> Vec<&Value> {
    let Some(body) = exchange.success().and_then(|response| response.value()) else {
        return Vec::new();
    };
    let all: Vec<&Value> = match body {
        Value::Array(items) => items.iter().collect(),
        _ => match member(body, "Resources").and_then(Value::as_array) {
            Some(items) => items.iter().collect(),
            None => vec![body],
        },
    };
    all.into_iter().filter(|entry| entry.is_object()).collect()
}

/// The last time a whole document was read before.
pub(super) fn whole_before<'a>(seen: &Seen<'a>, wanted: Document) -> Option<&'a Exchange> {
    let whole = |exchange: &&Exchange| read(exchange) == Some((wanted, None)) && plain(&exchange.request);
    seen.before.iter().rev().find(whole)
}

/// All that was told of a document before: by the last whole read, and by reads of single entries.
pub(super) fn told_before<'a>(seen: &Seen<'a>, wanted: Document) -> Vec<&'a Value> {
    let single = |exchange: &&Exchange| {
        read(exchange).is_some_and(|(document, id)| document == wanted && id.is_some()) && plain(&exchange.request)
    };
    let whole = whole_before(seen, wanted).map(entries).unwrap_or_default();
    let singles = seen.before.iter().filter(single).flat_map(entries).filter(|one| member(one, "Resources").is_none());
    whole.into_iter().chain(singles).collect()
}

/// The configuration that the target told before.
pub(super) fn config_before<'a>(seen: &Seen<'a>) -> Option<&'a Value> {
    let config = whole_before(seen, Document::Config)?;
    entries(config).into_iter().next()
}

/// Whether the configuration told before says that a feature is supported.
pub(super) fn supports(seen: &Seen<'_>, feature: &str) -> Option<bool> {
    member(member(config_before(seen)?, feature)?, "supported")?.as_bool()
}
