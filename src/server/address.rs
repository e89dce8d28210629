//! Under which URL a client sees the server.

use std::net::IpAddr;

use axum::http::uri::Authority;
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

/// Whether a host, with or without a port, names this machine.
pub(super) fn is_loopback(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<Authority>() else { return false };
    let host = authority.host();
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_count() {
        for own in ["localhost", "LOCALHOST:80", "127.0.0.1:8642", "127.9.9.9", "[::1]", "[::1]:8642"] {
            assert!(is_loopback(own), "{own}");
        }
        for other in
            ["", "evil.example", "localhost.evil.example", "]]127.0.0.1[[", "127.0.0.1.evil", "[::2]:80", "a b"]
        {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
