//! No secret is in anything that the program writes: every command, with every way to give a secret, against targets that are right and
//! targets that send everything back; and no public type of the library shows one by `Debug`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "what was searched is worth knowing")]

#[path = "../support/mod.rs"]
mod support;

mod debug;
mod echo;
mod oauth;
mod scan;
mod served;
mod trouble;

use echo::{Echo, Manner};
use scan::{OWN, Scan, secret};
use support::binary::{Desk, Ran, finish, finish_reading};

/// Every format of reports, into files.
const REPORTS: [&str; 16] = [
    "--report",
    "json=reports/r.json",
    "--report",
    "junit=reports/r.xml",
    "--report",
    "html=reports/r.html",
    "--report",
    "markdown=reports/r.md",
    "--report",
    "github=reports/r.txt",
    "--report",
    "sarif=reports/r.sarif",
    "--report",
    "tap=reports/r.tap",
    "--report",
    "har=reports/r.har",
];
/// What a run is told besides: everything that makes it say more.
const LOUD: [&str; 7] = ["-vv", "--exchanges", "--write-waivers", "--snapshots", "snapshots", "--settle", "0s"];
/// Stories that reach every kind of request, and a raw one.
const STORIES: [&str; 6] = [
    "okta/connect/test-credentials",
    "okta/lifecycle/assign",
    "okta/lifecycle/set-password",
    "okta/groups/push",
    "rfc7644/security/other-tenant",
    "rfc7644/security/password-filter",
];

/// One way in which secrets are given.
#[derive(Default)]
pub struct Way {
    /// What the way is.
    pub name: &'static str,
    /// Variables of the environment.
    pub variables: Vec<(&'static str, String)>,
    /// What is typed.
    pub args: Vec<String>,
    /// The configuration file.
    pub config: String,
    /// What is behind the base URL.
    pub query: String,
    /// Everything that is secret in it.
    pub secrets: Vec<String>,
}

impl Way {
    fn new(name: &'static str, secrets: &[&String]) -> Way {
        Way { name, secrets: secrets.iter().map(|one| (*one).clone()).collect(), ..Way::default() }
    }

    fn args(mut self, args: &[&str]) -> Way {
        self.args.extend(args.iter().map(|arg| (*arg).to_owned()));
        self
    }

    fn variable(mut self, name: &'static str, value: impl Into<String>) -> Way {
        self.variables.push((name, value.into()));
        self
    }

    fn config(mut self, text: &str) -> Way {
        self.config.push_str(text);
        self
    }

    /// A desk with what the way needs in files.
    pub fn desk(&self) -> Desk {
        let desk = Desk::new();
        std::fs::create_dir(desk.path().join("reports")).unwrap();
        desk.file(&format!("{OWN}/token"), format!("{}\n", self.secrets[0]));
        desk.file(&format!("{OWN}/other"), format!("{}\n", self.secrets.last().unwrap()));
        desk.file("scim-check.toml", &self.config);
        desk
    }

