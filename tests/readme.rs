//! The README's commands work and its screens are real.
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test readme` writes the screens anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/page.rs"]
mod page;

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Output, Stdio},
};

use page::blocks;
use regex_lite::Regex;
use scim_check::server::{Server, ServerOptions};

const TOKEN: &str = "readme-token-0123456789";

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

fn run(arguments: &str, folder: &Path, token: bool) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scim-check"));
    command.args(arguments.split_whitespace()).current_dir(folder).env_remove("SCIM_CHECK_BASE_URL").env_remove("CI");
    if token {
        command.env("SCIM_CHECK_TOKEN", TOKEN)
    } else {
        command.env_remove("SCIM_CHECK_TOKEN")
    };
    command.output().unwrap()
}

/// Starts a server and ends it when it listens.
fn serve(arguments: &str, folder: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scim-check"));
    let arguments = arguments.replace("--port 8642", "--port 0");
    command.args(arguments.split_whitespace()).current_dir(folder).env_remove("SCIM_CHECK_TOKEN");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut base = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut base).unwrap();
    assert!(base.starts_with("http://127.0.0.1:"), "{arguments}: {base}");
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments}");
}

/// What differs from run to run.
fn settled(screen: &str) -> String {
    let replace =
        |text: &str, pattern: &str, with: &str| Regex::new(pattern).unwrap().replace_all(text, with).into_owned();
    let text = replace(screen, r"127\.0\.0\.1:\d+", "127.0.0.1:41234");
    let text = replace(
        &text,
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "2819c223-7f76-453a-919d-413861904646",
    );
    let text = replace(&text, r"scim-check-\d{14}[a-z]{4}", "scim-check-20260101101500abcd");
    replace(&text, r"exchanges in(\s)(\d+ ms|\d+\.\d s)\.", "exchanges in${1}0.1 s.")
}

#[test]
fn the_screens_are_real() {
    let red = "run --embedded --fault patch-active-noop-200 okta/lifecycle/unassign";
    let folder = tempfile::tempdir().unwrap();
    // Two scenarios give the change two seconds to show.
    let red = settled(&String::from_utf8(run(red, folder.path(), false).stdout).unwrap()).replace("0.1 s.", "4.1 s.");
    let green = settled(&String::from_utf8(run("run --embedded", folder.path(), false).stdout).unwrap());
    let text = readme();
    let shown = blocks(&text, "text");
    if std::env::var_os("SCIM_CHECK_RECORD").is_some() {
        let text = text.replacen(&shown[0], &red, 1).replacen(&shown[1], &green, 1);
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"), text).unwrap();
        return;
    }
    assert_eq!(shown[0], red);
    assert_eq!(shown[1], green);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_works() {
    let options = ServerOptions { token: Some(TOKEN.to_owned()), seed: 20, ..ServerOptions::default() };
    let server = Server::start(options).await.unwrap();
    let text = readme();
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("checks/mine")).unwrap();
    fs::write(folder.path().join("checks/mine/leaver.yaml"), &blocks(&text, "yaml")[0]).unwrap();
    let mut ran = 0;
    for block in blocks(&text, "sh") {
        for line in block.lines() {
            let line = line.split(" #").next().unwrap().trim();
            let arguments = line.strip_prefix("scim-check ").or_else(|| line.strip_prefix("cargo run --release -- "));
            let Some(arguments) = arguments else {
                assert!(line.starts_with("export ") || line == "cargo test", "a command that is not tried: {line}");
                continue;
            };
            let arguments = arguments.replace("http://127.0.0.1:8080/scim/v2", server.base_url());
            if arguments.starts_with("serve ") && !arguments.contains("--list-faults") {
                let folder = folder.path().to_owned();
                tokio::task::spawn_blocking(move || serve(&arguments, &folder)).await.unwrap();
                ran += 1;
                continue;
            }
            // What is recorded for the first time waits for a person.
            let records = arguments.starts_with("run ") && arguments.contains("--snapshots ");
            let wanted = i32::from(arguments.contains("--fault ") || records);
            let folder = folder.path().to_owned();
            let (token, shown) = (arguments.contains("--base-url"), arguments.clone());
            let output = tokio::task::spawn_blocking(move || run(&arguments, &folder, token)).await.unwrap();
            assert_eq!(output.status.code(), Some(wanted), "{shown}\n{}", String::from_utf8_lossy(&output.stderr));
            ran += 1;
        }
    }
    assert!(ran >= 16, "only {ran} commands were found");
    server.stop().await;
}

/// Beginnings of lines in `docs/` that are no commands of this program: what cargo is told `.ci/run` tells it, and containers need an engine.
const OTHERS: [&str; 6] = ["cargo ", "CC_", "rustup ", "apt-get ", "docker ", "#"];

/// The commands in a page, in order; those of a script, which is more than its commands, are not among them.
fn commands(page: &str) -> Vec<String> {
    let commands = blocks(page, "sh").into_iter().filter(|block| !block.starts_with("#!"));
    let lines: Vec<String> = commands.flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    lines.into_iter().filter(|line| !line.is_empty() && !OTHERS.iter().any(|begin| line.starts_with(begin))).collect()
}

/// What builds, installs and measures takes too long for a test: the gate does it.
#[test]
fn the_gate_runs_the_other_commands() {
    let gate = include_str!("../.ci/run");
    let pages = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")).unwrap().flatten();
    let pages = pages.map(|page| page.path()).filter(|page| page.extension().is_some_and(|end| end == "md"));
    let mut found = 0;
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for line in blocks(&text, "sh").iter().flat_map(|block| block.lines()) {
            let command = line.split(" #").next().unwrap().trim();
            if OTHERS.iter().any(|begin| command.starts_with(begin)) && !command.starts_with(['#', 'd']) {
                // The gate has a way of its own to install.
                assert!(
                    gate.contains(command.trim_start_matches("apt-get ")),
                    "{}: .ci/run does not do: {command}",
                    page.display()
                );
                found += 1;
            }
        }
    }
    assert!(found >= 6, "{found}");
}

/// Each can be typed as it stands: it finds something or it does not, and is no wrong usage.
#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_docs_works() {
    let options = ServerOptions { token: Some(TOKEN.to_owned()), seed: 20, ..ServerOptions::default() };
    let server = Server::start(options).await.unwrap();
    let base = server.base_url().to_owned();
    let mut tried = 0;
    let mut pages: Vec<_> =
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")).unwrap().flatten().collect();
    pages.sort_by_key(std::fs::DirEntry::path);
    for page in pages.iter().map(std::fs::DirEntry::path).filter(|page| page.extension().is_some_and(|end| end == "md"))
    {
        let folder = tempfile::tempdir().unwrap();
        for line in commands(&fs::read_to_string(&page).unwrap()) {
            // What the reader has in place of the dots, the commands after it have here.
            if line == "export SCIM_CHECK_TOKEN=..." {
                continue;
            }
            let arguments = line.split(" #").next().unwrap().trim().strip_prefix("scim-check ");
            let arguments = arguments.unwrap_or_else(|| panic!("{}: not tried: {line}", page.display()));
            let arguments = arguments.replace("http://127.0.0.1:8080/scim/v2", &base);
            let arguments = arguments.split(' ').map(|word| if word == "URL" { base.as_str() } else { word });
            let arguments = arguments.collect::<Vec<_>>().join(" ");
            let folder = folder.path().to_owned();
            let told = format!("{}: {line}", page.display());
            let ran = tokio::task::spawn_blocking(move || {
                let token = arguments.contains("--base-url");
                run(&arguments, &folder, token)
            });
            let output = ran.await.unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            // What asks a person questions has nobody to ask here.
            let alone = line.starts_with("scim-check snapshots review") && said.contains("a review needs a terminal");
            assert!(matches!(output.status.code(), Some(0 | 1)) || alone, "{told}\n{said}");
            tried += 1;
        }
    }
    assert!(tried >= 10, "only {tried} commands were found");
    server.stop().await;
}
