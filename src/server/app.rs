//! From HTTP to handlers and back: body limit, faults, authentication, routing.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::response::Response;

use super::address::Address;
use super::auth::{self, Access, Subject};
use super::body::Bodies;
use super::call::{Answer, Call};
use super::database::{Database, Ticket, Unsaved};
use super::fault::Fault;
use super::limit::Limit;
use super::live::{self, Live};
use super::start::StartError;
use super::store::Store;
use super::{BASE_PATH, ServerOptions, bulk, discovery, me, resources, search, seed};
use crate::scim::{Leniency, ScimError};

/// The server's state.
pub(super) struct App {
    pub(super) access: Access,
    pub(super) faults: Vec<&'static Fault>,
    pub(super) leniency: Leniency,
    latency: Duration,
    limit: Option<Limit>,
    bodies: Bodies,
    store: RwLock<Store>,
    database: Option<Database>,
    address: Address,
    /// Requests that a fault holds back at the moment.
    held: AtomicUsize,
    /// The live page, if there is one.
    pub(super) live: Option<Live>,
}

impl App {
    /// Everything is in memory, whatever the options say of a database.
    pub(super) fn new(options: ServerOptions, address: Address) -> Self {
        let mut store = empty_store(&options);
        seed::fill(&mut store, options.seed);
        App::with(options, address, store, None)
    }

    /// Everything is kept in the database, if there is one.
    ///
    /// # Errors
    /// If the database can't be had.
    pub(super) fn open(options: ServerOptions, address: Address) -> Result<Self, StartError> {
        let Some(path) = &options.database else {
            return Ok(App::new(options, address));
        };
        let mut store = empty_store(&options);
        let database = Database::open(path, &mut store, |store| seed::fill(store, options.seed))?;
        Ok(App::with(options, address, store, Some(database)))
    }

    pub(super) fn with(options: ServerOptions, address: Address, store: Store, database: Option<Database>) -> Self {
        let bodies = Bodies::new(options.patience());
        let access = Access { token: options.token, basic: options.basic };
        let watched = address.bound.as_deref().filter(|_| options.live_page);
        let live = watched.map(|authority| Live::new(authority, address.tls, access.asks()));
        App {
            access,
            faults: options.faults,
            leniency: if options.strict { Leniency::STRICT } else { Leniency::LENIENT },
            latency: options.latency,
            limit: options.rate_limit.map(Limit::per_second),
            bodies,
            store: RwLock::new(store),
            database,
            address,
            held: AtomicUsize::new(0),
            live,
        }
    }

    /// What keeps the store in a file.
    pub(super) fn database(&self) -> Option<&Database> {
        self.database.as_ref()
    }

