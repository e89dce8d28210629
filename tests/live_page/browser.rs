//! The page in a real Chromium, by `look.mjs`. Pictures of it are left in `target/live-page`.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use scim_check::server::{Server, ServerOptions};
use serde_json::json;

use crate::support::peers;
use crate::{TOKEN, wire};

/// Runs the script against a server with a key and people, and against an open one that is stopped and started under it.
pub async fn look() {
    let lacking = peers::lacking_for_npm();
    let chromium = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path);
    let (None, Some(chromium)) = (lacking, chromium) else {
        return peers::cannot_run("the live page in a browser", lacking.unwrap_or("no chromium"));
    };
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live_page");
    let home = peers::npm_installed("live-page", &source, &["look.mjs", "../support/browser.mjs"]);
    let pictures = peers::target_dir().join("live-page");
    fs::create_dir_all(&pictures).unwrap();

    let locked = ServerOptions { token: Some(TOKEN.to_owned()), seed: 48, live_page: true, ..ServerOptions::default() };
    let locked = Server::start(locked).await.unwrap();
    let open = || ServerOptions { live_page: true, ..ServerOptions::default() };
    let mut transient = Some(Server::start(open()).await.unwrap());
    let first = transient.as_ref().unwrap();
    let port = wire::authority(first).split(':').nth(1).unwrap().parse().unwrap();
    let task = json!({
        "chromium": chromium,
        "pictures": pictures,
        "token": TOKEN,
        "locked": {"page": locked.page_url(), "base": locked.base_url()},
        "open": {"page": first.page_url(), "base": first.base_url()},
    });
    let mut node = Command::new("node")
        .arg("look.mjs")
        .arg(task.to_string())
        .current_dir(&home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut orders = node.stdin.take().unwrap();
    for line in BufReader::new(node.stdout.take().unwrap()).lines().map_while(Result::ok) {
        match line.as_str() {
            "stop" => transient.take().unwrap().stop().await,
            "start" => transient = Some(Server::start_on(open(), port).await.unwrap()),
            _ => {
                say(&line);
                continue;
            }
        }
        writeln!(orders, "done").unwrap();
    }
    let status = node.wait().unwrap();
    assert!(status.success(), "look.mjs ended with {status}; what it said stands above");
}

#[allow(clippy::print_stdout, reason = "what the script says explains why it failed")]
fn say(line: &str) {
    println!("{line}");
}

/// Where a program is.
fn on_path(program: &str) -> Option<PathBuf> {
    let path: OsString = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
