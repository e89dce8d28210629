//! Why a server can't start.

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

    /// The port can't be had.
    pub(super) fn port(port: u16, error: &std::io::Error) -> StartError {
        StartError::new(format!("port {port} can't be bound: {error}"), "take another port, or 0 for a free one")
    }
}
