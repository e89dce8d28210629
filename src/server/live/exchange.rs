//! One request and its answer as they are kept: masked, and cut to a size that bounds the memory.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::response::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde::Serialize;

use super::mask::{self, Mask};
use super::recorder::Recorder;

/// How many bytes of a body are kept.
const KEPT_BODY: usize = 64 * 1024;

/// How many bytes of a header's value, and of the target, are kept.
const KEPT_LINE: usize = 8 * 1024;

/// One exchange.
#[derive(Debug, Default, Serialize)]
pub(super) struct Exchange {
    /// Its number; the recorder gives it.
    pub(super) n: u64,
    /// The moment when the request's head was there, in RFC 3339.
    pub(super) started: String,
    /// The time to the answer, in microseconds.
    pub(super) micros: u64,
    pub(super) method: String,
    /// Path and query as they were sent.
    pub(super) target: String,
    pub(super) request: Message,
    /// Missing if the client went away before there was one.
    pub(super) answer: Option<Answer>,
}

/// Status and message of an answer.
#[derive(Debug, Default, Serialize)]
pub(super) struct Answer {
    status: u16,
    #[serde(flatten)]
    message: Message,
}

/// Headers in order, and a body.
#[derive(Debug, Default, Serialize)]
pub(super) struct Message {
    headers: Vec<(String, String)>,
    body: String,
    /// The length of the whole body in bytes.
    length: usize,
    /// The body is longer than what is kept of it.
    cut: bool,
}

impl Message {
    /// `text` is the masked body.
    fn new(headers: Vec<(String, String)>, mut text: String, body: &[u8]) -> Self {
        let cut = text.len() > KEPT_BODY;
        cut_to(&mut text, KEPT_BODY);
        Message { headers, body: text, length: body.len(), cut }
    }
}

fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let each = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.to_string(), line(mask::header(name.as_str(), &value)))
    });
    each.collect()
}

fn line(mut text: String) -> String {
    if text.len() > KEPT_LINE {
        cut_to(&mut text, KEPT_LINE);
        text.push_str("[cut]");
    }
    text
}

fn cut_to(text: &mut String, most: usize) {
    if text.len() > most {
        let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
}

/// A request that is under way. If it is dropped before there is an answer, the client went away, and that is recorded.
pub(in crate::server) struct Pending {
    recorder: Arc<Recorder>,
    /// Empty once it is recorded.
    exchange: Option<Exchange>,
    mask: Mask,
    clock: Instant,
    /// The length that the request's head gives for the body.
    announced: Option<usize>,
    /// What has been read of the request's body.
    read: Arc<Mutex<Vec<u8>>>,
}

impl Pending {
    pub(super) fn new(recorder: Arc<Recorder>, request: Request) -> (Request, Pending) {
        let (parts, body) = request.into_parts();
        let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
        let mut mask = Mask::default();
        let exchange = Exchange {
            started: Timestamp::now().to_string(),
            method: line(parts.method.to_string()),
            target: line(mask.target(target)),
            request: Message { headers: kept(&parts.headers), ..Message::default() },
            ..Exchange::default()
        };
        let announced = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let read = Arc::<Mutex<Vec<u8>>>::default();
        let copy = Arc::clone(&read);
        let body = body.into_data_stream().inspect_ok(move |chunk| {
            copy.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(chunk);
        });
        let pending = Pending { recorder, exchange: Some(exchange), mask, clock: Instant::now(), announced, read };
        (Request::from_parts(parts, Body::from_stream(body)), pending)
    }

    /// Records the answer, and gives it back to be sent.
    pub(in crate::server) async fn answered(mut self, response: Response) -> Response {
        let clock = self.clock.elapsed();
        let (parts, body) = response.into_parts();
        // The body of an answer lies in memory whole: nothing can fail.
        let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
        self.finish(clock.as_micros(), Some((&parts, &bytes)));
        Response::from_parts(parts, Body::from(bytes))
    }

    fn finish(&mut self, micros: u128, answer: Option<(&Parts, &[u8])>) {
        let Some(mut exchange) = self.exchange.take() else {
            return;
        };
        let read = std::mem::take(&mut *self.read.lock().unwrap_or_else(PoisonError::into_inner));
        let whole = answer.is_some() && self.announced.is_none_or(|length| length == read.len());
        let text = if whole { self.mask.body(&read) } else { self.mask.broken_off(&read) };
        exchange.request = Message::new(exchange.request.headers, text, &read);
        exchange.micros = u64::try_from(micros).unwrap_or(u64::MAX);
        exchange.answer = answer.map(|(parts, body)| {
            let text = self.mask.answer(body);
            Answer { status: parts.status.as_u16(), message: Message::new(kept(&parts.headers), text, body) }
        });
        self.recorder.keep(exchange);
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.finish(self.clock.elapsed().as_micros(), None);
    }
}
