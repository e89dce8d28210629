//! Queries: filter, order and page (RFC 7644 section 3.4.2).

use std::cmp::Ordering;

use serde_json::Value;

use super::call::{Answer, Call, Kind};
use super::query::Query;
use super::store::Store;
use super::view;
use crate::scim::filter::order;
use crate::scim::path::AttrPath;
use crate::scim::schema::{Attribute, Kind as AttributeKind, ResourceSchema, Target};
use crate::scim::{Filter, ScimError, list_response, value};

/// Resources on a page if the client does not say.
const DEFAULT_COUNT: usize = 100;
/// Bytes of a filter at most: it may have to be tried on every resource.
const LONGEST_FILTER: usize = 8 * 1024;
/// Resources on a page at most.
pub(super) const MAX_COUNT: usize = 1000;

/// Answers a query about the resources of one type, or of several: one type after the other, each resource in the shape
/// of its own schema (section 3.4.2.1). A page has an upper limit, so that no query is `tooMany`, not even one of the
/// root without a filter.
pub(super) fn answer(call: &Call, kinds: &[Kind], query: &Query, store: &Store) -> Result<Answer, ScimError> {
    let start = usize::try_from(query.start_index.unwrap_or(1).max(1)).unwrap_or(usize::MAX);
    let count = match query.count {
        None => DEFAULT_COUNT,
        Some(n) => usize::try_from(n.max(0)).map_or(MAX_COUNT, |n| n.min(MAX_COUNT)),
    };
    let filter = query.filter.as_deref().map(|text| read_filter(text, kinds)).transpose()?;
    let order_by = Order::of(query, kinds)?;
    let show = |kind: Kind, id: &str| view::of(store, kind, id, &call.base).map(|shown| (kind, shown));

    let (total, page) = if filter.is_none() && order_by.is_none() && !call.notes.seeded_only {
        // Only the page has to be made.
        let ids = kinds.iter().flat_map(|kind| store.ids(*kind).map(move |id| (*kind, id)));
        let page = ids.skip(start - 1).take(count);
        let total = kinds.iter().map(|kind| store.count(*kind)).sum();
        (total, page.filter_map(|(kind, id)| show(kind, id)).collect::<Vec<_>>())
    } else {
        // Of all that fit only what the order needs is kept at once: whole, they could fill the memory.
        let mut found = Vec::new();
        for kind in kinds {
            for id in candidates(call, *kind, store, filter.as_ref()) {
                let Some((_, shown)) = show(*kind, id) else { continue };
                if filter.as_ref().is_none_or(|filter| filter.matches(&shown, kind.schema())) {
                    let key = order_by.as_ref().and_then(|order_by| order_by.key(*kind, &shown)).cloned();
                    found.push((*kind, id, key));
                }
            }
        }
        if let Some(order_by) = order_by {
            order_by.sort(&mut found);
        }
        let total = found.len();
        let page = found.into_iter().skip(start - 1).take(count);
        (total, page.filter_map(|(kind, id, _)| show(kind, id)).collect())
    };
    let page = page.into_iter().map(|(kind, r)| query.projection.apply(r, kind.schema())).collect();
    Ok(Answer::json(200, list_response(total, start, page)))
}

/// The ids worth looking at: those that an index finds, if the filter asks for what an index knows.
fn candidates<'a>(call: &Call, kind: Kind, store: &'a Store, filter: Option<&'a Filter>) -> Vec<&'a str> {
    let demanded = |attribute| filter.and_then(|filter| filter.demands(attribute));
    if let Some(id) = demanded("id") {
        store.get(kind, id).map(|_| id).into_iter().collect()
    } else if let Some(name) = demanded(kind.name_attribute()) {
        store.named(kind, name)
    } else if let Some(external_id) = demanded("externalId") {
        store.external(kind, external_id)
    } else {
        let seeded = |id: &&str| store.get(kind, id).is_some_and(|entry| !entry.by_client);
        store.ids(kind).filter(|id| !call.notes.seeded_only || seeded(id)).collect()
    }
}

/// Reads a filter, which may speak of every attribute that one of the resource types has.
pub(super) fn read_filter(text: &str, kinds: &[Kind]) -> Result<Filter, ScimError> {
    if text.len() > LONGEST_FILTER {
        return Err(ScimError::invalid_filter(format!("the filter is longer than {LONGEST_FILTER} bytes")));
    }
    let filter = Filter::parse(text).map_err(|e| ScimError::invalid_filter(e.to_string()))?;
    let schemas: Vec<&ResourceSchema> = kinds.iter().map(|kind| kind.schema()).collect();
    match filter.check_among(&schemas) {
        Ok(()) => Ok(filter),
        Err(error) => Err(ScimError::invalid_filter(error.to_string())),
    }
}

/// `sortBy` and `sortOrder` (RFC 7644 section 3.4.2.3).
struct Order {
    path: AttrPath,
    leaf: &'static Attribute,
    descending: bool,
}

impl Order {
    fn of(query: &Query, kinds: &[Kind]) -> Result<Option<Order>, ScimError> {
        let Some(text) = &query.sort_by else {
            return Ok(None);
        };
        let unknown = || ScimError::invalid_path(format!("sortBy: {text} is no known attribute"));
        let path: AttrPath = text.parse().map_err(|_| unknown())?;
        let leaf = kinds.iter().find_map(|kind| leaf(&path, *kind)).ok_or_else(unknown)?;
        let leaf = leaf.sub_attribute("value").unwrap_or(leaf);
        if leaf.kind == AttributeKind::Complex {
            return Err(ScimError::invalid_path(format!("sortBy: {text} has parts: name the one to sort by")));
        }
        Ok(Some(Order { path, leaf, descending: query.descending }))
    }

    /// Sorts; what has no value comes last, first when descending. Equal ones keep the order of creation.
    fn sort(&self, found: &mut [(Kind, &str, Option<Value>)]) {
        found.sort_by(|(.., a), (.., b)| {
            let by_value = match (a, b) {
                (Some(a), Some(b)) => order(a, b, Some(self.leaf)).unwrap_or(Ordering::Equal),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            };
            if self.descending { by_value.reverse() } else { by_value }
        });
    }

    /// The value to sort by: of a list the primary one, or the first.
    fn key<'a>(&self, kind: Kind, resource: &'a Value) -> Option<&'a Value> {
        leaf(&self.path, kind)?;
        let whole = AttrPath { sub: None, ..self.path.clone() };
        let mut found = value::get(resource, &whole).first().copied()?;
        if let Value::Array(elements) = found {
            let primary = elements.iter().find(|e| e["primary"] == true);
            found = primary.or(elements.first())?;
        }
        match found {
            Value::Object(parts) => {
                let name = self.path.sub.as_deref().unwrap_or("value");
                value::member(parts, name).map(|(_, v)| v)
            }
            simple => Some(simple),
        }
    }
}

/// The attribute that a path leads to in a resource type.
fn leaf(path: &AttrPath, kind: Kind) -> Option<&'static Attribute> {
    match kind.schema().find(path)? {
        Target::Attribute { attribute, sub, .. } => Some(sub.unwrap_or(attribute)),
        Target::Extension(_) => None,
    }
}
