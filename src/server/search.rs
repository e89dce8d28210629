//! Queries of the root, and queries sent by POST (RFC 7644 sections 3.4.2.1 and 3.4.3).

use super::auth;
use super::call::{Answer, Call, Kind};
use super::list;
use super::query::Query;
use super::store::Store;
use crate::scim::ScimError;

/// GET of the root: everything there is, but for what the discovery endpoints tell.
pub(super) fn root(call: &Call, store: &Store) -> Result<Answer, ScimError> {
    list::answer(call, &Kind::ALL, &Query::of_parameters(call)?, store)
}

/// POST to `/.search` behind the endpoint of a resource type, or at the root, where it is about all of them.
pub(super) fn answer(call: &Call, endpoint: &[&str], store: &Store) -> Result<Answer, ScimError> {
    let kinds = match endpoint {
        [] => Kind::ALL.to_vec(),
        [endpoint] => Kind::at(endpoint).into_iter().collect(),
        _ => Vec::new(),
    };
    if kinds.is_empty() {
        return Err(ScimError::not_found("there is no such endpoint"));
    }
    auth::check_content_type(call)?;
    list::answer(call, &kinds, &Query::of_message(call.object()?)?, store)
}