    /// The store, to read. Any number of requests do so at a time.
    pub(super) fn store(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The store, to change. One request at a time works on it, and no other reads meanwhile, so that every request is atomic.
    pub(super) fn store_mut(&self) -> RwLockWriteGuard<'_, Store> {
        self.store.write().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer(&self, request: Request) -> Answer {
        let (parts, body) = request.into_parts();
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        let limited = self.limit.as_ref().and_then(Limit::refuse);
        if let Some(refusal) = self.stranger(&parts, &body) {
            return limited.unwrap_or(refusal);
        }
        // With these methods a body has no meaning (RFC 9110 section 9.3.1), and no place among those that have.
        let body = if matches!(parts.method, Method::GET | Method::HEAD) { Body::empty() } else { body };
        let mut body = self.bodies.read(&parts.headers, body).await;
        let mut call = Call::new(parts, &body.bytes, &self.address);
        if let Some(answer) = limited {
            return answer;
        }
        let held = match self.hold(&mut call).await {
            Ok(held) => held,
            Err(answer) => return answer,
        };
        let (answer, ticket) = self.perform(&mut call, body.unread.take());
        drop(held);
        match self.saved(ticket).await {
            Ok(()) => answer,
            Err(refusal) => refusal,
        }
    }

    /// The refusal of a request with a body from somebody who may not ask: nobody's bodies fill the memory unasked. Faults
    /// of authentication have their say later, so with faults there is no such look ahead.
    fn stranger(&self, parts: &Parts, body: &Body) -> Option<Answer> {
        if body.is_end_stream() || !self.access.asks() || !self.faults.is_empty() {
            return None;
        }
        let call = Call::new(parts.clone(), &[], &self.address);
        self.access.check(&call, &self.store()).err()
    }

    /// Carries out a request and hands its changes to the database, before another request can see them. A body that
    /// could not be read comes as the error that says why.
    fn perform(&self, call: &mut Call, unread: Option<ScimError>) -> (Answer, Option<Ticket>) {
        // Faults may change what they like, whatever the request.
        if self.faults.is_empty() && unread.is_none() && reads(call) {
            return self.read(call);
        }
        let mut store = self.store_mut();
        if self.database.as_ref().is_some_and(Database::has_failed) {
            return (out_of_order(), None);
        }
        let mut answer = match unread {
            None => self.handle(call, &mut store),
            Some(error) => error.into(),
        };
        self.spoil(call, &mut store, &mut answer);
        let ticket = self.database.as_ref().map(|database| database.note(store.take_journal()));
        (answer, ticket)
    }

    /// Carries out a request that changes nothing.
    fn read(&self, call: &mut Call) -> (Answer, Option<Ticket>) {
        let store = self.store();
        if self.database.as_ref().is_some_and(Database::has_failed) {
            return (out_of_order(), None);
        }
        let answer = match self.access.check(call, &store) {
            Ok(subject) => {
                call.subject = subject;
                let looked = admitted(call)
                    .and_then(|path| self.look(call, &path, &store).unwrap_or_else(|| Err(nothing_there())));
                looked.unwrap_or_else(Answer::from)
            }
            Err(answer) => answer,
        };
        (answer, self.database.as_ref().map(Database::look))
    }

    /// Waits until all that an answer may tell of is on the disk: what a read has shown is not lost either.
    async fn saved(&self, ticket: Option<Ticket>) -> Result<(), Answer> {
        let (Some(database), Some(ticket)) = (&self.database, ticket) else {
            return Ok(());
        };
        match database.saved(ticket).await {
            Ok(()) => Ok(()),
            Err(Unsaved) if ticket.wrote => {
                Err(ScimError::internal("the change could not be written to the server's database").into())
            }
            Err(Unsaved) => Err(out_of_order()),
        }
    }

    fn handle(&self, call: &mut Call, store: &mut Store) -> Answer {
        for fault in &self.faults {
            if let Some(gate) = fault.hooks.gate
                && let Some(answer) = gate(call)
            {
                return answer;
            }
        }
        match self.access.check(call, store) {
            Ok(subject) => call.subject = subject,
            Err(answer) => return answer,
        }
        self.carry_out(call, store)
    }

    /// Carries out a request of somebody who may ask. A fault may answer in place of the endpoint.
    pub(super) fn carry_out(&self, call: &mut Call, store: &mut Store) -> Answer {
        for fault in &self.faults {
            if let Some(intercept) = fault.hooks.request
                && let Some(answer) = intercept(call, store)
            {
                return answer;
            }
        }
        self.route(call, store).unwrap_or_else(Answer::from)
    }

    /// Lets faults change an answer.
    pub(super) fn spoil(&self, call: &Call, store: &mut Store, answer: &mut Answer) {
        for fault in &self.faults {
            if let Some(spoil) = fault.hooks.answer {
                spoil(call, store, answer);
            }
        }
    }

    /// Leads a request to its endpoint.
    fn route(&self, call: &Call, store: &mut Store) -> Result<Answer, ScimError> {
        let path = admitted(call)?;
        if let Some(answer) = self.look(call, &path, store) {
            return answer;
        }
        match (path.as_slice(), call.target()) {
            (["Me"], _) => me::answer(call, store, self),
            (["Bulk"], _) if call.method == Method::POST => bulk::answer(call, store, self),
            (_, Some((kind, None))) if call.method == Method::POST => resources::create(call, kind, store, self),
            (_, Some((kind, Some(id)))) => match call.method {
                Method::PUT => resources::replace(call, kind, id, store, self),
                Method::PATCH => resources::patch(call, kind, id, store, self),
                Method::DELETE => resources::delete(call, kind, id, store),
                _ => Ok(not_allowed("GET, PUT, PATCH, DELETE")),
            },
            _ => Err(nothing_there()),
        }
    }

    /// What changes nothing; none where the endpoint is another, or the request of a kind that may change something.
    fn look(&self, call: &Call, path: &[&str], store: &Store) -> Option<Result<Answer, ScimError>> {
        let gets = call.method == Method::GET;
        let posts = call.method == Method::POST;
        match (path, call.target()) {
            (["Me"], _) => None,
            (["Bulk"], _) => (!posts).then(|| Ok(not_allowed("POST"))),
            ([], _) => Some(if gets { search::root(call, store) } else { Ok(not_allowed("GET")) }),
            ([prefix @ .., ".search"], _) => {
                Some(if posts { search::answer(call, prefix, store) } else { Ok(not_allowed("POST")) })
            }
            (_, Some((kind, None))) => match call.method {
                Method::GET => Some(resources::list(call, kind, store)),
                Method::POST => None,
                _ => Some(Ok(not_allowed("GET, POST"))),
            },
            (_, Some((kind, Some(id)))) => gets.then(|| resources::read(call, kind, id, store)),
            _ if discovers(path) => {
                Some(if gets { discovery::read(call, path, &self.access) } else { Ok(not_allowed("GET")) })
            }
            _ => None,
        }
    }

    /// Waits where a fault says so. The guard counts the request as under way until it is dropped.
    async fn hold(&self, call: &mut Call) -> Result<Option<Held<'_>>, Answer> {
        for fault in &self.faults {
            let Some(hold) = fault.hooks.hold.filter(|h| (h.when)(call)) else {
                continue;
            };
            let others = self.held.fetch_add(1, Ordering::SeqCst);
            let held = Held(&self.held);
            call.notes.beside = others > 0;
            if hold.alone && others > 0 {
                return Err(ScimError::internal("another request is under way").into());
            }
            tokio::time::sleep(Duration::from_millis(hold.milliseconds)).await;
            return Ok(Some(held));
        }
        Ok(None)
    }
}

