//! The program itself, run as a user runs it.

use std::{
    ffi::OsStr,
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// No command of the tests takes longer; on an idle machine the longest takes some seconds, beside others on a busy one a minute.
const LIMIT: Duration = Duration::from_secs(240);

/// A folder of its own, in which commands run with an empty environment.
pub struct Desk {
    folder: TempDir,
}

/// How a command ended and what it said.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
    pub took: Duration,
}

/// A command under way. It is ended when dropped.
pub struct Running {
    child: Child,
    began: Instant,
    out: Option<thread::JoinHandle<Vec<u8>>>,
    err: Option<thread::JoinHandle<Vec<u8>>>,
    /// Standard error so far.
    so_far: Arc<Mutex<Vec<u8>>>,
    said: String,
}

impl Desk {
    pub fn new() -> Desk {
        Desk { folder: tempfile::tempdir().unwrap() }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into the folder and answers its path.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// A command in this folder, with nothing in its environment but where programs and home are.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scim-check"));
        command.args(args).current_dir(self.path()).env_clear().env("HOME", self.path());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        finish(self.command(args))
    }

    /// The same with variables in its environment.
    pub fn run_with(&self, variables: &[(&str, &str)], args: &[&str]) -> Ran {
        let mut command = self.command(args);
        command.envs(variables.iter().copied());
        finish(command)
    }

    /// A text without what differs from machine to machine: this folder.
    pub fn plain(&self, text: &str) -> String {
        text.replace(&self.path().display().to_string(), "[here]")
    }
}

/// Runs a command to its end.
pub fn finish(command: Command) -> Ran {
    start(command).wait()
}

/// Runs a command to its end; it reads `input`.
pub fn finish_reading(mut command: Command, input: &str) -> Ran {
    command.stdin(Stdio::piped());
    let mut running = start(command);
    let mut stdin = running.child.stdin.take().unwrap();
    // A command that does not read its input is no failure of the test.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    running.wait()
}

/// Starts a command.
pub fn start(mut command: Command) -> Running {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let so_far = Arc::<Mutex<Vec<u8>>>::default();
    let out = child.stdout.take().map(|source| drain(source, Arc::default()));
    let err = child.stderr.take().map(|source| drain(source, Arc::clone(&so_far)));
    Running { child, began: Instant::now(), out, err, so_far, said: format!("{command:?}") }
}

fn drain(mut source: impl Read + Send + 'static, into: Arc<Mutex<Vec<u8>>>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut part = [0; 8192];
        while let Ok(count @ 1..) = source.read(&mut part) {
            into.lock().unwrap().extend_from_slice(&part[..count]);
        }
        std::mem::take(&mut *into.lock().unwrap())
    })
}

impl Running {
    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal by name: `INT`, `TERM`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([format!("-{name}"), self.id().to_string()]).status().unwrap();
        assert!(status.success(), "kill -{name}");
    }

    /// Waits until it says something on standard error; false if it ends without.
    pub fn hears(&mut self, text: &str) -> bool {
        let mut said = false;
        eventually(text, || {
            said = String::from_utf8_lossy(&self.so_far.lock().unwrap()).contains(text);
            said || self.child.try_wait().unwrap().is_some()
        });
        said
    }

    /// What it has said on standard error so far.
    pub fn said_so_far(&self) -> String {
        String::from_utf8_lossy(&self.so_far.lock().unwrap()).into_owned()
    }

    /// Whether it has ended.
    pub fn ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Ran {
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(self.began.elapsed() < LIMIT, "does not end: {}", self.said);
            thread::sleep(Duration::from_millis(3));
        };
        let took = self.began.elapsed();
        let text = |reader: Option<thread::JoinHandle<Vec<u8>>>| {
            reader.map_or_else(String::new, |reader| String::from_utf8(reader.join().unwrap()).unwrap())
        };
        Ran { code: status.code(), out: text(self.out.take()), err: text(self.err.take()), took }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Fails only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ran {
    /// Asserts how it ended.
    #[track_caller]
    pub fn ends(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "--- stdout\n{}\n--- stderr\n{}", self.out, self.err);
        assert!(!self.err.contains("panicked") && !self.err.contains("RUST_BACKTRACE"), "{}", self.err);
        self
    }

    /// Asserts that it said something on standard error.
    #[track_caller]
    pub fn says(self, text: &str) -> Ran {
        assert!(self.err.contains(text), "`{text}` is not in:\n{}", self.err);
        self
    }

    /// Asserts that it printed something on standard output.
    #[track_caller]
    pub fn prints(self, text: &str) -> Ran {
        assert!(self.out.contains(text), "`{text}` is not in:\n{}\n--- stderr\n{}", self.out, self.err);
        self
    }

    /// Everything it wrote.
    pub fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// Waits until something holds, for ten seconds at most.
#[track_caller]
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(10), "not in ten seconds: {what}");
        thread::sleep(Duration::from_millis(3));
    }
}
