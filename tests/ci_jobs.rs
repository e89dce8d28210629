//! The jobs in `docs/ci.md`, played: what a CI system would run of them runs here, against a server of ours.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/page.rs"]
mod page;

use std::{
    fs,
    net::TcpListener,
    os::unix::{
        fs::{PermissionsExt, symlink},
        process::CommandExt,
    },
    process::{Command, Output, Stdio},
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use serde_json::Value;
use tempfile::TempDir;

const TOKEN: &str = "ci-jobs-token-0123456789";

/// The code blocks of one language in `docs/ci.md`.
fn blocks(language: &str) -> Vec<String> {
    page::blocks(include_str!("../docs/ci.md"), language)
}

/// A checkout with a server that can be started, and scim-check among the programs.
struct Checkout(TempDir);

impl Checkout {
    fn new() -> Checkout {
        let folder = tempfile::tempdir().unwrap();
        let programs = folder.path().join("bin");
        fs::create_dir(&programs).unwrap();
        symlink(env!("CARGO_BIN_EXE_scim-check"), programs.join("scim-check")).unwrap();
        fs::write(folder.path().join("scim-token"), format!("{TOKEN}\n")).unwrap();
        Checkout(folder)
    }

    /// Runs a script as a CI system does, and ends what it has started and left.
    fn plays(&self, shell: &[&str], script: &str) -> Output {
        // A port that was free a moment ago: the job has to know it before there is a server.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let start = self.0.path().join("start-server.sh");
        let serve =
            format!("exec scim-check serve --port {port} --seed 20 --token-file scim-token > started 2> /dev/null");
        fs::write(&start, format!("#!/bin/sh\n{serve}\n")).unwrap();
        fs::set_permissions(&start, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", self.0.path().join("bin").display(), std::env::var("PATH").unwrap());
        let child = Command::new(shell[0])
            .args(&shell[1..])
            .arg(script.replace("127.0.0.1:8080", &format!("127.0.0.1:{port}")))
            .current_dir(self.0.path())
            .env_remove("SCIM_CHECK_BASE_URL")
            .envs([("PATH", path.as_str()), ("CI", "true"), ("SCIM_CHECK_TOKEN", TOKEN)])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let group = Pid::from_raw(child.id().cast_signed());
        // The server that it leaves holds none of its pipes: a CI system ends it, too.
        let output = child.wait_with_output().unwrap();
        _ = killpg(group, Signal::SIGTERM);
        output
    }

    fn passes(&self, shell: &[&str], script: &str) {
        let ran = self.plays(shell, script);
        let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert_eq!(ran.status.code(), Some(0), "{script}\n{said}");
        assert!(said.contains("As expected") || said.contains("::notice"), "{script}\n{said}");
        assert!(!said.contains(TOKEN), "{script}");
    }

    fn holds(&self, names: &[&str]) {
        for name in names {
            let path = self.0.path().join(name);
            assert!(fs::metadata(&path).is_ok_and(|data| data.len() > 100), "{name} is missing");
            fs::remove_file(path).unwrap();
        }
    }
}

/// The first job in YAML that has a word in it.
fn job(word: &str) -> Value {
    let block = blocks("yaml").into_iter().find(|block| block.contains(word)).unwrap();
    serde_saphyr::from_str(&block).unwrap()
}

#[test]
fn the_four_parts_on_github() {
    let job = &job("matrix.part")["jobs"]["okta"];
    let checkout = Checkout::new();
    for part in job["strategy"]["matrix"]["part"].as_array().unwrap() {
        let steps = job["steps"].as_array().unwrap().iter().filter_map(|step| step["run"].as_str());
        let script = steps.collect::<Vec<_>>().join("\n").replace("${{ matrix.part }}", &part.to_string());
        assert!(!script.contains("${{"), "{script}");
        // Where a step names no shell.
        checkout.passes(&["bash", "-ec"], &script);
        checkout.holds(&["scim.sarif", "scim.xml"]);
    }
}

#[test]
fn the_job_on_gitlab() {
    let job = job("script:");
    let script = job["scim"]["script"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
    let checkout = Checkout::new();
    checkout.passes(&["bash", "-eo", "pipefail", "-c"], &script.collect::<Vec<_>>().join("\n"));
    checkout.holds(&["scim.xml", "scim.html"]);
}

#[test]
fn the_job_on_jenkins() {
    let text = &blocks("groovy")[0];
    let steps: Vec<&str> = text.split("sh '").skip(1).map(|rest| rest.split('\'').next().unwrap()).collect();
    assert_eq!(steps.len(), 2);
    let checkout = Checkout::new();
    checkout.passes(&["sh", "-xec"], &steps.join("\n"));
    checkout.holds(&["scim.xml"]);
}

#[test]
fn the_script_of_a_plain_shell() {
    let script = blocks("sh").into_iter().find(|block| block.starts_with("#!/bin/sh")).unwrap();
    let checkout = Checkout::new();
    checkout.passes(&["sh", "-c"], &script.replace("/run/secrets/scim-token", "scim-token"));
    checkout.holds(&["scim.xml", "scim.tap"]);
}