    /// Runs a command, given the secrets in this way.
    pub fn run(&self, desk: &Desk, scan: &mut Scan, command: &[&str], base: &str) -> Ran {
        let mut process = desk.command(command);
        if command[0] == "run" {
            process.args(["--dialect", "okta-catalogue"]);
        }
        process.args(["--base-url", &format!("{base}{}", self.query)]).args(&self.args);
        process.envs(self.variables.iter().map(|(name, value)| (*name, value)));
        let ran = finish(process);
        scan.command(&format!("{}: {command:?}", self.name), desk, &ran);
        ran
    }
}

/// Every way to give what is sent to the target itself.
pub fn ways() -> Vec<Way> {
    let [one, two, three] = ["one", "two", "three"].map(secret);
    let file = format!("{OWN}/token");
    vec![
        Way::new("--token", &[&one]).args(&["--token", &one]),
        Way::new("--token-file and another tenant's", &[&one, &two])
            .args(&["--token-file", &file])
            .variable("SCIM_CHECK_OTHER_TOKEN", &two),
        Way::new("the environment", &[&one]).variable("SCIM_CHECK_TOKEN", &one),
        Way::new("a variable that the file names", &[&one, &two])
            .variable("MINE", &one)
            .variable("THEIRS", &two)
            .config("token = { env = \"MINE\" }\nother_token = { env = \"THEIRS\" }\n"),
        Way::new("a file that the file names", &[&one]).config(&format!("token = {{ file = \"{file}\" }}\n")),
        Way::new("basic", &[&one]).args(&["--auth", "basic"]).variable("SCIM_CHECK_TOKEN", format!("ada:{one}")),
        Way::new("raw", &[&one]).args(&["--auth", "raw", "--token", &format!("Token {one}")]),
        Way::new("a header of its own", &[&one]).args(&["--auth", "header:X-Api-Key", "--token", &one]),
        Way::new("--header", &[&one, &two, &three]).args(&[
            "--header",
            &format!("X-Api-Key: {one}"),
            "--header",
            &format!("Authorization: Token {two}"),
            "--header",
            &format!("Cookie: session={three}"),
        ]),
        Way {
            query: "?code=kq7dVx93LmPz20Tw".to_owned(),
            ..Way::new("a query of the base URL", &[&"kq7dVx93LmPz20Tw".to_owned()])
        },
    ]
}

fn scan_for(way: &Way) -> Scan {
    let mut scan = Scan::default();
    way.secrets.iter().enumerate().for_each(|(at, secret)| scan.add(&format!("{} {at}", way.name), secret));
    scan
}

/// Everything that can be done to a target, and with what comes of it.
fn all_commands(way: &Way, manner: Manner) -> (Scan, usize) {
    let mut scan = scan_for(way);
    // A target of its own for each run: what another run has sent as passwords nobody can know.
    let echoes = [0; 4].map(|_| Echo::new(manner));
    let [first, second, third, fourth] = echoes.each_ref().map(Echo::base);
    let desk = way.desk();
    let loud: Vec<&str> = ["run"].into_iter().chain(STORIES).chain(REPORTS).chain(LOUD).collect();
    way.run(&desk, &mut scan, &loud, &first);
    let again =
        [&["run", "--report", "json=reports/again.json", "--repeat", "2", "--settle", "0s"][..], &STORIES].concat();
    way.run(&desk, &mut scan, &again, &second);
    way.run(
        &desk,
        &mut scan,
        &["run", "--keep", "okta/lifecycle/assign", "--report", "json=-", "--settle", "0s"],
        &third,
    );
    way.run(&desk, &mut scan, &["clean", "--dry-run", "--older-than", "0s"], &third);
    way.run(&desk, &mut scan, &["clean", "--older-than", "0s"], &third);
    let variables: Vec<(&str, &str)> = way.variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for args in [
        &["diff", "reports/r.json", "reports/again.json"][..],
        &["diff", "reports/again.json", "reports/r.json", "--json"],
    ] {
        let ran = desk.run_with(&variables, args);
        scan.command(&format!("{}: {args:?}", way.name), &desk, &ran);
    }
    let review = desk.command(["snapshots", "review", "--snapshots", "snapshots"]);
    let ran = finish_reading(review, "a\nr\ns\n");
    scan.command("snapshots review", &desk, &ran);
    let ran = desk.run(&["snapshots", "accept", "--all", "--snapshots", "snapshots"]);
    scan.command("snapshots accept", &desk, &ran);
    way.run(&desk, &mut scan, &["run", "okta/lifecycle/assign", "--snapshots", "snapshots", "--settle", "0s"], &fourth);
    // What it was sent as passwords is known only now.
    for password in echoes.iter().flat_map(Echo::passwords) {
        scan.add_whole("a password of ours", &password);
    }
    let ran = desk.run(&["snapshots", "status", "--snapshots", "snapshots"]);
    scan.command("the files at the end", &desk, &ran);
    (scan, echoes.iter().map(Echo::requests).sum())
}

fn hostile(manner: Manner, take: &[usize], at_least: usize) {
    let (mut leaks, mut requests) = (Scan::default(), 0);
    for (_, way) in ways().into_iter().enumerate().filter(|(at, _)| take.contains(at)) {
        let (scan, heard) = all_commands(&way, manner);
        requests += heard;
        leaks.merge(scan);
    }
    eprintln!("{manner:?}: {requests} requests");
    assert!(requests >= at_least, "{manner:?}: {requests} requests");
    leaks.ends(&format!("a target that {manner:?}"));
}

#[test]
fn a_target_that_keeps_and_echoes() {
    hostile(Manner::Keeps, &[1, 5, 8, 9], 200);
}

#[test]
fn a_target_that_refuses_and_echoes() {
    hostile(Manner::Refuses, &[2, 7], 40);
}

#[test]
fn a_target_that_babbles() {
    hostile(Manner::Babbles, &[3, 8], 20);
}

#[test]
fn a_target_that_rambles_until_it_is_cut() {
    hostile(Manner::Rambles, &[4, 6], 80);
}

#[test]
fn a_target_that_locks_out() {
    hostile(Manner::LocksOut, &[0], 5);
}

#[test]
fn commands_that_speak_to_nobody() {
    let mut leaks = Scan::default();
    // By a flag, by the file, and in the base URL: the others come the same way.
    for (_, way) in ways().into_iter().enumerate().filter(|(at, _)| [0, 3, 9].contains(at)) {
        let mut scan = scan_for(&way);
        let desk = way.desk();
        let base = "http://127.0.0.1:9/scim/v2";
        for args in [
            &["config"][..],
            &["config", "--json"],
            &["run", "--dry-run", "okta/lifecycle"],
            &["run", "--dry-run", "-vv", "okta-spec"],
        ] {
            way.run(&desk, &mut scan, args, base).ends(0);
        }
        let variables: Vec<(&str, &str)> = way.variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for args in [
            &["list"][..],
            &["list", "--json", "--all"],
            &["list", "--rules"],
            &["list", "--faults"],
            &["show", "--curl", "okta/lifecycle/unassign"],
            &["explain", "secret-shown"],
            &["explain", "okta/lifecycle/unassign"],
            &["init", "new"],
            &["completions", "bash"],
            &["man", "--dir", "pages"],
            &["--help"],
            &["run", "--help"],
            &["--version"],
            &["serve", "--list-faults"],
        ] {
            let ran = desk.run_with(&variables, args).ends(0);
            scan.command(&format!("{}: {args:?}", way.name), &desk, &ran);
        }
        leaks.merge(scan);
    }
    leaks.ends("commands that speak to nobody");
}
