//! Stillness: while one scenario lists everybody, no other changes anything.

use std::{
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock},
    time::timeout,
};

use super::{halt::Halt, lists::changes, record::ScenarioRecord};
use crate::{
    http::{Kind, Request},
    judge::Finding,
};

/// Nobody waits longer for the others. What a list shows that is disturbed then is looked at again alone.
const LONGEST: Duration = Duration::from_secs(30);
/// So soon an end of the run is noticed.
const TICK: Duration = Duration::from_millis(50);

/// What the scenarios of a run share: those that change something hold it together, one that lists everybody holds it alone.
#[derive(Debug, Clone, Default)]
pub(super) struct Stillness(Arc<RwLock<()>>);

/// One scenario's part in it.
#[derive(Debug, Default)]
pub(super) struct Turn {
    stillness: Stillness,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    held: Option<OwnedRwLockWriteGuard<()>>,
    /// Requests that wait, as several may that are sent at once, and since when the first of them does.
    waiting: usize,
    since: Option<Instant>,
    waited: Duration,
}

impl Turn {
    pub fn of(stillness: &Stillness) -> Turn {
        Turn { stillness: stillness.clone(), state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on nobody else changes anything; whatever is being changed is waited for.
    pub async fn keep_still(&self, halt: &Halt) {
        let held = self.wait(Arc::clone(&self.stillness.0).write_owned(), halt).await;
        self.state().held = held;
    }

    /// Everybody may change something again.
    pub fn let_go(&self) {
        self.state().held.take();
    }

    /// Waits until a request may be sent. While what it answers is held nobody lists everybody; `None` where that does not matter.
    pub async fn to_send(&self, request: &Request, halt: &Halt) -> Option<OwnedRwLockReadGuard<()>> {
        if !changes(request) || self.state().held.is_some() {
            return None;
        }
        self.wait(Arc::clone(&self.stillness.0).read_owned(), halt).await
    }

    /// Waits for others, but not for ever, and not once the run has ended: clean-up waits for no list that hangs.
    async fn wait<T>(&self, others: impl Future<Output = T>, halt: &Halt) -> Option<T> {
        let began = Instant::now();
        {
            let mut state = self.state();
            state.waiting += 1;
            state.since.get_or_insert(began);
        }
        let mut others = pin!(others);
        let came = loop {
            match timeout(TICK, &mut others).await {
                Ok(came) => break Some(came),
                Err(_) if halt.reason().is_some() || began.elapsed() >= LONGEST => break None,
                Err(_) => {}
            }
        };
        let mut state = self.state();
        state.waiting -= 1;
        if state.waiting == 0
            && let Some(since) = state.since.take()
        {
            state.waited += since.elapsed();
        }
        came
    }

    /// How long the scenario has waited for others: no part of the time that it took itself.
    pub fn waited(&self) -> Duration {
        self.state().waited
    }
}

/// True for a finding that people of other scenarios may have caused, whose coming and going no lock hides: one about a list of
/// everybody that came, or about no exchange in particular.
pub(super) fn is_disturbed(record: &ScenarioRecord, finding: &Finding) -> bool {
    finding.exchange.and_then(|number| record.exchanges.get(number)).is_none_or(|exchange| {
        matches!(exchange.kind, Kind::List { filtered: false, .. }) && exchange.success().is_some()
    })
}

/// The same entries, with those that keep the others still spread over all of it: next to one another they would wait for one another.
pub(super) fn spread(entries: Vec<usize>, still: impl Fn(usize) -> bool) -> Vec<usize> {
    let all = entries.len();
    let (still, others): (Vec<usize>, Vec<usize>) = entries.into_iter().partition(|at| still(*at));
    // Each in the middle of an equal part.
    let place = |at: usize, of: usize| (2 * at + 1) * all / (2 * of);
    let mut places: Vec<(usize, usize)> = Vec::with_capacity(all);
    for part in [still, others] {
        let of = part.len();
        places.extend(part.into_iter().enumerate().map(|(at, entry)| (place(at, of), entry)));
    }
    places.sort_by_key(|(place, _)| *place);
    places.into_iter().map(|(_, entry)| entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Resource;

    #[tokio::test]
    async fn requests_that_wait_at_once_wait_once() {
        let stillness = Stillness::default();
        let (lists, changes, halt) = (Turn::of(&stillness), Turn::of(&stillness), Halt::default());
        lists.keep_still(&halt).await;
        let request = crate::idp::okta::read(Resource::User, "7");
        assert!(changes.to_send(&request, &halt).await.is_none(), "who reads waits for nobody");
        let change = Request::new(reqwest::Method::DELETE, "/Users/7");
        let began = Instant::now();
        let free = async {
            for _ in 0..1000 {
                tokio::task::yield_now().await;
            }
            lists.let_go();
        };
        let (one, two, ()) = tokio::join!(changes.to_send(&change, &halt), changes.to_send(&change, &halt), free);
        let took = began.elapsed();
        assert!(one.is_some() && two.is_some());
        assert!(changes.waited() <= took && changes.waited() > took / 2, "{:?} of {took:?}", changes.waited());
    }

    #[test]
    fn those_that_list_everybody_are_spread_over_the_others() {
        assert_eq!(spread((0..10).collect(), |at| at >= 8), [0, 1, 8, 2, 3, 4, 5, 9, 6, 7]);
        assert_eq!(spread(vec![3, 4], |_| true), [3, 4]);
        assert_eq!(spread(vec![3, 4], |_| false), [3, 4]);
        assert!(spread(Vec::new(), |_| true).is_empty());
    }
}
