//! Reading the body of a request, bounded in size and time.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use http_body_util::LengthLimitError;

use crate::scim::ScimError;

/// The largest body a client may send, in bytes.
const MOST: usize = 4 * 1024 * 1024;
/// How long a client may take to send it.
const LONGEST: Duration = Duration::from_secs(30);

/// Reads a body to its end.
///
/// # Errors
/// 413 if it is too large, 408 if it takes too long, 400 if it breaks off.
pub(super) async fn read(body: Body) -> Result<Bytes, ScimError> {
    match tokio::time::timeout(LONGEST, to_bytes(body, MOST)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(match error.into_inner().is::<LengthLimitError>() {
            true => ScimError::payload_too_large(format!("the body is larger than {MOST} bytes")),
            false => ScimError::invalid_syntax("the body broke off, or is not framed as HTTP frames it"),
        }),
        Err(_) => Err(ScimError::request_timeout("the body did not come in time")),
    }
}
