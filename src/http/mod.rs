//! HTTP as a tester sees it: requests, answers, exchanges, and the client that makes them.
//!
//! May use [`crate::scim`] only. An [`Exchange`] is the one currency of the program: rules,
//! expectations, snapshots and reports all read exchanges, whoever recorded them.

mod auth;
mod base_url;
mod beginnings;
mod client;
mod curl;
mod echo;
mod encoding;
mod exchange;
mod headers;
mod invisible;
mod kind;
mod oauth;
mod privacy;
mod request;
mod response;
mod secrets;
mod shell;
mod tls;
mod transport;
mod trouble;

pub use auth::{AuthMode, Credentials};
pub use base_url::{BaseUrl, BaseUrlError};
pub use client::{Client, ClientError, ClientOptions};
pub use curl::curl;
pub use exchange::{Exchange, Look, Purpose};
pub use headers::{Added, on_the_wire};
pub use invisible::acts;
pub use kind::{Intent, Kind, Resource};
pub use oauth::{AccessTokens, OauthOptions, TokenError, TokenUrl};
pub use privacy::{
    forget_strangers, is_message, is_ours, is_strange, mask_passwords, passwords, without_addresses, without_strangers,
};
pub use request::{AuthUse, Body, Request, may_change, segment};
pub use response::{Json, Response};
pub use secrets::Secrets;
pub use shell::shell_word;
pub use tls::TlsOptions;
pub use transport::{BoxFuture, Failure, Heard, Line, Transport};
pub use trouble::UNKNOWN_HOST;
