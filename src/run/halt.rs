//! When nothing more may be sent: the run was interrupted, the target has stopped answering, or there are no
//! credentials any more.

use std::{
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use reqwest::Method;

/// After so many time-outs in a row the rest is not tried, though all were of one kind of request, which alone may hang.
const PATIENCE: usize = 5;

/// Shared by all scenarios of a run.
#[derive(Debug, Default)]
pub struct Halt {
    interrupted: AtomicBool,
    silence: Mutex<Silence>,
    /// Why there are no credentials any more.
    locked_out: OnceLock<String>,
}

/// What kind of request it is for a target that hangs: its verb, and whether it asks for a list.
pub(super) type Sort = (Method, bool);

/// Nothing but time-outs, one after the other: of several that are waited for at once the first counts.
#[derive(Debug, Default)]
struct Silence {
    /// How many, of what sort, and when the last of them was over.
    timeouts: usize,
    sort: Option<Sort>,
    since: Option<Instant>,
    given_up: bool,
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
    pub(super) fn note(&self, sent: Instant, sort: Sort, timed_out: bool) {
        let mut silence = self.silence();
        // A late answer does not undo that.
        if silence.given_up {
            return;
        }
        if !timed_out {
            *silence = Silence::default();
        } else if silence.since.is_none_or(|since| sent >= since) {
            let timeouts = silence.timeouts + 1;
            let another = silence.sort.as_ref().is_some_and(|before| *before != sort);
            let given_up = another || timeouts >= PATIENCE;
            *silence = Silence { timeouts, sort: Some(sort), since: Some(Instant::now()), given_up };
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
        self.silence().given_up
    }

    /// Why nothing may be sent any more.
    pub(super) fn reason(&self) -> Option<&str> {
        if self.interrupted() {
            Some("the run was interrupted")
        } else if self.given_up() {
            Some("the target stopped answering")
        } else {
            self.locked_out.get().map(String::as_str)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn list() -> Sort {
        (Method::GET, true)
    }

    fn delete() -> Sort {
        (Method::DELETE, false)
    }

    #[test]
    fn a_target_is_given_up_that_answers_neither_of_two_requests_one_after_the_other() {
        let halt = Halt::default();
        let together = Instant::now();
        for sort in [list(), delete(), list(), delete()] {
            halt.note(together, sort, true);
        }
        assert!(!halt.given_up(), "they were waited for at once");
        halt.note(Instant::now(), delete(), true);
        assert!(halt.given_up());
        halt.note(Instant::now(), delete(), false);
        assert!(halt.given_up(), "too late");
    }

    #[test]
    fn requests_of_one_kind_may_hang_for_a_while() {
        let halt = Halt::default();
        for _ in 1..PATIENCE {
            halt.note(Instant::now(), list(), true);
        }
        assert!(!halt.given_up());
        halt.note(Instant::now(), list(), true);
        assert!(halt.given_up());
    }

    #[test]
    fn an_answer_between_two_time_outs_shows_that_the_target_is_there() {
        let halt = Halt::default();
        for _ in 0..3 {
            halt.note(Instant::now(), list(), true);
            halt.note(Instant::now(), list(), false);
            halt.note(Instant::now(), delete(), true);
            halt.note(Instant::now(), list(), false);
        }
        assert!(!halt.given_up());
        // One that was sent before the first was over.
        let sent = Instant::now() - Duration::from_millis(1);
        halt.note(Instant::now(), list(), true);
        halt.note(sent, delete(), true);
        assert!(!halt.given_up());
    }
}