/// A store as the faults want it.
fn empty_store(options: &ServerOptions) -> Store {
    let mut store = Store::default();
    for fault in &options.faults {
        if let Some(configure) = fault.hooks.store {
            configure(&mut store.rules);
        }
    }
    store
}

/// Whether a request changes nothing for certain.
fn reads(call: &Call) -> bool {
    let path = call.path.as_deref().unwrap_or_default();
    match call.method {
        Method::GET => path != ["Me"],
        Method::POST => path.last().is_some_and(|last| last == ".search"),
        _ => false,
    }
}

/// The endpoint of a request, where whoever asks may come there.
fn admitted(call: &Call) -> Result<Vec<&str>, ScimError> {
    auth::check_accept(call)?;
    let Some(path) = &call.path else {
        return Err(ScimError::not_found(format!("there is no such endpoint: SCIM is under {BASE_PATH}")));
    };
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    if matches!(call.subject, Subject::Person(_)) && !discovers(&path) && path != ["Me"] {
        return Err(ScimError::forbidden("a person may ask for their own resource at /Me, and for nothing else"));
    }
    Ok(path)
}

/// Whether an endpoint says what the server can do.
fn discovers(path: &[&str]) -> bool {
    matches!(path.first(), Some(&("ServiceProviderConfig" | "ResourceTypes" | "Schemas")))
}

fn nothing_there() -> ScimError {
    ScimError::not_found("there is no such endpoint")
}

struct Held<'a>(&'a AtomicUsize);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

pub(super) fn not_allowed(allow: &str) -> Answer {
    let error = ScimError::method_not_allowed("the endpoint does not take this method");
    Answer::from(error).with(header::ALLOW, allow)
}

/// After a change that could not be written, memory is ahead of the disk: no answer may come from it.
fn out_of_order() -> Answer {
    ScimError::unavailable("the server can't write to its database and answers nothing until it is restarted").into()
}

pub(super) fn router(app: Arc<App>) -> Router {
    let mut router = Router::new().fallback(entry);
    if app.live.is_some() {
        router = router.merge(live::routes());
    }
    router.with_state(app)
}

async fn entry(State(app): State<Arc<App>>, request: Request) -> Response {
    let Some(live) = &app.live else {
        return app.answer(request).await.into_response();
    };
    let (request, pending) = live.watch(request);
    pending.answered(app.answer(request).await.into_response()).await
}
