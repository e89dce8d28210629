//! A transport that changes one answer on its way: how a test shows that an expectation can fail.

use std::sync::atomic::{AtomicUsize, Ordering};

use scim_check::http::{BoxFuture, Client, Failure, Json, Request, Response, Transport};
use serde_json::Value;

/// Which requests, by their number and themselves.
type Which = Box<dyn Fn(usize, &Request) -> bool + Send + Sync>;
/// What is done to the status and the body of an answer.
type Change = Box<dyn Fn(&mut u16, &mut Value) + Send + Sync>;

/// Changes the answers to the requests that `which` chooses by their number and themselves.
pub struct Tamper {
    client: Client,
    sent: AtomicUsize,
    which: Which,
    change: Change,
}

impl Tamper {
    pub fn new(
        client: Client,
        which: impl Fn(usize, &Request) -> bool + Send + Sync + 'static,
        change: impl Fn(&mut u16, &mut Value) + Send + Sync + 'static,
    ) -> Tamper {
        Tamper { client, sent: AtomicUsize::new(0), which: Box::new(which), change: Box::new(change) }
    }

    async fn answer(&self, request: &Request) -> Result<Response, Failure> {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let answer = self.client.send(request).await?;
        if !(self.which)(number, request) {
            return Ok(answer);
        }
        let Response { mut status, headers, json, cut, .. } = answer;
        let mut body = match json {
            Json::Value(value) => value,
            _ => Value::Null,
        };
        (self.change)(&mut status, &mut body);
        Ok(Response::new(status, headers, body.to_string().into(), cut))
    }
}

impl Transport for Tamper {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(self.answer(request))
    }
}
