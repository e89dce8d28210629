//! How many scenarios run at once: as many as are allowed, and fewer where the target can't keep up.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::http::{BoxFuture, Failure, Request, Response, Transport};

/// A target is under strain when its answers take so many times as long as they did at their best,
const STRAIN: u32 = 4;
/// and longer than this: below, nobody waits.
const SLOW: Duration = Duration::from_secs(1);
/// So many answers, to requests that were sent at the present pace, tell how it does.
const SAMPLE: u32 = 8;

/// How fast a target answers, and how many scenarios it is given at once.
#[derive(Debug)]
pub(super) struct Pace(Mutex<State>);

#[derive(Debug)]
struct State {
    most: usize,
    room: usize,
    /// The time of an answer, the last ones counting most.
    recent: Duration,
    /// The least that it was.
    best: Duration,
    /// When the pace changed last.
    since: Instant,
    /// Answers to what was sent since then.
    answers: u32,
}

impl Pace {
    /// At most so many at once.
    pub fn new(most: usize) -> Pace {
        let (recent, best, since) = (Duration::ZERO, Duration::MAX, Instant::now());
        Pace(Mutex::new(State { most, room: most, recent, best, since, answers: 0 }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many scenarios may run at once now.
    pub fn room(&self) -> usize {
        self.state().room
    }

    /// Notes an answer: half as many at once where the target says that these are too many (429, RFC 6585 section 4), one less where it
    /// gets slow, one more where neither is so. What was sent before the last change says nothing of the present pace.
    fn note(&self, sent: Instant, took: Duration, too_many: bool) {
        let mut state = self.state();
        if sent < state.since {
            return;
        }
        // One answer alone, however slow, is no strain.
        let took = took.min(2 * state.recent.max(SLOW));
        state.recent = if state.recent.is_zero() { took } else { (7 * state.recent + took) / 8 };
        state.answers += 1;
        if state.answers >= SAMPLE {
            state.best = state.best.min(state.recent);
        }
        // Before there is a sample there is no best.
        let strained = state.recent > SLOW && state.recent > state.best.saturating_mul(STRAIN);
        let room = match (too_many, strained) {
            (true, _) => state.room / 2,
            (_, true) => state.room - 1,
            _ if state.answers >= 4 * SAMPLE => state.room + 1,
            _ => return,
        };
        let room = room.clamp(1, state.most);
        if room != state.room || too_many {
            (state.room, state.since, state.answers) = (room, Instant::now(), 0);
        }
    }
}

/// A transport whose answers set the pace.
pub(super) struct Paced {
    pub transport: Arc<dyn Transport>,
    pub pace: Arc<Pace>,
}

impl Transport for Paced {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(async {
            let began = Instant::now();
            let answer = self.transport.send(request).await;
            if let Ok(answer) = &answer {
                self.pace.note(began, began.elapsed(), answer.status == 429);
            }
            answer
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(pace: &Pace, answers: u32, milliseconds: u64, too_many: bool) -> usize {
        (0..answers).for_each(|_| pace.note(Instant::now(), Duration::from_millis(milliseconds), too_many));
        pace.room()
    }

    #[test]
    fn a_target_that_has_enough_is_given_less_and_more_again_later() {
        let pace = Pace::new(64);
        let sent = Instant::now();
        assert_eq!(hear(&pace, 100, 20, false), 64);
        assert_eq!(hear(&pace, 1, 20, true), 32);
        // Those under way are answered so, too.
        (0..60).for_each(|_| pace.note(sent, Duration::from_millis(20), true));
        assert_eq!(pace.room(), 32);
        assert_eq!(hear(&pace, 1, 20, true), 16);
        assert_eq!(hear(&pace, 100, 20, true), 1);
        assert_eq!(hear(&pace, 4 * SAMPLE, 20, false), 2);
        assert_eq!(hear(&pace, 12 * SAMPLE, 20, false), 5);
    }

    #[test]
    fn a_target_that_gets_slow_is_given_less() {
        let pace = Pace::new(4);
        assert_eq!(hear(&pace, 2 * SAMPLE, 100, false), 4);
        // Nine times as slow is nobody's trouble yet, nor is one answer.
        assert_eq!(hear(&pace, 3 * SAMPLE, 900, false), 4);
        assert_eq!(hear(&pace, 8 * SAMPLE, 100, false), 4);
        assert_eq!(hear(&pace, 1, 30_000, false), 4);
        assert!(hear(&pace, 8 * SAMPLE, 3_000, false) < 3);
        // One that is slow from the beginning is as it is.
        assert_eq!(hear(&Pace::new(4), 100, 3_000, false), 4);
    }
}
