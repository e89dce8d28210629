//! Why a server can't start.

use std::net::SocketAddr;

/// Why a server can't start.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StartError {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl StartError {
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> StartError {
        StartError { message: message.into(), hint: hint.into() }
    }

    /// The address can't be had.
    pub(super) fn address(at: SocketAddr, error: &std::io::Error) -> StartError {
        StartError::new(format!("the server can't listen on {at}: {error}"), "give another --port or --bind")
    }
}
