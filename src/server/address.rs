//! Under which URL a client sees the server.

use axum::http::{HeaderMap, header};

use super::BASE_PATH;

/// Where the server can be reached.
#[derive(Debug, Default)]
pub(super) struct Address {
    /// The base URL that was given for it, where a tunnel or a proxy stands before it.
    pub(super) public: Option<String>,
    /// Host and port that it listens on, if it does.
    pub(super) bound: Option<String>,
    /// It speaks TLS.
    pub(super) tls: bool,
}

impl Address {
    /// The base URL for `meta.location`. The Host header counts only if it names this machine: whoever can choose it
    /// could otherwise make the server hand out links to elsewhere.
    pub(super) fn base_url(&self, headers: &HeaderMap) -> String {
        if let Some(public) = &self.public {
            return public.clone();
        }
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .filter(|host| is_loopback(host))
            .or(self.bound.as_deref())
            .unwrap_or("localhost");
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{host}{BASE_PATH}")
    }
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host,
        _ => authority,
    };
    match host.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}
