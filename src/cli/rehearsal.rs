//! A target inside this process, without a socket: nothing is sent.

use axum::{Router, body::Body as ServerBody, http as axum_http};
use bytes::Bytes;
use tower::ServiceExt;

use crate::{
    http::{AuthUse, BoxFuture, Failure, Request, Response, Transport},
    server::{self, ServerOptions},
};

/// The token of the rehearsal's server.
const TOKEN: &str = "rehearsal-token";
/// The host by which it knows itself.
const HOST: &str = "127.0.0.1";
/// People of its own: an import reads a second page.
const PEOPLE: usize = 120;

/// Answers requests from a reference server of its own.
pub struct Rehearsal(Router);

impl Rehearsal {
    /// A server with people of its own.
    pub fn new() -> Rehearsal {
        Rehearsal(server::router(ServerOptions {
            token: Some(TOKEN.to_owned()),
            seed: PEOPLE,
            ..ServerOptions::default()
        }))
    }

    /// The base URL that its answers name.
    pub fn base() -> String {
        format!("http://{HOST}{}", server::BASE_PATH)
    }

    async fn answer(&self, request: &Request) -> Result<Response, Failure> {
        let bad = |error: &dyn std::fmt::Display| Failure::Unsendable(error.to_string());
        let mut builder = axum_http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", server::BASE_PATH, request.target()))
            .header("Host", HOST);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        builder = match request.auth {
            AuthUse::Ours => builder.header("Authorization", format!("Bearer {TOKEN}")),
            AuthUse::LowerCase => builder.header("Authorization", format!("bearer {TOKEN}")),
            AuthUse::Suffixed => builder.header("Authorization", format!("Bearer {TOKEN}x")),
            AuthUse::Wrong => builder.header("Authorization", "Bearer nobody"),
            // The reference server has one tenant: whoever comes from another is a stranger.
            AuthUse::Other => builder.header("Authorization", "Bearer another-tenant"),
            AuthUse::None => builder,
        };
        let body = request.body.as_ref().map_or_else(Bytes::new, |body| body.bytes());
        let call = builder.body(ServerBody::from(body)).map_err(|error| bad(&error))?;
        let answer = self.0.clone().oneshot(call).await.map_err(|error| bad(&error))?;
        let status = answer.status().as_u16();
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.map_err(|error| bad(&error))?;
        Ok(Response::new(status, headers, body, false))
    }
}

impl Transport for Rehearsal {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(self.answer(request))
    }
}
