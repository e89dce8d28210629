//! The client: a connection pool that is left after a failure, no redirects, bounded answers.

use std::{
    path::Path,
    str::FromStr,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use reqwest::{
    header::{HeaderName, HeaderValue},
    redirect::Policy,
};
use secrecy::{ExposeSecret, SecretString};
use url::Position;

use super::{
    AuthUse, BaseUrl, Body, BoxFuture, Credentials, Failure, Request, Response, TlsOptions, Transport, encoding,
    headers::{Added, on_the_wire},
    oauth::Issued,
    trouble::{causes, tls},
};

/// How the client is set up.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Time for one whole exchange.
    pub timeout: Duration,
    /// Bytes of a body that are read.
    pub max_body: usize,
    /// Certificates.
    pub tls: TlsOptions,
    /// False: each request has a connection of its own.
    pub reuse: bool,
}

impl Default for ClientOptions {
    fn default() -> ClientOptions {
        ClientOptions {
            // Okta closes the socket after 60 seconds (okta-client 2.4).
            timeout: Duration::from_secs(60),
            max_body: 8 * 1024 * 1024,
            tls: TlsOptions::default(),
            reuse: true,
        }
    }
}

/// Why there can be no client.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ClientError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl ClientError {
    pub(super) fn new(path: &Path, what: &str, hint: &str) -> ClientError {
        ClientError { message: format!("{} {what}", path.display()), hint: hint.to_owned() }
    }
}

/// Sends requests to one target with one set of credentials.
pub struct Client {
    pool: RwLock<reqwest::Client>,
    base: BaseUrl,
    credentials: Credentials,
    options: ClientOptions,
    /// False once a connection that was kept has lost a request.
    reuse: AtomicBool,
}

impl Client {
    /// Makes a client for a target.
    ///
    /// # Errors
    /// A certificate file that can't be read or used.
    pub fn new(base: BaseUrl, credentials: Credentials, options: &ClientOptions) -> Result<Client, ClientError> {
        let pool = RwLock::new(build(options, base.is_tls(), base.is_loopback())?);
        let reuse = AtomicBool::new(options.reuse);
        Ok(Client { pool, base, credentials, options: options.clone(), reuse })
    }

    /// An access token that the target refuses is renewed once; then the refusal is its answer.
    async fn exchange(&self, request: &Request) -> Result<Response, Failure> {
        let written = request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let ours = matches!(request.auth, AuthUse::Ours | AuthUse::LowerCase | AuthUse::Suffixed) && !written;
        let Some(tokens) = self.credentials.tokens().filter(|_| ours) else {
            return self.transmit(request, None).await;
        };
        let Issued { token, number } = tokens.token(None).await.map_err(Failure::NoToken)?;
        let answer = self.transmit(request, Some(&token)).await?;
        if answer.status != 401 || request.auth == AuthUse::Suffixed {
            return Ok(answer);
        }
        let Issued { token, .. } = tokens.token(Some(number)).await.map_err(Failure::NoToken)?;
        self.transmit(request, Some(&token)).await
    }

