//! When nothing more may be sent: the run was interrupted, the target has stopped answering, or there are no
//! credentials any more.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// After so many time-outs in a row the rest is not tried.
const PATIENCE: usize = 2;

/// Shared by all scenarios of a run.
#[derive(Debug, Default)]
pub struct Halt {
    interrupted: AtomicBool,
    timeouts: AtomicUsize,
    /// Why there are no credentials any more.
    locked_out: OnceLock<String>,
}

impl Halt {
    /// Asks the run to end: what is under way is awaited, then cleaned up after.
    pub fn interrupt(&self) {
        self.interrupted.store(true, Ordering::SeqCst);
    }

    /// True once the run was interrupted.
    pub fn interrupted(&self) -> bool {
        self.interrupted.load(Ordering::SeqCst)
    }

    /// Notes that a request timed out, or that an answer came.
    pub(super) fn note(&self, timed_out: bool) {
        if timed_out {
            self.timeouts.fetch_add(1, Ordering::SeqCst);
        } else {
            // A late answer does not undo that the target was given up.
            let patient = |count: usize| (count < PATIENCE).then_some(0);
            let _ = self.timeouts.fetch_update(Ordering::SeqCst, Ordering::SeqCst, patient);
        }
    }

    /// Notes that there are no credentials to go on with.
    pub(super) fn lock_out(&self, why: String) {
        // The first reason is as good as the next.
        let _ = self.locked_out.set(why);
    }

    /// True once the target was given up.
    pub fn given_up(&self) -> bool {
        self.timeouts.load(Ordering::SeqCst) >= PATIENCE
    }

    /// Why nothing may be sent any more.
    pub(super) fn reason(&self) -> Option<&str> {
        if self.interrupted() {
            Some("the run was interrupted")
        } else if self.given_up() {
            Some("the target did not answer twice in a row")
        } else {
            self.locked_out.get().map(String::as_str)
        }
    }
}
