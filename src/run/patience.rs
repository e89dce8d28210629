//! How long a run waits for a target: where it asks for a pause, and where it shows a change late.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// Okta sends a request so many times before the task fails for good (okta-client 15.2).
pub(super) const TRIES: usize = 10;
/// After so many waits in vain a target is not slow to show a change but wrong.
const IN_VAIN: usize = 2;
/// The first pause between two looks; each further one is twice as long.
const FIRST: Duration = Duration::from_millis(50);

/// Shared by all scenarios of a run: who is asked to wait makes all wait.
#[derive(Debug)]
pub(super) struct Patience {
    pauses: Mutex<Pauses>,
    settle: Duration,
    settled: AtomicBool,
    in_vain: AtomicUsize,
}

#[derive(Debug)]
struct Pauses {
    left: Duration,
    until: Option<Instant>,
}

impl Patience {
    /// `pauses` is how long a run waits altogether where it is asked to; `settle` how long for one change to show, and
    /// zero not at all.
    pub fn new(pauses: Duration, settle: Duration) -> Patience {
        Patience {
            pauses: Mutex::new(Pauses { left: pauses, until: None }),
            settle,
            settled: AtomicBool::new(false),
            in_vain: AtomicUsize::new(0),
        }
    }

    /// The target asks for a pause; false where there is not so much patience left.
    pub fn pause(&self, asked: Duration) -> bool {
        let mut pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        // What all wait for already is not counted twice.
        let begun = pauses.until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        let more = asked.saturating_sub(begun);
        let Some(left) = pauses.left.checked_sub(more) else { return false };
        pauses.left = left;
        pauses.until = Some(now + begun + more);
        true
    }

    /// How long the pause that the target has asked for still lasts.
    pub fn pause_left(&self) -> Option<Duration> {
        let pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        let left = pauses.until?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// The pauses between looks at what may show a change late; none where that has no point.
    pub fn looks(&self) -> impl Iterator<Item = Duration> + use<> {
        let hope = self.settled.load(Ordering::SeqCst) || self.in_vain.load(Ordering::SeqCst) < IN_VAIN;
        let mut left = if hope { self.settle } else { Duration::ZERO };
        let mut pause = FIRST;
        std::iter::from_fn(move || {
            let next = pause.min(left);
            left -= next;
            pause *= 2;
            (!next.is_zero()).then_some(next)
        })
    }

    /// Notes whether a change that was waited for showed.
    pub fn note(&self, showed: bool) {
        if showed {
            self.settled.store(true, Ordering::SeqCst);
        } else {
            self.in_vain.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_at_the_same_time_count_once_and_end_with_the_patience() {
        let patience = Patience::new(3 * SECOND, Duration::ZERO);
        assert_eq!(patience.pause_left(), None);
        assert!(patience.pause(2 * SECOND) && patience.pause(2 * SECOND));
        assert!(patience.pause_left().unwrap() > SECOND);
        assert!(!patience.pause(Duration::MAX));
        assert!(!patience.pause(4 * SECOND));
        assert!(patience.pause(Duration::ZERO));
    }

    #[test]
    fn looks_grow_apart_and_end_with_the_time_or_the_hope() {
        let patience = Patience::new(SECOND, 2 * SECOND);
        let looks: Vec<u128> = patience.looks().map(|pause| pause.as_millis()).collect();
        assert_eq!(looks, [50, 100, 200, 400, 800, 450]);
        patience.note(false);
        patience.note(false);
        assert_eq!(patience.looks().count(), 0);
        patience.note(true);
        assert_eq!(patience.looks().count(), 6);
        assert_eq!(Patience::new(SECOND, Duration::ZERO).looks().count(), 0);
    }
}
