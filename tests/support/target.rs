//! The reference server as a target of the program: in the test's process, so that a test can look into it.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use scim_check::server::{Server, ServerOptions, fault};
use serde_json::Value;
use tokio::runtime::Runtime;

/// The token that targets ask for.
pub const TOKEN: &str = "target-token-5f0e1d2c3b4a";

/// A target under way; it ends when dropped.
pub struct Target {
    // Dropped before the runtime that it lives in.
    server: Option<Server>,
    runtime: Runtime,
}

impl Target {
    /// A target with people of its own and faults by name.
    pub fn new(people: usize, faults: &[&str]) -> Target {
        let faults = faults.iter().map(|name| fault::by_name(name).expect("a known fault")).collect();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let options = ServerOptions { token: Some(TOKEN.to_owned()), faults, seed: people, ..ServerOptions::default() };
        let server = runtime.block_on(Server::start(options)).unwrap();
        Target { server: Some(server), runtime }
    }

    pub fn base(&self) -> &str {
        self.server.as_ref().unwrap().base_url()
    }

    /// Everything that is stored.
    pub fn dump(&self) -> Value {
        self.server.as_ref().unwrap().dump()
    }

    /// Creates somebody as another client would.
    pub fn create(&self, endpoint: &str, body: &Value) {
        let (authority, path) = self.base().trim_start_matches("http://").split_once('/').unwrap();
        let body = body.to_string();
        let mut stream = TcpStream::connect(authority).unwrap();
        write!(
            stream,
            "POST /{path}/{endpoint} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {TOKEN}\r\n\
             Content-Type: application/scim+json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    }

    /// The names of all people and groups that runs of the program made.
    pub fn marked(&self) -> Vec<String> {
        let dump = self.dump();
        let all = ["users", "groups"].into_iter().flat_map(|kind| dump[kind].as_array().unwrap().clone());
        all.filter_map(|one| one["userName"].as_str().or(one["displayName"].as_str()).map(str::to_owned))
            .filter(|name| name.to_ascii_lowercase().contains("scim-check-"))
            .collect()
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop());
        }
    }
}
