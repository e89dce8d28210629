//! The line of one scenario: sends, guards, remembers.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    guard::Guard,
    halt::Halt,
    kept::Heap,
    ledger::Ledger,
    patience::{Patience, TRIES},
    still::Turn,
};

use crate::{
    http::{BoxFuture, Exchange, Failure, Heard, Kind, Line, Look, Purpose, Request, Transport, is_ours},
    idp::okta,
    judge::member,
};

mod creations;

/// One scenario's line to the target.
pub(super) struct Conversation {
    transport: Arc<dyn Transport>,
    halt: Arc<Halt>,
    patience: Arc<Patience>,
    pub ledger: Arc<Ledger>,
    pub turn: Turn,
    pub marker: String,
    /// Without a slash at the end.
    pub base_url: String,
    /// When it began, by the clock of the wall.
    pub started_at: Timestamp,
    began: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    exchanges: Vec<Exchange>,
    step: Option<usize>,
    heap: Heap,
}

impl Conversation {
    pub fn new(
        transport: Arc<dyn Transport>,
        halt: Arc<Halt>,
        patience: Arc<Patience>,
        ledger: Arc<Ledger>,
        turn: Turn,
        marker: String,
        base_url: &str,
    ) -> Conversation {
        let base_url = base_url.trim_end_matches('/').to_owned();
        let (started_at, began, state) = (Timestamp::now(), Instant::now(), Mutex::default());
        Conversation { transport, halt, patience, ledger, turn, marker, base_url, started_at, began, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says which step the exchanges from now on belong to.
    pub fn enter_step(&self, step: Option<usize>) {
        self.state().step = step;
    }

    /// How many exchanges there were.
    pub fn len(&self) -> usize {
        self.state().exchanges.len()
    }

    /// Gives all exchanges to a reader.
    pub fn read<T>(&self, reader: impl FnOnce(&[Exchange]) -> T) -> T {
        reader(&self.state().exchanges)
    }

    /// All exchanges; the conversation is over.
    pub fn finish(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.state().exchanges)
    }

    /// Where people or groups were handled at once, puts the exchanges since `from` in their order. Answers the new
    /// number of each old one.
    pub fn order_by_subject(&self, from: usize, order: &[String]) -> Vec<usize> {
        self.order(from, |exchange| {
            let about = exchange.request.about.as_ref();
            about.and_then(|about| order.iter().position(|key| key == about)).unwrap_or(order.len())
        })
    }

    /// The same for requests that were sent at once.
    pub fn order_by_lane(&self, from: usize) -> Vec<usize> {
        self.order(from, |exchange| exchange.request.lane)
    }

    fn order(&self, from: usize, place: impl Fn(&Exchange) -> usize) -> Vec<usize> {
        let mut state = self.state();
        state.exchanges[from..].sort_by_key(place);
        let mut new = (0..state.exchanges.len()).collect::<Vec<_>>();
        for (at, exchange) in state.exchanges.iter_mut().enumerate() {
            new[exchange.number] = at;
            exchange.number = at;
        }
        new
    }

    /// Sends one request for a purpose, and once more where the target asks for a pause that the run has patience for.
    pub async fn exchange(&self, request: Request, purpose: Purpose) -> Heard {
        let mut heard = self.once(request, purpose).await;
        for _ in 1..TRIES {
            let Ok(response) = &heard.answer else { return heard };
            let pause = response.retry_after().filter(|_| response.status == 429);
            if !pause.is_some_and(|pause| self.patience.pause(pause)) {
                return heard;
            }
            let Some(request) = self.read(|exchanges| exchanges.get(heard.exchange).map(|have| have.request.clone()))
            else {
                return heard;
            };
            heard = self.once(request, purpose).await;
        }
        heard
    }

    /// Waits as long as the target has asked any scenario to; an interruption ends it, but for clean-up.
    async fn pass(&self, purpose: Purpose) {
        while let Some(left) = self.patience.pause_left()
            && (purpose == Purpose::Cleanup || self.halt.reason().is_none())
        {
            tokio::time::sleep(left.min(Duration::from_millis(50))).await;
        }
    }

    /// Sends one request for a purpose, and takes what comes.
    pub async fn once(&self, request: Request, purpose: Purpose) -> Heard {
        let turn = self.turn.to_send(&request, &self.halt).await;
        self.pass(purpose).await;
        let kind = Kind::of(&request);
        let sent_after = self.began.elapsed();
        let answer = match self.withheld(&request, &kind, purpose) {
            Some(failure) => Err(failure),
            None => self.transport.send(&request).await.map_err(|failure| self.without_token(failure)),
        };
        let took = self.began.elapsed() - sent_after;
        drop(turn);
        if !matches!(answer, Err(Failure::Withheld(_) | Failure::NotSent(_) | Failure::Unsendable(_))) {
            let sort = (request.method.clone(), kind.is_list());
            self.halt.note(self.began + sent_after, sort, matches!(answer, Err(Failure::TimedOut(_))));
        }
        let answer = answer.map(Arc::new);
        let created = self.note(&request, &kind, &answer);
        let (about, lane) = (request.about.clone(), request.lane);
        let number = {
            let mut state = self.state();
            let number = state.exchanges.len();
            let step = state.step;
            let answer = answer.clone().map(|answer| state.heap.keep(&request, answer));
            let look = Look::Only;
            state.exchanges.push(Exchange { number, purpose, step, request, kind, answer, sent_after, took, look });
            number
        };
        for made in created {
            let mut read = okta::read(made.resource, &made.id);
            (read.about, read.lane) = (about.clone(), lane);
            Box::pin(self.confirm(made, read, number)).await;
        }
        Heard { exchange: number, answer }
    }

    /// Without a token nothing more can be said of the target.
    fn without_token(&self, failure: Failure) -> Failure {
        let Failure::NoToken(error) = failure else { return failure };
        self.halt.lock_out(error.to_string());
        Failure::NotSent(error.to_string())
    }

    /// Nothing at all is sent once the run has ended, and nothing ever that might change what is not ours. Clean-up goes on
    /// after an interruption, but is guarded all the same.
    fn withheld(&self, request: &Request, kind: &Kind, purpose: Purpose) -> Option<Failure> {
        if purpose != Purpose::Cleanup
            && let Some(reason) = self.halt.reason()
        {
            return Some(Failure::NotSent(reason.to_owned()));
        }
        let shown = |path: &str| self.shown(path);
        let strange = |id: &str| self.is_somebody_else(id);
        let guard = Guard { ledger: &self.ledger, marker: &self.marker, shown: &shown, strange: &strange };
        guard.objection(request, kind).map(Failure::Withheld)
    }

    /// True where an answer has shown somebody under this id who is not ours.
    fn is_somebody_else(&self, id: &str) -> bool {
        let strange =
            |one: &Value| okta::id_of(member(one, "id")).as_deref() == Some(id) && !is_ours(one, &self.marker);
        let shows = |exchange: &Exchange| {
            let answer = exchange.success();
            answer.is_some_and(|answer| answer.value().into_iter().chain(answer.resources()).any(strange))
        };
        self.read(|exchanges| exchanges.iter().any(shows))
    }

    /// What the last read of a path has shown.
    fn shown(&self, path: &str) -> Option<Value> {
        let read = |exchange: &&Exchange| {
            exchange.request.method.as_str() == "GET"
                && exchange.request.path == path
                && exchange.request.query.is_empty()
        };
        self.read(|exchanges| exchanges.iter().rev().find(read)?.success()?.value().cloned())
    }

    /// Looks at something again, with growing pauses, while a target that is slow to show a change may still show
    /// it: `look` answers what is not right yet. Looks in vain are not kept: how many there were is up to the clock.
    pub async fn settled<T, F: Future<Output = Vec<T>>>(&self, look: impl Fn() -> F) -> Vec<T> {
        let first = self.len();
        let unmet = look().await;
        if unmet.is_empty() {
            return unmet;
        }
        let mut last = first;
        let once = self.len();
        for pause in self.patience.looks() {
            let looks: Vec<usize> = (last..self.len()).collect();
            if !self.may_be_late(&looks) {
                break;
            }
            tokio::time::sleep(pause).await;
            last = self.len();
            if look().await.is_empty() {
                let (early, looks): (Vec<_>, Vec<_>) = (first..self.len()).partition(|number| *number < last);
                let change = self.read(|exchanges| exchanges[..first].iter().rposition(|have| have.kind.writes()));
                self.looked(&early, &looks, true, change);
                return Vec::new();
            }
        }
        if self.len() > once {
            self.patience.note(false);
            // What a late target shows first is not what is wrong with it: the last look counts, in the place of the first.
            self.state().exchanges.truncate(first);
            return look().await;
        }
        unmet
    }

    /// True when what was heard may be the state before a change.
    fn may_be_late(&self, looks: &[usize]) -> bool {
        let late = |exchange: &Exchange| {
            exchange.response().is_some_and(|response| response.is_success() || matches!(response.status, 404 | 410))
        };
        self.halt.reason().is_none()
            && !looks.is_empty()
            && self.read(|exchanges| looks.iter().all(|number| exchanges.get(*number).is_some_and(late)))
    }

    /// Notes what became of looks that were made again: those that count no more, and those that were right at last.
    fn looked(&self, early: &[usize], last: &[usize], right: bool, changed: Option<usize>) {
        if early.is_empty() {
            return;
        }
        self.patience.note(right);
        let mut state = self.state();
        let answered =
            changed.and_then(|number| state.exchanges.get(number)).map(|change| change.sent_after + change.took);
        for exchange in early.iter().chain(last) {
            let Some(exchange) = state.exchanges.get_mut(*exchange) else { continue };
            if early.contains(&exchange.number) {
                exchange.look = Look::Early;
            } else if right {
                exchange.look = Look::Late(exchange.sent_after.saturating_sub(answered.unwrap_or_default()));
            }
        }
    }
}

impl Line for Conversation {
    fn say(&self, request: Request) -> BoxFuture<'_, Heard> {
        Box::pin(self.exchange(request, Purpose::Spoken))
    }
}
