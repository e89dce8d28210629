//! What earlier answers of a scenario showed of one resource.

use serde_json::Value;

use super::support::{at, id, projected};
use crate::{
    http::{Exchange, Kind, Resource},
    judge::{Seen, member},
    scim::moment::moment,
};

/// One look at a resource.
pub(super) struct Look<'a> {
    /// The exchange in which it was shown.
    pub(super) exchange: &'a Exchange,
    /// Position of that exchange among those before.
    pub(super) at: usize,
    /// What was shown.
    pub(super) shown: &'a Value,
}

/// The resources that an exchange shows whole, with their ids.
pub(super) fn shown(exchange: &Exchange) -> Vec<(String, &Value)> {
    // In which order requests at once were carried out nobody knows.
    let raced = exchange.request.lane > 0 && exchange.kind.writes();
    let Some(response) = exchange.success().filter(|_| !raced && !projected(&exchange.request)) else {
        return Vec::new();
    };
    let all: Vec<&Value> = if exchange.kind.is_list() {
        response.resources().iter().collect()
    } else if exchange.kind.resource().is_some() {
        response.value().into_iter().collect()
    } else {
        Vec::new()
    };
    all.into_iter().filter(|one| one.is_object()).filter_map(|one| Some((id(one)?, one))).collect()
}

/// Earlier looks at a resource, oldest first; what had its id before a deletion was another one.
pub(super) fn looks<'a>(seen: &Seen<'a>, resource: Resource, wanted: &str) -> Vec<Look<'a>> {
    let gone =
        |exchange: &Exchange| matches!(&exchange.kind, Kind::Delete(kind, id) if *kind == resource && id == wanted);
    let from = seen.before.iter().rposition(gone).map_or(0, |deleted| deleted + 1);
    let of_type = seen.before.iter().enumerate().skip(from);
    let of_type = of_type.filter(|(_, exchange)| exchange.kind.resource() == Some(resource));
    of_type
        .flat_map(|(at, exchange)| {
            let same = shown(exchange).into_iter().filter(|(id, _)| id == wanted);
            same.map(move |(_, shown)| Look { exchange, at, shown })
        })
        .collect()
}

/// True for a PUT, PATCH or DELETE of this resource that may have changed it.
pub(super) fn may_change(exchange: &Exchange, resource: Resource, wanted: &str) -> bool {
    let writes = exchange.kind.writes() && exchange.kind.resource() == Some(resource);
    let refused = exchange.response().is_some_and(|response| (400..500).contains(&response.status));
    writes && exchange.kind.id() == Some(wanted) && !refused
}

/// A date in meta, as written and in nanoseconds.
pub(super) fn date<'v>(resource: &'v Value, name: &str) -> Option<(&'v str, i128)> {
    let text = at(member(resource, "meta")?, name)?.as_str()?;
    Some((text, moment(text)?))
}
