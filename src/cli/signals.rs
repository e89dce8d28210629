//! The signals that ask a program to end.

/// The signals that ask a program to end.
#[cfg(unix)]
pub struct Signals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Signals {
    /// Listens from now on.
    pub fn listen() -> Signals {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        // Where one can't be had, it ends the program as it always did.
        Signals(kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect())
    }

    /// Waits for the next one; true for Ctrl-C.
    pub async fn next(&mut self) -> bool {
        use std::task::Poll;
        let came = std::future::poll_fn(|context| {
            let came = self.0.iter_mut().position(|signal| matches!(signal.poll_recv(context), Poll::Ready(Some(()))));
            came.map_or(Poll::Pending, Poll::Ready)
        });
        came.await == 0
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Listens from now on.
    pub fn listen() -> Signals {
        Signals
    }

    pub async fn next(&mut self) -> bool {
        tokio::signal::ctrl_c().await.is_ok()
    }
}
