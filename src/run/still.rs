//! Stillness: while one scenario lists everybody, no other changes anything.

use std::{
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{sync::watch, time::timeout};

use super::{halt::Halt, record::ScenarioRecord};
use crate::{
    http::{Kind, Request, may_change},
    judge::Finding,
    scenario::Listing,
};

/// Nobody waits longer for the others. What a list shows that is disturbed then is looked at again alone.
const LONGEST: Duration = Duration::from_secs(30);
/// So soon an end of the run is noticed.
const TICK: Duration = Duration::from_millis(50);

/// What the scenarios of a run share: any number of them change something at once, or any number list everybody at once.
#[derive(Debug, Clone, Default)]
pub(super) struct Stillness(Arc<watch::Sender<Holders>>);

/// What a scenario holds it for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// A request that changes something.
    Change,
    /// Lists, until the first change of its own.
    List,
    /// Lists, and changes of its own between them.
    Alone,
    /// To list as soon as the changes under way are done: new ones wait, so that lists that are due together are listed together.
    Due,
}

/// How many hold it for what.
#[derive(Debug, Default)]
struct Holders([usize; 4]);

impl Holders {
    fn none(&self, uses: &[Use]) -> bool {
        uses.iter().all(|what| self.0[*what as usize] == 0)
    }

    fn admits(&self, what: Use) -> bool {
        match what {
            Use::Change => self.none(&[Use::List, Use::Alone, Use::Due]),
            Use::List => self.none(&[Use::Change, Use::Alone]),
            Use::Alone => self.none(&[Use::Change, Use::List, Use::Alone]),
            Use::Due => true,
        }
    }
}

/// While it lives, nobody does what disturbs its use.
#[derive(Debug)]
pub(super) struct Held {
    what: Use,
    of: Stillness,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.of.0.send_modify(|holders| holders.0[self.what as usize] -= 1);
    }
}

impl Stillness {
    fn try_hold(&self, what: Use) -> Option<Held> {
        let held = self.0.send_if_modified(|holders| {
            let free = holders.admits(what);
            holders.0[what as usize] += usize::from(free);
            free
        });
        held.then(|| Held { what, of: self.clone() })
    }

    async fn hold(&self, what: Use) -> Held {
        let mut holders = self.0.subscribe();
        let _due = (what != Use::Change).then(|| self.try_hold(Use::Due));
        loop {
            if let Some(held) = self.try_hold(what) {
                return held;
            }
            // It is never closed: the sender is ours.
            let _ = holders.changed().await;
        }
    }
}

/// One scenario's part in it.
#[derive(Debug, Default)]
pub(super) struct Turn {
    stillness: Stillness,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    held: Option<Held>,
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
    pub async fn keep_still(&self, listing: &Listing, halt: &Halt) {
        let what = if listing.changes_between { Use::Alone } else { Use::List };
        let held = self.wait(self.stillness.hold(what), halt).await;
        self.state().held = held;
    }

    /// Everybody may change something again.
    pub fn let_go(&self) {
        self.state().held.take();
    }

    /// Waits until a request may be sent. While what it answers is held nobody lists everybody; `None` where that does not matter.
    pub async fn to_send(&self, request: &Request, halt: &Halt) -> Option<Held> {
        let changes = may_change(request.method.as_str(), &request.path);
        if !changes || self.state().held.as_ref().is_some_and(|held| held.what == Use::Alone) {
            return None;
        }
        self.let_go();
        self.wait(self.stillness.hold(Use::Change), halt).await
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Resource;

    const LISTS: Listing = Listing { steps: 0..=0, changes_between: false };
    const ALONE: Listing = Listing { steps: 0..=2, changes_between: true };

    fn change() -> Request {
        Request::new(reqwest::Method::DELETE, "/Users/7")
    }

    /// What comes without any wait.
    async fn at_once<T>(what: impl Future<Output = T>) -> Option<T> {
        timeout(Duration::ZERO, what).await.ok()
    }

    #[tokio::test]
    async fn lists_stand_beside_lists_and_changes_beside_changes() {
        let (stillness, halt) = (Stillness::default(), Halt::default());
        let [one, two, other] = [(); 3].map(|()| Turn::of(&stillness));
        at_once(one.keep_still(&LISTS, &halt)).await.unwrap();
        at_once(two.keep_still(&LISTS, &halt)).await.unwrap();
        let read = crate::idp::okta::read(Resource::User, "7");
        assert!(at_once(other.to_send(&read, &halt)).await.unwrap().is_none(), "who reads waits for nobody");
        one.let_go();
        assert!(at_once(other.to_send(&change(), &halt)).await.is_none(), "two still lists");
        two.let_go();
        let first = at_once(other.to_send(&change(), &halt)).await.unwrap();
        let second = at_once(one.to_send(&change(), &halt)).await.unwrap();
        assert!(first.is_some() && second.is_some());
        drop(first);
        assert!(at_once(two.keep_still(&LISTS, &halt)).await.is_none(), "one is still changing");
    }

    #[tokio::test]
    async fn changes_let_lists_that_are_due_go_first() {
        let (stillness, halt) = (Stillness::default(), Halt::default());
        let [lists, changes, other] = [(); 3].map(|()| Turn::of(&stillness));
        let under_way = at_once(changes.to_send(&change(), &halt)).await.unwrap();
        {
            let mut due = pin!(lists.keep_still(&LISTS, &halt));
            assert!(at_once(&mut due).await.is_none());
            assert!(at_once(other.to_send(&change(), &halt)).await.is_none());
            drop(under_way);
            at_once(due).await.unwrap();
        }
        lists.let_go();
        assert!(at_once(other.to_send(&change(), &halt)).await.is_some(), "nothing is due any more");
    }

    #[tokio::test]
    async fn who_changes_something_between_lists_is_alone() {
        let (stillness, halt) = (Stillness::default(), Halt::default());
        let [alone, lists] = [(); 2].map(|()| Turn::of(&stillness));
        at_once(alone.keep_still(&ALONE, &halt)).await.unwrap();
        assert!(at_once(lists.keep_still(&LISTS, &halt)).await.is_none());
        assert!(at_once(alone.to_send(&change(), &halt)).await.unwrap().is_none(), "its own change");
        assert!(at_once(lists.keep_still(&LISTS, &halt)).await.is_none());
        alone.let_go();
        at_once(lists.keep_still(&LISTS, &halt)).await.unwrap();
        assert!(at_once(alone.keep_still(&ALONE, &halt)).await.is_none());
    }

    #[tokio::test]
    async fn who_lists_no_more_changes_beside_others() {
        let (stillness, halt) = (Stillness::default(), Halt::default());
        let [links, other] = [(); 2].map(|()| Turn::of(&stillness));
        at_once(links.keep_still(&LISTS, &halt)).await.unwrap();
        let own = at_once(links.to_send(&change(), &halt)).await.unwrap();
        assert!(own.is_some() && at_once(other.to_send(&change(), &halt)).await.unwrap().is_some());
        assert!(at_once(other.keep_still(&LISTS, &halt)).await.is_none(), "its change is seen by others");
    }

    #[tokio::test]
    async fn requests_that_wait_at_once_wait_once() {
        let stillness = Stillness::default();
        let (lists, changes, halt) = (Turn::of(&stillness), Turn::of(&stillness), Halt::default());
        lists.keep_still(&LISTS, &halt).await;
        let change = change();
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
}
