//! The directory in a file: it outlives the server, however the server ends, and files that are not its own stay as
//! they are.
#![allow(missing_docs, clippy::unwrap_used)]

mod killed;
mod refused;
mod restart;
mod wire;

use std::path::Path;

use scim_check::server::{Server, ServerOptions, StartError};
use serde_json::Value;
use tokio::runtime::Runtime;

use wire::Connection;

/// Options of a server that keeps its directory there.
fn kept_in(path: &Path) -> ServerOptions {
    ServerOptions {
        database: Some(path.to_owned()),
        // The ports differ; what clients see must not.
        public_url: Some("http://people.example/scim/v2".to_owned()),
        ..ServerOptions::default()
    }
}

/// A server under way in this process.
struct Running {
    runtime: Runtime,
    server: Server,
}

impl Running {
    fn try_start(options: ServerOptions) -> Result<Running, StartError> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let server = runtime.block_on(Server::start(options))?;
        Ok(Running { runtime, server })
    }

    fn start(options: ServerOptions) -> Running {
        Running::try_start(options).unwrap()
    }

    fn connect(&self) -> Connection {
        Connection::to(self.server.base_url()).unwrap()
    }

    fn dump(&self) -> Value {
        self.server.dump()
    }

    fn stop(self) {
        self.runtime.block_on(self.server.stop());
    }
}

/// The names of the files in a folder, sorted.
fn files(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}
