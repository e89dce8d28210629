//! Conditional requests with entity tags (RFC 7644 section 3.14).

use axum::http::{HeaderName, header};

use super::call::Call;
use crate::scim::ScimError;

/// Refuses a change if the client has seen another version.
pub(super) fn check_match(call: &Call, version: &str) -> Result<(), ScimError> {
    match call.header(header::IF_MATCH) {
        Some(tags) if !lists(tags, version) => {
            Err(ScimError::precondition_failed("the resource has changed meanwhile"))
        }
        _ => Ok(()),
    }
}

/// True if the client has this version already.
pub(super) fn is_known(call: &Call, version: &str) -> bool {
    let name: HeaderName = header::IF_NONE_MATCH;
    call.header(name).is_some_and(|tags| lists(tags, version))
}

/// Weak comparison: the tags' text counts, not the `W/` (RFC 9110 section 8.8.3.2).
fn lists(tags: &str, version: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.split(',').map(opaque).any(|tag| tag == "*" || tag == opaque(version))
}
