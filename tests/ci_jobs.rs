//! The jobs in `docs/ci.md`, played: what a CI system would run of them runs here, against a server of ours.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    fs,
    os::unix::{fs::PermissionsExt, fs::symlink, process::CommandExt},
    process::{Command, Output, Stdio},
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use scim_check::server::{Server, ServerOptions};
use serde_json::Value;
use tempfile::TempDir;

const TOKEN: &str = "ci-jobs-token-0123456789";
/// Where the server of the jobs listens.
const SHOWN: &str = "http://127.0.0.1:8080/scim/v2";

/// The code blocks of one language in `docs/ci.md`.
fn blocks(language: &str) -> Vec<String> {
    let text = include_str!("../docs/ci.md");
    text.split(&format!("```{language}\n")).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// A checkout with a server that can be started, and scim-check among the programs.
struct Checkout {
    folder: TempDir,
    server: Server,
}

impl Checkout {
    async fn new() -> Checkout {
        let folder = tempfile::tempdir().unwrap();
        let programs = folder.path().join("bin");
        fs::create_dir(&programs).unwrap();
        symlink(env!("CARGO_BIN_EXE_scim-check"), programs.join("scim-check")).unwrap();
        // Stands for the server under test, which listens already: a process that goes on until it is ended.
        let start = folder.path().join("start-server.sh");
        fs::write(&start, "#!/bin/sh\nexec scim-check serve --port 0 > started 2> /dev/null\n").unwrap();
        fs::set_permissions(&start, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(folder.path().join("scim-token"), format!("{TOKEN}\n")).unwrap();
        let options = ServerOptions { token: Some(TOKEN.to_owned()), seed: 20, ..ServerOptions::default() };
        Checkout { folder, server: Server::start(options).await.unwrap() }
    }

    /// Runs a script as CI systems do, and ends what it has started and left.
    fn plays(&self, shell: &[&str], script: &str) -> Output {
        let script = script.replace(SHOWN, self.server.base_url());
        let path = self.folder.path().join("bin");
        let path = format!("{}:{}", path.display(), std::env::var("PATH").unwrap());
        let child = Command::new(shell[0])
            .args(&shell[1..])
            .arg(script)
            .current_dir(self.folder.path())
            .env_remove("SCIM_CHECK_BASE_URL")
            .envs([("PATH", path.as_str()), ("CI", "true"), ("SCIM_CHECK_TOKEN", TOKEN)])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let group = Pid::from_raw(child.id().cast_signed());
        // What it leaves holds none of its pipes: a CI system ends it, too.
        let output = child.wait_with_output().unwrap();
        _ = killpg(group, Signal::SIGTERM);
        output
    }

    fn passes(&self, shell: &[&str], script: &str) {
        let ran = tokio::task::block_in_place(|| self.plays(shell, script));
        let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert_eq!(ran.status.code(), Some(0), "{script}\n{said}");
        assert!(said.contains("As expected") || said.contains("::notice"), "{script}\n{said}");
        assert!(!said.contains(TOKEN), "{script}");
    }

    fn holds(&self, names: &[&str]) {
        for name in names {
            let path = self.folder.path().join(name);
            assert!(fs::metadata(&path).is_ok_and(|data| data.len() > 100), "{name} is missing");
            fs::remove_file(path).unwrap();
        }
    }
}

/// As GitHub and GitLab call it.
const BASH: [&str; 5] = ["bash", "--noprofile", "--norc", "-eo", "pipefail"];

fn bash() -> Vec<&'static str> {
    BASH.into_iter().chain(["-c"]).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_four_parts_on_github() {
    let job: Value = blocks("yaml")
        .iter()
        .find(|block| block.contains("matrix.part"))
        .map(|block| serde_saphyr::from_str(block).unwrap())
        .unwrap();
    let job = &job["jobs"]["okta"];
    let checkout = Checkout::new().await;
    for part in job["strategy"]["matrix"]["part"].as_array().unwrap() {
        let steps = job["steps"].as_array().unwrap().iter().filter_map(|step| step["run"].as_str());
        let script = steps.collect::<Vec<_>>().join("\n").replace("${{ matrix.part }}", &part.to_string());
        assert!(!script.contains("${{"), "{script}");
        checkout.passes(&bash(), &script);
        checkout.holds(&["scim.sarif", "scim.xml"]);
    }
    checkout.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_job_on_gitlab() {
    let job: Value = blocks("yaml")
        .iter()
        .find(|block| block.contains("script:"))
        .map(|block| serde_saphyr::from_str(block).unwrap())
        .unwrap();
    let script = job["scim"]["script"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
    let checkout = Checkout::new().await;
    checkout.passes(&bash(), &script.collect::<Vec<_>>().join("\n"));
    checkout.holds(&["scim.xml", "scim.html"]);
    checkout.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_job_on_jenkins() {
    let text = &blocks("groovy")[0];
    let steps: Vec<&str> = text.split("sh '").skip(1).map(|rest| rest.split('\'').next().unwrap()).collect();
    assert_eq!(steps.len(), 2);
    let checkout = Checkout::new().await;
    checkout.passes(&["sh", "-xec"], &steps.join("\n"));
    checkout.holds(&["scim.xml"]);
    checkout.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_script_of_a_plain_shell() {
    let script = blocks("sh").into_iter().find(|block| block.starts_with("#!/bin/sh")).unwrap();
    let checkout = Checkout::new().await;
    checkout.passes(&["sh", "-c"], &script.replace("/run/secrets/scim-token", "scim-token"));
    checkout.holds(&["scim.xml", "scim.tap"]);
    checkout.server.stop().await;
}
