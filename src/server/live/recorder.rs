//! The last exchanges, within bounds of number and memory, and word of each new one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::exchange::Exchange;

/// How many exchanges are kept.
const KEPT: usize = 500;

/// How many bytes the kept exchanges may take together, as JSON.
const KEPT_BYTES: usize = 32 * 1024 * 1024;

/// What is kept, and who waits for more.
pub(super) struct Recorder {
    /// Tells the exchanges of this server from those of one that listened here before.
    pub(super) run: String,
    ring: Mutex<Ring>,
    pulse: watch::Sender<Pulse>,
}

#[derive(Default)]
struct Ring {
    /// Numbered without gaps, as JSON.
    kept: VecDeque<Arc<str>>,
    bytes: usize,
    /// The number of the newest one; the first is 1.
    newest: u64,
}

/// Moves with every exchange.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pulse {
    newest: u64,
    pub(super) closed: bool,
}

/// What a reader gets next.
pub(super) enum Next {
    /// An exchange and its number.
    Exchange(u64, Arc<str>),
    /// Some between are gone, or nothing was read so far: what is kept follows from behind this number.
    Anew(u64),
    /// Nothing new.
    Nothing,
}

impl Default for Recorder {
    fn default() -> Self {
        let run = uuid::Uuid::new_v4().simple().to_string();
        Recorder { run, ring: Mutex::default(), pulse: watch::channel(Pulse::default()).0 }
    }
}

impl Recorder {
    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Numbers an exchange and keeps it.
    pub(super) fn keep(&self, mut exchange: Exchange) {
        let mut ring = self.ring();
        ring.newest += 1;
        exchange.n = ring.newest;
        // Nothing in an exchange can fail to become JSON.
        let json: Arc<str> = serde_json::to_string(&exchange).unwrap_or_default().into();
        ring.bytes += json.len();
        ring.kept.push_back(json);
        while ring.kept.len() > KEPT || (ring.bytes > KEPT_BYTES && ring.kept.len() > 1) {
            ring.bytes -= ring.kept.pop_front().map_or(0, |gone| gone.len());
        }
        let newest = ring.newest;
        self.pulse.send_modify(|pulse| pulse.newest = newest);
    }

    /// What comes after the exchange of that number.
    pub(super) fn next(&self, after: Option<u64>) -> Next {
        let ring = self.ring();
        let gone = ring.newest - ring.kept.len() as u64;
        match after {
            Some(after) if after >= gone && after <= ring.newest => {
                let index = usize::try_from(after - gone).ok();
                match index.and_then(|index| ring.kept.get(index)) {
                    Some(json) => Next::Exchange(after + 1, Arc::clone(json)),
                    None => Next::Nothing,
                }
            }
            _ => Next::Anew(gone),
        }
    }

    /// Word of each new exchange and of the end.
    pub(super) fn pulse(&self) -> watch::Receiver<Pulse> {
        self.pulse.subscribe()
    }

    /// Tells all readers that the server stops.
    pub(super) fn close(&self) {
        self.pulse.send_modify(|pulse| pulse.closed = true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(recorder: &Recorder) -> (u64, usize) {
        let Next::Anew(gone) = recorder.next(None) else { panic!("a new reader starts anew") };
        let mut after = gone;
        while let Next::Exchange(number, _) = recorder.next(Some(after)) {
            assert_eq!(number, after + 1);
            after = number;
        }
        (gone, usize::try_from(after - gone).unwrap())
    }

    #[test]
    fn the_ring_is_bounded_in_number() {
        let recorder = Recorder::default();
        assert_eq!(numbers(&recorder), (0, 0));
        for _ in 0..KEPT + 7 {
            recorder.keep(Exchange::default());
        }
        assert_eq!(numbers(&recorder), (7, KEPT));
        assert!(matches!(recorder.next(Some(6)), Next::Anew(7)), "a reader that lags starts anew");
        assert!(matches!(recorder.next(Some(9999)), Next::Anew(7)), "a number to come is none of ours");
    }

    #[test]
    fn the_ring_is_bounded_in_bytes() {
        let recorder = Recorder::default();
        let target = "x".repeat(KEPT_BYTES / 4);
        for _ in 0..9 {
            recorder.keep(Exchange { target: target.clone(), ..Exchange::default() });
        }
        assert_eq!(numbers(&recorder), (6, 3));
    }
}
