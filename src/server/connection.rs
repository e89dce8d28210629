//! HTTP on the connections that a listener takes: bounded in number, in size and in time, so that no client keeps the
//! server from the others.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Version, header};
use axum::response::Response;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, sink};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tower::ServiceExt;

use super::call::Answer;
use super::stalled::Stalled;
use crate::scim::ScimError;

/// Connections at once; further ones wait to be taken.
const MOST: u32 = 4096;
/// Bytes of a request's line and headers at most, far more than the longest filter takes.
const LARGEST_HEAD: usize = 64 * 1024;
/// How long what a client still sends is let go by after the last answer. A connection that is closed before it is read is reset,
/// and the answer may be lost with it.
const LINGER: Duration = Duration::from_secs(2);
/// How long where the server is to end.
const LAST_LINGER: Duration = Duration::from_millis(200);
/// How many bytes of it at most.
const LINGER_BYTES: u64 = 64 * 1024 * 1024;

/// Serves until `stopped`, and then until the requests under way are answered. A client may take `patience` to send the
/// head of a request, to leave a connection idle, and to take in a part of an answer.
pub(super) async fn serve<L: Listener>(
    mut listener: L,
    router: Router,
    patience: Duration,
    stopped: impl Future<Output = ()>,
) {
    let room = Arc::new(Semaphore::new(MOST as usize));
    let (closing, _) = watch::channel(());
    let mut stopped = pin!(stopped);
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await.0)
        };
        let (place, stream) = tokio::select! {
            next = next => next,
            () = &mut stopped => break,
        };
        let (router, closes) = (router.clone(), closing.subscribe());
        tokio::spawn(async move {
            converse(stream, router, patience, closes).await;
            drop(place);
        });
    }
    drop(listener);
    drop(closing);
    // All places are free when the last connection has ended. Nobody closes the semaphore.
    let _ = room.acquire_many(MOST).await;
}

/// Answers the requests of one connection.
async fn converse<S>(stream: S, router: Router, patience: Duration, mut closes: watch::Receiver<()>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(move |request: axum::http::Request<Incoming>| {
        let router = router.clone();
        Box::pin(async move {
            match misled(&request) {
                Some(refusal) => Ok(refusal),
                None => router.oneshot(request.map(Body::new)).await,
            }
        })
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(Stalled::new(stream, patience)), service);
    let mut asked = false;
    loop {
        tokio::select! {
            // What went wrong on a connection is the client's affair, and it was told if it still listens.
            _ = &mut connection => break,
            _ = closes.changed(), if !asked => {
                asked = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    }
    let mut stream = connection.into_parts().io.into_inner();
    let linger = async {
        // After an error nobody has shut it down yet; else it is done.
        let _ = stream.shutdown().await;
        tokio::io::copy(&mut stream.take(LINGER_BYTES), &mut sink()).await
    };
    // However it ends, the connection ends.
    let _ = timeout(if asked { LAST_LINGER } else { LINGER }, linger).await;
}

/// The refusal of a request of HTTP/1.1 that does not say to which host it goes, or to which of two (RFC 9112 section 3.2).
fn misled(request: &axum::http::Request<Incoming>) -> Option<Response> {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    let wrong = hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11);
    wrong.then(|| Answer::from(ScimError::bad_request("a request has one Host header")).into_response())
}
