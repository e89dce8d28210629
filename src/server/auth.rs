//! Who may ask, and in which media types (RFC 7644 sections 2 and 3.1).

use axum::http::{Method, header};

use super::call::{Answer, Call};
use crate::scim::ScimError;

const MEDIA_TYPES: [&str; 2] = ["application/scim+json", "application/json"];

/// Lets a call with the right token pass. `/ServiceProviderConfig` can be read by anybody, so that clients can find out how
/// to authenticate (RFC 7643 section 5).
pub(super) fn check(call: &Call, token: Option<&str>) -> Result<(), Answer> {
    let Some(token) = token else { return Ok(()) };
    let config = call.path.as_deref() == Some(&["ServiceProviderConfig".to_owned()]);
    if call.trusted || (config && call.method == Method::GET) {
        return Ok(());
    }
    let given = call.header(header::AUTHORIZATION);
    match given.and_then(bearer) {
        Some(given) if given == token => Ok(()),
        _ => {
            let challenge = match given {
                Some(_) => "Bearer realm=\"scim\", error=\"invalid_token\"",
                None => "Bearer realm=\"scim\"",
            };
            let error = ScimError::unauthorized("the credentials are missing or wrong");
            Err(Answer::from(error).with(header::WWW_AUTHENTICATE, challenge))
        }
    }
}

/// The token of a bearer header. The scheme's letter case does not matter (RFC 9110 section 11.1).
pub(super) fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Refuses calls that want an answer in a media type other than JSON.
pub(super) fn check_accept(call: &Call) -> Result<(), ScimError> {
    let Some(accept) = call.header(header::ACCEPT) else {
        return Ok(());
    };
    let fits = |range: &str| {
        let range = essence(range);
        range == "*/*" || range == "application/*" || MEDIA_TYPES.contains(&range.as_str())
    };
    if accept.trim().is_empty() || accept.split(',').any(fits) {
        Ok(())
    } else {
        Err(ScimError::not_acceptable("answers come as application/scim+json"))
    }
}

/// Refuses bodies in a media type other than JSON.
pub(super) fn check_content_type(call: &Call) -> Result<(), ScimError> {
    let given = call.header(header::CONTENT_TYPE).map(essence);
    if given.is_some_and(|g| MEDIA_TYPES.contains(&g.as_str())) {
        Ok(())
    } else {
        Err(ScimError::unsupported_media_type("the body must be sent as application/scim+json"))
    }
}

/// A media type without its parameters.
fn essence(media_type: &str) -> String {
    let bare = media_type.split(';').next().unwrap_or_default();
    bare.trim().to_ascii_lowercase()
}
