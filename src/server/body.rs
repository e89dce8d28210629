//! Reading the bodies of requests, bounded in size, time and number.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use bytes::BytesMut;
use http_body_util::BodyExt;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

use crate::scim::ScimError;

/// The largest body a client may send, in bytes.
const MOST: usize = 4 * 1024 * 1024;
/// Up to this size a body is small: as many as there are connections may be under way at once.
const SMALL: usize = 64 * 1024;
/// Large bodies that are read at once; others wait with sending.
const READ_AT_ONCE: usize = 8;
/// Large bodies that are worked on at once: as JSON values a body takes many times its size.
const WORKED_ON_AT_ONCE: usize = 1;
/// Brackets, commas and colons of JSON in a body at most. A group of ninety thousand members has fewer.
const MOST_MARKS: usize = 300_000;

/// The bodies of one server.
pub(super) struct Bodies {
    /// How long a client may take to send one.
    patience: Duration,
    reading: Semaphore,
    working: Semaphore,
}

/// A body that was read. Large ones keep their place while this lives.
pub(super) struct Read<'a> {
    /// Nothing where the body could not be read.
    pub(super) bytes: Bytes,
    /// Why it could not be read.
    pub(super) unread: Option<ScimError>,
    _places: [Option<SemaphorePermit<'a>>; 2],
}

impl Bodies {
    pub(super) fn new(patience: Duration) -> Bodies {
        Bodies { patience, reading: Semaphore::new(READ_AT_ONCE), working: Semaphore::new(WORKED_ON_AT_ONCE) }
    }

    /// Reads the body of a request with these headers to its end: 413 if it is too large or too crowded, 408 if it takes too long, 400 if it breaks off.
    pub(super) async fn read(&self, headers: &HeaderMap, body: Body) -> Read<'_> {
        let mut place = None;
        let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        match self.collect(announced, body, &mut place).await {
            Ok(bytes) => {
                let working = if bytes.len() > SMALL { self.working.acquire().await.ok() } else { None };
                Read { bytes, unread: None, _places: [place, working] }
            }
            Err(error) => Read { bytes: Bytes::new(), unread: Some(error), _places: [None, None] },
        }
    }

    async fn collect<'a>(
        &'a self,
        announced: Option<u64>,
        mut body: Body,
        place: &mut Option<SemaphorePermit<'a>>,
    ) -> Result<Bytes, ScimError> {
        let too_large = || ScimError::payload_too_large(format!("the body is larger than {MOST} bytes"));
        if announced.is_some_and(|length| length > MOST as u64) {
            return Err(too_large());
        }
        let mut bytes = BytesMut::new();
        let mut until = Instant::now() + self.patience;
        let late = |_| ScimError::request_timeout("the body did not come in time");
        while let Some(frame) = timeout_at(until, body.frame()).await.map_err(late)? {
            let broken = |_| ScimError::invalid_syntax("the body broke off, or is not framed as HTTP frames it");
            // What is no data are trailers, which say nothing here.
            let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
            if bytes.len() + data.len() > MOST {
                return Err(too_large());
            }
            bytes.extend_from_slice(&data);
            if bytes.len() > SMALL && place.is_none() {
                let waits = Instant::now();
                *place = self.reading.acquire().await.ok();
                // That others were before it is not the client's doing.
                until += waits.elapsed();
            }
        }
        match marks(&bytes) > MOST_MARKS {
            true => Err(ScimError::payload_too_large("the body has more values than are read")),
            false => Ok(bytes.freeze()),
        }
    }
}

/// The marks of JSON outside its strings, each of which makes for a value or a name at most.
fn marks(text: &[u8]) -> usize {
    let (mut marks, mut within, mut escaped) = (0, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if within => escaped = true,
            b'"' => within = !within,
            b'[' | b'{' | b',' | b':' if !within => marks += 1,
            _ => {}
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marks_outside_of_strings_count() {
        for (text, count) in [("", 0), ("[]", 1), (r#"{"a": [1, 2]}"#, 4), (r#"{"a,[": "\"{,\\"}"#, 2), (r#""[[[["#, 0)]
        {
            assert_eq!(marks(text.as_bytes()), count, "{text}");
        }
    }
}
