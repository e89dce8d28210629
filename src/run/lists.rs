//! Lists of people and groups who are ours: read by id to compare, and page by page.

use std::{collections::HashMap, sync::Arc};

use serde_json::Value;

use super::{conversation::Conversation, raw};
use crate::{
    http::{Body, Exchange, Kind, Purpose, Request, Resource, Response, may_change},
    idp::{Cast, okta},
    judge::{Own, Page, Walk, oracle::Declared},
};

/// Most pages of a walk.
const PAGES: usize = 20;

/// What a scenario has at the target when a raw request is judged.
pub(super) struct Ground<'a> {
    pub cast: &'a Cast,
    pub ids: &'a HashMap<String, String>,
    pub declared: &'a Declared,
}

impl Ground<'_> {
    /// The people and groups of the scenario; `read` says whether it matters how the target shows them by id.
    pub async fn own(&self, conversation: &Conversation, read: bool) -> Vec<Own> {
        let mut ids = self.ids.clone();
        conversation.read(|exchanges| raw::learn(&mut ids, self.cast, exchanges));
        let people = self
            .cast
            .people
            .iter()
            .map(|person| (Resource::User, person.key.clone(), person.user_name().to_owned(), person.creation()));
        let groups = self.cast.groups.iter().map(|group| {
            (Resource::Group, group.key.clone(), group.name.clone(), serde_json::json!({"displayName": group.name}))
        });
        let mut all = Vec::new();
        for (resource, key, name, sent) in people.chain(groups) {
            let id = ids.get(&key).cloned();
            let shown = match &id {
                Some(id) if read => shown(conversation, resource, id, &key).await,
                _ => None,
            };
            all.push(Own { key, resource, id, name, sent, shown });
        }
        all
    }
}

/// A resource as the target shows it by id: as it was read last, unless something was written since that may show in it.
async fn shown(conversation: &Conversation, resource: Resource, id: &str, key: &str) -> Option<Value> {
    if let Some(known) = conversation.read(|exchanges| fresh(exchanges, resource, id)) {
        return Some(known);
    }
    let heard = conversation.exchange(okta::read(resource, id).about(key), Purpose::Check).await;
    let answer = heard.answer.ok().filter(|answer| answer.is_success())?;
    answer.value().filter(|value| value.is_object()).cloned()
}

fn fresh(exchanges: &[Exchange], resource: Resource, id: &str) -> Option<Value> {
    for exchange in exchanges.iter().rev() {
        let touches = match &exchange.kind {
            Kind::Create(_) => exchange.kind.resource() != Some(resource),
            Kind::Replace(of, other) | Kind::Patch(of, other, _) | Kind::Delete(of, other) => {
                *of != resource || other == id
            }
            _ => may_change(exchange.request.method.as_str(), &exchange.request.path),
        };
        if touches {
            return None;
        }
        if exchange.kind == Kind::Read(resource, id.to_owned()) && exchange.request.query.is_empty() {
            return exchange.success()?.value().filter(|value| value.is_object()).cloned();
        }
    }
    None
}

/// The answer of an exchange, if there is one.
pub(super) fn answer(conversation: &Conversation, number: usize) -> Option<Arc<Response>> {
    conversation.read(|exchanges| exchanges.get(number)?.answer.as_ref().ok().cloned())
}

/// Reads a list in pages of `size`, and once more. Answers the number of the first exchange, and the walk if its answer was a
/// list.
pub(super) async fn walk(conversation: &Conversation, request: &Request, size: usize) -> (usize, Option<Walk>) {
    let first = conversation.len();
    let (pages, ended) = once(conversation, request, size).await;
    if pages.is_empty() {
        return (first, None);
    }
    let (again, _) = once(conversation, request, size).await;
    (first, Some(Walk { pages, again, ended }))
}

async fn once(conversation: &Conversation, request: &Request, size: usize) -> (Vec<Page>, bool) {
    let count = i64::try_from(size).unwrap_or(i64::MAX);
    let mut pages = Vec::new();
    let mut start = 1;
    while pages.len() < PAGES {
        let heard = conversation.exchange(page(request, start, count), Purpose::Spoken).await;
        let Ok(answer) = heard.answer else { return (pages, false) };
        if answer.status != 200 {
            return (pages, false);
        }
        let shown = i64::try_from(answer.resources().len()).unwrap_or(0);
        let total = answer.member("totalResults").and_then(Value::as_i64);
        pages.push(Page { start, count, exchange: heard.exchange, answer });
        start += shown;
        if shown == 0 || total.is_none_or(|total| start > total) {
            return (pages, true);
        }
    }
    (pages, false)
}

/// The request for a page: by parameters, or in the message of a POST.
fn page(request: &Request, start: i64, count: i64) -> Request {
    let mut request = request.clone();
    match &mut request.body {
        Some(Body::Json(Value::Object(message))) => {
            message.insert("startIndex".to_owned(), start.into());
            message.insert("count".to_owned(), count.into());
            request
        }
        _ => request.query("startIndex", start.to_string()).query("count", count.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::Method;
    use serde_json::json;

    use super::*;
    use crate::http::Look;

    fn exchange(request: Request, body: Value) -> Exchange {
        let kind = Kind::of(&request);
        let answer = Ok(Arc::new(Response::new(200, Vec::new(), body.to_string().into(), false)));
        let took = Duration::ZERO;
        Exchange {
            number: 0,
            purpose: Purpose::Check,
            step: None,
            request,
            kind,
            answer,
            sent_after: took,
            took,
            look: Look::Only,
        }
    }

    #[test]
    fn a_read_is_fresh_until_something_is_written_that_may_show_in_it() {
        let read = || exchange(Request::new(Method::GET, "/Users/7"), json!({"id": "7"}));
        let write = |method: Method, path: &str| exchange(Request::new(method, path), json!({}));
        let known = |then: Exchange| fresh(&[read(), then], Resource::User, "7").is_some();
        assert!(known(write(Method::POST, "/Users")));
        assert!(known(write(Method::PATCH, "/Users/8")));
        assert!(known(write(Method::POST, "/Users/.search")));
        assert!(!known(write(Method::PATCH, "/Users/7")));
        assert!(!known(write(Method::POST, "/Groups")));
        assert!(!known(write(Method::POST, "/Bulk")));
        let part = exchange(Request::new(Method::GET, "/Users/7").query("attributes", "id"), json!({"id": "7"}));
        assert!(fresh(&[part], Resource::User, "7").is_none());
    }

    #[test]
    fn a_page_is_asked_for_where_the_query_is() {
        let get = page(&Request::new(Method::GET, "/Users").query("filter", "x pr"), 3, 2);
        assert_eq!(get.target(), "/Users?filter=x%20pr&startIndex=3&count=2");
        let post = page(&Request::new(Method::POST, "/.search").json(json!({"filter": "x pr"})), 3, 2);
        assert_eq!(post.body_json(), Some(&json!({"filter": "x pr", "startIndex": 3, "count": 2})));
    }
}