    async fn transmit(&self, request: &Request, token: Option<&SecretString>) -> Result<Response, Failure> {
        let url = url::Url::parse(&self.base.url(request)).map_err(|error| Failure::Unsendable(error.to_string()))?;
        if !self.base.leads_here(&url) {
            return Err(Failure::Unsendable("its path leads away from the base URL".to_owned()));
        }
        let scheme = if request.auth == AuthUse::LowerCase { "bearer" } else { "Bearer" };
        let more = if request.auth == AuthUse::Suffixed { "x" } else { "" };
        let bearer = token.map(|token| format!("{scheme} {}{more}", token.expose_secret()));
        let fetched = bearer.as_deref().map(|value| ("Authorization", value));
        let body = request.body.as_ref().map(Body::bytes);
        let host = url[Position::BeforeHost..Position::AfterPort].to_owned();
        let added = Added {
            credentials: fetched.into_iter().chain(self.credentials.headers(request.auth)).collect(),
            length: body.as_ref().map(|body| body.len().to_string()),
            host: &host,
        };
        let mut builder = self.pool().request(request.method.clone(), url);
        for (name, value) in on_the_wire(&request.headers, &added) {
            let bad = |_| Failure::Unsendable(format!("header `{name}` can't be written"));
            let name = HeaderName::from_str(name).map_err(|_| bad(()))?;
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| bad(()))?;
            builder = builder.header(name, value);
        }
        if let Some(body) = body {
            builder = builder.body(body);
        }
        let mut answer = builder.send().await.map_err(|error| self.failure(&error))?;
        let status = answer.status().as_u16();
        let headers: Vec<(String, String)> = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let (raw, cut) = self.body(&mut answer).await?;
        if status >= 500 {
            self.leave_pool(true);
        }
        let coding =
            headers.iter().find(|(name, _)| name == "content-encoding").map_or("", |(_, value)| value.as_str());
        let (body, cut_again) = encoding::decode(coding, raw, self.options.max_body).map_err(Failure::Broken)?;
        Ok(Response::read(status, headers, body, cut || cut_again, self.options.max_body))
    }

    fn pool(&self) -> reqwest::Client {
        self.pool.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes on with new connections. After a failure many servers (Express) end the connection that they said they would keep, and the
    /// next request on it would be lost. Where one was lost, none is used twice from then on (not to `reuse`).
    fn leave_pool(&self, reuse: bool) {
        if !reuse {
            self.reuse.store(false, Ordering::Relaxed);
        }
        let options = ClientOptions { reuse: self.reuse.load(Ordering::Relaxed), ..self.options.clone() };
        if let Ok(pool) = build(&options, self.base.is_tls(), self.base.is_loopback()) {
            *self.pool.write().unwrap_or_else(PoisonError::into_inner) = pool;
        }
    }

    async fn body(&self, answer: &mut reqwest::Response) -> Result<(Bytes, bool), Failure> {
        let mut out = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.failure(&error))? {
            let room = self.options.max_body - out.len();
            if chunk.len() > room {
                out.extend_from_slice(&chunk[..room]);
                return Ok((out.into(), true));
            }
            out.extend_from_slice(&chunk);
        }
        Ok((out.into(), false))
    }

    fn failure(&self, error: &reqwest::Error) -> Failure {
        let causes = causes(error);
        if error.is_timeout() && !error.is_connect() {
            Failure::TimedOut(self.options.timeout)
        } else if self.base.is_tls() && causes.contains("operation was canceled") {
            // In TLS 1.3 a server refuses a client's certificate only when the client takes the handshake for done.
            Failure::Tls("the server closed the connection right after the handshake".to_owned())
        } else if let Some(why) = tls(error) {
            Failure::Tls(why)
        } else if self.base.is_tls() && causes.contains("handshake") {
            Failure::Tls("the server closed the connection in the handshake".to_owned())
        } else if error.is_connect() {
            Failure::NoConnection(causes)
        } else if error.is_builder() {
            Failure::Unsendable(causes)
        } else {
            self.leave_pool(false);
            Failure::Broken(causes)
        }
    }
}

/// The connection pool: no redirects, no repetitions, no proxy for this machine.
pub(super) fn build(options: &ClientOptions, tls: bool, loopback: bool) -> Result<reqwest::Client, ClientError> {
    // Fails only when a provider is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // Servers close idle connections after some seconds, without a word: what is sent at that moment is lost.
        .pool_idle_timeout(Duration::from_secs(1))
        .http1_only()
        .http1_title_case_headers()
        // A user agent takes a header that is folded over several lines (RFC 9112 5.2).
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .timeout(options.timeout)
        .connect_timeout(options.timeout.min(Duration::from_secs(10)));
    if !options.reuse {
        builder = builder.pool_max_idle_per_host(0);
    }
    if loopback {
        builder = builder.no_proxy();
    }
    builder = if tls {
        options.tls.apply(builder)?
    } else {
        // Loading the system's root certificates costs milliseconds that plain http has no use for.
        builder.tls_certs_only([])
    };
    builder.build().map_err(|error| ClientError {
        message: format!("the HTTP client can't be set up: {}", causes(&error)),
        hint: "check the certificate options and the proxy variables".to_owned(),
    })
}

impl Transport for Client {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(self.exchange(request))
    }
}
