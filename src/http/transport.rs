//! How a request gets to the target, and what may come instead of an answer.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use super::{Request, Response, TokenError};

/// A boxed future, so that traits with asynchronous methods can be used as objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection came about.
    #[error("no connection: {0}")]
    NoConnection(String),
    /// The connection came about, TLS did not.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// Nothing, or not everything, came within the time-out.
    #[error("no complete answer within {}", seconds(.0))]
    TimedOut(Duration),
    /// The connection broke, or what came is not HTTP.
    #[error("the answer broke off: {0}")]
    Broken(String),
    /// The request can't be put into words HTTP knows.
    #[error("the request can't be sent: {0}")]
    Unsendable(String),
    /// We did not send it: it would have changed what this run did not create.
    #[error("withheld: {0}")]
    Withheld(String),
    /// We did not send it: the run was interrupted or had given up on the target.
    #[error("not sent: {0}")]
    NotSent(String),
    /// We did not send it: there is no access token for it.
    #[error(transparent)]
    NoToken(TokenError),
}

fn seconds(duration: &Duration) -> String {
    if duration.subsec_millis() == 0 {
        format!("{} s", duration.as_secs())
    } else {
        format!("{} ms", duration.as_millis())
    }
}

/// Takes a request to a target and brings the answer.
pub trait Transport: Send + Sync {
    /// Sends one request.
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>>;
}

/// What was heard after something was said.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Number of the exchange on this line, from 0.
    pub exchange: usize,
    /// The answer, or why there is none.
    pub answer: Result<Arc<Response>, Failure>,
}

/// A line to the target that remembers what was said on it. The identity provider speaks on a line; who
/// listens is not its business.
pub trait Line: Send + Sync {
    /// Sends one request, remembers the exchange and returns what was heard.
    fn say(&self, request: Request) -> BoxFuture<'_, Heard>;
}
