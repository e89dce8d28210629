//! The exchanges as server-sent events: what is kept, then each new one.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::watch;

use super::recorder::{Next, Pulse, Recorder};

/// How often a silent stream says that it is there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// One browser that follows.
struct Reader {
    recorder: Arc<Recorder>,
    pulse: watch::Receiver<Pulse>,
    /// The number of the last exchange that was sent.
    after: Option<u64>,
}

/// Answers `GET /live/events`. Where exchanges were missed, an event `anew` says that all that is kept follows.
pub(super) fn answer(recorder: &Arc<Recorder>, headers: &HeaderMap) -> Response {
    let after = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| number(recorder, id));
    let reader = Reader { recorder: Arc::clone(recorder), pulse: recorder.pulse(), after };
    let events = stream::unfold(reader, next);
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    // Proxies that collect answers before they pass them on leave this one alone.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// The number in an event's id, if this server gave it.
fn number(recorder: &Recorder, id: &str) -> Option<u64> {
    let (run, number) = id.split_once('-')?;
    if run == recorder.run { number.parse().ok() } else { None }
}

async fn next(mut reader: Reader) -> Option<(Result<Event, Infallible>, Reader)> {
    loop {
        if reader.pulse.borrow_and_update().closed {
            return None;
        }
        let event = match reader.recorder.next(reader.after) {
            Next::Exchange(number, json) => {
                reader.after = Some(number);
                Event::default().id(format!("{}-{number}", reader.recorder.run)).event("exchange").data(&*json)
            }
            Next::Anew(gone) => {
                reader.after = Some(gone);
                Event::default().event("anew").data(&reader.recorder.run)
            }
            Next::Nothing => {
                reader.pulse.changed().await.ok()?;
                continue;
            }
        };
        return Some((Ok(event), reader));
    }
}
