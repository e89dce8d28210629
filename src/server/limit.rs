//! A limit on how many requests are answered in a second.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::header;

use super::call::Answer;
use crate::scim::ScimError;

/// Lets so many requests pass in each second, counted from the first one.
pub(super) struct Limit {
    most: u32,
    /// When the second began, and how many requests have come in it.
    window: Mutex<(Instant, u32)>,
}

impl Limit {
    pub(super) fn per_second(most: NonZeroU32) -> Limit {
        Limit { most: most.get(), window: Mutex::new((Instant::now(), 0)) }
    }

    /// The refusal of a request that is one too many. `Retry-After` counts whole seconds (RFC 9110 section 10.2.3), so
    /// it is 1 always.
    pub(super) fn refuse(&self) -> Option<Answer> {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.0.elapsed() >= Duration::from_secs(1) {
            *window = (Instant::now(), 0);
        }
        window.1 = window.1.saturating_add(1);
        (window.1 > self.most).then(|| {
            let error = ScimError::too_many_requests("too many requests: wait before the next one");
            Answer::from(error).with(header::RETRY_AFTER, "1")
        })
    }
}
