//! Real SCIM software that we did not write: installed from its registries on first use, at pinned versions (`tests/peers`), into
//! `target/peers`. Servers to run against: one process per [`start`], on a free port of 127.0.0.1, stopped when dropped. And a client
//! that tests servers, [`scim2_cli`].

#![allow(dead_code, reason = "each integration test uses a part of it")]

use std::ffi::OsStr;
use std::fmt::Debug;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a server may take to say that it listens; about a second on an idle machine.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A program that can be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// PyPI `scim2-server`; needs `python3` (3.10 or later) with its `venv`.
    Scim2Server,
    /// npm `scimmy` and `scimmy-routers` in a small Express app; needs `node` (18 or later) and `npm`.
    Scimmy,
    /// PyPI `scim2-cli`, a client; needs what [`Peer::Scim2Server`] needs.
    Scim2Cli,
}

/// A server under way. It ends when this is dropped, and also when the process that started it ends, so it may be kept in a `static`.
#[derive(Debug)]
pub struct RunningPeer {
    /// Without a slash at the end: `http://127.0.0.1:41234/scim/v2`.
    pub base_url: String,
    /// The one bearer token that it accepts.
    pub token: String,
    child: Child,
}

impl Drop for RunningPeer {
    fn drop(&mut self) {
        // It fails only if the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Installs the server if that has not been done, starts it and waits until it listens.
///
/// `None` when this machine lacks what it is written in, so that a test can say so and end. With `SCIM_CHECK_REQUIRE_PEERS` set, as in CI, that
/// is a panic; so is an installation or a start that fails, with the output of the command.
pub fn start(peer: Peer) -> Option<RunningPeer> {
    let home = home(peer)?;
    let token = format!("peer-{}", uuid::Uuid::new_v4().simple());
    // Only the port of scim2-server can be lost to somebody else between the choice and the start.
    let mut failures = String::new();
    for _ in 0..5 {
        match launch(peer.command(&home, &token)) {
            Ok((child, base_url)) => {
                return Some(RunningPeer { base_url, token, child });
            }
            Err(failure) => failures = failure,
        }
    }
    panic!("{peer:?} does not start:\n{failures}");
}

/// The command `scim2`, or `None` as in [`start`].
pub fn scim2_cli() -> Option<Command> {
    let home = home(Peer::Scim2Cli)?;
    let mut command = Command::new(home.join("venv/bin/scim2"));
    command.env_remove("SCIM_CLI_URL").env_remove("SCIM_CLI_HEADERS").stdin(Stdio::null()).current_dir(home);
    Some(command)
}

/// The folder that the program is installed in; `None` when this machine can't run it.
fn home(peer: Peer) -> Option<PathBuf> {
    if let Some(lacking) = peer.lacking() {
        cannot_run(&format!("{peer:?}"), lacking);
        return None;
    }
    Some(peer.install())
}

impl Peer {
    /// Its folder below `tests/peers` and below `target/peers`.
    fn name(self) -> &'static str {
        match self {
            Peer::Scim2Server => "scim2-server",
            Peer::Scimmy => "scimmy",
            Peer::Scim2Cli => "scim2-cli",
        }
    }

    /// What this machine would have to have, if it does not.
    fn lacking(self) -> Option<&'static str> {
        match self {
            Peer::Scim2Server | Peer::Scim2Cli => lacking_for_pip(),
            Peer::Scimmy => lacking_for_npm(),
        }
    }

    /// The folder it is installed in.
    fn install(self) -> PathBuf {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(self.name());
        match self {
            Peer::Scim2Server | Peer::Scim2Cli => pip_installed(self.name(), &source),
            Peer::Scimmy => npm_installed(self.name(), &source, &["server.mjs"]),
        }
    }

    /// The command that serves until its standard input is closed. It says the base URL on its first line.
    fn command(self, home: &Path, token: &str) -> Command {
        match self {
            Peer::Scim2Server => {
                let until_stdin_closes = "import os, sys, threading\n\
                    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()\n\
                    from scim2_server.testserver.cli import main\n\
                    main()";
                let mut command = Command::new(python(home));
                command.args(["-c", until_stdin_closes, "--bearer-token", token]);
                command.args(["--port", &free_port().to_string()]).current_dir(home);
                command
            }
            Peer::Scimmy => {
                let mut command = Command::new("node");
                command
                    .args(["server.mjs", "--until-stdin-closes"])
                    .env("SCIM_TOKEN", token)
                    .env_remove("SCIM_PORT")
                    .current_dir(home);
                command
            }
            Peer::Scim2Cli => panic!("scim2-cli serves nothing"),
        }
    }
}

/// What packages of PyPI need and this machine has not.
pub fn lacking_for_pip() -> Option<&'static str> {
    let python = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
    (!works("python3", ["-c", python])).then_some("no python3 of 3.10 or later with venv and ensurepip")
}

/// The folder below `target/peers` in whose `venv` the packages of a `requirements.txt` are.
pub fn pip_installed(name: &str, source: &Path) -> PathBuf {
    installed(name, source, &["requirements.txt"], "python3", |home| {
        run(Command::new("python3").args(["-m", "venv", "venv"]).current_dir(home));
        let pip = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"];
        run(Command::new(python(home)).args(pip).args(["-r", "requirements.txt"]).current_dir(home));
    })
}

