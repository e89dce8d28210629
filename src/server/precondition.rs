//! Conditional requests with entity tags (RFC 7644 section 3.14).

use axum::http::{HeaderName, header};

use super::call::Call;
use crate::scim::ScimError;

/// Whether a request has a condition.
pub(super) fn is_conditional(call: &Call) -> bool {
    call.headers.contains_key(header::IF_MATCH) || call.headers.contains_key(header::IF_NONE_MATCH)
}

/// Refuses a change if the client has seen another version, or wants none to be there.
pub(super) fn check_match(call: &Call, version: &str) -> Result<(), ScimError> {
    let seen_another = lists(call, header::IF_MATCH, version) == Some(false);
    if seen_another || is_known(call, version) {
        return Err(ScimError::precondition_failed("the resource is not in the state that the request asks for"));
    }
    Ok(())
}

/// True if the client has this version already.
pub(super) fn is_known(call: &Call, version: &str) -> bool {
    lists(call, header::IF_NONE_MATCH, version) == Some(true)
}

/// Whether a header lists a version; `None` where there is no such header. Several lines are one list (RFC 9110 section
/// 5.3). Weak comparison: the tags' text counts, not the `W/` (RFC 9110 section 8.8.3.2).
fn lists(call: &Call, name: HeaderName, version: &str) -> Option<bool> {
    let lines: Vec<String> =
        call.headers.get_all(name).iter().map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()).collect();
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let mut tags = lines.iter().flat_map(|line| line.split(',')).map(opaque);
    (!lines.is_empty()).then(|| tags.any(|tag| tag == "*" || tag == opaque(version)))
}
