//! Queries: filter, order and page (RFC 7644 section 3.4.2).

use std::cmp::Ordering;

use serde_json::Value;

use super::call::{Answer, Call, Kind};
use super::projection::Projection;
use super::store::Store;
use super::view;
use crate::scim::filter::order;
use crate::scim::path::AttrPath;
use crate::scim::schema::{Attribute, Kind as AttributeKind, ResourceSchema, Target};
use crate::scim::{Filter, ScimError, list_response, value};

/// Resources on a page if the client does not say.
const DEFAULT_COUNT: usize = 100;
/// Resources on a page at most.
pub(super) const MAX_COUNT: usize = 1000;

/// Answers a query.
pub(super) fn answer(call: &Call, kind: Kind, store: &Store) -> Result<Answer, ScimError> {
    let schema = kind.schema();
    let start = integer(call, "startIndex")?.unwrap_or(1).max(1);
    let count = match integer(call, "count")? {
        None => DEFAULT_COUNT,
        Some(n) => usize::try_from(n.max(0)).map_or(MAX_COUNT, |n| n.min(MAX_COUNT)),
    };
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let filter = call.parameter("filter").map(|text| read_filter(text, schema)).transpose()?;
    let order_by = Order::of(call, schema)?;
    let projection = Projection::of(call);
    let show = |id: &str| view::of(store, kind, id, &call.base);

    let (total, page) = if filter.is_none() && order_by.is_none() && !call.notes.seeded_only {
        // Only the page has to be made.
        let page = store.ids(kind).skip(start - 1).take(count);
        (store.count(kind), page.filter_map(show).collect::<Vec<_>>())
    } else {
        let candidates = candidates(call, kind, store, filter.as_ref());
        let mut found: Vec<Value> = candidates
            .iter()
            .filter_map(|id| show(id))
            .filter(|r| filter.as_ref().is_none_or(|f| f.matches(r, schema)))
            .collect();
        if let Some(order_by) = order_by {
            order_by.sort(&mut found);
        }
        let total = found.len();
        (total, found.into_iter().skip(start - 1).take(count).collect())
    };
    let page = page.into_iter().map(|r| projection.apply(r, schema)).collect();
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

pub(super) fn read_filter(text: &str, schema: &ResourceSchema) -> Result<Filter, ScimError> {
    let filter = Filter::parse(text).map_err(|e| ScimError::invalid_filter(e.to_string()))?;
    match filter.check(schema) {
        Ok(()) => Ok(filter),
        Err(error) => Err(ScimError::invalid_filter(error.to_string())),
    }
}

fn integer(call: &Call, name: &str) -> Result<Option<i64>, ScimError> {
    let Some(text) = call.parameter(name) else {
        return Ok(None);
    };
    match text.trim().parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) => Err(ScimError::invalid_value(format!("{name} must be an integer"))),
    }
}

/// `sortBy` and `sortOrder` (RFC 7644 section 3.4.2.3).
struct Order {
    path: AttrPath,
    leaf: &'static Attribute,
    descending: bool,
}

impl Order {
    fn of(call: &Call, schema: &ResourceSchema) -> Result<Option<Order>, ScimError> {
        let Some(text) = call.parameter("sortBy") else {
            return Ok(None);
        };
        let unknown = || ScimError::invalid_path(format!("sortBy: {text} is no known attribute"));
        let path: AttrPath = text.parse().map_err(|_| unknown())?;
        let Some(Target::Attribute { attribute, sub, .. }) = schema.find(&path) else {
            return Err(unknown());
        };
        let leaf = sub.unwrap_or(attribute);
        let leaf = leaf.sub_attribute("value").unwrap_or(leaf);
        if leaf.kind == AttributeKind::Complex {
            return Err(ScimError::invalid_path(format!("sortBy: {text} has parts: name the one to sort by")));
        }
        let descending = match call.parameter("sortOrder") {
            Some(order) if order.eq_ignore_ascii_case("descending") => true,
            Some(order) if !order.eq_ignore_ascii_case("ascending") => {
                return Err(ScimError::invalid_value("sortOrder must be ascending or descending"));
            }
            _ => false,
        };
        Ok(Some(Order { path, leaf, descending }))
    }

    /// Sorts; what has no value comes last, first when descending. Equal ones keep the order of creation.
    fn sort(&self, resources: &mut [Value]) {
        resources.sort_by(|a, b| {
            let by_value = match (self.key(a), self.key(b)) {
                (Some(a), Some(b)) => order(a, b, Some(self.leaf)).unwrap_or(Ordering::Equal),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            };
            if self.descending { by_value.reverse() } else { by_value }
        });
    }

    /// The value to sort by: of a list the primary one, or the first.
    fn key<'a>(&self, resource: &'a Value) -> Option<&'a Value> {
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
