//! What a process takes, as the system counts it.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike,
};

/// The token of every server here.
pub const TOKEN: &str = "bench-token";

/// What a process has taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct Taken {
    /// Time of the processor, in user mode and in the system.
    pub cpu: Duration,
    /// From its start to its end.
    pub wall: Duration,
    /// Memory in KiB at most.
    pub memory: i64,
}

impl Taken {
    /// The middle of each figure.
    pub fn median(all: &[Taken]) -> Taken {
        fn middle<T: Ord + Copy>(all: &[Taken], of: impl Fn(&Taken) -> T) -> T {
            let mut values: Vec<T> = all.iter().map(of).collect();
            values.sort();
            values[values.len() / 2]
        }
        Taken {
            cpu: middle(all, |one| one.cpu),
            wall: middle(all, |one| one.wall),
            memory: middle(all, |one| one.memory),
        }
    }

    /// `12.3 ms, 8.1 MiB`.
    pub fn cell(&self) -> String {
        format!("{}, {:.1} MiB", milliseconds(self.cpu), self.memory as f64 / 1024.0)
    }
}

/// `12.3 ms`.
pub fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// Our program, with the token.
pub fn ours(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scim-check"));
    command.args(args).env("SCIM_CHECK_TOKEN", TOKEN).env_remove("CI");
    command
}

/// True where everything is only tried: once, and with little (`cargo bench --bench run -- --quick`).
pub fn quick() -> bool {
    std::env::args().any(|argument| argument == "--quick")
}

/// So often, or once where everything is only tried.
pub fn times(often: usize) -> usize {
    if quick() { 1 } else { often }
}

/// Runs a command so many times, each in a process that counts for it alone, and answers the middle.
pub fn measure(command: &Command, often: usize) -> Taken {
    let all: Vec<Taken> = (0..times(often)).map(|_| once(command)).collect();
    Taken::median(&all)
}

/// The system counts for all children together: so each has a parent of its own, which is this program again.
fn once(command: &Command) -> Taken {
    let mut parent = Command::new(std::env::current_exe().unwrap());
    parent.arg("count").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => parent.env(name, value),
            None => parent.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        parent.current_dir(folder);
    }
    let output = parent.stderr(Stdio::inherit()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<u64> = text.split_whitespace().map(|number| number.parse().unwrap()).collect();
    let [cpu, wall, memory] = numbers[..] else { panic!("{command:?}: {text}") };
    Taken { cpu: Duration::from_micros(cpu), wall: Duration::from_micros(wall), memory: memory as i64 }
}

/// What the parent does: runs the program, and says what it took.
#[allow(clippy::print_stdout)]
pub fn count(args: &[String]) {
    let began = Instant::now();
    let status = Command::new(&args[0]).args(&args[1..]).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    let wall = began.elapsed().as_micros();
    assert!(matches!(status.code(), Some(0 | 1)), "{args:?}: {status}");
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let cpu = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    println!("{cpu} {wall} {}", usage.max_rss());
}

/// The reference server as a process of its own.
pub struct Server {
    child: Child,
    pub base: String,
}

impl Server {
    pub fn start(people: usize, options: &[&str]) -> Server {
        let mut child = ours(&["serve", "--no-page", "--seed", &people.to_string()])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut base = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut base).unwrap();
        Server { child, base: base.trim().to_owned() }
    }

    /// A run against it, with a JSON report in a folder.
    pub fn run(&self, folder: &Path, args: &[&str]) -> Command {
        let mut command = ours(&["run", "--base-url", &self.base, "--report", "json=r.json"]);
        command.args(args).current_dir(folder);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
