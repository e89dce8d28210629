//! The servers that are measured.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::load::Connection;
use crate::peers::RunningPeer;

pub const TOKEN: &str = "bench-token";

/// A server under way.
pub struct Target {
    pub address: SocketAddr,
    /// The path before `/Users`.
    pub path: String,
    pub token: String,
    process: Process,
}

enum Process {
    Ours(Child),
    Peer(#[allow(dead_code)] RunningPeer),
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Process::Ours(child) = &mut self.process {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Answers every request with one text: the least that a server with axum does. Says its base URL.
#[tokio::main]
pub async fn answer_always(body: String) {
    let answer = move || {
        let body = body.clone();
        async move { ([("content-type", "application/scim+json"), ("etag", "W/\"1\"")], body) }
    };
    let router = axum::Router::new().fallback(answer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("http://{}/scim/v2", listener.local_addr().unwrap());
    axum::serve(listener, router).await.unwrap();
}

impl Target {
    /// A server that answers with this text whatever it is asked, as a process of its own.
    pub fn fixed(body: &str) -> Target {
        let mut command = Command::new(std::env::current_exe().unwrap());
        Target::started(command.args(["answer", body]))
    }

    /// Our own server, as a process of its own.
    pub fn ours(people: usize) -> Target {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scim-check"));
        Target::started(
            command.args(["serve", "--no-page", "--seed", &people.to_string()]).env("SCIM_CHECK_TOKEN", TOKEN),
        )
    }

    fn started(command: &mut Command) -> Target {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut base = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut base).unwrap();
        Target::at(base.trim(), TOKEN.to_owned(), Process::Ours(child))
    }

    /// Somebody else's, with as many people.
    pub async fn peer(peer: RunningPeer, people: usize) -> Target {
        let (base, token) = (peer.base_url.clone(), peer.token.clone());
        let target = Target::at(&base, token, Process::Peer(peer));
        let mut connection = Connection::default();
        for number in 0..people {
            let request = target.create(&format!("seed.{number}@corp.example"));
            assert_eq!(connection.exchange(&target, &request).await.0, 201);
        }
        target
    }

    fn at(base: &str, token: String, process: Process) -> Target {
        let url = url::Url::parse(base).unwrap();
        let address = url.socket_addrs(|| None).unwrap()[0];
        Target { address, path: url.path().trim_end_matches('/').to_owned(), token, process }
    }

    /// Resident memory in bytes.
    pub fn memory(&self) -> Option<u64> {
        let Process::Ours(child) = &self.process else { return None };
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    }

    /// Ids and userNames of some people, from all over the directory.
    pub async fn people(&self) -> Vec<(String, String)> {
        let mut connection = Connection::default();
        let mut found = Vec::new();
        let mut start = 1;
        loop {
            let target = format!("/Users?startIndex={start}&count=100");
            let (_, body) = connection.exchange(self, &self.request("GET", &target, "")).await;
            let list: Value = serde_json::from_slice(&body).unwrap();
            let of = |user: &Value, name: &str| user[name].as_str().unwrap().to_owned();
            found.extend(
                list["Resources"].as_array().unwrap().iter().map(|user| (of(user, "id"), of(user, "userName"))),
            );
            // A page from every tenth of the directory.
            start += (list["totalResults"].as_u64().unwrap() / 10).max(100);
            if start > list["totalResults"].as_u64().unwrap() {
                return found;
            }
        }
    }

    pub fn create(&self, user_name: &str) -> Vec<u8> {
        let user = serde_json::json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": user_name,
            "name": {"givenName": "Ada", "familyName": "Lovelace"},
            "emails": [{"value": user_name, "type": "work", "primary": true}],
            "active": true,
        });
        self.request("POST", "/Users", &user.to_string())
    }

    pub fn request(&self, method: &str, target: &str, body: &str) -> Vec<u8> {
        format!(
            "{method} {}{target} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nAccept: application/scim+json\r\n\
             Content-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n{body}",
            self.path,
            self.address,
            self.token,
            body.len()
        )
        .into_bytes()
    }
}
