//! The line of one scenario: sends, guards, remembers.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    bulk::{self, Done},
    guard::{Guard, marks, name_of},
    halt::Halt,
    kept::Heap,
    ledger::{Doubt, Ledger},
    patience::{Patience, TRIES},
};

use crate::{
    http::{
        BoxFuture, Exchange, Failure, Heard, Kind, Line, Look, Purpose, Request, Resource, Response, Transport, is_ours,
    },
    idp::okta,
};

/// One scenario's line to the target.
pub(super) struct Conversation {
    transport: Arc<dyn Transport>,
    halt: Arc<Halt>,
    patience: Arc<Patience>,
    pub ledger: Arc<Ledger>,
    pub marker: String,
    /// Without a slash at the end.
    pub base_url: String,
    /// When it began, by the clock of the wall.
    pub started_at: Timestamp,
    began: Instant,
    state: Mutex<State>,
}

/// What an answer says was created, which a read has to confirm.
struct Made {
    resource: Resource,
    id: String,
    name: String,
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
        marker: String,
        base_url: &str,
    ) -> Conversation {
        let base_url = base_url.trim_end_matches('/').to_owned();
        let (started_at, began, state) = (Timestamp::now(), Instant::now(), Mutex::default());
        Conversation { transport, halt, patience, ledger, marker, base_url, started_at, began, state }
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
        self.pass(purpose).await;
        let kind = Kind::of(&request);
        let sent_after = self.began.elapsed();
        let answer = match self.withheld(&request, &kind, purpose) {
            Some(failure) => Err(failure),
            None => self.transport.send(&request).await.map_err(|failure| self.without_token(failure)),
        };
        let took = self.began.elapsed() - sent_after;
        if !matches!(answer, Err(Failure::Withheld(_) | Failure::NotSent(_) | Failure::Unsendable(_))) {
            self.halt.note(matches!(answer, Err(Failure::TimedOut(_))));
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

    /// Brings the ledger up to date with an answer. What it says was created has still to be confirmed.
    fn note(&self, request: &Request, kind: &Kind, answer: &Result<Arc<Response>, Failure>) -> Vec<Made> {
        match kind {
            Kind::Create(resource) => return self.created(*resource, request, answer).into_iter().collect(),
            Kind::Other if bulk::is_bulk(request) => return self.created_in_bulk(request, answer),
            _ => {}
        }
        let Ok(response) = answer else { return Vec::new() };
        match kind {
            Kind::Read(resource, id) => {
                let marked = response.value().is_some_and(|value| is_ours(value, &self.marker));
                if matches!(response.status, 404 | 410) || (response.is_success() && marked) {
                    self.ledger.seen_gone(*resource, id);
                }
            }
            Kind::Delete(resource, id) if response.is_success() => self.ledger.strike(*resource, id),
            Kind::Replace(resource, id) | Kind::Patch(resource, id, _) if response.is_success() => {
                if !self.ledger.holds(*resource, id) {
                    // It should have been refused, and has perhaps created something.
                    let name = new_name(request, *resource).unwrap_or(id).to_owned();
                    let id = okta::id_of(response.member("id")).unwrap_or_else(|| id.clone());
                    return vec![Made { resource: *resource, id, name }];
                }
                let name = new_name(request, *resource).filter(|name| marks(&self.marker, name));
                name.into_iter().for_each(|name| self.ledger.rename(*resource, id, name));
            }
            _ => {}
        }
        Vec::new()
    }

    /// The same for a bulk request, which may create many.
    fn created_in_bulk(&self, request: &Request, answer: &Result<Arc<Response>, Failure>) -> Vec<Made> {
        let response = match answer {
            Ok(response) => Some(response.as_ref()),
            Err(Failure::Withheld(_) | Failure::NotSent(_) | Failure::Unsendable(_) | Failure::NoConnection(_)) => {
                return Vec::new();
            }
            Err(_) => None,
        };
        // A conflict may come after an attempt (RFC 7644 3.7.1); what is refused otherwise was not tried.
        if response.is_some_and(|response| (400..500).contains(&response.status) && response.status != 409) {
            return Vec::new();
        }
        let gone = response.map(|response| bulk::deleted(request, response)).unwrap_or_default();
        gone.into_iter().for_each(|(resource, id)| self.ledger.strike(resource, &id));
        let mut made = Vec::new();
        for Done { resource, name, id, status } in bulk::created(request, response) {
            let done = status.is_some_and(|status| (200..300).contains(&status));
            match (id, status) {
                (_, Some(400..500)) => {}
                (Some(id), _) if done => made.push(Made { resource, id, name }),
                _ => self.ledger.doubt(Doubt { resource, name, id: None, answered: done }),
            }
        }
        made
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
        let guard = Guard { ledger: &self.ledger, marker: &self.marker, shown: &shown };
        guard.objection(request, kind).map(Failure::Withheld)
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

    /// What an answer to a creation says was created; enters a doubt where that can't be known.
    fn created(&self, resource: Resource, request: &Request, answer: &Result<Arc<Response>, Failure>) -> Option<Made> {
        let name = name_of(request, resource).unwrap_or_else(|| "(without a name)".to_owned());
        let response = match answer {
            Ok(response) => response,
            Err(Failure::Withheld(_) | Failure::NotSent(_) | Failure::Unsendable(_) | Failure::NoConnection(_)) => {
                return None;
            }
            Err(_) => {
                self.ledger.doubt(Doubt { resource, name, id: None, answered: false });
                return None;
            }
        };
        if (400..500).contains(&response.status) {
            return None;
        }
        let id = if response.is_success() { okta::id_of(response.member("id")) } else { None };
        let Some(id) = id else {
            self.ledger.doubt(Doubt { resource, name, id: None, answered: response.is_success() });
            return None;
        };
        Some(Made { resource, id, name })
    }

    /// Reads what was created; it is ours once the answer shows our marker.
    async fn confirm(&self, made: Made, request: Request, created: usize) {
        let Made { resource, id, name } = made;
        // Made also after an interruption, or the resource could not be removed.
        let purpose = if self.halt.reason().is_some() { Purpose::Cleanup } else { Purpose::Check };
        let (mut last, mut ours) = self.enter_if_marked(resource, &id, &name, request.clone(), purpose).await;
        let mut early = Vec::new();
        for pause in self.patience.looks() {
            if ours || purpose == Purpose::Cleanup || !self.may_be_late(&[last]) {
                break;
            }
            tokio::time::sleep(pause).await;
            early.push(last);
            (last, ours) = self.enter_if_marked(resource, &id, &name, request.clone(), purpose).await;
        }
        self.looked(&early, &[last], ours, Some(created));
        if !ours {
            self.ledger.doubt(Doubt { resource, name, id: Some(id), answered: true });
        }
    }

    /// The same for something found while cleaning up.
    pub async fn confirm_for_cleanup(&self, resource: Resource, id: &str, name: &str) -> bool {
        self.enter_if_marked(resource, id, name, okta::read(resource, id), Purpose::Cleanup).await.1
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

    async fn enter_if_marked(
        &self,
        resource: Resource,
        id: &str,
        name: &str,
        request: Request,
        purpose: Purpose,
    ) -> (usize, bool) {
        let heard = self.exchange(request, purpose).await;
        let ours = heard.answer.is_ok_and(|response| {
            response.is_success()
                && response.value().is_some_and(|value| is_ours(value, &self.marker))
                && okta::id_of(response.member("id")).is_none_or(|have| have == id)
        });
        (heard.exchange, ours && self.ledger.enter(resource, id, name))
    }
}

/// The userName or displayName that a PUT or PATCH gives.
fn new_name(request: &Request, resource: Resource) -> Option<&str> {
    let body = request.body_json()?;
    let attribute = resource.name_attribute();
    let operations = body.get("Operations").and_then(Value::as_array);
    match operations {
        None => body.get(attribute)?.as_str(),
        Some(operations) => operations.iter().rev().find_map(|operation| match operation.get("path") {
            None => operation.get("value")?.get(attribute)?.as_str(),
            Some(path) if path.as_str() == Some(attribute) => operation.get("value")?.as_str(),
            Some(_) => None,
        }),
    }
}

impl Line for Conversation {
    fn say(&self, request: Request) -> BoxFuture<'_, Heard> {
        Box::pin(self.exchange(request, Purpose::Spoken))
    }
}
