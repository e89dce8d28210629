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
/// So many answers tell how it does. After a change of pace the next so many do.
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
    /// Answers since the pace changed.
    answers: u32,
}

impl Pace {
    /// At most so many at once.
    pub fn new(most: usize) -> Pace {
        Pace(Mutex::new(State { most, room: most, recent: Duration::ZERO, best: Duration::MAX, answers: 0 }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many scenarios may run at once now.
    pub fn room(&self) -> usize {
        self.state().room
    }

    /// Notes an answer: half as many at once where the target says that these are too many (429, RFC 6585 section 4), one less where it
    /// gets slow, one more where neither is so.
    fn note(&self, took: Duration, too_many: bool) {
        let mut state = self.state();
        state.recent = if state.recent.is_zero() { took } else { (7 * state.recent + took) / 8 };
        state.answers += 1;
        if state.answers < SAMPLE {
            return;
        }
        state.best = state.best.min(state.recent);
        let strained = state.recent > SLOW && state.recent > STRAIN * state.best;
        let room = match (too_many, strained) {
            (true, _) => state.room / 2,
            (_, true) => state.room - 1,
            _ if state.answers >= 4 * SAMPLE => state.room + 1,
            _ => return,
        };
        let room = room.clamp(1, state.most);
        if room != state.room || too_many {
            state.answers = 0;
        }
        state.room = room;
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
                self.pace.note(began.elapsed(), answer.status == 429);
            }
            answer
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(pace: &Pace, answers: u32, milliseconds: u64, too_many: bool) -> usize {
        (0..answers).for_each(|_| pace.note(Duration::from_millis(milliseconds), too_many));
        pace.room()
    }

    #[test]
    fn a_target_that_has_enough_is_given_less_and_more_again_later() {
        let pace = Pace::new(4);
        assert_eq!(hear(&pace, 100, 20, false), 4);
        assert_eq!(hear(&pace, 1, 20, true), 2);
        // Those under way are answered so, too.
        assert_eq!(hear(&pace, SAMPLE - 1, 20, true), 2);
        assert_eq!(hear(&pace, 1, 20, true), 1);
        assert_eq!(hear(&pace, 100, 20, true), 1);
        assert_eq!(hear(&pace, 4 * SAMPLE, 20, false), 2);
        assert_eq!(hear(&pace, 12 * SAMPLE, 20, false), 4);
    }

    #[test]
    fn a_target_that_gets_slow_is_given_less() {
        let pace = Pace::new(4);
        assert_eq!(hear(&pace, 2 * SAMPLE, 100, false), 4);
        // Ten times as slow is nobody's trouble yet.
        assert_eq!(hear(&pace, 3 * SAMPLE, 900, false), 4);
        assert!(hear(&pace, 8 * SAMPLE, 3_000, false) < 3);
        // One that is slow from the beginning is as it is.
        assert_eq!(hear(&Pace::new(4), 100, 3_000, false), 4);
    }
}
