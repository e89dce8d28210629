//! The server as a user starts it, in a process of its own: its memory can be measured, and it can be killed.

use std::{fs, path::Path};

use super::{
    served::TOKEN,
    support::binary::Desk,
    support::binary::{Running, start},
    wire::Connection,
};

/// The server under way.
pub struct Child {
    pub running: Running,
    pub base: String,
}

impl Child {
    /// Starts it with a token and these options.
    pub fn start(desk: &Desk, options: &[&str]) -> Child {
        let mut command = desk.command(["serve"].iter().chain(options));
        command.env("SCIM_CHECK_TOKEN", TOKEN);
        let mut running = start(command);
        assert!(running.hears("Ctrl-C"), "it does not start: {:?}", running.wait());
        let told = running.said_so_far();
        let line = told.lines().find(|line| line.contains("Base URL")).unwrap();
        Child { base: line.split_whitespace().last().unwrap().to_owned(), running }
    }

    pub fn authority(&self) -> &str {
        self.base.split('/').nth(2).unwrap()
    }

    /// A well-behaved client with the token.
    pub fn connect(&self) -> Connection {
        connect(&self.base).unwrap()
    }

    /// Bytes of memory that it has now, and has had at most; `None` where this machine does not tell.
    pub fn memory(&self) -> Option<(u64, u64)> {
        let status = fs::read_to_string(Path::new("/proc").join(self.running.id().to_string()).join("status")).ok()?;
        let figure = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? * 1024)
        };
        Some((figure("VmRSS:")?, figure("VmHWM:")?))
    }

    /// Asks it to end, and hears nothing of a failure.
    pub fn stop(self) {
        self.running.signal("INT");
        self.running.wait().ends(0);
    }
}

/// A well-behaved client of a server.
pub fn connect(base: &str) -> std::io::Result<Connection> {
    let mut client = Connection::to(base)?;
    client.credentials = Some(format!("Bearer {TOKEN}"));
    Ok(client)
}
