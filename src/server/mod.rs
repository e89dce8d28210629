//! The reference SCIM server: a clean one, and one that is wrong in a way that a fault names.
//!
//! It keeps everything in memory, and in a file where one is named, answers under `/scim/v2` and shares nothing with the judge but the vocabulary.

mod address;
mod app;
mod auth;
mod body;
mod bulk;
mod call;
mod connection;
mod database;
mod discovery;
pub mod fault;
mod limit;
mod list;
mod live;
mod me;
mod password;
mod precondition;
mod projection;
mod query;
mod resources;
mod search;
mod seed;
mod stalled;
mod start;
mod store;
mod tls;
mod view;

use std::fmt;
use std::future::pending;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::Value;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use fault::Fault;
pub use start::StartError;
pub use tls::{Certificate, CertificateError};

use address::Address;
use app::App;
use database::Database;
use tls::TlsListener;

/// The path of the SCIM endpoints on this server.
pub const BASE_PATH: &str = "/scim/v2";

/// How the reference server behaves.
#[derive(Clone, Default)]
pub struct ServerOptions {
    /// A bearer token that lets a client in. With neither this nor `basic` there is no authentication.
    pub token: Option<String>,
    /// User name and password that let a client in by HTTP Basic.
    pub basic: Option<(String, String)>,
    /// What to do wrong, see [`fault::FAULTS`].
    pub faults: Vec<&'static Fault>,
    /// How many other people are already there; a tenth as many groups come with them.
    pub seed: usize,
    /// Keep to the letter of the RFCs, without the leniences that identity providers need.
    pub strict: bool,
    /// How long to wait before each answer.
    pub latency: Duration,
    /// How many requests are answered in a second; more get 429.
    pub rate_limit: Option<NonZeroU32>,
    /// The base URL under which clients see the server, where a tunnel or a proxy stands before it.
    pub public_url: Option<String>,
    /// Show the live page at `/`, and record for it what happens. It needs a socket: [`router`] has none.
    pub live_page: bool,
    /// The SQLite file that keeps everything; it is created where it does not exist. Without one, everything is gone
    /// when the server ends. `seed` fills a new file only.
    pub database: Option<PathBuf>,
    /// How long a client may take to send the head of a request, to send its body, and to take in a part of an answer;
    /// a connection may be idle as long. 30 seconds unless it is set.
    pub patience: Option<Duration>,
}

impl ServerOptions {
    fn patience(&self) -> Duration {
        self.patience.unwrap_or(Duration::from_secs(30))
    }
}

impl fmt::Debug for ServerOptions {
    /// Leaves the credentials out: they must not get into a log.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ServerOptions")
            .field("faults", &self.faults)
            .field("seed", &self.seed)
            .field("strict", &self.strict)
            .field("latency", &self.latency)
            .field("rate_limit", &self.rate_limit)
            .field("public_url", &self.public_url)
            .field("live_page", &self.live_page)
            .field("database", &self.database)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

/// The server as a router, for use without a socket. It answers under [`BASE_PATH`] and keeps everything in memory:
/// `database` is for a [`Server`].
pub fn router(options: ServerOptions) -> Router {
    app::router(Arc::new(App::new(options, Address::default())))
}

/// A server that listens, and answers under [`BASE_PATH`]. It stops when dropped.
pub struct Server {
    app: Arc<App>,
    base_url: String,
    // Dropping it stops the server.
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl fmt::Debug for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Server({})", self.base_url)
    }
}

impl Server {
    /// Binds a free port of the loopback interface and starts to answer.
    ///
    /// # Errors
    /// If no port can be bound, or the database can't be used.
    pub async fn start(options: ServerOptions) -> Result<Server, StartError> {
        Server::start_on(options, 0).await
    }

    /// As [`Server::start`], on a port of the caller's choice.
    ///
    /// # Errors
    /// If the port can't be bound, or the database can't be used.
    pub async fn start_on(options: ServerOptions, port: u16) -> Result<Server, StartError> {
        Server::start_at(options, (Ipv4Addr::LOCALHOST, port).into(), None).await
    }

    /// As [`Server::start`], at an address of the caller's choice, over TLS if there is a certificate.
    ///
    /// # Errors
    /// If the address can't be bound, or the database can't be used.
    pub async fn start_at(
        options: ServerOptions,
        at: SocketAddr,
        certificate: Option<Certificate>,
    ) -> Result<Server, StartError> {
        let no_address = |error| StartError::address(at, &error);
        let listener = listen(at).map_err(no_address)?;
        let bound = listener.local_addr().map_err(no_address)?;
        let authority = reached_at(bound).to_string();
        let scheme = if certificate.is_some() { "https" } else { "http" };
        let base_url = format!("{scheme}://{authority}{BASE_PATH}");
        let address =
            Address { public: options.public_url.clone(), bound: Some(authority), tls: certificate.is_some() };
        let patience = options.patience();
        let app = Arc::new(App::open(options, address)?);
        let router = app::router(Arc::clone(&app));
        let watched = Arc::clone(&app);
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move {
            // An error means that the sender was dropped, which asks for the same.
            stopped.await.unwrap_or_default();
            if let Some(live) = &watched.live {
                live.close();
            }
        };
        let task = match certificate {
            None => tokio::spawn(connection::serve(listener, router, patience, stopped)),
            Some(certificate) => {
                let listener = TlsListener::new(listener, bound, certificate);
                tokio::spawn(connection::serve(listener, router, patience, stopped))
            }
        };
        Ok(Server { app, base_url, stop, task })
    }

    /// The URL to give to a client, such as `http://127.0.0.1:50123/scim/v2`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The address of the live page, such as `http://127.0.0.1:50123/`, if it is on. Where the page wants a key, the address
    /// carries it and is a secret.
    pub fn page_url(&self) -> Option<String> {
        self.app.live.as_ref().map(live::Live::page_url)
    }

    /// All users and groups as they are stored, sorted by id.
    pub fn dump(&self) -> Value {
        self.app.store().dump()
    }

    /// How many resources came from the database; `None` without one, or if it is new. Then `seed` has filled it.
    pub fn restored(&self) -> Option<usize> {
        self.app.database().and_then(Database::restored)
    }

    /// Waits until the database can't be written, and says why. From then on the server answers 503 to everything.
    /// Waits for ever where that does not happen.
    pub async fn failed(&self) -> String {
        match self.app.database() {
            Some(database) => database.failed().await,
            None => pending().await,
        }
    }

    /// Stops the server and waits until the requests under way are answered, a second at most, and the database is
    /// closed.
    pub async fn stop(self) {
        let Server { app, stop, task, .. } = self;
        drop(stop);
        let abort = task.abort_handle();
        if tokio::time::timeout(Duration::from_secs(1), task).await.is_err() {
            abort.abort();
        }
        if let Some(database) = app.database() {
            database.close().await;
        }
    }
}

/// Bytes of an answer that the system takes ahead of a client. With more of them, the part that a slow one has to take in before it
/// shows that it still does would be a large one.
const AHEAD: u32 = 256 * 1024;
/// Connections that wait to be taken.
const BACKLOG: u32 = 1024;

/// Listens at an address.
fn listen(at: SocketAddr) -> io::Result<TcpListener> {
    let socket = if at.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // As a listener of tokio's is made: who restarts has the port again at once. In Windows the word means something else.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(AHEAD)?;
    socket.bind(at)?;
    socket.listen(BACKLOG)
}

/// Where a client on this machine finds a server that listens there: "all addresses" is none that one can connect to
/// everywhere.
fn reached_at(bound: SocketAddr) -> SocketAddr {
    let address = match bound.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(address, bound.port())
}
