//! When nothing more may be sent: the run was interrupted, the target has stopped answering, or there are no
//! credentials any more.

use std::{
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

/// After so many time-outs in a row the rest is not tried.
const PATIENCE: usize = 2;

/// Shared by all scenarios of a run.
#[derive(Debug, Default)]
pub struct Halt {
    interrupted: AtomicBool,
    silence: Mutex<Silence>,
    /// Why there are no credentials any more.
    locked_out: OnceLock<String>,
}

/// Nothing but time-outs.
#[derive(Debug, Default)]
struct Silence {
    /// How many in a row: of several that are waited for at once the first counts.
    timeouts: usize,
    /// When the last of them was over.
    since: Option<Instant>,
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
    pub(super) fn note(&self, sent: Instant, timed_out: bool) {
        let mut silence = self.silence();
        // A late answer does not undo that the target was given up.
        if !timed_out && silence.timeouts < PATIENCE {
            *silence = Silence::default();
        } else if timed_out && silence.since.is_none_or(|since| sent >= since) {
            *silence = Silence { timeouts: silence.timeouts + 1, since: Some(Instant::now()) };
        }
    }

    fn silence(&self) -> MutexGuard<'_, Silence> {
        self.silence.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that there are no credentials to go on with.
    pub(super) fn lock_out(&self, why: String) {
        // The first reason is as good as the next.
        let _ = self.locked_out.set(why);
    }

    /// True once the target was given up.
    pub fn given_up(&self) -> bool {
        self.silence().timeouts >= PATIENCE
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_target_is_given_up_that_does_not_answer_twice_one_after_the_other() {
        let halt = Halt::default();
        let together = Instant::now();
        for _ in 0..8 {
            halt.note(together, true);
        }
        assert!(!halt.given_up(), "they were waited for at once");
        halt.note(Instant::now(), true);
        assert!(halt.given_up());
        halt.note(Instant::now(), false);
        assert!(halt.given_up(), "too late");
    }

    #[test]
    fn an_answer_between_two_time_outs_shows_that_the_target_is_there() {
        let halt = Halt::default();
        for _ in 0..3 {
            halt.note(Instant::now(), true);
            halt.note(Instant::now(), false);
        }
        assert!(!halt.given_up());
        // One that was sent before the first was over.
        let sent = Instant::now() - Duration::from_millis(1);
        halt.note(Instant::now(), true);
        halt.note(sent, true);
        assert!(!halt.given_up());
    }
}