/// What packages of npm need and this machine has not.
pub fn lacking_for_npm() -> Option<&'static str> {
    let node = "process.exit(Number(process.versions.node.split('.')[0]) < 18 ? 1 : 0)";
    if !works("node", ["-e", node]) {
        return Some("no node of 18 or later");
    }
    (!works("npm", ["--version"])).then_some("no npm")
}

/// The folder below `target/peers` in which the packages of a `package-lock.json` are, with these other files beside them.
pub fn npm_installed(name: &str, source: &Path, others: &[&str]) -> PathBuf {
    let files = [&["package.json", "package-lock.json"], others].concat();
    installed(name, source, &files, "node", |home| {
        let ci = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        run(Command::new("npm").args(ci).current_dir(home));
    })
}

/// A folder below `target/peers` with these files in it, and what `install` makes of them. Only one process at a time installs, and only if
/// what is there was made from other files, by another interpreter or in another place, or is not complete.
fn installed(name: &str, source: &Path, files: &[&str], interpreter: &str, install: impl Fn(&Path)) -> PathBuf {
    let peers = target_dir().join("peers");
    let home = peers.join(name);
    let stamp = home.join("installed");

    done(&peers, fs::create_dir_all(&peers));
    let lock = peers.join(format!("{name}.lock"));
    let lock_file = done(&lock, File::create(&lock));
    done(&lock, lock_file.lock());

    let mut wanted = format!("{}\n{}\n", home.display(), run(Command::new(interpreter).arg("--version")));
    for file in files {
        let path = source.join(file);
        wanted.push_str(&done(&path, fs::read_to_string(&path)));
    }
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return home;
    }

    if home.exists() {
        done(&home, fs::remove_dir_all(&home));
    }
    done(&home, fs::create_dir_all(&home));
    for file in files {
        // A file that several share is in another folder.
        let name = Path::new(file).file_name().unwrap_or_default();
        done(&home, fs::copy(source.join(file), home.join(name)));
    }
    install(&home);
    done(&stamp, fs::write(&stamp, wanted));
    home
}

/// Starts a server and reads where it listens from the line that it prints then; what it said otherwise, if it does not get there.
fn launch(mut command: Command) -> Result<(Child, String), String> {
    // A file has no end to read from, so a log of any length never blocks the server; this one has no name and goes with it.
    let mut log = tempfile::tempfile().map_err(|e| format!("no temporary file: {e}"))?;
    let stderr = log.try_clone().map_err(|e| format!("no temporary file: {e}"))?;
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn()
        .map_err(|e| format!("{command:?}: {e}"))?;

    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        // Reads on, so that the pipe never fills; ends with the server.
        thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)))
        });
    }
    let base_url = receiver.recv_timeout(START_LIMIT).ok().and_then(|line| {
        let url = line.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:"))?;
        Some(url.trim_end_matches('/').to_owned())
    });
    if let Some(base_url) = base_url {
        return Ok((child, base_url));
    }
    let _ = child.kill();
    let status = child.wait();
    let mut said = String::new();
    let _ = log.rewind().and_then(|()| log.read_to_string(&mut said));
    Err(format!("{command:?}\nended with {status:?}\n{said}"))
}

/// A port that nobody listens on now.
fn free_port() -> u16 {
    let listener = done("127.0.0.1:0", TcpListener::bind(("127.0.0.1", 0)));
    done("127.0.0.1:0", listener.local_addr()).port()
}

fn python(home: &Path) -> PathBuf {
    home.join("venv/bin/python")
}

/// Says that nothing is tested here; panics where everything has to be.
pub fn cannot_run(what: &str, lacking: &str) {
    let required = std::env::var_os("SCIM_CHECK_REQUIRE_PEERS").is_some_and(|v| !v.is_empty() && v != "0");
    assert!(!required, "SCIM_CHECK_REQUIRE_PEERS is set, and {what} cannot run here: {lacking}");
    say(&format!("{what} cannot run here, so nothing is tested with it: {lacking}"));
}

/// Cargo's target folder, wherever it was put.
pub fn target_dir() -> PathBuf {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tmp.parent().unwrap_or(tmp).to_path_buf()
}

/// Whether a program is there and takes these arguments.
pub fn works<const N: usize>(program: &str, args: [&str; N]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Runs a command to its end, quietly; panics with all that it said if it fails.
fn run(command: &mut Command) -> String {
    let output = done(&command.get_program().to_owned(), command.stdin(Stdio::null()).output());
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?} ended with {}\n{out}{err}", output.status);
    out.into_owned()
}

/// The value, or a panic that names what it was about.
fn done<T>(what: &(impl AsRef<OsStr> + Debug + ?Sized), result: std::io::Result<T>) -> T {
    result.unwrap_or_else(|e| panic!("{what:?}: {e}"))
}

#[allow(clippy::print_stderr, reason = "a test that tests nothing has to say so")]
fn say(text: &str) {
    eprintln!("{text}");
}
